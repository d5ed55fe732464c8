package ai.hanzo.kms.secretsync.runs;

import ai.hanzo.kms.secretsync.runs.FailureExplainer.Explanation;
import ai.hanzo.kms.secretsync.sync.SecretSync;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.component.quartz.QuartzMessage;
import org.quartz.JobDataMap;
import org.quartz.JobExecutionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.jdbc.core.JdbcAggregateTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Asks for runs, and keeps what came of them. */
@Component("runs")
public class Runs {
    private static final Logger LOG = LoggerFactory.getLogger(Runs.class);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(30);
    private static final Duration LONGEST_RETRY = Duration.ofHours(1);

    private final SyncStates states;
    private final JdbcAggregateTemplate template;
    private final RunRecords records;
    private final Scheduling scheduling;
    private final FailureExplainer explainer;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    Runs(
            SyncStates states,
            JdbcAggregateTemplate template,
            RunRecords records,
            Scheduling scheduling,
            FailureExplainer explainer,
            Clock clock) {
        this.states = states;
        this.template = template;
        this.records = records;
        this.scheduling = scheduling;
        this.explainer = explainer;
        this.clock = clock;
    }

    /** A sync has been saved for the first time: nothing has run yet. */
    public SyncState begin(UUID syncId) {
        return template.insert(SyncState.ofNewSync(syncId));
    }

    public SyncState state(UUID syncId) {
        return states.findById(syncId).orElseThrow(() -> new IllegalStateException("Sync " + syncId + " has no state"));
    }

    public Map<UUID, SyncState> states(Collection<UUID> syncIds) {
        return states.findAllById(syncIds).stream().collect(Collectors.toMap(SyncState::syncId, Function.identity()));
    }

    /** The destination is another one now: the initial sync behaviour applies until a run has succeeded there. */
    public void makeInitial(UUID syncId) {
        states.makeInitial(syncId);
    }

    /** Asks for a run. It begins when no other run of the sync is under way; asked twice before that, it is one run. */
    @Transactional
    public void request(UUID syncId, RunReason reason) {
        records.requested(syncId, RunAction.SYNC);
        scheduling.runNow(syncId, reason);
    }

    /**
     * A run begins.
     *
     * @param fired as camel-quartz made it
     * @return null where the sync has been deleted since it was asked to run
     */
    @Transactional
    public Run start(Exchange fired) {
        JobExecutionContext context = fired.getIn(QuartzMessage.class).getJobExecutionContext();
        JobDataMap job = context.getMergedJobDataMap();
        UUID syncId = UUID.fromString(job.getString(Scheduling.SYNC_ID));
        if (!states.existsById(syncId)) {
            return null;
        }
        RunReason reason =
                context.isRecovering() ? RunReason.RECOVERY : RunReason.ofWord(job.getString(Scheduling.REASON));
        Run run = new Run(UUID.randomUUID(), syncId, RunAction.SYNC, reason, random.nextLong(), clock.instant());
        records.started(run);
        return run;
    }

    /** A run has come to its end: with at least one failed outcome it has failed, though the others are done. */
    @Transactional
    public void finish(Run run, SecretSync sync, List<Outcome> outcomes) {
        boolean failed = outcomes.stream().anyMatch(Outcome::failed);
        record(
                run,
                failed ? RunStatus.FAILED : RunStatus.SUCCEEDED,
                Messages.of(outcomes),
                outcomes,
                sync.autoSyncEnabled());
    }

    /**
     * A run could not do its work at all.
     *
     * @param sync null where not even that could be read
     */
    @Transactional
    public void fail(Run run, SecretSync sync, Throwable failure) {
        Explanation why = explainer.explain(failure);
        String message = why.remedy() == null ? why.message() : why.message() + " " + why.remedy();
        record(run, RunStatus.FAILED, Messages.capped(message), List.of(), sync == null || sync.autoSyncEnabled());
    }

    private void record(Run run, RunStatus status, String message, List<Outcome> outcomes, boolean retry) {
        records.finished(run, status, message, outcomes);
        Map<Outcome.Result, Long> counts =
                outcomes.stream().collect(Collectors.groupingBy(Outcome::result, Collectors.counting()));
        if (status == RunStatus.SUCCEEDED) {
            states.syncSucceeded(run.syncId());
            scheduling.cancelRetry(run.syncId());
            LOG.info(
                    "Run {} of sync {} ({}) succeeded: {}",
                    run.id(),
                    run.syncId(),
                    run.reason().word(),
                    counts);
            return;
        }
        states.syncFailed(run.syncId());
        LOG.warn(
                "Run {} of sync {} ({}) failed: {} {}",
                run.id(),
                run.syncId(),
                run.reason().word(),
                counts,
                message);
        if (retry) {
            scheduling.runLater(
                    run.syncId(),
                    RunReason.RETRY,
                    retryDelay(state(run.syncId()).failures()));
        }
    }

    /** Doubles with each failure in a row, up to an hour. */
    private static Duration retryDelay(int failures) {
        int doublings = Math.min(failures - 1, 10);
        Duration delay = FIRST_RETRY.multipliedBy(1L << doublings);
        return delay.compareTo(LONGEST_RETRY) < 0 ? delay : LONGEST_RETRY;
    }
}
