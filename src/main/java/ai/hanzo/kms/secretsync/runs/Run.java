package ai.hanzo.kms.secretsync.runs;

import ai.hanzo.kms.secretsync.sync.Change;
import ai.hanzo.kms.secretsync.sync.ConflictResolution;
import ai.hanzo.kms.secretsync.sync.Origin;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;

/**
 * A run under way.
 *
 * @param id also the {@code lastSyncJobId} of the contract
 * @param reason why it runs: see {@link RunReason}
 * @param generation a number no other run has; version tokens of what this run writes are made with it
 * @param requestedAt when it was due: asked for, or resumed; null for a drift check and a preview
 * @param importBehavior whose value counts in an import that was asked for; null for other actions
 * @param thenDelete whether the sync itself is to go once its secrets are removed
 * @param approvedDeletions what {@link ai.hanzo.kms.secretsync.sync.Plan#deletionDigest()} must be for the brake to let it pass;
 *     null where nothing was approved
 * @param awsCalls counts the calls to AWS that this run makes, retries included
 * @param origin who asked for it
 */
public record Run(
        UUID id,
        UUID syncId,
        RunAction action,
        RunReason reason,
        long generation,
        Instant requestedAt,
        Instant startedAt,
        ConflictResolution.Behavior importBehavior,
        boolean thenDelete,
        String approvedDeletions,
        LongAdder awsCalls,
        Origin origin) {

    /** Whether somebody waits for it: it makes right what a person or the source has changed. */
    public boolean urgent() {
        return reason != RunReason.DRIFT;
    }

    /** Whether somebody waits for one of its changes; nobody does for the end of what is no longer wanted. */
    public boolean urgent(Change change) {
        return urgent() && !(change instanceof Change.Delete);
    }
}
