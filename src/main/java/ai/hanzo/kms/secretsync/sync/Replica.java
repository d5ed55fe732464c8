package ai.hanzo.kms.secretsync.sync;

/**
 * The copy of a secret in another region, as AWS tells of it at the primary.
 *
 * @param keyId KMS key of that region; AWS gives it as it was given
 * @param message why it failed, in AWS's words; null unless it did
 */
public record Replica(Status status, String keyId, String message) {
    /** How far AWS has come. */
    public enum Status {
        IN_SYNC,
        IN_PROGRESS,
        FAILED
    }

    public boolean failed() {
        return status == Status.FAILED;
    }
}
