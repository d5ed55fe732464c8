package ai.hanzo.kms.secretsync.runs;

import java.time.Clock;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The instances of the service that share one database. */
@Component
public class LiveInstances {
    /** An instance that has missed so many of its check-ins is taken for dead. */
    private static final int MISSED = 4;

    private final Scheduler scheduler;
    private final JdbcClient jdbc;
    private final Clock clock;

    LiveInstances(Scheduler scheduler, JdbcClient jdbc, Clock clock) {
        this.scheduler = scheduler;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** How many there are, this one included: Quartz has every instance of a cluster check in. */
    public int count() {
        try {
            if (!scheduler.getMetaData().isJobStoreClustered()) {
                return 1;
            }
        } catch (SchedulerException e) {
            throw new IllegalStateException("Quartz does not say what store it has", e);
        }
        int alive = jdbc.sql(
                        "select count(*) from qrtz_scheduler_state where last_checkin_time + ? * checkin_interval > ?")
                .params(MISSED, clock.millis())
                .query(Integer.class)
                .single();
        return Math.max(1, alive);
    }
}
