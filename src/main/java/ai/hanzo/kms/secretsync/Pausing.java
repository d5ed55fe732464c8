package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.api.PauseRequest;
import ai.hanzo.kms.secretsync.api.PauseView;
import ai.hanzo.kms.secretsync.runs.Pause;
import ai.hanzo.kms.secretsync.runs.PauseTarget;
import ai.hanzo.kms.secretsync.runs.Pauses;
import ai.hanzo.kms.secretsync.security.Access;
import ai.hanzo.kms.secretsync.sync.Rejection;
import ai.hanzo.kms.secretsync.syncs.SavedSync;
import ai.hanzo.kms.secretsync.syncs.SecretSyncs;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** The kill switch, for those who may use what it stops. */
@Component("pausing")
public class Pausing {
    private final Pauses pauses;
    private final SecretSyncs syncs;
    private final VisibleResources visible;
    private final Access access;

    Pausing(Pauses pauses, SecretSyncs syncs, VisibleResources visible, Access access) {
        this.pauses = pauses;
        this.syncs = syncs;
        this.visible = visible;
        this.access = access;
    }

    /**
     * What a request is about. Everything is for those who may use every project that has a sync.
     *
     * @throws Rejection 404 where the caller may not see the sync or the connection, 403 where there are syncs of others
     */
    public PauseTarget target(PauseRequest request) {
        if (request.syncId() != null) {
            return PauseTarget.sync(visible.sync(request.syncId()).id());
        }
        if (request.connectionId() != null) {
            return PauseTarget.connection(
                    visible.connection(request.connectionId()).id());
        }
        if (!access.projects().containsAll(syncs.projects())) {
            throw Rejection.forbidden(
                    "Everything can be paused or resumed only by those who may use every project that has a"
                            + " sync; give a syncId or a connectionId");
        }
        return PauseTarget.EVERYTHING;
    }

    /** The syncs that a target is about. */
    public Collection<UUID> syncsOf(PauseTarget target) {
        return switch (target.kind()) {
            case SYNC ->
                Stream.concat(
                                Stream.of(target.id()),
                                syncs.additional(target.id()).stream().map(SavedSync::id))
                        .toList();
            case CONNECTION ->
                syncs.ofConnection(target.id()).stream().map(SavedSync::id).toList();
            case EVERYTHING -> syncs.ids();
        };
    }

    /** What is paused of what the caller may see. */
    public List<PauseView> paused() {
        access.anyone();
        return pauses.all().stream().filter(this::mayBeSeen).map(Pausing::view).toList();
    }

    private boolean mayBeSeen(Pause pause) {
        try {
            switch (pause.target().kind()) {
                case SYNC -> visible.sync(pause.target().id());
                case CONNECTION -> visible.connection(pause.target().id());
                case EVERYTHING -> access.anyone();
            }
            return true;
        } catch (Rejection e) {
            if (e.kind() == Rejection.Kind.NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    /** Everything that is paused, for syncs that the caller may see. */
    Set<PauseTarget> targets() {
        return pauses.all().stream().map(Pause::target).collect(Collectors.toUnmodifiableSet());
    }

    static boolean holds(Set<PauseTarget> paused, SavedSync sync) {
        return Stream.of(
                        PauseTarget.EVERYTHING,
                        PauseTarget.connection(sync.destination().connectionId()),
                        PauseTarget.sync(sync.id()))
                .anyMatch(paused::contains);
    }

    private static PauseView view(Pause pause) {
        PauseTarget target = pause.target();
        return new PauseView(
                target.kind() == PauseTarget.Kind.SYNC ? target.id() : null,
                target.kind() == PauseTarget.Kind.CONNECTION ? target.id() : null,
                target.kind() == PauseTarget.Kind.EVERYTHING ? true : null,
                pause.since(),
                pause.reason());
    }

    /** For the answers about a sync, which otherwise would seem to wait for nothing. */
    List<String> warnings(UUID syncId) {
        return pauses.of(syncId).stream()
                .map(pause -> "Paused since " + pause.since()
                        + (pause.target().kind() == PauseTarget.Kind.SYNC
                                ? ""
                                : " with "
                                        + (pause.target().kind() == PauseTarget.Kind.CONNECTION
                                                ? "its connection"
                                                : "everything"))
                        + (pause.reason() == null ? "" : " (" + pause.reason() + ")")
                        + "; what is asked for waits until POST /api/v1/secret-syncs/resume")
                .toList();
    }
}
