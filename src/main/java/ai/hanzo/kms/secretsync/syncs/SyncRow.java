package ai.hanzo.kms.secretsync.syncs;

import ai.hanzo.kms.secretsync.sync.Destination;
import ai.hanzo.kms.secretsync.sync.Source;
import ai.hanzo.kms.secretsync.sync.SyncOptions;
import java.time.Instant;
import java.util.UUID;
import org.springframework.data.annotation.Id;
import org.springframework.data.relational.core.mapping.Table;

/** {@link SavedSync} as a row. */
@Table("secret_sync")
record SyncRow(
        @Id UUID id,
        String name,
        String description,
        String projectId,
        String environment,
        String environmentId,
        String environmentName,
        UUID folderId,
        String secretPath,
        UUID connectionId,
        String region,
        String mappingBehavior,
        String secretName,
        SyncOptions syncOptions,
        boolean autoSyncEnabled,
        int version,
        Instant createdAt,
        Instant updatedAt,
        AdditionalDestinations additionalDestinations,
        UUID parentId,
        boolean dropped) {

    static SyncRow of(SavedSync sync) {
        return new SyncRow(
                sync.id(),
                sync.name(),
                sync.description(),
                sync.source().projectId(),
                sync.source().environment(),
                sync.environmentId(),
                sync.environmentName(),
                sync.folderId(),
                sync.source().secretPath(),
                sync.destination().connectionId(),
                sync.destination().region(),
                sync.destination().mappingBehavior(),
                sync.destination().secretName(),
                sync.options(),
                sync.autoSyncEnabled(),
                sync.version(),
                sync.createdAt(),
                sync.updatedAt(),
                AdditionalDestinations.of(sync.additionalDestinations()),
                sync.parentId(),
                sync.dropped());
    }

    SavedSync toSavedSync() {
        return new SavedSync(
                id,
                name,
                description,
                new Source(projectId, environment, secretPath, syncOptions.subFolders()),
                environmentId,
                environmentName,
                folderId,
                new Destination(connectionId, region, mappingBehavior, secretName),
                syncOptions,
                autoSyncEnabled,
                version,
                createdAt,
                updatedAt,
                additionalDestinations == null ? null : additionalDestinations.all(),
                parentId,
                dropped);
    }
}
