package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** The real program in a JVM of its own, as an operator starts it: with environment variables and arguments, and nothing else. */
final class Program {
    static final Duration PATIENCE = Duration.ofSeconds(240);

    private Program() {}

    /** How it ended. */
    record Ended(int exitCode, List<String> lines) {
        /** Lines of warnings and errors, and whatever is no line of the log at all. */
        List<String> complaints() {
            return lines.stream()
                    .filter(line -> !line.matches("\\S+ +(INFO|DEBUG|TRACE) .*"))
                    .toList();
        }

        String text() {
            return String.join("\n", lines);
        }
    }

    /** While it runs, and after that. */
    static final class Running implements AutoCloseable {
        private static final Pattern LISTENS = Pattern.compile("Tomcat started on port (\\d+)");

        private final Process process;
        private final Path output;

        private Running(Process process, Path output) {
            this.process = process;
            this.output = output;
        }

        boolean isAlive() {
            return process.isAlive();
        }

        long pid() {
            return process.pid();
        }

        List<String> lines() {
            try {
                return Files.readAllLines(output);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Waits until it has started. */
        Running started() {
            await(() -> lines().stream().anyMatch(line -> line.contains(": Started ")));
            return this;
        }

        /** Where its API is; the first port that it tells of. */
        URI base() {
            return lines().stream()
                    .map(LISTENS::matcher)
                    .filter(Matcher::find)
                    .findFirst()
                    .map(found -> URI.create("http://127.0.0.1:" + found.group(1)))
                    .orElseThrow();
        }

        private void await(BooleanSupplier condition) {
            Awaitility.await()
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> {
                        if (condition.getAsBoolean()) {
                            return true;
                        }
                        assertThat(process.isAlive())
                                .as(() -> String.join("\n", lines()))
                                .isTrue();
                        return false;
                    });
        }

        /** Ends it in the middle of whatever it does: {@code kill -9}. */
        void kill() {
            process.destroyForcibly();
            ended();
        }

        /** Asks it to end, as systemd and Kubernetes do: SIGTERM. */
        Ended stop() {
            process.destroy();
            return ended();
        }

        /** Waits for its end. */
        Ended ended() {
            try {
                if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                    process.destroyForcibly().waitFor();
                    throw new AssertionError("It did not end: " + String.join("\n", lines()));
                }
                return new Ended(process.exitValue(), lines());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            kill();
        }
    }

    /** Runs it to its end; see {@link #start}. */
    static Ended run(Path home, Map<String, String> settings, String... arguments) {
        return start(home, settings, arguments).ended();
    }

    /**
     * Starts it.
     *
     * @param home the working directory, which is made
     */
    static Running start(Path home, Map<String, String> settings, String... arguments) {
        return start(main(classPath(), SecretSyncApplication.class), home, settings, arguments);
    }

    /** Starts it as somebody who looks at it does; needs {@code script} of util-linux. */
    static Running startOnTerminal(Path home, Map<String, String> settings, String... arguments) {
        String command = String.join(" ", command(main(classPath(), SecretSyncApplication.class), arguments));
        return start(home, settings, List.of("script", "-qec", command, "/dev/null"));
    }

    /** Starts a variant of it that tests have. */
    static Running startVariant(Class<?> main, Path home, Map<String, String> settings) {
        return start(main(System.getProperty("java.class.path"), main), home, settings);
    }

    /** Starts another version of it, out of its jar. */
    static Running startJar(Path jar, Path home, Map<String, String> settings) {
        return start(List.of("-jar", jar.toAbsolutePath().toString()), home, settings);
    }

    private static List<String> main(String classPath, Class<?> main) {
        return List.of("-cp", classPath, main.getName());
    }

    private static Running start(List<String> program, Path home, Map<String, String> settings, String... arguments) {
        return start(home, settings, command(program, arguments));
    }

    private static List<String> command(List<String> program, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m"));
        command.addAll(program);
        command.addAll(List.of(arguments));
        return command;
    }

    private static Running start(Path home, Map<String, String> settings, List<String> command) {
        try {
            Files.createDirectories(home);
            Path output = home.resolve("output");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(home.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            Map<String, String> environment = builder.environment();
            // JAVA_TOOL_OPTIONS makes the JVM itself say something; the others would be settings.
            environment
                    .keySet()
                    .removeIf(name -> name.matches(
                            "(KMS|SECRET_SYNC|SPRING|SERVER|MANAGEMENT|AWS|LOGGING|JAVA_TOOL|JDK_JAVA)_.*"));
            environment.putAll(settings);
            return new Running(builder.start(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the program has, and no test. */
    private static String classPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.endsWith("test-classes"))
                .collect(Collectors.joining(File.pathSeparator));
    }
}
