package ai.hanzo.kms.secretsync.security;

import ai.hanzo.kms.secretsync.sync.Rejection;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import java.text.ParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtValidationException;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationProvider;
import org.springframework.security.web.authentication.preauth.PreAuthenticatedAuthenticationToken;

/** Tokens of one OIDC issuer: which are, and who bears them. */
final class OidcTokens {
    private static final String EXPIRED = "Your token has expired. Please re-authenticate.";
    private static final String MALFORMED =
            "The provided access token is malformed. Please use a valid token or generate a new one and try again.";

    private final String issuer;
    private final OidcClaims claims;
    private final JwtAuthenticationProvider provider;

    OidcTokens(String issuer, OidcClaims claims, JwtDecoder decoder) {
        this.issuer = issuer;
        this.claims = claims;
        this.provider = new JwtAuthenticationProvider(decoder);
        this.provider.setJwtAuthenticationConverter(this::bearer);
    }

    /** Whether a token says that it is of this issuer; whether that is true is for {@link #provider} to find out. */
    boolean issued(String token) {
        try {
            JWTClaimsSet said = JWTParser.parse(token).getJWTClaimsSet();
            return said != null && issuer.equals(said.getIssuer());
        } catch (ParseException e) {
            return false;
        }
    }

    AuthenticationProvider provider() {
        return provider;
    }

    private PreAuthenticatedAuthenticationToken bearer(Jwt token) {
        Set<String> named = claims.roles(token);
        List<GrantedAuthority> roles = Arrays.stream(Role.values())
                .filter(role -> named.contains(role.word()))
                .map(Role::authority)
                .toList();
        OidcCaller caller = new OidcCaller(
                token.getSubject(), Caller.hash(issuer + "\n" + token.getSubject()), claims.projects(token));
        return new PreAuthenticatedAuthenticationToken(caller, "", roles);
    }

    /** What the bearer of a token that did not pass is told. */
    static Rejection refusal(AuthenticationException failure) {
        if (failure instanceof AuthenticationServiceException) {
            return new Rejection(
                    Rejection.Kind.UPSTREAM_UNAVAILABLE,
                    "The OIDC issuer of your token cannot be asked for its keys now.");
        }
        boolean expired = failure.getCause() instanceof JwtValidationException invalid
                && invalid.getErrors().stream()
                        .anyMatch(
                                error -> String.valueOf(error.getDescription()).startsWith("Jwt expired"));
        return new Rejection(Rejection.Kind.TOKEN, expired ? EXPIRED : MALFORMED);
    }
}
