package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.SyncReport.Row;
import ai.hanzo.kms.secretsync.runs.Pauses;
import ai.hanzo.kms.secretsync.runs.RecordedRun;
import ai.hanzo.kms.secretsync.runs.RunHistory;
import ai.hanzo.kms.secretsync.runs.RunProgress;
import ai.hanzo.kms.secretsync.runs.RunStatus;
import ai.hanzo.kms.secretsync.runs.Runs;
import ai.hanzo.kms.secretsync.runs.SyncState;
import ai.hanzo.kms.secretsync.security.ServiceCaller;
import ai.hanzo.kms.secretsync.sync.Rejection;
import ai.hanzo.kms.secretsync.syncs.SavedSync;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.apache.camel.ProducerTemplate;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.springframework.boot.autoconfigure.condition.ConditionalOnNotWebApplication;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import picocli.CommandLine.ExitCode;

/** Asks for a run of each sync, as somebody would through the API, and waits until all have ended. */
@Component
@ConditionalOnNotWebApplication
class SyncOnce {
    private static final ServiceCaller COMMAND = new ServiceCaller("command");
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    private static final Set<String> ENDED = Set.of(RunStatus.SUCCEEDED.word(), RunStatus.FAILED.word());

    private final CommandSyncs syncs;
    private final ProducerTemplate routes;
    private final SyncLifecycle lifecycle;
    private final Runs runs;
    private final RunHistory history;
    private final RunProgress progress;
    private final Pauses pauses;
    private final Scheduler scheduler;
    private final TransactionTemplate transactions;

    SyncOnce(
            CommandSyncs syncs,
            ProducerTemplate routes,
            SyncLifecycle lifecycle,
            Runs runs,
            RunHistory history,
            RunProgress progress,
            Pauses pauses,
            Scheduler scheduler,
            PlatformTransactionManager transactions) {
        this.syncs = syncs;
        this.routes = routes;
        this.lifecycle = lifecycle;
        this.runs = runs;
        this.history = history;
        this.progress = progress;
        this.pauses = pauses;
        this.scheduler = scheduler;
        this.transactions = new TransactionTemplate(transactions);
    }

    /** A sync that was asked to run, and the last run that it had had before. */
    private record Asked(SavedSync sync, String lastRun) {}

    /**
     * @param names of the only syncs to run; empty for all
     * @return the exit code
     */
    int run(Set<String> names, SyncReport report) {
        return syncs.reported(names, report, () -> {
            Map<UUID, Asked> asked = new LinkedHashMap<>();
            try {
                // The scheduler has not started: whatever was asked for until now is one run.
                transactions.executeWithoutResult(status -> {
                    routes.sendBody("direct:apply-files", null);
                    syncs.stored(names).forEach(sync -> ask(sync, asked));
                });
                report.begin(asked.size());
                scheduler.start();
            } catch (SchedulerException e) {
                throw new IllegalStateException("Quartz could not be started", e);
            }
            try (report) {
                await(asked, report);
            }
            return report.failed() ? ExitCode.SOFTWARE : ExitCode.OK;
        });
    }

    private void ask(SavedSync sync, Map<UUID, Asked> asked) {
        asked.put(sync.id(), new Asked(sync, runs.state(sync.id()).lastSyncJobId()));
        if (pauses.of(sync.id()).isEmpty()) {
            COMMAND.call(() -> lifecycle.runNow(sync));
        }
    }

    private void await(Map<UUID, Asked> asked, SyncReport report) {
        while (!asked.isEmpty()) {
            for (Iterator<Asked> waiting = asked.values().iterator(); waiting.hasNext(); ) {
                Row row = ended(waiting.next());
                if (row != null) {
                    report.add(row);
                    waiting.remove();
                }
            }
            report.progress(progress.ended(), progress.planned());
            if (!asked.isEmpty()) {
                LockSupport.parkNanos(LOOK_EVERY.toNanos());
            }
        }
    }

    /** Null while its run has not ended. */
    private Row ended(Asked asked) {
        SavedSync sync = asked.sync();
        try {
            SyncState state = runs.state(sync.id());
            if (ENDED.contains(state.syncStatus()) && !Objects.equals(state.lastSyncJobId(), asked.lastRun())) {
                UUID run = UUID.fromString(state.lastSyncJobId());
                RecordedRun recorded = history.get(sync.id(), run);
                return Row.of(sync.name(), recorded.status(), history.outcomes(run), recorded.message());
            }
            List<?> paused = pauses.of(sync.id());
            return paused.isEmpty()
                    ? null
                    : new Row(sync.name(), "paused", 0, 0, 0, 0, 0, "It runs when it is resumed through the API.");
        } catch (Rejection gone) {
            return Row.failed(sync.name(), gone.getMessage());
        }
    }
}
