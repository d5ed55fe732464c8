package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.emulator.SecretsManagerEmulator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program that is asked to end, as systemd and Kubernetes do, ends what is under way first. */
class ShutdownTest {
    private static final int SECRETS = 24;
    /** What Java exits with after SIGTERM. */
    private static final int TERMINATED = 143;

    @TempDir
    private Path directory;

    private final Surroundings surroundings = new Surroundings();
    private ApiClient api;

    private Program.Running start() {
        Map<String, String> settings = surroundings.settings();
        settings.put("SECRET_SYNC_FILES", directory.resolve("syncs.yaml").toString());
        settings.put("SHUTDOWN_ACCESS_KEY_ID", SecretsManagerEmulator.ACCESS_KEY_ID);
        settings.put("SHUTDOWN_SECRET_ACCESS_KEY", SecretsManagerEmulator.SECRET_ACCESS_KEY);
        settings.put("SECRET_SYNC_ENCRYPTION_KEY", Base64.getEncoder().encodeToString(new byte[32]));
        String endpoint = surroundings.aws.endpoint().toString();
        settings.put("AWS_ENDPOINT_URL_SECRETS_MANAGER", endpoint);
        settings.put("AWS_ENDPOINT_URL_STS", endpoint);
        settings.put("SECRET_SYNC_PARALLEL_CHANGES", "2");
        settings.put("SECRET_SYNC_DRIFT_INTERVAL", "365d");
        Program.Running program = Program.start(directory.resolve("home"), settings);
        api = ApiClient.login(program.started().base(), Surroundings.CALLER_ID, Surroundings.CALLER_SECRET);
        return program;
    }

    private void writeFile() throws IOException {
        Files.writeString(
                directory.resolve("syncs.yaml"), """
                    connections:
                      - name: aws
                        projectId: %1$s
                        method: access-key
                        credentials:
                          accessKeyId: {env: SHUTDOWN_ACCESS_KEY_ID}
                          secretAccessKey: {env: SHUTDOWN_SECRET_ACCESS_KEY}
                    syncs:
                      - name: app
                        projectId: %1$s
                        connectionName: aws
                        environment: dev
                        secretPath: /app
                        syncOptions: {initialSyncBehavior: overwrite-destination, keySchema: "app/{{secretKey}}"}
                        destinationConfig: {mappingBehavior: one-to-one, region: %2$s}
                    """.formatted(surroundings.project.id(), Surroundings.REGION));
    }

    /** In one transaction, so that one run has all of it. */
    private void change(String value) {
        surroundings.kms.setSecrets(
                surroundings.project,
                "dev",
                "/app",
                IntStream.range(0, SECRETS).boxed().collect(Collectors.toMap(i -> "KEY_" + i, i -> value)));
    }

    /** How many secrets have the value. */
    private long with(String value) {
        return surroundings.aws.secrets().stream()
                .filter(secret -> value.equals(secret.secretString()))
                .count();
    }

    private JsonNode sync() {
        return api.get("/api/v1/secret-syncs?projectId=" + surroundings.project.id())
                .path("secretSyncs")
                .path(0);
    }

    @Test
    void aRunThatIsUnderWayEndsBeforeTheProgramDoes() throws IOException {
        writeFile();
        change("first");
        try (surroundings) {
            try (Program.Running program = start()) {
                Operations.await(
                        () -> with("first") == SECRETS
                                && "succeeded".equals(sync().path("syncStatus").asText()),
                        Program.PATIENCE);
                surroundings.aws.latency(Duration.ofMillis(200));
                change("second");
                Operations.await(() -> with("second") >= 2, Program.PATIENCE);

                Program.Ended ended = program.stop();

                assertThat(ended.exitCode()).isEqualTo(TERMINATED);
                assertThat(ended.complaints()).isEmpty();
            }
            assertThat(with("second")).as("written before it ended").isEqualTo(SECRETS);
            surroundings.aws.clearJournal();
            try (Program.Running again = start()) {
                JsonNode sync = sync();
                assertThat(sync.path("syncStatus").textValue()).isEqualTo("succeeded");
                JsonNode runs = api.get(Operations.SYNCS + sync.path("id").textValue() + "/runs")
                        .path("runs");
                assertThat(runs).noneMatch(run -> run.path("reason").asText().equals("recovery"));
                assertThat(runs.path(0).path("status").textValue()).isEqualTo("succeeded");
                assertThat(again.isAlive()).isTrue();
            }
            assertThat(surroundings.aws.writes()).isEmpty();
            assertThat(surroundings.aws.secrets())
                    .allSatisfy(secret -> assertThat(secret.versions()).hasSize(2));
        }
    }
}
