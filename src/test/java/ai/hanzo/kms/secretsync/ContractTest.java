package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.Contract.Operation;
import ai.hanzo.kms.secretsync.api.ConnectionRequests;
import ai.hanzo.kms.secretsync.api.SyncRequests;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code config/openapi.yaml} is what is served, and it is true: its operations are those of the routes, its parameters are read,
 * its examples hold, and every answer that any test of the running service gets is as it says (see {@link ApiClient}).
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContractTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private RunningService service;
    private ApiClient nobody;

    @BeforeAll
    void start(@TempDir Path directory) {
        service = RunningService.start(directory);
        nobody = ApiClient.with(service.base(), null);
    }

    @AfterAll
    void stop() {
        service.close();
    }

    // The document

    @Test
    void what_is_served_to_everyone_is_what_was_reviewed() throws Exception {
        ApiClient.Answer served = nobody.send("GET", "/openapi.json", null);

        assertThat(served.status()).isEqualTo(200);
        assertThat(served.headers().get("content-type").get(0)).startsWith("application/json");
        assertThat(served.json()).isEqualTo(Contract.parsed(Files.readString(Contract.FILE)));
    }

    @Test
    void the_document_is_valid_openapi() throws Exception {
        SwaggerParseResult parsed = new OpenAPIV3Parser().readContents(Files.readString(Contract.FILE), null, null);

        assertThat(parsed.getMessages()).isEmpty();
        assertThat(parsed.getOpenAPI().getOpenapi()).isEqualTo("3.1.0");
        assertThat(parsed.getOpenAPI().getPaths())
                .hasSize(Contract.DOCUMENT.path("paths").size());
    }

    @Test
    void its_operations_are_those_of_the_routes() {
        assertThat(Contract.operations().stream()
                        .map(operation -> operation.id() + ": " + operation.method() + " " + operation.path()))
                .as(
                        "an operation that routes/api.camel.yaml has and config/openapi.yaml has not, or the other way round")
                .containsExactlyInAnyOrderElementsOf(AuthenticationTest.operations()
                        .map(operation -> operation.id() + ": " + operation.method() + " " + operation.path())
                        .toList());
    }

    static List<Operation> operations() {
        return Contract.operations();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void every_operation_is_described_with_examples(Operation operation) {
        JsonNode json = operation.json();
        assertThat(json.path("summary").textValue()).isNotBlank();
        assertThat(json.path("tags")).hasSize(1);
        assertThat(Contract.DOCUMENT.path("tags").findValuesAsText("name"))
                .contains(json.path("tags").get(0).textValue());
        assertThat(operation.parameters())
                .allSatisfy(parameter -> assertThat(parameter.has("description") && parameter.has("example"))
                        .as("description and example of parameter %s", parameter.path("name"))
                        .isTrue());
        assertThat(operation
                        .parameters("path")
                        .map(parameter -> parameter.path("name").textValue()))
                .containsExactlyInAnyOrderElementsOf(placeholders(operation.path()));
        assertThat(json.path("responses").properties())
                .extracting(Map.Entry::getKey)
                .contains("200", "429", "default");
        assertThat(mediaTypes(operation))
                .allSatisfy(type -> assertThat(type.json().path("examples"))
                        .as("examples at %s", type.pointer())
                        .isNotEmpty());
        if (operation.method().equals("PATCH")) {
            assertThat(json.path("requestBody")).isNotEmpty();
        }
    }

    private static List<String> placeholders(String path) {
        return Pattern.compile("\\{(\\w+)}")
                .matcher(path)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    /** A JSON body, of a request or of an answer, and where it stands. */
    private record MediaType(String pointer, JsonNode json) {}

    private static List<MediaType> mediaTypes(Operation operation) {
        List<MediaType> types = new ArrayList<>();
        List<String> pointers = new ArrayList<>();
        if (operation.json().has("requestBody")) {
            pointers.add(operation.pointer() + "/requestBody");
        }
        operation.json().path("responses").properties().forEach(response -> {
            JsonNode reference = response.getValue().path("$ref");
            pointers.add(
                    reference.isTextual()
                            ? reference.textValue().substring(1)
                            : operation.pointer() + "/responses/" + response.getKey());
        });
        pointers.forEach(pointer -> {
            String type = pointer + "/content/application~1json";
            types.add(new MediaType(type, Contract.DOCUMENT.at(type)));
        });
        return types;
    }

    @ParameterizedTest
    @MethodSource("operations")
    void its_examples_are_as_its_schemas_say(Operation operation) {
        for (MediaType type : mediaTypes(operation)) {
            type.json()
                    .path("examples")
                    .properties()
                    .forEach(example -> assertThat(Contract.mismatches(
                                    type.pointer() + "/schema",
                                    Contract.resolved(example.getValue()).path("value")))
                            .as("%s at %s", example.getKey(), type.pointer())
                            .isEmpty());
        }
        operation
                .parameters()
                .forEach(parameter -> assertThat(validator(parameter)).isEmpty());
    }

    private static List<String> validator(JsonNode parameter) {
        JsonNode schema = Contract.resolved(parameter.path("schema"));
        return schema.has("enum")
                        && !StreamSupport.stream(schema.path("enum").spliterator(), false)
                                .toList()
                                .contains(parameter.path("example"))
                ? List.of("example of " + parameter.path("name") + " is none of the values")
                : List.of();
    }

    @Test
    void examples_of_requests_are_accepted() {
        SyncRequests syncs = service.context().getBean(SyncRequests.class);
        ConnectionRequests connections = service.context().getBean(ConnectionRequests.class);
        Map<String, Consumer<byte[]>> readers = Map.ofEntries(
                Map.entry("pauseSecretSyncs", syncs::pause),
                Map.entry("resumeSecretSyncs", syncs::pause),
                Map.entry("createAwsSecretsManagerSecretSync", syncs::create),
                Map.entry("updateAwsSecretsManagerSecretSync", syncs::update),
                Map.entry("checkAwsSecretsManagerSecretSyncDestination", syncs::checkDestination),
                Map.entry("createAwsAppConnection", connections::create),
                Map.entry("updateAwsAppConnection", connections::update),
                Map.entry("login", body -> {}),
                Map.entry("receiveKmsChangeNotice", body -> {}),
                Map.entry("approveAwsSecretsManagerSecretSyncPlan", syncs::planDigest),
                Map.entry("checkAwsSecretsManagerSecretSyncDraft", syncs::draft),
                Map.entry("planNewAwsSecretsManagerSecretSync", syncs::plan),
                Map.entry("planChangedAwsSecretsManagerSecretSync", syncs::update));
        for (Operation operation : operations()) {
            operation
                    .json()
                    .at("/requestBody/content/application~1json/examples")
                    .forEach(example -> {
                        assertThat(readers).containsKey(operation.id());
                        readers.get(operation.id())
                                .accept(Contract.resolved(example)
                                        .path("value")
                                        .toString()
                                        .getBytes(StandardCharsets.UTF_8));
                    });
        }
    }

    @Test
    void its_regions_are_those_that_aws_has() {
        assertThat(Contract.DOCUMENT.at("/components/schemas/Region/enum"))
                .isEqualTo(JSON.valueToTree(AwsRegions.codes()));
    }

    // What is read

    /** Given twice, a parameter that is read is not valid, whatever it is; one that is not read is ignored. */
    @ParameterizedTest
    @MethodSource("operations")
    void its_query_parameters_are_read_and_no_others(Operation operation) {
        Set<String> everywhere = operations().stream()
                .flatMap(one -> one.parameters("query"))
                .map(parameter -> parameter.path("name").textValue())
                .collect(Collectors.toCollection(TreeSet::new));
        String path = operation.path().replace("{method}", "universal-auth").replaceAll("\\{\\w+Name}", "none");
        String target = path.replaceAll("\\{\\w+}", UUID.randomUUID().toString());
        List<String> documented = operation
                .parameters("query")
                .map(parameter -> parameter.path("name").textValue())
                .toList();
        assertThat(everywhere).containsAll(documented);
        for (String name : everywhere) {
            ApiClient.Answer answer = service.api()
                    .send(operation.method(), target + "?" + name + "=a&" + name + "=b", bodyFor(operation));
            List<String> complaints = new ArrayList<>();
            if (answer.status() == 422) {
                answer.json().path("message").forEach(issue -> {
                    boolean twice = issue.path("received").asText().equals("array");
                    if (twice && issue.path("path").path(0).asText().equals(name)) {
                        complaints.add(name);
                    }
                });
            }
            assertThat(complaints).as("%s of %s", name, operation.id()).hasSize(documented.contains(name) ? 1 : 0);
        }
    }

    private static JsonNode bodyFor(Operation operation) {
        JsonNode examples = operation.json().at("/requestBody/content/application~1json/examples");
        return examples.isMissingNode()
                ? null
                : Contract.resolved(examples.elements().next()).path("value");
    }

    // The yardstick itself

    @Test
    void an_answer_that_is_not_as_documented_is_noticed() throws Exception {
        String path = "/api/v1/secret-syncs/aws-secrets-manager/" + UUID.randomUUID();
        ObjectNode envelope =
                Contract.DOCUMENT.at("/components/examples/OneToOne/value").deepCopy();
        ObjectNode sync = (ObjectNode) envelope.get("secretSync");
        Map<String, Consumer<ObjectNode>> spoilt = Map.of(
                "a field is missing", one -> one.remove("folderId"),
                "a field too many", one -> one.put("value", "x"),
                "another type", one -> one.put("version", "1"),
                "no date", one -> one.put("createdAt", "yesterday"),
                "a field too many inside", one -> one.withObject("syncOptions").put("x", 1),
                "a secret name where there is none",
                        one -> one.withObject("destinationConfig").put("secretName", "x"));

        assertThat(problems("GET", path, 200, envelope)).isEmpty();
        spoilt.forEach((what, how) -> {
            ObjectNode other = envelope.deepCopy();
            how.accept((ObjectNode) other.get("secretSync"));
            assertThat(problems("GET", path, 200, other)).as(what).isNotEmpty();
        });
        assertThat(problems("GET", path, 200, sync)).isNotEmpty();
        JsonNode error = Contract.DOCUMENT.at("/components/examples/NoSuchSync/value");
        assertThat(problems("GET", path, 404, error)).isEmpty();
        assertThat(problems("GET", path, 418, error))
                .as("in the envelope of any other")
                .isEmpty();
        assertThat(problems("GET", path, 422, error)).isNotEmpty();
        assertThat(problems("GET", "/nowhere", 404, error)).isEmpty();
        assertThat(problems("GET", "/nowhere", 404, JSON.readTree("{\"status\":404}")))
                .isNotEmpty();
        assertThat(Contract.problems("GET", path, 404, "text/html", "<html>")).isNotEmpty();
    }

    private static List<String> problems(String method, String path, int status, JsonNode body) {
        return Contract.problems(method, path, status, "application/json", body.toString());
    }

    // The page

    @Test
    void the_page_that_shows_it_is_there_for_everyone_and_needs_nothing_from_elsewhere() {
        ApiClient.Answer moved = nobody.send("GET", "/docs", null);
        assertThat(moved.status()).isEqualTo(302);
        assertThat(moved.headers().get("location")).containsExactly("docs/");
        ApiClient.Answer page = nobody.send("GET", "/docs/", null);
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.headers().get("content-type").get(0)).startsWith("text/html");
        List<String> needed = references(page.text());
        assertThat(needed).hasSizeGreaterThanOrEqualTo(4).noneMatch(reference -> reference.contains("//"));
        for (String reference : needed) {
            String path = "/docs/".concat(reference).replace("/docs/../", "/");
            assertThat(nobody.send("GET", path, null).status()).as(path).isEqualTo(200);
        }
        assertThat(nobody.send("GET", "/docs/docs.js", null).text())
                .contains("\"../openapi.json\"", "validatorUrl: null")
                .doesNotContain("http");
    }

    private static List<String> references(String html) {
        Matcher matcher = Pattern.compile("(?:src|href)=\"([^\"]+)\"").matcher(html);
        return matcher.results().map(found -> found.group(1)).toList();
    }

    @Test
    void only_the_documentation_is_there_without_a_token() {
        Stream.of(
                        "/webjars/",
                        "/webjars/other/x.js",
                        "/docs/../api/v1/secret-syncs",
                        "/openapi.yaml",
                        "/application.yaml")
                .forEach(path -> assertThat(nobody.send("GET", path, null).status())
                        .as(path)
                        .isIn(400, 401));
        assertThat(nobody.send("POST", "/openapi.json", Map.of()).status()).isEqualTo(401);
        assertThat(nobody.send("GET", "/docs/none", null).status()).isEqualTo(404);
    }
}
