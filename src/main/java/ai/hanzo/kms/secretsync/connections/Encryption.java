package ai.hanzo.kms.secretsync.connections;

import ai.hanzo.kms.secretsync.sync.SecretText;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.aead.AeadConfig2026;
import com.google.crypto.tink.aead.AesGcmKey;
import com.google.crypto.tink.aead.AesGcmParameters;
import com.google.crypto.tink.aead.KmsEnvelopeAead;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import com.google.crypto.tink.util.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;

/**
 * Envelope encryption of records with Google Tink: every record has an AES-256-GCM key of its own, which the master key
 * encrypts. A record's name is its associated data, so that a ciphertext moved to another record does not decrypt.
 */
public final class Encryption {
    static final int KEY_BYTES = 32;
    static final String KEY_VARIABLE = "SECRET_SYNC_ENCRYPTION_KEY";
    static final String PREVIOUS_KEYS_VARIABLE = "SECRET_SYNC_ENCRYPTION_PREVIOUS_KEYS";
    static final String HOW_TO_MAKE = "make one with: openssl rand -base64 32";

    private final Aead envelope;
    private final String keySource;

    /**
     * @param masterKey encrypts the records' keys: a local key, or one held by a key management service
     * @param keySource where the master key comes from, for messages
     */
    public Encryption(Aead masterKey, String keySource) {
        try {
            this.envelope = KmsEnvelopeAead.create(PredefinedAeadParameters.AES256_GCM, masterKey);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Tink refuses AES-256-GCM for records' keys", e);
        }
        this.keySource = keySource;
    }

    /**
     * @param key base64 of 32 bytes; encrypts and decrypts
     * @param previous the same of former keys; they only decrypt
     * @param keySource the variable or the file that {@code key} comes from
     * @throws EncryptionKeyException if one is not base64 of 32 bytes; the message does not repeat it
     */
    public static Encryption of(SecretText key, List<SecretText> previous, String keySource) {
        KeysetHandle.Builder keys =
                KeysetHandle.newBuilder().addEntry(entry(decode(key, keySource)).makePrimary());
        for (int i = 0; i < previous.size(); i++) {
            keys.addEntry(entry(decode(previous.get(i), PREVIOUS_KEYS_VARIABLE + " (entry " + (i + 1) + ")")));
        }
        try {
            return new Encryption(keys.build().getPrimitive(AeadConfig2026.get(), Aead.class), keySource);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Tink refuses AES-256-GCM as master key", e);
        }
    }

    /** @param record names the record for ever, such as table and id */
    public byte[] encrypt(byte[] plaintext, String record) {
        try {
            return envelope.encrypt(plaintext, record.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Cannot encrypt " + record, e);
        }
    }

    /**
     * @param record the name it was encrypted with
     * @throws UndecryptableException if no key fits, or the ciphertext was changed or belongs to another record
     */
    public byte[] decrypt(byte[] ciphertext, String record) {
        try {
            return envelope.decrypt(ciphertext, record.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new UndecryptableException(
                    "Cannot decrypt " + record + ": it was encrypted with another key than " + keySource + " and "
                            + PREVIOUS_KEYS_VARIABLE + " hold, or was changed since",
                    e);
        }
    }

    /** Where the master key comes from: the variable's name, or the file's. */
    public String keySource() {
        return keySource;
    }

    private static KeysetHandle.Builder.Entry entry(byte[] key) {
        try {
            // Without a prefix the key needs no id that would have to be kept with it: former keys are simply tried.
            AesGcmParameters parameters = AesGcmParameters.builder()
                    .setKeySizeBytes(KEY_BYTES)
                    .setIvSizeBytes(12)
                    .setTagSizeBytes(16)
                    .setVariant(AesGcmParameters.Variant.NO_PREFIX)
                    .build();
            return KeysetHandle.importKey(AesGcmKey.builder()
                            .setParameters(parameters)
                            .setKeyBytes(SecretBytes.copyFrom(key, InsecureSecretKeyAccess.get()))
                            .build())
                    .withRandomId();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Tink refuses AES-256-GCM as master key", e);
        }
    }

    private static byte[] decode(SecretText key, String source) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(key.reveal().strip());
        } catch (IllegalArgumentException e) {
            // Not as the cause: its message shows a character of the key.
            throw new EncryptionKeyException(
                    source + " is not base64; a key is base64 of " + KEY_BYTES + " bytes, " + HOW_TO_MAKE);
        }
        if (bytes.length != KEY_BYTES) {
            throw new EncryptionKeyException(source + " is base64 of " + bytes.length + " bytes; a key is base64 of "
                    + KEY_BYTES + " bytes, " + HOW_TO_MAKE);
        }
        return bytes;
    }
}
