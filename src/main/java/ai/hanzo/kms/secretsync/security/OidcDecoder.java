package ai.hanzo.kms.secretsync.security;

import ai.hanzo.kms.secretsync.egress.Hosts;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtDecoderInitializationException;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.JwtTypeValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.SupplierJwtDecoder;
import org.springframework.web.client.RestTemplate;

/**
 * Verifies tokens with the keys that the issuer publishes. It is asked when the first of its tokens comes, so that the service
 * starts without it.
 */
final class OidcDecoder implements JwtDecoder {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final JwtDecoder decoder;

    OidcDecoder(OidcIssuer issuer) {
        this.decoder = new SupplierJwtDecoder(() -> decoder(issuer));
    }

    @Override
    public Jwt decode(String token) {
        try {
            return decoder.decode(token);
        } catch (JwtDecoderInitializationException e) {
            throw new JwtException("The issuer cannot be asked", e);
        }
    }

    private static JwtDecoder decoder(OidcIssuer issuer) {
        NimbusJwtDecoder decoder = NimbusJwtDecoder.withIssuerLocation(issuer.issuerUri())
                .restOperations(http())
                // The default takes JWT only, and not the type of access tokens of RFC 9068.
                .validateType(false)
                .build();
        decoder.setJwtValidator(validator(issuer));
        return decoder;
    }

    private static OAuth2TokenValidator<Jwt> validator(OidcIssuer issuer) {
        JwtTypeValidator types = new JwtTypeValidator(List.of("JWT", "at+jwt", "application/at+jwt"));
        types.setAllowEmpty(true);
        List<String> audiences = issuer.audiences();
        return new DelegatingOAuth2TokenValidator<>(
                types,
                new JwtIssuerValidator(issuer.issuerUri()),
                new JwtClaimValidator<>(JwtClaimNames.EXP, Objects::nonNull),
                new JwtTimestampValidator(),
                new JwtClaimValidator<String>(JwtClaimNames.SUB, subject -> subject != null && !subject.isBlank()),
                new JwtClaimValidator<List<String>>(
                        JwtClaimNames.AUD,
                        meant -> audiences.isEmpty()
                                || meant != null && meant.stream().anyMatch(audiences::contains)));
    }

    /** Follows no redirect, and no address in the issuer's own answer that leads where nothing is called. */
    private static RestTemplate http() {
        JdkClientHttpRequestFactory factory = new JdkClientHttpRequestFactory(HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(TIMEOUT)
                .build());
        factory.setReadTimeout(TIMEOUT);
        RestTemplate http = new RestTemplate(factory);
        http.getInterceptors().add(OidcDecoder::allowed);
        return http;
    }

    private static ClientHttpResponse allowed(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
            throws IOException {
        if (Hosts.refusal(request.getURI()).isPresent()
                || Hosts.resolvesToForbidden(request.getURI().getHost())) {
            throw new IOException(
                    "An address of the OIDC issuer is not called: it is not https, link-local, or metadata.");
        }
        return execution.execute(request, body);
    }
}
