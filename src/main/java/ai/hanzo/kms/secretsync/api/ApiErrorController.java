package ai.hanzo.kms.secretsync.api;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.boot.web.servlet.error.ErrorController;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

/**
 * What Spring MVC, Spring Security's firewall or a broken response end in: unknown paths and verbs, and what else never reached a
 * route. It stands in for Spring Boot's own error page and its other envelope.
 */
@Controller
class ApiErrorController implements ErrorController {
    private final ServletErrors errors;

    ApiErrorController(ServletErrors errors) {
        this.errors = errors;
    }

    @RequestMapping("${server.error.path:${error.path:/error}}")
    void error(HttpServletRequest request, HttpServletResponse response) throws IOException {
        // Where a body could not be read, Tomcat comes here with its own reason, whatever has been answered.
        Object refused = request.getAttribute(RefusedRequest.class.getName());
        Object failure = refused != null ? refused : request.getAttribute(RequestDispatcher.ERROR_EXCEPTION);
        Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        if (failure instanceof Throwable thrown) {
            errors.write(request, response, thrown);
        } else {
            // Whoever asks for the error page itself asks for a page that is not there.
            errors.write(request, response, status instanceof Integer code ? code : 404);
        }
    }
}
