package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.devkms.Grant;
import ai.hanzo.kms.secretsync.emulator.SecretsManagerEmulator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What provider {@code infisical/infisical} 0.19.24 sends, byte for byte as it was recorded but for the ids, and what it needs
 * back: {@code clients.md} 1 and 2. A letter in quotes stands for an id: P the project, A and B the connections, M and N the
 * syncs.
 */
class TerraformTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CONNECTIONS = "/api/v1/app-connections/aws";
    private static final String SYNCS = "/api/v1/secret-syncs/aws-secrets-manager";
    private static final String CHECK = SYNCS + "/check-destination";
    private static final String ROLES_ACCOUNT = "123456789012";

    private RunningService service;
    private RawHttp http;
    private String token;
    private final Map<String, String> ids = new HashMap<>();

    @BeforeEach
    void start(@TempDir Path directory) {
        // The service's own credentials, with which it assumes roles; the SDK finds them here.
        System.setProperty("aws.accessKeyId", SecretsManagerEmulator.ACCESS_KEY_ID);
        System.setProperty("aws.secretAccessKey", SecretsManagerEmulator.SECRET_ACCESS_KEY);
        service = RunningService.start(directory);
        http = new RawHttp(service.base());
        ids.put("P", service.project.id());
        service.kms.addIdentity("cid-1", "csecret-1", Grant.write(service.project));
        service.kms.addFolder(service.project, "dev", "/app");
        service.kms.setSecrets(service.project, "dev", "/app", Map.of("DB_URL", "postgres", "KEY", "k"));
        service.kms.setSecret(service.project, "dev", "/", "TOP", "t");
        service.aws.addAccessKey("AKIAEXAMPLE", "s/ecret+key", SecretsManagerEmulator.ACCOUNT);
        service.aws.addKmsKey(
                SecretsManagerEmulator.ACCOUNT,
                SecretsManagerEmulator.REGION,
                "0f9e8d7c-6b5a-4948-8372-615049382716",
                "alias/my-key");
        service.aws.addRole("arn:aws:iam::" + ROLES_ACCOUNT + ":role/sync", service.project.id());
    }

    @AfterEach
    void stop() {
        service.close();
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }

    @Test
    @DisplayName("U5.1-14: Terraform plans nothing after an apply")
    void apply_plan_again_update_and_destroy() {
        // terraform apply: first it plans
        login();
        assertThat(post(CHECK, """
                                {"App":"aws-secrets-manager","destinationConfig":{"mappingBehavior":"many-to-one",\
                                "region":"us-east-1","secretName":"prod/app"},"projectId":"P"}""").path("hasDuplicate").isBoolean()).isTrue();
        assertThat(post(CHECK, """
                                {"App":"aws-secrets-manager","destinationConfig":{"mappingBehavior":"one-to-one",\
                                "region":"us-east-1","secretName":""},"projectId":"P"}""").path("hasDuplicate")).isEqualTo(JSON.valueToTree(false));

        // ... then it logs in again and creates
        login();
        JsonNode accessKey = created("A", post(CONNECTIONS, """
                {"App":"aws","description":"I am a test app connection","method":"access-key","name":"aws-access-key",\
                "credentials":{"accessKeyId":"AKIAEXAMPLE","secretAccessKey":"s/ecret+key"}}""").path("appConnection"));
        JsonNode role = created("B", post(CONNECTIONS, """
                {"App":"aws","method":"assume-role","name":"aws-assume-role",\
                "credentials":{"roleArn":"arn:aws:iam::123456789012:role/sync"},"projectId":"P"}""").path("appConnection"));
        // (the recorded tag value has an ampersand, which AWS takes and upstream does not)
        String refused = send("POST", SYNCS, MANY_TO_ONE, 422).toString();
        assertThat(refused).contains("[\"syncOptions\",\"tags\",1,\"value\"]");
        JsonNode manyToOne = created(
                "M", post(SYNCS, MANY_TO_ONE.replace("a\\u0026b", "a-b")).path("secretSync"));
        JsonNode oneToOne = created("N", post(SYNCS, """
                {"App":"aws-secrets-manager","name":"sync-one","projectId":"P","connectionId":"B","environment":"dev",\
                "secretPath":"/","isAutoSyncEnabled":true,"description":"","syncOptions":{"disableSecretDeletion":false,\
                "initialSyncBehavior":"import-prioritize-source","keySchema":"","syncSecretMetadataAsTags":true},\
                "destinationConfig":{"mappingBehavior":"one-to-one","region":"us-east-1","secretName":""}}""").path("secretSync"));

        // terraform plan: nothing to do
        login();
        assertThat(connectionInState(get(CONNECTIONS + "/A").path("appConnection")))
                .isEqualTo(connectionInState(accessKey));
        assertThat(connectionInState(get(CONNECTIONS + "/B").path("appConnection")))
                .isEqualTo(connectionInState(role));
        JsonNode refreshed = get(SYNCS + "/M").path("secretSync");
        assertThat(syncInState(refreshed)).isEqualTo(syncInState(manyToOne));
        assertThat(refreshed.path("syncOptions")).isEqualTo(json("""
                {"initialSyncBehavior":"overwrite-destination","keySchema":"INFISICAL_{{secretKey}}",\
                "disableSecretDeletion":true,"keyId":"alias/my-key","tags":[{"key":"tag-1","value":"v1"},\
                {"key":"tag-2","value":"a-b"}],"syncSecretMetadataAsTags":false}"""));
        assertThat(refreshed.path("destinationConfig")).isEqualTo(json("""
                {"mappingBehavior":"many-to-one","region":"us-east-1","secretName":"prod/app"}"""));
        JsonNode refreshedOne = get(SYNCS + "/N").path("secretSync");
        assertThat(syncInState(refreshedOne)).isEqualTo(syncInState(oneToOne));
        assertThat(refreshedOne.path("syncOptions")).isEqualTo(json("""
                {"initialSyncBehavior":"import-prioritize-source","keySchema":"","disableSecretDeletion":false,\
                "syncSecretMetadataAsTags":true}"""));
        assertThat(refreshedOne.path("destinationConfig")).isEqualTo(json("""
                {"mappingBehavior":"one-to-one","region":"us-east-1"}"""));
        awaitSuccess("M", "N");
        assertThat(service.aws.value("INFISICAL_prod/app")).isEqualTo("{\"DB_URL\":\"postgres\",\"KEY\":\"k\"}");
        assertThat(service.aws.secret(ROLES_ACCOUNT, SecretsManagerEmulator.REGION, "TOP"))
                .isPresent();

        // terraform apply with other settings: tags and key gone, secret renamed
        login();
        assertThat(post(CHECK, """
                        {"App":"aws-secrets-manager","destinationConfig":{"mappingBehavior":"many-to-one",\
                        "region":"us-east-1","secretName":"prod/app2"},"excludeSyncId":"M","projectId":"P"}""")).isEqualTo(json("{\"hasDuplicate\":false}"));
        JsonNode updated = send("PATCH", SYNCS + "/M", """
                {"App":"aws-secrets-manager","ID":"M","name":"sync-many","projectId":"P","connectionId":"A",\
                "environment":"dev","secretPath":"/app","description":"","syncOptions":{"disableSecretDeletion":true,\
                "initialSyncBehavior":"overwrite-destination","keySchema":"INFISICAL_{{secretKey}}",\
                "syncSecretMetadataAsTags":false},"destinationConfig":{"mappingBehavior":"many-to-one",\
                "region":"us-east-1","secretName":"prod/app2"}}""", 200).path("secretSync");
        assertThat(updated.path("isAutoSyncEnabled").booleanValue())
                .as("it was left out")
                .isTrue();
        JsonNode afterUpdate = get(SYNCS + "/M").path("secretSync");
        assertThat(syncInState(afterUpdate)).isEqualTo(syncInState(updated));
        assertThat(afterUpdate.path("syncOptions")).isEqualTo(json("""
                {"initialSyncBehavior":"overwrite-destination","keySchema":"INFISICAL_{{secretKey}}",\
                "disableSecretDeletion":true,"syncSecretMetadataAsTags":false}"""));
        assertThat(afterUpdate.at("/destinationConfig/secretName").textValue()).isEqualTo("prod/app2");

        awaitSuccess("M");
        assertThat(service.aws.value("INFISICAL_prod/app2")).isEqualTo("{\"DB_URL\":\"postgres\",\"KEY\":\"k\"}");

        // ... and with a rotated key
        service.aws.addAccessKey("AKIAEXAMPLE", "rotated", SecretsManagerEmulator.ACCOUNT);
        JsonNode rotated = send("PATCH", CONNECTIONS + "/A", """
                {"ID":"A","App":"aws","description":"I am a test app connection","method":"access-key",\
                "name":"aws-access-key","credentials":{"accessKeyId":"AKIAEXAMPLE","secretAccessKey":"rotated"}}""", 200).path("appConnection");
        assertThat(rotated.path("credentialsHash")).isNotEqualTo(accessKey.path("credentialsHash"));
        assertThat(get(CONNECTIONS + "/A").at("/appConnection/credentialsHash"))
                .isEqualTo(rotated.path("credentialsHash"));
        // terraform destroy: syncs first; a connection that another workspace still uses is refused
        login();
        assertThat(send("DELETE", CONNECTIONS + "/A", null, 400).path("message").textValue())
                .isEqualTo("Cannot delete App Connection with existing connections. Remove all existing connections and"
                        + " try again.");
        assertThat(send("DELETE", SYNCS + "/N", null, 200).at("/secretSync/id").textValue())
                .isEqualTo(ids.get("N"));
        assertThat(send("DELETE", SYNCS + "/M", null, 200).at("/secretSync/id").textValue())
                .isEqualTo(ids.get("M"));
        assertThat(send("DELETE", CONNECTIONS + "/B", null, 200)
                        .at("/appConnection/id")
                        .textValue())
                .isEqualTo(ids.get("B"));
        assertThat(send("DELETE", CONNECTIONS + "/A", null, 200)
                        .at("/appConnection/id")
                        .textValue())
                .isEqualTo(ids.get("A"));
        assertThat(service.aws.value("INFISICAL_prod/app2"))
                .as("what is in AWS stays there")
                .isNotNull();

        // terraform plan: what is gone is made anew
        for (String gone : List.of(SYNCS + "/M", CONNECTIONS + "/A")) {
            JsonNode error = send("GET", gone, null, 404);
            assertThat(error.path("message").isTextual()).isTrue();
            assertThat(error.path("reqId").textValue()).isNotBlank();
        }
    }

    @Test
    void a_name_that_is_none_is_refused_with_the_whole_list_of_issues() {
        login();

        JsonNode refused = send("POST", CONNECTIONS, """
                {"App":"aws","method":"access-key","name":"Bad Name","credentials":{"accessKeyId":"a",\
                "secretAccessKey":"b"}}""", 422);

        assertThat(refused.path("error").textValue()).isEqualTo("ValidationFailure");
        assertThat(refused.path("message")).isEqualTo(json("""
                [{"code":"custom","path":["name"],\
                "message":"name field can only contain lowercase letters, numbers, and hyphens"}]"""));
        assertThat(get(CONNECTIONS).path("appConnections")).isEmpty();
    }

    private static final String MANY_TO_ONE = """
            {"App":"aws-secrets-manager","name":"sync-many","projectId":"P","connectionId":"A","environment":"dev",\
            "secretPath":"/app","isAutoSyncEnabled":true,"description":"all options","syncOptions":{\
            "disableSecretDeletion":true,"initialSyncBehavior":"overwrite-destination","keyId":"alias/my-key",\
            "keySchema":"INFISICAL_{{secretKey}}","syncSecretMetadataAsTags":false,"tags":[{"key":"tag-1",\
            "value":"v1"},{"key":"tag-2","value":"a\\u0026b"}]},"destinationConfig":{"mappingBehavior":"many-to-one",\
            "region":"us-east-1","secretName":"prod/app"}}""";

    // What the provider keeps of an answer, and compares in the next plan

    private static Map<String, JsonNode> connectionInState(JsonNode connection) {
        return picked(connection, "id", "credentialsHash", "description", "projectId", "method", "name");
    }

    private static Map<String, JsonNode> syncInState(JsonNode sync) {
        assertThat(sync.path("version").isInt()).isTrue();
        Map<String, JsonNode> state = picked(
                sync,
                "id",
                "name",
                "description",
                "isAutoSyncEnabled",
                "projectId",
                "connectionId",
                "syncOptions",
                "destinationConfig");
        for (String nested : List.of("/connection/id", "/environment/slug", "/folder/path")) {
            assertThat(sync.at(nested).isTextual()).as(nested).isTrue();
            state.put(nested, sync.at(nested));
        }
        return state;
    }

    private static Map<String, JsonNode> picked(JsonNode from, String... fields) {
        Map<String, JsonNode> picked = new HashMap<>();
        for (String field : fields) {
            picked.put(field, from.path(field));
        }
        return picked;
    }

    // The provider's way of asking

    private void login() {
        token = null;
        token = post("/api/v1/auth/universal-auth/login", "{\"clientId\":\"cid-1\",\"clientSecret\":\"csecret-1\"}")
                .path("accessToken")
                .textValue();
        assertThat(token).isNotBlank();
    }

    private JsonNode created(String letter, JsonNode object) {
        ids.put(letter, object.path("id").textValue());
        return object;
    }

    private JsonNode get(String path) {
        return send("GET", path, null, 200);
    }

    private JsonNode post(String path, String body) {
        return send("POST", path, body, 200);
    }

    private JsonNode send(String method, String path, String body, int status) {
        List<String> headers = new ArrayList<>();
        headers.add("User-Agent: terraform");
        if (token != null) {
            headers.add("Authorization: Bearer " + token);
            headers.add("Accept: application/json");
        }
        headers.add("Accept-Encoding: gzip");
        if (body != null) {
            headers.add("Content-Type: application/json");
        }
        RawHttp.Response response = http.send(new RawHttp.Request(
                method,
                withIds(path, "/", ""),
                headers,
                body == null ? null : withIds(body, "\"", "\"").getBytes(StandardCharsets.UTF_8)));

        assertThat(response.status())
                .as("%s %s: %s", method, path, response.body())
                .isEqualTo(status);
        // The provider reads nothing from anything else.
        assertThat(response.headers().get("content-type")).contains("json");
        assertThat(response.body()).doesNotContain("s/ecret+key", "rotated");
        assertThat(Contract.problems(
                        method,
                        withIds(path, "/", ""),
                        response.status(),
                        response.headers().get("content-type"),
                        response.body()))
                .isEmpty();
        return json(response.body());
    }

    private String withIds(String recorded, String before, String after) {
        String text = recorded;
        for (Map.Entry<String, String> id : ids.entrySet()) {
            String letter = before + id.getKey() + after;
            boolean whole = !after.isEmpty() || text.endsWith(letter);
            text = whole ? text.replace(letter, before + id.getValue() + after) : text;
        }
        return text;
    }

    private void awaitSuccess(String... syncs) {
        for (String sync : syncs) {
            JsonNode ran = service.api().awaitSync(ids.get(sync), RunningService.PATIENCE);
            assertThat(ran.path("syncStatus").textValue())
                    .as("%s: %s", sync, ran.path("lastSyncMessage"))
                    .isEqualTo("succeeded");
        }
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }
}
