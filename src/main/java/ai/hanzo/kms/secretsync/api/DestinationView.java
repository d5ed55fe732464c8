package ai.hanzo.kms.secretsync.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * One destination of a sync, and how it stands there.
 *
 * @param id under which its runs, its plan and its IAM policy are found; of the first destination that of the sync
 * @param dropped whether it was taken out of the sync: it runs no more, and what is there is removed with the sync's secrets
 */
public record DestinationView(
        UUID id,
        UUID connectionId,
        String connectionName,
        String region,
        @JsonInclude(JsonInclude.Include.NON_NULL) String keyId,
        @JsonProperty("isDropped") boolean dropped,
        String syncStatus,
        String lastSyncJobId,
        String lastSyncMessage,
        Instant lastSyncedAt,
        String removeStatus,
        String lastRemoveMessage,
        Instant lastRemovedAt,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> warnings) {}
