package ai.hanzo.kms.secretsync.connections;

import ai.hanzo.kms.secretsync.sync.SecretText;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.aead.AeadConfig2026;
import com.google.crypto.tink.aead.AesGcmKey;
import com.google.crypto.tink.aead.AesGcmParameters;
import com.google.crypto.tink.util.SecretBytes;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;

/** What encrypts the keys of records: the current key, and former ones that only decrypt. */
final class MasterKey implements Aead {
    private final Aead current;
    private final List<Aead> former;

    MasterKey(Aead current, List<Aead> former) {
        this.current = current;
        this.former = List.copyOf(former);
    }

    /**
     * A key that is at hand.
     *
     * @param key base64 of 32 bytes
     * @param source the variable or the file that it comes from
     * @throws EncryptionKeyException if it is not that; the message does not repeat it
     */
    static Aead local(SecretText key, String source) {
        try {
            // Without a prefix the key needs no id that would have to be kept with it: former keys are simply tried.
            AesGcmParameters parameters = AesGcmParameters.builder()
                    .setKeySizeBytes(Encryption.KEY_BYTES)
                    .setIvSizeBytes(12)
                    .setTagSizeBytes(16)
                    .setVariant(AesGcmParameters.Variant.NO_PREFIX)
                    .build();
            AesGcmKey aes = AesGcmKey.builder()
                    .setParameters(parameters)
                    .setKeyBytes(SecretBytes.copyFrom(decode(key, source), InsecureSecretKeyAccess.get()))
                    .build();
            return KeysetHandle.newBuilder()
                    .addEntry(KeysetHandle.importKey(aes).withRandomId().makePrimary())
                    .build()
                    .getPrimitive(AeadConfig2026.get(), Aead.class);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Tink refuses AES-256-GCM as master key", e);
        }
    }

    @Override
    public byte[] encrypt(byte[] plaintext, byte[] associatedData) throws GeneralSecurityException {
        return current.encrypt(plaintext, associatedData);
    }

    @Override
    public byte[] decrypt(byte[] ciphertext, byte[] associatedData) throws GeneralSecurityException {
        try {
            return current.decrypt(ciphertext, associatedData);
        } catch (GeneralSecurityException notTheCurrentOne) {
            for (Aead key : former) {
                try {
                    return key.decrypt(ciphertext, associatedData);
                } catch (GeneralSecurityException notThisOne) {
                    notTheCurrentOne.addSuppressed(notThisOne);
                }
            }
            throw notTheCurrentOne;
        }
    }

    private static byte[] decode(SecretText key, String source) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(key.reveal().strip());
        } catch (IllegalArgumentException e) {
            // Not as the cause: its message shows a character of the key.
            throw new EncryptionKeyException(source + " is not base64; a key is base64 of " + Encryption.KEY_BYTES
                    + " bytes, " + Encryption.HOW_TO_MAKE);
        }
        if (bytes.length != Encryption.KEY_BYTES) {
            throw new EncryptionKeyException(source + " is base64 of " + bytes.length + " bytes; a key is base64 of "
                    + Encryption.KEY_BYTES + " bytes, " + Encryption.HOW_TO_MAKE);
        }
        return bytes;
    }
}
