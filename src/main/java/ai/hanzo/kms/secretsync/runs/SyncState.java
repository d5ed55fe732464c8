package ai.hanzo.kms.secretsync.runs;

import java.time.Instant;
import java.util.UUID;
import org.springframework.data.annotation.Id;
import org.springframework.data.relational.core.mapping.Table;

/**
 * Where a sync stands, in the words of the wire contract.
 *
 * @param initial whether no run has succeeded yet for this destination
 * @param failures runs in a row that failed
 * @param approvedDeletions digest of the deletions that the next run may carry out whatever their number, or null
 */
@Table("sync_state")
public record SyncState(
        @Id UUID syncId,
        boolean initial,
        String syncStatus,
        String lastSyncJobId,
        String lastSyncMessage,
        Instant lastSyncedAt,
        String importStatus,
        String lastImportJobId,
        String lastImportMessage,
        Instant lastImportedAt,
        String removeStatus,
        String lastRemoveJobId,
        String lastRemoveMessage,
        Instant lastRemovedAt,
        int failures,
        String approvedDeletions) {

    static SyncState ofNewSync(UUID syncId) {
        return new SyncState(
                syncId, true, null, null, null, null, null, null, null, null, null, null, null, null, 0, null);
    }
}
