package ai.hanzo.kms.secretsync.api;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.InputStream;
import org.springframework.http.HttpMethod;
import org.springframework.web.filter.ShallowEtagHeaderFilter;

/**
 * Does not send an answer again to whoever has it already and says so. Spring leaves answers alone that nobody may store, as all of
 * ours are; but a caller may well keep what they show, and nobody in between is asked to.
 */
class ApiEtagFilter extends ShallowEtagHeaderFilter {
    @Override
    protected boolean isEligibleForEtag(
            HttpServletRequest request, HttpServletResponse response, int status, InputStream body) {
        return !response.isCommitted() && status == 200 && HttpMethod.GET.matches(request.getMethod());
    }
}
