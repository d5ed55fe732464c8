package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whoever sets something wrong reads one line that names it. Each case starts the real program in a JVM of its own, as an
 * operator would: with environment variables and nothing else.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StartUpTest {
    /** Several at once, since a start waits for itself half of the time. */
    private static final int AT_ONCE = 3;

    private static final String KMS_KEY = "arn:aws:kms:eu-central-1:123456789012:alias/secret-sync";

    private final ExecutorService starts = Executors.newFixedThreadPool(AT_ONCE);
    private final Map<String, Future<Program.Ended>> ended = new TreeMap<>();
    private final List<AutoCloseable> held = new ArrayList<>();
    private Path directory;

    /**
     * @param settings what is set otherwise than in a start that works; null for what is missing
     * @param expected what the line must say
     */
    private record Case(String name, Map<String, String> settings, List<String> expected) {
        static Case of(String name, String variable, String value, String... expected) {
            Map<String, String> settings = new LinkedHashMap<>();
            settings.put(variable, value);
            List<String> texts = new ArrayList<>(List.of(expected));
            texts.add(0, variable);
            return new Case(name, settings, texts);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private List<Case> cases;

    @BeforeAll
    void startAll(@TempDir Path temporary) throws Exception {
        directory = temporary;
        ServerSocket taken = held(new ServerSocket(0, 1, InetAddress.getByName("0.0.0.0")));
        EmbeddedPostgres postgres = held(EmbeddedPostgres.start());
        String postgresUrl = "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/postgres";
        Path locked = temporary.resolve("locked");
        // What another instance does: it holds the file as long as it runs.
        Connection other = held(DriverManager.getConnection("jdbc:h2:file:" + locked, "", ""));
        assertThat(other.isValid(1)).isTrue();
        Path protectedFile = temporary.resolve("protected");
        DriverManager.getConnection("jdbc:h2:file:" + protectedFile, "owner", "right")
                .close();

        cases = List.of(
                Case.of("no KMS_BASE_URL", "KMS_BASE_URL", null, "missing"),
                Case.of("KMS_BASE_URL is no URL", "KMS_BASE_URL", "kms example", "not a URL"),
                Case.of("KMS_BASE_URL without TLS", "KMS_BASE_URL", "http://kms.example.com", "https"),
                Case.of("no KMS_CLIENT_ID", "KMS_CLIENT_ID", null, "missing"),
                Case.of("no KMS_CLIENT_SECRET", "KMS_CLIENT_SECRET", null, "missing"),
                Case.of("key is no base64", "SECRET_SYNC_ENCRYPTION_KEY", "not base64!", "base64"),
                Case.of(
                        "key is too short",
                        "SECRET_SYNC_ENCRYPTION_KEY",
                        Base64.getEncoder().encodeToString(new byte[16]),
                        "32"),
                new Case(
                        "no key with PostgreSQL",
                        Map.of(
                                "SPRING_DATASOURCE_URL", postgresUrl,
                                "SPRING_DATASOURCE_USERNAME", "postgres",
                                "SECRET_SYNC_ENCRYPTION_KEY", ""),
                        List.of("SECRET_SYNC_ENCRYPTION_KEY", "not set")),
                new Case(
                        "both a key and one of AWS KMS",
                        Map.of("SECRET_SYNC_ENCRYPTION_KMS_KEY_ID", KMS_KEY),
                        List.of("SECRET_SYNC_ENCRYPTION_KEY", "SECRET_SYNC_ENCRYPTION_KMS_KEY_ID", "both")),
                new Case(
                        "key of AWS KMS is no ARN",
                        Map.of(
                                "SECRET_SYNC_ENCRYPTION_KEY",
                                "",
                                "SECRET_SYNC_ENCRYPTION_KMS_KEY_ID",
                                "alias/secret-sync"),
                        List.of("SECRET_SYNC_ENCRYPTION_KMS_KEY_ID", "ARN")),
                new Case(
                        "AWS KMS does not answer",
                        Map.of(
                                "SECRET_SYNC_ENCRYPTION_KEY",
                                "",
                                "SECRET_SYNC_ENCRYPTION_KMS_KEY_ID",
                                KMS_KEY,
                                "SECRET_SYNC_AWS_CLIENT_MAX_ATTEMPTS",
                                "1",
                                "AWS_ENDPOINT_URL_KMS",
                                "http://127.0.0.1:1",
                                "AWS_ACCESS_KEY_ID",
                                "AKIAEXAMPLE",
                                "AWS_SECRET_ACCESS_KEY",
                                "Wrong-Password-1"),
                        List.of("SECRET_SYNC_ENCRYPTION_KMS_KEY_ID", KMS_KEY, "cannot be asked now", "Unreachable")),
                Case.of("no configuration file", "SECRET_SYNC_FILES", "nowhere/*.yaml", "there is no file"),
                Case.of("interval is 0", "SECRET_SYNC_POLL_INTERVAL", "0", "at least 1s"),
                Case.of("interval is nonsense", "SECRET_SYNC_POLL_INTERVAL", "often", "often"),
                Case.of("recovery window", "SECRET_SYNC_RECOVERY_WINDOW_DAYS", "3", "from 7 to 30"),
                Case.of("foreign secrets", "SECRET_SYNC_FOREIGN_SECRETS", "perhaps", "perhaps"),
                Case.of(
                        "webhook secret without a project",
                        "SECRET_SYNC_WEBHOOK_SECRETS",
                        "Wrong-Password-1",
                        "<project id>"),
                Case.of("port is nonsense", "SERVER_PORT", "eighty", "eighty"),
                Case.of("port is taken", "SERVER_PORT", "" + taken.getLocalPort(), "" + taken.getLocalPort(), "taken"),
                Case.of(
                        "management port is taken",
                        "MANAGEMENT_SERVER_PORT",
                        "" + taken.getLocalPort(),
                        "" + taken.getLocalPort(),
                        "taken"),
                Case.of(
                        "database file is locked",
                        "SPRING_DATASOURCE_URL",
                        "jdbc:h2:file:" + locked + ";MODE=PostgreSQL",
                        "another instance"),
                new Case(
                        "database password is wrong",
                        Map.of(
                                "SPRING_DATASOURCE_URL", "jdbc:h2:file:" + protectedFile,
                                "SPRING_DATASOURCE_USERNAME", "owner",
                                "SPRING_DATASOURCE_PASSWORD", "Wrong-Password-1"),
                        List.of("SPRING_DATASOURCE_PASSWORD")),
                new Case(
                        "no such PostgreSQL user",
                        Map.of(
                                "SPRING_DATASOURCE_URL",
                                postgresUrl,
                                "SPRING_DATASOURCE_USERNAME",
                                "nobody",
                                "SPRING_DATASOURCE_PASSWORD",
                                "Wrong-Password-1",
                                "SECRET_SYNC_ENCRYPTION_KEY",
                                Base64.getEncoder().encodeToString(new byte[32])),
                        List.of("SPRING_DATASOURCE_USERNAME", "SPRING_DATASOURCE_PASSWORD")),
                new Case(
                        "no database there",
                        Map.of(
                                "SPRING_DATASOURCE_URL",
                                "jdbc:postgresql://127.0.0.1:1/none?password=Wrong-Password-1",
                                "SECRET_SYNC_ENCRYPTION_KEY",
                                Base64.getEncoder().encodeToString(new byte[32])),
                        List.of("SPRING_DATASOURCE_URL", "reached")));
        cases.forEach(one -> ended.put(one.name(), starts.submit(() -> start(one))));
    }

    @AfterAll
    void release() throws Exception {
        starts.shutdownNow();
        for (AutoCloseable resource : held) {
            resource.close();
        }
    }

    private <T extends AutoCloseable> T held(T resource) {
        held.add(resource);
        return resource;
    }

    Stream<Case> cases() {
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void oneLineNamesTheSettingAndTheProgramEnds(Case wrong) throws Exception {
        Program.Ended end = ended.get(wrong.name()).get(Program.PATIENCE.toSeconds() * 5, TimeUnit.SECONDS);

        assertThat(end.complaints())
                .as("all of it: %s", String.join("\n", end.lines()))
                .hasSize(1);
        assertThat(end.complaints().get(0)).contains(wrong.expected());
        assertThat(end.exitCode()).isNotZero();
        String password = "Wrong-Password-1";
        assertThat(end.lines()).noneMatch(line -> line.contains(password));
    }

    private Program.Ended start(Case wrong) {
        Map<String, String> settings = new HashMap<>(working());
        settings.putAll(wrong.settings());
        settings.values().removeIf(Objects::isNull);
        return Program.run(directory.resolve(wrong.name().replace(' ', '-')), settings);
    }

    private static Map<String, String> working() {
        return Map.of(
                "KMS_BASE_URL", "http://127.0.0.1:1",
                "KMS_CLIENT_ID", "client",
                "KMS_CLIENT_SECRET", "secret",
                // With it none is made, which is told too.
                "SECRET_SYNC_ENCRYPTION_KEY", Base64.getEncoder().encodeToString(new byte[32]),
                "SERVER_PORT", "0",
                "MANAGEMENT_SERVER_PORT", "0");
    }
}
