package ai.hanzo.kms.secretsync;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** T10: how long a start takes in each way that the README has, and the memory of an idle service. */
final class Starting {
    private static final Path JAR = Path.of(System.getProperty("benchmarks.jar"));
    /** What only pays for itself in days is left out: the service waits for others most of the time. */
    private static final String QUICK = "-XX:TieredStopAtLevel=1";

    private static final Duration POLL = Duration.ofSeconds(10);
    private static final Duration IDLE = Duration.ofMinutes(1);
    private static final int SECRETS = 100;
    private static final double TARGET_SECONDS = 5;
    private static final double TARGET_MEGABYTES = 400;

    private final Report report;
    private final Path directory;

    /**
     * @param directory empty, for the service and its program
     */
    Starting(Report report, Path directory) {
        this.report = report;
        this.directory = directory;
    }

    void measure() {
        List<String> jar = List.of("-jar", JAR.toString());
        try (ServiceProcess service = new ServiceProcess(directory, Scale.settings(POLL), jar)) {
            started(service, "as it is, with an empty database");
            service.restart(jar);
            started(service, "as it is");
            List<String> apart = List.of("-jar", takenApart().toString());
            service.restart(apart);
            started(service, "taken apart");
            service.restart(with(apart, QUICK));
            started(service, "taken apart, " + QUICK);

            Path archive = directory.resolve("classes.jsa");
            service.restart(with(apart, QUICK, "-XX:ArchiveClassesAtExit=" + archive));
            service.restart(with(apart, QUICK, "-XX:SharedArchiveFile=" + archive));
            started(service, "taken apart, " + QUICK + ", archive of classes");
            idle(service);
        }
    }

    private void started(ServiceProcess service, String how) {
        double seconds = service.started().toMillis() / 1000.0;
        report.row(
                "T10 start-up: " + how,
                String.format("<= %.0f s", TARGET_SECONDS),
                String.format("%.1f s, %.1f s of processor time", seconds, service.cpu().toMillis() / 1000.0),
                seconds / TARGET_SECONDS);
    }

    private void idle(ServiceProcess service) {
        service.folder("idle", Scale.values(SECRETS));
        service.await(service.oneToOne(service.connection(), "idle", true));
        LockSupport.parkNanos(IDLE.toNanos());
        report.row(
                "T10 idle memory, one sync of " + SECRETS + " secrets",
                String.format("<= %.0f MB resident", TARGET_MEGABYTES),
                service.resident() + " MB, with a heap of at most " + ServiceProcess.HEAP,
                service.resident() / TARGET_MEGABYTES);
    }

    private Path takenApart() {
        Path destination = directory.resolve("program");
        List<String> command = List.of(
                ServiceProcess.JAVA, "-Djarmode=tools", "-jar", JAR.toString(), "extract", "--destination", destination.toString());
        try {
            int code = new ProcessBuilder(command).inheritIO().start().onExit().join().exitValue();
            if (code != 0) {
                throw new IllegalStateException("The jar could not be taken apart: " + code);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return destination.resolve(JAR.getFileName());
    }

    private static List<String> with(List<String> program, String... options) {
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(program);
        return all;
    }
}
