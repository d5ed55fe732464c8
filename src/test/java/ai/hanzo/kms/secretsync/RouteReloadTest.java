package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** With the profile dev, a route file that is saved is loaded again, and one with a mistake is not. */
@ExtendWith(OutputCaptureExtension.class)
class RouteReloadTest {
    private static final String OTHER = """
            - route:
                id: team-other
                from:
                  uri: direct:before-change
                  steps:
                    - stop: {}
            """;

    @Test
    void whatIsSavedCountsAndAMistakeDoesNot(@TempDir Path directory, CapturedOutput output) throws IOException {
        Path file = Files.createDirectory(directory.resolve("our routes")).resolve("team.camel.yaml");
        save(file, "simple: ${body}-1");
        try (RunningService service = watching(file.getParent(), directory)) {
            Operations operations = new Operations(service);
            operations.folder("shop", Map.of("A", "value"));
            String id = service.create(
                    Operations.manual(service.oneToOne(service.connection(), "/shop", "shop/{{secretKey}}")));
            service.run(id);
            assertThat(service.aws.value("shop/A-1")).isEqualTo("value");

            save(file, "simple: ${body}-2");
            Operations.await(() -> output.getAll().contains("team.camel.yaml again: team"));
            service.run(id);
            assertThat(service.aws.value("shop/A-2")).isEqualTo("value");

            // Three that are found in the file, and one that only Camel finds, after it has taken the route away.
            save(file, "simpel: ${body}-3");
            Operations.await(() -> output.getAll().contains("team.camel.yaml:7: "));
            save(file, "simple: ${variable.snyc.name}-3");
            Operations.await(() -> output.getAll().contains("there is no variable \"snyc\""));
            save(file, "simple: ${nosuch(${body})}-3");
            Operations.await(() -> output.getAll().contains("Unknown function: nosuch"));
            save(file, "method: nobody");
            Operations.await(() -> output.getAll().contains("registry for: nobody"));
            service.run(id);
            assertThat(service.aws.secret("shop/A-3")).isEmpty();
            assertThat(service.aws.secret("shop/A-2"))
                    .hasValueSatisfying(there -> assertThat(there.isDeleted()).isFalse());
            assertThat(output.getAll()).contains("Not loaded, what was there before goes on: ");

            save(file, "simple: ${body}-4");
            Operations.await(() -> output.getAll().lastIndexOf("team.camel.yaml again: team")
                    > output.getAll().indexOf("registry for: nobody"));
            service.run(id);
            assertThat(service.aws.value("shop/A-4")).isEqualTo("value");

            Path other = file.resolveSibling("other.camel.yaml");
            Files.writeString(other, OTHER);
            Operations.await(() -> output.getAll().contains("Loaded " + other + ": team-other"));
            Files.delete(file);
            Operations.await(() -> output.getAll().contains(file + " is gone"));
            service.run(id);
            assertThat(service.aws.secret("shop/A-4"))
                    .hasValueSatisfying(there -> assertThat(there.isDeleted()).isFalse());
            // What comes later is told later: all that was told of the changes before is there by then.
            Files.delete(other);
            Operations.await(() -> output.getAll().contains(other + " is gone"));
            assertThat(told(output))
                    .containsExactly(
                            "INFO Loaded " + file + " again: team",
                            "ERROR Not loaded, what was there before goes on: " + file
                                    + ":7: Unsupported field: simpel",
                            "ERROR Not loaded, what was there before goes on: " + file
                                    + ":7: there is no variable \"snyc\"; did you mean \"sync\"?",
                            "ERROR Not loaded, what was there before goes on: " + file
                                    + ":7: Simple cannot read \"${nosuch(${body})}-3\": Unknown function: nosuch(${body})",
                            "ERROR Not loaded, what was there before goes on: " + file
                                    + ":7: route team: No bean could be found in the registry for: nobody",
                            "INFO Loaded " + file + " again: team",
                            "INFO Loaded " + other + ": team-other",
                            "WARN " + file + " is gone; its routes go on until the service is stopped: team",
                            "WARN " + other + " is gone; its routes go on until the service is stopped: team-other");
        }
    }

    @Test
    void whatAMistakeInAnotherFileHoldsBackIsToldAndLoadedOnceThatIsGone(@TempDir Path directory, CapturedOutput output)
            throws IOException {
        Path file = Files.createDirectory(directory.resolve("routes")).resolve("keys.camel.yaml");
        Path other = file.resolveSibling("keys2.camel.yaml");
        Path third = file.resolveSibling("other.camel.yaml");
        save(file, "simple: ${body}-1");
        Files.writeString(third, OTHER.replace("stop: {}", "log: x"));
        try (RunningService service = watching(file.getParent(), directory)) {
            save(other, "simple: ${body}-3");
            Operations.await(() -> output.getAll().contains(other + ":4: "));
            // Neither makes a difference to the mistakes, which are not told again.
            save(file, "simple: ${body}-2");
            Operations.await(() -> output.getAll().contains(file + " has no mistake"));
            Files.delete(third);
            Operations.await(() -> output.getAll().contains(third + " is gone"));
            Files.delete(other);
            Operations.await(() -> output.getAll().contains("Loaded " + file + " again: team"));

            Operations operations = new Operations(service);
            operations.folder("shop", Map.of("A", "value"));
            service.run(service.create(
                    Operations.manual(service.oneToOne(service.connection(), "/shop", "shop/{{secretKey}}"))));
            assertThat(service.aws.value("shop/A-2")).isEqualTo("value");
            assertThat(told(output))
                    .containsExactly(
                            "ERROR Not loaded, what was there before goes on: " + other
                                    + ":2: another route has the id team: " + file + ":2. There can be one",
                            "ERROR Not loaded, what was there before goes on: " + other
                                    + ":4: another route begins with direct:source-key: " + file
                                    + ":4. There can be one",
                            "WARN " + file + " has no mistake, and is loaded once no other file has one",
                            "WARN " + third + " is gone; its routes go on until the service is stopped: team-other",
                            "INFO Loaded " + file + " again: team");
        }
    }

    private static RunningService watching(Path routes, Path directory) {
        return RunningService.start(
                directory,
                Map.of("EXTRA_ROUTES", "file:" + routes.resolve("*.camel.yaml"), "spring.profiles.active", "dev"));
    }

    /** Level and message of what was told of files, but for those that are watched. */
    private static List<String> told(CapturedOutput output) {
        return output.getAll()
                .lines()
                .filter(line -> line.contains(" ai.hanzo.kms.secretsync.RouteReload ") && !line.contains("Watching"))
                .map(line -> line.replaceFirst("\\S+ +(\\w+) .*?RouteReload +: ", "$1 "))
                .toList();
    }

    private static void save(Path file, String body) throws IOException {
        Files.writeString(file, """
                - route:
                    id: team
                    from:
                      uri: direct:source-key
                      steps:
                        - setBody:
                            %s
                """.formatted(body));
    }
}
