package ai.hanzo.kms.secretsync.connections;

import ai.hanzo.kms.secretsync.sync.Rejection;
import java.security.SecureRandom;
import java.util.Optional;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Random keys of 32 bytes, one for each purpose, made once and stored encrypted by the master key: rotating that does not
 * change them.
 */
public final class DataKeys {
    /** Purpose of the key of {@link ai.hanzo.kms.secretsync.sync.VersionTokens}. */
    public static final String VERSION_TOKENS = "version-tokens";

    /** Purpose of the key with which the audit trail is made tamper-evident. */
    public static final String AUDIT = "audit";

    /** Purpose of the key of {@link AppConnection#credentialsHash()}. */
    static final String CREDENTIALS_HASH = "credentials-hash";

    /** Purpose of the key that is only there to be decrypted at start. */
    static final String CHECK = "check";

    private static final SecureRandom random = new SecureRandom();

    private final EncryptedKeys rows;
    private final Encryption encryption;
    private final TransactionTemplate ownTransaction;

    DataKeys(EncryptedKeys rows, Encryption encryption, PlatformTransactionManager transactions) {
        this.rows = rows;
        this.encryption = encryption;
        this.ownTransaction = new TransactionTemplate(transactions);
        // A key that was handed out must not vanish with the caller's transaction.
        ownTransaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
    }

    /**
     * The key of a purpose, made at the first call; every instance gets the same.
     *
     * @throws UndecryptableException if the master key does not fit
     */
    public byte[] key(String purpose) {
        Optional<EncryptedKey> stored = rows.findById(purpose);
        if (stored.isEmpty()) {
            byte[] key = new byte[Encryption.KEY_BYTES];
            random.nextBytes(key);
            byte[] ciphertext = encryption.encrypt(key, EncryptedKey.record(purpose));
            stored = ownTransaction.execute(status -> {
                rows.insertIfAbsent(purpose, ciphertext);
                return rows.findById(purpose);
            });
        }
        return encryption.decrypt(stored.orElseThrow().ciphertext(), EncryptedKey.record(purpose));
    }

    /**
     * Makes sure, at start, that the master key can be used and fits this database, which by that becomes its own.
     *
     * @throws EncryptionKeyException if it does not
     */
    void verifyMasterKey() {
        try {
            encryption.tryOut();
            key(CHECK);
        } catch (Rejection e) {
            throw new EncryptionKeyException(encryption.keySource() + ": " + e.getMessage(), e);
        } catch (UndecryptableException e) {
            throw new EncryptionKeyException(
                    "The database was encrypted with another key than " + encryption.keySource()
                            + " holds: give that key back, or add it to " + Encryption.PREVIOUS_KEYS_VARIABLE,
                    e);
        }
    }
}
