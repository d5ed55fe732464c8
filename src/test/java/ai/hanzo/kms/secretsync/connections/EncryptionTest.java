package ai.hanzo.kms.secretsync.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.hanzo.kms.secretsync.sync.SecretText;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EncryptionTest {
    private static final byte[] plaintext = "the secret".getBytes(StandardCharsets.UTF_8);

    private final SecretText key = KeyFile.newKey();
    private final Encryption encryption = Encryption.of(key, List.of(), "KEY");

    @Test
    void decryptsWhatItEncrypted() {
        byte[] ciphertext = encryption.encrypt(plaintext, "table:1");

        assertThat(encryption.decrypt(ciphertext, "table:1")).isEqualTo(plaintext);
        assertThat(new String(ciphertext, StandardCharsets.ISO_8859_1)).doesNotContain("the secret");
    }

    @Test
    void everyRecordHasAKeyOfItsOwn() {
        byte[] first = encryption.encrypt(plaintext, "table:1");
        byte[] second = encryption.encrypt(plaintext, "table:1");

        // After the length, the encrypted key of the record.
        assertThat(List.of(first[4], first[10], first[20], first[30]))
                .isNotEqualTo(List.of(second[4], second[10], second[20], second[30]));
    }

    @Test
    void noticesEveryChangedByte() {
        byte[] ciphertext = encryption.encrypt(plaintext, "table:1");

        for (int i = 0; i < ciphertext.length; i++) {
            byte[] tampered = ciphertext.clone();
            tampered[i] ^= 1;
            assertThatThrownBy(() -> encryption.decrypt(tampered, "table:1"))
                    .as("byte %s of %s", i, ciphertext.length)
                    .isInstanceOf(UndecryptableException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 5, 60})
    void noticesAMissingEnd(int length) {
        byte[] ciphertext = java.util.Arrays.copyOf(encryption.encrypt(plaintext, "table:1"), length);

        assertThatThrownBy(() -> encryption.decrypt(ciphertext, "table:1")).isInstanceOf(UndecryptableException.class);
    }

    @Test
    void noticesACiphertextOfAnotherRecord() {
        byte[] ciphertext = encryption.encrypt(plaintext, "table:1");

        assertThatThrownBy(() -> encryption.decrypt(ciphertext, "table:2"))
                .isInstanceOf(UndecryptableException.class)
                .hasMessageContaining("Cannot decrypt table:2");
    }

    @Test
    void previousKeysDecryptAndTheCurrentOneEncrypts() {
        SecretText next = KeyFile.newKey();
        Encryption rotated = Encryption.of(next, List.of(KeyFile.newKey(), key), "KEY");

        assertThat(rotated.decrypt(encryption.encrypt(plaintext, "table:1"), "table:1"))
                .isEqualTo(plaintext);
        byte[] anew = rotated.encrypt(plaintext, "table:1");
        assertThat(Encryption.of(next, List.of(), "KEY").decrypt(anew, "table:1"))
                .isEqualTo(plaintext);
        assertThatThrownBy(() -> encryption.decrypt(anew, "table:1"))
                .isInstanceOf(UndecryptableException.class)
                .hasMessageContaining("another key than KEY and SECRET_SYNC_ENCRYPTION_PREVIOUS_KEYS hold");
    }

    @Test
    void theCurrentKeyMayBeAmongThePrevious() {
        Encryption both = Encryption.of(key, List.of(key), "KEY");

        assertThat(both.decrypt(encryption.encrypt(plaintext, "r"), "r")).isEqualTo(plaintext);
    }

    @Test
    void spaceAroundAKeyIsNoPartOfIt() {
        Encryption padded = Encryption.of(SecretText.of(" " + key.reveal() + "\n"), List.of(), "KEY");

        assertThat(padded.decrypt(encryption.encrypt(plaintext, "r"), "r")).isEqualTo(plaintext);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 16, 31, 33, 64})
    void refusesAKeyOfAnotherLength(int length) {
        String wrong = Base64.getEncoder().encodeToString(new byte[length]);

        assertThatThrownBy(() -> Encryption.of(SecretText.of(wrong), List.of(), "SECRET_SYNC_ENCRYPTION_KEY"))
                .isInstanceOf(EncryptionKeyException.class)
                .hasMessage("SECRET_SYNC_ENCRYPTION_KEY is base64 of " + length
                        + " bytes; a key is base64 of 32 bytes, make one with: openssl rand -base64 32");
    }

    @Test
    void refusesWhatIsNotBase64AndDoesNotRepeatIt() {
        assertThatThrownBy(() -> Encryption.of(
                        key, List.of(key, SecretText.of("tr0ub4dor&3 is my key")), "SECRET_SYNC_ENCRYPTION_KEY"))
                .isInstanceOf(EncryptionKeyException.class)
                .hasMessage("SECRET_SYNC_ENCRYPTION_PREVIOUS_KEYS (entry 2) is not base64; a key is base64 of 32 bytes,"
                        + " make one with: openssl rand -base64 32")
                .hasNoCause();
    }
}
