package ai.hanzo.kms.secretsync.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class VersionTokensTest {
    private final VersionTokens tokens = VersionTokens.of(new byte[32], new UUID(1, 2), "111111111111", "eu-central-1");
    private final SecretText value = SecretText.of("one");
    private final String token = tokens.token("name", value, 7);

    @Test
    void aTokenIsOfOneValueNameAndGenerationWhateverWasAskedBefore() {
        for (int again = 0; again < 2; again++) {
            assertThat(tokens.isOf(token, "name", value, 7)).isTrue();
            assertThat(tokens.isOf(token, "name", SecretText.of("one"), 7)).isTrue();
            assertThat(tokens.isOf(token, "name", SecretText.of("two"), 7)).isFalse();
            assertThat(tokens.isOf(token, "name", value, 8)).isFalse();
            assertThat(tokens.isOf(token, "other", value, 7)).isFalse();
            assertThat(tokens.isOf(tokens.token("name", value, 8), "name", value, 7))
                    .isFalse();
        }
    }

    @Test
    void itIsKeyedAndOfOneDestination() {
        byte[] otherKey = new byte[32];
        otherKey[0] = 1;
        assertThat(VersionTokens.of(otherKey, new UUID(1, 2), "111111111111", "eu-central-1")
                        .isOf(token, "name", value, 7))
                .isFalse();
        assertThat(VersionTokens.of(new byte[32], new UUID(1, 2), "111111111111", "us-east-1")
                        .isOf(token, "name", value, 7))
                .isFalse();
    }
}
