package ai.hanzo.kms.secretsync;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The real program in a JVM of its own, as an operator starts it: with environment variables and arguments, and nothing else. */
final class Program {
    static final Duration PATIENCE = Duration.ofSeconds(90);

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

    /**
     * Runs it to its end.
     *
     * @param home the working directory, which is made
     */
    static Ended run(Path home, Map<String, String> settings, String... arguments) {
        try {
            Files.createDirectories(home);
            Path output = home.resolve("output");
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-Xmx256m",
                    "-cp",
                    classPath(),
                    SecretSyncApplication.class.getName()));
            command.addAll(List.of(arguments));
            ProcessBuilder program = new ProcessBuilder(command)
                    .directory(home.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            Map<String, String> environment = program.environment();
            // JAVA_TOOL_OPTIONS makes the JVM itself say something; the others would be settings.
            environment
                    .keySet()
                    .removeIf(name -> name.matches(
                            "(KMS|SECRET_SYNC|SPRING|SERVER|MANAGEMENT|AWS|LOGGING|JAVA_TOOL|JDK_JAVA)_.*"));
            environment.putAll(settings);
            Process process = program.start();
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError("It did not end: " + Files.readString(output));
            }
            return new Ended(process.exitValue(), Files.readAllLines(output));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** What the program has, and no test. */
    private static String classPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.endsWith("test-classes"))
                .collect(Collectors.joining(File.pathSeparator));
    }
}
