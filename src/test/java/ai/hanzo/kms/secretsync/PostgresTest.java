package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job on PostgreSQL: three settings, and the key that a database of several instances needs. */
class PostgresTest {
    @Test
    void theMainJobRunsOnPostgresAndSurvivesARestart(@TempDir Path directory) throws IOException, SQLException {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start();
                RunningService service = RunningService.start(
                        directory,
                        Map.of(
                                "SPRING_DATASOURCE_URL",
                                "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/postgres",
                                "SPRING_DATASOURCE_USERNAME",
                                "postgres",
                                "SPRING_DATASOURCE_PASSWORD",
                                "any: the server trusts whoever is local",
                                "SECRET_SYNC_ENCRYPTION_KEY",
                                Base64.getEncoder().encodeToString(new byte[32])))) {
            String connection = service.connection();
            service.kms.setSecrets(service.project, "dev", "/app", Map.of("A", "a", "B", "b"));
            JsonNode one = service.created(service.oneToOne(connection, "/app", "app/{{secretKey}}"));
            JsonNode many = service.created(service.manyToOne(connection, "/app", "app-all"));
            assertThat(one.path("syncStatus").textValue()).isEqualTo("succeeded");
            assertThat(many.path("syncStatus").textValue()).isEqualTo("succeeded");
            assertThat(service.aws.value("app/A")).isEqualTo("a");
            assertThat(service.aws.value("app-all")).contains("\"A\":\"a\"", "\"B\":\"b\"");

            follows(service, "A", "a2");
            service.stop();
            service.aws.clearJournal();
            service.startAgain();
            assertThat(service.run(one.path("id").textValue())
                            .path("syncStatus")
                            .textValue())
                    .isEqualTo("succeeded");
            assertThat(service.aws.writes()).isEmpty();
            follows(service, "A", "a3");
            service.kms.deleteSecret(service.project, "dev", "/app", "B");
            service.run(one.path("id").textValue());
            assertThat(service.aws.secret("app/B").orElseThrow().isDeleted()).isTrue();

            assertThat(tables(postgres)).isGreaterThan(10);
            try (var files = Files.list(directory)) {
                assertThat(files).as("nothing is kept beside it").isEmpty();
            }
        }
    }

    private static void follows(RunningService service, String key, String value) {
        service.kms.setSecret(service.project, "dev", "/app", key, value);
        Awaitility.await()
                .atMost(RunningService.PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> value.equals(service.aws.value("app/" + key))
                        && service.aws.value("app-all").contains(value));
    }

    private static int tables(EmbeddedPostgres postgres) throws SQLException {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select count(*) from information_schema.tables where table_schema = 'public'")) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
