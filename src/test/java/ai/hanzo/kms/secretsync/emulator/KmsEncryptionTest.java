package ai.hanzo.kms.secretsync.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DisabledException;
import software.amazon.awssdk.services.kms.model.EncryptResponse;
import software.amazon.awssdk.services.kms.model.IncorrectKeyException;
import software.amazon.awssdk.services.kms.model.InvalidCiphertextException;
import software.amazon.awssdk.services.kms.model.KmsException;
import software.amazon.awssdk.services.kms.model.NotFoundException;

/** Encrypt and Decrypt as the API reference of AWS KMS has them. */
class KmsEncryptionTest {
    private static final Map<String, String> CONTEXT = Map.of("record", "table:1");

    private final SecretsManagerEmulator aws = SecretsManagerEmulator.start();
    private final KmsClient kms = EmulatorClients.kms(aws);
    private final String key =
            aws.addKmsKey(SecretsManagerEmulator.ACCOUNT, SecretsManagerEmulator.REGION, "key-1", "alias/one");
    private final String other =
            aws.addKmsKey(SecretsManagerEmulator.ACCOUNT, SecretsManagerEmulator.REGION, "key-2", "alias/two");

    @AfterEach
    void close() {
        kms.close();
        aws.close();
    }

    private EncryptResponse encrypted(String keyId) {
        return kms.encrypt(request ->
                request.keyId(keyId).plaintext(SdkBytes.fromUtf8String("text")).encryptionContext(CONTEXT));
    }

    private String decrypted(String keyId, SdkBytes blob, Map<String, String> context) {
        return kms.decrypt(request -> request.keyId(keyId).ciphertextBlob(blob).encryptionContext(context))
                .plaintext()
                .asUtf8String();
    }

    @Test
    void decryptsWithWhateverNamesTheKeyAndAlsoWithoutAName() {
        SdkBytes blob = encrypted("alias/one").ciphertextBlob();

        assertThat(encrypted("alias/one").keyId()).isEqualTo(key);
        assertThat(decrypted(key, blob, CONTEXT)).isEqualTo("text");
        assertThat(decrypted("key-1", blob, CONTEXT)).isEqualTo("text");
        assertThat(decrypted("alias/one", blob, CONTEXT)).isEqualTo("text");
        assertThat(decrypted(null, blob, CONTEXT)).isEqualTo("text");
        assertThat(encrypted(key).ciphertextBlob()).isNotEqualTo(blob);
    }

    @Test
    void aCiphertextIsBoundToItsContextAndItsKey() {
        SdkBytes blob = encrypted(key).ciphertextBlob();
        byte[] changed = blob.asByteArray();
        changed[changed.length - 1] ^= 1;

        assertRefused(InvalidCiphertextException.class, () -> decrypted(key, blob, Map.of("record", "table:2")));
        assertRefused(InvalidCiphertextException.class, () -> decrypted(key, blob, Map.of()));
        assertRefused(InvalidCiphertextException.class, () -> decrypted(key, SdkBytes.fromByteArray(changed), CONTEXT));
        assertRefused(InvalidCiphertextException.class, () -> decrypted(key, SdkBytes.fromUtf8String("no"), CONTEXT));
        assertRefused(IncorrectKeyException.class, () -> decrypted(other, blob, CONTEXT));
    }

    @Test
    void aDisabledKeyDoesNeitherAndAMissingOneIsNotFound() {
        SdkBytes blob = encrypted(key).ciphertextBlob();
        aws.enableKmsKey(SecretsManagerEmulator.ACCOUNT, SecretsManagerEmulator.REGION, "key-1", false);

        assertRefused(DisabledException.class, () -> encrypted(key));
        assertRefused(DisabledException.class, () -> decrypted(key, blob, CONTEXT));
        assertRefused(NotFoundException.class, () -> encrypted("alias/none"));
    }

    @Test
    void aPlaintextHasAtMost4096Bytes() {
        SdkBytes tooLong = SdkBytes.fromByteArray(new byte[4097]);

        assertRefused(
                KmsException.class,
                () -> kms.encrypt(request -> request.keyId(key).plaintext(tooLong)));
    }

    private static void assertRefused(Class<? extends KmsException> with, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(with);
    }
}
