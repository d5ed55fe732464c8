package ai.hanzo.kms.secretsync.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.hanzo.kms.secretsync.OidcIssuerServer;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;

class OidcDecoderTest {
    private final OidcIssuerServer issuer = new OidcIssuerServer();
    private final OidcDecoder decoder = decoder();

    private OidcDecoder decoder() {
        return new OidcDecoder(new OidcIssuer(issuer.uri().toString(), List.of(OidcIssuerServer.AUDIENCE)));
    }

    @AfterEach
    void stop() {
        issuer.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://issuer.example.com",
                "https://169.254.169.254/latest",
                "https://metadata.google.internal",
                "issuer.example.com",
                "https://issuer example.com"
            })
    void anIssuerThatMustNotBeCalledEndsTheStartWithOneLineThatNamesTheVariable(String uri) {
        assertThatThrownBy(() -> new OidcIssuer(uri, List.of()))
                .hasMessageStartingWith("SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_ISSUER_URI ")
                .hasMessageNotContaining("\n");
    }

    @Test
    void theIssuerIsAskedForItsKeysOnceAndNotBeforeItsFirstToken() {
        assertThat(issuer.asked).hasValue(0);

        for (int i = 0; i < 20; i++) {
            decoder.decode(issuer.token(claims -> claims));
        }

        assertThat(issuer.asked.get()).isBetween(2, 4);
    }

    @Test
    void anExpiredTokenIsToldSo() {
        String expired =
                issuer.token(claims -> claims.issueTime(Date.from(Instant.now().minusSeconds(600)))
                        .expirationTime(Date.from(Instant.now().minusSeconds(120))));
        OidcTokens tokens = new OidcTokens(issuer.uri().toString(), new OidcClaims("roles", "projects"), decoder);

        AuthenticationException failure = catchThrowableOfType(
                AuthenticationException.class,
                () -> tokens.provider().authenticate(new BearerTokenAuthenticationToken(expired)));

        assertThat(OidcTokens.refusal(failure)).hasMessage("Your token has expired. Please re-authenticate.");
    }

    @Test
    void aRedirectToTheKeysIsNotFollowed() {
        issuer.redirect = issuer.uri() + "/moved";

        assertThatThrownBy(() -> decoder.decode(issuer.token(claims -> claims))).isInstanceOf(JwtException.class);

        issuer.redirect = null;
        assertThatCode(() -> decoder.decode(issuer.token(claims -> claims))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://169.254.169.254/latest/meta-data",
                "https://2852039166/keys",
                "http://issuer.example.com/keys",
                "file:///etc/passwd"
            })
    void theIssuerCannotSendUsElsewhere(String keys) {
        issuer.keysAt = keys;

        assertThatThrownBy(() -> decoder.decode(issuer.token(claims -> claims))).isInstanceOf(JwtException.class);
    }

    @Test
    void anIssuerThatIsAwayIsAskedAgainLater() {
        String keys = issuer.keysAt;
        issuer.keysAt = "http://127.0.0.1:1/keys";
        assertThatThrownBy(() -> decoder.decode(issuer.token(claims -> claims))).isInstanceOf(JwtException.class);

        issuer.keysAt = keys;

        assertThatCode(() -> decoder.decode(issuer.token(claims -> claims))).doesNotThrowAnyException();
    }
}
