package ai.hanzo.kms.secretsync.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.springframework.web.util.UriUtils;

/**
 * Path and query parameters, as they stand in the URL. They are read from the URL and not from headers, although Camel would make
 * headers of them: a header of the same name must not pass for a parameter.
 */
final class Parameters {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private Parameters() {}

    static <T> T path(String name, String segment, Rule<T> rule) {
        JsonNode value = segment == null ? MissingNode.getInstance() : JSON.textNode(decoded(segment));
        return Found.validatedAt(value, List.of(name), rule);
    }

    /** Reads a query string, null for none. */
    static <T> T of(String query, Function<Found, T> parameters) {
        return Found.validated(values(query), parameters::apply);
    }

    /** Parameters as an object of texts. One that is given more than once is an array, which no rule expects. */
    static ObjectNode values(String query) {
        ObjectNode values = JSON.objectNode();
        for (String pair : query == null ? new String[0] : query.split("&")) {
            int equals = pair.indexOf('=');
            String name = decoded((equals < 0 ? pair : pair.substring(0, equals)).replace('+', ' '));
            String value = equals < 0 ? "" : decoded(pair.substring(equals + 1).replace('+', ' '));
            if (values.get(name) == null) {
                values.put(name, value);
            } else if (values.get(name).isTextual()) {
                values.set(name, JSON.arrayNode().add(values.get(name)).add(value));
            }
        }
        return values;
    }

    private static String decoded(String text) {
        try {
            return UriUtils.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            // A lone percent sign stands for itself, as in other frameworks.
            return text;
        }
    }
}
