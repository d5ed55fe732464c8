package ai.hanzo.kms.secretsync.security;

import ai.hanzo.kms.secretsync.sync.Rejection;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Tells a caller, in the words of the API, that a request goes no further; whoever knows those words gives it. */
@FunctionalInterface
public interface Refusals {
    void tell(HttpServletRequest request, HttpServletResponse response, Rejection rejection) throws IOException;
}
