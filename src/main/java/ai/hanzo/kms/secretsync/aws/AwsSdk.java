package ai.hanzo.kms.secretsync.aws;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.client.config.SdkAdvancedClientOption;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleCredentialsProvider;

/**
 * What all SDK clients of the service share: one HTTP connection pool, one timer thread, one retry policy, one pace, one set of credentials
 * of its own.
 *
 * <p>Endpoints are left to the SDK, so that its standard settings work: {@code AWS_ENDPOINT_URL_SECRETS_MANAGER},
 * {@code AWS_ENDPOINT_URL_STS}, {@code AWS_ENDPOINT_URL_KMS}, {@code AWS_ENDPOINT_URL} and their system properties. Only a
 * connection's own {@code stsEndpoint} overrides them. {@link AllowedEndpoints} looks at each request, whichever it was.
 */
class AwsSdk implements AutoCloseable {
    /**
     * Length of an assumed session. The shortest that AWS allows: credentials are renewed while they are used, and a role that
     * was taken away stops working soon.
     */
    private static final Duration SESSION = Duration.ofMinutes(15);
    /** Before expiry, from here on one thread renews while the others go on with the old credentials. */
    private static final Duration RENEW_EARLY = Duration.ofMinutes(5);
    /** Before expiry, from here on nobody uses the old credentials: longer than a call with its retries. */
    private static final Duration RENEW_LATEST = Duration.ofMinutes(2);

    private final SdkHttpClient http;
    private final ScheduledExecutorService timer;
    private final ClientOverrideConfiguration configuration;
    private final DefaultCredentialsProvider own;

    AwsSdk(AwsProperties properties, AwsCalls calls, Pacer pacer, AwsMetrics metrics) {
        AwsProperties.Client client = properties.awsClient();
        http = ApacheHttpClient.builder()
                .maxConnections(client.maxConnections())
                .connectionTimeout(client.connectTimeout())
                .socketTimeout(client.attemptTimeout())
                // Waiting for a free connection is queueing, not failure: the call's timeout ends it.
                .connectionAcquisitionTimeout(client.callTimeout())
                .connectionMaxIdleTime(Duration.ofSeconds(30))
                .tcpKeepAlive(true)
                .build();
        timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "aws-sdk-timer");
            thread.setDaemon(true);
            return thread;
        });
        configuration = ClientOverrideConfiguration.builder()
                .retryStrategy(new AwsRetries(
                        client.maxAttempts(),
                        client.callTimeout().multipliedBy(3).dividedBy(4),
                        pacer,
                        System::nanoTime))
                // A retry waits for its turn within its attempt.
                .apiCallAttemptTimeout(
                        client.attemptTimeout().plus(client.connectTimeout()).plus(Pacer.RETRY_PATIENCE))
                .apiCallTimeout(client.callTimeout())
                .scheduledExecutorService(timer)
                .addExecutionInterceptor(metrics)
                .addExecutionInterceptor(pacer)
                .addExecutionInterceptor(new AllowedEndpoints(client.otherEndpoints()))
                .addExecutionInterceptor(calls)
                .addExecutionInterceptor(new UnquotedErrors())
                .putAdvancedOption(SdkAdvancedClientOption.USER_AGENT_SUFFIX, "hanzo-kms-secret-sync")
                .build();
        own = DefaultCredentialsProvider.builder().build();
    }

    /** Credentials of an identity; {@link #close(AwsCredentialsProvider)} them when they are no longer needed. */
    AwsCredentialsProvider credentials(AwsIdentity identity, String region) {
        if (identity instanceof AwsIdentity.AccessKey key) {
            return StaticCredentialsProvider.create(AwsBasicCredentials.create(
                    key.accessKeyId(), key.secretAccessKey().reveal()));
        }
        AwsIdentity.AssumedRole role = (AwsIdentity.AssumedRole) identity;
        StsClient sts = own(role.stsEndpoint(), region);
        StsAssumeRoleCredentialsProvider session = StsAssumeRoleCredentialsProvider.builder()
                .stsClient(sts)
                .refreshRequest(request -> request.roleArn(role.roleArn())
                        .roleSessionName(role.sessionName())
                        .externalId(role.externalId())
                        .durationSeconds((int) SESSION.toSeconds()))
                .prefetchTime(RENEW_EARLY)
                .staleTime(RENEW_LATEST)
                .build();
        return new Session(session, sts);
    }

    /**
     * Sets up a client of any service: region, credentials and what all clients share.
     *
     * @param account whose credentials they are, null where that is not known
     */
    <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> C client(
            B builder, AwsCredentialsProvider credentials, String account, String region) {
        return builder.region(Region.of(region))
                // A method reference, because a client closes what can be closed, and credentials outlive it.
                .credentialsProvider(credentials::resolveCredentials)
                .httpClient(http)
                // Attributes that are put into what all clients share would be those of all clients.
                .overrideConfiguration(configuration.toBuilder()
                        .executionAttributes(new ExecutionAttributes().putAttribute(Pacer.ACCOUNT, account))
                        .build())
                .build();
    }

    /** A KMS client with the service's own credentials. */
    KmsClient kms(String region) {
        return client(KmsClient.builder(), own, null, region);
    }

    /** The STS client that asks for roles, with the service's own credentials. */
    private StsClient own(URI endpoint, String region) {
        var builder = StsClient.builder();
        if (endpoint != null) {
            builder.endpointOverride(endpoint);
        }
        return client(builder, own, null, StsEndpoints.region(endpoint).orElse(region));
    }

    @Override
    public void close() {
        own.close();
        http.close();
        timer.shutdownNow();
    }

    /** Closes credentials that hold a client, or does nothing. */
    static void close(AwsCredentialsProvider credentials) {
        if (credentials instanceof Session session) {
            session.close();
        }
    }

    /** Credentials of an assumed role together with the client that renews them. */
    private record Session(StsAssumeRoleCredentialsProvider provider, StsClient sts) implements AwsCredentialsProvider {
        @Override
        public AwsCredentials resolveCredentials() {
            return provider.resolveCredentials();
        }

        void close() {
            provider.close();
            sts.close();
        }

        @Override
        public String toString() {
            return "Session[***]";
        }
    }
}
