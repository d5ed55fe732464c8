package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.emulator.ParameterStoreStandIn;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds routes/examples/parameter-store.camel.yaml to what it says. */
class ParameterStoreExampleTest {
    @Test
    void valuesArriveThereFirstOrNowhere(@TempDir Path directory) {
        try (ParameterStoreStandIn parameters = ParameterStoreStandIn.start();
                ExampleService service = ExampleService.with(directory, "parameter-store")) {
            parameters.refuse("/B");
            String id = service.secrets(Map.of("A", "of A", "B", "of B")).sync();
            assertThat(service.names()).containsExactly("shop/A");
            assertThat(service.run(id).path("lastSyncMessage").asText()).contains("parameter-store.camel.yaml");

            parameters.refuse("");
            assertThat(service.run(id).path("syncStatus").asText()).isEqualTo("succeeded");
            assertThat(parameters.written("/kms-secret-sync/" + id + "/shop/B"))
                    .contains("\"Value\":\"of B\"", "\"Type\":\"SecureString\"", "\"Version\":1");
        }
    }
}
