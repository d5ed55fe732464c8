package ai.hanzo.kms.secretsync.aws;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.springframework.stereotype.Component;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.client.config.SdkAdvancedClientOption;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleCredentialsProvider;

/**
 * What all SDK clients of the service share: one HTTP connection pool, one timer thread, one retry policy, one set of credentials
 * of its own.
 *
 * <p>Endpoints are left to the SDK, so that its standard settings work: {@code AWS_ENDPOINT_URL_SECRETS_MANAGER},
 * {@code AWS_ENDPOINT_URL_STS}, {@code AWS_ENDPOINT_URL_KMS}, {@code AWS_ENDPOINT_URL} and their system properties. Only a
 * connection's own {@code stsEndpoint} overrides them. {@link AllowedEndpoints} looks at each request, whichever it was.
 */
@Component
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

    /**
     * Waits after a throttled attempt, with full jitter. AWS's quotas are per second, so the SDK's own 20 seconds would only make
     * the last secrets of a run late.
     */
    private static final Duration THROTTLED_FIRST = Duration.ofMillis(500);

    private static final Duration THROTTLED_MOST = Duration.ofSeconds(5);

    private final SdkHttpClient http;
    private final ScheduledExecutorService timer;
    private final ClientOverrideConfiguration configuration;
    private final DefaultCredentialsProvider own;

    AwsSdk(AwsProperties properties, AwsCalls calls) {
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
                .retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                        .maxAttempts(client.maxAttempts())
                        // It would let calls fail after some hundred throttled ones, which a first sync of many secrets
                        // has.
                        .circuitBreakerEnabled(false)
                        .throttlingBackoffStrategy(BackoffStrategy.exponentialDelay(THROTTLED_FIRST, THROTTLED_MOST))
                        .build())
                .apiCallAttemptTimeout(client.attemptTimeout().plus(client.connectTimeout()))
                .apiCallTimeout(client.callTimeout())
                .scheduledExecutorService(timer)
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

    /** Sets up a client of any service: region, credentials and what all clients share. */
    <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> C client(
            B builder, AwsCredentialsProvider credentials, String region) {
        return builder.region(Region.of(region))
                // A method reference, because a client closes what can be closed, and credentials outlive it.
                .credentialsProvider(credentials::resolveCredentials)
                .httpClient(http)
                .overrideConfiguration(configuration)
                .build();
    }

    /** The STS client that asks for roles, with the service's own credentials. */
    private StsClient own(URI endpoint, String region) {
        var builder = StsClient.builder();
        if (endpoint != null) {
            builder.endpointOverride(endpoint);
        }
        return client(builder, own, StsEndpoints.region(endpoint).orElse(region));
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
