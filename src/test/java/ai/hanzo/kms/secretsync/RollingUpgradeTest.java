package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.emulator.SecretsManagerEmulator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An earlier version, whose jar {@code -Dupgrade.from} names, and this one on one PostgreSQL: the new one starts beside the old
 * one, takes over, is taken back, and is started once more. Every change is one version of each secret, whoever carries it out.
 *
 * <p>{@code .ci/upgrade} builds the jar and runs this.
 */
@Tag("upgrade")
class RollingUpgradeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(180);
    private static final int SOURCES = 8;
    private static final int SYNCS = 24;
    /** After which each of two instances has certainly had a run, if it takes part at all. */
    private static final int MOST_CHANGES = 20;

    private static final String SYNC_PATH = "/api/v1/secret-syncs/aws-secrets-manager";
    private static final String CONNECTION_PATH = "/api/v1/app-connections/aws";
    /** The earlier version may not know of files, nor say by itself where it listens. */
    private static final Map<String, String> SETTINGS =
            Map.of("SECRET_SYNC_FILES", "", "LOGGING_LEVEL_ORG_SPRINGFRAMEWORK_BOOT_WEB_EMBEDDED_TOMCAT", "info");

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    private Cluster cluster;
    private int changes;

    @Test
    void theNewVersionStartsBesideTheOldOneAndEitherCanGoOnAlone() throws IOException {
        Path jar = Path.of(System.getProperty("upgrade.from"));
        assertThat(jar).isRegularFile();
        try (Cluster both = new Cluster(directory, SOURCES, SYNCS)) {
            cluster = both;
            Program.Running old = cluster.startJar("old", jar, SETTINGS).started();
            makeSyncs(old.base());
            changes++;
            arrives("first");
            int migrations = migrations();

            Program.Running one = cluster.start("new", SETTINGS).started();
            assertThat(migrations()).isGreaterThanOrEqualTo(migrations);
            changeUntilBothRan(old, one);
            assertThat(all(old.base())).isEqualTo(all(one.base())).hasSize(SYNCS);
            assertThat(complaints(old.stop()))
                    .as("the old one beside the new one")
                    .isEmpty();
            change();
            assertThat(complaints(one.stop())).as("the new one, alone too").isEmpty();

            Program.Running back = cluster.startJar("back", jar, SETTINGS).started();
            change();
            Program.Running again = cluster.start("again", SETTINGS).started();
            changeUntilBothRan(back, again);
            assertThat(complaints(back.stop()))
                    .as("the old one on the new one's database")
                    .isEmpty();
            change();
            assertThat(complaints(again.stop())).as("the new one again").isEmpty();

            assertThat(cluster.database()
                            .sql("select count(*) from sync_run where status <> 'succeeded'")
                            .query(Integer.class)
                            .single())
                    .as("runs that did not succeed")
                    .isZero();
            Program.Ended verified = cluster.run("verify", SETTINGS, "audit", "verify");
            assertThat(verified.exitCode()).as(verified.text()).isZero();
        }
    }

    private int migrations() {
        return cluster.database()
                .sql("select count(*) from flyway_schema_history where success")
                .query(Integer.class)
                .single();
    }

    private void changeUntilBothRan(Program.Running one, Program.Running other) {
        long runsOfOne = runs(one);
        long runsOfOther = runs(other);
        for (int i = 0; i < MOST_CHANGES && (runs(one) == runsOfOne || runs(other) == runsOfOther); i++) {
            change();
        }
        assertThat(runs(one)).as("runs of the one").isGreaterThan(runsOfOne);
        assertThat(runs(other)).as("runs of the other").isGreaterThan(runsOfOther);
    }

    private static long runs(Program.Running instance) {
        return instance.lines().stream()
                .filter(line -> line.contains("Run ") && line.contains(" succeeded: "))
                .count();
    }

    private void change() {
        changes++;
        cluster.change("change-" + changes);
        arrives("change-" + changes);
    }

    /** Until it is everywhere and every run has ended, with one version more than before. */
    private void arrives(String value) {
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(() -> assertThat(cluster.without(value)).isEmpty());
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> cluster.database()
                                .sql("select count(*) from sync_state where sync_status is distinct from 'succeeded'")
                                .query(Integer.class)
                                .single()
                        == 0);
        assertThat(cluster.versions()).as(value).containsOnlyKeys(changes);
    }

    /**
     * Without two warnings that mean no harm: Flyway's of a database that is newer than the program, and Quartz's of a run that
     * another instance has just taken, as long as one of the two does not yet look for runs under a lock.
     */
    private static List<String> complaints(Program.Ended ended) {
        return ended.complaints().stream()
                .filter(line -> !line.contains("newer than the latest available migration"))
                .filter(line -> !line.contains("returned null on nextFireTime and yet still exists in DB"))
                .toList();
    }

    /** Through the API of the earlier version, whose answers need not be as the contract says now. */
    private void makeSyncs(URI old) throws IOException {
        String token = login(old);
        String connection = ask(
                        old,
                        "POST",
                        CONNECTION_PATH,
                        token,
                        Map.of(
                                "name",
                                "shared",
                                "method",
                                "access-key",
                                "projectId",
                                cluster.project.id(),
                                "credentials",
                                Map.of(
                                        "accessKeyId", SecretsManagerEmulator.ACCESS_KEY_ID,
                                        "secretAccessKey", SecretsManagerEmulator.SECRET_ACCESS_KEY)))
                .at("/appConnection/id")
                .textValue();
        for (int sync = 0; sync < SYNCS; sync++) {
            ask(
                    old,
                    "POST",
                    SYNC_PATH,
                    token,
                    Map.of(
                            "name",
                            "sync-" + sync,
                            "projectId",
                            cluster.project.id(),
                            "connectionId",
                            connection,
                            "environment",
                            "dev",
                            "secretPath",
                            "/source-" + sync % SOURCES,
                            "syncOptions",
                            Map.of(
                                    "initialSyncBehavior",
                                    "overwrite-destination",
                                    "keySchema",
                                    sync + "/{{secretKey}}"),
                            "destinationConfig",
                            Map.of("mappingBehavior", "one-to-one", "region", Surroundings.REGION)));
        }
    }

    /** Names of the syncs, in the order of the answer. */
    private List<String> all(URI base) throws IOException {
        String token = login(base);
        List<String> names = new ArrayList<>();
        ask(base, "GET", "/api/v1/secret-syncs?projectId=" + cluster.project.id(), token, null)
                .path("secretSyncs")
                .forEach(sync -> names.add(sync.path("name").textValue()));
        return names;
    }

    private static String login(URI base) throws IOException {
        return ask(
                        base,
                        "POST",
                        "/api/v1/auth/universal-auth/login",
                        null,
                        Map.of("clientId", Surroundings.CALLER_ID, "clientSecret", Surroundings.CALLER_SECRET))
                .path("accessToken")
                .textValue();
    }

    private static JsonNode ask(URI base, String verb, String path, String token, Object body) throws IOException {
        List<String> headers = new ArrayList<>(List.of("Content-Type: application/json"));
        if (token != null) {
            headers.add("Authorization: Bearer " + token);
        }
        byte[] bytes = body == null ? null : JSON.writeValueAsString(body).getBytes(StandardCharsets.UTF_8);
        RawHttp.Response answer = new RawHttp(base).send(new RawHttp.Request(verb, path, headers, bytes));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }
}
