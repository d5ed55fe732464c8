package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.emulator.Call;
import ai.hanzo.kms.secretsync.emulator.Fault;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
