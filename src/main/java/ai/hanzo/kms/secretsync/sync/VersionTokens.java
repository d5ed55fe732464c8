package ai.hanzo.kms.secretsync.sync;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Says what a version id would be for a value: a keyed hash over destination, name, value and a generation. Written as the
 * {@code ClientRequestToken} it becomes the version id, and ListSecrets alone then tells whether the value in AWS is the one
 * that is wanted. Keyed, so that nobody else can try values against it.
 */
public final class VersionTokens {
    private final SecretKeySpec key;
    private final byte[] destination;
    /** What {@link #isOf} has found: a planning asks several times about a value that does not change in between. */
    private final Map<String, Found> found = new ConcurrentHashMap<>();

    /** Value and token are the very objects that were compared, so that nothing is kept for it but the two references. */
    private record Found(SecretText value, long generation, String token) {}

    private VersionTokens(SecretKeySpec key, byte[] destination) {
        this.key = key;
        this.destination = destination;
    }

    /**
     * @param key 32 random bytes that only this service holds
     * @param account AWS account id
     */
    public static VersionTokens of(byte[] key, UUID syncId, String account, String region) {
        return new VersionTokens(
                new SecretKeySpec(key, "HmacSHA256"),
                (syncId + "\n" + account + "\n" + region).getBytes(StandardCharsets.UTF_8));
    }

    /** 64 hexadecimal digits. */
    public String token(String name, SecretText value, long generation) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            part(mac, destination);
            part(mac, name.getBytes(StandardCharsets.UTF_8));
            part(mac, value.reveal().getBytes(StandardCharsets.UTF_8));
            mac.update(ByteBuffer.allocate(Long.BYTES).putLong(generation).array());
            return HexFormat.of().formatHex(mac.doFinal());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA256 is in every JDK", e);
        }
    }

    /** Whether a token is {@link #token} of a value. */
    boolean isOf(String token, String name, SecretText value, long generation) {
        Found before = found.get(name);
        if (before != null && before.value == value && before.generation == generation && before.token.equals(token)) {
            return true;
        }
        boolean same = token(name, value, generation).equals(token);
        if (same) {
            found.put(name, new Found(value, generation, token));
        }
        return same;
    }

    private static void part(Mac mac, byte[] bytes) {
        mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        mac.update(bytes);
    }
}
