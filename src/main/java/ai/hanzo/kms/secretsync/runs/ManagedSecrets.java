package ai.hanzo.kms.secretsync.runs;

import ai.hanzo.kms.secretsync.sync.Destination;
import ai.hanzo.kms.secretsync.sync.Former;
import ai.hanzo.kms.secretsync.sync.ManagedPolicy;
import ai.hanzo.kms.secretsync.sync.ManagedReplica;
import ai.hanzo.kms.secretsync.sync.ManagedSecret;
import ai.hanzo.kms.secretsync.sync.VersionBudget;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The journal of what each sync put at a destination or adopted there. It decides nothing. */
@Component
public class ManagedSecrets {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final ObjectReader NAMES = JSON.readerFor(new TypeReference<TreeSet<String>>() {});
    private static final ObjectReader WRITES = JSON.readerFor(new TypeReference<TreeMap<Long, Integer>>() {});
    private static final ObjectReader REPLICAS =
            JSON.readerFor(new TypeReference<TreeMap<String, ManagedReplica>>() {});
    private static final ObjectReader POLICY = JSON.readerFor(ManagedPolicy.class);
    private static final int BATCH = 1000;
    /** In the order in which {@link Entries} takes them. */
    private static final String COLUMNS =
            "name, mapping_behavior, arn, version_id, fingerprint, generation, pending_token,"
                    + " pending_generation, kms_key_wanted, kms_key_reported, tag_keys, source_keys, adopted, deleted, writes,"
                    + " replicas, resource_policy, key_schema, superseded_at";

    private final JdbcTemplate jdbc;

    ManagedSecrets(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** The place that an entry is about: the same name in another account or region is another secret. */
    public record Place(UUID syncId, String accountId, String region) {}

    /** The entries of a sync at a place, by name. */
    public Map<String, ManagedSecret> at(Place place) {
        Map<String, ManagedSecret> entries = new HashMap<>();
        Entries reader = new Entries();
        jdbc.query(
                "select " + COLUMNS + " from managed_secret where sync_id = ? and account_id = ? and region = ?",
                row -> {
                    ManagedSecret entry = reader.mapRow(row, 0);
                    entries.put(entry.name(), entry);
                },
                place.syncId(),
                place.accountId(),
                place.region());
        return entries;
    }

    /** What a sync has put into other accounts and regions than where it is now, and may still be there. */
    public List<Former> elsewhere(Place now) {
        Entries reader = new Entries();
        return jdbc.query(
                "select " + COLUMNS + ", account_id, region from managed_secret where sync_id = ?"
                        + " and (account_id <> ? or region <> ?) and not deleted order by account_id, region, name",
                (row, number) ->
                        new Former(row.getString("account_id"), row.getString("region"), reader.mapRow(row, number)),
                now.syncId(),
                now.accountId(),
                now.region());
    }

    /** Remembers since when what takes the place of some entries is there. */
    @Transactional
    public void supersede(Place place, Collection<String> names, Instant since) {
        jdbc.batchUpdate(
                "update managed_secret set superseded_at = ?"
                        + " where sync_id = ? and account_id = ? and region = ? and name = ? and superseded_at is null",
                names,
                BATCH,
                (statement, name) -> {
                    statement.setTimestamp(1, Timestamp.from(since));
                    statement.setObject(2, place.syncId());
                    statement.setString(3, place.accountId());
                    statement.setString(4, place.region());
                    statement.setString(5, name);
                });
    }

    /**
     * A destination at which a sync has put something that may still be there.
     *
     * @param mappingBehavior by which it was put there
     * @param name with many-to-one the name of the secret, otherwise null
     */
    public record Known(String accountId, String region, String mappingBehavior, String name) {}

    /** Where a sync has put something, also before its destination was changed. */
    public List<Known> destinations(UUID syncId) {
        return jdbc.query(
                "select distinct account_id, region, mapping_behavior,"
                        + " case when mapping_behavior = ? then name end as one_name from managed_secret"
                        + " where sync_id = ? and not deleted order by account_id, region, mapping_behavior, one_name",
                (row, number) -> new Known(row.getString(1), row.getString(2), row.getString(3), row.getString(4)),
                Destination.MANY_TO_ONE,
                syncId);
    }

    public Optional<ManagedSecret> find(Place place, String name) {
        return jdbc
                .query(
                        "select " + COLUMNS
                                + " from managed_secret where sync_id = ? and account_id = ? and region = ? and name = ?",
                        new Entries(),
                        place.syncId(),
                        place.accountId(),
                        place.region(),
                        name)
                .stream()
                .findFirst();
    }

    /**
     * Names that other syncs hold at the same account and region, with the id of the sync: of those that this one may come upon,
     * which are the ones that it covers and the ones in its own journal.
     *
     * @param prefix of all names that it covers
     */
    public Map<String, UUID> ofOthers(Place place, String prefix) {
        Map<String, UUID> others = new HashMap<>();
        String covered = prefix.replaceAll("[!%_]", "!$0") + "%";
        jdbc.query(
                "select name, sync_id from managed_secret"
                        + " where account_id = ? and region = ? and sync_id <> ? and not deleted and name like ? escape '!'",
                row -> {
                    others.put(row.getString(1), row.getObject(2, UUID.class));
                },
                place.accountId(),
                place.region(),
                place.syncId(),
                covered);
        jdbc.query(
                "select other.name, other.sync_id from managed_secret mine join managed_secret other"
                        + " on other.account_id = mine.account_id and other.region = mine.region and other.name = mine.name"
                        + " where mine.sync_id = ? and mine.account_id = ? and mine.region = ? and mine.name not like ? escape '!'"
                        + " and other.sync_id <> mine.sync_id and not other.deleted",
                row -> {
                    others.put(row.getString(1), row.getObject(2, UUID.class));
                },
                place.syncId(),
                place.accountId(),
                place.region(),
                covered);
        return others;
    }

    /**
     * @param predecessors syncs that hold the same names there no more
     */
    @Transactional
    public void save(Place place, Collection<ManagedSecret> entries, Set<UUID> predecessors) {
        predecessors.forEach(predecessor -> remove(place, entries, predecessor));
        remove(place, entries, place.syncId());
        jdbc.batchUpdate(
                "insert into managed_secret (sync_id, account_id, region, name, mapping_behavior, arn, version_id, fingerprint,"
                        + " generation, pending_token, pending_generation, kms_key_wanted, kms_key_reported, tag_keys, source_keys,"
                        + " adopted, deleted, writes, replicas, resource_policy, key_schema, superseded_at)"
                        + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                entries,
                BATCH,
                (statement, entry) -> {
                    statement.setObject(1, place.syncId());
                    statement.setString(2, place.accountId());
                    statement.setString(3, place.region());
                    statement.setString(4, entry.name());
                    statement.setString(5, entry.mappingBehavior());
                    statement.setString(6, entry.arn());
                    statement.setString(7, entry.versionId());
                    statement.setString(8, entry.fingerprint());
                    statement.setLong(9, entry.generation());
                    statement.setString(10, entry.pendingToken());
                    statement.setLong(11, entry.pendingGeneration());
                    statement.setString(12, entry.kmsKeyWanted());
                    statement.setString(13, entry.kmsKeyReported());
                    statement.setString(14, json(entry.tagKeys()));
                    statement.setString(15, json(entry.keys()));
                    statement.setBoolean(16, entry.adopted());
                    statement.setBoolean(17, entry.deleted());
                    statement.setString(18, json(entry.budget().writes()));
                    statement.setString(19, entry.replicas().isEmpty() ? null : json(entry.replicas()));
                    statement.setString(20, entry.policy() == null ? null : json(entry.policy()));
                    statement.setString(21, entry.keySchema());
                    statement.setTimestamp(22, timestamp(entry.supersededAt()));
                });
    }

    private void remove(Place place, Collection<ManagedSecret> entries, UUID syncId) {
        jdbc.batchUpdate(
                "delete from managed_secret where sync_id = ? and account_id = ? and region = ? and name = ?",
                entries,
                BATCH,
                (statement, entry) -> {
                    statement.setObject(1, syncId);
                    statement.setString(2, place.accountId());
                    statement.setString(3, place.region());
                    statement.setString(4, entry.name());
                });
    }

    /**
     * Replaces an entry, where there still is one, in a single statement and so without a transaction: the embedded database then
     * writes it to its file a little later (see {@code FlushedCommits}). For what a crash may take with it.
     *
     * @return whether there was one
     */
    public boolean replace(Place place, ManagedSecret entry) {
        return jdbc.update(
                        "update managed_secret set mapping_behavior = ?, arn = ?, version_id = ?, fingerprint = ?, generation = ?,"
                                + " pending_token = ?, pending_generation = ?, kms_key_wanted = ?, kms_key_reported = ?,"
                                + " tag_keys = ?, source_keys = ?, adopted = ?, deleted = ?, writes = ?, replicas = ?,"
                                + " resource_policy = ?, key_schema = ?, superseded_at = ?"
                                + " where sync_id = ? and account_id = ? and region = ? and name = ?",
                        entry.mappingBehavior(),
                        entry.arn(),
                        entry.versionId(),
                        entry.fingerprint(),
                        entry.generation(),
                        entry.pendingToken(),
                        entry.pendingGeneration(),
                        entry.kmsKeyWanted(),
                        entry.kmsKeyReported(),
                        json(entry.tagKeys()),
                        json(entry.keys()),
                        entry.adopted(),
                        entry.deleted(),
                        json(entry.budget().writes()),
                        entry.replicas().isEmpty() ? null : json(entry.replicas()),
                        entry.policy() == null ? null : json(entry.policy()),
                        entry.keySchema(),
                        timestamp(entry.supersededAt()),
                        place.syncId(),
                        place.accountId(),
                        place.region(),
                        entry.name())
                > 0;
    }

    @Transactional
    public void remove(Place place, String name) {
        jdbc.update(
                "delete from managed_secret where sync_id = ? and account_id = ? and region = ? and name = ?",
                place.syncId(),
                place.accountId(),
                place.region(),
                name);
    }

    /** Entries of one query: they share what is alike in many of them, which is most of it. */
    private static final class Entries implements RowMapper<ManagedSecret> {
        private final Map<String, String> texts = new HashMap<>();
        private final Map<String, Set<String>> tagKeys = new HashMap<>();
        private final Map<String, VersionBudget> budgets = new HashMap<>();

        @Override
        public ManagedSecret mapRow(ResultSet row, int number) throws SQLException {
            String version = row.getString(4);
            String fingerprint = row.getString(5);
            return new ManagedSecret(
                    row.getString(1),
                    shared(row.getString(2)),
                    row.getString(3),
                    version,
                    fingerprint != null && fingerprint.equals(version) ? version : fingerprint,
                    row.getLong(6),
                    row.getString(7),
                    row.getLong(8),
                    shared(row.getString(9)),
                    shared(row.getString(10)),
                    tagKeys.computeIfAbsent(
                            row.getString(11), json -> Collections.unmodifiableSet(parsed(json, NAMES))),
                    parsed(row.getString(12), NAMES),
                    row.getBoolean(13),
                    row.getBoolean(14),
                    budgets.computeIfAbsent(row.getString(15), json -> new VersionBudget(parsed(json, WRITES))),
                    row.getString(16) == null ? Map.of() : parsed(row.getString(16), REPLICAS),
                    row.getString(17) == null ? null : parsed(row.getString(17), POLICY),
                    shared(row.getString(18)),
                    row.getTimestamp(19) == null ? null : row.getTimestamp(19).toInstant());
        }

        private String shared(String text) {
            return text == null ? null : texts.computeIfAbsent(text, same -> same);
        }
    }

    private static Timestamp timestamp(Instant instant) {
        return instant == null ? null : Timestamp.from(instant);
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A journal entry cannot be written as JSON", e);
        }
    }

    private static <T> T parsed(String json, ObjectReader type) {
        try {
            return type.readValue(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The journal holds what is not valid JSON", e);
        }
    }
}
