package ai.hanzo.kms.secretsync.connections;

import ai.hanzo.kms.secretsync.sync.Rejection;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Has every key that is named, binds what it encrypts to key and record, and can be out of reach. */
class KeyServiceInMemory implements KeyService {
    final AtomicInteger decryptions = new AtomicInteger();
    final Set<String> refused = ConcurrentHashMap.newKeySet();

    @Override
    public byte[] encrypt(String key, byte[] plaintext, String record) {
        requireUsable(key);
        return (key + "\n" + record + "\n" + Base64.getEncoder().encodeToString(plaintext))
                .getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Optional<byte[]> decrypt(String key, byte[] ciphertext, String record) {
        requireUsable(key);
        decryptions.incrementAndGet();
        String[] parts = new String(ciphertext, StandardCharsets.UTF_8).split("\n");
        return parts[0].equals(key) && parts[1].equals(record)
                ? Optional.of(Base64.getDecoder().decode(parts[2]))
                : Optional.empty();
    }

    private void requireUsable(String key) {
        if (refused.contains(key)) {
            throw new Rejection(Rejection.Kind.UPSTREAM_UNAVAILABLE, "The key " + key + " cannot be used.");
        }
    }
}
