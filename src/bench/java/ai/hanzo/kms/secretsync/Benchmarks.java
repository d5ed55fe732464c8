package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.devkms.LoggedRequest;
import ai.hanzo.kms.secretsync.emulator.Call;
import ai.hanzo.kms.secretsync.emulator.EmulatorClients;
import ai.hanzo.kms.secretsync.emulator.Fault;
import ai.hanzo.kms.secretsync.emulator.Quotas;
import ai.hanzo.kms.secretsync.emulator.SecretsManagerEmulator;
import ai.hanzo.kms.secretsync.sync.EngineBenchmark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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

    /** Fewer show the calls as well, and the times where the machine is busy. */
    private static final int MANY = Integer.getInteger("benchmarks.secrets", 10_000);

    private static final int PEERS = 500;
    private static final int KEYS = 500;
    private static final int DELETED = 100;
    private static final int CHANGED = 20;
    private static final int SLOW_QUOTA = 10;
    private static final int SLOW = 500;
    private static final int HALF = 1_000;
    private static final int CUT = 2_000;
    private static final int RECOVERED_SECONDS = 3;
    private static final String HALF_ACCOUNT = "222222222222";
    private static final String HALF_KEY = "AKIAHALFACCOUNTEXAMP";
    private static final String FREE_ACCOUNT = "333333333333";
    private static final String FREE_KEY = "AKIAFREEACCOUNTEXAMP";
    private static final String CUT_ACCOUNT = "444444444444";
    private static final String CUT_KEY = "AKIACUTTACCOUNTEXAMP";
    private static final String ANY_SECRET = "secret/access/key/of/an/example/account0";
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
        parts.put("throttled", benchmarks::throttled);
        parts.put("peers", benchmarks::peers);
        Scale scale = new Scale(benchmarks.report, settings -> benchmarks.service("scale", settings));
        parts.put("start", benchmarks::start);
        parts.put("syncs", scale::syncs);
        parts.put("scale", scale::secrets);
        for (String part : arguments.length == 0 ? parts.keySet() : Arrays.asList(arguments)) {
            parts.get(part).run();
            benchmarks.report.write();
        }
    }

    private ServiceProcess service(String name, Map<String, String> settings) {
        return new ServiceProcess(temporary(name), settings, ServiceProcess.classPath());
    }

    private Path temporary(String name) {
        try {
            return Files.createTempDirectory(directory, name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void start() {
        new Starting(report, temporary("start")).measure();
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

    /** T1 to T5 and T8, on 10,000 secrets. */
    private void reconcile() {
        try (ServiceProcess service = service("reconcile", Map.of())) {
            service.aws.latency(LATENCY);
            service.aws.quotas().enable();
            String connection = service.connection();
            service.folder("many", values("K", MANY));
            String sync = service.oneToOne(connection, "many", true);
            Instant start = Instant.now();
            until(() -> service.aws.count("CreateSecret") >= MANY, Duration.ofSeconds(60 + MANY / 5));
            Instant last = lastOf(service, "CreateSecret");
            service.await(sync);
            double seconds = seconds(start, last);
            long calls = calls(service);
            long refused = service.aws.journal().stream()
                    .filter(call -> !call.succeeded())
                    .count();
            report.row(
                    "T2 first sync of " + MANY,
                    "<= 1.02 calls a secret; >= 95 % of the quota",
                    String.format(
                            "%.3f calls a secret, %d refused; %.0f s, %.0f %% of %d/s",
                            (double) calls / MANY, refused, seconds, 100.0 * MANY / seconds / CREATE_QUOTA, CREATE_QUOTA),
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

            change(service, sync);
            delete(service, sync);
            manyToOne(service, connection);
            shared(service, connection);
        }
    }

    /** T6, with AWS's quotas and a destination that refuses calls all the same. */
    private void throttled() {
        try (ServiceProcess service = service("throttled", Map.of())) {
            service.aws.latency(LATENCY);
            service.aws.quotas().enable();
            warmUp(service);
            half(service);
            cut(service);
        }
    }

    /** So that what is measured is not the compiler of the virtual machine. */
    private void warmUp(ServiceProcess service) {
        service.folder("warm", values("K", SLOW));
        service.run(service.oneToOne(service.connection(), "warm", false));
    }

    private void change(ServiceProcess service, String sync) {
        service.run(sync);
        service.aws.clearJournal();
        double[] seconds = new double[CHANGED];
        for (int i = 0; i < CHANGED; i++) {
            int written = i + 1;
            service.kms.clearRequests();
            service.kms.setSecret(service.project, "dev", "/many", "K" + i, "changed");
            until(() -> service.aws.writes().size() >= written);
            Instant seen = service.kms.requests().stream()
                    .filter(request -> request.path().equals("/api/v4/secrets") && request.status() == 200)
                    .map(LoggedRequest::at)
                    .findFirst()
                    .orElseThrow();
            seconds[i] = seconds(seen, lastOf(service, "UpdateSecret"));
            service.await(sync);
        }
        Arrays.sort(seconds);
        double p95 = seconds[(int) Math.ceil(CHANGED * 0.95) - 1];
        report.row(
                "T3 one change among " + MANY + ", polled every second",
                "1 write each; in AWS within 1 s of the poll that saw it (p95)",
                String.format(
                        "%d writes, %d looks, %d lists for %d changes; %.2f s in the middle, %.2f s p95, %.2f s at most",
                        service.aws.writes().size(),
                        service.aws.count("DescribeSecret"),
                        service.aws.count("ListSecrets"),
                        CHANGED,
                        seconds[CHANGED / 2],
                        p95,
                        seconds[CHANGED - 1]),
                p95);
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

    /** One destination refuses every second call; another one is in step with the whole quota meanwhile. */
    private void half(ServiceProcess service) {
        service.aws.addAccessKey(HALF_KEY, ANY_SECRET, HALF_ACCOUNT);
        service.aws.addAccessKey(FREE_KEY, ANY_SECRET, FREE_ACCOUNT);
        service.folder("half", values("K", HALF));
        service.folder("free", values("K", SLOW));
        service.aws.inject(Fault.of(Fault.Kind.THROTTLE)
                .operation("CreateSecret")
                .account(HALF_ACCOUNT)
                .everySecondCall());
        service.aws.clearJournal();
        String half = service.oneToOne(service.connection(HALF_KEY, ANY_SECRET), "half", false);
        String free = service.oneToOne(service.connection(FREE_KEY, ANY_SECRET), "free", false);
        Instant start = Instant.now();
        service.ask(half);
        service.ask(free);
        service.await(half);
        service.await(free);
        double halved = seconds(start, lastOf(service, HALF_ACCOUNT, "CreateSecret"));
        double whole = seconds(start, lastOf(service, FREE_ACCOUNT, "CreateSecret"));
        service.aws.clearFaults();
        double ideal = 2.0 * HALF / CREATE_QUOTA;
        report.row(
                "T6 " + HALF + " secrets, every second call refused",
                "<= 1.2 times the ideal",
                String.format("%.0f s for %d calls, none failed", halved, creations(service, HALF_ACCOUNT).count()),
                halved / ideal);
        double unhindered = SLOW / (double) CREATE_QUOTA;
        report.row(
                "T6 " + SLOW + " secrets of another account at the same time",
                "its own pace",
                String.format("%.0f s", whole),
                whole / unhindered);
    }

    /** Others leave little of the quota, and then all of it. */
    private void cut(ServiceProcess service) {
        service.aws.addAccessKey(CUT_KEY, ANY_SECRET, CUT_ACCOUNT);
        service.aws.quotas().rate(CUT_ACCOUNT, Quotas.Family.CREATE, SLOW_QUOTA);
        service.folder("cut", values("K", CUT));
        service.aws.clearJournal();
        String sync = service.oneToOne(service.connection(CUT_KEY, ANY_SECRET), "cut", false);
        Instant start = Instant.now();
        service.ask(sync);
        until(() -> created(service, CUT_ACCOUNT) >= SLOW);
        double slow = seconds(start, Instant.now());
        long tried = creations(service, CUT_ACCOUNT).count();
        service.aws.quotas().rate(CUT_ACCOUNT, Quotas.Family.CREATE, CREATE_QUOTA);
        Instant restored = Instant.now();
        service.await(sync);
        report.row(
                "T6 " + SLOW + " secrets where others left " + SLOW_QUOTA + "/s",
                "<= 1.2 times the ideal",
                String.format("%.0f s, %.2f calls a secret, none failed", slow, (double) tried / SLOW),
                slow / (SLOW / (double) SLOW_QUOTA));
        double back = back(
                restored,
                creations(service, CUT_ACCOUNT)
                        .filter(Call::succeeded)
                        .map(Call::at)
                        .filter(restored::isBefore)
                        .sorted()
                        .toList());
        report.row(
                "T6 the whole quota again after that",
                "90 % of it within 60 s",
                Double.isNaN(back) ? "not reached" : String.format("after %.0f s", back),
                back / 60);
    }

    /** Seconds until the calls of some seconds in a row were nine tenths of the quota; NaN where they never were. */
    private static double back(Instant restored, List<Instant> calls) {
        int window = RECOVERED_SECONDS * CREATE_QUOTA * 9 / 10;
        for (int i = 0; i + window <= calls.size(); i++) {
            if (seconds(calls.get(i), calls.get(i + window - 1)) <= RECOVERED_SECONDS) {
                return seconds(restored, calls.get(i));
            }
        }
        return Double.NaN;
    }

    private static Stream<Call> creations(ServiceProcess service, String account) {
        return service.aws.journal().stream()
                .filter(call -> call.operation().equals("CreateSecret") && account.equals(call.account()));
    }

    private static long created(ServiceProcess service, String account) {
        return creations(service, account).filter(Call::succeeded).count();
    }

    private static Instant lastOf(ServiceProcess service, String operation) {
        return lastOf(service, SecretsManagerEmulator.ACCOUNT, operation);
    }

    private static Instant lastOf(ServiceProcess service, String account, String operation) {
        return service.aws.journal().stream()
                .filter(call -> call.operation().equals(operation) && account.equals(call.account()))
                .map(Call::at)
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / 1e9;
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
    static long calls(ServiceProcess service) {
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
        until(condition, Duration.ofMinutes(3));
    }

    private static void until(BooleanSupplier condition, Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("It did not happen within " + atMost);
            }
            ServiceProcess.pause();
        }
    }
}
