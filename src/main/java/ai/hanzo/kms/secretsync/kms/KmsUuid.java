package ai.hanzo.kms.secretsync.kms;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/** UUIDs of version 5 (RFC 9562, section 5.5): the same parts always give the same id. */
final class KmsUuid {
    /** This service's own namespace, a random UUID. */
    private static final UUID NAMESPACE = UUID.fromString("7f0c1d52-6c0b-4d0e-9d5e-3f1b0a8c2e64");

    private KmsUuid() {}

    static UUID of(String... parts) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            sha1.update(ByteBuffer.allocate(16)
                    .putLong(NAMESPACE.getMostSignificantBits())
                    .putLong(NAMESPACE.getLeastSignificantBits())
                    .array());
            ByteBuffer hash =
                    ByteBuffer.wrap(sha1.digest(String.join("\n", parts).getBytes(StandardCharsets.UTF_8)));
            long most = hash.getLong() & 0xffffffffffff0fffL | 0x5000L;
            long least = hash.getLong() & 0x3fffffffffffffffL | 0x8000000000000000L;
            return new UUID(most, least);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-1 is in every JDK", e);
        }
    }
}
