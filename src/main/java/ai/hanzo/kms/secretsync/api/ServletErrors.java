package ai.hanzo.kms.secretsync.api;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.security.web.firewall.RequestRejectedHandler;
import org.springframework.stereotype.Component;

/** Tells errors in the envelope of the contract where no route is involved: in filters, in Spring MVC and in Spring Security. */
@Component
public class ServletErrors implements AuthenticationEntryPoint, AccessDeniedHandler, RequestRejectedHandler {
    private final ApiErrors errors;

    ServletErrors(ApiErrors errors) {
        this.errors = errors;
    }

    /** Answers with a failure, unless something has been answered already. */
    public void write(HttpServletRequest request, HttpServletResponse response, Throwable failure) throws IOException {
        ErrorView view = errors.of(failure, RequestIds.of(request));
        if (view.statusCode() == HttpStatus.TOO_MANY_REQUESTS.value()) {
            response.setHeader(HttpHeaders.RETRY_AFTER, Long.toString(ApiErrors.retryAfter(failure)));
        }
        write(response, view);
    }

    /** No credentials, or none that count: 401. */
    @Override
    public void commence(
            HttpServletRequest request, HttpServletResponse response, AuthenticationException authException)
            throws IOException {
        response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        write(response, errors.of(401, RequestIds.of(request)));
    }

    /** Credentials that do not suffice: 403. */
    @Override
    public void handle(
            HttpServletRequest request, HttpServletResponse response, AccessDeniedException accessDeniedException)
            throws IOException {
        write(response, errors.of(403, RequestIds.of(request)));
    }

    /** A URL or verb that Spring Security's firewall does not let in: 400. */
    @Override
    public void handle(
            HttpServletRequest request, HttpServletResponse response, RequestRejectedException requestRejectedException)
            throws IOException {
        write(response, errors.of(400, RequestIds.of(request)));
    }

    void write(HttpServletRequest request, HttpServletResponse response, int status) throws IOException {
        write(response, errors.of(status, RequestIds.of(request)));
    }

    private void write(HttpServletResponse response, ErrorView view) throws IOException {
        if (response.isCommitted()) {
            return;
        }
        byte[] body = errors.json(view);
        response.resetBuffer();
        response.setStatus(view.statusCode());
        response.setContentType(ApiAnswers.JSON);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
