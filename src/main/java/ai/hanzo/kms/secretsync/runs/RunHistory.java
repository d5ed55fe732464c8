package ai.hanzo.kms.secretsync.runs;

import ai.hanzo.kms.secretsync.sync.Rejection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The last runs of each sync, to be looked at. */
@Component("runHistory")
public class RunHistory {
    private final JdbcClient jdbc;

    RunHistory(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Some runs of a sync, the newest first. */
    public List<RecordedRun> of(UUID syncId, int limit, int offset) {
        return jdbc.sql("select * from sync_run where sync_id = ? order by started_at desc, id limit ? offset ?")
                .params(syncId, limit, offset)
                .query((row, number) -> run(row))
                .list();
    }

    public int count(UUID syncId) {
        return jdbc.sql("select count(*) from sync_run where sync_id = ?")
                .params(syncId)
                .query(Integer.class)
                .single();
    }

    /**
     * @throws Rejection 404 where the sync has no such run, or has had it too long ago
     */
    public RecordedRun get(UUID syncId, UUID runId) {
        return jdbc.sql("select * from sync_run where sync_id = ? and id = ?")
                .params(syncId, runId)
                .query((row, number) -> run(row))
                .optional()
                .orElseThrow(() -> Rejection.notFound(
                        "Could not find run with ID \"" + runId + "\" of the sync with ID \"" + syncId + "\""));
    }

    /** What became of each secret that a run changed, could not change, or left alone on purpose. */
    public List<Outcome> outcomes(UUID runId) {
        return jdbc.sql("select * from sync_outcome where run_id = ? order by position")
                .params(runId)
                .query((row, number) -> new Outcome(
                        row.getString("name"),
                        row.getString("change"),
                        Outcome.Result.valueOf(row.getString("result").toUpperCase(Locale.ROOT)),
                        row.getString("error_code"),
                        row.getString("message"),
                        row.getString("remedy")))
                .list();
    }

    private static RecordedRun run(ResultSet row) throws SQLException {
        boolean counted = row.getObject("failed") != null;
        return new RecordedRun(
                row.getObject("id", UUID.class),
                row.getString("action"),
                row.getString("reason"),
                row.getString("status"),
                row.getString("message"),
                instant(row.getTimestamp("started_at")),
                instant(row.getTimestamp("finished_at")),
                counted
                        ? new RunCounts(
                                row.getInt("succeeded"),
                                row.getInt("unchanged"),
                                row.getInt("skipped"),
                                row.getInt("failed"))
                        : null,
                counted ? row.getInt("aws_calls") : null);
    }

    private static Instant instant(Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }
}
