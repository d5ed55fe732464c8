package ai.hanzo.kms.secretsync.syncs;

import ai.hanzo.kms.secretsync.sync.Destination;
import ai.hanzo.kms.secretsync.sync.SecretSync;
import ai.hanzo.kms.secretsync.sync.Source;
import ai.hanzo.kms.secretsync.sync.SyncOptions;
import java.time.Instant;
import java.util.UUID;

/**
 * A sync as it is stored: what the caller asked for, and what the KMS said about its source then.
 *
 * @param environmentId id of the environment in the KMS, null where it could not be found any more
 * @param folderId id of the folder in the KMS, null likewise
 * @param version version of the shape of the options, 1
 */
public record SavedSync(
        UUID id,
        String name,
        String description,
        Source source,
        String environmentId,
        String environmentName,
        UUID folderId,
        Destination destination,
        SyncOptions options,
        boolean autoSyncEnabled,
        int version,
        Instant createdAt,
        Instant updatedAt) {

    /**
     * @param initial whether no run has succeeded yet for this destination
     */
    public SecretSync toSync(boolean initial) {
        return new SecretSync(id, name, description, source, destination, options, autoSyncEnabled, initial);
    }
}
