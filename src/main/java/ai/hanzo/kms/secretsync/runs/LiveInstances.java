package ai.hanzo.kms.secretsync.runs;

import java.time.Clock;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The instances of the service that share one database. */
@Component
public class LiveInstances {
    /** An instance that has missed so many of its check-ins is taken for dead. */
    private static final int MISSED = 4;

    private final JdbcClient jdbc;
    private final Clock clock;

    LiveInstances(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** How many there are, this one included: Quartz has every instance of a cluster check in, and none that is alone. */
    public int count() {
        int alive = jdbc.sql(
                        "select count(*) from qrtz_scheduler_state where last_checkin_time + ? * checkin_interval > ?")
                .params(MISSED, clock.millis())
                .query(Integer.class)
                .single();
        return Math.max(1, alive);
    }
}
