package ai.hanzo.kms.secretsync.connections;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class AppConnectionsOnPostgresTest extends AppConnectionsContract {
    private EmbeddedPostgres postgres;

    @Override
    Map<String, ?> database() {
        return Map.of(
                "spring.datasource.url",
                running().getJdbcUrl("postgres", "postgres"),
                "spring.datasource.username",
                "postgres");
    }

    private EmbeddedPostgres running() {
        if (postgres == null) {
            try {
                postgres = EmbeddedPostgres.start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return postgres;
    }

    @Test
    void theForeignKeyAloneDecidesBetweenDeletingAndBeginningToUse() throws Exception {
        raceWithDelete(this::need);
    }

    @AfterAll
    @Override
    void stop() throws IOException {
        super.stop();
        if (postgres != null) {
            postgres.close();
        }
    }
}
