package ai.hanzo.kms.secretsync.runs;

import ai.hanzo.kms.secretsync.sync.SecretSync;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Connections that AWS does not accept. They pause by themselves: one of their syncs tries now and then - after 15 minutes, after
 * 30, then every hour - and what somebody asks for is tried at once.
 */
@Component("connectionTroubles")
public class ConnectionTroubles {
    private static final Duration FIRST = Duration.ofMinutes(15);
    private static final Duration LONGEST = Duration.ofHours(1);
    /** Somebody may have mended it. */
    private static final Set<RunReason> ASKED = EnumSet.of(RunReason.MANUAL, RunReason.CONFIGURED);

    private final JdbcClient jdbc;
    private final Clock clock;

    ConnectionTroubles(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /**
     * @param message what AWS says and what to do about it
     * @param nextTryAt when one of its syncs tries it again
     */
    public record Trouble(Instant since, String message, Instant nextTryAt) {}

    /** The trouble that a connection has; empty where none is known. */
    public Optional<Trouble> of(UUID connectionId) {
        return jdbc.sql("select since, message, next_try_at from connection_trouble where connection_id = ?")
                .param(connectionId)
                .query((row, number) -> new Trouble(
                        row.getTimestamp("since").toInstant(),
                        row.getString("message"),
                        row.getTimestamp("next_try_at").toInstant()))
                .optional();
    }

    /**
     * Why a run cannot go on now; null where it can, also because it is the one that tries.
     */
    @Transactional
    public Trouble holding(Run run, SecretSync sync) {
        UUID connectionId = sync.destination().connectionId();
        Optional<Trouble> trouble = of(connectionId);
        if (trouble.isEmpty() || ASKED.contains(run.reason()) || tries(connectionId)) {
            return null;
        }
        return trouble.get();
    }

    /** Of several that ask at once, one tries; should it never come to an end, another one does later. */
    private boolean tries(UUID connectionId) {
        Instant now = clock.instant();
        return jdbc.sql("update connection_trouble set next_try_at = ? where connection_id = ? and next_try_at <= ?")
                        .params(timestamp(now.plus(FIRST)), connectionId, timestamp(now))
                        .update()
                > 0;
    }

    /** AWS did not accept it. */
    @Transactional(propagation = Propagation.MANDATORY)
    void met(UUID connectionId, String message) {
        Instant now = clock.instant();
        int met = jdbc.sql("select met from connection_trouble where connection_id = ? for update")
                        .param(connectionId)
                        .query(Integer.class)
                        .optional()
                        .orElse(0)
                + 1;
        Timestamp next = timestamp(now.plus(pause(met)));
        if (met > 1) {
            jdbc.sql("update connection_trouble set met = ?, message = ?, next_try_at = ? where connection_id = ?")
                    .params(met, message, next, connectionId)
                    .update();
            return;
        }
        // Another run may be first, and the connection may have been deleted.
        jdbc.sql("""
                        insert into connection_trouble (connection_id, since, message, met, next_try_at)
                        select id, ?, ?, 1, ? from app_connection where id = ?
                          and not exists (select 1 from connection_trouble where connection_id = ?)""")
                .params(timestamp(now), message, next, connectionId, connectionId)
                .update();
    }

    static Duration pause(int met) {
        Duration pause = FIRST.multipliedBy(1L << Math.min(met - 1, 10));
        return pause.compareTo(LONGEST) < 0 ? pause : LONGEST;
    }

    /**
     * AWS accepts it, or may do so because it was changed.
     *
     * @return whether it had trouble
     */
    @Transactional(propagation = Propagation.MANDATORY)
    boolean over(UUID connectionId) {
        return jdbc.sql("delete from connection_trouble where connection_id = ?")
                        .param(connectionId)
                        .update()
                > 0;
    }

    /** Syncs of a connection whose last run failed and which try again by themselves. */
    List<UUID> failedSyncs(UUID connectionId) {
        return jdbc.sql("""
                        select s.id from secret_sync s join sync_state t on t.sync_id = s.id
                        where s.connection_id = ? and s.auto_sync_enabled and t.sync_status = 'failed' order by s.id""").param(connectionId).query(UUID.class).list();
    }

    private static Timestamp timestamp(Instant instant) {
        return Timestamp.from(instant.truncatedTo(ChronoUnit.MILLIS));
    }
}
