package ai.hanzo.kms.secretsync.connections;

import java.util.Objects;

/**
 * Asks for a new connection. The fields' own rules (slug, lengths) have been checked by whoever took the request.
 *
 * @param description may be null
 * @param projectId null for a connection of the whole organisation
 */
public record CreateConnection(
        String name,
        String description,
        ConnectionMethod method,
        ConnectionCredentials credentials,
        String orgId,
        String projectId) {
    public CreateConnection {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(credentials, "credentials");
        Objects.requireNonNull(orgId, "orgId");
    }
}
