package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.connections.AppConnection;
import ai.hanzo.kms.secretsync.connections.AppConnections;
import ai.hanzo.kms.secretsync.runs.PauseTarget;
import ai.hanzo.kms.secretsync.runs.Pauses;
import ai.hanzo.kms.secretsync.runs.RunReason;
import ai.hanzo.kms.secretsync.runs.Runs;
import ai.hanzo.kms.secretsync.runs.Scheduling;
import ai.hanzo.kms.secretsync.sync.AdditionalDestination;
import ai.hanzo.kms.secretsync.sync.Destination;
import ai.hanzo.kms.secretsync.sync.Rejection;
import ai.hanzo.kms.secretsync.sync.SyncOptions;
import ai.hanzo.kms.secretsync.syncs.SavedSync;
import ai.hanzo.kms.secretsync.syncs.SecretSyncs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * The additional destinations of a sync. Each is stored as a sync of its own that only this service shows together with its first
 * destination: it has its own state, journal, runs, retries and drift checks, so that nothing that happens at one holds up
 * another. Called in the transaction in which the sync is changed.
 */
@Component
class SyncDestinations {
    private final SecretSyncs syncs;
    private final AppConnections connections;
    private final Runs runs;
    private final Scheduling scheduling;
    private final Pauses pauses;

    SyncDestinations(SecretSyncs syncs, AppConnections connections, Runs runs, Scheduling scheduling, Pauses pauses) {
        this.syncs = syncs;
        this.connections = connections;
        this.runs = runs;
        this.scheduling = scheduling;
        this.pauses = pauses;
    }

    private record Place(UUID connectionId, String region) {
        static Place of(SavedSync sync) {
            return new Place(
                    sync.destination().connectionId(), sync.destination().region());
        }
    }

    /**
     * Makes the stored destinations like those that a sync asks for. One that is taken out runs no more, and what is there stays;
     * one that comes back goes on with its journal.
     *
     * @throws Rejection as {@link #requireApart}
     */
    void save(SavedSync sync) {
        requireApart(sync.destination(), sync.additionalDestinations(), sync.options());
        List<AdditionalDestination> wanted =
                sync.additionalDestinations() == null ? List.of() : sync.additionalDestinations();
        Map<Place, SavedSync> there = new HashMap<>();
        syncs.additional(sync.id()).forEach(known -> there.put(Place.of(known), known));
        for (AdditionalDestination destination : wanted) {
            UUID connectionId = destination.connectionOr(sync.destination().connectionId());
            connections.hold(connectionId);
            SavedSync known = there.remove(new Place(connectionId, destination.region()));
            SavedSync saved = sync.at(destination, known);
            if (known == null) {
                syncs.create(saved);
                runs.begin(saved.id());
            } else {
                syncs.update(saved);
                if (!known.destination().equals(saved.destination())) {
                    runs.makeInitial(saved.id());
                }
            }
            follow(saved);
        }
        there.values().stream().filter(known -> !known.dropped()).forEach(this::drop);
    }

    /**
     * Two connections may lead to one account, which their ids do not tell. Where it is not known to which one leads, that is for
     * the runs to meet.
     *
     * @param additional null for none
     * @throws Rejection 400 where two destinations are the same place, or would be copied to the same places
     */
    void requireApart(Destination first, List<AdditionalDestination> additional, SyncOptions options) {
        if (additional == null) {
            return;
        }
        Map<String, AppConnection> there = new HashMap<>();
        Stream.concat(Stream.of(first), additional.stream().map(destination -> destination.of(first)))
                .forEach(destination -> {
                    AppConnection connection = connections.get(destination.connectionId());
                    String account = connection.accountId();
                    String place = options.replicates() ? account : account + " " + destination.region();
                    AppConnection other = account == null ? null : there.putIfAbsent(place, connection);
                    if (other != null) {
                        throw Rejection.badRequest("destinationConfig.additionalDestinations: the connections \""
                                + other.name() + "\" and \"" + connection.name() + "\" both lead to the AWS account "
                                + account
                                + (options.replicates()
                                        ? ", where both destinations would be copied to the same replica regions under the same"
                                                + " names. Leave out replicaRegions, or use a connection to another account"
                                        : ", and both destinations are in " + destination.region()
                                                + ". Use another region, or a connection to another account"));
                    }
                });
    }

    private void follow(SavedSync destination) {
        if (destination.autoSyncEnabled()) {
            runs.request(destination.id(), RunReason.CONFIGURED);
            scheduling.checkDrift(destination.id());
        } else {
            scheduling.ignoreDrift(destination.id());
        }
    }

    private void drop(SavedSync destination) {
        syncs.update(destination.asDropped());
        scheduling.ignoreDrift(destination.id());
        scheduling.cancelRetry(destination.id());
    }

    /** Those at which a sync runs, its first one not among them; none of one of these. */
    List<SavedSync> running(SavedSync sync) {
        return known(sync).stream()
                .filter(destination -> !destination.dropped())
                .toList();
    }

    /** The same with those that were taken out, at which there may be something still. */
    List<SavedSync> known(SavedSync sync) {
        return sync.whole() ? syncs.additional(sync.id()) : List.of();
    }

    /** Itself and {@link #running}. */
    List<SavedSync> all(SavedSync sync) {
        List<SavedSync> all = new ArrayList<>(List.of(sync));
        all.addAll(running(sync));
        return all;
    }

    /** Forgets one of them, or a sync that has none left. */
    void forget(SavedSync sync) {
        syncs.delete(sync.id());
        scheduling.forget(sync.id());
        pauses.forget(PauseTarget.sync(sync.id()));
    }

    /**
     * @throws Rejection 400 for one of the additional destinations, which only the sync as a whole can change
     */
    void requireWhole(SavedSync sync, String what) {
        if (!sync.whole()) {
            throw Rejection.badRequest("This is a destination of the sync \"" + sync.givenName()
                    + "\", which as a whole can be " + what + ": use its ID, " + sync.parentId());
        }
    }
}
