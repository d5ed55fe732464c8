package ai.hanzo.kms.secretsync.connections;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.jdbc.repository.query.Modifying;
import org.springframework.data.jdbc.repository.query.Query;
import org.springframework.data.relational.core.sql.LockMode;
import org.springframework.data.relational.repository.Lock;
import org.springframework.data.repository.Repository;

/** The rows of {@code app_connection}. */
interface StoredConnections extends Repository<StoredConnection, UUID> {
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
