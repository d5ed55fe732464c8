package ai.hanzo.kms.secretsync.connections;

import java.time.Instant;
import org.springframework.data.annotation.Id;
import org.springframework.data.relational.core.mapping.Column;
import org.springframework.data.relational.core.mapping.Table;

/**
 * A row of {@code encrypted_key}. The columns are named one by one because Spring Data quotes them, and on H2 would otherwise do so
 * in upper case.
 */
@Table("encrypted_key")
record EncryptedKey(
        @Id @Column("purpose") String purpose,
        @Column("ciphertext") byte[] ciphertext,
        @Column("created_at") Instant createdAt) {
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
}
