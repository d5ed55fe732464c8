package ai.hanzo.kms.secretsync.api;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.UUID;

/**
 * A connection as clients see it: {@code upstream-secret-sync.md} 1.6. All fields are always there, null where they have no value.
 *
 * @param projectId null for a connection of the whole organisation; so is {@code project}
 * @param trouble not there where AWS accepts the connection, as far as is known
 * @param credentialsHash changes with the credentials and with nothing else
 */
public record AppConnectionView(
        UUID id,
        String name,
        String description,
        String app,
        ConnectionMethod method,
        int version,
        String orgId,
        String projectId,
        String gatewayId,
        String gatewayPoolId,
        @JsonProperty("isPlatformManagedCredentials") boolean isPlatformManagedCredentials,
        @JsonProperty("isAutoRotationEnabled") boolean isAutoRotationEnabled,
        Instant createdAt,
        Instant updatedAt,
        String credentialsHash,
        Project project,
        Credentials credentials,
        @JsonInclude(JsonInclude.Include.NON_NULL) Trouble trouble) {

    public AppConnectionView(
            UUID id,
            String name,
            String description,
            int version,
            String orgId,
            Project project,
            Instant createdAt,
            Instant updatedAt,
            String credentialsHash,
            Credentials credentials,
            Trouble trouble) {
        this(
                id,
                name,
                description,
                "aws",
                credentials.method(),
                version,
                orgId,
                project == null ? null : project.id(),
                null,
                null,
                false,
                false,
                createdAt,
                updatedAt,
                credentialsHash,
                project,
                credentials,
                trouble);
    }

    /**
     * Why the syncs of a connection that AWS does not accept are put off; an addition to the contract.
     *
     * @param nextTryAt when one of them tries it again by itself
     */
    public record Trouble(Instant since, String message, Instant nextTryAt) {}

    /** The project of a connection. */
    public record Project(String name, String id, String type, String slug) {}

    /** What may be shown of the credentials: there is no place for a secret. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Credentials(@JsonIgnore ConnectionMethod method, String accessKeyId, String stsEndpoint) {
        public static Credentials accessKey(String accessKeyId) {
            return new Credentials(ConnectionMethod.ACCESS_KEY, accessKeyId, null);
        }

        /** @param stsEndpoint null for the usual one */
        public static Credentials assumeRole(String stsEndpoint) {
            return new Credentials(ConnectionMethod.ASSUME_ROLE, null, stsEndpoint);
        }
    }
}
