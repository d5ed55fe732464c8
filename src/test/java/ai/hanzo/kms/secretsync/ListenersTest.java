package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** The configuration of routes that tell somebody of runs. */
@ExtendWith(OutputCaptureExtension.class)
class ListenersTest {
    @Test
    void theStepThatFailedIsTold(@TempDir Path directory, CapturedOutput output) throws Exception {
        Path file = Files.writeString(directory.resolve("chat.camel.yaml"), """
                - route:
                    id: team-chat
                    routeConfigurationId: listeners
                    from:
                      uri: direct:finished
                      steps:
                        - setBody:
                            simple: ${nosuch(${body})}
                """);
        String configurations = Files.readString(Path.of("routes/events.camel.yaml"))
                .replaceFirst("(?s)- route:\n.*", "")
                .replace("redeliveryDelay: \"2000\"", "redeliveryDelay: \"1\"");
        TeamRoutes routes = new TeamRoutes(null, null);
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.setSourceLocationEnabled(true);
            camel.getRegistry().bind("teamRoutes", routes);
            camel.getCamelContextExtension().addInterceptStrategy(new TeamSteps(routes));
            PluginHelper.getRoutesLoader(camel)
                    .loadRoutes(
                            ResourceHelper.fromBytes(
                                    "classpath:routes/events.camel.yaml",
                                    configurations.getBytes(StandardCharsets.UTF_8)),
                            PluginHelper.getResourceLoader(camel).resolveResource("file:" + file));
            camel.start();

            camel.createProducerTemplate().sendBody("direct:finished", "MARKER");
        }

        assertThat(output.getAll())
                .contains("The route team-chat could not tell of a run, in the step at chat.camel.yaml:7: "
                        + "org.apache.camel.language.simple.types.SimpleIllegalSyntaxException")
                .doesNotContain("MARKER");
    }
}
