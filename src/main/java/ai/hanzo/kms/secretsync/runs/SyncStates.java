package ai.hanzo.kms.secretsync.runs;

import java.util.UUID;
import org.springframework.data.jdbc.repository.query.Modifying;
import org.springframework.data.jdbc.repository.query.Query;
import org.springframework.data.repository.ListCrudRepository;

interface SyncStates extends ListCrudRepository<SyncState, UUID> {
    @Modifying
    @Query("update sync_state set initial = true where sync_id = :syncId")
    void makeInitial(UUID syncId);

    @Modifying
    @Query("update sync_state set approved_deletions = :digest where sync_id = :syncId")
    void approveDeletions(UUID syncId, String digest);

    /** Another approval may have been given meanwhile: that one stays. */
    @Modifying
    @Query("update sync_state set approved_deletions = null where sync_id = :syncId and approved_deletions = :digest")
    void approvalUsed(UUID syncId, String digest);

    @Modifying
    @Query("update sync_state set initial = false, failures = 0 where sync_id = :syncId")
    void syncSucceeded(UUID syncId);

    @Modifying
    @Query("update sync_state set failures = failures + 1 where sync_id = :syncId")
    void syncFailed(UUID syncId);
}
