package ai.hanzo.kms.secretsync.api;

import jakarta.servlet.ServletRequest;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * Where a request came from, as the details of its authentication, so that it is known on whatever thread the caller is.
 *
 * @param address of whoever connected. Behind a proxy that is the proxy, unless {@code SERVER_FORWARD_HEADERS_STRATEGY} says that
 *     what it forwards can be believed
 * @param requestId the {@code reqId} that the caller is told
 */
public record RequestOrigin(String address, String requestId) {
    static void note(ServletRequest request, String requestId) {
        if (SecurityContextHolder.getContext().getAuthentication() instanceof AbstractAuthenticationToken caller) {
            caller.setDetails(new RequestOrigin(request.getRemoteAddr(), requestId));
        }
    }
}
