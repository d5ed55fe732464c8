package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.devkms.Fault;
import ai.hanzo.kms.secretsync.devkms.Grant;
import ai.hanzo.kms.secretsync.devkms.Identity;
import ai.hanzo.kms.secretsync.devkms.LoggedRequest;
import ai.hanzo.kms.secretsync.devkms.Project;
import ai.hanzo.kms.secretsync.emulator.SecretsManagerEmulator;
import ai.hanzo.kms.secretsync.security.Access;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Policy;
import java.io.IOException;
import java.io.Reader;
import java.lang.reflect.Field;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/**
 * Whoever may use a project in the KMS may use its syncs, and nobody else. Every operation that {@code routes/api.camel.yaml}
 * declares is tried, so that a new one is held to this by itself.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuthenticationTest {
    /** How a token is come by in the first place. */
    private static final String LOGIN = "login";
    /** Comes without a token and has a signature instead; see {@link WebhookTest}. */
    private static final String NOTICE = "receiveKmsChangeNotice";
    /**
     * These answer everyone who has any good token: they say what the service can do, or what the caller may see, and nothing of
     * anybody else.
     */
    private static final Set<String> FOR_EVERYONE = Set.of(
            "listSecretSyncOptions", "listAppConnectionOptions", "listSecretSyncPauses", "listSecretSyncProjects");
    /** These name what they are about in the body. */
    private static final Set<String> NAMING_IN_THE_BODY = Set.of("pauseSecretSyncs", "resumeSecretSyncs");
    /** Without a project these show what the caller sees, which for a stranger is nothing of ours. */
    private static final Set<String> OF_THE_CALLER =
            Set.of("listAppConnections", "listAwsAppConnections", "listAvailableAwsAppConnections");

    private static final String SYNCS = "/api/v1/secret-syncs/aws-secrets-manager";
    private static final String CONNECTIONS = "/api/v1/app-connections/aws";

    private RunningService service;
    private String connection;
    private String sync;
    private ApiClient stranger;
    private Identity strangersIdentity;
    private Project strangersProject;

    @BeforeAll
    void start(@TempDir Path directory) {
        service = RunningService.start(directory);
        connection = service.connection();
        service.kms.setSecret(service.project, "dev", "/", "A", "a");
        Map<String, Object> request = service.oneToOne(connection, "/", "auth/{{secretKey}}");
        request.put("name", "ours");
        request.put("isAutoSyncEnabled", false);
        sync = service.run(service.create(request)).path("id").textValue();
        strangersProject = service.kms.addProject(service.kms.addOrganization("Other"), "Other", "other", "dev");
        strangersIdentity = service.kms.addIdentity("stranger", "stranger-secret", Grant.write(strangersProject));
        stranger = ApiClient.with(service.base(), service.kms.tokenFor(strangersIdentity));
    }

    @AfterAll
    void stop() {
        service.close();
    }

    /** A verb and a path, as the route file has them. */
    record Operation(String id, String method, String path) {
        boolean isAboutOne() {
            return path.contains("Id}") || NAMING_IN_THE_BODY.contains(id);
        }

        @Override
        public String toString() {
            return id;
        }
    }

    static Stream<Operation> operations() {
        List<Operation> operations = new ArrayList<>();
        try (Reader file = Files.newBufferedReader(Path.of("routes", "api.camel.yaml"))) {
            for (Object item : (List<?>) new Yaml().load(file)) {
                if (((Map<?, ?>) item).get("rest") instanceof Map<?, ?> rest) {
                    for (String verb : List.of("get", "post", "put", "patch", "delete", "head")) {
                        if (rest.get(verb) instanceof List<?> declared) {
                            declared.forEach(one -> operations.add(operation(rest, verb, (Map<?, ?>) one)));
                        }
                    }
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return operations.stream();
    }

    private static Operation operation(Map<?, ?> rest, String verb, Map<?, ?> declared) {
        Object path = declared.get("path");
        return new Operation(
                (String) declared.get("id"),
                verb.toUpperCase(Locale.ROOT),
                (String) rest.get("path") + (path == null ? "" : path));
    }

    static Stream<Operation> guarded() {
        return operations().filter(operation -> !Set.of(LOGIN, NOTICE).contains(operation.id()));
    }

    @Test
    void theWalkKnowsTheOperations() {
        assertThat(operations().map(Operation::id))
                .contains(LOGIN, NOTICE, "createAwsSecretsManagerSecretSync", "deleteAwsAppConnection")
                .hasSizeGreaterThanOrEqualTo(19)
                .doesNotHaveDuplicates();
    }

    // Without a good token

    @ParameterizedTest
    @MethodSource("guarded")
    void noTokenIs401(Operation operation) {
        ApiClient.Answer answer = call(ApiClient.with(service.base(), null), operation, sync, connection);

        assertEnvelope(answer, 401);
        assertThat(answer.json().path("error").textValue()).isEqualTo("UnauthorizedError");
        assertThat(answer.json().path("message").textValue()).isEqualTo("Token missing");
    }

    @ParameterizedTest
    @MethodSource("guarded")
    void anUnknownTokenIsRefused(Operation operation) {
        String revoked = service.kms.tokenFor(strangersIdentity);
        String forged = revoked.substring(0, revoked.length() - 4) + "AAAA";
        for (String token : List.of("unknown", forged, "a.b.c")) {
            ApiClient.Answer answer = call(ApiClient.with(service.base(), token), operation, sync, connection);

            assertThat(answer.status()).isIn(401, 403);
            assertEnvelope(answer, answer.status());
            assertThat(answer.text()).doesNotContain(forged);
        }
    }

    // With another project's token

    @ParameterizedTest
    @MethodSource("guarded")
    void anotherProjectsTokenLearnsAndChangesNothing(Operation operation) {
        JsonNode before = everything();
        service.aws.clearJournal();

        ApiClient.Answer answer = call(stranger, operation, sync, connection);

        assertThat(everything()).isEqualTo(before);
        assertThat(service.aws.journal()).isEmpty();
        assertThat(answer.text().replace(connection, "").replace(sync, ""))
                .doesNotContain("\"name\":\"ours\"", "auth/{{secretKey}}", SecretsManagerEmulator.ACCESS_KEY_ID);
        if (FOR_EVERYONE.contains(operation.id())) {
            assertThat(answer.status()).isEqualTo(200);
            return;
        }
        assertThat(answer.status()).isIn(403, 404);
        assertEnvelope(answer, answer.status());
        String noSync = nothing();
        String noConnection = nothing();
        String noProject = nothing();
        assertSameButForTheIds(
                answer,
                Map.of(sync, "ID", connection, "ID", service.project.id(), "ID"),
                operation.isAboutOne()
                        ? call(stranger, operation, noSync, noConnection)
                        : call(stranger, operation, sync, connection, noProject),
                Map.of(noSync, "ID", noConnection, "ID", noProject, "ID", sync, "ID", connection, "ID"));
    }

    /** Trouble of the KMS must not tell either: who asks about an id is told the same whether it is somebody's or nobody's. */
    @ParameterizedTest
    @MethodSource("aboutOne")
    void whileTheKmsIsInTroubleNothingIsLearntEither(Operation operation) {
        String noSync = nothing();
        String noConnection = nothing();
        for (Fault fault : List.of(Fault.status(500), Fault.drop())) {
            ApiClient fresh = ApiClient.with(service.base(), service.kms.tokenFor(strangersIdentity));
            service.kms.failNext(1_000, "/api/v1/projects", fault);
            service.kms.failNext(1_000, "/api/v1/workspace", fault);
            try {
                ApiClient.Answer theirs = call(fresh, operation, sync, connection);
                assertThat(theirs.status()).isEqualTo(503);
                assertThat(theirs.text()).doesNotContain(strangersProject.id());
                assertSameButForTheIds(
                        theirs,
                        Map.of(sync, "ID", connection, "ID"),
                        call(fresh, operation, noSync, noConnection),
                        Map.of(noSync, "ID", noConnection, "ID"));
            } finally {
                service.kms.clearFaults();
            }
        }
    }

    static Stream<Operation> aboutOne() {
        return guarded().filter(Operation::isAboutOne);
    }

    @Test
    void aConnectionOfTheOrganizationIsThereForItsProjectsAndForNobodyElse() {
        String shared = service.api()
                .post(CONNECTIONS, Map.of("name", "shared", "method", "access-key", "credentials", credentials()))
                .at("/appConnection/id")
                .textValue();
        Project sibling = service.kms.addProject(service.organization, "Sibling", "sibling", "dev");
        service.kms.setSecret(sibling, "dev", "/", "A", "a");
        ApiClient colleague = ApiClient.with(
                service.base(),
                service.kms.tokenFor(service.kms.addIdentity("colleague", "secret", Grant.write(sibling))));

        // Within the organisation
        assertThat(colleague
                        .get(CONNECTIONS + "/" + shared)
                        .at("/appConnection/name")
                        .textValue())
                .isEqualTo("shared");
        assertThat(colleague
                        .get(CONNECTIONS + "/connection-name/shared")
                        .at("/appConnection/id")
                        .textValue())
                .isEqualTo(shared);
        assertThat(ids(colleague.get("/api/v1/app-connections")))
                .contains(shared)
                .doesNotContain(connection);
        assertThat(ids(colleague.get(CONNECTIONS + "/available?projectId=" + sibling.id())))
                .contains(shared)
                .doesNotContain(connection);

        // From another one
        for (String path : List.of(
                "/api/v1/app-connections",
                CONNECTIONS,
                CONNECTIONS + "?projectId=" + strangersProject.id(),
                CONNECTIONS + "/available",
                CONNECTIONS + "/available?projectId=" + strangersProject.id())) {
            assertThat(ids(stranger.get(path))).as(path).doesNotContain(shared, connection);
        }
        String none = nothing();
        for (String method : List.of("GET", "PATCH", "DELETE")) {
            Object body = method.equals("PATCH") ? Map.of("name", "taken") : null;
            ApiClient.Answer theirs = stranger.send(method, CONNECTIONS + "/" + shared, body);
            assertThat(theirs.status()).isEqualTo(404);
            assertSameButForTheIds(
                    theirs,
                    Map.of(shared, "ID"),
                    stranger.send(method, CONNECTIONS + "/" + none, body),
                    Map.of(none, "ID"));
        }
        assertSameButForTheIds(
                stranger.send("GET", CONNECTIONS + "/connection-name/shared", null),
                Map.of("shared", "NAME"),
                stranger.send("GET", CONNECTIONS + "/connection-name/nobodys", null),
                Map.of("nobodys", "NAME"));
        assertNobodysForASyncOfTheStranger(shared);
        // A name is not taken for them either.
        assertThat(stranger.post(
                                CONNECTIONS,
                                Map.of("name", "shared", "method", "access-key", "credentials", credentials()))
                        .at("/appConnection/id")
                        .textValue())
                .isNotEqualTo(shared);
        stranger.get("/api/v1/app-connections")
                .path("appConnections")
                .forEach(own ->
                        stranger.delete(CONNECTIONS + "/" + own.path("id").textValue()));
        service.api().delete(CONNECTIONS + "/" + shared);
    }

    private static List<String> ids(JsonNode list) {
        return list.path("appConnections").findValuesAsText("id");
    }

    private static Map<String, String> credentials() {
        return Map.of(
                "accessKeyId", SecretsManagerEmulator.ACCESS_KEY_ID,
                "secretAccessKey", SecretsManagerEmulator.SECRET_ACCESS_KEY);
    }

    /** Neither for a new one nor for one that there is. */
    private void assertNobodysForASyncOfTheStranger(String connectionId) {
        letTheServiceReadTheStrangersToo();
        String none = nothing();
        assertSameButForTheIds(
                stranger.send("POST", SYNCS, strangersSync(connectionId)),
                Map.of(connectionId, "ID"),
                stranger.send("POST", SYNCS, strangersSync(none)),
                Map.of(none, "ID"));
        String own = stranger.post(
                        CONNECTIONS,
                        Map.of(
                                "name",
                                "own-" + nothing(),
                                "method",
                                "access-key",
                                "projectId",
                                strangersProject.id(),
                                "credentials",
                                credentials()))
                .at("/appConnection/id")
                .textValue();
        String theirs =
                stranger.post(SYNCS, strangersSync(own)).at("/secretSync/id").textValue();
        ApiClient.Answer refused = stranger.send("PATCH", SYNCS + "/" + theirs, Map.of("connectionId", connectionId));
        assertThat(refused.status()).isEqualTo(404);
        assertSameButForTheIds(
                refused,
                Map.of(connectionId, "ID"),
                stranger.send("PATCH", SYNCS + "/" + theirs, Map.of("connectionId", none)),
                Map.of(none, "ID"));
        stranger.delete(SYNCS + "/" + theirs);
        stranger.delete(CONNECTIONS + "/" + own);
    }

    private void letTheServiceReadTheStrangersToo() {
        service.kms.setSecret(strangersProject, "dev", "/", "A", "a");
        service.regrant(Grant.write(service.project), Grant.write(strangersProject));
    }

    private Map<String, Object> strangersSync(String connectionId) {
        Map<String, Object> request = Operations.manual(service.oneToOne(connectionId, "/", "theirs/{{secretKey}}"));
        request.put("projectId", strangersProject.id());
        return request;
    }

    @Test
    void theNameOfASyncOfAnotherProjectIsNotTold() {
        letTheServiceReadTheStrangersToo();
        String own = stranger.post(
                        CONNECTIONS,
                        Map.of(
                                "name",
                                "same-account",
                                "method",
                                "access-key",
                                "projectId",
                                strangersProject.id(),
                                "credentials",
                                credentials()))
                .at("/appConnection/id")
                .textValue();
        Map<String, Object> request = strangersSync(own);
        RunningService.options(request).put("keySchema", "auth/{{secretKey}}");
        String theirs = stranger.post(SYNCS, request).at("/secretSync/id").textValue();

        String plan = stranger.get(SYNCS + "/" + theirs + "/plan").toString();

        assertThat(plan).contains("auth/A").doesNotContain("\"ours\"", "\\\"ours\\\"");
        stranger.delete(SYNCS + "/" + theirs);
        stranger.delete(CONNECTIONS + "/" + own);
    }

    @Test
    void withoutAProjectAStrangerSeesNoConnectionOfOurs() {
        List<Operation> lists = guarded()
                .filter(operation -> OF_THE_CALLER.contains(operation.id()))
                .toList();
        assertThat(lists).hasSameSizeAs(OF_THE_CALLER);
        for (Operation list : lists) {
            assertThat(stranger.get(list.path()).path("appConnections")).isEmpty();
            assertThat(service.api().get(list.path()).path("appConnections")).isNotEmpty();
        }
    }

    @Test
    void aStrangerCannotUseOurConnectionForASyncOfTheirs() {
        assertNobodysForASyncOfTheStranger(connection);

        assertThat(stranger.get("/api/v1/secret-syncs?projectId=" + strangersProject.id())
                        .path("secretSyncs"))
                .isEmpty();
    }

    @Test
    void aConnectionOfAnotherOfTheCallersOwnProjectsIsToldAsThat() {
        letTheServiceReadTheStrangersToo();
        ApiClient ofBoth = ApiClient.with(
                service.base(),
                service.kms.tokenFor(service.kms.addIdentity(
                        "of-both", "secret", Grant.write(service.project), Grant.write(strangersProject))));

        ApiClient.Answer answer = ofBoth.send("POST", SYNCS, strangersSync(connection));

        assertEnvelope(answer, 400);
        assertThat(answer.json().path("message").textValue())
                .isEqualTo("You cannot connect project App Connection with ID \"" + connection
                        + "\" from project with ID \"" + service.project.id() + "\" to project with ID \""
                        + strangersProject.id() + "\"");
    }

    @Test
    @DisplayName("U4-30: who may not read the source may not sync it")
    void whoMayNotReadTheSecretsMayNotSyncThem() {
        Identity describing = service.kms.addIdentity("describing", "secret", Grant.describe(service.project));
        ApiClient curious = ApiClient.with(service.base(), service.kms.tokenFor(describing));

        ApiClient.Answer answer = curious.send(
                "POST",
                "/api/v1/secret-syncs/aws-secrets-manager",
                service.oneToOne(connection, "/", "curious/{{secretKey}}"));

        assertEnvelope(answer, 403);
        String elsewhere = curious.post(
                        CONNECTIONS,
                        Map.of(
                                "name",
                                "curious",
                                "method",
                                "access-key",
                                "projectId",
                                service.project.id(),
                                "credentials",
                                credentials()))
                .at("/appConnection/id")
                .textValue();
        for (Map<String, Object> change : List.<Map<String, Object>>of(
                Map.of("connectionId", elsewhere),
                Map.of("isAutoSyncEnabled", true),
                Map.of("secretPath", "/other"),
                Map.of(
                        "syncOptions",
                        service.oneToOne(elsewhere, "/", "curious/{{secretKey}}")
                                .get("syncOptions")))) {
            assertThat(curious.send("PATCH", SYNCS + "/" + sync, change).status())
                    .as(change.keySet().toString())
                    .isIn(400, 403);
        }
        assertThat(service.api()
                        .get(SYNCS + "/" + sync)
                        .at("/secretSync/connectionId")
                        .textValue())
                .isEqualTo(connection);
        curious.delete(CONNECTIONS + "/" + elsewhere);
        assertThat(curious.get("/api/v1/secret-syncs?projectId=" + service.project.id())
                        .path("secretSyncs"))
                .as("of the project it may see what is there")
                .isNotEmpty();
    }

    // The login

    @Test
    void aLoginIsTheKmssOwn() {
        service.kms.clearRequests();
        ApiClient nobody = ApiClient.with(service.base(), null);

        ApiClient.Answer good = nobody.send(
                "POST",
                "/api/v1/auth/universal-auth/login",
                Map.of("clientId", "stranger", "clientSecret", "stranger-secret"));
        ApiClient.Answer bad = nobody.send(
                "POST",
                "/api/v1/auth/universal-auth/login",
                Map.of("clientId", "unknown", "clientSecret", "unknown-secret"));

        assertThat(good.status()).isEqualTo(200);
        assertThat(good.headers().get("content-type").get(0)).contains("json");
        assertThat(good.json().path("accessToken").textValue()).isNotBlank();
        assertThat(good.json().path("expiresIn").isInt()).isTrue();
        assertThat(good.json().path("tokenType").textValue()).isEqualTo("Bearer");
        assertThat(ApiClient.with(
                                service.base(), good.json().path("accessToken").textValue())
                        .send("GET", "/api/v1/secret-syncs?projectId=" + strangersProject.id(), null)
                        .status())
                .isEqualTo(200);
        assertEnvelope(bad, 401);
        assertThat(bad.json().path("message").textValue()).isEqualTo("Invalid credentials");
        assertThat(bad.text()).doesNotContain("unknown-secret");
        assertThat(service.kms.count("/api/v1/auth/universal-auth/login")).isEqualTo(2);
    }

    @Test
    void aLoginMayBeAForm() throws Exception {
        for (String path : List.of("/api/v1/auth/universal-auth/login", "/api/v1/auth/universal-auth/login/")) {
            HttpResponse<String> answer = form(path, "clientId=stranger&clientSecret=stranger%2Dsecret");

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("\"accessToken\":\"");
        }
        HttpResponse<String> elsewhere = form("/api/v1/secret-syncs/aws-secrets-manager", "name=x");
        assertThat(elsewhere.statusCode()).isEqualTo(415);
    }

    private HttpResponse<String> form(String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(service.base().resolve(path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Authorization", "Bearer " + service.kms.tokenFor(strangersIdentity))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void onlyLoginsAreRelayed() {
        service.kms.clearRequests();
        ApiClient nobody = ApiClient.with(service.base(), null);

        for (String path : List.of(
                "/api/v1/auth/no-such-auth/login",
                "/api/v1/auth/%2e%2e/login",
                "/api/v1/auth/universal-auth/revoke",
                "/api/v1/auth/token/renew")) {
            assertThat(nobody.send("POST", path, Map.of()).status()).as(path).isIn(400, 401, 404);
        }
        assertThat(nobody.send("GET", "/api/v1/auth/universal-auth/login", null).status())
                .isIn(401, 404, 405);

        assertThat(service.kms.requests()).noneMatch(request -> request.path().contains("/auth/"));
    }

    // What the KMS said is remembered for half a minute

    @Test
    void theKmsIsAskedOnceInHalfAMinuteAndAgainAfterIt() throws ReflectiveOperationException {
        Identity asked = service.kms.addIdentity("asked", "asked-secret", Grant.write(service.project));
        ApiClient caller = ApiClient.with(service.base(), service.kms.tokenFor(asked));
        String list = "/api/v1/secret-syncs?projectId=" + service.project.id();
        service.kms.clearRequests();

        for (int i = 0; i < 5; i++) {
            assertThat(caller.send("GET", list, null).status()).isEqualTo(200);
        }

        assertThat(requestsOf("asked"))
                .extracting(LoggedRequest::path)
                .containsExactly("/api/v1/projects/" + service.project.id());
        List<Policy.FixedExpiration<?, ?>> memories = memories();
        assertThat(memories)
                .hasSize(2)
                .allSatisfy(memory ->
                        assertThat(memory.getExpiresAfter()).isPositive().isLessThanOrEqualTo(Duration.ofSeconds(30)));

        // Instead of waiting half a minute: the memory is made to last for a moment only.
        Duration usual = memories.get(0).getExpiresAfter();
        service.kms.revokeTokens(asked);
        memories.forEach(memory -> memory.setExpiresAfter(Duration.ofNanos(1)));
        try {
            assertThat(caller.send("GET", list, null).status()).isIn(401, 403);
        } finally {
            memories.forEach(memory -> memory.setExpiresAfter(usual));
        }
    }

    private List<LoggedRequest> requestsOf(String identity) {
        return service.kms.requests().stream()
                .filter(request -> identity.equals(request.identity()))
                .toList();
    }

    private List<Policy.FixedExpiration<?, ?>> memories() throws ReflectiveOperationException {
        Access access = service.context().getBean(Access.class);
        List<Policy.FixedExpiration<?, ?>> memories = new ArrayList<>();
        for (Field field : Access.class.getDeclaredFields()) {
            if (Cache.class.isAssignableFrom(field.getType())) {
                field.setAccessible(true);
                Cache<?, ?> cache = (Cache<?, ?>) field.get(access);
                memories.add(cache.policy().expireAfterWrite().orElseThrow());
            }
        }
        return memories;
    }

    // Helpers

    private ApiClient.Answer call(ApiClient caller, Operation operation, String syncId, String connectionId) {
        return call(caller, operation, syncId, connectionId, service.project.id());
    }

    /** With a request that would succeed if the caller were allowed to, as far as that can be said of all operations. */
    private ApiClient.Answer call(
            ApiClient caller, Operation operation, String syncId, String connectionId, String projectId) {
        String path = operation
                .path()
                .replace("{syncId}", syncId)
                .replace("{connectionId}", connectionId)
                .replace("{syncName}", "ours")
                .replace("{connectionName}", "ours")
                .replaceAll("\\{\\w+}", UUID.randomUUID().toString());
        String query = FOR_EVERYONE.contains(operation.id())
                ? ""
                : "?projectId=" + projectId
                        + "&environment=dev&importBehavior=prioritize-source&region=us-east-1&destination=aws-secrets-manager";
        boolean hasBody =
                operation.method().equals("POST") || operation.method().equals("PATCH");
        return caller.send(operation.method(), path + query, hasBody ? body(operation, connectionId, projectId) : null);
    }

    private Object body(Operation operation, String connectionId, String projectId) {
        if (operation.method().equals("PATCH")) {
            return Map.of("name", "taken-over");
        }
        Map<String, Object> body = new HashMap<>(service.oneToOne(connectionId, "/", "taken-over/{{secretKey}}"));
        body.put("projectId", projectId);
        body.put("method", "access-key");
        body.put("planDigest", "0".repeat(64));
        body.put(
                "credentials",
                Map.of(
                        "accessKeyId", SecretsManagerEmulator.ACCESS_KEY_ID,
                        "secretAccessKey", SecretsManagerEmulator.SECRET_ACCESS_KEY));
        return body;
    }

    private static String nothing() {
        return UUID.randomUUID().toString();
    }

    /** What there is in our project. */
    private JsonNode everything() {
        ObjectNode everything =
                (ObjectNode) service.api().get("/api/v1/secret-syncs?projectId=" + service.project.id());
        everything.setAll((ObjectNode) service.api().get("/api/v1/app-connections?projectId=" + service.project.id()));
        return everything;
    }

    /** But for the one with which the web server ends every hundredth exchange on a connection. */
    private static Set<String> headers(ApiClient.Answer answer) {
        Set<String> names = new HashSet<>(answer.headers().keySet());
        names.remove("connection");
        return names;
    }

    /** Byte for byte, but for the id of the request and the ids that were asked about. */
    private static void assertSameButForTheIds(
            ApiClient.Answer one,
            Map<String, String> idsOfOne,
            ApiClient.Answer other,
            Map<String, String> idsOfOther) {
        assertThat(one.status()).isEqualTo(other.status());
        assertThat(headers(one)).isEqualTo(headers(other));
        assertThat(without(one, idsOfOne)).isEqualTo(without(other, idsOfOther));
    }

    private static String without(ApiClient.Answer answer, Map<String, String> ids) {
        String text = answer.text().replaceAll("\"reqId\":\"[^\"]*\"", "\"reqId\":\"REQUEST\"");
        for (Map.Entry<String, String> id : ids.entrySet()) {
            text = text.replace(id.getKey(), id.getValue());
        }
        return text;
    }

    private static void assertEnvelope(ApiClient.Answer answer, int status) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.headers().get("content-type").get(0)).contains("json");
        JsonNode body = answer.json();
        assertThat(body.path("statusCode").intValue()).isEqualTo(status);
        assertThat(body.path("reqId").textValue()).isNotBlank();
        assertThat(body.path("message").isTextual()).isTrue();
        assertThat(body.path("error").textValue()).isNotBlank();
    }
}
