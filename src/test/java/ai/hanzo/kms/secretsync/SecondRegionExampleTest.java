package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds routes/examples/second-region.camel.yaml to what it says. */
class SecondRegionExampleTest {
    @Test
    void whatIsSyncedIsThereTooAndGoesWithARemoval(@TempDir Path directory) {
        try (ExampleService service =
                ExampleService.with(directory, "second-region", "SECOND_REGIONS", "eu-west-1,eu-west-3")) {
            String id = service.secrets(Map.of("A", "1", "B", "2")).sync();
            service.secrets(Map.of("A", "1", "C", "3")).run(id);
            assertThat(service.names()).containsExactly("shop/A", "shop/C");
            assertThat(service.names("eu-west-1")).containsExactly("shop/A", "shop/C");
            assertThat(service.names("eu-west-3")).containsExactly("shop/A", "shop/C");

            service.ask(id, "remove-secrets", "removeStatus");
            assertThat(service.names("eu-west-3")).isEmpty();
        }
    }
}
