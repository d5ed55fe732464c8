package ai.hanzo.kms.secretsync.runs;

/** Keeps for ever what was paused and resumed. Called in the transaction that does it. */
public interface PauseAudit {
    void paused(PauseTarget target);

    void resumed(PauseTarget target);
}
