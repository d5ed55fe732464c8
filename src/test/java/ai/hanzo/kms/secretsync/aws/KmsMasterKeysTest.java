package ai.hanzo.kms.secretsync.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.hanzo.kms.secretsync.emulator.SecretsManagerEmulator;
import ai.hanzo.kms.secretsync.sync.Rejection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KmsMasterKeysTest {
    private static final String ACCOUNT = SecretsManagerEmulator.ACCOUNT;
    private static final String ELSEWHERE = "ap-southeast-2";

    private final SecretsManagerEmulator aws = SecretsManagerEmulator.start();
    private final AwsFixture fixture = new AwsFixture(aws.endpoint());
    private final KmsMasterKeys keys = new KmsMasterKeys(fixture.sdk, fixture.errors);
    private String key;

    @BeforeEach
    void addKey() {
        aws.addAccessKey("AKIASERVICE", "MARKER-service-secret", ACCOUNT);
        key = aws.addKmsKey(ACCOUNT, ELSEWHERE, "key-1", "alias/sync");
    }

    @AfterEach
    void close() {
        keys.close();
        fixture.close();
        aws.close();
    }

    @Test
    void decryptsWhatItEncryptedInTheRegionOfTheKey() {
        byte[] ciphertext = keys.encrypt(key, new byte[] {1, 2, 3}, "app_connection:1");

        assertThat(keys.decrypt(key, ciphertext, "app_connection:1")).hasValue(new byte[] {1, 2, 3});
        String alias = "arn:aws:kms:" + ELSEWHERE + ":" + ACCOUNT + ":alias/sync";
        assertThat(keys.decrypt(alias, ciphertext, "app_connection:1")).hasValue(new byte[] {1, 2, 3});
    }

    @Test
    void doesNotDecryptWhatBelongsToAnotherRecordOrAnotherKeyOrWasChanged() {
        String other = aws.addKmsKey(ACCOUNT, ELSEWHERE, "key-2");
        byte[] ciphertext = keys.encrypt(key, new byte[] {1}, "app_connection:1");

        assertThat(keys.decrypt(key, ciphertext, "app_connection:2")).isEmpty();
        assertThat(keys.decrypt(other, ciphertext, "app_connection:1")).isEmpty();
        ciphertext[ciphertext.length - 1] ^= 1;
        assertThat(keys.decrypt(key, ciphertext, "app_connection:1")).isEmpty();
    }

    @Test
    void aKeyThatCannotBeUsedIsToldWithTheRemedy() {
        aws.enableKmsKey(ACCOUNT, ELSEWHERE, "key-1", false);
        assertUnavailable(key, "DisabledException", "kms:Encrypt and kms:Decrypt");

        aws.deny("kms:Encrypt");
        assertUnavailable(key, "AccessDeniedException", "credentials of its own");

        aws.allow("kms:Encrypt");
        assertUnavailable(key.replace("key-1", "none"), "NotFoundException", "exists in its region");
    }

    @Test
    void aServiceThatDoesNotAnswerIsToldAsThat() {
        aws.close();

        assertUnavailable(key, "Unreachable", "cannot be asked now");
    }

    private void assertUnavailable(String asked, String... texts) {
        assertThatThrownBy(() -> keys.encrypt(asked, new byte[] {1}, "r"))
                .isInstanceOfSatisfying(
                        Rejection.class, e -> assertThat(e.kind()).isEqualTo(Rejection.Kind.UPSTREAM_UNAVAILABLE))
                .hasMessageContaining(asked)
                .hasMessageContainingAll(texts)
                .hasMessageNotContaining("MARKER");
    }
}
