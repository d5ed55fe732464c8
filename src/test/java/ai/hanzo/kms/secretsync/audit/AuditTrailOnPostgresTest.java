package ai.hanzo.kms.secretsync.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.hanzo.kms.secretsync.sync.Origin;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionTemplate;

class AuditTrailOnPostgresTest extends AuditTrailContract {
    private EmbeddedPostgres postgres;

    @Override
    Map<String, ?> database() {
        if (postgres == null) {
            try {
                postgres = EmbeddedPostgres.start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return Map.of(
                "spring.datasource.url",
                postgres.getJdbcUrl("postgres", "postgres"),
                "spring.datasource.username",
                "postgres");
    }

    @Override
    void dropGuards() {
        sql.execute("alter table audit_entry disable trigger user");
    }

    @Override
    void restoreGuards() {
        sql.execute("alter table audit_entry enable trigger user");
    }

    @AfterAll
    @Override
    void stop() throws IOException {
        super.stop();
        postgres.close();
    }

    @Test
    void theDatabaseItselfRefusesToChangeOrRemoveWhatIsOnRecord() {
        new TransactionTemplate(transactions)
                .executeWithoutResult(
                        status -> trail.record(new AuditEvent("kept", null, "P", Origin.SYSTEM, Map.of())));

        for (String statement :
                List.of("update audit_entry set actor = 'other'", "delete from audit_entry", "truncate audit_entry")) {
            assertThatThrownBy(() -> sql.update(statement))
                    .as(statement)
                    .rootCause()
                    .hasMessageContaining("append-only");
        }
        assertThat(reader.ofProject("P", 1, 0).total()).isEqualTo(1);
    }
}
