package ai.hanzo.kms.secretsync.runs;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What runs came to, in numbers. No name of a secret or a sync becomes a tag: they are without bound, and nobody's who may read
 * metrics.
 */
@Component("runMetrics")
public class RunMetrics {
    private final MeterRegistry meters;
    private final JdbcClient jdbc;
    private final Clock clock;

    RunMetrics(MeterRegistry meters, JdbcClient jdbc, Clock clock) {
        this.meters = meters;
        this.jdbc = jdbc;
        this.clock = clock;
        Gauge.builder("secret.sync.queue.age", this, RunMetrics::oldestRequest)
                .description("How long the oldest request for a run has been due without having begun")
                .baseUnit("seconds")
                .register(meters);
        Gauge.builder("secret.sync.failing", this, RunMetrics::failing)
                .description("Syncs whose last run failed")
                .register(meters);
    }

    public void record(FinishedRun run) {
        Timer.builder("secret.sync.runs")
                .description("Runs, and how long they took")
                .tag("action", run.action())
                .tag("reason", run.reason())
                .tag("status", run.status())
                .register(meters)
                .record(run.duration());
        if (run.requestedAt() != null) {
            Timer.builder("secret.sync.lag")
                    .description("From the request for a run, which a change of the source makes too, to its end")
                    .tag("reason", run.reason())
                    .publishPercentileHistogram()
                    .minimumExpectedValue(Duration.ofMillis(100))
                    .maximumExpectedValue(Duration.ofHours(1))
                    .register(meters)
                    .record(Duration.between(run.requestedAt(), run.finishedAt()));
        }
        count("succeeded", run.counts().succeeded());
        count("unchanged", run.counts().unchanged());
        count("skipped", run.counts().skipped());
        count("failed", run.counts().failed());
    }

    private void count(String result, int secrets) {
        Counter.builder("secret.sync.outcomes")
                .description("Secrets by what became of them in runs")
                .tag("result", result)
                .register(meters)
                .increment(secrets);
    }

    private double oldestRequest() {
        long now = clock.millis();
        return jdbc.sql("select coalesce(min(next_fire_time), :now) from qrtz_triggers"
                                + " where trigger_group like :group and next_fire_time between 0 and :now")
                        .param("now", now)
                        .param("group", Scheduling.RUNS + "-%")
                        .query((row, number) -> now - row.getLong(1))
                        .single()
                / 1000.0;
    }

    private double failing() {
        return jdbc.sql("select count(*) from sync_state where sync_status = ?")
                .param(RunStatus.FAILED.word())
                .query(Long.class)
                .single();
    }
}
