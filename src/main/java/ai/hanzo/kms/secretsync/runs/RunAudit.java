package ai.hanzo.kms.secretsync.runs;

import ai.hanzo.kms.secretsync.sync.SecretSync;
import java.util.List;
import java.util.UUID;

/** Keeps for ever what runs did. Called in the transaction that records the same on the sync. */
public interface RunAudit {
    /**
     * A run came to its end.
     *
     * @param sync null where not even that could be read
     * @param errorCode of what kept the whole run from its work; null where nothing did
     */
    void ended(Run run, SecretSync sync, RunStatus status, String errorCode, List<Outcome> outcomes);

    /** A run was cut off by the end of its instance, which was noticed only now. */
    void interrupted(Interrupted run);

    /**
     * What is known of a run that was cut off. Deletions leave no trace of the run here, only in the journal.
     *
     * @param action {@link RunAction#word()}
     * @param reason {@link RunReason#word()}
     * @param written AWS secrets whose write was confirmed
     * @param begun AWS secrets whose write was begun, and may have arrived
     */
    record Interrupted(UUID id, UUID syncId, String action, String reason, List<String> written, List<String> begun) {}
}
