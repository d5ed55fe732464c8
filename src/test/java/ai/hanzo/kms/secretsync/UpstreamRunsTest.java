package ai.hanzo.kms.secretsync;

import static ai.hanzo.kms.secretsync.Operations.SYNCS;
import static ai.hanzo.kms.secretsync.Operations.importing;
import static ai.hanzo.kms.secretsync.Operations.manual;
import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.emulator.Call;
import ai.hanzo.kms.secretsync.emulator.Fault;
import ai.hanzo.kms.secretsync.emulator.ForeignSecret;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.TriggerKey;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** How upstream queues, repeats and ends what is asked for, and what of it holds here. Nothing runs here that was not asked for. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
class UpstreamRunsTest {
    private RunningService service;
    private Operations operations;
    private String connection;

    @BeforeAll
    void start(@TempDir Path directory) {
        service = RunningService.start(
                directory,
                Map.of(
                        "SECRET_SYNC_POLL_INTERVAL", "24h",
                        "SECRET_SYNC_DRIFT_INTERVAL", "24h",
                        "SECRET_SYNC_PARALLEL_CHANGES", "2"));
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
        service.aws.listLag(Duration.ZERO);
        service.aws.allow("secretsmanager:DeleteSecret");
        service.kms.setApprovals(false);
    }

    // At the destination

    @Test
    @DisplayName("U3.2-24: differs: side by side, so that none waits for another (promise 3)")
    void secretsAreWrittenSideBySide() {
        operations.folder("side", Map.of("A", "1", "B", "2", "C", "3"));
        service.aws.inject(
                Fault.delay(Duration.ofSeconds(2)).operation("CreateSecret").secret("side/A"));

        synced(manual(service.oneToOne(connection, "/side", "side/{{secretKey}}")));

        assertThat(service.aws.writes())
                .extracting(Call::secretName)
                .hasSize(3)
                .last()
                .isEqualTo("side/A");
    }

    @Test
    @DisplayName("U3.6-4: differs: what turns out to exist is looked at again and taken over, or left to its owner "
            + "(promises 1 and 3)")
    void whatTurnsOutToExistIsLookedAtAgain() {
        service.aws.listLag(Duration.ofMinutes(5));
        service.aws.putForeign("exists/A", "aws");
        service.aws.putForeign(ForeignSecret.named("exists/B").value("rds's").owningService("rds"));
        operations.folder("exists", Map.of("A", "kms", "B", "kms", "C", "kms"));
        String id = service.create(manual(service.oneToOne(connection, "/exists", "exists/{{secretKey}}")));

        JsonNode sync = service.run(id);

        assertThat(sync.path("lastSyncMessage").textValue())
                .startsWith("1 of 3 secrets")
                .contains("exists/B", "rds");
        assertThat(service.aws.value("exists/A")).isEqualTo("kms");
        assertThat(service.aws.value("exists/B")).isEqualTo("rds's");
        assertThat(service.aws.value("exists/C")).isEqualTo("kms");
    }

    // Once more

    @Test
    @DisplayName("U4-1: a failed sync is tried again; differs: without end, after 30 s and then twice as long up to an "
            + "hour, where it is automatic (promise 7); U4-5: differs: each attempt ends as succeeded or failed "
            + "(promise 6)")
    void aFailedAutomaticSyncIsTriedAgainAfterGrowingPauses() throws SchedulerException {
        operations.folder("again", Map.of("A", "1"));
        service.aws.inject(
                Fault.of(Fault.Kind.INTERNAL_500).operation("CreateSecret").always());
        JsonNode sync = service.created(service.oneToOne(connection, "/again", "again/{{secretKey}}"));
        String id = sync.path("id").textValue();

        for (int seconds : new int[] {30, 60, 120}) {
            assertThat(operations.sync(id).path("syncStatus").textValue()).isEqualTo("failed");
            assertThat(retry(id).getStartTime().toInstant())
                    .as("a fifth more or less, so that not all are tried at the same moment")
                    .isBetween(
                            finished(id).plusSeconds(seconds * 4 / 5 - 1),
                            finished(id).plusSeconds(seconds * 6 / 5 + 5));
            service.run(id);
        }
        service.aws.clearFaults();
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(retry(id)).isNull();

        service.aws.inject(
                Fault.of(Fault.Kind.INTERNAL_500).operation("CreateSecret").always());
        String asked = service.create(manual(service.oneToOne(connection, "/again", "asked/{{secretKey}}")));
        assertThat(service.run(asked).path("syncStatus").textValue()).isEqualTo("failed");
        assertThat(retry(asked)).isNull();
    }

    @Test
    @DisplayName("U4-2: imports and removals are tried once")
    void importsAndRemovalsAreTriedOnce() throws SchedulerException {
        operations.folder("once", Map.of("A", "1"));
        String id = synced(
                importing(service.oneToOne(connection, "/once", "once/{{secretKey}}"), "import-prioritize-source"));
        service.aws.putForeign("once/B", "aws");
        service.kms.setApprovals(true);
        service.aws.deny("secretsmanager:DeleteSecret");

        assertThat(operations
                        .imported(id, "prioritize-source")
                        .path("importStatus")
                        .textValue())
                .isEqualTo("failed");
        assertThat(operations.removed(id).path("removeStatus").textValue()).isEqualTo("failed");

        assertThat(retry(id)).isNull();
        assertThat(scheduler().getTriggersOfJob(new JobKey(id, "runs")))
                .extracting(trigger -> trigger.getKey().getGroup())
                .doesNotContain("runs-import", "runs-remove");
    }

    @Test
    @DisplayName("U4-15: until the first success it imports again")
    void aFirstSyncThatFailedImportsAgain() {
        operations.folder("first", Map.of("A", "kms", "C", "kms"));
        service.aws.putForeign("first/A", "aws");
        service.aws.inject(
                Fault.of(Fault.Kind.ACCESS_DENIED).operation("CreateSecret").always());
        String id = service.create(importing(
                manual(service.oneToOne(connection, "/first", "first/{{secretKey}}")),
                "import-prioritize-destination"));
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("failed");
        assertThat(operations.inKms("first")).containsEntry("A", "aws");

        service.aws.putForeign("first/A", "aws once more");
        service.aws.clearFaults();
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(operations.inKms("first")).containsEntry("A", "aws once more");

        service.aws.putForeign("first/A", "drift");
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(operations.inKms("first")).containsEntry("A", "aws once more");
        assertThat(service.aws.value("first/A")).isEqualTo("aws once more");
    }

    // Side by side

    @Test
    @DisplayName(
            "U4-4: pending, running, then succeeded; U4-10: one run of a sync at a time; differs: there is no time "
                    + "after which that ends (promise 7)")
    void oneRunOfASyncAtATime() throws SchedulerException {
        operations.folder("alone", Map.of("A", "1"));
        String id = synced(manual(service.oneToOne(connection, "/alone", "alone/{{secretKey}}")));
        service.aws.inject(Fault.delay(Duration.ofSeconds(2)).operation("ListSecrets"));
        service.api().post(SYNCS + id + "/sync-secrets", null);
        Operations.await(
                () -> "running".equals(operations.sync(id).path("syncStatus").asText()));

        service.api().post(SYNCS + id + "/sync-secrets", null);
        Operations.await(() -> operations.runs(id).size() == 3
                && "succeeded".equals(operations.runs(id).path(0).path("status").asText()));

        assertThat(Instant.parse(operations.runs(id).path(0).path("startedAt").textValue()))
                .isAfterOrEqualTo(Instant.parse(
                        operations.runs(id).path(1).path("finishedAt").textValue()));
        assertThat(scheduler().getJobDetail(new JobKey(id, "runs")).isConcurrentExecutionDisallowed())
                .isTrue();
    }

    @Test
    @DisplayName(
            "U4-12: differs: many syncs of one connection at once all succeed, for calls wait and no run does (promise 3)")
    void manySyncsOfAConnectionAtOnce() {
        operations.folder("many", Map.of("A", "1", "B", "2", "C", "3"));
        List<String> syncs = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            syncs.add(service.create(manual(service.oneToOne(connection, "/many", "many-" + i + "/{{secretKey}}"))));
        }

        syncs.forEach(id -> service.api().post(SYNCS + id + "/sync-secrets", null));

        assertThat(syncs)
                .allSatisfy(id -> assertThat(operations
                                .await(id, "syncStatus")
                                .path("syncStatus")
                                .textValue())
                        .isEqualTo("succeeded"));
        assertThat(service.aws.count("CreateSecret")).isEqualTo(60);
    }

    @Test
    @DisplayName("U4-13: a run whose sync was deleted changes nothing more and leaves nothing behind")
    void aRunWhoseSyncWasDeletedChangesNothingMore(CapturedOutput log) throws SchedulerException {
        Map<String, String> many = new HashMap<>();
        IntStream.range(0, 10).forEach(i -> many.put("GOES_" + i, "1"));
        operations.folder("deleted", many);
        service.kms.setSecret(service.project, "dev", "/deleted", "STAYS", "1");
        String id = synced(manual(service.oneToOne(connection, "/deleted", "deleted/{{secretKey}}")));
        many.keySet().forEach(key -> service.kms.deleteSecret(service.project, "dev", "/deleted", key));
        service.aws.clearJournal();
        service.aws.latency(Duration.ofMillis(500));
        service.api().post(SYNCS + id + "/sync-secrets", null);
        Operations.await(() -> service.aws.count("DeleteSecret") > 0);

        service.api().delete(SYNCS + id);
        Operations.await(this::nothingRuns);

        assertThat(service.aws.count("DeleteSecret")).isLessThan(10);
        assertThat(service.api().send("GET", SYNCS + id, null).status()).isEqualTo(404);
        assertThat(scheduler().checkExists(new JobKey(id, "runs"))).isFalse();
        assertThat(log.getAll()).contains("ended after its sync " + id + " was deleted");
    }

    @Test
    @DisplayName("U4-13: a run whose sync was deleted before it wrote anything writes nothing")
    void aRunWhoseSyncWasDeletedBeforeItWroteWritesNothing(CapturedOutput log) {
        operations.folder("early", Map.of("A", "1", "B", "2"));
        String id = synced(manual(service.oneToOne(connection, "/early", "early/{{secretKey}}")));
        service.kms.setSecret(service.project, "dev", "/early", "A", "2");
        service.aws.clearJournal();
        service.aws.inject(Fault.delay(Duration.ofSeconds(2)).operation("ListSecrets"));
        service.api().post(SYNCS + id + "/sync-secrets", null);
        Operations.await(
                () -> "running".equals(operations.sync(id).path("syncStatus").asText()));

        service.api().delete(SYNCS + id);
        Operations.await(this::nothingRuns);

        assertThat(service.aws.count("ListSecrets")).as("it was under way").isPositive();
        assertThat(operations.writes()).isEmpty();
        assertThat(service.aws.value("early/A")).isEqualTo("1");
        assertThat(log.getAll()).doesNotContain("Unexpected failure");
    }

    private String asked(String id) {
        return service.api()
                .post(SYNCS + id + "/sync-secrets", null)
                .at("/secretSync/syncStatus")
                .textValue();
    }

    private boolean nothingRuns() {
        try {
            return scheduler().getCurrentlyExecutingJobs().isEmpty();
        } catch (SchedulerException e) {
            throw new AssertionError(e);
        }
    }

    private Scheduler scheduler() {
        return service.context().getBean(Scheduler.class);
    }

    /** What will try a sync again, null where nothing will. */
    private Trigger retry(String id) throws SchedulerException {
        return scheduler().getTrigger(new TriggerKey(id, "retries"));
    }

    private Instant finished(String id) {
        return Instant.parse(operations.runs(id).path(0).path("finishedAt").textValue());
    }

    /** A sync whose first run has succeeded; its id. */
    private String synced(Map<String, Object> body) {
        String id = service.create(body);
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        return id;
    }
}
