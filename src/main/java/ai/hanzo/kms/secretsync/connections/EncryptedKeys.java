package ai.hanzo.kms.secretsync.connections;

import java.util.List;
import java.util.Optional;
import org.springframework.data.jdbc.repository.query.Modifying;
import org.springframework.data.jdbc.repository.query.Query;
import org.springframework.data.relational.core.sql.LockMode;
import org.springframework.data.relational.repository.Lock;
import org.springframework.data.repository.Repository;

/** The rows of {@code encrypted_key}. */
interface EncryptedKeys extends Repository<EncryptedKey, String> {
    Optional<EncryptedKey> findById(String purpose);

    @Lock(LockMode.PESSIMISTIC_WRITE)
    List<EncryptedKey> findAllByOrderByPurpose();

    /** Leaves an existing row alone, however close the race. */
    @Modifying
    @Query("insert into encrypted_key (purpose, ciphertext, created_at)"
            + " values (:purpose, :ciphertext, current_timestamp) on conflict do nothing")
    void insertIfAbsent(String purpose, byte[] ciphertext);

    EncryptedKey save(EncryptedKey key);
}
