package ai.hanzo.kms.secretsync.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.UUID;

/**
 * A connection in the list of those that the caller may use.
 *
 * @param projectId null, and then absent, for a connection of the whole organisation
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AvailableConnectionView(String app, String name, UUID id, String projectId, String orgId) {
    public AvailableConnectionView(String name, UUID id, String projectId, String orgId) {
        this("aws", name, id, projectId, orgId);
    }
}
