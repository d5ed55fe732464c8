package ai.hanzo.kms.secretsync.aws;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What an operator sets about AWS. A wrong value ends the start; the message names the environment variable.
 *
 * @param recoveryWindowDays {@code SECRET_SYNC_RECOVERY_WINDOW_DAYS}: days in which a deleted secret can be restored, 7 to 30
 *     (limits of DeleteSecret in the Secrets Manager API reference)
 * @param forceDeletion {@code SECRET_SYNC_FORCE_DELETION}: delete at once and beyond recovery instead
 * @param awsClient how the clients behave
 */
@ConfigurationProperties("secret-sync")
public record AwsProperties(
        @DefaultValue("30") int recoveryWindowDays,
        @DefaultValue("false") boolean forceDeletion,
        @DefaultValue Client awsClient) {

    public AwsProperties {
        between("SECRET_SYNC_RECOVERY_WINDOW_DAYS", recoveryWindowDays, 7, 30);
    }

    /**
     * @param maxConnections {@code SECRET_SYNC_AWS_CLIENT_MAX_CONNECTIONS}: HTTP connections of the whole service
     * @param maxAttempts {@code SECRET_SYNC_AWS_CLIENT_MAX_ATTEMPTS}: how often one call is tried in all where it fails for
     *     another reason than throttling. Nothing above the SDK retries a call; one that is throttled is tried again for three
     *     quarters of the call timeout
     * @param connectTimeout {@code SECRET_SYNC_AWS_CLIENT_CONNECT_TIMEOUT}
     * @param attemptTimeout {@code SECRET_SYNC_AWS_CLIENT_ATTEMPT_TIMEOUT}: for one attempt, and for a silent socket
     * @param callTimeout {@code SECRET_SYNC_AWS_CLIENT_CALL_TIMEOUT}: for a call with all its attempts and the waits between,
     *     from its first turn on
     * @param otherEndpoints {@code SECRET_SYNC_AWS_CLIENT_OTHER_ENDPOINTS}: whether an endpoint that an operator set may be
     *     neither AWS's nor on this machine
     */
    public record Client(
            @DefaultValue("64") int maxConnections,
            @DefaultValue("8") int maxAttempts,
            @DefaultValue("3s") Duration connectTimeout,
            @DefaultValue("15s") Duration attemptTimeout,
            @DefaultValue("60s") Duration callTimeout,
            @DefaultValue("false") boolean otherEndpoints) {
        public Client {
            between("SECRET_SYNC_AWS_CLIENT_MAX_CONNECTIONS", maxConnections, 1, 10_000);
            between("SECRET_SYNC_AWS_CLIENT_MAX_ATTEMPTS", maxAttempts, 1, 20);
            positive("SECRET_SYNC_AWS_CLIENT_CONNECT_TIMEOUT", connectTimeout);
            positive("SECRET_SYNC_AWS_CLIENT_ATTEMPT_TIMEOUT", attemptTimeout);
            positive("SECRET_SYNC_AWS_CLIENT_CALL_TIMEOUT", callTimeout);
        }
    }

    private static void between(String variable, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    variable + " must be a whole number from " + least + " to " + most + ", but is " + value);
        }
    }

    private static void positive(String variable, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(
                    variable + " must be longer than nothing, for example 15s, but is " + value);
        }
    }
}
