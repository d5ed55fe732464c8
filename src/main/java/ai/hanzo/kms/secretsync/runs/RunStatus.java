package ai.hanzo.kms.secretsync.runs;

/** The statuses of the wire contract. */
public enum RunStatus {
    PENDING,
    RUNNING,
    SUCCEEDED,
    FAILED;

    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
