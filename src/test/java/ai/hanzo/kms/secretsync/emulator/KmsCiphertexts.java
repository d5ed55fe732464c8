package ai.hanzo.kms.secretsync.emulator;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The ciphertext blobs of KMS: they name the key, and are bound to it and to the encryption context.
 *
 * @see <a href="https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html">Decrypt</a>
 */
final class KmsCiphertexts {
    private static final int ID_BYTES = 2 * Long.BYTES;
    private static final int IV_BYTES = 12;

    private final SecureRandom random = new SecureRandom();

    byte[] encrypt(KmsOperations.Key key, byte[] plaintext, Map<String, String> context) {
        byte[] iv = new byte[IV_BYTES];
        random.nextBytes(iv);
        try {
            byte[] ciphertext = cipher(Cipher.ENCRYPT_MODE, key, iv, context).doFinal(plaintext);
            return ByteBuffer.allocate(ID_BYTES + IV_BYTES + ciphertext.length)
                    .put(id(key))
                    .put(iv)
                    .put(ciphertext)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether a blob names this key as the one it was encrypted with. */
    boolean names(KmsOperations.Key key, byte[] blob) {
        return blob.length > ID_BYTES + IV_BYTES && Arrays.equals(Arrays.copyOf(blob, ID_BYTES), id(key));
    }

    /** @return empty where the blob or the context is not what was encrypted */
    Optional<byte[]> decrypt(KmsOperations.Key key, byte[] blob, Map<String, String> context) {
        byte[] iv = Arrays.copyOfRange(blob, ID_BYTES, ID_BYTES + IV_BYTES);
        try {
            return Optional.of(cipher(Cipher.DECRYPT_MODE, key, iv, context)
                    .doFinal(blob, ID_BYTES + IV_BYTES, blob.length - ID_BYTES - IV_BYTES));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static byte[] id(KmsOperations.Key key) {
        UUID id = UUID.nameUUIDFromBytes(key.arn().getBytes(StandardCharsets.UTF_8));
        return ByteBuffer.allocate(ID_BYTES)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
    }

    private static Cipher cipher(int mode, KmsOperations.Key key, byte[] iv, Map<String, String> context)
            throws GeneralSecurityException {
        byte[] material = MessageDigest.getInstance("SHA-256")
                .digest(("material of " + key.arn()).getBytes(StandardCharsets.UTF_8));
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(material, "AES"), new GCMParameterSpec(128, iv));
        SortedMap<String, String> sorted = new TreeMap<>(context);
        sorted.forEach((name, value) ->
                cipher.updateAAD((base64(name) + ":" + base64(value) + "\n").getBytes(StandardCharsets.US_ASCII)));
        return cipher;
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
