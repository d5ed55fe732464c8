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

    /** The sync is initial no more - unless it was given another destination while the run went on. */
    @Modifying
    @Query("""
            update sync_state set failures = 0, initial = initial and not exists (
              select 1 from secret_sync s where s.id = :syncId and s.connection_id = :connectionId and s.region = :region
                and s.mapping_behavior = :mappingBehavior and coalesce(s.secret_name, '') = :secretName)
            where sync_id = :syncId""")
    void syncSucceeded(UUID syncId, UUID connectionId, String region, String mappingBehavior, String secretName);

    @Modifying
    @Query("update sync_state set failures = failures + 1 where sync_id = :syncId")
    void syncFailed(UUID syncId);
}
