package ai.hanzo.kms.secretsync.api;

import java.util.Locale;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.springframework.stereotype.Component;

/**
 * Which headers cross between HTTP and the routes: those named here and no others. From outside, a {@code Camel*} header would
 * steer components; back out, Camel 4.18.0 would echo the request's headers, Authorization and Cookie among them (CAMEL-24453).
 *
 * <p>Camel sets the response's Content-Type itself, and asks here about everything else.
 */
@Component("apiHeaderFilter")
public class ApiHeaderFilter implements HeaderFilterStrategy {
    /** Our own id of the request, and the signature of a change notice of the KMS under its two names. */
    private static final Set<String> INTO_ROUTES =
            Set.of(RequestIds.HEADER, "x-kms-signature", "x-infisical-signature");

    private static final Set<String> OUT_OF_ROUTES = Set.of("location", "retry-after");

    @Override
    public boolean applyFilterToExternalHeaders(String headerName, Object headerValue, Exchange exchange) {
        return !INTO_ROUTES.contains(headerName.toLowerCase(Locale.ROOT));
    }

    @Override
    public boolean applyFilterToCamelHeaders(String headerName, Object headerValue, Exchange exchange) {
        return !OUT_OF_ROUTES.contains(headerName.toLowerCase(Locale.ROOT));
    }
}
