package ai.hanzo.kms.secretsync.security;

import ai.hanzo.kms.secretsync.egress.Hosts;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whose tokens are accepted beside those of the KMS, by Spring's own names. A wrong value ends the start.
 *
 * @param issuerUri {@code SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_ISSUER_URI}: as it stands in a token's {@code iss}; empty
 *     for nobody's
 * @param audiences {@code SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_AUDIENCES}: one of which a token must be meant for; empty
 *     for any
 */
@ConfigurationProperties("spring.security.oauth2.resourceserver.jwt")
record OidcIssuer(
        @DefaultValue("") String issuerUri, @DefaultValue List<String> audiences) {
    private static final String VARIABLE = "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_ISSUER_URI";

    OidcIssuer {
        if (!issuerUri.isBlank()) {
            check(issuerUri);
        }
    }

    boolean isSet() {
        return !issuerUri.isBlank();
    }

    private static void check(String issuerUri) {
        try {
            Hosts.refusal(new URI(issuerUri)).ifPresent(problem -> {
                throw new IllegalArgumentException(VARIABLE + " " + problem);
            });
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(VARIABLE + " is not a URL.");
        }
    }
}
