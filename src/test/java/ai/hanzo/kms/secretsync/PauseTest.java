package ai.hanzo.kms.secretsync;

import static ai.hanzo.kms.secretsync.Operations.SYNCS;
import static ai.hanzo.kms.secretsync.Operations.manual;
import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.devkms.Grant;
import ai.hanzo.kms.secretsync.devkms.Project;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The kill switch: what is paused changes nothing, and loses no request. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PauseTest {
    private static final String PAUSE = "/api/v1/secret-syncs/pause";
    private static final String RESUME = "/api/v1/secret-syncs/resume";
    private static final String PAUSES = "/api/v1/secret-syncs/pauses";

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
        service.aws.latency(Duration.ZERO);
    }

    @Test
    void requestsForAPausedSyncWaitUntilItIsResumed() {
        operations.folder("sync", Map.of("A", "1"));
        String id = created("/sync", "sync/{{secretKey}}");
        String other = created("/sync", "other/{{secretKey}}");
        JsonNode pauses = service.api().post(PAUSE, Map.of("syncId", id, "reason", "moving house"));
        assertThat(pauses.at("/pauses/0/syncId").textValue()).isEqualTo(id);
        assertThat(pauses.at("/pauses/0/reason").textValue()).isEqualTo("moving house");

        service.api().post(SYNCS + id + "/sync-secrets", null);
        assertThat(service.run(other).path("syncStatus").textValue()).isEqualTo("succeeded");

        assertThat(operations.sync(id).path("syncStatus").textValue()).isEqualTo("pending");
        assertThat(operations.sync(id).path("warnings").toString()).contains("Paused since", "moving house");
        assertThat(service.aws.secret("sync/A")).isEmpty();
        assertThat(operations.runs(id)).isEmpty();

        assertThat(service.api().post(RESUME, Map.of("syncId", id)).path("pauses"))
                .isEmpty();
        assertThat(operations.await(id, "syncStatus").path("syncStatus").textValue())
                .isEqualTo("succeeded");
        assertThat(service.aws.value("sync/A")).isEqualTo("1");
        assertThat(operations.runs(id)).as("asked once, run once").hasSize(1);
    }

    @Test
    void aRunUnderWayMakesNoFurtherChange() {
        Map<String, String> many = new LinkedHashMap<>();
        for (int i = 0; i < 60; i++) {
            many.put("K" + i, "value");
        }
        operations.folder("under-way", many);
        String id = created("/under-way", "under-way/{{secretKey}}");
        service.aws.latency(Duration.ofMillis(500));
        service.api().post(SYNCS + id + "/sync-secrets", null);
        Operations.await(() -> service.aws.count("CreateSecret") > 0);

        service.api().post(PAUSE, Map.of("syncId", id));

        Operations.await(
                () -> operations.runs(id).path(0).path("status").asText().equals("failed"));
        assertThat(written("under-way/")).isLessThan(60);
        assertThat(operations.lastRun(id).path("message").textValue()).contains("was paused");

        service.aws.latency(Duration.ZERO);
        service.api().post(RESUME, Map.of("syncId", id));
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(written("under-way/")).isEqualTo(60);
    }

    @Test
    void aConnectionAndEverythingPauseWhatTheyAreAbout() {
        operations.folder("all", Map.of("A", "1"));
        String first = created("/all", "all-1/{{secretKey}}");
        String second = created("/all", "all-2/{{secretKey}}");
        for (Map<String, Object> target :
                List.<Map<String, Object>>of(Map.of("connectionId", connection), Map.of("everything", true))) {
            service.api().post(PAUSE, target);
            service.api().post(SYNCS + first + "/sync-secrets", null);
            service.api().post(SYNCS + second + "/remove-secrets", null);

            assertThat(operations.sync(first).path("warnings").toString()).contains("Paused since");
            assertThat(operations.sync(first).path("syncStatus").textValue()).isEqualTo("pending");
            assertThat(operations.sync(second).path("removeStatus").textValue()).isEqualTo("pending");

            service.api().post(RESUME, target);
            operations.await(first, "syncStatus");
            operations.await(second, "removeStatus");
        }
        assertThat(service.api().get(PAUSES).path("pauses")).isEmpty();
    }

    @Test
    void onlyWhoMayUseEveryProjectWithASyncMayPauseEverything() {
        created("/", "mine/{{secretKey}}");
        Project other = service.kms.addProject(service.organization, "Other", "other", "dev");
        service.kms.addIdentity("pause-other", "pause-other-secret", Grant.write(other));
        service.regrant(Grant.write(service.project), Grant.write(other));
        ApiClient stranger = ApiClient.login(service.base(), "pause-other", "pause-other-secret");
        String id = created("/", "theirs/{{secretKey}}");

        assertThat(stranger.send("POST", PAUSE, Map.of("everything", true)).status())
                .isEqualTo(403);
        assertThat(stranger.send("POST", PAUSE, Map.of("syncId", id)).status()).isEqualTo(404);
        assertThat(stranger.send("POST", PAUSE, Map.of("connectionId", connection))
                        .status())
                .isEqualTo(404);
        service.api().post(PAUSE, Map.of("syncId", id));
        assertThat(stranger.get(PAUSES).path("pauses")).isEmpty();
        service.api().post(RESUME, Map.of("syncId", id));
    }

    @Test
    void exactlyOneTargetIsGiven() {
        for (Map<String, Object> body : List.<Map<String, Object>>of(
                Map.of(), Map.of("everything", false), Map.of("everything", true, "connectionId", connection))) {
            ApiClient.Answer answer = service.api().send("POST", PAUSE, body);
            assertThat(answer.status()).as(body.toString()).isEqualTo(422);
            assertThat(answer.text()).contains("Give exactly one of syncId, connectionId, or everything: true");
        }
    }

    private long written(String prefix) {
        return service.aws.secrets().stream()
                .filter(secret -> secret.name().startsWith(prefix))
                .count();
    }

    private String created(String path, String keySchema) {
        return service.create(manual(service.oneToOne(connection, path, keySchema)));
    }
}
