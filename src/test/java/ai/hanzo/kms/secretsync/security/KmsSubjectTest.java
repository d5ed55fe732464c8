package ai.hanzo.kms.secretsync.security;

import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.sync.SecretText;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KmsSubjectTest {
    private static final String HASH = "0123456789abcdef".repeat(4);

    private static String subject(String token) {
        return KmsSubject.of(SecretText.of(token), HASH);
    }

    private static String withClaims(String claims) {
        return "h." + Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes(StandardCharsets.UTF_8))
                + ".s";
    }

    @Test
    void aTokenNamesAnIdentityOrAUser() {
        assertThat(subject(withClaims("{\"identityId\":\"11111111-2222\",\"userId\":null}")))
                .isEqualTo("identity:11111111-2222");
        assertThat(subject(withClaims("{\"userId\":\"u-1\"}"))).isEqualTo("user:u-1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "opaque",
                "st.opaque.service-token",
                "a.!.c",
                "a..c",
                "a.bm90IGpzb24.c",
                // {"identityId":"a b\nc"}, {"identityId":{}}, []
                "a.eyJpZGVudGl0eUlkIjoiYSBiXG5jIn0.c",
                "a.eyJpZGVudGl0eUlkIjp7fX0.c",
                "a.W10.c"
            })
    void oneThatDoesNotSayWhoseItIsIsToldByItsHash(String token) {
        assertThat(subject(token)).isEqualTo("token:0123456789abcdef");
    }
}
