package ai.hanzo.kms.secretsync.security;

import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.security.oauth2.jwt.Jwt;

/**
 * What a token of the OIDC issuer says about its bearer.
 *
 * @param rolesClaim {@code SECRET_SYNC_OIDC_ROLES_CLAIM}: the claim that holds viewer, operator or admin; dots lead into
 *     objects, such as {@code realm_access.roles}
 * @param projectsClaim {@code SECRET_SYNC_OIDC_PROJECTS_CLAIM}: the claim that holds ids of projects, or {@code *}
 */
@ConfigurationProperties("secret-sync.oidc")
record OidcClaims(
        @DefaultValue("roles") String rolesClaim,
        @DefaultValue("projects") String projectsClaim) {
    Set<String> roles(Jwt token) {
        return texts(token, rolesClaim);
    }

    Set<String> projects(Jwt token) {
        return texts(token, projectsClaim);
    }

    /** A claim that is a list of texts, or one text with blanks between; anything else, and no claim, is nothing. */
    private static Set<String> texts(Jwt token, String path) {
        Object value = token.getClaims().get(path);
        if (value == null) {
            value = token.getClaims();
            for (String name : path.split("\\.")) {
                value = value instanceof Map<?, ?> object ? object.get(name) : null;
            }
        }
        Set<String> texts = new TreeSet<>();
        if (value instanceof String text) {
            Arrays.stream(text.trim().split("\\s+"))
                    .filter(word -> !word.isEmpty())
                    .forEach(texts::add);
        } else if (value instanceof Collection<?> list) {
            list.stream()
                    .filter(String.class::isInstance)
                    .map(String.class::cast)
                    .forEach(texts::add);
        }
        return texts;
    }
}
