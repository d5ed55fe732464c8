package ai.hanzo.kms.secretsync.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What stands at one place of a request, and where the issues with it are written down.
 *
 * @param json {@link MissingNode} for nothing at all, which is not the same as JSON's null
 * @param path how to get there from the body
 * @param issues those of the whole request, shared by all its places
 */
record Found(JsonNode json, List<Object> path, List<Issue> issues) {
    /**
     * Reads a whole request.
     *
     * @throws ValidationException with all its issues, if there are any
     */
    static <T> T validated(JsonNode json, Rule<T> rule) {
        return validatedAt(json, List.of(), rule);
    }

    /** As {@link #validated}, for a value that has a name: a path or query parameter. */
    static <T> T validatedAt(JsonNode json, List<Object> path, Rule<T> rule) {
        Found found = new Found(json, path, new ArrayList<>());
        T read = rule.read(found);
        if (!found.issues.isEmpty()) {
            throw new ValidationException(found.issues);
        }
        return read;
    }

    /** Reads a field by its exact name; other fields are nobody's business. */
    <T> T read(String field, Rule<T> rule) {
        JsonNode value = json.get(field);
        return rule.read(new Found(value == null ? MissingNode.getInstance() : value, plus(field), issues));
    }

    <T> T read(int index, Rule<T> rule) {
        return rule.read(new Found(json.get(index), plus(index), issues));
    }

    /** Reads an object; null, with an issue, where something else stands. */
    <T> T object(Function<Found, T> fields) {
        return json.isObject() ? fields.apply(this) : wrongType("object");
    }

    /** Notes fields of an object that are not among the known ones. */
    void nothingBut(String... known) {
        List<String> unknown = new ArrayList<>();
        json.fieldNames().forEachRemaining(unknown::add);
        unknown.removeAll(List.of(known));
        if (!unknown.isEmpty()) {
            issue("custom", "There is no such field; there are: " + String.join(", ", known));
        }
    }

    boolean isAbsent() {
        return json.isMissingNode();
    }

    /** Notes that something else stands here than is {@code expected}. */
    <T> T wrongType(String expected) {
        String received = type();
        String message = isAbsent() ? "Required" : "Expected " + expected + ", received " + received;
        return issue("invalid_type", message, "expected", expected, "received", received);
    }

    /** Notes an issue with this value; gives null, for an unreadable value. */
    <T> T issue(String code, String message, Object... details) {
        Map<String, Object> named = new LinkedHashMap<>();
        for (int i = 0; i < details.length; i += 2) {
            named.put((String) details[i], details[i + 1]);
        }
        issues.add(new Issue(code, path, message, Collections.unmodifiableMap(named)));
        return null;
    }

    /** The same place with an empty list of issues, to try a rule. */
    Found trial() {
        return new Found(json, path, new ArrayList<>());
    }

    /** What JavaScript calls the type of this value. */
    private String type() {
        return switch (json.getNodeType()) {
            case MISSING -> "undefined";
            case NULL -> "null";
            case STRING -> "string";
            case BOOLEAN -> "boolean";
            case NUMBER -> "number";
            case ARRAY -> "array";
            default -> "object";
        };
    }

    private List<Object> plus(Object step) {
        List<Object> longer = new ArrayList<>(path);
        longer.add(step);
        return List.copyOf(longer);
    }
}
