package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.api.AppConnectionView;
import ai.hanzo.kms.secretsync.api.AuditEntryView;
import ai.hanzo.kms.secretsync.api.AvailableConnectionView;
import ai.hanzo.kms.secretsync.api.DestinationView;
import ai.hanzo.kms.secretsync.api.FolderView;
import ai.hanzo.kms.secretsync.api.KmsKeyView;
import ai.hanzo.kms.secretsync.api.PlanView;
import ai.hanzo.kms.secretsync.api.ProjectView;
import ai.hanzo.kms.secretsync.api.RunView;
import ai.hanzo.kms.secretsync.api.ScheduleView;
import ai.hanzo.kms.secretsync.api.SecretSyncView;
import ai.hanzo.kms.secretsync.audit.AuditEntry;
import ai.hanzo.kms.secretsync.aws.KmsKey;
import ai.hanzo.kms.secretsync.connections.AppConnection;
import ai.hanzo.kms.secretsync.connections.AppConnections;
import ai.hanzo.kms.secretsync.connections.ConnectionMethod;
import ai.hanzo.kms.secretsync.kms.KmsProject;
import ai.hanzo.kms.secretsync.runs.ConnectionTroubles;
import ai.hanzo.kms.secretsync.runs.FailureExplainer;
import ai.hanzo.kms.secretsync.runs.Outcome;
import ai.hanzo.kms.secretsync.runs.PauseTarget;
import ai.hanzo.kms.secretsync.runs.RecordedRun;
import ai.hanzo.kms.secretsync.runs.RunCounts;
import ai.hanzo.kms.secretsync.runs.Runs;
import ai.hanzo.kms.secretsync.runs.Schedule;
import ai.hanzo.kms.secretsync.runs.SyncState;
import ai.hanzo.kms.secretsync.security.Access;
import ai.hanzo.kms.secretsync.sync.Plan;
import ai.hanzo.kms.secretsync.sync.SecretSync;
import ai.hanzo.kms.secretsync.sync.Source;
import ai.hanzo.kms.secretsync.sync.SourceSnapshot;
import ai.hanzo.kms.secretsync.syncs.SavedSync;
import ai.hanzo.kms.secretsync.syncs.SecretSyncs;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Syncs and connections in the shapes of the wire contract. */
@Component("views")
public class Views {
    private final Runs runs;
    private final AppConnections connections;
    private final Access access;
    private final Overlaps overlaps;
    private final Pausing pausing;
    private final ConnectionTroubles troubles;
    private final Schedule schedule;
    private final SyncDestinations destinations;
    private final SecretSyncs saved;
    private final FailureExplainer explainer;

    Views(
            Runs runs,
            AppConnections connections,
            Access access,
            Overlaps overlaps,
            Pausing pausing,
            ConnectionTroubles troubles,
            Schedule schedule,
            SyncDestinations destinations,
            SecretSyncs saved,
            FailureExplainer explainer) {
        this.schedule = schedule;
        this.destinations = destinations;
        this.saved = saved;
        this.explainer = explainer;
        this.troubles = troubles;
        this.pausing = pausing;
        this.overlaps = overlaps;
        this.runs = runs;
        this.connections = connections;
        this.access = access;
    }

    public SecretSyncView secretSync(SavedSync sync) {
        return asked(new SyncLifecycle.Asked(sync, runs.state(sync.id())));
    }

    /** As it was when something was asked of it. */
    public SecretSyncView asked(SyncLifecycle.Asked asked) {
        SavedSync sync = asked.sync();
        return view(
                sync,
                total(sync, asked.state(), destinations.known(sync)),
                connections.get(sync.destination().connectionId()).name(),
                warnings(sync));
    }

    private List<String> warnings(SavedSync sync) {
        return Stream.concat(pausing.warnings(sync.id()).stream(), overlaps.warnings(sync).stream())
                .toList();
    }

    /** As a whole, with its additional destinations. */
    private SyncState total(SavedSync sync, SyncState own, List<SavedSync> others) {
        if (others.isEmpty()) {
            return own;
        }
        Map<UUID, SyncState> states =
                runs.states(others.stream().map(SavedSync::id).toList());
        List<SyncTotals.At> all = new ArrayList<>(List.of(new SyncTotals.At(place(sync, sync), own, false)));
        others.stream()
                .filter(other -> states.containsKey(other.id()))
                .forEach(other ->
                        all.add(new SyncTotals.At(place(other, sync), states.get(other.id()), other.dropped())));
        return SyncTotals.of(all);
    }

    private String place(SavedSync destination, SavedSync sync) {
        UUID connection = destination.destination().connectionId();
        String region = destination.destination().region();
        return connection.equals(sync.destination().connectionId())
                ? region
                : region + " (" + connections.get(connection).name() + ")";
    }

    /** Each destination of a sync for itself, the first one first. */
    public List<DestinationView> destinations(SavedSync sync) {
        List<SavedSync> all = new ArrayList<>(List.of(sync));
        all.addAll(destinations.known(sync));
        Map<UUID, SyncState> states =
                runs.states(all.stream().map(SavedSync::id).toList());
        return all.stream()
                .filter(destination -> states.containsKey(destination.id()))
                .map(destination -> destination(destination, states.get(destination.id())))
                .toList();
    }

    private DestinationView destination(SavedSync destination, SyncState state) {
        UUID connectionId = destination.destination().connectionId();
        return new DestinationView(
                destination.id(),
                connectionId,
                connections.get(connectionId).name(),
                destination.destination().region(),
                destination.options().keyId(),
                destination.dropped(),
                state.syncStatus(),
                state.lastSyncJobId(),
                state.lastSyncMessage(),
                state.lastSyncedAt(),
                state.removeStatus(),
                state.lastRemoveMessage(),
                state.lastRemovedAt(),
                warnings(destination));
    }

    public List<SecretSyncView> secretSyncs(List<SavedSync> syncs) {
        Map<UUID, SyncState> states =
                runs.states(syncs.stream().map(SavedSync::id).toList());
        Map<UUID, String> names = syncs.stream()
                .map(sync -> sync.destination().connectionId())
                .distinct()
                .collect(Collectors.toMap(
                        Function.identity(), id -> connections.get(id).name()));
        Map<UUID, List<SavedSync>> others =
                saved.additional(syncs.stream().map(SavedSync::id).toList());
        return syncs.stream()
                // One that has been deleted since it was listed has no state any more.
                .filter(sync -> states.containsKey(sync.id()))
                .map(sync -> view(
                        sync,
                        total(sync, states.get(sync.id()), others.getOrDefault(sync.id(), List.of())),
                        names.get(sync.destination().connectionId()),
                        List.of()))
                .toList();
    }

    private static SecretSyncView view(SavedSync sync, SyncState state, String connectionName, List<String> warnings) {
        boolean located = sync.folderId() != null;
        return SecretSyncView.of(
                sync.toSync(state.initial()),
                sync.additionalDestinations(),
                connectionName,
                located
                        ? new SecretSyncView.Environment(
                                sync.source().environment(), sync.environmentName(), sync.environmentId())
                        : null,
                located
                        ? new SecretSyncView.Folder(
                                sync.folderId().toString(), sync.source().secretPath())
                        : null,
                sync.createdAt(),
                sync.updatedAt(),
                new SecretSyncView.Job(
                        state.syncStatus(), state.lastSyncJobId(), state.lastSyncMessage(), state.lastSyncedAt()),
                new SecretSyncView.Job(
                        state.importStatus(),
                        state.lastImportJobId(),
                        state.lastImportMessage(),
                        state.lastImportedAt()),
                new SecretSyncView.Job(
                        state.removeStatus(),
                        state.lastRemoveJobId(),
                        state.lastRemoveMessage(),
                        state.lastRemovedAt()),
                warnings);
    }

    /** What a run of a sync would do with what the source has. */
    public PlanView plan(SecretSync sync, Plan plan, SourceSnapshot source) {
        return PlanView.of(plan, sync, source);
    }

    /** When something happens next to each sync by itself. */
    public List<ScheduleView> schedules(List<SavedSync> syncs) {
        Schedule.Times next = schedule.of(
                syncs.stream().map(SavedSync::id).toList(),
                syncs.stream().map(SavedSync::source).distinct().toList());
        Set<PauseTarget> paused = pausing.targets();
        return syncs.stream()
                .map(sync -> new ScheduleView(
                        sync.id(),
                        // Other syncs may follow the source of one that does not.
                        sync.autoSyncEnabled() ? next.poll(sync.source()).orElse(null) : null,
                        next.driftCheck(sync.id()).orElse(null),
                        next.retry(sync.id()).orElse(null),
                        Pausing.holds(paused, sync)))
                .toList();
    }

    /** What the first run of a sync would do that is not stored; see {@link #planOfChanged}. */
    public PlanView planOfNew(SecretSync sync, Plan plan, SourceSnapshot source) {
        return planOfChanged(sync, plan, source).withoutId(sync.id());
    }

    /** What a run would do at the first destination if the sync were stored like this. */
    public PlanView planOfChanged(SecretSync sync, Plan plan, SourceSnapshot source) {
        return plan(sync, plan, source).withWarnings(overlaps.warnings(sync));
    }

    /** What it would do at an additional destination, stored or not. */
    public PlanView.AtDestination planAt(SecretSync destination, Plan plan, SourceSnapshot source) {
        return planAt(destination, plan(destination, plan, source), null);
    }

    /** Why that is not known. */
    public PlanView.AtDestination noPlanAt(SecretSync destination, Throwable failure) {
        FailureExplainer.Explanation why = explainer.explain(failure);
        return planAt(destination, null, why.remedy() == null ? why.message() : why.message() + ". " + why.remedy());
    }

    private PlanView.AtDestination planAt(SecretSync destination, PlanView plan, String error) {
        boolean stored = saved.isAdditional(destination.id());
        return new PlanView.AtDestination(
                stored ? destination.id() : null,
                destination.destination().connectionId(),
                destination.destination().region(),
                stored || plan == null ? plan : plan.withoutId(destination.id()),
                error);
    }

    /** The plan for the first destination, with those for the others. */
    public PlanView plans(PlanView first, List<PlanView.AtDestination> others) {
        return first.with(others);
    }

    public List<RunView> runs(List<RecordedRun> runs) {
        return runs.stream().map(run -> view(run, null)).toList();
    }

    public RunView run(RecordedRun run, List<Outcome> outcomes) {
        return view(
                run,
                outcomes.stream()
                        .map(outcome -> new RunView.Outcome(
                                outcome.name(),
                                outcome.change(),
                                outcome.result().name().toLowerCase(Locale.ROOT),
                                outcome.errorCode(),
                                outcome.message(),
                                outcome.remedy()))
                        .toList());
    }

    private static RunView view(RecordedRun run, List<RunView.Outcome> outcomes) {
        RunCounts counts = run.counts();
        return new RunView(
                run.id(),
                run.action(),
                run.reason(),
                run.status(),
                run.message(),
                run.startedAt(),
                run.finishedAt(),
                counts == null
                        ? null
                        : new RunView.Counts(counts.succeeded(), counts.unchanged(), counts.skipped(), counts.failed()),
                run.awsCalls(),
                outcomes);
    }

    public List<AuditEntryView> auditEntries(List<AuditEntry> entries) {
        return entries.stream()
                .map(entry -> new AuditEntryView(
                        entry.number(),
                        entry.at(),
                        entry.event(),
                        entry.orgId(),
                        entry.projectId(),
                        entry.origin().actor(),
                        entry.origin().address(),
                        entry.origin().requestId(),
                        entry.details(),
                        entry.previousHash(),
                        entry.hash()))
                .toList();
    }

    /** By name. */
    public List<ProjectView> projects(List<KmsProject> projects) {
        return projects.stream()
                .sorted(Comparator.comparing(Views::nameOf).thenComparing(KmsProject::id))
                .map(project -> new ProjectView(
                        project.id(),
                        nameOf(project),
                        project.slug(),
                        project.environments().stream()
                                .map(environment -> new ProjectView.Environment(
                                        environment.id(), environment.slug(), environment.name()))
                                .toList()))
                .toList();
    }

    private static String nameOf(KmsProject project) {
        return project.name() == null ? project.id() : project.name();
    }

    public List<FolderView> folders(Source parent, List<String> names) {
        String path = parent.secretPath().equals("/") ? "" : parent.secretPath();
        return names.stream()
                .map(name -> new FolderView(name, path + "/" + name))
                .toList();
    }

    public AppConnectionView appConnection(AppConnection connection) {
        AppConnectionView.Project project = null;
        if (connection.projectId() != null) {
            KmsProject known = access.project(connection.projectId());
            project = new AppConnectionView.Project(known.name(), known.id(), "secret-manager", known.slug());
        }
        return new AppConnectionView(
                connection.id(),
                connection.name(),
                connection.description(),
                connection.version(),
                connection.orgId(),
                project,
                connection.createdAt(),
                connection.updatedAt(),
                connection.credentialsHash(),
                connection.method() == ConnectionMethod.ACCESS_KEY
                        ? AppConnectionView.Credentials.accessKey(connection.accessKeyId())
                        : AppConnectionView.Credentials.assumeRole(connection.stsEndpoint()),
                troubles.of(connection.id())
                        .map(trouble ->
                                new AppConnectionView.Trouble(trouble.since(), trouble.message(), trouble.nextTryAt()))
                        .orElse(null));
    }

    public List<AppConnectionView> appConnections(List<AppConnection> connections) {
        return connections.stream().map(this::appConnection).toList();
    }

    public List<AvailableConnectionView> availableConnections(List<AppConnection> connections) {
        return connections.stream()
                .map(connection -> new AvailableConnectionView(
                        connection.name(), connection.id(), connection.projectId(), connection.orgId()))
                .toList();
    }

    public List<KmsKeyView> kmsKeys(List<KmsKey> keys) {
        return keys.stream().map(key -> new KmsKeyView(key.alias(), key.id())).toList();
    }
}
