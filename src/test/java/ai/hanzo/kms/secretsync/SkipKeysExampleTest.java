package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds routes/examples/skip-keys.camel.yaml to what it says. */
class SkipKeysExampleTest {
    @Test
    void keysThatTheRuleNamesStayInTheKms(@TempDir Path directory) {
        try (ExampleService service = ExampleService.with(directory, "skip-keys")) {
            service.secrets(Map.of("API_KEY", "1", "LOCAL_PORT", "2", "API_KEY_TEST", "3", "TEST_RUN", "4"));

            service.sync();

            assertThat(service.names()).containsExactly("shop/API_KEY", "shop/TEST_RUN");
        }
    }
}
