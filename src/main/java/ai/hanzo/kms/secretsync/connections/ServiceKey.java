package ai.hanzo.kms.secretsync.connections;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.crypto.tink.Aead;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * A master key in a {@link KeyService}. What it decrypted is remembered for an hour: a record that is read often costs one
 * call, a short outage of the service stops nothing, and a key that was taken away stops working soon.
 */
final class ServiceKey implements Aead {
    /** Tells its ciphertexts from those of local keys, so that the service is not asked about these. */
    private static final byte[] MARK = "kms1".getBytes(StandardCharsets.US_ASCII);

    private static final Duration REMEMBERED = Duration.ofHours(1);
    private static final int RECORDS = 10_000;

    private final KeyService service;
    private final String key;
    private final Cache<Wrapped, byte[]> unwrapped = Caffeine.newBuilder()
            .expireAfterWrite(REMEMBERED)
            .maximumSize(RECORDS)
            .build();

    /** @param key as the service names it */
    ServiceKey(KeyService service, String key) {
        this.service = service;
        this.key = key;
    }

    private record Wrapped(ByteBuffer ciphertext, String record) {}

    @Override
    public byte[] encrypt(byte[] plaintext, byte[] record) {
        byte[] ciphertext = service.encrypt(key, plaintext, text(record));
        return ByteBuffer.allocate(MARK.length + ciphertext.length)
                .put(MARK)
                .put(ciphertext)
                .array();
    }

    @Override
    public byte[] decrypt(byte[] ciphertext, byte[] record) throws GeneralSecurityException {
        if (ciphertext.length < MARK.length || !Arrays.equals(ciphertext, 0, MARK.length, MARK, 0, MARK.length)) {
            throw new GeneralSecurityException("not encrypted by a key management service");
        }
        Wrapped wrapped = new Wrapped(ByteBuffer.wrap(ciphertext.clone()), text(record));
        byte[] known = unwrapped.getIfPresent(wrapped);
        if (known != null) {
            return known.clone();
        }
        Optional<byte[]> plaintext =
                service.decrypt(key, Arrays.copyOfRange(ciphertext, MARK.length, ciphertext.length), wrapped.record());
        if (plaintext.isEmpty()) {
            throw new GeneralSecurityException("not encrypted with " + key + " for this record");
        }
        unwrapped.put(wrapped, plaintext.get().clone());
        return plaintext.get();
    }

    private static String text(byte[] record) {
        return new String(record, StandardCharsets.UTF_8);
    }
}
