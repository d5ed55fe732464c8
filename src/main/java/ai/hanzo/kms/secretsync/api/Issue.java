package ai.hanzo.kms.secretsync.api;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import java.util.List;
import java.util.Map;

/**
 * One thing that is wrong with a request, in the shape of a zod issue.
 *
 * @param code class of the issue, such as {@code invalid_type}
 * @param path where: field names and array indices, relative to the body; empty for the body as a whole
 * @param message for a person; never quotes a value, but for the names that {@code invalid_enum_value} refuses
 * @param details what the code adds, such as {@code expected} and {@code received}
 */
public record Issue(
        String code,
        List<Object> path,
        String message,
        @JsonAnyGetter Map<String, Object> details) {
    /** The issue without its details: a union quotes the issues of its members. */
    @Override
    public String toString() {
        return code + " at " + path;
    }
}
