package ai.hanzo.kms.secretsync.api;

import ai.hanzo.kms.secretsync.sync.AdditionalDestination;
import ai.hanzo.kms.secretsync.sync.SecretSync;
import ai.hanzo.kms.secretsync.sync.SyncOptions;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A sync as clients see it: {@code upstream-secret-sync.md} 1.5. All fields are always there, null where they have no value;
 * {@code syncOptions} and {@code destinationConfig} have what the caller gave and nothing else.
 *
 * @param version 1; an integer, for Terraform fails on anything else
 * @param folderId null when the folder is gone from the KMS; so are {@code environment} and {@code folder} then
 * @param syncStatus {@code pending}, {@code running}, {@code succeeded}, {@code failed} or null
 */
public record SecretSyncView(
        UUID id,
        String name,
        String description,
        @JsonProperty("isAutoSyncEnabled") boolean isAutoSyncEnabled,
        int version,
        String projectId,
        String folderId,
        UUID connectionId,
        Instant createdAt,
        Instant updatedAt,
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
        SyncOptions syncOptions,
        String destination,
        DestinationConfig destinationConfig,
        Connection connection,
        Environment environment,
        Folder folder,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> warnings) {

    /** How the last job of a kind went; all null where there was none. */
    public record Job(String status, String jobId, String message, Instant at) {
        private static final int LONGEST_MESSAGE = 1024;

        public static final Job NONE = new Job(null, null, null, null);

        public Job {
            message = message == null || message.length() <= LONGEST_MESSAGE
                    ? message
                    : message.substring(0, LONGEST_MESSAGE);
        }
    }

    /** The connection as part of a sync. */
    public record Connection(String app, String name, UUID id) {
        public Connection(String name, UUID id) {
            this("aws", name, id);
        }
    }

    /** The environment of the source. */
    public record Environment(String slug, String name, String id) {}

    /** The folder of the source. */
    public record Folder(String id, String path) {}

    /**
     * The view of a sync and of what is known about it elsewhere.
     *
     * @param environment null when it is gone
     * @param folder null when it is gone
     * @param warnings that are not there where there are none
     */
    public static SecretSyncView of(
            SecretSync sync,
            String connectionName,
            Environment environment,
            Folder folder,
            Instant createdAt,
            Instant updatedAt,
            Job lastSync,
            Job lastImport,
            Job lastRemove,
            List<String> warnings) {
        return of(
                sync,
                null,
                connectionName,
                environment,
                folder,
                createdAt,
                updatedAt,
                lastSync,
                lastImport,
                lastRemove,
                warnings);
    }

    /**
     * The same of a sync with several destinations.
     *
     * @param additional as they were asked for, null where there are none
     */
    public static SecretSyncView of(
            SecretSync sync,
            List<AdditionalDestination> additional,
            String connectionName,
            Environment environment,
            Folder folder,
            Instant createdAt,
            Instant updatedAt,
            Job lastSync,
            Job lastImport,
            Job lastRemove,
            List<String> warnings) {
        return new SecretSyncView(
                sync.id(),
                sync.name(),
                sync.description(),
                sync.autoSyncEnabled(),
                1,
                sync.source().projectId(),
                folder == null ? null : folder.id(),
                sync.destination().connectionId(),
                createdAt,
                updatedAt,
                lastSync.status(),
                lastSync.jobId(),
                lastSync.message(),
                lastSync.at(),
                lastImport.status(),
                lastImport.jobId(),
                lastImport.message(),
                lastImport.at(),
                lastRemove.status(),
                lastRemove.jobId(),
                lastRemove.message(),
                lastRemove.at(),
                sync.options(),
                "aws-secrets-manager",
                DestinationConfig.of(sync.destination(), additional),
                new Connection(connectionName, sync.destination().connectionId()),
                environment,
                folder,
                warnings);
    }
}
