package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds routes/examples/mapping-without-list.camel.yaml to what it says. */
class MappingWithoutListExampleTest {
    @Test
    void itMakesUpdatesAndDeletesWithoutAList(@TempDir Path directory) {
        try (ExampleService service = ExampleService.with(directory, "mapping-without-list")) {
            service.secrets(Map.of("STAYS", "1", "GOES", "2"));
            String id = service.sync("shop", "without-list");
            assertThat(service.names()).containsExactly("shop/GOES", "shop/STAYS");

            service.secrets(Map.of("STAYS", "another", "COMES", "3")).run(id);

            assertThat(service.names()).containsExactly("shop/COMES", "shop/STAYS");
            assertThat(service.running().aws.value("shop/STAYS")).isEqualTo("another");
            assertThat(service.calls()).doesNotContain("ListSecrets").contains("DescribeSecret");
        }
    }
}
