package ai.hanzo.kms.secretsync.sync;

import java.time.Duration;

/**
 * A request that cannot be carried out, with a message for the caller: it names what is wrong and how to mend it, and never
 * holds a secret.
 */
public final class Rejection extends RuntimeException {
    /** The classes of the wire contract, with their HTTP status and the word in the envelope's {@code error}. */
    public enum Kind {
        BAD_REQUEST(400, "BadRequest"),
        UNAUTHENTICATED(401, "UnauthorizedError"),
        TOKEN(403, "TokenError"),
        FORBIDDEN(403, "PermissionDenied"),
        NOT_FOUND(404, "NotFound"),
        RATE_LIMITED(429, "RateLimitExceeded"),
        UPSTREAM_UNAVAILABLE(503, "ServiceUnavailable");

        private final int status;
        private final String error;

        Kind(int status, String error) {
            this.status = status;
            this.error = error;
        }

        public int status() {
            return status;
        }

        public String error() {
            return error;
        }
    }

    private final Kind kind;
    private final Duration retryAfter;

    public Rejection(Kind kind, String message) {
        this(kind, message, null);
    }

    public Rejection(Kind kind, String message, Throwable cause) {
        this(kind, message, null, cause);
    }

    /**
     * @param retryAfter see {@link #retryAfter()}
     * @param cause null for none
     */
    public Rejection(Kind kind, String message, Duration retryAfter, Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.retryAfter = retryAfter;
    }

    /** RATE_LIMITED in upstream's words; the time to wait is rounded up to whole seconds. */
    public static Rejection rateLimited(Duration wait) {
        long seconds = Math.max(1, wait.plusMillis(999).toSeconds());
        return new Rejection(
                Kind.RATE_LIMITED,
                "Rate limit exceeded. Please try again in " + seconds + " seconds",
                Duration.ofSeconds(seconds),
                null);
    }

    public static Rejection badRequest(String message) {
        return new Rejection(Kind.BAD_REQUEST, message);
    }

    public static Rejection notFound(String message) {
        return new Rejection(Kind.NOT_FOUND, message);
    }

    public static Rejection forbidden(String message) {
        return new Rejection(Kind.FORBIDDEN, message);
    }

    public Kind kind() {
        return kind;
    }

    /** How long to wait before another try; null where nothing is known. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
