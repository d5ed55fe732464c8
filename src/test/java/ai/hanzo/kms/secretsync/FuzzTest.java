package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.Contract.Operation;
import ai.hanzo.kms.secretsync.RawHttp.Request;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.springframework.util.FileSystemUtils;

/**
 * Ten thousand requests to the running service: bodies of the contract's examples with something changed, any JSON, any bytes,
 * any path, query, verb and header. Whatever comes, it is answered, and not as a failure of ours: in an envelope of the contract,
 * and if it succeeds, as the contract says.
 */
class FuzzTest {
    private static final int AT_ONCE = 20;
    private static final int BATCHES = 500;
    private static final Pattern STACK_TRACE =
            Pattern.compile("\\bat [a-z]+\\.[\\w.$]+\\(|\\bjava\\.|ai\\.hanzo|\\.camel\\.");

    private static final List<Operation> OPERATIONS = Contract.operations();
    private static final Map<Integer, Integer> STATUSES = new ConcurrentSkipListMap<>();

    private static Path directory;
    private static RunningService service;
    private static RawHttp http;
    private static String token;
    private static String connection;
    private static String sync;
    private static List<String> disposable;
    private static ExecutorService senders;

    @BeforeContainer
    static void start() throws IOException {
        directory = Files.createTempDirectory("fuzz");
        service = RunningService.start(directory);
        http = new RawHttp(service.base());
        token = service.kms.tokenFor(service.caller);
        connection = service.connection();
        service.kms.setSecret(service.project, "dev", "/", "A", "a");
        service.aws.addAccessKey("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "444444444444");
        List<String> syncs = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            syncs.add(service.create(
                    Operations.manual(service.oneToOne(connection, "/", "fuzz-" + i + "/{{secretKey}}"))));
        }
        sync = syncs.remove(0);
        disposable = syncs;
        senders = Executors.newFixedThreadPool(AT_ONCE);
    }

    @AfterContainer
    static void stop() throws IOException {
        senders.shutdownNow();
        service.close();
        FileSystemUtils.deleteRecursively(directory);
        // It would mean nothing if, say, all had been refused for their token.
        assertThat(STATUSES.getOrDefault(200, 0)).as("%s", STATUSES).isGreaterThan(1000);
        assertThat(STATUSES.getOrDefault(422, 0)).as("%s", STATUSES).isGreaterThan(1000);
        assertThat(STATUSES.keySet()).as("%s", STATUSES).contains(400, 401, 404, 405, 413, 415);
    }

    @Property(tries = BATCHES, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
    void whatever_is_sent_is_answered_in_an_envelope_and_never_with_a_failure_of_ours(
            @ForAll("batches") List<Request> requests) throws Exception {
        List<Future<String>> verdicts = new ArrayList<>();
        for (Request request : requests) {
            verdicts.add(senders.submit(() -> verdict(request)));
        }
        for (Future<String> verdict : verdicts) {
            assertThat(verdict.get()).isNull();
        }
    }

    /** What is wrong with the answer, or null. */
    private static String verdict(Request request) {
        RawHttp.Response response = http.send(request);
        STATUSES.merge(response.status(), 1, Integer::sum);
        List<String> problems = new ArrayList<>();
        if (response.status() >= 500) {
            problems.add("a failure of ours");
        }
        if (STACK_TRACE.matcher(response.body()).find()) {
            problems.add("a stack trace");
        }
        boolean bodiless = request.verb().equals("HEAD") || request.verb().equals("OPTIONS");
        if (!bodiless) {
            problems.addAll(Contract.problems(
                    request.verb(),
                    request.target().replaceAll("[?#].*", ""),
                    response.status(),
                    response.headers().get("content-type"),
                    response.body()));
        }
        return problems.isEmpty() ? null : request + "\n-> " + response + "\n" + problems;
    }

    @Provide
    Arbitrary<List<Request>> batches() {
        return requests().list().ofSize(AT_ONCE);
    }

    private static Arbitrary<Request> requests() {
        return Arbitraries.frequencyOf(
                Tuple.of(12, Arbitraries.of(OPERATIONS).flatMap(FuzzTest::requests)), Tuple.of(1, anything()));
    }

    /** To an operation there is, mostly with its own verb. */
    private static Arbitrary<Request> requests(Operation operation) {
        return Combinators.combine(verbs(operation), target(operation), headers(), bodies(operation))
                .as(Request::new);
    }

    private static Arbitrary<Request> anything() {
        Arbitrary<String> segments = Arbitraries.oneOf(
                Arbitraries.of(
                        "api", "v1", "secret-syncs", "aws-secrets-manager", "..", ".", "", "%2e%2e", "%00", "docs"),
                encoded(texts()),
                Arbitraries.strings()
                        .ascii()
                        .excludeChars(' ', '\r', '\n', '\0')
                        .ofMaxLength(20));
        Arbitrary<String> paths = segments.list().ofMaxSize(6).map(path -> "/" + String.join("/", path));
        return Combinators.combine(
                        verbs(), paths, headers(), Arbitraries.of(OPERATIONS).flatMap(FuzzTest::bodies))
                .as(Request::new);
    }

    private static Arbitrary<String> verbs(Operation operation) {
        return Arbitraries.frequencyOf(Tuple.of(19, Arbitraries.just(operation.method())), Tuple.of(1, verbs()));
    }

    private static Arbitrary<String> verbs() {
        return Arbitraries.oneOf(
                Arbitraries.of("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "get"),
                Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(10));
    }

    private static Arbitrary<String> target(Operation operation) {
        boolean deleting = operation.method().equals("DELETE");
        Arbitrary<String> path = Arbitraries.just(operation.path());
        for (JsonNode parameter : operation.parameters("path").toList()) {
            String name = parameter.path("name").textValue();
            Arbitrary<String> values = Arbitraries.frequencyOf(
                    Tuple.of(8, deleting ? Arbitraries.of(disposable) : known(name, parameter)),
                    Tuple.of(1, Arbitraries.create(() -> UUID.randomUUID().toString())),
                    Tuple.of(1, encoded(texts())));
            path = Combinators.combine(path, values).as((so, value) -> so.replace("{" + name + "}", value));
        }
        return Combinators.combine(path, query(operation)).as((some, query) -> some + query);
    }

    private static Arbitrary<String> known(String name, JsonNode parameter) {
        return Arbitraries.just(
                switch (name) {
                    case "syncId" -> sync;
                    case "connectionId" -> connection;
                    default -> parameter.path("example").asText();
                });
    }

    private static Arbitrary<String> query(Operation operation) {
        List<JsonNode> documented = operation.parameters("query").toList();
        Arbitrary<String> names = Arbitraries.oneOf(
                Arbitraries.of("projectId", "removeSecrets", "limit", "CamelHttpUri"), encoded(texts()));
        Arbitrary<String> noise = Combinators.combine(names, encoded(texts())).as((name, value) -> name + "=" + value);
        List<Arbitrary<String>> good = documented.stream()
                .map(parameter -> {
                    String name = parameter.path("name").textValue();
                    String value = name.equals("projectId")
                            ? service.project.id()
                            : parameter.path("example").asText();
                    return Arbitraries.frequencyOf(
                            Tuple.of(8, Arbitraries.just(name + "=" + value)),
                            Tuple.of(1, Arbitraries.just(name + "=" + value + "&" + name + "=")),
                            Tuple.of(1, encoded(texts()).map(text -> name + "=" + text)));
                })
                .toList();
        Arbitrary<String> asDocumented =
                Combinators.combine(good).as(parts -> parts.isEmpty() ? "" : "?" + String.join("&", parts));
        return Arbitraries.frequencyOf(
                Tuple.of(6, asDocumented),
                Tuple.of(
                        1,
                        Combinators.combine(asDocumented, noise)
                                .as((some, more) -> some + (some.isEmpty() ? "?" : "&") + more)),
                Tuple.of(1, noise.list().ofMaxSize(5).map(parts -> "?" + String.join("&", parts))),
                Tuple.of(
                        1,
                        Arbitraries.strings()
                                .ascii()
                                .excludeChars(' ', '\r', '\n', '\0')
                                .ofMaxLength(30)
                                .map(text -> "?" + text)));
    }

    private static Arbitrary<List<String>> headers() {
        Arbitrary<String> authorization = Arbitraries.frequencyOf(
                Tuple.of(30, Arbitraries.just("Authorization: Bearer " + token)),
                Tuple.of(1, Arbitraries.of("Authorization: Bearer", "Authorization: Basic eDp5", "X-None: 1")),
                Tuple.of(1, printable().map(text -> "Authorization: Bearer " + text)));
        Arbitrary<String> type = Arbitraries.frequencyOf(
                Tuple.of(
                        20,
                        Arbitraries.of(
                                "Content-Type: application/json", "content-type: application/json; charset=utf-8")),
                Tuple.of(
                        1,
                        Arbitraries.of(
                                "Content-Type: text/plain",
                                "Content-Type: application/x-www-form-urlencoded",
                                "Content-Type: multipart/form-data; boundary=x",
                                "Content-Type: application/json; charset=utf-7",
                                "Content-Encoding: gzip",
                                "X-None: 2")),
                Tuple.of(1, printable().map(text -> "Content-Type: " + text)));
        Arbitrary<String> noise = Combinators.combine(
                        Arbitraries.oneOf(
                                Arbitraries.of(
                                        "Accept",
                                        "CamelHttpUri",
                                        "CamelHttpResponseCode",
                                        "x-request-id",
                                        "projectId",
                                        "syncId",
                                        "Cookie",
                                        "If-None-Match",
                                        "Range",
                                        "X-HTTP-Method-Override",
                                        "X-Forwarded-For"),
                                Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(12)),
                        printable())
                .as((name, value) -> name + ": " + value);
        return Combinators.combine(
                        authorization,
                        type,
                        Arbitraries.frequencyOf(
                                Tuple.of(4, Arbitraries.just(List.<String>of())),
                                Tuple.of(1, noise.list().ofMaxSize(3))))
                .as((one, other, more) -> {
                    List<String> all = new ArrayList<>(List.of(one, other));
                    all.addAll(more);
                    return all;
                });
    }

    private static Arbitrary<String> printable() {
        return Arbitraries.strings().withCharRange(' ', '~').ofMaxLength(40);
    }

    // Bodies

    private static Arbitrary<byte[]> bodies(Operation operation) {
        List<JsonNode> examples = new ArrayList<>();
        operation
                .json()
                .at("/requestBody/content/application~1json/examples")
                .forEach(example -> examples.add(ours(Contract.resolved(example).path("value"))));
        if (examples.isEmpty()) {
            return Arbitraries.frequencyOf(
                    Tuple.of(10, Arbitraries.just((byte[]) null)),
                    Tuple.of(1, values().map(FuzzTest::bytes)),
                    Tuple.of(1, Arbitraries.bytes().array(byte[].class).ofMaxSize(50)));
        }
        Arbitrary<JsonNode> valid = Arbitraries.of(examples);
        Arbitrary<JsonNode> mutated = Combinators.combine(
                        valid, Arbitraries.integers().between(0, 999), values(), Arbitraries.of(Mutation.values()))
                .as(FuzzTest::mutated);
        Arbitrary<JsonNode> mutatedTwice = Combinators.combine(
                        mutated, Arbitraries.integers().between(0, 999), values(), Arbitraries.of(Mutation.values()))
                .as(FuzzTest::mutated);
        Arbitrary<byte[]> damaged = Combinators.combine(
                        valid.map(FuzzTest::bytes),
                        Arbitraries.integers(),
                        Arbitraries.bytes(),
                        Arbitraries.of(true, false))
                .as(FuzzTest::damaged);
        return Arbitraries.frequencyOf(
                Tuple.of(8, mutated.map(FuzzTest::bytes)),
                Tuple.of(4, mutatedTwice.map(FuzzTest::bytes)),
                Tuple.of(1, valid.map(FuzzTest::bytes)),
                Tuple.of(1, values().map(FuzzTest::bytes)),
                Tuple.of(2, damaged),
                Tuple.of(1, Arbitraries.bytes().array(byte[].class).ofMaxSize(100)),
                Tuple.of(
                        1,
                        Arbitraries.of(null, new byte[0], "x".repeat(1_100_000).getBytes(StandardCharsets.UTF_8))));
    }

    /** An example with ids that there are. */
    private static JsonNode ours(JsonNode example) {
        ObjectNode body = example.deepCopy();
        Map.of(
                        "projectId",
                        service.project.id(),
                        "connectionId",
                        connection,
                        "excludeSyncId",
                        sync,
                        "environment",
                        "dev",
                        "secretPath",
                        "/")
                .forEach((field, value) -> {
                    if (body.has(field)) {
                        body.put(field, value);
                    }
                });
        if (body.has("syncOptions")) {
            body.put("isAutoSyncEnabled", false);
        }
        return body;
    }

    private enum Mutation {
        REPLACE,
        REMOVE,
        ADD,
        WRAP
    }

    /** The body with something done to one of its places, wherever in the tree. */
    private static JsonNode mutated(JsonNode body, int place, JsonNode value, Mutation mutation) {
        JsonNode copy = body.deepCopy();
        List<JsonNode> containers = new ArrayList<>();
        collect(copy, containers);
        if (containers.isEmpty()) {
            return value;
        }
        JsonNode container = containers.get(place % containers.size());
        if (container instanceof ArrayNode array) {
            int at = array.isEmpty() ? 0 : place % array.size();
            switch (mutation) {
                case REPLACE, WRAP -> array.insert(at, value);
                case REMOVE -> array.remove(at);
                case ADD -> array.add(value);
            }
        } else if (container instanceof ObjectNode object) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            String name = names.isEmpty() ? "name" : names.get(place % names.size());
            switch (mutation) {
                case REPLACE -> object.set(name, value);
                case REMOVE -> object.remove(name);
                case ADD -> object.set(value.asText("x"), value);
                case WRAP -> object.putArray(name).add(value);
            }
        }
        return copy;
    }

    private static void collect(JsonNode node, List<JsonNode> containers) {
        if (node.isContainerNode()) {
            containers.add(node);
            node.forEach(child -> collect(child, containers));
        }
    }

    private static Arbitrary<JsonNode> values() {
        JsonNodeFactory json = JsonNodeFactory.instance;
        Arbitrary<JsonNode> atoms = Arbitraries.oneOf(
                texts().map(json::textNode),
                Arbitraries.of(
                        json.nullNode(),
                        json.booleanNode(true),
                        json.booleanNode(false),
                        json.numberNode(0),
                        json.numberNode(-1.5),
                        json.numberNode(Long.MAX_VALUE),
                        json.textNode("one-to-one"),
                        json.textNode("many-to-one"),
                        json.textNode("overwrite-destination"),
                        json.textNode("assume-role"),
                        json.textNode("us-east-1")));
        return Arbitraries.lazyOf(
                () -> atoms,
                () -> atoms,
                () -> atoms,
                () -> atoms,
                () -> values().list().ofMaxSize(4).map(items -> json.arrayNode().addAll(items)),
                () -> Combinators.combine(texts(), values())
                        .as((name, value) -> json.objectNode().set(name, value)),
                () -> Combinators.combine(texts(), texts())
                        .as((key, value) -> json.objectNode().put("key", key).put("value", value)));
    }

    private static Arbitrary<String> texts() {
        return Arbitraries.frequencyOf(
                Tuple.of(6, Arbitraries.strings().ofMaxLength(40)),
                Tuple.of(
                        3,
                        Arbitraries.strings().withChars("{}secretKynviomt-/_ ").ofMaxLength(40)),
                Tuple.of(3, Arbitraries.strings().withChars("abc-09").ofMaxLength(30)),
                Tuple.of(1, Arbitraries.strings().ascii().ofMinLength(200).ofMaxLength(300)),
                // What makes a careless regular expression or URL parser fall over.
                Tuple.of(
                        1,
                        Arbitraries.of(
                                "-".repeat(5_000),
                                "a-".repeat(2_500),
                                "{{secretKey}}".repeat(400),
                                "https://sts." + "a.".repeat(2_500) + "amazonaws.com",
                                "https://[::1]",
                                "https://%00.amazonaws.com",
                                "//sts.us-east-1.amazonaws.com",
                                "\u0000",
                                "\ud800",
                                "../../etc/passwd",
                                "' or 1=1 --",
                                "${jndi:ldap://x}",
                                "${header.x}",
                                "{{env:PATH}}")));
    }

    private static Arbitrary<String> encoded(Arbitrary<String> texts) {
        return texts.map(text -> URLEncoder.encode(text, StandardCharsets.UTF_8))
                .map(text -> text.substring(0, Math.min(2_000, text.length())));
    }

    /** As JSON in ASCII, for half a surrogate pair has no UTF-8. */
    private static byte[] bytes(JsonNode json) {
        return json.toString()
                .chars()
                .mapToObj(c -> c > '~' ? String.format("\\u%04x", c) : String.valueOf((char) c))
                .collect(Collectors.joining())
                .getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] damaged(byte[] body, int place, byte value, boolean cut) {
        byte[] bytes = body.clone();
        int at = Math.floorMod(place, bytes.length);
        bytes[at] = value;
        return cut ? Arrays.copyOf(bytes, at) : bytes;
    }
}
