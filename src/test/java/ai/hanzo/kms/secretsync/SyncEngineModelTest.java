package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;

/**
 * Whatever happens to the KMS, to AWS, to the syncs and between them: nothing of somebody else's is changed, nothing is lost
 * that cannot be restored, and when faults stop everything is as the options say. The routes, the AWS SDK and Camel's component
 * are the real ones; the histories are random, and {@link ModelOracle} judges each run by what is in the emulator after it.
 *
 * <p>10,000 steps, the same in every build. More, and others:
 *
 * <pre>mvn test -Dtest=SyncEngineModelTest -Dsecretsync.model.steps=1000000 -Dsecretsync.model.seed=7</pre>
 *
 * A failure names the seed of its history and the few of its steps that are enough for it, with the command that repeats them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SyncEngineModelTest {
    private static final String PREFIX = "secretsync.model.";
    private static final long STEPS = Long.getLong(PREFIX + "steps", 10_000);
    private static final long SEED = Long.getLong(PREFIX + "seed", 20_250_101);
    /** Numbers of the steps to be made, of one history; otherwise all of them. */
    private static final String ONLY = System.getProperty(PREFIX + "only");

    private static final int LENGTH = Integer.getInteger(PREFIX + "length", 60);
    /** From one history's seed to the next one's. */
    private static final long STRIDE = 0x9E3779B97F4A7C15L;

    private static final Duration SHRINKING = Duration.ofMinutes(2);

    private RunningService service;
    private String connection;

    @BeforeAll
    void start(@TempDir Path directory) throws SchedulerException {
        service = RunningService.start(
                directory,
                Map.of(
                        "SPRING_DATASOURCE_URL",
                        "jdbc:h2:mem:model;DB_CLOSE_DELAY=-1;MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE",
                        // One after the other, so that a history repeats.
                        "SECRET_SYNC_PARALLEL_CHANGES",
                        "1",
                        "SECRET_SYNC_POLL_INTERVAL",
                        "1h",
                        "secret-sync.aws-client.max-attempts",
                        "1",
                        "secret-sync.aws-client.attempt-timeout",
                        "300ms",
                        "logging.level.ai.hanzo.kms.secretsync",
                        "off"));
        service.context().getBean(Scheduler.class).standby();
        connection = service.connection();
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void everyHistoryIsSafeAndConverges() {
        if (ONLY != null) {
            Set<Integer> only =
                    Arrays.stream(ONLY.split(",")).map(Integer::valueOf).collect(Collectors.toSet());
            List<ModelStep> steps = ModelStep.history(SEED, LENGTH);
            report(
                    SEED,
                    play(
                            SEED,
                            steps.stream()
                                    .filter(step -> only.contains(step.number()))
                                    .toList()));
            return;
        }
        long played = 0;
        for (long seed = SEED; played < STEPS; seed += STRIDE) {
            List<ModelStep> steps = ModelStep.history(seed, LENGTH);
            Played history = play(seed, steps);
            if (history.failure() != null) {
                report(seed, shrunk(seed, steps, history));
            }
            played += steps.size();
        }
        assertThat(played).isGreaterThanOrEqualTo(STEPS);
    }

    private record Played(List<ModelStep> steps, List<String> told, Throwable failure) {}

    private Played play(long seed, List<ModelStep> steps) {
        List<String> told = new ArrayList<>();
        List<ModelStep> made = new ArrayList<>();
        try (ModelWorld world = new ModelWorld(service, connection, new Random(seed))) {
            world.syncs.forEach(sync -> told.add("     " + sync));
            try {
                for (ModelStep step : steps) {
                    made.add(step);
                    told.add(String.format("%4d ", step.number()) + step.kind() + ": ");
                    String what = world.perform(step);
                    told.set(told.size() - 1, String.format("%4d ", step.number()) + step.kind() + ": " + what);
                }
                world.converge();
            } catch (AssertionError | RuntimeException failure) {
                return new Played(made, told, failure);
            }
        }
        return new Played(made, told, null);
    }

    /** Leaves out steps, in ever smaller pieces, for as long as what is left still fails. */
    private Played shrunk(long seed, List<ModelStep> all, Played failed) {
        long deadline = System.nanoTime() + SHRINKING.toNanos();
        Played smallest = failed;
        for (int piece = Math.max(1, smallest.steps().size() / 2); piece >= 1; piece /= 2) {
            boolean smaller = true;
            while (smaller && System.nanoTime() < deadline) {
                smaller = false;
                for (int from = smallest.steps().size() - piece; from >= 0; from -= piece) {
                    List<ModelStep> left = new ArrayList<>(smallest.steps());
                    left.subList(from, from + piece).clear();
                    Played again = play(seed, left);
                    if (again.failure() != null && kind(again.failure()).equals(kind(failed.failure()))) {
                        smallest = again;
                        smaller = true;
                        from = Math.min(from, smallest.steps().size());
                    }
                    if (System.nanoTime() > deadline) {
                        break;
                    }
                }
            }
        }
        return smallest;
    }

    /** Another failure is another bug: what is shrunk must stay the same. */
    private static String kind(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        return failure.getClass() + message.replaceAll("(?s)[\n:,].*", "").replaceAll("\\S*[^a-z ]\\S*", "");
    }

    private void report(long seed, Played history) {
        if (history.failure() == null) {
            return;
        }
        String numbers = history.steps().stream()
                .map(step -> Integer.toString(step.number()))
                .collect(Collectors.joining(","));
        fail(
                "%s%n  after%n%s%n  Again: mvn test -Dtest=SyncEngineModelTest -Dsecretsync.model.seed=%d%s%s"
                        .formatted(
                                history.failure().getMessage(),
                                String.join("\n", history.told()),
                                seed,
                                LENGTH == 60 ? "" : " -D" + PREFIX + "length=" + LENGTH,
                                numbers.isEmpty() ? "" : " -D" + PREFIX + "only=" + numbers),
                history.failure());
    }
}
