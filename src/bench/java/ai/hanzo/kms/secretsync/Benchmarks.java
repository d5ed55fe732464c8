package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.emulator.EmulatorClients;
import ai.hanzo.kms.secretsync.emulator.Quotas;
import ai.hanzo.kms.secretsync.emulator.SecretsManagerEmulator;
import ai.hanzo.kms.secretsync.sync.EngineBenchmark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * The whole service, in a JVM with 512 MB, against the emulator: calls as its journal counts them, times as ratios to what AWS's
 * latency and quotas allow. Arguments name the parts to run; all of them without.
 */
public final class Benchmarks {
    /** Of a call to AWS from its own region, with the signature and TLS. */
    private static final Duration LATENCY = Duration.ofMillis(50);
    /** AWS's own for CreateSecret, a second. */
    private static final int CREATE_QUOTA = 50;

    private static final int MANY = 10_000;
    private static final int PEERS = 500;
    private static final int KEYS = 500;
    private static final int DELETED = 100;
    private static final int SLOW_QUOTA = 10;
    private static final int SLOW = 500;
    private static final int SHARING = 20;

    private final Path directory;
    private final Report report;

    private Benchmarks(Path directory) {
        this.directory = directory;
        this.report = new Report(directory);
    }

    public static void main(String[] arguments) throws IOException {
        Path directory = Files.createDirectories(Path.of(System.getProperty("benchmarks.directory")));
        Benchmarks benchmarks = new Benchmarks(directory);
        Map<String, Runnable> parts = new LinkedHashMap<>();
        parts.put("engine", benchmarks::engine);
        parts.put("reconcile", benchmarks::reconcile);
        parts.put("peers", benchmarks::peers);
        Scale scale = new Scale(benchmarks.report, settings -> benchmarks.service("scale", settings));
        parts.put("start", scale::start);
        parts.put("syncs", scale::syncs);
        parts.put("scale", scale::secrets);
        for (String part : arguments.length == 0 ? parts.keySet() : Arrays.asList(arguments)) {
            parts.get(part).run();
            benchmarks.report.write();
        }
    }

    private ServiceProcess service(String name, Map<String, String> settings) {
        try {
            return new ServiceProcess(Files.createTempDirectory(directory, name), settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the pure parts take, by JMH. */
    private void engine() {
        try {
            new Runner(new OptionsBuilder()
                            .include(EngineBenchmark.class.getName())
                            .build())
                    .run()
                    .forEach(result -> report.engine(
                            result.getPrimaryResult().getLabel(),
                            result.getPrimaryResult().getScore(),
                            result.getPrimaryResult().getScoreError(),
                            result.getPrimaryResult().getLabel().equals(EngineBenchmark.PLAN)
                                    ? EngineBenchmark.SECRETS
                                    : 0));
        } catch (RunnerException e) {
            throw new IllegalStateException(e);
        }
    }

    /** T1 to T8, on 10,000 secrets. */
    private void reconcile() {
        try (ServiceProcess service = service("reconcile", Map.of())) {
            service.aws.latency(LATENCY);
            service.aws.quotas().enable();
            String connection = service.connection();
            service.folder("many", values("K", MANY));
            String sync = service.oneToOne(connection, "many", true);
            long start = System.nanoTime();
            service.await(sync);
            double seconds = seconds(start);
            long calls = calls(service);
            report.row(
                    "T2 first sync of " + MANY,
                    "<= 1.02 calls a secret; >= 95 % of the quota",
                    String.format("%.3f calls a secret; %.0f %% of %d/s", (double) calls / MANY, 100.0 * MANY / seconds / CREATE_QUOTA, CREATE_QUOTA),
                    seconds / (MANY / (double) CREATE_QUOTA));

            Duration cpu = service.cpu();
            service.aws.clearJournal();
            double noOp = service.run(sync).toMillis() / 1000.0;
            double perSecret = service.cpu().minus(cpu).toNanos() / 1000.0 / MANY;
            calls = calls(service);
            report.row(
                    "T1 nothing to do, " + MANY,
                    "<= " + (MANY / 100 + 2) + " calls, no value read, no write",
                    calls + " calls, " + valueReads(service) + " reads, " + service.aws.writes().size() + " writes; "
                            + String.format("%.1f s", noOp),
                    calls / (MANY / 100.0));
            report.row(
                    "processor time in it, the first time after a start",
                    "-",
                    String.format("%.0f µs a secret", perSecret),
                    null);
            service.aws.clearJournal();
            long polls = service.kms.count("/api/v4/secrets");
            LockSupport.parkNanos(Duration.ofSeconds(10).toNanos());
            report.row(
                    "T1 unchanged source, ten polls",
                    "0 calls",
                    service.aws.journal().size() + " calls to AWS, "
                            + (service.kms.count("/api/v4/secrets") - polls) + " to the KMS",
                    null);

            change(service);
            delete(service, sync);
            manyToOne(service, connection);
            slow(service);
            shared(service, connection);
        }
    }

    private void change(ServiceProcess service) {
        int times = 10;
        double[] seconds = new double[times];
        service.aws.clearJournal();
        for (int i = 0; i < times; i++) {
            long start = System.nanoTime();
            service.kms.setSecret(service.project, "dev", "/many", "K" + i, "changed");
            int written = i + 1;
            until(() -> service.aws.writes().size() >= written);
            seconds[i] = seconds(start);
        }
        Arrays.sort(seconds);
        report.row(
                "T3 one change among " + MANY + ", polled every second",
                "1 write each; AWS has it within 1 s of the poll",
                String.format(
                        "%d writes of %d; %.1f s in the middle, %.1f s at most, the poll included",
                        service.aws.writes().size(), times, seconds[times / 2], seconds[times - 1]),
                service.aws.writes().size() / (double) times);
    }

    private void delete(ServiceProcess service, String sync) {
        service.await(sync);
        service.aws.clearJournal();
        IntStream.range(0, DELETED)
                .forEach(i -> service.kms.deleteSecret(service.project, "dev", "/many", "K" + (MANY - 1 - i)));
        until(() -> service.aws.count("DeleteSecret") >= DELETED);
        service.await(sync);
        report.row(
                "T5 deletion of " + DELETED,
                "1 look and 1 call each",
                service.aws.count("DescribeSecret") + " looks, " + service.aws.count("DeleteSecret") + " calls",
                (service.aws.count("DescribeSecret") + service.aws.count("DeleteSecret")) / (2.0 * DELETED));
    }

    private void manyToOne(ServiceProcess service, String connection) {
        service.folder("one", values("K", KEYS));
        String sync = service.manyToOne(connection, "one", "one");
        service.run(sync);
        service.aws.clearJournal();
        service.run(sync);
        int idle = service.aws.writes().size();
        IntStream.range(0, 50)
                .forEach(i -> service.kms.setSecret(service.project, "dev", "/one", "K" + i, "changed"));
        service.run(sync);
        int writes = service.aws.writes().size() - idle;
        report.row(
                "T4 " + KEYS + " keys in one secret",
                "1 write for 50 changed keys, 0 for none",
                writes + " and " + idle + " writes",
                (double) writes);
    }

    private void slow(ServiceProcess service) {
        service.aws.addAccessKey("AKIASLOWACCOUNTEXAMP", "slow/example/secret/access/key/000000000", "222222222222");
        service.aws.quotas().rate(Quotas.Family.CREATE, SLOW_QUOTA);
        service.folder("slow", values("K", SLOW));
        String sync = service.oneToOne(
                service.connection("AKIASLOWACCOUNTEXAMP", "slow/example/secret/access/key/000000000"), "slow", false);
        double seconds = service.run(sync).toMillis() / 1000.0;
        double ratio = seconds / (SLOW / (double) SLOW_QUOTA);
        service.aws.quotas().rate(Quotas.Family.CREATE, CREATE_QUOTA);
        report.row(
                "T6 " + SLOW + " secrets where others left " + SLOW_QUOTA + "/s",
                "<= 1.2 times the ideal",
                String.format("%.0f s, none failed", seconds),
                ratio);
    }

    private void shared(ServiceProcess service, String connection) {
        service.folder("shared", values("K", 1));
        String first = service.oneToOne(connection, "shared", true);
        service.await(first);
        for (int i = 1; i < SHARING; i++) {
            service.run(service.manyToOne(connection, "shared", "shared-" + i));
        }
        service.kms.clearRequests();
        LockSupport.parkNanos(Duration.ofSeconds(10).toNanos());
        long asked = service.kms.requests().stream()
                .filter(request -> request.toString().contains("shared"))
                .count();
        report.row(
                "T8 " + SHARING + " syncs of one unchanged source",
                "1 conditional request a poll",
                asked + " requests in ten polls",
                asked / 10.0);
    }

    /** The same work by others' pattern of calls, and by this service. */
    private void peers() {
        for (Peers peer : Peers.values()) {
            try (SecretsManagerEmulator aws = SecretsManagerEmulator.start();
                    SecretsManagerClient client = EmulatorClients.secretsManager(aws)) {
                aws.latency(LATENCY);
                Map<String, String> wanted = new TreeMap<>();
                values("p/K", PEERS).forEach(wanted::put);
                double first = timed(() -> peer.sync(client, "p/", wanted));
                long created = aws.journal().size();
                aws.clearJournal();
                double idle = timed(() -> peer.sync(client, "p/", wanted));
                long looked = aws.journal().size();
                aws.clearJournal();
                wanted.put("p/K7", "changed");
                peer.sync(client, "p/", wanted);
                report.peer(peer.title, created, first, looked, idle, aws.journal().size());
            }
        }
        try (ServiceProcess service = service("peers", ServiceProcess.unthrottled())) {
            service.aws.latency(LATENCY);
            String connection = service.connection();
            service.folder("p", values("K", PEERS));
            String sync = service.oneToOne(connection, "p", false);
            service.aws.clearJournal();
            double first = service.run(sync).toMillis() / 1000.0;
            long created = calls(service);
            service.aws.clearJournal();
            double idle = service.run(sync).toMillis() / 1000.0;
            long looked = calls(service);
            service.aws.clearJournal();
            service.kms.setSecret(service.project, "dev", "/p", "K7", "changed");
            service.run(sync);
            report.peer("this service", created, first, looked, idle, calls(service));
        }
    }

    private static Map<String, String> values(String prefix, int count) {
        return IntStream.range(0, count)
                .boxed()
                .collect(Collectors.toMap(i -> prefix + i, i -> "the value of secret number " + i));
    }

    /** To Secrets Manager; who the caller is, is asked of STS once. */
    private static long calls(ServiceProcess service) {
        return service.aws.journal().stream()
                .filter(call -> call.service().equals("secretsmanager"))
                .count();
    }

    private static long valueReads(ServiceProcess service) {
        return service.aws.count("GetSecretValue") + service.aws.count("BatchGetSecretValue");
    }

    private static double timed(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return seconds(start);
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    private static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("It did not happen within two minutes");
            }
            ServiceProcess.pause();
        }
    }
}
