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
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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

    private final SyncStates states;
    private final JdbcAggregateTemplate template;
    private final RunRecords records;
    private final Scheduling scheduling;
    private final FailureExplainer explainer;
    private final RunAudit audit;
    private final Origins origins;
    private final Pauses pauses;
    private final ConnectionTroubles troubles;
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
            ConnectionTroubles troubles,
            Clock clock) {
        this.pauses = pauses;
        this.troubles = troubles;
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
        syncIds.forEach(syncId -> records.requested(syncId, RunAction.SYNC, reason));
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

    /** The same for somebody who asked for it a while ago. */
    @Transactional
    public void requestRemoval(UUID syncId, boolean thenDelete, Origin origin) {
        request(syncId, RunRequest.removal(thenDelete, origin));
    }

    private void request(UUID syncId, RunRequest request) {
        records.requested(syncId, request.action(), request.reason());
        scheduling.runNow(syncId, request);
    }

    /**
     * Lets the next run delete exactly what a plan deletes, however much that is, or, where the sync requires approval, carry out
     * exactly that plan.
     *
     * @param digest {@link ai.hanzo.kms.secretsync.sync.Plan#deletionDigest()}, or
     *     {@link ai.hanzo.kms.secretsync.sync.Plan#toApprove()}
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
        boolean again = failed && run.action() == RunAction.SYNC && sync.autoSyncEnabled() && !waits;
        Retry retry = again ? retry(run, sync, outcomes) : Retry.NONE;
        String message = Messages.with(Messages.of(run.action(), outcomes), retry);
        boolean recorded = record(run, status, message, warnings, outcomes, retry);
        if (recorded) {
            connection(run, sync, outcomes);
        }
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
        RunStatus status =
                ApprovalNeededException.CODE.equals(why.code()) ? RunStatus.NEEDS_APPROVAL : RunStatus.FAILED;
        audit.ended(run, sync, status, why.code(), List.of());
        boolean again = run.action() == RunAction.SYNC && (sync == null || sync.autoSyncEnabled());
        Retry retry = again ? Retry.after(why.course(), failures(run)) : Retry.NONE;
        String said = Messages.of(why);
        String message = Messages.with(said, retry);
        if (record(run, status, message, List.of(), List.of(), retry)
                && sync != null
                && why.course() == Course.TRY_CONNECTION) {
            troubles.met(sync.destination().connectionId(), said);
        }
        return finished(run, sync, status, message, List.of());
    }

    /** A run cannot do its work before its connection works again. */
    @Transactional
    public FinishedRun putOff(Run run, SecretSync sync, ConnectionTroubles.Trouble trouble) {
        audit.ended(run, sync, RunStatus.FAILED, "ConnectionPaused", List.of());
        Retry retry = sync.autoSyncEnabled() && run.action() == RunAction.SYNC
                ? Retry.shortlyAfter(Duration.between(clock.instant(), trouble.nextTryAt()))
                : Retry.NONE;
        String message = Messages.of(trouble);
        record(run, RunStatus.FAILED, message, List.of(), List.of(), retry);
        return finished(run, sync, RunStatus.FAILED, message, List.of());
    }

    /**
     * Puts right what no run will: statuses of runs of which Quartz knows nothing, such as after the database was restored from a
     * backup. A sync is asked for again; of anything else it is no longer known what exactly it was.
     */
    @Transactional
    public void recoverLost() {
        for (RunAction action : RunAction.values()) {
            List<UUID> lost = records.lost(action, Scheduling.groupsOfOthers(action));
            if (lost.isEmpty()) {
                continue;
            }
            LOG.warn("Runs were lost ({}): {} syncs say that they wait for one", action.word(), lost.size());
            if (action == RunAction.SYNC) {
                requestAll(lost, RunReason.RECOVERY);
            } else {
                records.abandon(lost, action);
            }
        }
    }

    /** A connection has other credentials: whatever failed with it is tried again. */
    @Transactional
    public void connectionChanged(UUID connectionId) {
        troubles.over(connectionId);
        requestAll(troubles.failedSyncs(connectionId), RunReason.CONFIGURED);
    }

    /** Keeps in mind whether AWS accepts the connection; where it does again, what waited for that goes on. */
    private void connection(Run run, SecretSync sync, List<Outcome> outcomes) {
        UUID connectionId = sync.destination().connectionId();
        Optional<Outcome> refused = outcomes.stream()
                .filter(outcome -> outcome.failed() && outcome.course() == Course.TRY_CONNECTION)
                .findFirst();
        if (refused.isPresent()) {
            troubles.met(connectionId, Messages.of(refused.get()));
        } else if (troubles.over(connectionId)) {
            List<UUID> others = troubles.failedSyncs(connectionId).stream()
                    .filter(id -> !id.equals(run.syncId()))
                    .toList();
            requestAll(others, RunReason.RETRY);
        }
    }

    /** A sync that only tells of drift does not mend what failed when it looks at its destination. */
    private Retry retry(Run run, SecretSync sync, List<Outcome> outcomes) {
        Course course = outcomes.stream()
                .filter(Outcome::failed)
                .map(Outcome::course)
                .min(Comparator.naturalOrder())
                .orElseThrow();
        boolean looksOnly = course == Course.WAIT_FOR_CHANGE && sync.options().reportsDrift();
        return Retry.after(looksOnly ? Course.RETRY_SLOWLY : course, failures(run));
    }

    /** Runs in a row that failed, this one included. */
    private int failures(Run run) {
        return states.findById(run.syncId()).map(SyncState::failures).orElse(0) + 1;
    }

    private boolean record(
            Run run, RunStatus status, String message, List<String> warnings, List<Outcome> outcomes, Retry retry) {
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
                        all == null ? "" : ". " + all);
        // Imports and removals are tried once, as upstream does: whoever asked for them sees how they ended.
        if (run.action() == RunAction.SYNC) {
            recordSync(run, succeeded, retry);
        }
        return true;
    }

    private void recordSync(Run run, boolean succeeded, Retry retry) {
        if (run.approvedDeletions() != null) {
            states.approvalUsed(run.syncId(), run.approvedDeletions());
        }
        if (!succeeded) {
            states.syncFailed(run.syncId());
        }
        if (retry.after() == null) {
            scheduling.cancelRetry(run.syncId());
        } else {
            scheduling.runLater(run.syncId(), RunRequest.sync(RunReason.RETRY, Origin.SYSTEM), retry.after());
        }
    }
}
