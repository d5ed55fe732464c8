package ai.hanzo.kms.secretsync;

import static ai.hanzo.kms.secretsync.Operations.SYNCS;
import static ai.hanzo.kms.secretsync.Operations.manual;
import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.emulator.Fault;
import ai.hanzo.kms.secretsync.emulator.ForeignSecret;
import ai.hanzo.kms.secretsync.runs.Runs;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;

/** Every run can be looked at afterwards: what it was for, what it did, what went wrong and what to do about it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
class RunRecordsTest {
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

    @AfterEach
    void asUsual() {
        service.aws.clearFaults();
    }

    @Test
    @DisplayName("U3.2-23: a run tells what it did, secret by secret")
    void aRunSaysWhatItDid(CapturedOutput output) {
        operations.folder("told", Map.of("A", "hidden", "B", "hidden", "HELD", "hidden", "EMPTY", ""));
        service.aws.putForeign(ForeignSecret.named("told/HELD").value("hidden").owningService("rds"));
        String id = service.create(manual(service.oneToOne(connection, "/told", "told/{{secretKey}}")));
        assertThat(operations.runs(id)).isEmpty();
        service.aws.clearJournal();

        JsonNode sync = service.run(id);

        int calls = service.aws.journal().size();
        JsonNode run = operations.lastRun(id);
        assertThat(run.path("id")).isEqualTo(sync.path("lastSyncJobId"));
        assertThat(run.path("action").textValue()).isEqualTo("sync");
        assertThat(run.path("reason").textValue()).isEqualTo("manual");
        assertThat(run.path("status").textValue()).isEqualTo("failed");
        assertThat(run.path("message")).isEqualTo(sync.path("lastSyncMessage"));
        assertThat(run.path("message").textValue())
                .startsWith("1 of 4 secrets could not be synced; the others are as they should be.")
                .contains("told/HELD", "rds");
        assertThat(Instant.parse(run.path("finishedAt").textValue()))
                .isAfterOrEqualTo(Instant.parse(run.path("startedAt").textValue()));
        assertThat(run.path("counts").toString())
                .isEqualTo("{\"succeeded\":2,\"unchanged\":0,\"skipped\":1,\"failed\":1}");
        assertThat(output.getAll()).contains("1 skipped, 1 failed. 1 of 4 secrets could not be synced;");
        // A list, and a create for each of the two.
        assertThat(run.path("awsCalls").asInt()).isEqualTo(calls).isEqualTo(3);
        assertThat(run.path("outcomes")).hasSize(4);
        assertThat(outcome(run, "told/A").path("change").textValue()).isEqualTo("create");
        assertThat(outcome(run, "told/A").path("result").textValue()).isEqualTo("succeeded");
        assertThat(outcome(run, "told/HELD").path("result").textValue()).isEqualTo("failed");
        assertThat(outcome(run, "told/HELD").path("errorCode").textValue()).isEqualTo("OTHER_OWNER");
        assertThat(outcome(run, "told/EMPTY").path("result").textValue()).isEqualTo("skipped");
        assertThat(run.toString()).doesNotContain("hidden");
    }

    @Test
    void aJsonObjectThatWillSoonBeTooLargeIsTold() {
        operations.folder("large", Map.of("A", "x".repeat(60_000)));
        String id = service.create(manual(service.manyToOne(connection, "/large", "large")));

        JsonNode sync = service.run(id);

        assertThat(sync.path("lastSyncMessage").isNull())
                .as("null on success, as the contract has it")
                .isTrue();
        assertThat(operations.lastRun(id).path("message").textValue())
                .isEqualTo("Warning: The value of large has 60008 bytes, 91 % of what AWS takes.");
    }

    @Test
    void onlyWhatFailedIsDoneAgain() {
        operations.folder("again", Map.of("GOOD", "1", "BAD", "2"));
        String id = service.create(manual(service.oneToOne(connection, "/again", "again/{{secretKey}}")));
        service.aws.inject(Fault.of(Fault.Kind.ACCESS_DENIED)
                .operation("CreateSecret")
                .secret("again/BAD")
                .always());

        JsonNode failed = service.run(id);

        JsonNode run = operations.lastRun(id);
        assertThat(failed.path("lastSyncMessage").textValue())
                .contains("again/BAD")
                .hasSizeLessThanOrEqualTo(1024);
        assertThat(outcome(run, "again/BAD").path("errorCode").textValue()).startsWith("AccessDenied");
        assertThat(outcome(run, "again/BAD").path("remedy").textValue()).isNotBlank();
        assertThat(service.aws.value("again/GOOD")).isEqualTo("1");

        service.aws.clearFaults();
        service.aws.clearJournal();
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(operations.writes()).hasSize(1);
        assertThat(service.aws.value("again/BAD")).isEqualTo("2");
        assertThat(operations.lastRun(id).path("counts").toString())
                .isEqualTo("{\"succeeded\":1,\"unchanged\":1,\"skipped\":0,\"failed\":0}");
    }

    @Test
    void aMessageIsNeverLongerThanTheContractAllows() {
        Map<String, String> secrets = new HashMap<>();
        for (int i = 0; i < 20; i++) {
            String key = "K".repeat(200) + i;
            secrets.put(key, "value");
            service.aws.putForeign(
                    ForeignSecret.named("long/" + key).value("other").owningService("rds"));
        }
        operations.folder("long", secrets);
        String id = service.create(manual(service.oneToOne(connection, "/long", "long/{{secretKey}}")));

        String message = service.run(id).path("lastSyncMessage").textValue();

        assertThat(message).hasSizeLessThanOrEqualTo(1024).startsWith("20 of 20 secrets");
    }

    @Test
    void comeInPagesTheNewestFirst() {
        operations.folder("pages", Map.of("A", "1"));
        String id = service.create(manual(service.oneToOne(connection, "/pages", "pages/{{secretKey}}")));
        String first = service.run(id).path("lastSyncJobId").textValue();
        String second = service.run(id).path("lastSyncJobId").textValue();
        String third = service.run(id).path("lastSyncJobId").textValue();

        assertThat(operations.runs(id).findValuesAsText("id")).containsExactly(third, second, first);
        JsonNode page = service.api().get(SYNCS + id + "/runs?limit=1&offset=1");
        assertThat(page.path("runs").findValuesAsText("id")).containsExactly(second);
        assertThat(page.path("totalCount").asInt()).isEqualTo(3);
        assertThat(page.at("/runs/0").has("outcomes")).isFalse();
        for (String query : List.of("limit=0", "limit=101", "limit=x", "offset=-1", "limit=1&limit=2")) {
            assertThat(service.api()
                            .send("GET", SYNCS + id + "/runs?" + query, null)
                            .status())
                    .as(query)
                    .isEqualTo(422);
        }
        assertThat(service.api()
                        .send("GET", SYNCS + id + "/runs/" + UUID.randomUUID(), null)
                        .status())
                .isEqualTo(404);
    }

    @Test
    void theLastHundredAreKept() {
        operations.folder("kept", Map.of("A", "1"));
        String id = service.create(manual(service.oneToOne(connection, "/kept", "kept/{{secretKey}}")));
        JdbcTemplate jdbc = service.context().getBean(JdbcTemplate.class);
        for (int i = 0; i < 120; i++) {
            jdbc.update(
                    "insert into sync_run (id, sync_id, action, reason, status, started_at) values (?, ?, ?, ?, ?, ?)",
                    UUID.randomUUID(),
                    UUID.fromString(id),
                    "sync",
                    "manual",
                    "succeeded",
                    Timestamp.from(Instant.parse("2026-01-01T00:00:00Z").plusSeconds(i)));
        }

        String newest = service.run(id).path("lastSyncJobId").textValue();

        JsonNode page = service.api().get(SYNCS + id + "/runs?limit=100");
        assertThat(page.path("totalCount").asInt()).isEqualTo(100);
        assertThat(page.at("/runs/0/id").textValue()).isEqualTo(newest);
        assertThat(page.at("/runs/99/startedAt").textValue()).isEqualTo("2026-01-01T00:00:21.000Z");
    }

    @Test
    void backToAnEarlierValueIsAVersionOfItsOwn() {
        operations.folder("back", Map.of("X", "a"));
        String id = service.create(manual(service.oneToOne(connection, "/back", "back/{{secretKey}}")));
        service.run(id);
        for (String value : List.of("b", "a")) {
            service.kms.setSecret(service.project, "dev", "/back", "X", value);
            assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        }

        assertThat(operations.versions("back/X")).isEqualTo(3);
        assertThat(service.aws.value("back/X")).isEqualTo("a");
    }

    @Test
    @DisplayName("U4-16: differs: another destination makes it a first sync again (promise 1)")
    void anotherDestinationMakesItAFirstSyncAgain() {
        operations.folder("anew", Map.of("A", "1"));
        String other = service.connection();
        String id = service.create(manual(service.manyToOne(connection, "/anew", "anew")));
        List<Map<String, Object>> changes = List.of(
                Map.of("connectionId", other),
                Map.of("destinationConfig", destination("many-to-one", "anew-too", "us-east-1")),
                Map.of("destinationConfig", destination("many-to-one", "anew-too", "eu-west-1")),
                Map.of("destinationConfig", Map.of("mappingBehavior", "one-to-one", "region", "eu-west-1")));
        assertThat(initial(id)).isTrue();

        for (Map<String, Object> change : changes) {
            assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
            assertThat(initial(id)).isFalse();
            service.api().patch(SYNCS + id, Map.of("description", "no other destination"));
            assertThat(initial(id)).isFalse();
            service.api().patch(SYNCS + id, change);
            assertThat(initial(id)).as(change.toString()).isTrue();
        }
    }

    private static Map<String, Object> destination(String mapping, String secretName, String region) {
        return Map.of("mappingBehavior", mapping, "secretName", secretName, "region", region);
    }

    private boolean initial(String id) {
        return service.context().getBean(Runs.class).state(UUID.fromString(id)).initial();
    }

    private static JsonNode outcome(JsonNode run, String name) {
        for (JsonNode outcome : run.path("outcomes")) {
            if (outcome.path("name").textValue().equals(name)) {
                return outcome;
            }
        }
        throw new AssertionError("No outcome for " + name);
    }
}
