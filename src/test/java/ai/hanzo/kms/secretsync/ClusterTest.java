package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two instances on one PostgreSQL: whatever is done is done once, also when they start together or one of them dies. */
class ClusterTest {
    private static final int SYNCS = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    /** In which what a dead instance was doing is taken up by another one. */
    private static final Duration TAKEOVER = Duration.ofSeconds(15);

    @TempDir
    private Path directory;

    private Cluster cluster;

    private Cluster cluster(int sources, int syncs) {
        cluster = new Cluster(directory, sources, syncs);
        return cluster;
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private void arrives(String value) {
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(() -> assertThat(cluster.without(value)).isEmpty());
    }

    /** Until every run that was asked for has ended. */
    private void rests() {
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> cluster.database()
                                .sql("select count(*) from sync_state where sync_status is distinct from 'succeeded'")
                                .query(Integer.class)
                                .single()
                        == 0);
    }

    private static long runs(Program.Running instance) {
        return instance.lines().stream()
                .filter(line -> line.contains("Run ") && line.contains(" succeeded: "))
                .count();
    }

    @Test
    void everyChangeIsOneVersionAndASyncIsInOneHandAtATime() {
        cluster(20, SYNCS);
        Program.Running one = cluster.start("one", Map.of());
        Program.Running other = cluster.start("other", Map.of());
        arrives("first");
        rests();
        assertThat(cluster.versions()).containsOnlyKeys(1);

        for (int change = 2; change <= 4; change++) {
            cluster.change("change-" + change);
            arrives("change-" + change);
            rests();
            assertThat(cluster.versions()).as("change %s", change).containsOnlyKeys(change);
        }
        assertThat(cluster.written()).isEqualTo(4 * SYNCS);
        assertThat(runs(one)).as("runs of the one").isPositive();
        assertThat(runs(other)).as("runs of the other").isPositive();
        assertThat(overlaps()).isEmpty();
        assertThat(cluster.database()
                        .sql("select count(*) from secret_sync")
                        .query(Integer.class)
                        .single())
                .as("both read the same file")
                .isEqualTo(SYNCS);
        assertThat(one.stop().complaints()).isEmpty();
        assertThat(other.stop().complaints()).isEmpty();
    }

    /** Syncs of which one run began before another one had ended. */
    private List<UUID> overlaps() {
        return cluster.database().sql("""
                        select distinct a.sync_id from sync_run a join sync_run b
                        on a.sync_id = b.sync_id and a.id <> b.id
                        and a.started_at <= b.started_at and (a.finished_at is null or a.finished_at > b.started_at)
                        """).query(UUID.class).list();
    }

    @Test
    void instancesThatStartAtTheSameInstantOnAnEmptyDatabaseBothWork() {
        cluster(2, 4);
        int times = Integer.getInteger("cluster.starts", 2);
        for (int time = 1; time <= times; time++) {
            cluster.emptied("start_" + time);
            Program.Running one = cluster.start("one-" + time, Map.of());
            Program.Running other = cluster.start("other-" + time, Map.of());
            one.started();
            other.started();
            cluster.change("start-" + time);
            arrives("start-" + time);
            rests();
            assertThat(one.stop().complaints()).as("start %s", time).isEmpty();
            assertThat(other.stop().complaints()).as("start %s", time).isEmpty();
        }
    }

    @Test
    void whatADeadInstanceWasDoingIsTakenOver() {
        cluster(20, SYNCS);
        Program.Running dies = cluster.start("dies", Map.of());
        arrives("first");
        rests();
        Program.Running lives = cluster.start("lives", Map.of()).started();
        cluster.aws.latency(Duration.ofMillis(300));
        long before = cluster.written();
        long ran = runs(dies);
        cluster.change("second");
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> cluster.written() > before + 10 && runs(dies) > ran);

        dies.kill();
        Instant death = Instant.now();
        arrives("second");
        rests();

        assertThat(cluster.versions()).containsOnlyKeys(2);
        List<Instant> recoveries = cluster
                .database()
                .sql("select started_at from sync_run where reason = 'recovery'")
                .query(Timestamp.class)
                .list()
                .stream()
                .map(Timestamp::toInstant)
                .toList();
        assertThat(recoveries)
                .isNotEmpty()
                .allSatisfy(start -> assertThat(Duration.between(death, start)).isLessThan(TAKEOVER));
        assertThat(lives.isAlive()).isTrue();
    }
}
