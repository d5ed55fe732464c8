package ai.hanzo.kms.secretsync.runs;

import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Runs and their outcomes on record, and the statuses that they leave on the sync. */
@Component
class RunRecords {
    /** Runs that are kept of each sync. */
    static final int KEPT = 100;

    private final JdbcTemplate jdbc;
    private final Clock clock;

    RunRecords(JdbcTemplate jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    void requested(UUID syncId, RunAction action, RunReason reason) {
        jdbc.update(
                "update sync_state set %s = ?, %s = null where sync_id = ?"
                        .formatted(action.statusColumn(), action.messageColumn()),
                RunStatus.PENDING.word(),
                syncId);
        if (reason != RunReason.CHANGE) {
            // Kept here, because a change of the source may take the place of this request before a run begins.
            jdbc.update("update sync_state set look_asked_at = ? where sync_id = ?", now(), syncId);
        }
    }

    /**
     * Also closes runs of this sync that a crash left open, and forgets those that are too old.
     *
     * @return those that a crash left open
     */
    List<RunAudit.Interrupted> started(Run run) {
        List<RunAudit.Interrupted> interrupted = jdbc.query(
                "select id, action, reason, generation from sync_run where sync_id = ? and status = ?",
                (row, number) -> new RunAudit.Interrupted(
                        row.getObject("id", UUID.class),
                        run.syncId(),
                        row.getString("action"),
                        row.getString("reason"),
                        names("generation = ?", run.syncId(), row.getLong("generation")),
                        names(
                                "pending_token is not null and pending_generation = ?",
                                run.syncId(),
                                row.getLong("generation"))),
                run.syncId(),
                RunStatus.RUNNING.word());
        jdbc.update(
                "update sync_run set status = ?, finished_at = ?, message = ? where sync_id = ? and status = ?",
                RunStatus.FAILED.word(),
                now(),
                "The instance stopped during this run; the next run continued from where it was.",
                run.syncId(),
                RunStatus.RUNNING.word());
        if (!interrupted.isEmpty()) {
            // It may have left undone what the journal does not tell, such as tags.
            jdbc.update("update sync_state set looked_at = null where sync_id = ?", run.syncId());
        }
        // A drift check that found nothing is news only until the next run.
        jdbc.update(
                "delete from sync_run where sync_id = ? and reason = ? and status = ? and succeeded = 0 and skipped = 0",
                run.syncId(),
                RunReason.DRIFT.word(),
                RunStatus.SUCCEEDED.word());
        jdbc.update(
                "insert into sync_run (id, sync_id, action, reason, status, started_at, generation)"
                        + " values (?, ?, ?, ?, ?, ?, ?)",
                run.id(),
                run.syncId(),
                run.action().word(),
                run.reason().word(),
                RunStatus.RUNNING.word(),
                Timestamp.from(run.startedAt()),
                run.generation());
        jdbc.update(
                "delete from sync_run where sync_id = ? and id not in"
                        + " (select id from sync_run where sync_id = ? order by started_at desc, id limit ?)",
                run.syncId(),
                run.syncId(),
                KEPT);
        jdbc.update(
                "update sync_state set %s = ?, %s = ? where sync_id = ?"
                        .formatted(run.action().statusColumn(), run.action().jobIdColumn()),
                RunStatus.RUNNING.word(),
                run.id().toString(),
                run.syncId());
        return interrupted;
    }

    private List<String> names(String condition, UUID syncId, long generation) {
        return jdbc.queryForList(
                "select name from managed_secret where sync_id = ? and " + condition + " order by name",
                String.class,
                syncId,
                generation);
    }

    /**
     * @param message for the sync: null on success, as the contract has it
     * @param all the same with warnings, for the record
     * @return whether there was still something to record it on: false where the sync was deleted during the run
     */
    boolean finished(Run run, RunStatus status, String message, String all, List<Outcome> outcomes) {
        Timestamp now = now();
        RunCounts counts = RunCounts.of(outcomes);
        int recorded = jdbc.update(
                "update sync_run set status = ?, message = ?, finished_at = ?, succeeded = ?, unchanged = ?, skipped = ?,"
                        + " failed = ?, aws_calls = ? where id = ?",
                status.word(),
                all,
                now,
                counts.succeeded(),
                counts.unchanged(),
                counts.skipped(),
                counts.failed(),
                run.awsCalls().intValue(),
                run.id());
        if (recorded == 0) {
            return false;
        }
        AtomicInteger position = new AtomicInteger();
        jdbc.batchUpdate(
                "insert into sync_outcome (run_id, position, name, change, result, error_code, message, remedy)"
                        + " values (?, ?, ?, ?, ?, ?, ?, ?)",
                outcomes.stream()
                        .filter(outcome -> outcome.result() != Outcome.Result.UNCHANGED)
                        .map(outcome -> new Object[] {
                            run.id(),
                            position.getAndIncrement(),
                            outcome.name(),
                            outcome.change(),
                            outcome.result().name().toLowerCase(java.util.Locale.ROOT),
                            outcome.errorCode(),
                            Messages.capped(outcome.message()),
                            Messages.capped(outcome.remedy())
                        })
                        .toList());
        // A request that came in during the run stands: the contract's status is pending again.
        String state =
                "update sync_state set %1$s = case when %1$s = 'pending' then 'pending' else ? end, %2$s = ?, %3$s = ?"
                        .formatted(
                                run.action().statusColumn(),
                                run.action().jobIdColumn(),
                                run.action().messageColumn());
        if (status == RunStatus.SUCCEEDED) {
            jdbc.update(
                    state + ", " + run.action().finishedColumn() + " = ? where sync_id = ?",
                    status.word(),
                    run.id().toString(),
                    message,
                    now,
                    run.syncId());
        } else {
            jdbc.update(
                    state + " where sync_id = ?", status.wordOnSync(), run.id().toString(), message, run.syncId());
        }
        return true;
    }

    /**
     * Syncs that say that a run is asked for, or under way, of which Quartz knows nothing.
     *
     * @param others groups of triggers that are for something else
     */
    List<UUID> lost(RunAction action, Set<String> others) {
        return JdbcClient.create(jdbc)
                .sql("""
                        select sync_id from sync_state where %s in ('pending', 'running')
                          and not exists (select 1 from qrtz_triggers t where t.job_group = :jobs
                            and t.job_name = cast(sync_id as varchar(36)) and t.trigger_group not in (:others))
                          and not exists (select 1 from qrtz_fired_triggers f where f.job_group = :jobs
                            and f.job_name = cast(sync_id as varchar(36)))
                        order by sync_id""".formatted(action.statusColumn()))
                .param("jobs", Scheduling.RUNS)
                .param("others", others)
                .query(UUID.class)
                .list();
    }

    /** Says of what was asked of some syncs that it will not be done. */
    void abandon(List<UUID> syncIds, RunAction action) {
        String message =
                "The service stopped before this was done, and does not know any more what was asked for. Ask again.";
        for (UUID syncId : syncIds) {
            jdbc.update(
                    "update sync_run set status = ?, finished_at = ?, message = ? where sync_id = ? and action = ?"
                            + " and status = ?",
                    RunStatus.FAILED.word(),
                    now(),
                    message,
                    syncId,
                    action.word(),
                    RunStatus.RUNNING.word());
            jdbc.update(
                    "update sync_state set %s = ?, %s = ? where sync_id = ?"
                            .formatted(action.statusColumn(), action.messageColumn()),
                    RunStatus.FAILED.word(),
                    message,
                    syncId);
        }
    }

    private Timestamp now() {
        return Timestamp.from(clock.instant());
    }
}
