package ai.hanzo.kms.secretsync.api;

import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;

/** The envelope for what Tomcat refuses before any filter sees it, such as a path that is not valid. */
class ApiErrorValve extends ErrorReportValve {
    private final ApiErrors errors;

    ApiErrorValve(ApiErrors errors) {
        this.errors = errors;
    }

    @Override
    protected void report(Request request, Response response, Throwable throwable) {
        if (response.getStatus() < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        byte[] body = errors.json(errors.of(response.getStatus(), RequestIds.next()));
        try {
            response.setContentType(ApiAnswers.JSON);
            response.getOutputStream().write(body);
            response.finishResponse();
        } catch (IOException | IllegalStateException e) {
            // The caller has gone: there is nobody left to tell.
            container.getLogger().debug("No error could be told", e);
        }
    }
}
