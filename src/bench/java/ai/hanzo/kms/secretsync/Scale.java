package ai.hanzo.kms.secretsync;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * T9, and of T10 the processor time: many secrets in one destination, and many syncs on one instance. Without latency and with quotas
 * that nobody reaches, so that what is measured is the service's own. Processor time, because a machine may be shared.
 */
final class Scale {
    /** In one destination each; {@code -Dbenchmarks.scale=1000,3000} for others. */
    private static final List<Integer> COUNTS = List.of(
                    System.getProperty("benchmarks.scale", "1000,3000,10000,30000,100000").split(","))
            .stream()
            .map(Integer::valueOf)
            .toList();

    /** Makes the virtual machine compile what is measured afterwards. */
    private static final int WARM_UP = 2_000;

    private static final int WARM_UP_RUNS = 10;
    private static final int RUNS = 5;
    private static final int SYNCS = Integer.getInteger("benchmarks.syncs", 1_000);
    private static final int SYNCS_OF_A_SOURCE = 10;
    private static final int SECRETS_OF_A_SOURCE = 5;
    private static final Duration POLL = Duration.ofSeconds(10);
    static final int TARGET_MICROS = 100;

    private final Report report;
    private final Function<Map<String, String>, ServiceProcess> start;

    /**
     * @param start starts the service with settings
     */
    Scale(Report report, Function<Map<String, String>, ServiceProcess> start) {
        this.report = report;
        this.start = start;
    }

    /** Of one destination from 1,000 to 100,000 secrets: the first sync, one with nothing to do, and one changed secret. */
    void secrets() {
        try (ServiceProcess service = start.apply(settings(Duration.ofHours(1)))) {
            String connection = service.connection();
            warmUp(service, connection);
            Report.Scaled last = null;
            for (int count : COUNTS) {
                last = measured(service, connection, count);
                report.scale(last);
            }
            report.row(
                    String.format("T9 %,d secrets in one destination, heap %s", last.count(), ServiceProcess.HEAP),
                    "it does, and none is read or written for nothing",
                    String.format(
                            "%,d calls, %d writes when idle; %d write for one change; heap <= %d MB after a collection",
                            last.idleCalls(), last.idleWrites(), last.changeWrites(), service.heap()),
                    last.idleCalls() / (last.count() / 100.0));
            report.row(
                    String.format("T10 processor time of it, nothing to do, %,d", last.count()),
                    "<= " + TARGET_MICROS + " µs a secret",
                    String.format("%.0f µs a secret", last.idleMicros()),
                    last.idleMicros() / TARGET_MICROS);
        }
    }

    private static void warmUp(ServiceProcess service, String connection) {
        service.folder("warm-up", values(WARM_UP));
        String sync = service.oneToOne(connection, "warm-up", false);
        for (int i = 0; i < WARM_UP_RUNS; i++) {
            service.run(sync);
        }
    }

    private static Report.Scaled measured(ServiceProcess service, String connection, int count) {
        String folder = "scale-" + count;
        service.folder(folder, values(count));
        service.aws.clearJournal();
        Duration before = service.cpu();
        String sync = service.oneToOne(connection, folder, false);
        double first = service.run(sync).toNanos() / 1e9;
        double firstMicros = micros(service, before) / count;

        List<Double> seconds = new ArrayList<>();
        List<Double> micros = new ArrayList<>();
        long calls = 0;
        long writes = 0;
        for (int i = 0; i < RUNS; i++) {
            service.aws.clearJournal();
            before = service.cpu();
            seconds.add(service.run(sync).toNanos() / 1e9);
            micros.add(micros(service, before) / count);
            calls = Math.max(calls, Benchmarks.calls(service));
            writes = Math.max(writes, service.aws.writes().size());
        }

        service.aws.clearJournal();
        service.kms.setSecret(service.project, "dev", "/" + folder, "K7", "changed");
        double changed = service.run(sync).toNanos() / 1e9;
        return new Report.Scaled(
                count,
                first,
                firstMicros,
                median(seconds),
                median(micros),
                calls,
                writes,
                changed,
                service.aws.writes().size());
    }

    /** 1,000 syncs of 100 sources: when nothing changes, and when every source does. */
    void syncs() {
        int sources = Math.max(1, SYNCS / SYNCS_OF_A_SOURCE);
        try (ServiceProcess service = start.apply(settings(POLL))) {
            String connection = service.connection();
            for (int source = 0; source < sources; source++) {
                service.folder("source-" + source, values(SECRETS_OF_A_SOURCE));
                for (int i = 0; i < SYNCS_OF_A_SOURCE; i++) {
                    service.oneToOne(connection, "source-" + source, true, source + "/" + i + "/{{secretKey}}");
                }
            }
            service.until(() -> service.aws.count("CreateSecret") >= SYNCS * SECRETS_OF_A_SOURCE);
            // What was going on when the last one was made comes to its end.
            pause(POLL.multipliedBy(2));

            service.aws.clearJournal();
            service.kms.clearRequests();
            Duration cpu = service.cpu();
            long begin = System.nanoTime();
            pause(POLL.multipliedBy(6));
            double intervals = (System.nanoTime() - begin) / (double) POLL.toNanos();
            double asked = service.kms.count("/api/v4/secrets") / intervals;
            report.row(
                    String.format("T9 %,d syncs of %d sources, nothing changed", SYNCS, sources),
                    "1 request to the KMS a source and poll, 0 calls to AWS",
                    String.format(
                            "%.0f requests a poll, %d calls to AWS; %.1f ms of processor time a sync and poll",
                            asked,
                            Benchmarks.calls(service),
                            micros(service, cpu) / 1000 / intervals / SYNCS),
                    asked / sources);

            service.aws.clearJournal();
            cpu = service.cpu();
            begin = System.nanoTime();
            for (int source = 0; source < sources; source++) {
                service.kms.setSecret(service.project, "dev", "/source-" + source, "K0", "changed");
            }
            service.until(() -> service.aws.writes().size() >= SYNCS);
            double seconds = (System.nanoTime() - begin) / 1e9;
            pause(POLL);
            int writes = service.aws.writes().size();
            report.row(
                    String.format("T9 one change in each of the %d sources", sources),
                    String.format("%,d writes", SYNCS),
                    String.format(
                            "%,d writes in %.0f s, poll of %d s included; %.1f ms of processor time a run; heap <= %d MB after"
                                    + " a collection",
                            writes, seconds, POLL.toSeconds(), micros(service, cpu) / 1000 / SYNCS, service.heap()),
                    writes / (double) SYNCS);
        }
    }

    static Map<String, String> settings(Duration poll) {
        Map<String, String> settings = new HashMap<>(ServiceProcess.unthrottled());
        settings.put("SECRET_SYNC_POLL_INTERVAL", poll.toSeconds() + "s");
        // Spread over their interval, some drift checks would fall into what is measured.
        settings.put("SECRET_SYNC_DRIFT_INTERVAL", "8760h");
        return settings;
    }

    static Map<String, String> values(int count) {
        return IntStream.range(0, count)
                .boxed()
                .collect(Collectors.toMap(i -> "K" + i, i -> "the value of secret number " + i));
    }

    private static double micros(ServiceProcess service, Duration before) {
        return service.cpu().minus(before).toNanos() / 1000.0;
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static void pause(Duration time) {
        LockSupport.parkNanos(time.toNanos());
    }
}
