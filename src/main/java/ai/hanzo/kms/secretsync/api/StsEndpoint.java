package ai.hanzo.kms.secretsync.api;

import static ai.hanzo.kms.secretsync.api.TextRule.text;

import ai.hanzo.kms.secretsync.sync.Rejection;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where else than usual a role may be assumed. A caller's credentials go there, and our own requests do, so it must be STS of AWS
 * and nothing else: upstream is content with any host below {@code amazonaws.com}, which half of the world can have.
 */
final class StsEndpoint {
    static final Rule<String> RULE = text().trimmed()
            .format(text -> uri(text).isPresent(), "url", "STS endpoint must be a valid URL")
            .format(
                    text -> text.startsWith("https://"),
                    Map.of("startsWith", "https://"),
                    "STS endpoint must use HTTPS")
            .matching(
                    StsEndpoint::isOfAws,
                    "STS endpoint hostname must be an AWS-owned domain (e.g. .amazonaws.com or .amazonaws.com.cn)."
                            + " Custom or third-party hosts are not permitted.")
            .matching(
                    StsEndpoint::isHostOnly,
                    "STS endpoint must be https:// and a hostname, without user, port, path, query or fragment");

    /** Regional, FIPS and PrivateLink endpoints; the region follows the service. */
    private static final Pattern HOST = Pattern.compile(
            "([a-z0-9-]+\\.)?sts(?:-fips)?\\.(?<region>[a-z0-9-]+)(\\.vpce)?\\.amazonaws\\.com(\\.cn)?");

    private StsEndpoint() {}

    /** @throws Rejection where the endpoint is not in one of the {@code regions} */
    static void requireRegion(String endpoint, Collection<String> regions) {
        Matcher host = HOST.matcher(uri(endpoint).map(StsEndpoint::host).orElse(""));
        if (!host.matches() || !regions.contains(host.group("region"))) {
            throw Rejection.badRequest("STS endpoint must target a supported AWS region. \"" + endpoint
                    + "\" does not resolve to a supported region.");
        }
    }

    private static boolean isOfAws(String endpoint) {
        String host = uri(endpoint).map(StsEndpoint::host).orElse("");
        return host.endsWith(".amazonaws.com") || host.endsWith(".amazonaws.com.cn");
    }

    private static boolean isHostOnly(String endpoint) {
        return uri(endpoint)
                .filter(uri -> uri.getRawUserInfo() == null
                        && (uri.getPort() == -1 || uri.getPort() == 443)
                        && (uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"))
                        && uri.getRawQuery() == null
                        && uri.getRawFragment() == null)
                .isPresent();
    }

    private static String host(URI uri) {
        return uri.getHost().toLowerCase(Locale.ROOT);
    }

    private static Optional<URI> uri(String endpoint) {
        try {
            return Optional.of(new URI(endpoint)).filter(uri -> uri.getHost() != null);
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }
}
