package ai.hanzo.kms.secretsync.runs;

import ai.hanzo.kms.secretsync.runs.FailureExplainer.Explanation;
import ai.hanzo.kms.secretsync.sync.ConflictResolution;
import ai.hanzo.kms.secretsync.sync.Destination;
import ai.hanzo.kms.secretsync.sync.Origin;
import ai.hanzo.kms.secretsync.sync.Plan;
import ai.hanzo.kms.secretsync.sync.Rejection;
import ai.hanzo.kms.secretsync.sync.SecretSync;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.component.quartz.QuartzMessage;
import org.quartz.JobDataMap;
import org.quartz.JobExecutionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
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
    private final RunAudit audit;
    private final Origins origins;
    private final Pauses pauses;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    Runs(
            SyncStates states,
            JdbcAggregateTemplate template,
            RunRecords records,
            Scheduling scheduling,
            FailureExplainer explainer,
            RunAudit audit,
            Origins origins,
            Pauses pauses,
            Clock clock) {
        this.pauses = pauses;
        this.states = states;
        this.template = template;
        this.records = records;
        this.scheduling = scheduling;
        this.explainer = explainer;
        this.audit = audit;
        this.origins = origins;
        this.clock = clock;
    }

    /** A sync has been saved for the first time: nothing has run yet. */
    public SyncState begin(UUID syncId) {
        return template.insert(SyncState.ofNewSync(syncId));
    }

    public SyncState state(UUID syncId) {
        return states.findById(syncId)
                .orElseThrow(
                        () -> Rejection.notFound("Could not find AWS Secrets Manager Sync with ID \"" + syncId + "\""));
    }

    public Map<UUID, SyncState> states(Collection<UUID> syncIds) {
        return states.findAllById(syncIds).stream().collect(Collectors.toMap(SyncState::syncId, Function.identity()));
    }

    /** The destination is another one now: the initial sync behaviour applies until a run has succeeded there. */
    public void makeInitial(UUID syncId) {
        states.makeInitial(syncId);
    }

    /** Asks for a sync. It begins when no other run of the sync is under way; asked twice before that, it is one run. */
    @Transactional
    public void request(UUID syncId, RunReason reason) {
        request(syncId, RunRequest.sync(reason, origins.current()));
    }

    /** Asks for several at once. All statuses first, so that this never waits for a run while that waits for Quartz. */
    @Transactional
    public void requestAll(Collection<UUID> syncIds, RunReason reason) {
        syncIds.forEach(syncId -> records.requested(syncId, RunAction.SYNC));
        syncIds.forEach(syncId -> scheduling.runNow(syncId, RunRequest.sync(reason, origins.current())));
    }

    /** Asks for an import into the KMS; as with {@link #request}. */
    @Transactional
    public void requestImport(UUID syncId, ConflictResolution.Behavior behavior) {
        request(syncId, RunRequest.imports(behavior, origins.current()));
    }

    /**
     * Asks for the removal of what the sync put at its destination; as with {@link #request}.
     *
     * @param thenDelete whether the sync itself is to go after that
     */
    @Transactional
    public void requestRemoval(UUID syncId, boolean thenDelete) {
        request(syncId, RunRequest.removal(thenDelete, origins.current()));
    }

    private void request(UUID syncId, RunRequest request) {
        records.requested(syncId, request.action());
        scheduling.runNow(syncId, request);
    }

    /**
     * Lets the next run delete exactly what a plan deletes, however much that is.
     *
     * @param digest {@link ai.hanzo.kms.secretsync.sync.Plan#deletionDigest()}
     */
    public void approveDeletions(UUID syncId, String digest) {
        states.approveDeletions(syncId, digest);
    }

    /** A run that is only thought through, to show what it would do. It leaves no record. */
    public Run preview(UUID syncId) {
        return run(syncId, RunRequest.sync(RunReason.MANUAL, origins.current()), null, null);
    }

    /**
     * A run begins.
     *
     * @param fired as camel-quartz made it
     * @return null where the sync has been deleted since it was asked to run, or is paused: then the request waits
     */
    @Transactional
    public Run start(Exchange fired) {
        JobExecutionContext context = fired.getIn(QuartzMessage.class).getJobExecutionContext();
        JobDataMap job = context.getMergedJobDataMap();
        UUID syncId = UUID.fromString(job.getString(Scheduling.SYNC_ID));
        if (!states.existsById(syncId)) {
            return null;
        }
        RunRequest asked = RunRequest.of(job);
        RunRequest request = context.isRecovering() ? asked.recovered() : asked;
        if (pauses.holds(syncId)) {
            // A drift check comes again by itself.
            if (request.reason() != RunReason.DRIFT) {
                scheduling.hold(syncId, request);
            }
            return null;
        }
        Run run = run(
                syncId,
                request,
                request.reason() == RunReason.DRIFT
                        ? null
                        : context.getTrigger().getStartTime().toInstant(),
                request.action() == RunAction.SYNC ? state(syncId).approvedDeletions() : null);
        records.started(run).forEach(audit::interrupted);
        return run;
    }

    private Run run(UUID syncId, RunRequest request, Instant requestedAt, String approvedDeletions) {
        return new Run(
                UUID.randomUUID(),
                syncId,
                request.action(),
                request.reason(),
                random.nextLong(),
                requestedAt,
                clock.instant(),
                request.importBehavior(),
                request.thenDelete(),
                approvedDeletions,
                new LongAdder(),
                request.origin());
    }

    /**
     * A run has come to its end: with at least one failed outcome it has failed, though the others are done.
     *
     * @param plan that was carried out, for its warnings; null where the run had none
     */
    @Transactional
    public FinishedRun finish(Run run, SecretSync sync, List<Outcome> outcomes, Plan plan) {
        boolean failed = outcomes.stream().anyMatch(Outcome::failed);
        RunStatus status = failed ? RunStatus.FAILED : RunStatus.SUCCEEDED;
        audit.ended(run, sync, status, null, outcomes);
        // Trying again would only ask for another approval; the KMS tells when it is given, for then the source
        // changes.
        boolean waits = outcomes.stream().anyMatch(Outcome::waitsForApproval);
        List<String> warnings = plan == null ? List.of() : plan.warnings();
        String message = Messages.of(run.action(), outcomes);
        boolean recorded = record(run, status, message, warnings, outcomes, sync.autoSyncEnabled() && !waits);
        if (recorded && run.action() == RunAction.SYNC && !failed) {
            Destination at = sync.destination();
            states.syncSucceeded(
                    run.syncId(),
                    at.connectionId(),
                    at.region(),
                    at.mappingBehavior(),
                    Objects.requireNonNullElse(at.secretName(), ""));
        }
        return finished(run, sync, status, message, outcomes);
    }

    private FinishedRun finished(Run run, SecretSync sync, RunStatus status, String message, List<Outcome> outcomes) {
        return new FinishedRun(
                run.id(),
                run.syncId(),
                sync == null ? null : sync.name(),
                sync == null ? null : sync.source().projectId(),
                run.action().word(),
                run.reason().word(),
                status.word(),
                message,
                RunCounts.of(outcomes),
                run.awsCalls().intValue(),
                run.requestedAt(),
                run.startedAt(),
                clock.instant());
    }

    /**
     * A run could not do its work at all.
     *
     * @param sync null where not even that could be read
     */
    @Transactional
    public FinishedRun fail(Run run, SecretSync sync, Throwable failure) {
        Explanation why = explainer.explain(failure);
        audit.ended(run, sync, RunStatus.FAILED, why.code(), List.of());
        String message = Messages.of(why);
        record(run, RunStatus.FAILED, message, List.of(), List.of(), sync == null || sync.autoSyncEnabled());
        return finished(run, sync, RunStatus.FAILED, message, List.of());
    }

    private boolean record(
            Run run, RunStatus status, String message, List<String> warnings, List<Outcome> outcomes, boolean retry) {
        String all = Messages.with(warnings, message);
        if (!records.finished(run, status, message, all, outcomes)) {
            LOG.info("Run {} ended after its sync {} was deleted", run.id(), run.syncId());
            return false;
        }
        boolean succeeded = status == RunStatus.SUCCEEDED;
        LOG.atLevel(succeeded ? Level.INFO : Level.WARN)
                .log(
                        "Run {} of sync {} ({}, {}) {}: {}{}",
                        run.id(),
                        run.syncId(),
                        run.action().word(),
                        run.reason().word(),
                        status.word(),
                        RunCounts.of(outcomes),
                        all == null ? "" : " " + all);
        // Imports and removals are tried once, as upstream does: whoever asked for them sees how they ended.
        if (run.action() == RunAction.SYNC) {
            recordSync(run, succeeded, retry);
        }
        return true;
    }

    private void recordSync(Run run, boolean succeeded, boolean retry) {
        if (run.approvedDeletions() != null) {
            states.approvalUsed(run.syncId(), run.approvedDeletions());
        }
        if (succeeded) {
            scheduling.cancelRetry(run.syncId());
            return;
        }
        states.syncFailed(run.syncId());
        if (retry) {
            scheduling.runLater(
                    run.syncId(),
                    RunRequest.sync(RunReason.RETRY, Origin.SYSTEM),
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
