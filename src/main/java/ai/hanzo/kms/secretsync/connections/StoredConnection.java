package ai.hanzo.kms.secretsync.connections;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.annotation.Id;
import org.springframework.data.jdbc.repository.query.Modifying;
import org.springframework.data.jdbc.repository.query.Query;
import org.springframework.data.relational.core.mapping.Table;
import org.springframework.data.relational.core.sql.LockMode;
import org.springframework.data.relational.repository.Lock;
import org.springframework.data.repository.Repository;

/** A row of {@code app_connection}. */
@Table("app_connection")
record StoredConnection(
        @Id UUID id,
        String scope,
        String name,
        String description,
        String method,
        String orgId,
        String projectId,
        String accountId,
        byte[] credentials,
        String credentialsHash,
        int credentialsRevision,
        int version,
        Instant createdAt,
        Instant updatedAt) {

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

    /** The rows. */
    interface Rows extends Repository<StoredConnection, UUID> {
        Optional<StoredConnection> findById(UUID id);

        /** Keeps the row from others until the transaction ends. */
        @Lock(LockMode.PESSIMISTIC_WRITE)
        Optional<StoredConnection> findLockedById(UUID id);

        @Lock(LockMode.PESSIMISTIC_WRITE)
        List<StoredConnection> findAllByOrderById();

        Optional<StoredConnection> findByScopeAndName(String scope, String name);

        boolean existsByScopeAndName(String scope, String name);

        List<StoredConnection> findByScopeIn(Collection<String> scopes);

        StoredConnection save(StoredConnection existing);

        @Modifying
        @Query("delete from app_connection where id = :id")
        void deleteRow(UUID id);
    }
}
