package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** With the profile dev, a route file that is saved is loaded again, and one with a mistake is not. */
@ExtendWith(OutputCaptureExtension.class)
class RouteReloadTest {
    @Test
    void whatIsSavedCountsAndAMistakeDoesNot(@TempDir Path directory, CapturedOutput output) throws IOException {
        Path file = Files.createDirectory(directory.resolve("routes")).resolve("team.camel.yaml");
        save(file, "simple: ${body}-1");
        try (RunningService service = RunningService.start(
                directory,
                Map.of(
                        "EXTRA_ROUTES",
                        "file:" + file.resolveSibling("*.camel.yaml"),
                        "spring.profiles.active",
                        "dev"))) {
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

            // Two that are found in the file, and one that only Camel finds, after it has taken the route away.
            save(file, "simpel: ${body}-3");
            Operations.await(() -> output.getAll().contains("team.camel.yaml:7: "));
            save(file, "simple: ${variable.snyc.name}-3");
            Operations.await(() -> output.getAll().contains("there is no variable \"snyc\""));
            save(file, "simple: ${nosuch}-3");
            Operations.await(() -> output.getAll().contains("Unknown function: nosuch"));
            service.run(id);
            assertThat(service.aws.secret("shop/A-3")).isEmpty();
            assertThat(service.aws.secret("shop/A-2"))
                    .hasValueSatisfying(there -> assertThat(there.isDeleted()).isFalse());
            assertThat(output.getAll()).contains("Not loaded, what was there before goes on: ");

            save(file, "simple: ${body}-4");
            Operations.await(() -> output.getAll().lastIndexOf("team.camel.yaml again: team")
                    > output.getAll().indexOf("Unknown function: nosuch"));
            service.run(id);
            assertThat(service.aws.value("shop/A-4")).isEqualTo("value");
        }
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
