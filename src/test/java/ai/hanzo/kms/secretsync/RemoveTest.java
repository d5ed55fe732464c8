package ai.hanzo.kms.secretsync;

import static ai.hanzo.kms.secretsync.Operations.SYNCS;
import static ai.hanzo.kms.secretsync.Operations.manual;
import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.emulator.Fault;
import ai.hanzo.kms.secretsync.emulator.SecretsManagerEmulator;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a sync put at its destination goes when somebody asks for it, and nothing else does. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RemoveTest {
    private RunningService service;
    private Operations operations;
    private String connection;

    @BeforeAll
    void start(@TempDir Path directory) {
        service = RunningService.start(directory);
        operations = new Operations(service);
        connection = service.connection();
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @BeforeEach
    void forgetCalls() {
        service.aws.clearJournal();
    }

    @AfterEach
    void asUsual() {
        service.aws.clearFaults();
        service.aws.latency(Duration.ZERO);
    }

    @Test
    @DisplayName("U3.5-1: removes what is in the source; differs: recoverably (promise 1)")
    void takesWhatTheSyncPutThereAlsoUnderEarlierNamesAndLeavesTheRest() {
        operations.folder("earlier", Map.of("A", "1", "B", "2"));
        String id = synced(manual(service.oneToOne(connection, "/earlier", "earlier/{{secretKey}}")));
        service.api()
                .patch(
                        SYNCS + id,
                        Map.of(
                                "syncOptions",
                                Map.of(
                                        "initialSyncBehavior",
                                        "overwrite-destination",
                                        "keySchema",
                                        "later/{{secretKey}}")));
        service.kms.deleteSecret(service.project, "dev", "/earlier", "B");
        service.run(id);
        service.aws.putForeign("later/FOREIGN", "foreign");

        JsonNode pending = service.api().post(SYNCS + id + "/remove-secrets", null);
        assertThat(pending.at("/secretSync/removeStatus").textValue()).isEqualTo("pending");
        JsonNode sync = operations.await(id, "removeStatus");

        assertThat(sync.path("removeStatus").textValue()).isEqualTo("succeeded");
        assertThat(sync.path("lastRemoveMessage").isNull()).isTrue();
        assertThat(sync.path("lastRemovedAt").textValue()).isNotNull();
        for (String name : List.of("earlier/A", "earlier/B", "later/A")) {
            assertThat(operations.secret(name).isDeleted()).as(name).isTrue();
            assertThat(operations.secret(name).purgeDate()).as(name).isNotNull();
        }
        assertThat(operations.secret("later/FOREIGN").isDeleted()).isFalse();
        assertThat(operations.inKms("earlier")).isEqualTo(Map.of("A", "1"));

        // It can be had back.
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(service.aws.value("later/A")).isEqualTo("1");
    }

    @Test
    @DisplayName("U3.5-4: disableSecretDeletion does not stop a removal")
    void isNotStoppedByTheBrakeNorByDisabledDeletion() {
        Map<String, String> secrets = new java.util.HashMap<>();
        for (int i = 0; i < 12; i++) {
            secrets.put("K" + i, "value");
        }
        operations.folder("brake", secrets);
        Map<String, Object> body = manual(service.oneToOne(connection, "/brake", "brake/{{secretKey}}"));
        RunningService.options(body).put("disableSecretDeletion", true);
        String id = synced(body);

        assertThat(operations.removed(id).path("removeStatus").textValue()).isEqualTo("succeeded");

        assertThat(service.aws.secrets())
                .filteredOn(secret -> secret.name().startsWith("brake/"))
                .hasSize(12)
                .allMatch(secret -> secret.isDeleted());
    }

    @Test
    @DisplayName("U3.5-6: differs: keys of others stay (promise 1)")
    void aManyToOneSecretSharedWithOthersLosesOnlyOurKeys() {
        operations.folder("shared", Map.of("OURS", "1"));
        service.aws.putForeign("shared", "{\"THEIRS\":{\"a\":[1.10]}}");
        Map<String, Object> body = manual(service.manyToOne(connection, "/shared", "shared"));
        RunningService.options(body).put("disableSecretDeletion", true);
        String id = synced(body);
        assertThat(service.aws.value("shared")).contains("OURS", "THEIRS");

        JsonNode sync = operations.removed(id);

        assertThat(sync.path("removeStatus").textValue()).isEqualTo("succeeded");
        assertThat(service.aws.value("shared")).isEqualTo("{\"THEIRS\":{\"a\":[1.10]}}");
    }

    @Test
    @DisplayName("U5.2-10: what is where the sync once pointed is removed too")
    void takesWhatIsWhereTheSyncOncePointed() {
        operations.folder("moved", Map.of("A", "1"));
        service.aws.putForeign("moved-all", "{\"THEIRS\":\"x\"}");
        Map<String, Object> body = manual(service.manyToOne(connection, "/moved", "moved-all"));
        RunningService.options(body).put("disableSecretDeletion", true);
        RunningService.options(body).put("keySchema", "{{secretKey}}");
        String id = synced(body);
        moveTo(id, Map.of("region", "eu-west-1", "mappingBehavior", "one-to-one"), "moved/{{secretKey}}");
        moveTo(
                id,
                Map.of("region", SecretsManagerEmulator.REGION, "mappingBehavior", "one-to-one"),
                "moved/{{secretKey}}");

        JsonNode sync = operations.removed(id);

        assertThat(sync.path("removeStatus").textValue())
                .as(sync.path("lastRemoveMessage").asText())
                .isEqualTo("succeeded");
        for (String region : List.of("eu-west-1", SecretsManagerEmulator.REGION)) {
            assertThat(service.aws.secret(SecretsManagerEmulator.ACCOUNT, region, "moved/A"))
                    .as(region)
                    .hasValueSatisfying(secret -> assertThat(secret.isDeleted()).isTrue());
        }
        assertThat(service.aws.value("moved-all"))
                .as("keys of others in the secret of the former mapping behaviour")
                .isEqualTo("{\"THEIRS\":\"x\"}");
    }

    private void moveTo(String id, Map<String, Object> destination, String keySchema) {
        service.api()
                .patch(
                        SYNCS + id,
                        Map.of(
                                "destinationConfig",
                                destination,
                                "syncOptions",
                                Map.of(
                                        "initialSyncBehavior",
                                        "overwrite-destination",
                                        "disableSecretDeletion",
                                        true,
                                        "keySchema",
                                        keySchema)));
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
    }

    @Test
    @DisplayName("U3.5-5: many-to-one removes the secret")
    void aManyToOneSecretOfOursAloneGoes() {
        operations.folder("alone", Map.of("OURS", "1"));
        String id = synced(manual(service.manyToOne(connection, "/alone", "alone")));

        operations.removed(id);

        assertThat(operations.secret("alone").isDeleted()).isTrue();
    }

    @Test
    void aSyncGoesAfterItsSecrets() {
        operations.folder("away", Map.of("A", "1"));
        String id = synced(service.oneToOne(connection, "/away", "away/{{secretKey}}"));

        JsonNode answer = service.api().delete(SYNCS + id + "?removeSecrets=true");

        assertThat(answer.at("/secretSync/removeStatus").textValue()).isEqualTo("pending");
        Operations.await(() -> service.api().send("GET", SYNCS + id, null).status() == 404);
        assertThat(operations.secret("away/A").isDeleted()).isTrue();
    }

    @Test
    void aSyncStaysWhileItsSecretsCannotBeRemoved() {
        operations.folder("stays", Map.of("A", "1", "B", "2"));
        String id = synced(manual(service.oneToOne(connection, "/stays", "stays/{{secretKey}}")));
        service.aws.deny("secretsmanager:DeleteSecret");

        service.api().delete(SYNCS + id + "?removeSecrets=true");
        JsonNode failed = operations.await(id, "removeStatus");
        service.aws.allow("secretsmanager:DeleteSecret");

        assertThat(failed.path("removeStatus").textValue()).isEqualTo("failed");
        assertThat(failed.path("lastRemoveMessage").textValue())
                .startsWith("2 of 2 secrets could not be removed. ")
                .contains("stays/A", "DeleteSecret");
        service.api().delete(SYNCS + id + "?removeSecrets=true");
        Operations.await(() -> service.api().send("GET", SYNCS + id, null).status() == 404);
        assertThat(operations.secret("stays/B").isDeleted()).isTrue();
    }

    @Test
    void withoutThatTheSecretsStay() {
        operations.folder("left", Map.of("A", "1"));
        String id = synced(manual(service.oneToOne(connection, "/left", "left/{{secretKey}}")));

        service.api().delete(SYNCS + id);

        assertThat(service.api().send("GET", SYNCS + id, null).status()).isEqualTo(404);
        assertThat(operations.secret("left/A").isDeleted()).isFalse();
    }

    @Test
    @DisplayName("U4-11: differs: what is asked for during a run is done after it (promise 7); U4-18: asked for "
            + "several times before it begins is one run")
    void whatIsAskedForDuringARunIsDoneAfterIt() {
        operations.folder("queue", Map.of("A", "1"));
        service.aws.putForeign("queue/B", "2");
        String id = service.create(manual(service.oneToOne(connection, "/queue", "queue/{{secretKey}}")));
        service.aws.inject(Fault.delay(Duration.ofSeconds(2)).operation("ListSecrets"));
        service.api().post(SYNCS + id + "/import-secrets?importBehavior=prioritize-source", null);
        Operations.await(
                () -> "running".equals(operations.sync(id).path("importStatus").asText()));

        service.api().post(SYNCS + id + "/import-secrets?importBehavior=prioritize-destination", null);
        service.api().post(SYNCS + id + "/sync-secrets", null);
        service.api().post(SYNCS + id + "/remove-secrets", null);
        service.api().post(SYNCS + id + "/sync-secrets", null);
        Operations.await(() -> operations.runs(id).size() == 4
                && operations.runs(id).findValuesAsText("status").stream().allMatch("succeeded"::equals));

        List<String> actions = new ArrayList<>(operations.runs(id).findValuesAsText("action"));
        assertThat(actions).containsExactlyInAnyOrder("import", "import", "remove", "sync");
        assertThat(operations.inKms("queue")).isEqualTo(Map.of("A", "1", "B", "2"));
        JsonNode sync = operations.sync(id);
        assertThat(sync.path("importStatus").textValue()).isEqualTo("succeeded");
        assertThat(sync.path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(sync.path("removeStatus").textValue()).isEqualTo("succeeded");
    }

    private String synced(Map<String, Object> body) {
        String id = service.create(body);
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        return id;
    }
}
