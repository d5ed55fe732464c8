package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.emulator.Call;
import ai.hanzo.kms.secretsync.emulator.Secret;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Secrets of a KMS arrive in an AWS Secrets Manager, and stay in step. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MainJobTest {
    private RunningService service;
    private String connection;

    @BeforeAll
    void start(@TempDir Path directory) {
        service = RunningService.start(directory);
        connection = service.connection();
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @BeforeEach
    void forgetCalls() {
        service.aws.clearJournal();
    }

    @Test
    void everySecretBecomesAnAwsSecret() {
        folder("one", Map.of("A", "value-a", "B", "value-b"));

        JsonNode sync = service.created(manual(service.oneToOne(connection, "/one", "one/{{secretKey}}")));

        assertThat(sync.path("syncStatus").textValue()).isNull();
        JsonNode synced = service.run(sync.path("id").textValue());
        assertThat(synced.path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(synced.path("lastSyncMessage").isNull()).isTrue();
        assertThat(synced.path("lastSyncedAt").textValue()).isNotNull();
        assertThat(service.aws.value("one/A")).isEqualTo("value-a");
        assertThat(service.aws.value("one/B")).isEqualTo("value-b");
    }

    private static Map<String, Object> manual(Map<String, Object> sync) {
        sync.put("isAutoSyncEnabled", false);
        return sync;
    }

    private void folder(String name, Map<String, String> secrets) {
        service.kms.addFolder(service.project, "dev", "/" + name);
        service.kms.setSecrets(service.project, "dev", "/" + name, secrets);
    }

    private List<String> writes() {
        return service.aws.writes().stream().map(Call::operation).toList();
    }

    private Secret secret(String name) {
        return service.aws.secret(name).orElseThrow();
    }
}
