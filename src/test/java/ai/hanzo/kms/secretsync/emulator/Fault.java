package ai.hanzo.kms.secretsync.emulator;

import java.time.Duration;

/**
 * Something that shall go wrong. Immutable; each method returns a narrower or wider fault. A new fault applies to
 * every AWS call, once: {@code Fault.of(THROTTLE).operation("PutSecretValue").times(3)}.
 *
 * @param operation AWS's name of the operation, null for all
 * @param secretName null for all
 * @param account null for all
 * @param region null for all
 * @param skip how many matching calls pass before it strikes
 * @param times how often it strikes
 * @param every strikes each {@code every}-th matching call; 1 for each one
 * @param delay how long a {@link Kind#DELAY} takes
 */
public record Fault(
        Kind kind,
        String operation,
        String secretName,
        String account,
        String region,
        long skip,
        long times,
        int every,
        Duration delay) {

    /** What goes wrong. Unless said otherwise the call has no effect. */
    public enum Kind {
        THROTTLE(400, "ThrottlingException", "Rate exceeded"),
        INTERNAL_500(500, "InternalServiceError", "An error occurred on the server side."),
        UNAVAILABLE_503(503, "ServiceUnavailableException", "Service Unavailable"),
        ACCESS_DENIED(400, "AccessDeniedException", ""),
        EXPIRED_TOKEN(400, "ExpiredTokenException", "The security token included in the request is expired"),
        ENCRYPTION_FAILURE(
                400,
                "EncryptionFailure",
                "Secrets Manager can't encrypt the protected secret text using the provided KMS key. Check that the"
                        + " KMS key is available, enabled, and not in an invalid state."),
        DECRYPTION_FAILURE(
                400,
                "DecryptionFailure",
                "Secrets Manager can't decrypt the protected secret text using the provided KMS key."),
        LIMIT_EXCEEDED(
                400,
                "LimitExceededException",
                "The request failed because it would exceed one of the Secrets Manager quotas."),
        /** The connection is closed without an answer and the call has no effect. */
        DROP_BEFORE(0, null, null),
        /** The call takes effect, then the connection is closed without an answer. */
        DROP_AFTER(0, null, null),
        /** The call is answered as usual, later. */
        DELAY(0, null, null);

        final int status;
        final String code;
        final String message;

        Kind(int status, String code, String message) {
            this.status = status;
            this.code = code;
            this.message = message;
        }

        boolean isError() {
            return code != null;
        }
    }

    public static Fault of(Kind kind) {
        return new Fault(kind, null, null, null, null, 0, 1, 1, Duration.ZERO);
    }

    /** Answers come {@code delay} later. */
    public static Fault delay(Duration delay) {
        return new Fault(Kind.DELAY, null, null, null, null, 0, 1, 1, delay);
    }

    public Fault operation(String name) {
        return new Fault(kind, name, secretName, account, region, skip, times, every, delay);
    }

    public Fault secret(String name) {
        return new Fault(kind, operation, name, account, region, skip, times, every, delay);
    }

    public Fault account(String id) {
        return new Fault(kind, operation, secretName, id, region, skip, times, every, delay);
    }

    public Fault region(String name) {
        return new Fault(kind, operation, secretName, account, name, skip, times, every, delay);
    }

    /** Strikes {@code n} times, then no more. */
    public Fault times(long n) {
        return new Fault(kind, operation, secretName, account, region, skip, n, every, delay);
    }

    /** Strikes until it is cleared. */
    public Fault always() {
        return times(Long.MAX_VALUE);
    }

    /** Lets {@code n} matching calls pass first. */
    public Fault after(long n) {
        return new Fault(kind, operation, secretName, account, region, n, times, every, delay);
    }

    /** Strikes the first, the third, the fifth matching call and so on, until it is cleared. */
    public Fault everySecondCall() {
        return new Fault(kind, operation, secretName, account, region, skip, Long.MAX_VALUE, 2, delay);
    }

    boolean matches(String calledOperation, String calledSecret, String callersAccount, String callersRegion) {
        return (operation == null || operation.equals(calledOperation))
                && (secretName == null || secretName.equals(calledSecret))
                && (account == null || account.equals(callersAccount))
                && (region == null || region.equals(callersRegion));
    }
}
