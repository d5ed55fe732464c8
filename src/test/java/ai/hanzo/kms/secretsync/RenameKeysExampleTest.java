package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds routes/examples/rename-keys.camel.yaml to what it says. */
class RenameKeysExampleTest {
    @Test
    void keysAreRenamedInTheSyncsOfTheRuleAndNoTwoToOneName(@TempDir Path directory) {
        try (ExampleService service = ExampleService.with(directory, "rename-keys")) {
            service.secrets(Map.of("DB_PASSWORD", "1", "API_KEY", "2", "api_key", "3"));

            String id = service.sync("web-shop", "one-to-one");

            assertThat(service.names()).containsExactly("shop/db-password");
            assertThat(service.run(id).path("lastSyncMessage").asText())
                    .contains("shop/api-key", "2 secrets of the source have this name", "calls api-key");
        }
    }
}
