package ai.hanzo.kms.secretsync.connections;

import ai.hanzo.kms.secretsync.sync.Rejection;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.data.jdbc.core.JdbcAggregateOperations;
import org.springframework.data.relational.core.conversion.DbActionExecutionException;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The AWS app connections. Rules and messages are upstream's ({@code upstream-secret-sync.md} 1.6); who may do what is the
 * caller's business.
 */
public final class AppConnections {
    private static final Logger log = LoggerFactory.getLogger(AppConnections.class);

    private final StoredConnections rows;
    private final JdbcAggregateOperations aggregates;
    private final TransactionOperations transaction;
    private final CredentialsVault vault;
    private final CredentialCheck check;
    private final ConnectionUse use;
    private final ApplicationEventPublisher events;
    private final ConnectionAudit audit;
    private final Clock clock;

    AppConnections(
            StoredConnections rows,
            JdbcAggregateOperations aggregates,
            TransactionOperations transaction,
            CredentialsVault vault,
            CredentialCheck check,
            ConnectionUse use,
            ApplicationEventPublisher events,
            ConnectionAudit audit,
            Clock clock) {
        this.rows = rows;
        this.aggregates = aggregates;
        this.transaction = transaction;
        this.vault = vault;
        this.check = check;
        this.use = use;
        this.events = events;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * Checks the credentials and stores the connection; on any error nothing is left behind.
     *
     * @throws Rejection 400 if the name is taken in its scope, if the credentials are not of the method, or what the check
     *     says
     */
    public AppConnection create(CreateConnection request) {
        requireMethod(request.method(), request.credentials());
        String scope = StoredConnection.scope(request.orgId(), request.projectId());
        // Spares AWS a question; the constraint has the last word.
        if (rows.existsByScopeAndName(scope, request.name())) {
            throw nameTaken(request.name());
        }
        UUID id = UUID.randomUUID();
        Instant now = now();
        StoredConnection row = new StoredConnection(
                id,
                scope,
                request.name(),
                request.description(),
                request.method().wireName(),
                request.orgId(),
                request.projectId(),
                null,
                vault.encrypt(id, request.credentials()),
                vault.hash(id, request.credentials()),
                1,
                AppConnection.CURRENT_VERSION,
                now,
                now);
        String externalId = shown(row, request.credentials()).externalId();
        StoredConnection checked =
                row.changed(row.name(), row.description(), check.accountId(request.credentials(), externalId, id), now);
        namesAreUnique(
                request.name(),
                () -> transaction.execute(status -> {
                    audit.created(shown(checked, null));
                    return aggregates.insert(checked);
                }));
        return shown(checked, request.credentials());
    }

    /**
     * Changes what the request names. Credentials are checked before they are stored; only if they differ from the stored
     * ones do hash and revision change. The method cannot change.
     *
     * @throws Rejection 404 if there is no such connection; 400 if the name is taken in its scope, if the credentials are not
     *     of its method, or what the check says
     */
    public AppConnection update(UUID id, UpdateConnection request) {
        ConnectionCredentials credentials = request.credentials();
        // Not within the transaction: AWS may take its time.
        String accountId = credentials == null ? null : checkedAccount(row(id), credentials);
        StoredConnection updated = namesAreUnique(
                request.name(),
                () -> transaction.execute(status -> {
                    StoredConnection row = rows.findLockedById(id).orElseThrow(() -> notFound(id));
                    StoredConnection changed = row.changed(
                            request.name() == null ? row.name() : request.name(),
                            request.description() == null
                                    ? row.description()
                                    : request.description().text(),
                            credentials == null ? row.accountId() : accountId,
                            now());
                    StoredConnection saved = rows.save(credentials == null ? changed : rotated(changed, credentials));
                    audit.updated(shown(row, null), shown(saved, null));
                    return saved;
                }));
        events.publishEvent(new ConnectionChanged(id));
        return shown(updated);
    }

    /**
     * Deletes a connection that nothing needs, and returns what it was.
     *
     * @throws Rejection 404 if there is no such connection; 400 if it is in use, be it since a moment ago
     */
    public AppConnection delete(UUID id) {
        StoredConnection deleted;
        try {
            deleted = transaction.execute(status -> {
                StoredConnection row = rows.findLockedById(id).orElseThrow(() -> notFound(id));
                if (use.inUse(id)) {
                    throw inUse(null);
                }
                rows.deleteRow(id);
                audit.deleted(shown(row, null));
                return row;
            });
        } catch (DataIntegrityViolationException e) {
            // A foreign key knew of a use that began after we asked.
            throw inUse(e);
        }
        events.publishEvent(new ConnectionChanged(id));
        return shown(deleted);
    }

    /**
     * Keeps a connection from being deleted until the caller's transaction ends: to be called by whoever stores something
     * that needs it, in the same transaction and before. A foreign key alone is not enough, because H2 checks it without
     * locking the row it refers to (h2database issue 3663).
     *
     * @throws Rejection 404 if there is no such connection
     * @throws IllegalStateException without a transaction
     */
    public void hold(UUID id) {
        if (!TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new IllegalStateException("A connection can be held only within a transaction");
        }
        rows.findLockedById(id).orElseThrow(() -> notFound(id));
    }

    /** @throws Rejection 404 if there is no such connection */
    public AppConnection get(UUID id) {
        return shown(row(id));
    }

    /**
     * @param projectId null to look among the organisation's own connections
     * @throws Rejection 404 if there is none of that name in that scope
     */
    public AppConnection byName(String name, String orgId, String projectId) {
        return rows.findByScopeAndName(StoredConnection.scope(orgId, projectId), name)
                .filter(row -> row.orgId().equals(orgId))
                .map(this::shown)
                .orElseThrow(() -> Rejection.notFound("Could not find App Connection with name " + name + " in "
                        + (projectId == null ? "organization" : "project") + " scope."));
    }

    /** The connection of a name among a project's own. */
    public Optional<AppConnection> ofProject(String name, String projectId) {
        return rows.findByScopeAndName(StoredConnection.scope(null, projectId), name)
                .map(this::shown);
    }

    /**
     * Whether a connection has these credentials already, and they can be read.
     *
     * @throws Rejection 404 if there is no such connection
     */
    public boolean has(UUID id, ConnectionCredentials credentials) {
        StoredConnection row = row(id);
        return vault.hash(id, credentials).equals(row.credentialsHash()) && readable(row);
    }

    /**
     * The connections of one scope, by name.
     *
     * @param projectId null for the organisation's own connections
     */
    public List<AppConnection> list(String orgId, String projectId) {
        return inScopes(Stream.of(StoredConnection.scope(orgId, projectId)))
                .filter(row -> row.orgId().equals(orgId))
                .map(this::shown)
                .toList();
    }

    /** Everything that is visible to someone who sees these organisations and these projects, by name. */
    public List<AppConnection> listAll(Collection<String> orgIds, Collection<String> projectIds) {
        return inScopes(Stream.concat(
                        orgIds.stream().map(orgId -> StoredConnection.scope(orgId, null)),
                        projectIds.stream().map(projectId -> StoredConnection.scope(null, projectId))))
                .map(this::shown)
                .toList();
    }

    /**
     * The connections that a sync may use, by name: the organisation's and the project's own.
     *
     * @param projectId null for the organisation's only
     */
    public List<AppConnection> available(String orgId, String projectId) {
        return inScopes(Stream.of(StoredConnection.scope(orgId, null), StoredConnection.scope(orgId, projectId)))
                .filter(row -> row.orgId().equals(orgId))
                .map(this::shown)
                .toList();
    }

    /**
     * The decrypted credentials, to build an AWS client with. Nothing is kept here.
     *
     * @throws Rejection 404 if there is no such connection
     * @throws UndecryptableException if they cannot be decrypted; the message names the remedies
     */
    public UsableCredentials credentials(UUID id) {
        StoredConnection row = row(id);
        ConnectionCredentials credentials = vault.decrypt(row);
        return new UsableCredentials(
                id,
                credentials,
                row.credentialsRevision(),
                shown(row, credentials).externalId());
    }

    private String checkedAccount(StoredConnection row, ConnectionCredentials credentials) {
        requireMethod(method(row), credentials);
        return check.accountId(credentials, shown(row, credentials).externalId(), row.id());
    }

    private StoredConnection rotated(StoredConnection row, ConnectionCredentials credentials) {
        String hash = vault.hash(row.id(), credentials);
        if (!hash.equals(row.credentialsHash())) {
            return row.rotated(vault.encrypt(row.id(), credentials), hash);
        }
        // The same again: worth storing only in place of what cannot be read any more.
        return readable(row) ? row : row.reencrypted(vault.encrypt(row.id(), credentials));
    }

    private boolean readable(StoredConnection row) {
        try {
            vault.decrypt(row);
            return true;
        } catch (UndecryptableException e) {
            return false;
        }
    }

    private Stream<StoredConnection> inScopes(Stream<String> scopes) {
        return rows.findByScopeIn(scopes.distinct().toList()).stream()
                .sorted(Comparator.comparing(StoredConnection::name).thenComparing(StoredConnection::id));
    }

    private StoredConnection row(UUID id) {
        return rows.findById(id).orElseThrow(() -> notFound(id));
    }

    private AppConnection shown(StoredConnection row) {
        try {
            return shown(row, vault.decrypt(row));
        } catch (UndecryptableException e) {
            log.warn("{}", e.getMessage());
            return shown(row, null);
        }
    }

    private static AppConnection shown(StoredConnection row, ConnectionCredentials credentials) {
        return new AppConnection(
                row.id(),
                row.name(),
                row.description(),
                method(row),
                row.orgId(),
                row.projectId(),
                row.accountId(),
                credentials instanceof ConnectionCredentials.AccessKey key ? key.accessKeyId() : null,
                credentials instanceof ConnectionCredentials.AssumeRole role ? role.stsEndpoint() : null,
                row.credentialsHash(),
                row.credentialsRevision(),
                row.version(),
                row.createdAt(),
                row.updatedAt());
    }

    private static ConnectionMethod method(StoredConnection row) {
        return ConnectionMethod.of(row.method())
                .orElseThrow(() -> new IllegalStateException("Unknown method of App Connection " + row.id()));
    }

    private static void requireMethod(ConnectionMethod method, ConnectionCredentials credentials) {
        if (credentials.method() != method) {
            throw Rejection.badRequest("Invalid credential format for AWS Connection with method " + method.label());
        }
    }

    private static <T> T namesAreUnique(String name, Supplier<T> write) {
        try {
            return write.get();
        } catch (DuplicateKeyException e) {
            throw nameTaken(name);
        } catch (DbActionExecutionException e) {
            // Spring Data's wrapping of the same.
            if (e.getCause() instanceof DuplicateKeyException) {
                throw nameTaken(name);
            }
            throw e;
        }
    }

    /** To the millisecond, which the wire shows and both databases keep. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static Rejection nameTaken(String name) {
        return Rejection.badRequest("An App Connection with the name \"" + name + "\" already exists");
    }

    private static Rejection notFound(UUID id) {
        return Rejection.notFound("Could not find App Connection with ID " + id);
    }

    private static Rejection inUse(DataIntegrityViolationException cause) {
        return new Rejection(
                Rejection.Kind.BAD_REQUEST,
                "Cannot delete App Connection with existing connections. Remove all existing connections and try again.",
                cause);
    }
}
