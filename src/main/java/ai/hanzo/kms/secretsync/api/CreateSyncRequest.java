package ai.hanzo.kms.secretsync.api;

import ai.hanzo.kms.secretsync.sync.Destination;
import ai.hanzo.kms.secretsync.sync.Source;
import ai.hanzo.kms.secretsync.sync.SyncOptions;
import java.util.UUID;

/**
 * A valid request for a new sync.
 *
 * @param description null where there is none; at most 256 characters
 * @param secretPath without a trailing slash, but for the root
 */
public record CreateSyncRequest(
        String name,
        String projectId,
        String description,
        UUID connectionId,
        String environment,
        String secretPath,
        boolean autoSyncEnabled,
        SyncOptions syncOptions,
        DestinationConfig destinationConfig) {

    public Source source() {
        return new Source(projectId, environment, secretPath);
    }

    public Destination destination() {
        return destinationConfig.with(connectionId);
    }
}
