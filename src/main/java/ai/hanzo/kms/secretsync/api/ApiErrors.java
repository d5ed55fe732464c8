package ai.hanzo.kms.secretsync.api;

import ai.hanzo.kms.secretsync.sync.Rejection;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponse;

/**
 * Tells a caller what went wrong: {@code upstream-secret-sync.md} 1.1. What is not the caller's doing is "Something went wrong",
 * and the log knows more under the same {@code reqId}: classes and places, but no messages, for those of JSON readers and SDKs
 * quote what they were given.
 */
@Component("apiErrors")
public class ApiErrors {
    private static final Logger LOG = LoggerFactory.getLogger(ApiErrors.class);
    private static final String OUR_PACKAGE = "ai.hanzo.";
    private static final int MOST_FRAMES = 30;
    /** Upstream counts requests per minute, so a minute later is never too early. */
    private static final int RETRY_AFTER_SECONDS = 60;

    private final ApiJson json;

    ApiErrors(ApiJson json) {
        this.json = json;
    }

    /** Makes the failure of an exchange its response; for {@code onException} of the API's routes. */
    public void answer(Exchange exchange) {
        Throwable failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        Object given = exchange.getMessage().getHeader(RequestIds.HEADER);
        String reqId =
                given instanceof String id && RequestIds.SHAPE.matcher(id).matches() ? id : RequestIds.next();
        ErrorView view = of(failure, reqId);
        if (view.statusCode() == HttpStatus.TOO_MANY_REQUESTS.value()) {
            exchange.getMessage().setHeader("Retry-After", retryAfter(failure));
        }
        ApiAnswers.answer(exchange, view.statusCode(), json.write(view));
    }

    /** The envelope for a failure, which is logged where it is ours. */
    public ErrorView of(Throwable failure, String reqId) {
        for (Throwable cause : causes(failure)) {
            if (cause instanceof ValidationException invalid) {
                return new ErrorView(reqId, 422, invalid.issues(), "ValidationFailure");
            }
            if (cause instanceof Rejection rejection) {
                return new ErrorView(
                        reqId,
                        rejection.kind().status(),
                        rejection.getMessage(),
                        rejection.kind().error());
            }
            if (cause instanceof RefusedRequest refused) {
                return of(refused, reqId);
            }
            if (cause instanceof ErrorResponse response
                    && response.getStatusCode().is4xxClientError()) {
                return of(response.getStatusCode().value(), reqId);
            }
        }
        log(failure, reqId);
        return of(500, reqId);
    }

    /** Seconds after which a caller who was told 429 may try again. */
    static long retryAfter(Throwable failure) {
        for (Throwable cause : causes(failure)) {
            if (cause instanceof Rejection rejection && rejection.retryAfter() != null) {
                return rejection.retryAfter().toSeconds();
            }
        }
        return RETRY_AFTER_SECONDS;
    }

    /** The envelope for a status that the server itself gave. */
    public ErrorView of(int status, String reqId) {
        return switch (status) {
            case 400 -> new ErrorView(reqId, status, "The request is not valid HTTP for this service", "BadRequest");
            case 401 -> new ErrorView(reqId, status, "Token missing", "UnauthorizedError");
            case 403 -> new ErrorView(reqId, status, "You are not allowed to access this resource", "PermissionDenied");
            case 404 -> new ErrorView(reqId, status, "There is nothing at this path", "NotFound");
            case 405 ->
                new ErrorView(
                        reqId,
                        status,
                        "This path does not answer to this verb; see the Allow header for those it does",
                        "MethodNotAllowed");
            case 413 -> new ErrorView(reqId, status, "The request is larger than is accepted", "PayloadTooLarge");
            case 415 -> of(RefusedRequest.notJson(), reqId);
            case 503 -> new ErrorView(reqId, status, "The service is starting, stopping or busy", "ServiceUnavailable");
            default ->
                status >= 400 && status < 500
                        ? new ErrorView(
                                reqId, status, reason(status), reason(status).replace(" ", ""))
                        : new ErrorView(reqId, 500, "Something went wrong", "InternalServerError");
        };
    }

    private static ErrorView of(RefusedRequest refused, String reqId) {
        return new ErrorView(reqId, refused.status(), refused.getMessage(), refused.error());
    }

    byte[] json(ErrorView view) {
        return json.write(view);
    }

    private static String reason(int status) {
        HttpStatus known = HttpStatus.resolve(status);
        return known == null ? "Bad Request" : known.getReasonPhrase();
    }

    private static void log(Throwable failure, String reqId) {
        StringBuilder trace = new StringBuilder();
        for (Throwable cause : causes(failure)) {
            trace.append("\n  ").append(cause.getClass().getName());
            boolean first = true;
            int frames = 0;
            for (StackTraceElement frame : cause.getStackTrace()) {
                if ((first || frame.getClassName().startsWith(OUR_PACKAGE)) && frames++ < MOST_FRAMES) {
                    trace.append("\n    at ").append(frame);
                }
                first = false;
            }
        }
        LOG.error("{} failed{}", reqId, trace);
    }

    /** A failure and its causes, each once, for there are exceptions that cause themselves. */
    private static Set<Throwable> causes(Throwable failure) {
        Set<Throwable> causes = new LinkedHashSet<>();
        for (Throwable cause = failure; cause != null && causes.add(cause); cause = cause.getCause()) {}
        return causes;
    }
}
