package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.hanzo.kms.secretsync.devkms.Grant;
import ai.hanzo.kms.secretsync.devkms.Project;
import ai.hanzo.kms.secretsync.emulator.Fault;
import ai.hanzo.kms.secretsync.sync.Rejection;
import ai.hanzo.kms.secretsync.syncs.SecretSyncs;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Syncs over the API: bodies field by field as Terraform's provider sends and reads them ({@code clients.md} 2), and the
 * conformance items of {@code clients.md} 3, whose numbers are in the names.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SyncsApiTest {
    private static final String PATH = "/api/v1/secret-syncs/aws-secrets-manager";
    private static final ObjectMapper JSON = new ObjectMapper();

    private RunningService service;
    private String connection;
    private String connectionName;
    private String folder;

    @BeforeAll
    void start(@TempDir Path directory) {
        service = RunningService.start(directory);
        connection = service.connection();
        connectionName = service.api()
                .get("/api/v1/app-connections/aws/" + connection)
                .at("/appConnection/name")
                .textValue();
        folder = service.kms.addFolder(service.project, "dev", "/app");
        service.kms.setSecrets(service.project, "dev", "/app", Map.of("DB_URL", "postgres", "KEY", "k"));
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void ofTwoWhoDeleteASyncAtTheSameTimeOneIsToldThatItIsGone() {
        SecretSyncs syncs = service.context().getBean(SecretSyncs.class);

        assertThatThrownBy(() -> syncs.delete(UUID.randomUUID()))
                .isInstanceOfSatisfying(
                        Rejection.class, refused -> assertThat(refused.kind()).isEqualTo(Rejection.Kind.NOT_FOUND));
    }

    @Test
    void everyFieldIsAnsweredAsItWasSentAndAsUpstreamDoes() throws JsonProcessingException {
        // Step 7: all options.
        JsonNode created = sync(service.api().post(PATH, """
                {"App":"aws-secrets-manager","name":"sync-many","projectId":"%s","connectionId":"%s","environment":"dev",\
                "secretPath":"/app","isAutoSyncEnabled":false,"description":"all options","syncOptions":{\
                "disableSecretDeletion":true,"initialSyncBehavior":"overwrite-destination","keyId":"alias/my-key",\
                "keySchema":"INFISICAL_{{secretKey}}","syncSecretMetadataAsTags":false,"tags":[{"key":"tag-1",\
                "value":"v1"},{"key":"tag-2","value":"a=\\u0062"}]},"destinationConfig":{\
                "mappingBehavior":"many-to-one","region":"us-east-1","secretName":"prod/app"}}\
                """.formatted(service.project.id(), connection)));
        String id = created.path("id").textValue();

        ObjectNode expected = (ObjectNode) JSON.readTree("""
                {"id":"%s","name":"sync-many","description":"all options","destination":"aws-secrets-manager",
                "isAutoSyncEnabled":false,"version":1,"projectId":"%s","folderId":"%s","connectionId":"%s",
                "syncStatus":null,"lastSyncJobId":null,"lastSyncMessage":null,"lastSyncedAt":null,
                "importStatus":null,"lastImportJobId":null,"lastImportMessage":null,"lastImportedAt":null,
                "removeStatus":null,"lastRemoveJobId":null,"lastRemoveMessage":null,"lastRemovedAt":null,
                "destinationConfig":{"mappingBehavior":"many-to-one","secretName":"prod/app","region":"us-east-1"},
                "syncOptions":{"initialSyncBehavior":"overwrite-destination","keySchema":"INFISICAL_{{secretKey}}",
                "disableSecretDeletion":true,"keyId":"alias/my-key","tags":[{"key":"tag-1","value":"v1"},
                {"key":"tag-2","value":"a=b"}],"syncSecretMetadataAsTags":false},
                "connection":{"app":"aws","name":"%s","id":"%s"},
                "environment":{"id":"%s","name":"Development","slug":"dev"},
                "folder":{"id":"%s","path":"/app"}}
                """.formatted(
                        id,
                        service.project.id(),
                        folder,
                        connection,
                        connectionName,
                        connection,
                        service.project.environment("dev").id(),
                        folder));
        assertThat(withoutTimes(created)).isEqualTo(expected);
        for (String time : List.of("createdAt", "updatedAt")) {
            assertThat(Instant.parse(created.path(time).textValue())).isBefore(Instant.now());
        }
        // Step 9: the next plan finds nothing to do.
        assertThat(get(id)).isEqualTo(created);

        // Step 11: tags and key removed, secret renamed, nothing said of auto-sync.
        JsonNode updated =
                sync(service.api().patch(PATH + "/" + id, """
                {"App":"aws-secrets-manager","ID":"%s","name":"sync-many","projectId":"%s","connectionId":"%s",\
                "environment":"dev","secretPath":"/app","description":"","syncOptions":{"disableSecretDeletion":true,\
                "initialSyncBehavior":"overwrite-destination","keySchema":"INFISICAL_{{secretKey}}",\
                "syncSecretMetadataAsTags":false},"destinationConfig":{"mappingBehavior":"many-to-one",\
                "region":"us-east-1","secretName":"prod/app2"}}\
                """.formatted(id, service.project.id(), connection)));

        assertThat(updated.path("description").asText("")).isIn("", "null");
        expected.set("description", updated.path("description"));
        ((ObjectNode) expected.path("destinationConfig")).put("secretName", "prod/app2");
        ((ObjectNode) expected.path("syncOptions")).remove(List.of("keyId", "tags"));
        assertThat(withoutNulls(withoutTimes(updated))).isEqualTo(withoutNulls(expected));
        assertThat(get(id)).isEqualTo(updated);

        // Steps 13 and 14.
        assertThat(withoutTimes(sync(service.api().delete(PATH + "/" + id)))).isEqualTo(withoutTimes(updated));
        for (String method : List.of("GET", "DELETE")) {
            ApiClient.Answer gone = service.api().send(method, PATH + "/" + id, null);
            assertError(gone, 404, "NotFound", "Could not find AWS Secrets Manager Sync with ID \"" + id + "\"");
        }
    }

    @Test
    @DisplayName("U2.2-12: options are answered as they were sent")
    void minimalOptionsOfOneToOneAreEchoedAsTheyWereSent() throws JsonProcessingException {
        // Step 8, C6 and C9.
        JsonNode created = sync(service.api().post(PATH, """
                {"App":"aws-secrets-manager","name":"sync-one","projectId":"%s","connectionId":"%s","environment":"dev",\
                "secretPath":"/app/","isAutoSyncEnabled":false,"description":"","syncOptions":{\
                "disableSecretDeletion":false,"initialSyncBehavior":"import-prioritize-source","keySchema":"",\
                "syncSecretMetadataAsTags":true,"awsKmsKeyId":"ignored"},"destinationConfig":{\
                "mappingBehavior":"one-to-one","region":"us-east-1","secretName":""}}\
                """.formatted(service.project.id(), connection)));

        assertThat(created.path("destinationConfig"))
                .isEqualTo(JSON.readTree("{\"mappingBehavior\":\"one-to-one\",\"region\":\"us-east-1\"}"));
        assertThat(withoutNulls(created.path("syncOptions")))
                .isEqualTo(JSON.readTree("{\"initialSyncBehavior\":\"import-prioritize-source\",\"keySchema\":\"\","
                        + "\"disableSecretDeletion\":false,\"syncSecretMetadataAsTags\":true}"));
        assertThat(created.at("/folder/path").textValue())
                .as("one trailing slash is removed")
                .isEqualTo("/app");
        assertThat(get(created.path("id").textValue())).isEqualTo(created);

        Map<String, Object> bare = request("only-behavior");
        bare.put("syncOptions", Map.of("initialSyncBehavior", "overwrite-destination"));
        JsonNode barest = sync(service.api().post(PATH, bare));
        assertThat(withoutNulls(barest.path("syncOptions")))
                .isEqualTo(JSON.readTree("{\"initialSyncBehavior\":\"overwrite-destination\"}"));
        // Without a key schema they cover all names, and every other sync would be warned of them.
        service.api().delete(PATH + "/" + id(created));
        service.api().delete(PATH + "/" + id(barest));
    }

    @Test
    void anAutomaticSyncIsPendingFromTheStart() {
        service.kms.setSecret(service.project, "dev", "/pending", "A", "a");
        Map<String, Object> request = service.oneToOne(connection, "/pending", "pending/{{secretKey}}");
        assertThat(request).doesNotContainKey("isAutoSyncEnabled");

        JsonNode created = sync(service.api().post(PATH, request));

        assertThat(created.path("isAutoSyncEnabled").booleanValue()).isTrue();
        assertThat(created.path("syncStatus").textValue()).isIn("pending", "running", "succeeded");
        JsonNode after = service.api().awaitSync(created.path("id").textValue(), RunningService.PATIENCE);
        assertThat(after.path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(after.path("lastSyncedAt").textValue()).isNotNull();
        service.api().delete(PATH + "/" + created.path("id").textValue());
    }

    @Test
    void c7AndC8AnUpdateReplacesWholeWhatItNamesAndLeavesTheRest() {
        Map<String, Object> request = request("patched");
        RunningService.options(request).put("tags", List.of(Map.of("key", "a", "value", "b")));
        RunningService.options(request).put("disableSecretDeletion", true);
        request.put("description", "before");
        JsonNode before = sync(service.api().post(PATH, request));
        String path = PATH + "/" + before.path("id").textValue();

        JsonNode renamed = sync(service.api().patch(path, Map.of("name", "patched-again")));
        assertThat(renamed.path("name").textValue()).isEqualTo("patched-again");
        assertThat(renamed.path("isAutoSyncEnabled").booleanValue()).isFalse();
        for (String field : List.of("description", "syncOptions", "destinationConfig", "environment", "folder")) {
            assertThat(renamed.path(field)).as(field).isEqualTo(before.path(field));
        }
        assertThat(renamed.path("version").intValue()).isEqualTo(1);

        JsonNode described = sync(service.api().patch(path, "{\"description\":null}"));
        assertThat(described.path("description").isNull()).isTrue();

        JsonNode replaced = sync(service.api()
                .patch(path, Map.of("syncOptions", Map.of("initialSyncBehavior", "import-prioritize-source"))));
        assertThat(withoutNulls(replaced.path("syncOptions")).toString())
                .isEqualTo("{\"initialSyncBehavior\":\"import-prioritize-source\"}");
        assertThat(get(before.path("id").textValue())).isEqualTo(replaced);
        service.api().delete(path);
    }

    @Test
    void anUpdateThatMovesTheSourceLooksItUp() {
        String other = service.kms.addFolder(service.project, "prod", "/elsewhere");
        String path = PATH + "/" + id(sync(service.api().post(PATH, request("moved"))));

        ApiClient.Answer nowhere = service.api().send("PATCH", path, Map.of("secretPath", "/nowhere"));
        JsonNode moved = sync(service.api().patch(path, Map.of("environment", "prod", "secretPath", "/elsewhere")));

        assertThat(nowhere.status()).isIn(400, 403);
        assertThat(moved.at("/folder/id").textValue()).isEqualTo(other);
        assertThat(moved.path("folderId").textValue()).isEqualTo(other);
        assertThat(moved.at("/environment/name").textValue()).isEqualTo("Production");
    }

    @Test
    void c16DeleteWithABodyAndRunWithoutOne() {
        String id = id(sync(service.api().post(PATH, request("with-body"))));

        ApiClient.Answer run = service.api().send("POST", PATH + "/" + id + "/sync-secrets", null);
        assertThat(run.status()).isEqualTo(200);
        service.api().awaitSync(id, RunningService.PATIENCE);
        ApiClient.Answer deleted = service.api().send("DELETE", PATH + "/" + id, Map.of("removeSecrets", false));

        assertThat(deleted.status()).isEqualTo(200);
        assertThat(deleted.json().at("/secretSync/id").textValue()).isEqualTo(id);
    }

    @Test
    @DisplayName("U4-6: lastSyncedAt on success only, and no message then")
    void c17ARunIsPendingAtOnceAndEndsWithANewTime() {
        service.kms.setSecret(service.project, "dev", "/status", "A", "a");
        Map<String, Object> request = service.oneToOne(connection, "/status", "status/{{secretKey}}");
        request.put("isAutoSyncEnabled", false);
        service.aws.inject(Fault.of(Fault.Kind.ACCESS_DENIED)
                .operation("CreateSecret")
                .secret("status/A")
                .always());
        String id = service.create(request);
        JsonNode failed = service.run(id);
        service.aws.clearFaults();
        assertThat(failed.path("syncStatus").textValue()).isEqualTo("failed");
        assertThat(failed.path("lastSyncMessage").textValue()).contains("status/A", "CreateSecret");
        assertThat(failed.path("lastSyncedAt").isNull()).isTrue();

        JsonNode asked = sync(service.api().post(PATH + "/" + id + "/sync-secrets", null));
        assertThat(asked.path("syncStatus").textValue()).isEqualTo("pending");
        assertThat(asked.path("lastSyncMessage").isNull()).isTrue();
        JsonNode first = service.api().awaitSync(id, RunningService.PATIENCE);
        assertThat(first.path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(first.path("lastSyncMessage").isNull()).isTrue();
        JsonNode second = service.run(id);

        assertThat(Instant.parse(second.path("lastSyncedAt").textValue()))
                .isAfter(Instant.parse(first.path("lastSyncedAt").textValue()));
        assertThat(second.path("lastSyncJobId").textValue())
                .isNotEqualTo(first.path("lastSyncJobId").textValue());
    }

    @Test
    void c19ConcurrentCreatesNeitherFailNorDouble() throws Exception {
        List<ApiClient.Answer> different = atOnce(20, i -> request("concurrent-" + i));
        assertThat(different).extracting(ApiClient.Answer::status).containsOnly(200);
        assertThat(names()).filteredOn(name -> name.startsWith("concurrent-")).hasSize(20);

        List<ApiClient.Answer> same = atOnce(20, i -> request("same"));
        assertThat(same).extracting(ApiClient.Answer::status).containsOnly(200, 400);
        assertThat(same).filteredOn(answer -> answer.status() == 200).hasSize(1);
        assertThat(names()).filteredOn("same"::equals).hasSize(1);
    }

    private List<ApiClient.Answer> atOnce(int count, IntFunction<Map<String, Object>> request) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(count);
        try {
            List<Callable<ApiClient.Answer>> calls = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Map<String, Object> body = request.apply(i);
                calls.add(() -> service.api().send("POST", PATH, body));
            }
            List<ApiClient.Answer> answers = new ArrayList<>();
            for (Future<ApiClient.Answer> answer : clients.invokeAll(calls)) {
                answers.add(answer.get());
            }
            return answers;
        } finally {
            clients.shutdown();
        }
    }

    @Test
    void c20SyncsAreListedByProjectAndFoundByName() {
        Map<String, Object> request = request("listed");
        // Where no other test has a sync: answers about one warn of those that overlap, and lists do not.
        request.put("destinationConfig", Map.of("mappingBehavior", "one-to-one", "region", "eu-north-1"));
        JsonNode created = sync(service.api().post(PATH, request));
        Project other = service.kms.addProject(service.organization, "Empty", "empty", "dev");
        service.kms.addIdentity(
                RunningService.CALLER_ID,
                RunningService.CALLER_SECRET,
                Grant.write(service.project),
                Grant.write(other));
        ApiClient both = ApiClient.login(service.base(), RunningService.CALLER_ID, RunningService.CALLER_SECRET);

        for (String path : List.of("/api/v1/secret-syncs", PATH)) {
            assertThat(both.get(path + "?projectId=" + service.project.id()).path("secretSyncs"))
                    .as(path)
                    .contains(created);
            assertThat(both.get(path + "?projectId=" + other.id()).path("secretSyncs"))
                    .as(path)
                    .isEmpty();
            assertThat(both.send("GET", path, null).status()).as(path).isEqualTo(422);
        }
        assertThat(sync(both.get(PATH + "/sync-name/listed?projectId=" + service.project.id())))
                .isEqualTo(created);
        assertError(
                both.send("GET", PATH + "/sync-name/none?projectId=" + service.project.id(), null),
                404,
                "NotFound",
                "Could not find AWS Secrets Manager Sync with name \"none\"");
    }

    @Test
    void c22AFailedCreateLeavesNothingAndTheNameIsFree() {
        Map<String, Object> request = request("second-try");
        request.put("secretPath", "/not/there");

        ApiClient.Answer failed = service.api().send("POST", PATH, request);

        assertError(
                failed,
                400,
                "BadRequest",
                "Could not find folder with path \"/not/there\" in environment \"dev\" for project with ID \""
                        + service.project.id() + "\"");
        assertThat(names()).doesNotContain("second-try");
        service.kms.addFolder(service.project, "dev", "/not/there");
        assertThat(sync(service.api().post(PATH, request)).path("name").textValue())
                .isEqualTo("second-try");
    }

    @Test
    @DisplayName("U2.2-14: a name is given once in a project")
    void aNameIsGivenOnceInAProject() {
        service.api().post(PATH, request("taken"));
        String message = "A Secret Sync with the name \"taken\" already exists for the project with ID \""
                + service.project.id() + "\"";

        assertError(service.api().send("POST", PATH, request("taken")), 400, "BadRequest", message);
        String other = id(sync(service.api().post(PATH, request("free"))));
        assertError(
                service.api().send("PATCH", PATH + "/" + other, Map.of("name", "taken")), 400, "BadRequest", message);
    }

    @Test
    void whatIsNotThereIs404() {
        String id = UUID.randomUUID().toString();
        for (List<String> call : List.of(
                List.of("GET", PATH + "/" + id),
                List.of("PATCH", PATH + "/" + id),
                List.of("DELETE", PATH + "/" + id),
                List.of("POST", PATH + "/" + id + "/sync-secrets"))) {
            ApiClient.Answer answer = service.api()
                    .send(call.get(0), call.get(1), call.get(0).equals("PATCH") ? Map.of("name", "x") : null);
            assertThat(answer.status()).as("%s", call).isEqualTo(404);
            assertThat(answer.json().path("message").textValue()).contains(id);
            assertThat(answer.json().path("reqId").textValue()).isNotBlank();
        }
        Map<String, Object> request = request("no-connection");
        request.put("connectionId", id);
        assertError(
                service.api().send("POST", PATH, request),
                404,
                "NotFound",
                "Could not find App Connection with ID " + id);
        assertThat(service.api().send("GET", PATH + "/nothing/there/is", null).status())
                .isEqualTo(404);
    }

    @Test
    void whatIsWrongIs422WithEveryIssue() {
        Map<String, Object> request = request("Not A Slug");
        request.put("connectionId", "no-uuid");
        RunningService.options(request).put("initialSyncBehavior", "sometimes");
        RunningService.options(request).put("keySchema", "no placeholder");
        request.put("destinationConfig", Map.of("mappingBehavior", "one-to-one", "region", "mars-1"));
        request.remove("environment");

        ApiClient.Answer answer = service.api().send("POST", PATH, request);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().path("error").textValue()).isEqualTo("ValidationFailure");
        List<String> paths = new ArrayList<>();
        answer.json().path("message").forEach(issue -> {
            assertThat(issue.path("code").textValue()).isNotBlank();
            assertThat(issue.path("message").textValue()).isNotBlank();
            paths.add(issue.path("path").toString());
        });
        assertThat(paths)
                .contains(
                        "[\"name\"]",
                        "[\"connectionId\"]",
                        "[\"environment\"]",
                        "[\"syncOptions\",\"initialSyncBehavior\"]",
                        "[\"syncOptions\",\"keySchema\"]",
                        "[\"destinationConfig\",\"region\"]");
        assertThat(service.api().send("POST", PATH, "{not json").status()).isEqualTo(400);
        assertThat(service.api().send("GET", PATH + "/no-uuid", null).status()).isEqualTo(422);
    }

    @Test
    @DisplayName("U2.2-10: metadata as tags does not go with many-to-one")
    void metadataAndManyToOneDoNotGoTogether() {
        Map<String, Object> request = service.manyToOne(connection, "/app", "metadata");
        RunningService.options(request).put("syncSecretMetadataAsTags", true);

        ApiClient.Answer answer = service.api().send("POST", PATH, request);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().at("/message/0/message").textValue())
                .isEqualTo("Syncing secret metadata is not supported with \"Many-to-One\" mapping behavior.");
        assertThat(answer.json().at("/message/0/path")).isEmpty();
    }

    /** A sync of {@code /app} that does not run by itself. */
    private Map<String, Object> request(String name) {
        Map<String, Object> request =
                service.oneToOne(connection, "/app", "api-" + UUID.randomUUID() + "/{{secretKey}}");
        request.put("name", name);
        request.put("isAutoSyncEnabled", false);
        return request;
    }

    private List<String> names() {
        List<String> names = new ArrayList<>();
        service.api()
                .get(PATH + "?projectId=" + service.project.id())
                .path("secretSyncs")
                .forEach(one -> names.add(one.path("name").textValue()));
        return names;
    }

    private static JsonNode sync(JsonNode envelope) {
        assertThat(envelope).hasSize(1);
        return envelope.path("secretSync");
    }

    private JsonNode get(String id) {
        return sync(service.api().get(PATH + "/" + id));
    }

    private static String id(JsonNode sync) {
        return sync.path("id").textValue();
    }

    private static ObjectNode withoutTimes(JsonNode sync) {
        ObjectNode copy = sync.deepCopy();
        copy.remove(List.of("createdAt", "updatedAt"));
        return copy;
    }

    /** Absent and null are the same to clients. */
    private static JsonNode withoutNulls(JsonNode node) {
        if (!node.isObject()) {
            return node;
        }
        ObjectNode copy = JSON.createObjectNode();
        node.properties().forEach(field -> {
            if (!field.getValue().isNull()) {
                copy.set(field.getKey(), withoutNulls(field.getValue()));
            }
        });
        return copy;
    }

    private static void assertError(ApiClient.Answer answer, int status, String error, String message) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.json().path("statusCode").intValue()).isEqualTo(status);
        assertThat(answer.json().path("error").textValue()).isEqualTo(error);
        assertThat(answer.json().path("message").textValue()).isEqualTo(message);
        assertThat(answer.json().path("reqId").textValue()).isNotBlank();
    }
}
