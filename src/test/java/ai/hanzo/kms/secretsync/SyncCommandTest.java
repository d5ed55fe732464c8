package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.emulator.Fault;
import ai.hanzo.kms.secretsync.emulator.SecretsManagerEmulator;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The real program, syncing once as a CI job has it do. */
class SyncCommandTest {
    private static final String VALUE = "Marked-Value-Of-The-Secret";

    @TempDir
    private Path directory;

    private final Map<String, String> more = new HashMap<>();

    private Program.Ended sync(Surroundings world, String... arguments) {
        Program.Ended ended = start(world, arguments).ended();
        assertThat(ended.text()).doesNotContain(VALUE, SecretsManagerEmulator.SECRET_ACCESS_KEY);
        return ended;
    }

    private Program.Running start(Surroundings world, String... arguments) {
        return Program.start(directory.resolve("home"), settings(world), once(arguments));
    }

    private static String[] once(String... arguments) {
        return Stream.concat(Stream.of("sync", "--once"), Stream.of(arguments)).toArray(String[]::new);
    }

    private Map<String, String> settings(Surroundings world) {
        Map<String, String> settings = new HashMap<>();
        String aws = world.aws.endpoint().toString();
        settings.put("KMS_BASE_URL", world.kms.baseUrl().toString());
        settings.put("KMS_CLIENT_ID", RunningService.CLIENT_ID);
        settings.put("KMS_CLIENT_SECRET", RunningService.CLIENT_SECRET);
        settings.put("AWS_ENDPOINT_URL_SECRETS_MANAGER", aws);
        settings.put("AWS_ENDPOINT_URL_STS", aws);
        settings.put("SECRET_SYNC_FILES", directory.resolve("*.yaml").toString());
        settings.put("FILES_TEST_ACCESS_KEY_ID", SecretsManagerEmulator.ACCESS_KEY_ID);
        settings.put("FILES_TEST_SECRET_ACCESS_KEY", SecretsManagerEmulator.SECRET_ACCESS_KEY);
        settings.put("SECRET_SYNC_ENCRYPTION_KEY", Base64.getEncoder().encodeToString(new byte[32]));
        settings.putAll(more);
        return settings;
    }

    private void write(Surroundings world, String... syncs) throws IOException {
        StringBuilder text = new StringBuilder("""
            connections:
              - name: files
                projectId: %s
                method: access-key
                credentials:
                  accessKeyId: {env: FILES_TEST_ACCESS_KEY_ID}
                  secretAccessKey: {env: FILES_TEST_SECRET_ACCESS_KEY}
            syncs:
            """.formatted(world.project.id()));
        for (String sync : syncs) {
            text.append("""
                  - name: %1$s
                    projectId: %2$s
                    connectionName: files
                    environment: dev
                    secretPath: /%1$s
                    syncOptions: {initialSyncBehavior: overwrite-destination, keySchema: "%1$s/{{secretKey}}"}
                    destinationConfig: {mappingBehavior: one-to-one, region: %3$s}
                """.formatted(sync, world.project.id(), RunningService.REGION));
            world.kms.setSecrets(world.project, "dev", "/" + sync, Map.of("A", VALUE));
        }
        Files.writeString(directory.resolve("syncs.yaml"), text);
    }

    private static void assertEnded(Program.Ended ended, int exitCode, String... texts) {
        assertThat(ended.exitCode()).as(ended.text()).isEqualTo(exitCode);
        assertThat(ended.text().replaceAll(" +", " ")).contains(texts);
    }

    @Test
    void theExitCodeSaysWhetherSomethingIsToDoWasDoneOrFailed() throws IOException {
        try (RunningService world = RunningService.start(directory.resolve("service"))) {
            write(world, "shop", "web");

            // Twice, for nothing is kept of it.
            for (int i = 0; i < 2; i++) {
                assertEnded(
                        sync(world, "--dry-run"),
                        2,
                        "The sync \"shop\" would be stored",
                        "create shop/A",
                        "SYNC STATUS TO CREATE TO UPDATE TO DELETE",
                        "shop changes 1 0 0 0 0",
                        "web changes 1 0 0 0 0");
            }
            assertThat(world.aws.writes()).isEmpty();

            assertEnded(sync(world, "--sync", "shop"), 0, "shop: succeeded", "shop succeeded 1 0 0 0 0");
            assertThat(world.aws.value("shop/A")).isEqualTo(VALUE);
            assertThat(world.aws.secret("web/A"))
                    .as("only the one that was named")
                    .isEmpty();

            assertEnded(sync(world), 0, "shop succeeded 0 0 0 0 0", "web succeeded 1 0 0 0 0");
            world.aws.clearJournal();
            assertEnded(sync(world, "--dry-run"), 0, "shop unchanged", "web unchanged");
            assertEnded(sync(world), 0, "shop succeeded 0 0 0 0 0");
            assertThat(world.aws.writes()).as("what is right is left alone").isEmpty();

            world.kms.setSecret(world.project, "dev", "/shop", "A", VALUE + "-2");
            world.kms.setSecret(world.project, "dev", "/shop", "B", VALUE);
            assertEnded(
                    sync(world, "--dry-run", "--sync", "shop"),
                    2,
                    "update shop/A",
                    "create shop/B",
                    "shop changes 1 1 0 0 0");
            assertThat(world.aws.writes()).isEmpty();

            assertEnded(sync(world, "--sync", "shpo"), 64, "There is no sync \"shpo\". There are: shop, web.");

            world.aws.inject(
                    Fault.of(Fault.Kind.ACCESS_DENIED).operation("CreateSecret").times(10));
            assertEnded(sync(world), 1, "shop failed 0 1 0 1 0", "web succeeded");
        }
    }

    @Test
    void mistakesInFilesAreToldAndNothingIsDone() throws IOException {
        try (RunningService world = RunningService.start(directory.resolve("service"))) {
            write(world, "shop");
            Path file = directory.resolve("syncs.yaml");
            Files.writeString(file, Files.readString(file).replace("one-to-one", "one-to-two"));

            for (String option : List.of("--dry-run", "--sync=shop")) {
                assertEnded(sync(world, option), 1, "syncs[0].destinationConfig.mappingBehavior", "Nothing was done.");
            }
            assertThat(world.aws.journal()).isEmpty();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void onATerminalItShowsHowFarItIsWithinASync() throws IOException {
        try (Surroundings world = new Surroundings()) {
            write(world, "shop");
            IntStream.range(1, 30).forEach(i -> world.kms.setSecret(world.project, "dev", "/shop", "S" + i, VALUE));
            more.put("SECRET_SYNC_PARALLEL_CHANGES", "2");
            world.aws.latency(Duration.ofMillis(200));

            Program.Ended ended = Program.startOnTerminal(directory.resolve("home"), settings(world), once())
                    .ended();

            assertEnded(ended, 0, "30 of 30 changes, 1 of 1 syncs", "SYNC STATUS CREATED", "shop succeeded 30");
            assertThat(ended.lines()).first().asString().isEqualTo("Starting ...");
            assertThat(ended.text())
                    .as("in between")
                    .containsPattern("[1-9]\\d? of 30 changes, 0 of 1 syncs")
                    .doesNotContain(VALUE);
        }
    }

    @Test
    void killedInTheMiddleItContinuesTheNextTime() throws IOException {
        int secrets = 30;
        try (Surroundings world = new Surroundings()) {
            write(world, "shop");
            IntStream.range(0, secrets)
                    .forEach(i -> world.kms.setSecret(world.project, "dev", "/shop", "S" + i, VALUE));
            more.put("SECRET_SYNC_PARALLEL_CHANGES", "2");
            world.aws.latency(Duration.ofMillis(200));
            try (Program.Running killed = start(world)) {
                Operations.await(() -> world.aws.secrets().size() >= 5, Program.PATIENCE);
                killed.kill();
            }
            assertThat(world.aws.secrets()).as("not all of them yet").hasSizeLessThan(secrets);
            world.aws.latency(Duration.ZERO);

            assertEnded(sync(world), 0, "shop succeeded");

            assertThat(world.aws.secrets())
                    .hasSize(secrets + 1)
                    .allSatisfy(secret -> assertThat(secret.versions()).hasSize(1));
        }
    }

    @Test
    void besideAServiceOnPostgresEitherRunsItAndOnlyOnce() throws IOException {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
            more.put("SPRING_DATASOURCE_URL", "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/postgres");
            more.put("SPRING_DATASOURCE_USERNAME", "postgres");
            Map<String, String> settings = new HashMap<>(more);
            settings.put("SECRET_SYNC_ENCRYPTION_KEY", Base64.getEncoder().encodeToString(new byte[32]));
            try (RunningService service = RunningService.start(directory.resolve("service"), settings)) {
                write(service, "shop", "web");
                service.aws.clearJournal();

                assertEnded(sync(service, "--dry-run"), 2, "create shop/A");
                JdbcClient sql = service.context().getBean(JdbcClient.class);
                assertThat(sql.sql("select count(*) from secret_sync")
                                .query(Integer.class)
                                .single())
                        .isZero();
                assertThat(service.aws.writes()).isEmpty();

                assertEnded(sync(service), 0, "shop succeeded", "web succeeded");

                assertThat(service.aws.writes())
                        .extracting(call -> call.operation())
                        .containsOnly("CreateSecret");
                assertThat(service.aws.writes()).hasSize(2);
                assertThat(sql.sql("select distinct actor from audit_entry where event = 'request-sync-secrets'")
                                .query(String.class)
                                .list())
                        .containsExactly("command");
                assertThat(sql.sql("select count(*) from sync_run where status = 'running'")
                                .query(Integer.class)
                                .single())
                        .isZero();

                service.api().post("/api/v1/secret-syncs/pause", Map.of("everything", true));
                assertEnded(sync(service, "--sync", "web"), 1, "web paused");
            }
        }
    }
}
