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
    @Query("update sync_state set initial = false, failures = 0 where sync_id = :syncId")
    void syncSucceeded(UUID syncId);

    @Modifying
    @Query("update sync_state set failures = failures + 1 where sync_id = :syncId")
    void syncFailed(UUID syncId);
}
