package ai.hanzo.kms.secretsync.connections;

import ai.hanzo.kms.secretsync.sync.SecretText;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.aead.KmsEnvelopeAead;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Envelope encryption of records with Google Tink: every record has an AES-256-GCM key of its own, which the master key
 * encrypts. A record's name is the associated data of both, so that a ciphertext moved to another record does not decrypt.
 */
public final class Encryption {
    static final int KEY_BYTES = 32;
    static final String KEY_VARIABLE = "SECRET_SYNC_ENCRYPTION_KEY";
    static final String KMS_KEY_VARIABLE = "SECRET_SYNC_ENCRYPTION_KMS_KEY_ID";
    static final String PREVIOUS_KEYS_VARIABLE = "SECRET_SYNC_ENCRYPTION_PREVIOUS_KEYS";
    static final String HOW_TO_MAKE = "make one with: openssl rand -base64 32";

    /** Name of a record that is never stored. */
    private static final String TRIAL = "trial";

    private final Aead masterKey;
    private final String keySource;

    /**
     * @param masterKey encrypts the records' keys: a local key, or one held by a key management service
     * @param keySource where the master key comes from, for messages
     */
    public Encryption(Aead masterKey, String keySource) {
        this.masterKey = masterKey;
        this.keySource = keySource;
    }

    /**
     * @param key base64 of 32 bytes; encrypts and decrypts
     * @param previous the same of former keys; they only decrypt
     * @param keySource the variable or the file that {@code key} comes from
     * @throws EncryptionKeyException if one is not base64 of 32 bytes; the message does not repeat it
     */
    public static Encryption of(SecretText key, List<SecretText> previous, String keySource) {
        List<Aead> former = new ArrayList<>();
        for (SecretText one : previous) {
            former.add(MasterKey.local(one, previousKey(former.size())));
        }
        return new Encryption(new MasterKey(MasterKey.local(key, keySource), former), keySource);
    }

    /** A former key, in words for messages. */
    static String previousKey(int index) {
        return PREVIOUS_KEYS_VARIABLE + " (entry " + (index + 1) + ")";
    }

    /** @param record names the record for ever, such as table and id */
    public byte[] encrypt(byte[] plaintext, String record) {
        try {
            return envelope(record).encrypt(plaintext, bytes(record));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Cannot encrypt " + record, e);
        }
    }

    /**
     * @param record the name it was encrypted with
     * @throws UndecryptableException if no key fits, or the ciphertext was changed or belongs to another record
     * @throws ai.hanzo.kms.secretsync.sync.Rejection if the master key's {@link KeyService} cannot say
     */
    public byte[] decrypt(byte[] ciphertext, String record) {
        try {
            return envelope(record).decrypt(ciphertext, bytes(record));
        } catch (GeneralSecurityException e) {
            throw new UndecryptableException(
                    "Cannot decrypt " + record + ": it was encrypted with another key than " + keySource + " and "
                            + PREVIOUS_KEYS_VARIABLE + " hold, or was changed since",
                    e);
        }
    }

    /** Makes sure that the current master key encrypts and decrypts, whatever key the stored records have. */
    void tryOut() {
        byte[] plaintext = new byte[KEY_BYTES];
        if (!Arrays.equals(plaintext, decrypt(encrypt(plaintext, TRIAL), TRIAL))) {
            throw new IllegalStateException("The master key does not give back what it was given");
        }
    }

    /** Where the master key comes from: the variable's name, or the file's. */
    public String keySource() {
        return keySource;
    }

    private Aead envelope(String record) {
        try {
            return KmsEnvelopeAead.create(PredefinedAeadParameters.AES256_GCM, new Bound(masterKey, bytes(record)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Tink refuses AES-256-GCM for records' keys", e);
        }
    }

    private static byte[] bytes(String record) {
        return record.getBytes(StandardCharsets.UTF_8);
    }

    /** Binds a record's key to the record, too: Tink's envelope gives the master key no associated data. */
    private record Bound(Aead masterKey, byte[] record) implements Aead {
        @Override
        public byte[] encrypt(byte[] plaintext, byte[] none) throws GeneralSecurityException {
            return masterKey.encrypt(plaintext, record);
        }

        @Override
        public byte[] decrypt(byte[] ciphertext, byte[] none) throws GeneralSecurityException {
            return masterKey.decrypt(ciphertext, record);
        }
    }
}
