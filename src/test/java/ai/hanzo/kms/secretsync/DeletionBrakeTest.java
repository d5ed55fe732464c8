package ai.hanzo.kms.secretsync;

import static ai.hanzo.kms.secretsync.Operations.manual;
import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.emulator.Secret;
import ai.hanzo.kms.secretsync.runs.Runs;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A run that would delete too much stops, and goes on only with an approval of exactly that. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeletionBrakeTest {
    private static final int MANY = 12;

    private RunningService service;
    private Operations operations;
    private String connection;

    @BeforeAll
    void start(@TempDir Path directory) {
        service = RunningService.start(directory);
        operations = new Operations(service);
        connection = service.connection();
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void anApprovalHoldsForThatPlanAndOnce() {
        String id = synced("once");
        removeMany("once");

        JsonNode stopped = service.run(id);
        assertThat(stopped.path("syncStatus").textValue()).isEqualTo("failed");
        assertThat(stopped.path("lastSyncMessage").textValue())
                .contains("would delete " + MANY)
                .contains("approveDeletions=true");
        assertThat(deleted("once")).isZero();

        JsonNode approved = operations.ask(id, "sync-secrets?approveDeletions=true", "syncStatus");
        assertThat(approved.path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(deleted("once")).isEqualTo(MANY);

        // The same secrets, restored, and to be deleted again: that approval has been used.
        addMany("once");
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(deleted("once")).isZero();
        removeMany("once");
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("failed");
        assertThat(deleted("once")).isZero();
    }

    @Test
    void anApprovalOfOtherDeletionsDoesNotHold() {
        String id = synced("other");
        removeMany("other");
        service.context().getBean(Runs.class).approveDeletions(UUID.fromString(id), "0".repeat(64));

        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("failed");
        assertThat(deleted("other")).isZero();
    }

    private String synced(String name) {
        operations.folder(name, Map.of("STAYS", "value"));
        addMany(name);
        String id = service.create(manual(service.oneToOne(connection, "/" + name, name + "/{{secretKey}}")));
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        return id;
    }

    private void addMany(String name) {
        Map<String, String> secrets = new HashMap<>();
        for (int i = 0; i < MANY; i++) {
            secrets.put("GOES_" + i, "value");
        }
        service.kms.setSecrets(service.project, "dev", "/" + name, secrets);
    }

    private void removeMany(String name) {
        for (int i = 0; i < MANY; i++) {
            service.kms.deleteSecret(service.project, "dev", "/" + name, "GOES_" + i);
        }
    }

    private long deleted(String name) {
        return service.aws.secrets().stream()
                .filter(secret -> secret.name().startsWith(name + "/"))
                .filter(Secret::isDeleted)
                .count();
    }
}
