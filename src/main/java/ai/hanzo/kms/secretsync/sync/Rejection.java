package ai.hanzo.kms.secretsync.sync;

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

    public Rejection(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Rejection(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
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
}
