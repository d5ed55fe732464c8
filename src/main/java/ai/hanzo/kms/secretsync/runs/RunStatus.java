package ai.hanzo.kms.secretsync.runs;

/** The statuses of the wire contract, and one that only a run has: for the contract it has failed. */
public enum RunStatus {
    PENDING,
    RUNNING,
    SUCCEEDED,
    FAILED,
    /** It stopped before it changed anything, because somebody has to approve its plan. */
    NEEDS_APPROVAL;

    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    /** What the contract calls it. */
    String wordOnSync() {
        return this == NEEDS_APPROVAL ? FAILED.word() : word();
    }
}
