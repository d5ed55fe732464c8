package ai.hanzo.kms.secretsync;

import static ai.hanzo.kms.secretsync.Operations.manual;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code SECRET_SYNC_PARALLEL_CHANGES} may be as small as it is allowed to be. */
class FewThreadsTest {
    @Test
    void aRunThatLooksAgainAfterItsChangesNeedsNoSecondThread(@TempDir Path directory) {
        try (RunningService service = RunningService.start(directory, Map.of("SECRET_SYNC_PARALLEL_CHANGES", "1"))) {
            new Operations(service).folder("few", Map.of("A", "value"));
            String sync = service.create(manual(service.oneToOne(service.connection(), "/few", "few/{{secretKey}}")));
            // The list does not show it yet, so that its creation is refused and it is looked at once more.
            service.aws.listLag(Duration.ofMinutes(5));
            service.aws.putForeign("few/A", "of somebody");

            assertThat(service.run(sync).path("syncStatus").textValue()).isEqualTo("succeeded");
            assertThat(service.aws.value("few/A")).isEqualTo("value");
        }
    }
}
