package ai.hanzo.kms.secretsync.connections;

import java.util.List;
import org.springframework.transaction.support.TransactionOperations;

/**
 * The second half of rotating the master key. First every instance is started with the new key as {@code
 * SECRET_SYNC_ENCRYPTION_KEY} or {@code SECRET_SYNC_ENCRYPTION_KMS_KEY_ID}, and the former one among {@code
 * SECRET_SYNC_ENCRYPTION_PREVIOUS_KEYS}; then this is run once, while they go on; then the former key can be taken away.
 */
public final class KeyRotation {
    private final StoredConnections connections;
    private final EncryptedKeys keys;
    private final Encryption encryption;
    private final TransactionOperations transaction;

    KeyRotation(
            StoredConnections connections,
            EncryptedKeys keys,
            Encryption encryption,
            TransactionOperations transaction) {
        this.connections = connections;
        this.keys = keys;
        this.encryption = encryption;
        this.transaction = transaction;
    }

    /**
     * Encrypts everything anew under the current master key, all of it or nothing. Credentials, their hashes and revisions,
     * and the data keys stay the same.
     *
     * @return how many records there were
     * @throws UndecryptableException naming the first record that no key fits; nothing has changed then
     */
    public int reencrypt() {
        return transaction.execute(status -> {
            List<EncryptedKey> lockedKeys = keys.findAllByOrderByPurpose();
            for (EncryptedKey key : lockedKeys) {
                keys.save(key.withCiphertext(anew(key.ciphertext(), EncryptedKey.record(key.purpose()))));
            }
            List<StoredConnection> lockedConnections = connections.findAllByOrderById();
            for (StoredConnection row : lockedConnections) {
                connections.save(row.reencrypted(anew(row.credentials(), StoredConnection.record(row.id()))));
            }
            return lockedKeys.size() + lockedConnections.size();
        });
    }

    private byte[] anew(byte[] ciphertext, String record) {
        return encryption.encrypt(encryption.decrypt(ciphertext, record), record);
    }
}
