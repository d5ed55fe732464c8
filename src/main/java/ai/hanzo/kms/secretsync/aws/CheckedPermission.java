package ai.hanzo.kms.secretsync.aws;

/**
 * Whether a connection may do what a statement of a policy allows.
 *
 * @param statement the {@code Sid}
 * @param resource what it was tried on, or what it would be about
 * @param message why, null where it is allowed
 */
public record CheckedPermission(String action, String statement, String resource, Status status, String message) {
    public enum Status {
        ALLOWED,
        MISSING,
        /** It cannot be told without changing something, or AWS did not answer. */
        UNKNOWN
    }
}
