package ai.hanzo.kms.secretsync.devkms;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request, read.
 *
 * @param segments of the path, decoded, without a trailing slash
 * @param variables what the route's pattern named
 * @param body null if it was larger than the KMS accepts
 */
record KmsRequest(
        String method,
        URI uri,
        List<String> segments,
        Map<String, String> variables,
        Map<String, String> query,
        Headers headers,
        byte[] body) {
    static final ObjectMapper JSON = new ObjectMapper();
    private static final String FORM = "application/x-www-form-urlencoded";

    static KmsRequest of(String method, URI uri, Headers headers, byte[] body) {
        List<String> segments = Arrays.stream(uri.getRawPath().split("/"))
                .skip(1)
                .map(segment -> decoded(segment.replace("+", "%2B")))
                .toList();
        return new KmsRequest(method, uri, segments, Map.of(), pairs(uri.getRawQuery()), headers, body);
    }

    KmsRequest with(Map<String, String> newVariables) {
        return new KmsRequest(method, uri, segments, newVariables, query, headers, body);
    }

    private static Map<String, String> pairs(String encoded) {
        Map<String, String> pairs = new LinkedHashMap<>();
        if (encoded != null) {
            for (String pair : encoded.split("&")) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                pairs.put(decoded(name), equals < 0 ? "" : decoded(pair.substring(equals + 1)));
            }
        }
        return pairs;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    String variable(String name) {
        return variables.get(name);
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.getFirst(name));
    }

    /** A query parameter; an empty one counts as absent, as Go clients send unused ones empty. */
    Optional<String> query(String name) {
        return Optional.ofNullable(query.get(name)).filter(value -> !value.isEmpty());
    }

    /** @throws KmsError 422 if the parameter is present and neither {@code true} nor {@code false} */
    boolean queryFlag(String name, boolean otherwise) {
        String value = query.get(name);
        if (value == null) {
            return otherwise;
        }
        if (!value.equals("true") && !value.equals("false")) {
            throw KmsError.invalid(
                    "invalid_enum_value",
                    List.of(name),
                    "Invalid enum value. Expected 'true' | 'false', received '" + value + "'");
        }
        return value.equals("true");
    }

    /**
     * The body as a JSON object; a form counts as one of strings, no body at all as one without fields.
     *
     * @throws KmsError 500, as upstream, if the body is malformed, too large, or empty but announced as JSON
     */
    Body json() {
        if (body == null) {
            throw KmsError.internal();
        }
        String type = header("Content-Type").orElse("");
        if (type.startsWith(FORM)) {
            ObjectNode form = JSON.createObjectNode();
            pairs(text()).forEach(form::put);
            return new Body(form, List.of());
        }
        if (body.length == 0) {
            if (type.startsWith("application/json")) {
                throw KmsError.internal();
            }
            return new Body(JSON.createObjectNode(), List.of());
        }
        return new Body(parsed(), List.of());
    }

    private ObjectNode parsed() {
        JsonNode json;
        try {
            json = JSON.readTree(body);
        } catch (JsonProcessingException malformed) {
            throw KmsError.internal();
        } catch (IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
        if (json instanceof ObjectNode object) {
            return object;
        }
        throw KmsError.invalid("invalid_type", List.of(), "Expected object");
    }

    /** The body as text; empty if it was too large. */
    String text() {
        return body == null ? "" : new String(body, StandardCharsets.UTF_8);
    }
}
