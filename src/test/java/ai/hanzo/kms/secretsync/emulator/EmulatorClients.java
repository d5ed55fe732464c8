package ai.hanzo.kms.secretsync.emulator;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.Credentials;

/** The SDK's clients for tests, pointed at an emulator. Without retries unless a strategy is given. */
public final class EmulatorClients {
    /** The emulator's default key. */
    public static final AwsCredentials CREDENTIALS =
            AwsBasicCredentials.create(SecretsManagerEmulator.ACCESS_KEY_ID, SecretsManagerEmulator.SECRET_ACCESS_KEY);

    private EmulatorClients() {}

    /** Secrets Manager in the default account and region. */
    public static SecretsManagerClient secretsManager(SecretsManagerEmulator emulator) {
        return secretsManager(emulator, CREDENTIALS, SecretsManagerEmulator.REGION);
    }

    public static SecretsManagerClient secretsManager(
            SecretsManagerEmulator emulator, AwsCredentials credentials, String region) {
        return secretsManager(emulator, credentials, region, DefaultRetryStrategy.doNotRetry());
    }

    public static SecretsManagerClient secretsManager(
            SecretsManagerEmulator emulator, AwsCredentials credentials, String region, RetryStrategy retries) {
        return pointed(SecretsManagerClient.builder(), emulator, credentials, region, retries)
                .build();
    }

    public static StsClient sts(SecretsManagerEmulator emulator) {
        return sts(emulator, CREDENTIALS);
    }

    public static StsClient sts(SecretsManagerEmulator emulator, AwsCredentials credentials) {
        return pointed(
                        StsClient.builder(),
                        emulator,
                        credentials,
                        SecretsManagerEmulator.REGION,
                        DefaultRetryStrategy.doNotRetry())
                .build();
    }

    public static KmsClient kms(SecretsManagerEmulator emulator) {
        return pointed(
                        KmsClient.builder(),
                        emulator,
                        CREDENTIALS,
                        SecretsManagerEmulator.REGION,
                        DefaultRetryStrategy.doNotRetry())
                .build();
    }

    /** The credentials of an answer of {@code AssumeRole}. */
    public static AwsCredentials credentials(Credentials issued) {
        return AwsSessionCredentials.create(issued.accessKeyId(), issued.secretAccessKey(), issued.sessionToken());
    }

    private static <B extends AwsClientBuilder<B, C>, C> B pointed(
            B builder,
            SecretsManagerEmulator emulator,
            AwsCredentials credentials,
            String region,
            RetryStrategy retries) {
        return builder.endpointOverride(emulator.endpoint())
                .region(Region.of(region))
                .credentialsProvider(StaticCredentialsProvider.create(credentials))
                .overrideConfiguration(override -> override.retryStrategy(retries));
    }
}
