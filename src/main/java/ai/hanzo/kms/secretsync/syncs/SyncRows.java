package ai.hanzo.kms.secretsync.syncs;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.repository.ListCrudRepository;

interface SyncRows extends ListCrudRepository<SyncRow, UUID> {
    List<SyncRow> findByProjectIdAndParentIdIsNullOrderByName(String projectId);

    List<SyncRow> findByParentIdOrderByCreatedAtAscRegionAsc(UUID parentId);

    List<SyncRow> findByParentIdIn(Collection<UUID> parentIds);

    Optional<SyncRow> findByProjectIdAndNameAndParentIdIsNull(String projectId, String name);

    List<SyncRow> findByProjectIdAndEnvironmentAndSecretPathAndAutoSyncEnabledTrueOrderByName(
            String projectId, String environment, String secretPath);

    List<SyncRow> findByConnectionIdOrderByName(UUID connectionId);

    List<SyncRow> findByRegionAndSecretNameOrderByCreatedAt(String region, String secretName);

    List<SyncRow> findByRegionAndSecretNameIsNullOrderByCreatedAt(String region);

    List<SyncRow> findByRegionOrderByName(String region);

    boolean existsByConnectionId(UUID connectionId);

    List<SyncRow> findByAutoSyncEnabledTrue();
}
