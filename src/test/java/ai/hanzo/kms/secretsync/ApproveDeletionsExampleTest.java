package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds routes/examples/approve-deletions.camel.yaml to what it says. */
class ApproveDeletionsExampleTest {
    @Test
    void nothingIsDeletedWithoutApprovalAndAllElseIsDone(@TempDir Path directory) {
        try (ExampleService service = ExampleService.with(directory, "approve-deletions")) {
            String id = service.secrets(Map.of("A", "1", "GOES", "2")).sync();

            String message = service.secrets(Map.of("A", "1", "B", "3"))
                    .run(id)
                    .path("lastSyncMessage")
                    .asText();
            assertThat(message).contains("shop/GOES", "stays until that is approved");
            assertThat(service.names()).containsExactly("shop/A", "shop/B", "shop/GOES");
            assertThat(service.calls()).doesNotContain("DeleteSecret");

            service.ask(id, "sync-secrets?approveDeletions=true", "syncStatus");
            assertThat(service.names()).containsExactly("shop/A", "shop/B");
        }
    }
}
