package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.emulator.Call;
import ai.hanzo.kms.secretsync.emulator.SecretsManagerEmulator;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** AWS app connections over the API, from their creation to their use in a run and their end. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConnectionsApiTest {
    private static final String PATH = "/api/v1/app-connections/aws";
    private static final String ROLES_ACCOUNT = "222222222222";
    /** By these Terraform's provider takes a failure for one that passes, and waits for a minute: clients.md 1.3. */
    private static final List<String> WORDS_THAT_MAKE_TERRAFORM_WAIT = List.of(
            "is not authorized to perform", "cannot be assumed", "no such entity", "not found", "access denied");

    private RunningService service;

    @BeforeAll
    void start(@TempDir Path directory) {
        // The service's own credentials, with which it assumes roles; the SDK finds them here.
        System.setProperty("aws.accessKeyId", SecretsManagerEmulator.ACCESS_KEY_ID);
        System.setProperty("aws.secretAccessKey", SecretsManagerEmulator.SECRET_ACCESS_KEY);
        service = RunningService.start(directory);
    }

    @AfterAll
    void stop() {
        service.close();
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }

    @AfterEach
    void presentAgain() {
        service.aws.clock().reset();
    }

    @Test
    void anAccessKeyConnectionIsShownWithoutItsSecret() {
        Map<String, Object> request = accessKey("aws-access-key");
        request.put("App", "aws");
        request.put("description", "I am a test app connection");

        JsonNode created = service.api().post(PATH, request).path("appConnection");

        assertThat(created.path("id").textValue()).matches("[0-9a-f-]{36}");
        assertThat(created.path("name").textValue()).isEqualTo("aws-access-key");
        assertThat(created.path("description").textValue()).isEqualTo("I am a test app connection");
        assertThat(created.path("app").textValue()).isEqualTo("aws");
        assertThat(created.path("method").textValue()).isEqualTo("access-key");
        assertThat(created.path("version").isInt()).isTrue();
        assertThat(created.path("orgId").textValue()).isEqualTo(service.organization.id());
        assertThat(created.path("projectId").isNull()).isTrue();
        assertThat(created.path("gatewayId").isNull()).isTrue();
        assertThat(created.path("isPlatformManagedCredentials").booleanValue()).isFalse();
        assertThat(created.path("isPlatformManagedCredentials").isBoolean()).isTrue();
        assertThat(created.path("createdAt").textValue()).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
        assertThat(created.path("updatedAt").textValue()).isNotNull();
        assertThat(created.path("credentialsHash").textValue()).isNotBlank();
        assertThat(created.path("credentials").toString())
                .isEqualTo("{\"accessKeyId\":\"" + SecretsManagerEmulator.ACCESS_KEY_ID + "\"}");
        assertThat(get(created)).isEqualTo(created);
        assertThat(service.api().get(PATH + "/connection-name/aws-access-key").path("appConnection"))
                .isEqualTo(created);
        assertThat(service.api().get(PATH).path("appConnections")).contains(created);
        assertThat(service.api().get("/api/v1/app-connections").path("appConnections"))
                .contains(created);
    }

    @Test
    void aConnectionOfAProjectIsListedThere() {
        Map<String, Object> request = accessKey("of-project");
        request.put("projectId", service.project.id());

        JsonNode created = service.api().post(PATH, request).path("appConnection");

        assertThat(created.path("projectId").textValue()).isEqualTo(service.project.id());
        assertThat(created.path("project").path("slug").textValue()).isEqualTo("shop");
        assertThat(service.api()
                        .get(PATH + "?projectId=" + service.project.id())
                        .path("appConnections"))
                .contains(created)
                .allMatch(connection ->
                        service.project.id().equals(connection.path("projectId").textValue()));
        assertThat(service.api()
                        .get(PATH + "/available?projectId=" + service.project.id())
                        .path("appConnections")
                        .toString())
                .contains(created.path("id").textValue());
    }

    @Test
    void theKmsKeysOfAnAccountAreListedOverAllPages() {
        String region = "eu-west-3";
        for (int i = 0; i < 120; i++) {
            service.aws.addKmsKey(
                    SecretsManagerEmulator.ACCOUNT,
                    region,
                    UUID.randomUUID().toString(),
                    "alias/key-%03d".formatted(i));
        }
        String path = PATH + "/" + service.connection() + "/kms-keys";

        JsonNode keys = service.api().get(path + "?region=" + region + "&destination=aws-secrets-manager");

        assertThat(keys.path("kmsKeys"))
                .hasSize(121)
                .allSatisfy(key -> assertThat(key.path("id").textValue()).matches("[0-9a-f-]{36}"))
                .extracting(key -> key.path("alias").textValue())
                .contains("alias/aws/secretsmanager", "alias/key-000", "alias/key-119");
        assertThat(keys.path("kmsKeys").get(0)).hasSize(2);
        assertThat(service.api()
                        .get(path + "?region=" + region + "&destination=aws-parameter-store")
                        .path("kmsKeys"))
                .hasSize(120);
        ApiClient.Answer unasked = service.api().send("GET", path, null);
        assertThat(unasked.status()).isEqualTo(422);
        assertThat(unasked.json().path("message").findValuesAsText("message")).containsOnly("Required");
        service.aws.deny("kms:ListAliases");
        try {
            ApiClient.Answer denied =
                    service.api().send("GET", path + "?region=" + region + "&destination=aws-secrets-manager", null);
            assertThat(denied.status()).isEqualTo(400);
            assertThat(denied.json().path("message").textValue()).contains("kms:ListAliases");
        } finally {
            service.aws.allow("kms:ListAliases");
        }
    }

    @Test
    @DisplayName("U5.1-12: a role is assumed with the project as ExternalId")
    void aRoleIsAssumedWithTheProjectAsExternalId() {
        String role = role("sync", service.project.id());
        JsonNode created =
                service.api().post(PATH, assumeRole("with-role", role)).path("appConnection");

        assertThat(created.path("method").textValue()).isEqualTo("assume-role");
        assertThat(created.path("credentials").toString()).isEqualTo("{}");
        assertThat(created.toString()).doesNotContain(role);
        service.kms.setSecret(service.project, "dev", "/role", "A", "a");
        assertThat(synced(created, "/role", "role/{{secretKey}}")).isEqualTo("succeeded");
        assertThat(service.aws.secret(ROLES_ACCOUNT, RunningService.REGION, "role/A"))
                .hasValueSatisfying(secret -> assertThat(secret.secretString()).isEqualTo("a"));
        assertThat(service.aws.value("role/A")).as("in the role's account only").isNull();
    }

    @Test
    void aRoleThatTrustsAnotherExternalIdIsRefused() {
        String role = role("of-somebody-else", UUID.randomUUID().toString());

        ApiClient.Answer answer = service.api().send("POST", PATH, assumeRole("confused-deputy", role));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("message").textValue()).startsWith("Unable to validate connection: ");
        assertNothingIsLeftOf("confused-deputy");
    }

    @Test
    void credentialsOfARoleAreRenewedBeforeTheyExpire() {
        String role = role("renewed", service.project.id());
        JsonNode connection =
                service.api().post(PATH, assumeRole("renewed", role)).path("appConnection");
        service.kms.setSecret(service.project, "dev", "/renewed", "A", "1");
        String sync = service.create(manual(service.oneToOne(id(connection), "/renewed", "renewed/{{secretKey}}")));
        // Its sessions last 15 minutes and began 14 minutes ago: they are still good, but not for long.
        service.aws.clock().advance(Duration.ofMinutes(-14));
        assertThat(service.run(sync).path("syncStatus").textValue()).isEqualTo("succeeded");
        long assumed = service.aws.count("AssumeRole");
        service.aws.clock().reset();

        service.kms.setSecret(service.project, "dev", "/renewed", "A", "2");
        assertThat(service.run(sync).path("syncStatus").textValue()).isEqualTo("succeeded");

        assertThat(service.aws.count("AssumeRole")).isGreaterThan(assumed);
        assertThat(service.aws.journal())
                .extracting(Call::errorCode)
                .doesNotContain("ExpiredToken", "ExpiredTokenException");
        long renewed = service.aws.count("AssumeRole");
        service.kms.setSecret(service.project, "dev", "/renewed", "A", "3");
        assertThat(service.run(sync).path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(service.aws.count("AssumeRole"))
                .as("a fresh session serves many runs")
                .isEqualTo(renewed);
    }

    @Test
    @DisplayName("U5.2-15: AWS credentials that are wrong are the caller's 400")
    void badCredentialsAreRefusedAndNothingIsLeft() {
        Map<String, Object> wrongSecret = accessKey("wrong", SecretsManagerEmulator.ACCESS_KEY_ID, "wrong");
        Map<String, Object> unknownKey = accessKey("wrong", "AKIAUNKNOWN000000000", "wrong");

        for (Map<String, Object> request : List.of(wrongSecret, unknownKey)) {
            ApiClient.Answer answer = service.api().send("POST", PATH, request);

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.json().path("error").textValue()).isEqualTo("BadRequest");
            String message = answer.json().path("message").textValue();
            assertThat(message).startsWith("Unable to validate connection: ").hasSizeGreaterThan(40);
            assertThat(message.toLowerCase(Locale.ROOT))
                    .doesNotContain(WORDS_THAT_MAKE_TERRAFORM_WAIT.toArray(String[]::new));
            assertNothingIsLeftOf("wrong");
        }
        service.api().post(PATH, accessKey("wrong"));
    }

    @Test
    void badNewCredentialsLeaveTheOldOnesInPlace() {
        JsonNode connection = service.api().post(PATH, accessKey("kept")).path("appConnection");

        ApiClient.Answer answer = service.api()
                .send(
                        "PATCH",
                        PATH + "/" + id(connection),
                        Map.of("name", "not-kept", "credentials", credentials("AKIAUNKNOWN000000000", "wrong")));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(get(connection)).isEqualTo(connection);
        service.kms.setSecret(service.project, "dev", "/kept", "A", "a");
        assertThat(synced(connection, "/kept", "kept/{{secretKey}}")).isEqualTo("succeeded");
    }

    @Test
    void rotatedCredentialsAreUsedByTheNextRun() {
        service.aws.addAccessKey("AKIAROTATED000000001", "first/secret/key", SecretsManagerEmulator.ACCOUNT);
        service.aws.addAccessKey("AKIAROTATED000000002", "second/secret/key", SecretsManagerEmulator.ACCOUNT);
        JsonNode connection = service.api()
                .post(PATH, accessKey("rotated", "AKIAROTATED000000001", "first/secret/key"))
                .path("appConnection");
        service.kms.setSecret(service.project, "dev", "/rotated", "A", "1");
        String sync = service.create(manual(service.oneToOne(id(connection), "/rotated", "rotated/{{secretKey}}")));
        assertThat(service.run(sync).path("syncStatus").textValue()).isEqualTo("succeeded");

        JsonNode rotated = service.api()
                .patch(
                        PATH + "/" + id(connection),
                        Map.of(
                                "ID", id(connection),
                                "App", "aws",
                                "method", "access-key",
                                "name", "rotated",
                                "credentials", credentials("AKIAROTATED000000002", "second/secret/key")))
                .path("appConnection");
        service.aws.removeAccessKey("AKIAROTATED000000001");
        service.kms.setSecret(service.project, "dev", "/rotated", "A", "2");

        JsonNode ran = service.run(sync);
        assertThat(ran.path("syncStatus").textValue())
                .as("%s", ran.path("lastSyncMessage"))
                .isEqualTo("succeeded");
        assertThat(service.aws.value("rotated/A")).isEqualTo("2");
        assertThat(rotated.path("credentials").toString()).contains("AKIAROTATED000000002");
        // And a key that AWS no longer knows is a failure with a name, not a silent one.
        service.aws.removeAccessKey("AKIAROTATED000000002");
        JsonNode failed = service.run(sync);
        assertThat(failed.path("syncStatus").textValue()).isEqualTo("failed");
        assertThat(failed.path("lastSyncMessage").textValue()).isNotBlank().doesNotContain("second/secret/key");
    }

    @Test
    void theHashFollowsTheCredentialsAndNothingElse() {
        service.aws.addAccessKey("AKIAHASHED0000000001", "first/secret/key", SecretsManagerEmulator.ACCOUNT);
        JsonNode connection = service.api().post(PATH, accessKey("hashed")).path("appConnection");
        String hash = hash(connection);
        String path = PATH + "/" + id(connection);

        assertThat(hash(get(connection))).isEqualTo(hash);
        JsonNode renamed = service.api()
                .patch(path, Map.of("name", "hashed-again", "description", "other"))
                .path("appConnection");
        assertThat(renamed.path("name").textValue()).isEqualTo("hashed-again");
        assertThat(hash(renamed)).isEqualTo(hash);
        assertThat(hash(service.api()
                        .patch(
                                path,
                                Map.of(
                                        "credentials",
                                        credentials(
                                                SecretsManagerEmulator.ACCESS_KEY_ID,
                                                SecretsManagerEmulator.SECRET_ACCESS_KEY)))
                        .path("appConnection")))
                .as("the same credentials again")
                .isEqualTo(hash);
        JsonNode rotated = service.api()
                .patch(path, Map.of("credentials", credentials("AKIAHASHED0000000001", "first/secret/key")))
                .path("appConnection");
        assertThat(hash(rotated)).isNotEqualTo(hash).isEqualTo(hash(get(connection)));
        assertThat(rotated.path("name").textValue()).isEqualTo("hashed-again");
        assertThat(hash).doesNotContain(SecretsManagerEmulator.SECRET_ACCESS_KEY);
    }

    @Test
    void noAnswerHoldsASecret() {
        List<ApiClient.Answer> answers = new ArrayList<>();
        Map<String, Object> request = accessKey("silent");
        answers.add(service.api().send("POST", PATH, request));
        String id = answers.get(0).json().at("/appConnection/id").textValue();
        answers.add(service.api().send("POST", PATH, request));
        answers.add(service.api().send("GET", PATH + "/" + id, null));
        answers.add(service.api().send("GET", PATH, null));
        answers.add(service.api().send("GET", "/api/v1/app-connections", null));
        answers.add(service.api().send("PATCH", PATH + "/" + id, Map.of("credentials", request.get("credentials"))));
        answers.add(service.api().send("POST", PATH, accessKey("Bad Name")));
        answers.add(service.api().send("DELETE", PATH + "/" + id, null));

        assertThat(answers)
                .extracting(ApiClient.Answer::status)
                .containsExactly(200, 400, 200, 200, 200, 200, 422, 200);
        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.text() + answer.headers())
                        .doesNotContain(SecretsManagerEmulator.SECRET_ACCESS_KEY));
    }

    @Test
    @DisplayName("U2.2-13: a connection in use is not deleted")
    void aConnectionInUseIsNotDeleted() {
        JsonNode connection = service.api().post(PATH, accessKey("needed")).path("appConnection");
        service.kms.setSecret(service.project, "dev", "/needed", "A", "a");
        String sync = service.create(manual(service.oneToOne(id(connection), "/needed", "needed/{{secretKey}}")));

        ApiClient.Answer refused = service.api().send("DELETE", PATH + "/" + id(connection), null);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().path("message").textValue())
                .isEqualTo("Cannot delete App Connection with existing connections."
                        + " Remove all existing connections and try again.");
        assertThat(refused.json().path("error").textValue()).isEqualTo("BadRequest");
        service.api().delete("/api/v1/secret-syncs/aws-secrets-manager/" + sync);
        assertThat(service.api().delete(PATH + "/" + id(connection)).path("appConnection"))
                .isEqualTo(connection);
        ApiClient.Answer gone = service.api().send("GET", PATH + "/" + id(connection), null);
        assertThat(gone.status()).isEqualTo(404);
        assertThat(gone.json().path("message").textValue())
                .isEqualTo("Could not find App Connection with ID " + id(connection));
        assertThat(service.api()
                        .send("DELETE", PATH + "/" + id(connection), null)
                        .status())
                .isEqualTo(404);
    }

    @Test
    void aNameIsGivenOnce() {
        service.api().post(PATH, accessKey("taken"));

        ApiClient.Answer answer = service.api().send("POST", PATH, accessKey("taken"));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("message").textValue())
                .isEqualTo("An App Connection with the name \"taken\" already exists");
    }

    @Test
    void theMethodDoesNotChange() {
        JsonNode connection = service.api().post(PATH, accessKey("steady")).path("appConnection");

        ApiClient.Answer answer = service.api()
                .send(
                        "PATCH",
                        PATH + "/" + id(connection),
                        Map.of("credentials", Map.of("roleArn", "arn:aws:iam::222222222222:role/any")));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("message").textValue())
                .isEqualTo("Invalid credential format for AWS Connection with method Access Key");
    }

    private String role(String name, String externalId) {
        String arn = "arn:aws:iam::" + ROLES_ACCOUNT + ":role/" + name;
        service.aws.addRole(arn, externalId);
        return arn;
    }

    private Map<String, Object> assumeRole(String name, String role) {
        Map<String, Object> request = new HashMap<>();
        request.put("name", name);
        request.put("method", "assume-role");
        request.put("projectId", service.project.id());
        request.put("credentials", Map.of("roleArn", role));
        return request;
    }

    private static Map<String, Object> accessKey(String name) {
        return accessKey(name, SecretsManagerEmulator.ACCESS_KEY_ID, SecretsManagerEmulator.SECRET_ACCESS_KEY);
    }

    private static Map<String, Object> accessKey(String name, String accessKeyId, String secretAccessKey) {
        Map<String, Object> request = new HashMap<>();
        request.put("name", name);
        request.put("method", "access-key");
        request.put("credentials", credentials(accessKeyId, secretAccessKey));
        return request;
    }

    private static Map<String, String> credentials(String accessKeyId, String secretAccessKey) {
        return Map.of("accessKeyId", accessKeyId, "secretAccessKey", secretAccessKey);
    }

    private String synced(JsonNode connection, String path, String keySchema) {
        JsonNode sync = service.run(service.create(manual(service.oneToOne(id(connection), path, keySchema))));
        return sync.path("lastSyncMessage").isNull()
                ? sync.path("syncStatus").textValue()
                : sync.path("lastSyncMessage").textValue();
    }

    private static Map<String, Object> manual(Map<String, Object> sync) {
        sync.put("isAutoSyncEnabled", false);
        return sync;
    }

    private JsonNode get(JsonNode connection) {
        return service.api().get(PATH + "/" + id(connection)).path("appConnection");
    }

    private static String id(JsonNode resource) {
        return resource.path("id").textValue();
    }

    private static String hash(JsonNode connection) {
        return connection.path("credentialsHash").textValue();
    }

    private void assertNothingIsLeftOf(String name) {
        for (String query : List.of("", "?projectId=" + service.project.id())) {
            assertThat(service.api().get(PATH + query).path("appConnections"))
                    .noneMatch(connection -> connection.path("name").textValue().equals(name));
        }
    }
}
