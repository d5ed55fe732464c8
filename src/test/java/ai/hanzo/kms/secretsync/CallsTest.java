package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.emulator.Call;
import ai.hanzo.kms.secretsync.emulator.Fault;
import ai.hanzo.kms.secretsync.emulator.ForeignSecret;
import ai.hanzo.kms.secretsync.runs.RunReason;
import ai.hanzo.kms.secretsync.runs.Runs;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** How often AWS is called, and what a list that is behind may not lead to. Counted by the emulator's journal. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CallsTest {
    private static final int MANY = 1000;

    private RunningService service;
    private String connection;

    @BeforeAll
    void start(@TempDir Path directory) {
        service = RunningService.start(directory);
        connection = service.connection();
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @AfterEach
    void aListThatIsUpToDate() {
        service.aws.listLag(Duration.ZERO);
        service.aws.clearFaults();
    }

    @Test
    @DisplayName("U3.2-25: differs: it costs one call for a hundred secrets (promise 5)")
    void aThousandSecretsThatAreRightCostTwelveCallsAtMostAndNoValueIsRead() {
        Map<String, String> secrets = new HashMap<>();
        for (int i = 0; i < MANY; i++) {
            secrets.put("KEY_" + i, "value-" + i);
        }
        String id = synced("many", secrets);
        assertThat(service.aws.count("CreateSecret")).isEqualTo(MANY);

        service.aws.clearJournal();
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");

        assertThat(calls()).hasSizeLessThanOrEqualTo(12).containsOnly("ListSecrets");
    }

    @Test
    @DisplayName("U3.2-6: differs: only what is about to be changed is described (promise 5)")
    void oneChangeAmongManyIsOneWrite() {
        String id = synced("change", Map.of("A", "1", "B", "2", "C", "3"));

        service.kms.setSecret(service.project, "dev", "/change", "B", "two");
        service.aws.clearJournal();
        service.run(id);

        assertThat(calls()).containsExactly("ListSecrets", "DescribeSecret", "UpdateSecret");
        assertThat(service.aws.value("change/B")).isEqualTo("two");
    }

    @Test
    @DisplayName("U5.1-8: a list that is behind leads to nothing wrong")
    void aListFiveMinutesBehindNeitherCreatesNorDeletesWhatItDoesNotShow() {
        service.aws.listLag(Duration.ofMinutes(5));
        String id = synced("stale", Map.of("A", "1", "B", "2"));
        service.kms.deleteSecret(service.project, "dev", "/stale", "B");
        service.kms.setSecret(service.project, "dev", "/stale", "C", "3");
        service.aws.clearJournal();

        JsonNode sync = service.run(id);

        assertThat(sync.path("lastSyncMessage").textValue()).isNull();
        assertThat(sync.path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(service.aws.writes().stream().map(Call::operation))
                .containsExactlyInAnyOrder("CreateSecret", "DeleteSecret");
        assertThat(service.aws.secret("stale/B").orElseThrow().isDeleted()).isTrue();
        assertThat(service.aws.value("stale/A")).isEqualTo("1");
        assertThat(service.aws.value("stale/C")).isEqualTo("3");
    }

    @Test
    void aWriteWhoseAnswerIsLostMakesOneVersion() {
        service.aws.inject(
                Fault.of(Fault.Kind.DROP_AFTER).operation("CreateSecret").times(1));

        String id = synced("lost", Map.of("A", "1"));

        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(service.aws.secret("lost/A").orElseThrow().versions()).hasSize(1);
    }

    @Test
    void backAndForthAtTheSourceGivesTheRightValueEachTime() {
        String id = synced("again", Map.of("A", "first"));

        for (String value : List.of("second", "first", "second", "first")) {
            service.kms.setSecret(service.project, "dev", "/again", "A", value);
            service.run(id);
            assertThat(service.aws.value("again/A")).isEqualTo(value);
        }
        assertThat(service.aws.secret("again/A").orElseThrow().versions()).hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    @DisplayName("U3.2-6: differs: only what is about to be changed is looked at (promise 5)")
    void oneChangeThatTheSourceTellsOfIsOneLookAndOneWrite() {
        String id = synced("told", Map.of("A", "1", "B", "2", "C", "3"));

        service.kms.setSecret(service.project, "dev", "/told", "B", "two");
        changed(id);

        assertThat(calls()).containsExactly("DescribeSecret", "UpdateSecret");
        assertThat(service.aws.value("told/B")).isEqualTo("two");
    }

    @Test
    void changesThatTheSourceTellsOfCostAsManyLooksAndWrites() {
        Map<String, String> secrets = new HashMap<>();
        for (int i = 0; i < 30; i++) {
            secrets.put("KEY_" + i, "value-" + i);
        }
        String id = synced("several", secrets);

        for (int i = 0; i < 10; i++) {
            service.kms.setSecret(service.project, "dev", "/several", "KEY_" + i, "changed");
        }
        service.kms.setSecret(service.project, "dev", "/several", "NEW", "new");
        service.kms.deleteSecret(service.project, "dev", "/several", "KEY_29");
        service.kms.deleteSecret(service.project, "dev", "/several", "KEY_28");
        changed(id);

        assertThat(count())
                .isEqualTo(Map.of("DescribeSecret", 12L, "UpdateSecret", 10L, "CreateSecret", 1L, "DeleteSecret", 2L));

        service.kms.setSecret(service.project, "dev", "/several", "KEY_29", "value-29");
        changed(id);

        assertThat(count())
                .as("what comes back is looked at before it is planned, before it is restored, and after that")
                .isEqualTo(Map.of("DescribeSecret", 3L, "RestoreSecret", 1L));
        assertThat(service.aws.value("several/KEY_29")).isEqualTo("value-29");
    }

    @Test
    void nothingIsAskedOfAwsWhereTheSourceChangedToWhatIsThere() {
        String id = synced("same", Map.of("A", "1"));

        service.kms.setSecret(service.project, "dev", "/same", "A", "1");
        changed(id);

        assertThat(calls()).isEmpty();
    }

    @Test
    void whatIsNotAsTheJournalHasItIsPlannedAnew() {
        String id = synced("drifted", Map.of("A", "1", "B", "2", "C", "3", "D", "4", "E", "5"));
        service.aws.putForeign("drifted/A", "somebody's");
        service.aws.putForeign("drifted/B", "two");
        service.aws.putForeign(ForeignSecret.named("drifted/C").deleted(Duration.ofDays(7)));
        service.aws.putForeign("drifted/NEW", "new");
        service.aws.deleteForeign("drifted/E");

        service.kms.setSecrets(
                service.project, "dev", "/drifted", Map.of("A", "one", "B", "two", "C", "three", "NEW", "new"));
        service.kms.deleteSecret(service.project, "dev", "/drifted", "E");
        JsonNode sync = changed(id);

        assertThat(sync.path("lastSyncMessage").textValue()).isNull();
        assertThat(sync.path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(service.aws.value("drifted/A")).isEqualTo("one");
        assertThat(service.aws.value("drifted/B")).isEqualTo("two");
        assertThat(service.aws.secret("drifted/B").orElseThrow().versions())
                .as("somebody has put the same value there already")
                .hasSize(2);
        assertThat(service.aws.value("drifted/C")).isEqualTo("three");
        assertThat(service.aws.value("drifted/NEW")).isEqualTo("new");
        assertThat(count()).doesNotContainKeys("ListSecrets", "DeleteSecret");
        assertThat(service.aws.secret("drifted/E")).isEmpty();
    }

    @Test
    void everythingIsLookedAtWhereTheJournalMayNotSuffice() {
        String id = synced("full", Map.of("A", "1", "B", "2"));
        service.kms.setSecret(service.project, "dev", "/full", "A", "one");

        service.aws.clearJournal();
        service.run(id);
        assertThat(calls()).as("asked by hand").contains("ListSecrets");

        Map<String, Object> options = new HashMap<>(Map.of(
                "initialSyncBehavior", "overwrite-destination",
                "keySchema", "full/{{secretKey}}",
                "disableSecretDeletion", true));
        service.api().patch(Operations.SYNCS + id, Map.of("syncOptions", options));
        changed(id);
        assertThat(calls()).as("with other options").containsExactly("ListSecrets");
        changed(id);
        assertThat(calls()).as("and then no more").isEmpty();

        service.aws.inject(
                Fault.of(Fault.Kind.ACCESS_DENIED).operation("UpdateSecret").times(1));
        service.kms.setSecret(service.project, "dev", "/full", "A", "three");
        assertThat(changed(id).path("syncStatus").textValue()).isEqualTo("failed");
        assertThat(calls()).doesNotContain("ListSecrets");
        changed(id);
        assertThat(calls()).as("after a failure").contains("ListSecrets");

        service.api().post(Operations.SYNCS + id + "/remove-secrets", null);
        new Operations(service).await(id, "removeStatus");
        assertThat(changed(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(calls()).as("after a removal").contains("ListSecrets", "RestoreSecret");
    }

    @Test
    void aChangeOfTheSourceDoesNotTakeThePlaceOfWhatSomebodyAskedFor() {
        String id = synced("both", Map.of("A", "1"));
        service.aws.clearJournal();

        service.api().post("/api/v1/secret-syncs/pause", Map.of("syncId", id));
        service.api().post(Operations.SYNCS + id + "/sync-secrets", null);
        request(id);
        service.api().post("/api/v1/secret-syncs/resume", Map.of("syncId", id));
        service.api().awaitSync(id, RunningService.PATIENCE);

        assertThat(calls()).containsExactly("ListSecrets");
    }

    /** As where the source has changed; the sync after the run. */
    private JsonNode changed(String id) {
        service.aws.clearJournal();
        request(id);
        return service.api().awaitSync(id, RunningService.PATIENCE);
    }

    private void request(String id) {
        service.context().getBean(Runs.class).request(UUID.fromString(id), RunReason.CHANGE);
    }

    private Map<String, Long> count() {
        return calls().stream().collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }

    /** A sync of a folder of that name, to names that begin with it, by hand only; its first run is over. Its id. */
    private String synced(String name, Map<String, String> secrets) {
        service.kms.addFolder(service.project, "dev", "/" + name);
        service.kms.setSecrets(service.project, "dev", "/" + name, secrets);
        service.aws.clearJournal();
        Map<String, Object> sync = service.oneToOne(connection, "/" + name, name + "/{{secretKey}}");
        sync.put("isAutoSyncEnabled", false);
        String id = service.create(sync);
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        return id;
    }

    private List<String> calls() {
        return service.aws.journal().stream().map(Call::operation).toList();
    }
}
