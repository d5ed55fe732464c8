package ai.hanzo.kms.secretsync.connections;

import java.util.Optional;

/**
 * A key management service, which holds master keys that never leave it. The name of the record that a ciphertext belongs to
 * is bound into it, and shows in the service's own log of uses.
 */
public interface KeyService {
    /**
     * @param key names a key of the service
     * @throws ai.hanzo.kms.secretsync.sync.Rejection UPSTREAM_UNAVAILABLE where the service cannot be asked or refuses the key;
     *     the message says what to do
     */
    byte[] encrypt(String key, byte[] plaintext, String record);

    /**
     * @return empty where the ciphertext is of another key or of another record, or was changed
     * @throws ai.hanzo.kms.secretsync.sync.Rejection as with {@link #encrypt}
     */
    Optional<byte[]> decrypt(String key, byte[] ciphertext, String record);
}
