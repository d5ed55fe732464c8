package ai.hanzo.kms.secretsync;

import static ai.hanzo.kms.secretsync.Operations.SYNCS;
import static ai.hanzo.kms.secretsync.Operations.manual;
import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.emulator.ForeignSecret;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What somebody changes at the destination is found, though the source stays as it is. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DriftTest {
    private RunningService service;
    private Operations operations;
    private String connection;

    @BeforeAll
    void start(@TempDir Path directory) {
        service = RunningService.start(
                directory, Map.of("SECRET_SYNC_DRIFT_INTERVAL", "2s", "SECRET_SYNC_POLL_INTERVAL", "1h"));
        operations = new Operations(service);
        connection = service.connection();
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    @DisplayName("U4-21: differs: drift is found, and corrected or told (promise 6)")
    void whatWasChangedOrVanishedIsCorrectedAndTheRecordSaysWhy() {
        operations.folder("drift", Map.of("VALUE", "1", "TAGS", "1", "GONE", "1"));
        Map<String, Object> body = service.oneToOne(connection, "/drift", "drift/{{secretKey}}");
        RunningService.options(body).put("tags", List.of(Map.of("key", "team", "value", "shop")));
        String id = synced(body);

        service.aws.putForeign("drift/VALUE", "theirs");
        service.aws.putForeign(ForeignSecret.named("drift/TAGS").tag("team", "theirs"));
        service.aws.deleteForeign("drift/GONE");

        Operations.await(() -> "1".equals(service.aws.value("drift/VALUE"))
                && "shop".equals(operations.secret("drift/TAGS").tags().get("team"))
                && service.aws.secret("drift/GONE").isPresent());
        Operations.await(() -> outcomeOfDrift(id, "drift/VALUE") != null);
        assertThat(outcomeOfDrift(id, "drift/VALUE").path("message").textValue())
                .isEqualTo("It was changed at the destination");
    }

    @Test
    void aSyncThatReportsDriftLeavesItUntilItIsAskedToRun() {
        operations.folder("report", Map.of("A", "1"));
        Map<String, Object> body = service.oneToOne(connection, "/report", "report/{{secretKey}}");
        RunningService.options(body).put("driftBehavior", "report");
        String id = synced(body);
        assertThat(operations.sync(id).at("/syncOptions/driftBehavior").textValue())
                .isEqualTo("report");

        service.aws.putForeign("report/A", "theirs");

        Operations.await(() -> outcomeOfDrift(id, "report/A") != null);
        JsonNode told = outcomeOfDrift(id, "report/A");
        assertThat(told.path("result").textValue()).isEqualTo("skipped");
        assertThat(told.path("errorCode").textValue()).isEqualTo("DRIFT");
        assertThat(told.path("message").textValue()).isEqualTo("It was changed at the destination");
        assertThat(service.aws.value("report/A")).isEqualTo("theirs");

        service.api().post(SYNCS + id + "/sync-secrets", null);
        Operations.await(() -> "1".equals(service.aws.value("report/A")));
    }

    @Test
    void whatACheckThatOnlyReportsSawOfTheSourceIsStillNews() {
        operations.folder("news", Map.of("A", "1"));
        Map<String, Object> body = service.oneToOne(connection, "/news", "news/{{secretKey}}");
        RunningService.options(body).put("driftBehavior", "report");
        String id = synced(body);

        service.kms.setSecret(service.project, "dev", "/news", "A", "2");
        Operations.await(() -> outcomeOfDrift(id, "news/A") != null);
        assertThat(service.aws.value("news/A")).isEqualTo("1");

        service.restart(Map.of("SECRET_SYNC_POLL_INTERVAL", "1s"));
        Operations.await(() -> "2".equals(service.aws.value("news/A")));
        service.restart(Map.of("SECRET_SYNC_POLL_INTERVAL", "1h"));
    }

    @Test
    void aSyncThatIsNotAutomaticIsNotLookedAt() {
        operations.folder("manual", Map.of("A", "1"));
        operations.folder("follows", Map.of("A", "1"));
        String id = service.create(manual(service.oneToOne(connection, "/manual", "manual/{{secretKey}}")));
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        String other = synced(service.oneToOne(connection, "/follows", "follows/{{secretKey}}"));

        service.aws.putForeign("manual/A", "theirs");
        service.aws.putForeign("follows/A", "theirs");

        Operations.await(() -> outcomeOfDrift(other, "follows/A") != null);
        assertThat(service.aws.value("manual/A")).isEqualTo("theirs");
        assertThat(operations.runs(id)).hasSize(1);
    }

    @Test
    void aCheckThatFindsNothingReadsNoValueAndDoesNotFillTheRecord() {
        operations.folder("quiet", Map.of("A", "1"));
        String id = synced(service.oneToOne(connection, "/quiet", "quiet/{{secretKey}}"));

        Operations.await(() -> latest(id).path("reason").asText().equals("drift"));
        String check = latest(id).path("id").textValue();
        Operations.await(() -> !latest(id).path("id").asText().equals(check));

        assertThat(operations.runs(id))
                .extracting(run -> run.path("reason").textValue())
                .containsExactly("drift", "configured");
        assertThat(service.aws.journal())
                .filteredOn(call -> "quiet/A".equals(call.secretName()))
                .extracting(call -> call.operation())
                .containsExactly("CreateSecret");
    }

    @Test
    void aBehaviourThatThereIsNotIsRefused() {
        Map<String, Object> body = service.oneToOne(connection, "/", "x/{{secretKey}}");
        RunningService.options(body).put("driftBehavior", "ignore");

        ApiClient.Answer answer = service.api().send("POST", "/api/v1/secret-syncs/aws-secrets-manager", body);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().at("/message/0/path").toString()).isEqualTo("[\"syncOptions\",\"driftBehavior\"]");
    }

    private String synced(Map<String, Object> body) {
        String id = service.create(body);
        Operations.await(() -> latest(id).path("status").asText().equals("succeeded"));
        return id;
    }

    private JsonNode latest(String id) {
        return operations.runs(id).path(0);
    }

    /** What the latest drift check that had something to say said of a secret, null where none did. */
    private JsonNode outcomeOfDrift(String id, String name) {
        for (JsonNode run : operations.runs(id)) {
            if (run.path("reason").asText().equals("drift")) {
                JsonNode outcomes = service.api()
                        .get(SYNCS + id + "/runs/" + run.path("id").textValue())
                        .at("/run/outcomes");
                for (JsonNode outcome : outcomes) {
                    if (outcome.path("name").asText().equals(name)) {
                        return outcome;
                    }
                }
            }
        }
        return null;
    }
}
