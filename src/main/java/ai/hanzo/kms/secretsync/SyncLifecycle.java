package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.api.CreateSyncRequest;
import ai.hanzo.kms.secretsync.api.UpdateSyncRequest;
import ai.hanzo.kms.secretsync.connections.AppConnections;
import ai.hanzo.kms.secretsync.kms.KmsSource;
import ai.hanzo.kms.secretsync.kms.SourceLocation;
import ai.hanzo.kms.secretsync.runs.RunReason;
import ai.hanzo.kms.secretsync.runs.Runs;
import ai.hanzo.kms.secretsync.runs.Scheduling;
import ai.hanzo.kms.secretsync.runs.SyncState;
import ai.hanzo.kms.secretsync.sync.AdditionalDestination;
import ai.hanzo.kms.secretsync.sync.ConflictResolution;
import ai.hanzo.kms.secretsync.sync.InitialSyncBehavior;
import ai.hanzo.kms.secretsync.sync.Origin;
import ai.hanzo.kms.secretsync.sync.Plan;
import ai.hanzo.kms.secretsync.sync.Rejection;
import ai.hanzo.kms.secretsync.sync.SecretSync;
import ai.hanzo.kms.secretsync.sync.Source;
import ai.hanzo.kms.secretsync.syncs.SavedSync;
import ai.hanzo.kms.secretsync.syncs.SecretSyncs;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Syncs from their creation to their deletion: what is stored and what is scheduled change together or not at all. */
@Component("syncLifecycle")
public class SyncLifecycle {
    private static final String APPROVAL = "/api/v1/secret-syncs/aws-secrets-manager/%s/approve-plan";

    private final SecretSyncs syncs;
    private final SyncLoader loader;
    private final AppConnections connections;
    private final Runs runs;
    private final Scheduling scheduling;
    private final KmsSource kms;
    private final Auditing audit;
    private final SyncDestinations destinations;
    private final Clock clock;

    SyncLifecycle(
            SecretSyncs syncs,
            SyncLoader loader,
            AppConnections connections,
            Runs runs,
            Scheduling scheduling,
            KmsSource kms,
            Auditing audit,
            SyncDestinations destinations,
            Clock clock) {
        this.destinations = destinations;
        this.syncs = syncs;
        this.loader = loader;
        this.connections = connections;
        this.runs = runs;
        this.scheduling = scheduling;
        this.kms = kms;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * A sync together with where it stood when what was asked of it was stored: pending, though its run may have begun since.
     */
    public record Asked(SavedSync sync, SyncState state) {}

    private Asked asked(SavedSync sync) {
        return new Asked(sync, runs.state(sync.id()));
    }

    /** Saves a new sync; if it follows its source by itself, its first run is asked for. */
    @Transactional
    public Asked create(CreateSyncRequest request, SourceLocation location) {
        connections.hold(request.connectionId());
        Instant now = now();
        SavedSync sync = syncs.create(new SavedSync(
                UUID.randomUUID(),
                request.name(),
                request.description(),
                request.source(),
                location.environment().id(),
                location.environment().name(),
                folderId(location),
                request.destination(),
                request.syncOptions(),
                request.autoSyncEnabled(),
                1,
                now,
                now,
                request.additionalDestinations(),
                null,
                false));
        runs.begin(sync.id());
        audit.created(sync);
        follow(sync);
        destinations.save(sync);
        return asked(sync);
    }

    /** By itself means: at once, whenever the source changes, and now and then to see whether somebody changed the destination. */
    private void follow(SavedSync sync) {
        if (sync.autoSyncEnabled()) {
            runs.request(sync.id(), RunReason.CONFIGURED);
            scheduling.follow(sync.source());
            scheduling.checkDrift(sync.id());
        } else {
            scheduling.ignoreDrift(sync.id());
        }
    }

    /** The sync as it would be after an update. */
    public SecretSync updated(SavedSync current, UpdateSyncRequest request) {
        destinations.requireWhole(current, "changed");
        return request.applyTo(loader.load(current));
    }

    /** Its additional destinations as they would be then, null where there are none. */
    public List<AdditionalDestination> additional(SavedSync current, SecretSync changed, UpdateSyncRequest request) {
        return request.additionalDestinations(changed, current.additionalDestinations());
    }

    /** The sync and its additional destinations. */
    public List<SavedSync> destinations(SavedSync sync) {
        return destinations.all(sync);
    }

    /** The additional destinations alone. */
    public List<SecretSync> additional(SavedSync sync) {
        return destinations.running(sync).stream().map(loader::load).toList();
    }

    /**
     * Saves a changed sync; if it follows its source by itself, a run is asked for.
     *
     * @param additional its additional destinations from now on, null for none
     * @param location of the new source; null where the source is the same as before
     */
    @Transactional
    public Asked update(
            SavedSync current, SecretSync changed, List<AdditionalDestination> additional, SourceLocation location) {
        connections.hold(changed.destination().connectionId());
        SavedSync sync = syncs.update(new SavedSync(
                current.id(),
                changed.name(),
                changed.description(),
                changed.source(),
                location == null
                        ? current.environmentId()
                        : location.environment().id(),
                location == null
                        ? current.environmentName()
                        : location.environment().name(),
                location == null ? current.folderId() : folderId(location),
                changed.destination(),
                changed.options(),
                changed.autoSyncEnabled(),
                current.version(),
                current.createdAt(),
                now(),
                additional,
                null,
                false));
        syncs.leave(sync.id(), false);
        audit.updated(current, sync);
        if (changed.initial()) {
            runs.makeInitial(sync.id());
        }
        follow(sync);
        destinations.save(sync);
        unfollowUnlessNeeded(current.source());
        return asked(sync);
    }

    /**
     * @throws Rejection 400 where the folder of the source is gone; a KMS that cannot say now is for the run to meet
     */
    public void requireSource(SavedSync sync) {
        try {
            kms.describe(sync.source());
        } catch (Rejection e) {
            if (e.kind() == Rejection.Kind.BAD_REQUEST) {
                throw Rejection.badRequest(
                        "Invalid source configuration: folder no longer exists. Please configure a valid"
                                + " source and try again.");
            }
        }
    }

    /**
     * Lets the next run delete what this plan deletes, and nothing else.
     *
     * @throws Rejection 400 where the sync requires more than that
     */
    @Transactional
    public void approveDeletions(SavedSync sync, Plan plan) {
        if (sync.options().approvalRequired()) {
            throw Rejection.badRequest(
                    "This sync requires approval of whole plans: look at the plan, and approve it with POST "
                            + APPROVAL.formatted(sync.id()));
        }
        runs.approveDeletions(sync.id(), plan.deletionDigest());
        audit.approved(sync, plan);
    }

    /**
     * Somebody has looked at a plan and approves it: it is carried out, exactly as it is.
     *
     * @param seen {@link Plan#toApprove()} of the plan that was looked at
     * @param plan of this moment
     * @throws Rejection 400 where that is another one, or needs no approval
     */
    @Transactional
    public Asked approve(SavedSync sync, String seen, Plan plan) {
        if (plan.toApprove() == null) {
            throw Rejection.badRequest(
                    sync.options().approvalRequired()
                            ? "There is nothing to approve: the plan neither deletes nor takes over anything. Run the sync with POST"
                                    + " sync-secrets"
                            : "This sync does not require approval (syncOptions.requireApproval). Run it with POST sync-secrets");
        }
        if (!plan.toApprove().equals(seen)) {
            throw Rejection.badRequest(
                    "The plan is not the one with this planDigest any more. Look at the plan of now, and"
                            + " approve that");
        }
        runs.approveDeletions(sync.id(), seen);
        audit.approved(sync, plan, seen);
        return runNow(sync);
    }

    /**
     * Somebody wants what is at the destination to be imported into the KMS.
     *
     * @param behavior one of those that import
     * @throws Rejection 400 where the sync cannot import
     */
    @Transactional
    public Asked importNow(SavedSync sync, InitialSyncBehavior behavior) {
        destinations.requireWhole(sync, "imported");
        if (sync.source().subFolders()) {
            throw Rejection.badRequest(
                    "A sync with includeAllSubFolders imports nothing, because a name in AWS does not say which"
                            + " folder it belongs to. Import with a sync of the folder");
        }
        ConflictResolution.Behavior whoseCounts =
                ConflictResolution.Behavior.of(behavior).orElseThrow();
        runs.requestImport(sync.id(), whoseCounts);
        audit.asked(sync, "import", Map.of("importBehavior", whoseCounts.wireName()));
        return asked(sync);
    }

    /** Somebody wants what the sync put at its destinations to be removed, also at those that were taken out of it. */
    @Transactional
    public Asked removeNow(SavedSync sync) {
        runs.requestRemoval(sync.id(), false);
        destinations.known(sync).forEach(other -> runs.requestRemoval(other.id(), false));
        audit.asked(sync, "remove", Map.of("thenDelete", false));
        return asked(sync);
    }

    /** Somebody wants the sync to go after what it put at its destination. */
    @Transactional
    public Asked removeThenDelete(SavedSync sync) {
        destinations.requireWhole(sync, "deleted");
        List<SavedSync> others = destinations.known(sync);
        if (others.isEmpty()) {
            runs.requestRemoval(sync.id(), true);
        } else {
            // The first destination goes last, and the sync with it.
            syncs.leave(sync.id(), true);
            others.forEach(other -> runs.requestRemoval(other.id(), true));
        }
        audit.asked(sync, "remove", Map.of("thenDelete", true));
        return asked(sync);
    }

    /** Somebody wants it to run now. */
    @Transactional
    public Asked runNow(SavedSync sync) {
        destinations.all(sync).forEach(each -> runs.request(each.id(), RunReason.MANUAL));
        audit.asked(sync, "sync", Map.of());
        return asked(sync);
    }

    /** Forgets a sync. What it put into AWS stays there. */
    @Transactional
    public void delete(SavedSync sync) {
        destinations.requireWhole(sync, "deleted");
        destinations.known(sync).forEach(destinations::forget);
        forget(sync);
        audit.deleted(sync);
    }

    /**
     * Forgets a sync whose secrets have just been removed.
     *
     * @param origin who asked for that
     */
    @Transactional
    public void deleteRemoved(UUID syncId, Origin origin) {
        SavedSync sync = syncs.get(syncId);
        if (sync.whole()) {
            destinations.known(sync).forEach(destinations::forget);
            forget(sync);
            audit.deletedFor(origin, sync);
            return;
        }
        boolean leaving = syncs.holdLeaving(sync.parentId());
        destinations.forget(sync);
        if (leaving && syncs.additional(sync.parentId()).isEmpty()) {
            runs.requestRemoval(sync.parentId(), true, origin);
        }
    }

    private void forget(SavedSync sync) {
        destinations.forget(sync);
        unfollowUnlessNeeded(sync.source());
    }

    private void unfollowUnlessNeeded(Source source) {
        if (syncs.following(source).isEmpty()) {
            scheduling.unfollow(source);
        }
    }

    /** What the contract shows and databases keep alike. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static UUID folderId(SourceLocation location) {
        return UUID.fromString(location.folder().id());
    }
}
