package ai.hanzo.kms.secretsync;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.DisallowUnknownKeywordFactory;
import com.networknt.schema.JsonMetaSchema;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.NonValidationKeyword;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * {@code config/openapi.yaml}, to hold requests and answers to. Fields that it does not have are problems in answers, although
 * the document leaves room for more.
 */
public final class Contract {
    static final Path FILE = Path.of("config", "openapi.yaml");
    static final JsonNode DOCUMENT = read();

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> VERBS = Set.of("get", "post", "put", "patch", "delete", "head", "options");
    private static final String OPEN = "https://contract.invalid/open";
    private static final String CLOSED = "https://contract.invalid/closed";
    private static final String CONTENT = "/content/application~1json";

    private static final SchemaValidatorsConfig STRICT =
            SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();
    /** What OpenAPI adds to JSON Schema; anything else that is unknown there is a slip of the pen. */
    private static final JsonMetaSchema OPENAPI = JsonMetaSchema.builder(
                    "https://contract.invalid/meta", JsonMetaSchema.getV202012())
            .keywords(Stream.of("openapi", "info", "servers", "security", "tags", "paths", "components")
                    .map(NonValidationKeyword::new)
                    .toList())
            .unknownKeywordFactory(DisallowUnknownKeywordFactory.getInstance())
            .build();

    private static final JsonSchemaFactory SCHEMAS = JsonSchemaFactory.getInstance(
            VersionFlag.V202012,
            factory -> factory.metaSchema(OPENAPI)
                    .defaultMetaSchemaIri(OPENAPI.getIri())
                    .schemaLoaders(loaders -> loaders.schemas(Map.of(
                            OPEN, DOCUMENT.toString(), CLOSED, closed(DOCUMENT).toString()))));
    private static final Map<String, JsonSchema> KNOWN = new ConcurrentHashMap<>();
    private static final List<Operation> OPERATIONS = declared();

    private Contract() {}

    /**
     * An operation of the document.
     *
     * @param pointer where it stands in the document
     */
    record Operation(String id, String method, String path, String pointer, JsonNode json) {
        boolean answers(String verb, String requestPath) {
            return method.equals(verb) && requestPath.replaceAll("(?<=.)/$", "").matches(pattern());
        }

        private String pattern() {
            return path.replaceAll("\\{\\w+}", "[^/]+");
        }

        List<JsonNode> parameters() {
            List<JsonNode> all = new ArrayList<>();
            JsonNode ofPath = DOCUMENT.path("paths").path(path).path("parameters");
            Stream.of(ofPath, json.path("parameters")).forEach(some -> some.forEach(one -> all.add(resolved(one))));
            return all;
        }

        Stream<JsonNode> parameters(String in) {
            return parameters().stream()
                    .filter(parameter -> parameter.path("in").textValue().equals(in));
        }
    }

    static List<Operation> operations() {
        return OPERATIONS;
    }

    /** The operation that answers to a verb and a path, with or without query string. */
    static Optional<Operation> operation(String method, String target) {
        String path = target.replaceAll("\\?.*", "");
        return OPERATIONS.stream()
                .filter(operation -> operation.answers(method, path))
                // As in a router, what is said literally comes before what stands for anything.
                .min(Comparator.comparingLong(operation ->
                        operation.path().chars().filter(c -> c == '{').count()));
    }

    /** What is wrong with an answer; an operation that is not documented must at least tell its errors in an envelope. */
    static List<String> problems(String method, String target, int status, String contentType, String body) {
        Optional<Operation> operation = operation(method, target);
        boolean refused = status >= 400;
        if (method.equals("HEAD") || operation.isEmpty() && !refused) {
            return List.of();
        }
        if (status == 304) {
            return body.isEmpty() ? List.of() : List.of("a body, though nothing has changed");
        }
        if (contentType == null || !contentType.contains("json")) {
            return List.of("Content-Type is " + contentType);
        }
        JsonNode json;
        try {
            json = JSON.readTree(body);
        } catch (IOException e) {
            return List.of("not JSON");
        }
        String schema = operation
                .map(known -> responsePointer(known, status) + CONTENT + "/schema")
                .orElse("/components/schemas/" + (status == 422 ? "ValidationFailure" : "Error"));
        return mismatches(CLOSED, schema, json);
    }

    private static String responsePointer(Operation operation, int status) {
        String code =
                operation.json().path("responses").has(Integer.toString(status)) ? Integer.toString(status) : "default";
        String pointer = operation.pointer() + "/responses/" + code;
        JsonNode reference = DOCUMENT.at(pointer).path("$ref");
        return reference.isTextual() ? reference.textValue().substring(1) : pointer;
    }

    /** What in a body is not as the schema of the operation's requests says. */
    public static List<String> requestProblems(String operationId, String body) {
        try {
            JsonNode json = JSON.readTree(body);
            return OPERATIONS.stream()
                    .filter(operation -> operation.id().equals(operationId))
                    .map(operation ->
                            mismatches(OPEN, operation.pointer() + "/requestBody" + CONTENT + "/schema", json))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What in a value is not as a schema says, that stands at a place of the document. */
    static List<String> mismatches(String pointer, JsonNode value) {
        return mismatches(CLOSED, pointer, value);
    }

    private static List<String> mismatches(String document, String pointer, JsonNode value) {
        String location = document + "#" + pointer.replace("{", "%7B").replace("}", "%7D");
        return KNOWN
                .computeIfAbsent(location, place -> SCHEMAS.getSchema(SchemaLocation.of(place), STRICT))
                .validate(value)
                .stream()
                .map(ValidationMessage::getMessage)
                .toList();
    }

    /** What a reference stands for; anything else as it is. */
    static JsonNode resolved(JsonNode node) {
        JsonNode reference = node.path("$ref");
        return reference.isTextual() ? DOCUMENT.at(reference.textValue().substring(1)) : node;
    }

    private static List<Operation> declared() {
        List<Operation> operations = new ArrayList<>();
        DOCUMENT.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().stream()
                        .filter(verb -> VERBS.contains(verb.getKey()))
                        .forEach(verb -> operations.add(new Operation(
                                verb.getValue().path("operationId").textValue(),
                                verb.getKey().toUpperCase(Locale.ROOT),
                                path.getKey(),
                                "/paths/" + path.getKey().replace("~", "~0").replace("/", "~1") + "/" + verb.getKey(),
                                verb.getValue()))));
        return List.copyOf(operations);
    }

    /** The document without room for fields that it does not have. */
    private static JsonNode closed(JsonNode node) {
        JsonNode copy = node.deepCopy();
        copy.findParents("properties").forEach(schema -> {
            boolean composed = schema.has("allOf") || schema.has("not");
            if (!composed && !schema.has("additionalProperties") && schema.has("type")) {
                ((ObjectNode) schema).put("additionalProperties", false);
            }
        });
        return copy;
    }

    /** From the jar, where the service has it from: the demonstration may be started anywhere. */
    private static JsonNode read() {
        try (InputStream yaml = Contract.class.getResourceAsStream("/openapi.yaml")) {
            return parsed(new String(yaml.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode parsed(String yaml) {
        return new ObjectMapper().valueToTree(new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml));
    }
}
