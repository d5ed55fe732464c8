package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A name that a team's route gives to a key is safe to change. */
class TeamNamesTest {
    @Test
    void theOldNameGoesOnceTheNewOneIsThere(@TempDir Path directory) {
        try (ExampleService service = ExampleService.with(directory, "rename-keys")) {
            String id = service.secrets(Map.of("DB_PASSWORD", "1")).sync();
            service.rename(id, "web-shop");
            service.running().aws.deny("CreateSecret");
            service.run(id);
            assertThat(service.names()).containsExactly("shop/DB_PASSWORD");

            service.running().aws.allow("CreateSecret");
            service.run(id);

            assertThat(service.names()).containsExactly("shop/db-password");
        }
    }
}
