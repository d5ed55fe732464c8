package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.emulator.SecretsManagerEmulator;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;
import picocli.CommandLine;

/** What the jar does besides running the service; the service runs meanwhile where it may. */
class CommandsTest {
    private static final String FIRST = key(1);
    private static final String SECOND = key(2);
    private static final String URL = "SPRING_DATASOURCE_URL";
    private static final String KEY = "SECRET_SYNC_ENCRYPTION_KEY";
    private static final String KMS_KEY = "SECRET_SYNC_ENCRYPTION_KMS_KEY_ID";
    private static final String PREVIOUS = "SECRET_SYNC_ENCRYPTION_PREVIOUS_KEYS";

    @TempDir
    private Path directory;

    private static String key(int seed) {
        byte[] key = new byte[32];
        key[0] = (byte) seed;
        return Base64.getEncoder().encodeToString(key);
    }

    private Program.Ended command(Map<String, String> settings, String... arguments) {
        return Program.run(directory.resolve("command"), settings, arguments);
    }

    // The line of words

    private record Said(int exitCode, String out, String err) {}

    private static Said said(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Commands.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int exitCode = line.execute(arguments);
        return new Said(exitCode, out.toString(), err.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "encryption",
                "encryption nonsense",
                "audit verify --known=5",
                "audit -x",
                "sync",
                "sync --once --sync=Not_A_Name"
            })
    void whatIsNotUnderstoodIsToldWithHowItIsUsed(String line) {
        Said said = said(line.split(" "));

        assertThat(said.exitCode()).isEqualTo(64);
        assertThat(said.err()).contains("Usage: java -jar kms-secret-sync.jar");
    }

    @Test
    void everyCommandSaysWhatItIsFor() {
        assertThat(said("--help").out()).contains("encryption", "audit", "the service is started");
        assertThat(said("encryption", "rotate", "--help").out())
                .contains("SECRET_SYNC_ENCRYPTION_PREVIOUS_KEYS", "stop the service");
        assertThat(said("audit", "verify", "--help").out()).contains("--known");
        assertThat(said("audit", "--help").exitCode()).isZero();
        assertThat(said("sync", "--help").out()).contains("--dry-run", "--sync=NAME", "Exit codes:", "64");
    }

    @Test
    void settingsOfTheServiceAreNoCommand() {
        assertThat(Commands.given()).isFalse();
        assertThat(Commands.given("--server.port=0")).isFalse();
        assertThat(Commands.given("--help")).isTrue();
        assertThat(Commands.given("audit", "verify")).isTrue();
    }

    // With a database

    @Test
    void theKeyIsRotatedWhileTheServiceRunsAlsoIntoAwsKmsAndBack() throws IOException {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start();
                RunningService service = RunningService.start(directory.resolve("service"), onPostgres(postgres))) {
            System.setProperty("aws.accessKeyId", SecretsManagerEmulator.ACCESS_KEY_ID);
            System.setProperty("aws.secretAccessKey", SecretsManagerEmulator.SECRET_ACCESS_KEY);
            String kmsKey = service.aws.addKmsKey(
                    SecretsManagerEmulator.ACCOUNT, SecretsManagerEmulator.REGION, "key-1", "alias/secret-sync");
            String connection = service.connection();
            service.kms.setSecret(service.project, "dev", "/", "A", "a");
            String sync = service.created(service.oneToOne(connection, "/", "rotated/{{secretKey}}"))
                    .path("id")
                    .textValue();
            String hash = hash(service, connection);

            // From a key at hand to one of AWS KMS.
            service.restart(Map.of(KEY, "", KMS_KEY, kmsKey, PREVIOUS, FIRST));
            Program.Ended rotated = command(settings(postgres, service, "", kmsKey, FIRST), "encryption", "rotate");
            assertThat(rotated.exitCode()).as(rotated.text()).isZero();
            assertThat(rotated.text()).contains("records are encrypted with " + KMS_KEY);
            assertWorks(service, connection, sync, hash);
            service.restart(Map.of(PREVIOUS, ""));
            assertWorks(service, connection, sync, hash);

            // And back to another key at hand.
            service.restart(Map.of(KEY, SECOND, KMS_KEY, "", PREVIOUS, kmsKey));
            rotated = command(settings(postgres, service, SECOND, "", kmsKey), "encryption", "rotate");
            assertThat(rotated.exitCode()).as(rotated.text()).isZero();
            service.restart(Map.of(PREVIOUS, ""));
            service.aws.enableKmsKey(SecretsManagerEmulator.ACCOUNT, SecretsManagerEmulator.REGION, "key-1", false);
            assertWorks(service, connection, sync, hash);

            Map<String, String> now = settings(postgres, service, SECOND, "", "");
            Program.Ended wrong = command(settings(postgres, service, FIRST, "", ""), "encryption", "rotate");
            assertThat(wrong.exitCode()).isEqualTo(1);
            assertThat(wrong.lines()).hasSize(1);
            assertThat(wrong.text()).contains("Cannot start", KEY).doesNotContain(FIRST, SECOND);

            verifiesWhileTheServiceRuns(service, now);
        } finally {
            System.clearProperty("aws.accessKeyId");
            System.clearProperty("aws.secretAccessKey");
        }
    }

    private void verifiesWhileTheServiceRuns(RunningService service, Map<String, String> settings) {
        JdbcTemplate sql = service.context().getBean(JdbcTemplate.class);
        assertThat(sql.queryForList(
                        "select details from audit_entry where event = 'rotate-encryption-key' order by entry_number",
                        String.class))
                .hasSize(2)
                .allMatch(details -> details.matches("\\{\"key\":\"[A-Z_]+\",\"records\":[0-9]+}"));

        Program.Ended verified = command(settings, "audit", "verify");
        assertThat(verified.exitCode()).as(verified.text()).isZero();
        Matcher last =
                Pattern.compile("The last of them is ([0-9]+:[0-9a-f]{64})\\.").matcher(verified.text());
        assertThat(last.find()).as(verified.text()).isTrue();
        assertThat(verified.lines()).hasSize(1);

        service.connection();
        Program.Ended again = command(settings, "audit", "verify", "--known", last.group(1));
        assertThat(again.exitCode()).as(again.text()).isZero();

        sql.execute("alter table audit_entry disable trigger user");
        sql.update("update audit_entry set details = '{}' where entry_number = 2");
        Program.Ended broken = command(settings, "audit", "verify");
        assertThat(broken.exitCode()).isEqualTo(1);
        assertThat(broken.text()).contains("Entry 2 was changed").contains("1 entries before that are in order");
        assertThat(broken.lines()).hasSize(1);
    }

    private static Map<String, String> onPostgres(EmbeddedPostgres postgres) {
        return Map.of(
                URL,
                "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/postgres",
                "SPRING_DATASOURCE_USERNAME",
                "postgres",
                KEY,
                FIRST);
    }

    private static Map<String, String> settings(
            EmbeddedPostgres postgres, RunningService service, String key, String kmsKey, String previous) {
        Map<String, String> settings = new HashMap<>(onPostgres(postgres));
        settings.put(KEY, key);
        settings.put(KMS_KEY, kmsKey);
        settings.put(PREVIOUS, previous);
        settings.put("AWS_ENDPOINT_URL_KMS", service.aws.endpoint().toString());
        settings.put("AWS_ACCESS_KEY_ID", SecretsManagerEmulator.ACCESS_KEY_ID);
        settings.put("AWS_SECRET_ACCESS_KEY", SecretsManagerEmulator.SECRET_ACCESS_KEY);
        return settings;
    }

    private static String hash(RunningService service, String connection) {
        return service.api()
                .get("/api/v1/app-connections/aws/" + connection)
                .at("/appConnection/credentialsHash")
                .textValue();
    }

    /** Credentials and version tokens are what they were: nothing is written again, and Terraform sees no difference. */
    private static void assertWorks(RunningService service, String connection, String sync, String hash) {
        service.aws.clearJournal();
        assertThat(service.run(sync).path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(service.aws.writes()).isEmpty();
        assertThat(hash(service, connection)).isEqualTo(hash);
    }

    @Test
    void theEmbeddedDatabaseIsOneProcesssAndLaterTheCommands() throws IOException {
        Path home = directory.resolve("service");
        Map<String, String> settings = Map.of(
                URL,
                "jdbc:h2:file:" + home.resolve("database")
                        + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE",
                "SECRET_SYNC_ENCRYPTION_KEY_FILE",
                home.resolve("encryption.key").toString());
        try (RunningService service = RunningService.start(home)) {
            String connection = service.connection();
            Program.Ended locked = command(settings, "audit", "verify");
            assertThat(locked.exitCode()).isEqualTo(1);
            assertThat(locked.lines()).hasSize(1);
            assertThat(locked.text()).contains("in use by another instance", "stop the other one");

            service.stop();
            Program.Ended verified = command(settings, "audit", "verify");
            assertThat(verified.exitCode()).as(verified.text()).isZero();
            assertThat(verified.text()).contains("as it was recorded: 1 entries");

            // The key file's place is taken by a new one, and the former one goes to the previous keys.
            Path file = home.resolve("encryption.key");
            String former = Files.readString(file).strip();
            Files.delete(file);
            Map<String, String> rotating = new HashMap<>(settings);
            rotating.put(PREVIOUS, former);
            Program.Ended rotated = command(rotating, "encryption", "rotate");
            assertThat(rotated.exitCode()).as(rotated.text()).isZero();
            service.startAgain();
            assertThat(hash(service, connection)).matches("[0-9a-f]{64}");
            service.stop();
        }
    }

    @Test
    void anEmptyDatabaseIsLeftAsItIs() {
        Path nowhere = directory.resolve("nowhere");
        Program.Ended ended = command(
                Map.of(
                        URL,
                        "jdbc:h2:file:" + nowhere.resolve("database") + ";MODE=PostgreSQL",
                        "SECRET_SYNC_ENCRYPTION_KEY_FILE",
                        nowhere.resolve("encryption.key").toString()),
                "encryption",
                "rotate");

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.lines()).hasSize(1);
        assertThat(ended.text()).contains(URL, "Start the service of this version first");
        assertThat(nowhere.resolve("encryption.key")).doesNotExist();
    }
}
