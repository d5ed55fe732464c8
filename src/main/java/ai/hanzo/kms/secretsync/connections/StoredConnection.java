package ai.hanzo.kms.secretsync.connections;

import java.time.Instant;
import java.util.UUID;
import org.springframework.data.annotation.Id;
import org.springframework.data.relational.core.mapping.Column;
import org.springframework.data.relational.core.mapping.Table;

/**
 * A row of {@code app_connection}. The columns are named one by one because Spring Data quotes them, and on H2 would otherwise do so
 * in upper case.
 */
@Table("app_connection")
record StoredConnection(
        @Id @Column("id") UUID id,
        @Column("scope") String scope,
        @Column("name") String name,
        @Column("description") String description,
        @Column("method") String method,
        @Column("org_id") String orgId,
        @Column("project_id") String projectId,
        @Column("account_id") String accountId,
        @Column("credentials") byte[] credentials,
        @Column("credentials_hash") String credentialsHash,
        @Column("credentials_revision") int credentialsRevision,
        @Column("version") int version,
        @Column("created_at") Instant createdAt,
        @Column("updated_at") Instant updatedAt) {

    /** Where a name is unique; the migration's check constraint says the same. */
    static String scope(String orgId, String projectId) {
        return projectId == null ? "organization:" + orgId : "project:" + projectId;
    }

    /** The name under which a connection's credentials are encrypted. */
    static String record(UUID id) {
        return "app_connection:" + id;
    }

    StoredConnection changed(String name, String description, String accountId, Instant updatedAt) {
        return new StoredConnection(
                id,
                scope,
                name,
                description,
                method,
                orgId,
                projectId,
                accountId,
                credentials,
                credentialsHash,
                credentialsRevision,
                version,
                createdAt,
                updatedAt);
    }

    StoredConnection rotated(byte[] credentials, String credentialsHash) {
        return new StoredConnection(
                id,
                scope,
                name,
                description,
                method,
                orgId,
                projectId,
                accountId,
                credentials,
                credentialsHash,
                credentialsRevision + 1,
                version,
                createdAt,
                updatedAt);
    }

    StoredConnection reencrypted(byte[] credentials) {
        return new StoredConnection(
                id,
                scope,
                name,
                description,
                method,
                orgId,
                projectId,
                accountId,
                credentials,
                credentialsHash,
                credentialsRevision,
                version,
                createdAt,
                updatedAt);
    }

    @Override
    public String toString() {
        return record(id);
    }
}
