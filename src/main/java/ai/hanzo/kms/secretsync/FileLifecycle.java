package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.FileRequests.Connection;
import ai.hanzo.kms.secretsync.FileRequests.Key;
import ai.hanzo.kms.secretsync.FileRequests.Requests;
import ai.hanzo.kms.secretsync.FileRequests.Sync;
import ai.hanzo.kms.secretsync.api.CreateSyncRequest;
import ai.hanzo.kms.secretsync.aws.ResourcePolicies;
import ai.hanzo.kms.secretsync.connections.AppConnection;
import ai.hanzo.kms.secretsync.connections.AppConnections;
import ai.hanzo.kms.secretsync.files.ConfigurationFiles;
import ai.hanzo.kms.secretsync.files.Entry;
import ai.hanzo.kms.secretsync.files.FileMarks;
import ai.hanzo.kms.secretsync.files.FileMarks.Kind;
import ai.hanzo.kms.secretsync.files.FileMarks.Mark;
import ai.hanzo.kms.secretsync.files.FileMistakesException;
import ai.hanzo.kms.secretsync.files.Mistake;
import ai.hanzo.kms.secretsync.files.PostponedException;
import ai.hanzo.kms.secretsync.kms.KmsProject;
import ai.hanzo.kms.secretsync.kms.KmsSource;
import ai.hanzo.kms.secretsync.kms.SourceLocation;
import ai.hanzo.kms.secretsync.security.Access;
import ai.hanzo.kms.secretsync.security.ServiceCaller;
import ai.hanzo.kms.secretsync.sync.AdditionalDestination;
import ai.hanzo.kms.secretsync.sync.Rejection;
import ai.hanzo.kms.secretsync.sync.SecretSync;
import ai.hanzo.kms.secretsync.sync.Source;
import ai.hanzo.kms.secretsync.syncs.SavedSync;
import ai.hanzo.kms.secretsync.syncs.SecretSyncs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Makes connections and syncs what the files say, in the ways in which the API makes and changes them. They are recognised by
 * their names within their project, whoever made them; on record, the actor is {@code file:<its name>}.
 */
@Component("fileLifecycle")
public class FileLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(FileLifecycle.class);

    private final ConfigurationFiles files;
    private final FileRequests requests;
    private final FileMarks marks;
    private final AppConnections connections;
    private final ConnectionLifecycle connectionLifecycle;
    private final SecretSyncs syncs;
    private final SyncLifecycle syncLifecycle;
    private final SyncLoader loader;
    private final Access access;
    private final VisibleResources visible;
    private final KmsSource kms;
    private final ResourcePolicies resourcePolicies;

    FileLifecycle(
            ConfigurationFiles files,
            FileRequests requests,
            FileMarks marks,
            AppConnections connections,
            ConnectionLifecycle connectionLifecycle,
            SecretSyncs syncs,
            SyncLifecycle syncLifecycle,
            SyncLoader loader,
            Access access,
            VisibleResources visible,
            KmsSource kms,
            ResourcePolicies resourcePolicies) {
        this.resourcePolicies = resourcePolicies;
        this.files = files;
        this.requests = requests;
        this.marks = marks;
        this.connections = connections;
        this.connectionLifecycle = connectionLifecycle;
        this.syncs = syncs;
        this.syncLifecycle = syncLifecycle;
        this.loader = loader;
        this.access = access;
        this.visible = visible;
        this.kms = kms;
    }

    /**
     * What the files say, without asking anybody but the database.
     *
     * @throws FileMistakesException with everything that is wrong
     */
    public Requests read() {
        Requests wanted = requests.of(files.read());
        List<Mistake> mistakes = new ArrayList<>(wanted.mistakes());
        Set<Key> written = wanted.connections().stream().map(Connection::key).collect(Collectors.toSet());
        for (Connection connection : wanted.connections()) {
            stored(connection)
                    .filter(found -> !found.method()
                            .wireName()
                            .equals(connection.request().credentials().method().wireName()))
                    .ifPresent(found -> mistakes.add(connection
                            .entry()
                            .mistake(
                                    "method",
                                    "The method of a connection cannot change. Give the new one another name, or delete"
                                            + " the one there is.")));
        }
        // Where a connection could not be read, it would only be told once more that it is missing.
        boolean connectionsComplete = mistakes.isEmpty();
        for (Sync sync : wanted.syncs()) {
            sync.connections().stream()
                    .filter(key -> connectionsComplete
                            && !written.contains(key)
                            && connections
                                    .ofProject(key.name(), key.projectId())
                                    .isEmpty())
                    .forEach(key -> mistakes.add(sync.entry()
                            .mistake(
                                    "connectionName",
                                    "The project has no connection \"" + key.name()
                                            + "\". Write it down under \"connections\", or make it through the API.")));
        }
        refuse(mistakes);
        return wanted;
    }

    /** Whether everything is as the files say. */
    public boolean isStored(Requests wanted) {
        return wanted.connections().stream()
                        .allMatch(connection -> isStored(connection) && isMarked(Kind.CONNECTION, connection))
                && wanted.syncs().stream().allMatch(sync -> isStored(sync) && isMarked(sync));
    }

    private boolean isMarked(Kind kind, Connection connection) {
        return stored(connection)
                .filter(found -> connection.entry().fileName().equals(marks.of(kind, found.id())))
                .isPresent();
    }

    private boolean isMarked(Sync sync) {
        return stored(sync)
                .filter(found -> sync.entry().fileName().equals(marks.of(Kind.SYNC, found.id())))
                .isPresent();
    }

    private boolean isStored(Connection connection) {
        return stored(connection)
                .filter(found ->
                        Objects.equals(found.description(), connection.request().description()))
                .filter(found ->
                        connectionLifecycle.has(found.id(), connection.request().credentials()))
                .isPresent();
    }

    private boolean isStored(Sync sync) {
        Optional<UUID> connection = connectionOf(sync);
        return connection.isPresent()
                && stored(sync)
                        .filter(found -> {
                            SecretSync changed = updated(sync, connection.get(), found);
                            return changed.equals(loader.load(found.id()))
                                    && Objects.equals(
                                            additional(sync, connection.get(), found, changed),
                                            found.additionalDestinations());
                        })
                        .isPresent();
    }

    private List<AdditionalDestination> additional(Sync sync, UUID connection, SavedSync found, SecretSync changed) {
        return syncLifecycle.additional(
                found, changed, request(sync, connection).asUpdate());
    }

    private CreateSyncRequest request(Sync sync, UUID connection) {
        return sync.request()
                .with(connection)
                .withAdditional(id -> sync.others().containsKey(id)
                        ? id(new Key(sync.request().projectId(), sync.others().get(id)))
                                .orElse(id)
                        : id);
    }

    private Optional<UUID> id(Key connection) {
        return connections.ofProject(connection.name(), connection.projectId()).map(AppConnection::id);
    }

    private SecretSync updated(Sync sync, UUID connection, SavedSync found) {
        return syncLifecycle.updated(found, request(sync, connection).asUpdate());
    }

    private Optional<AppConnection> stored(Connection connection) {
        return connections.ofProject(
                connection.request().name(), connection.request().projectId());
    }

    /** The sync as it is stored. */
    public Optional<SavedSync> stored(Sync sync) {
        return syncs.named(sync.request().projectId(), sync.request().name());
    }

    private Optional<UUID> connectionOf(Sync sync) {
        return sync.connection().isEmpty()
                ? Optional.of(sync.request().connectionId())
                : sync.connection()
                        .flatMap(key -> connections.ofProject(key.name(), key.projectId()))
                        .map(AppConnection::id);
    }

    /**
     * Asks the KMS, as this service, about what is to be made or changed.
     *
     * @throws FileMistakesException with everything that this service cannot see or read there
     * @throws PostponedException where the KMS cannot say now
     */
    public Map<Source, SourceLocation> locate(Requests wanted) {
        List<Mistake> mistakes = new ArrayList<>();
        Map<Source, SourceLocation> locations = new HashMap<>();
        for (Connection connection : wanted.connections()) {
            if (!isStored(connection)) {
                asked(
                        connection.entry(),
                        "projectId",
                        mistakes,
                        () -> access.project(connection.request().projectId()));
            }
        }
        for (Sync sync : wanted.syncs()) {
            if (!isStored(sync)) {
                CreateSyncRequest request = sync.request();
                Optional<KmsProject> project =
                        asked(sync.entry(), "projectId", mistakes, () -> access.project(request.projectId()));
                if (project.isPresent()) {
                    asked(sync.entry(), "secretPath", mistakes, () -> {
                                SourceLocation location = kms.describe(request.source());
                                access.requireReadable(request.source());
                                return location;
                            })
                            .ifPresent(location -> locations.put(request.source(), location));
                    if (sync.connectionName() == null) {
                        asked(sync.entry(), "connectionId", mistakes, () -> {
                            visible.requireUsable(request.connectionId(), project.get());
                            return true;
                        });
                    }
                    Set<UUID> others = new HashSet<>(request.namedConnections());
                    others.removeAll(sync.others().keySet());
                    for (UUID id : others) {
                        asked(sync.entry(), "destinationConfig.additionalDestinations", mistakes, () -> {
                            visible.requireUsable(id, project.get());
                            return true;
                        });
                    }
                }
            }
        }
        refuse(mistakes);
        return locations;
    }

    private static <T> Optional<T> asked(Entry entry, String field, List<Mistake> mistakes, Supplier<T> question) {
        try {
            return Optional.of(caller(entry).call(question));
        } catch (Rejection e) {
            if (e.kind() == Rejection.Kind.RATE_LIMITED || e.kind() == Rejection.Kind.UPSTREAM_UNAVAILABLE) {
                throw new PostponedException(e.getMessage(), e);
            }
            mistakes.add(entry.mistake(field, e.getMessage()));
            return Optional.empty();
        }
    }

    private static ServiceCaller caller(Entry entry) {
        return new ServiceCaller("file:" + entry.fileName());
    }

    /**
     * Makes and changes what is not as the files say: all of it, or nothing. Of several instances one does it, and the others find
     * it done.
     *
     * @throws FileMistakesException with what AWS or the database did not accept
     * @throws PostponedException as {@link #locate}
     */
    @Transactional
    public void apply(Requests wanted, Map<Source, SourceLocation> locations) {
        marks.lock();
        List<Mistake> mistakes = new ArrayList<>();
        for (Connection connection : wanted.connections()) {
            if (!isStored(connection)) {
                asked(connection.entry(), "", mistakes, () -> save(connection));
            }
            stored(connection).ifPresent(found -> mark(Kind.CONNECTION, found.id(), found.name(), connection.entry()));
        }
        refuse(mistakes);
        for (Sync sync : wanted.syncs()) {
            if (!isStored(sync)) {
                asked(sync.entry(), "", mistakes, () -> save(sync, locations));
                // A statement that the database refused was the last of its transaction.
                refuse(mistakes);
            }
            stored(sync).ifPresent(found -> mark(Kind.SYNC, found.id(), found.name(), sync.entry()));
        }
    }

    private void mark(Kind kind, UUID id, String name, Entry entry) {
        marks.mark(kind, id, entry.fileName());
        LOG.debug("The {} \"{}\" is as {} says", kind.word(), name, entry.file());
    }

    private AppConnection save(Connection connection) {
        Optional<AppConnection> found = stored(connection);
        tell(found.isPresent(), Kind.CONNECTION, connection.request().name(), connection.entry());
        if (found.isEmpty()) {
            return connectionLifecycle.create(connection.request());
        }
        UUID id = found.get().id();
        boolean same = connectionLifecycle.has(id, connection.request().credentials());
        return connectionLifecycle.update(id, connection.request().asUpdate(!same));
    }

    private SyncLifecycle.Asked save(Sync sync, Map<Source, SourceLocation> locations) {
        Optional<SavedSync> found = stored(sync);
        tell(found.isPresent(), Kind.SYNC, sync.request().name(), sync.entry());
        UUID connection = connectionOf(sync).orElseThrow();
        Source source = sync.request().source();
        // Another instance may have changed since what was not to be changed when the KMS was asked.
        SourceLocation location = locations.containsKey(source) ? locations.get(source) : kms.describe(source);
        resourcePolicies.requireValid(
                connection,
                sync.request().destinationConfig().region(),
                sync.request().syncOptions());
        if (found.isEmpty()) {
            return syncLifecycle.create(request(sync, connection), location);
        }
        SecretSync changed = updated(sync, connection, found.get());
        return syncLifecycle.update(found.get(), changed, additional(sync, connection, found.get(), changed), location);
    }

    private static void tell(boolean there, Kind kind, String name, Entry entry) {
        LOG.info("{} the {} \"{}\" as {} says", there ? "Changing" : "Creating", kind.word(), name, entry);
    }

    private static void refuse(List<Mistake> mistakes) {
        if (!mistakes.isEmpty()) {
            throw new FileMistakesException(mistakes);
        }
    }

    /** What files made once and have no more: it goes on as it is. */
    public void tellWhatIsGone(Requests wanted) {
        Set<Key> connectionsThere = new HashSet<>();
        wanted.connections().forEach(connection -> connectionsThere.add(connection.key()));
        Set<Key> syncsThere = new HashSet<>();
        wanted.syncs().forEach(sync -> syncsThere.add(sync.key()));
        Stream<Mark> gone = Stream.concat(
                marks.all(Kind.CONNECTION).stream()
                        .filter(mark -> !connectionsThere.contains(new Key(mark.projectId(), mark.name()))),
                marks.all(Kind.SYNC).stream()
                        .filter(mark -> !syncsThere.contains(new Key(mark.projectId(), mark.name()))));
        gone.forEach(mark -> LOG.warn(
                "The {} \"{}\" of project {} was made by {} and is in no file any more. It stays as it is: delete it through"
                        + " the API ({}), or put it back",
                mark.kind().word(),
                mark.name(),
                mark.projectId(),
                mark.file(),
                mark.id()));
    }

    /** Says that it is tried again. */
    public void postponed(Throwable failure) {
        String reason = cause(failure, PostponedException.class)
                .map(Throwable::getMessage)
                .orElse("");
        LOG.warn("What the files say cannot be done yet; it is tried again. {}", reason);
    }

    /** Says, of a running service, what it would not have started with. */
    public void refused(Throwable failure) {
        cause(failure, FileMistakesException.class)
                .ifPresentOrElse(
                        wrong -> wrong.mistakes().forEach(mistake -> LOG.error("{}", mistake)),
                        () -> LOG.error(
                                "Unexpected failure while the files were applied: {}",
                                failure.getClass().getName()));
        LOG.error("Nothing of what the files say was done. Mend it and start again");
    }

    /** Camel wraps what a bean throws. */
    static <T extends Throwable> Optional<T> cause(Throwable failure, Class<T> type) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst();
    }
}
