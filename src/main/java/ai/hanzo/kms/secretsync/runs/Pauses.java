package ai.hanzo.kms.secretsync.runs;

import ai.hanzo.kms.secretsync.sync.Rejection;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The kill switch: requests for what is paused are kept, and carried out when it is resumed. */
@Component("pauses")
public class Pauses {
    /** How long a run under way may go on without noticing. */
    private static final Duration UNNOTICED = Duration.ofSeconds(1);

    private static final String OF_SYNC = "select * from pause where target = 'everything'"
            + " or (target = 'sync' and (target_id = :id or target_id in (select parent_id from secret_sync where id = :id)))"
            + " or (target = 'connection' and target_id in (select connection_id from secret_sync where id = :id))"
            + " order by since";

    private final JdbcClient jdbc;
    private final Scheduling scheduling;
    private final PauseAudit audit;
    private final Clock clock;
    /** Why a sync makes no further change; empty where it does. */
    private final Cache<UUID, Optional<String>> stops = Caffeine.newBuilder()
            .expireAfterWrite(UNNOTICED)
            .maximumSize(10_000)
            .build();

    Pauses(JdbcClient jdbc, Scheduling scheduling, PauseAudit audit, Clock clock) {
        this.jdbc = jdbc;
        this.scheduling = scheduling;
        this.audit = audit;
        this.clock = clock;
    }

    /** Paused again, it only gets the new reason. */
    @Transactional
    public void pause(PauseTarget target, String reason) {
        int again = jdbc.sql("update pause set reason = :reason where target = :target and target_id = :id")
                .param("reason", reason)
                .param("target", target.kind().word())
                .param("id", target.id())
                .update();
        if (again == 0) {
            jdbc.sql("insert into pause (target, target_id, since, reason) values (:target, :id, :since, :reason)")
                    .param("target", target.kind().word())
                    .param("id", target.id())
                    .param("since", Timestamp.from(clock.instant().truncatedTo(ChronoUnit.MILLIS)))
                    .param("reason", reason)
                    .update();
        }
        stops.invalidateAll();
        audit.paused(target);
    }

    /**
     * What was asked for meanwhile runs now, unless something else pauses it too. Does nothing where it is not paused.
     *
     * @param syncIds of the syncs that the target is about
     */
    @Transactional
    public void resume(PauseTarget target, Collection<UUID> syncIds) {
        if (taken(target)) {
            audit.resumed(target);
        }
        syncIds.forEach(scheduling::release);
    }

    /** Forgets what is about a sync or connection that is there no more. */
    @Transactional
    public void forget(PauseTarget target) {
        taken(target);
    }

    private boolean taken(PauseTarget target) {
        int paused = jdbc.sql("delete from pause where target = :target and target_id = :id")
                .param("target", target.kind().word())
                .param("id", target.id())
                .update();
        stops.invalidateAll();
        return paused > 0;
    }

    public List<Pause> all() {
        return jdbc.sql("select * from pause order by since, target_id")
                .query((row, number) -> pause(row))
                .list();
    }

    /** What pauses a sync; empty where nothing does. */
    public List<Pause> of(UUID syncId) {
        return jdbc.sql(OF_SYNC)
                .param("id", syncId)
                .query((row, number) -> pause(row))
                .list();
    }

    /**
     * Whether a run must wait. Until the transaction ends nobody can resume the sync, so that whoever does finds the request that
     * waits.
     */
    boolean holds(UUID syncId) {
        return !jdbc.sql(OF_SYNC + " for update")
                .param("id", syncId)
                .query()
                .listOfRows()
                .isEmpty();
    }

    /**
     * Called before each change.
     *
     * @throws Rejection where the sync has been paused or deleted since the run began
     */
    public void requireGoing(UUID syncId) {
        stops.get(syncId, this::stop).ifPresent(why -> {
            throw Rejection.badRequest(why);
        });
    }

    private Optional<String> stop(UUID syncId) {
        if (!of(syncId).isEmpty()) {
            return Optional.of("The sync was paused before this change was made; it is made after the sync is resumed");
        }
        boolean there = jdbc.sql("select 1 from secret_sync where id = :id")
                .param("id", syncId)
                .query(Integer.class)
                .optional()
                .isPresent();
        return there
                ? Optional.empty()
                : Optional.of("The sync was deleted before this change was made; what is at its destination stays");
    }

    private static Pause pause(ResultSet row) throws SQLException {
        PauseTarget.Kind kind = PauseTarget.Kind.valueOf(row.getString("target").toUpperCase(Locale.ROOT));
        return new Pause(
                new PauseTarget(kind, row.getObject("target_id", UUID.class)),
                row.getTimestamp("since").toInstant(),
                row.getString("reason"));
    }
}
