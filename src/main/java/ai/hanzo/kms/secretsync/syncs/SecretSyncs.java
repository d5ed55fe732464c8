package ai.hanzo.kms.secretsync.syncs;

import ai.hanzo.kms.secretsync.sync.Rejection;
import ai.hanzo.kms.secretsync.sync.Siblings;
import ai.hanzo.kms.secretsync.sync.Source;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.data.jdbc.core.JdbcAggregateTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Keeps the syncs. What a caller may do with them is decided elsewhere. */
@Component("secretSyncs")
public class SecretSyncs {
    private final SyncRows rows;
    private final JdbcAggregateTemplate template;
    private final JdbcClient jdbc;
    private final Clock clock;

    SecretSyncs(SyncRows rows, JdbcAggregateTemplate template, JdbcClient jdbc, Clock clock) {
        this.rows = rows;
        this.template = template;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /**
     * @throws Rejection 400 where the project has a sync of that name already, or the connection has just been deleted
     */
    public SavedSync create(SavedSync sync) {
        return write(sync, template::insert);
    }

    /**
     * @throws Rejection 400 as with {@link #create}, 404 where the sync has just been deleted
     */
    public SavedSync update(SavedSync sync) {
        if (!rows.existsById(sync.id())) {
            throw unknownId(sync.id());
        }
        return write(sync, template::update);
    }

    private SavedSync write(SavedSync sync, UnaryOperator<SyncRow> how) {
        try {
            return how.apply(SyncRow.of(sync)).toSavedSync();
        } catch (RuntimeException e) {
            throw violation(sync, e);
        }
    }

    /** Spring Data JDBC wraps what the driver says in an exception of its own. */
    private static RuntimeException violation(SavedSync sync, RuntimeException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof DuplicateKeyException) {
                return nameTaken(sync.name(), sync.source().projectId());
            }
            if (cause instanceof DataIntegrityViolationException) {
                return Rejection.notFound("Could not find App Connection with ID "
                        + sync.destination().connectionId());
            }
        }
        return failure;
    }

    /** Whether it is one more destination of another sync. One that is not stored is a sync by itself. */
    public boolean isAdditional(UUID id) {
        return rows.findById(id)
                .map(SyncRow::toSavedSync)
                .filter(sync -> !sync.whole())
                .isPresent();
    }

    /** What is said of a second sync of a name. */
    public static Rejection nameTaken(String name, String projectId) {
        return Rejection.badRequest("A Secret Sync with the name \"" + name
                + "\" already exists for the project with ID \"" + projectId + "\"");
    }

    /**
     * Forgets a sync; its name is free at once, and what it put at the destination is nobody's from then on.
     *
     * @throws Rejection 404, also where somebody else has deleted it at the same time
     */
    @Transactional
    public void delete(UUID id) {
        if (jdbc.sql("delete from secret_sync where id = ?").param(id).update() == 0) {
            throw unknownId(id);
        }
        jdbc.sql("insert into retired_sync (id, retired_at) values (?, ?)")
                .params(id, Timestamp.from(clock.instant()))
                .update();
    }

    /**
     * @throws Rejection 404
     */
    public SavedSync get(UUID id) {
        return rows.findById(id).map(SyncRow::toSavedSync).orElseThrow(() -> unknownId(id));
    }

    /**
     * @throws Rejection 404
     */
    public SavedSync byName(String projectId, String name) {
        return rows.findByProjectIdAndNameAndParentIdIsNull(projectId, name)
                .map(SyncRow::toSavedSync)
                .orElseThrow(
                        () -> Rejection.notFound("Could not find AWS Secrets Manager Sync with name \"" + name + "\""));
    }

    public Optional<SavedSync> named(String projectId, String name) {
        return rows.findByProjectIdAndNameAndParentIdIsNull(projectId, name).map(SyncRow::toSavedSync);
    }

    /** The additional destinations of a sync, those that were taken out included. */
    public List<SavedSync> additional(UUID syncId) {
        return rows.findByParentIdOrderByCreatedAtAscRegionAsc(syncId).stream()
                .map(SyncRow::toSavedSync)
                .toList();
    }

    /** The additional destinations of some syncs, those that were taken out included, by the id of the sync. */
    public Map<UUID, List<SavedSync>> additional(Collection<UUID> syncIds) {
        return syncIds.isEmpty()
                ? Map.of()
                : rows.findByParentIdIn(syncIds).stream()
                        .map(SyncRow::toSavedSync)
                        .collect(Collectors.groupingBy(SavedSync::parentId));
    }

    /** The other destinations of a sync that runs at one of them. */
    public Siblings siblings(UUID syncId) {
        Map<UUID, String> regions = new HashMap<>();
        Set<UUID> takenOut = new HashSet<>();
        jdbc.sql("select s.id, s.region, s.dropped from secret_sync s, secret_sync mine where mine.id = :id"
                        + " and coalesce(s.parent_id, s.id) = coalesce(mine.parent_id, mine.id)")
                .param("id", syncId)
                .query(row -> {
                    UUID id = row.getObject("id", UUID.class);
                    if (row.getBoolean("dropped")) {
                        takenOut.add(id);
                    } else {
                        regions.put(id, row.getString("region"));
                    }
                });
        return Siblings.of(syncId, regions, takenOut);
    }

    /** How many destinations a sync has that runs at one of them. */
    public int destinations(UUID syncId) {
        return jdbc.sql("select count(*) from secret_sync s, secret_sync mine where mine.id = :id and not s.dropped"
                        + " and coalesce(s.parent_id, s.id) = coalesce(mine.parent_id, mine.id)")
                .param("id", syncId)
                .query(Integer.class)
                .single();
    }

    /** Whether a sync is to go once its additional destinations are gone. */
    @Transactional
    public void leave(UUID syncId, boolean leaving) {
        jdbc.sql("update secret_sync set leaving = :leaving where id = :id")
                .param("leaving", leaving)
                .param("id", syncId)
                .update();
    }

    /** Whether it is; nobody else can say so, or delete one of its destinations for it, until the transaction ends. */
    @Transactional
    public boolean holdLeaving(UUID syncId) {
        return jdbc.sql("select leaving from secret_sync where id = :id for update")
                .param("id", syncId)
                .query(Boolean.class)
                .optional()
                .orElse(false);
    }

    public List<SavedSync> ofProject(String projectId) {
        return rows.findByProjectIdAndParentIdIsNullOrderByName(projectId).stream()
                .map(SyncRow::toSavedSync)
                .toList();
    }

    /** The syncs of all projects that write with a connection. */
    public List<SavedSync> ofConnection(UUID connectionId) {
        return rows.findByConnectionIdOrderByName(connectionId).stream()
                .map(SyncRow::toSavedSync)
                .toList();
    }

    /** The syncs that follow a source by themselves. */
    public List<SavedSync> following(Source source) {
        return rows
                .findByProjectIdAndEnvironmentAndSecretPathAndAutoSyncEnabledTrueOrderByName(
                        source.projectId(), source.environment(), source.secretPath())
                .stream()
                .map(SyncRow::toSavedSync)
                .filter(sync -> sync.source().equals(source))
                .toList();
    }

    /** Their ids. */
    public List<UUID> idsFollowing(Source source) {
        return following(source).stream().map(SavedSync::id).toList();
    }

    /** Every source that at least one sync follows by itself. */
    public Set<Source> followedSources() {
        return rows.findByAutoSyncEnabledTrue().stream()
                .map(row -> row.toSavedSync().source())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Every sync that follows its source by itself. */
    public List<UUID> idsFollowingAnything() {
        return rows.findByAutoSyncEnabledTrue().stream().map(SyncRow::id).toList();
    }

    /**
     * The syncs of all projects whose destination has this region and this secret name, the oldest first; the account is not
     * looked at.
     *
     * @param secretName null for those that have none, as with one-to-one
     */
    public List<SavedSync> writingTo(String region, String secretName) {
        List<SyncRow> found = secretName == null
                ? rows.findByRegionAndSecretNameIsNullOrderByCreatedAt(region)
                : rows.findByRegionAndSecretNameOrderByCreatedAt(region, secretName);
        return found.stream().map(SyncRow::toSavedSync).toList();
    }

    /** The syncs of all projects that write to a region, of whatever account. */
    public List<SavedSync> inRegion(String region) {
        return rows.findByRegionOrderByName(region).stream()
                .map(SyncRow::toSavedSync)
                .toList();
    }

    public List<UUID> ids() {
        return rows.findAll().stream().map(SyncRow::id).toList();
    }

    /** The projects that have a sync. */
    public Set<String> projects() {
        return rows.findAll().stream().map(SyncRow::projectId).collect(Collectors.toUnmodifiableSet());
    }

    public boolean usesConnection(UUID connectionId) {
        return rows.existsByConnectionId(connectionId);
    }

    /**
     * Those of these syncs that there are, in words for somebody of a project: {@code the sync "its name"}, or {@code a sync of
     * another project}.
     */
    public Map<UUID, String> named(Set<UUID> ids, String projectId) {
        return rows.findAllById(ids).stream()
                .collect(Collectors.toMap(
                        SyncRow::id,
                        row -> row.projectId().equals(projectId)
                                ? "the sync \"" + row.toSavedSync().givenName() + "\""
                                : "a sync of another project"));
    }

    /** Which of these ids belonged to syncs that were deleted here. */
    public Set<UUID> retired(Set<UUID> ids) {
        if (ids.isEmpty()) {
            return Set.of();
        }
        return jdbc.sql("select id from retired_sync where id in (:ids)")
                .param("ids", ids)
                .query(UUID.class)
                .set();
    }

    private static Rejection unknownId(UUID id) {
        return Rejection.notFound("Could not find AWS Secrets Manager Sync with ID \"" + id + "\"");
    }
}
