package ai.hanzo.kms.secretsync.connections;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.data.annotation.Id;
import org.springframework.data.jdbc.repository.query.Modifying;
import org.springframework.data.jdbc.repository.query.Query;
import org.springframework.data.relational.core.mapping.Table;
import org.springframework.data.relational.core.sql.LockMode;
import org.springframework.data.relational.repository.Lock;
import org.springframework.data.repository.Repository;

/** A row of {@code encrypted_key}. */
@Table("encrypted_key")
record EncryptedKey(@Id String purpose, byte[] ciphertext, Instant createdAt) {
    /** The name under which the ciphertext of a purpose's key is encrypted. */
    static String record(String purpose) {
        return "encrypted_key:" + purpose;
    }

    EncryptedKey withCiphertext(byte[] ciphertext) {
        return new EncryptedKey(purpose, ciphertext, createdAt);
    }

    @Override
    public String toString() {
        return record(purpose);
    }

    /** The rows. */
    interface Rows extends Repository<EncryptedKey, String> {
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
}
