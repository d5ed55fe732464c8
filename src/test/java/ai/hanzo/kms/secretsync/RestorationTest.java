package ai.hanzo.kms.secretsync;

import static ai.hanzo.kms.secretsync.Operations.importing;
import static ai.hanzo.kms.secretsync.Operations.manual;
import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.emulator.ForeignSecret;
import ai.hanzo.kms.secretsync.emulator.SecretsManagerEmulator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The run that takes a deletion back leaves the secret as it should be. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RestorationTest {
    private static final String KEY = "33333333-2222-3333-4444-555555555555";
    private static final String ALIAS = "alias/restored";

    private RunningService service;
    private Operations operations;
    private String connection;

    @BeforeAll
    void start(@TempDir Path directory) {
        service = RunningService.start(directory);
        operations = new Operations(service);
        connection = service.connection();
        service.aws.addKmsKey(SecretsManagerEmulator.ACCOUNT, RunningService.REGION, KEY, ALIAS);
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void aSecretWhoseValueIsRightStillGetsItsNewKmsKey() {
        operations.folder("key", Map.of("A", "a"));
        Map<String, Object> request = manual(service.oneToOne(connection, "/key", "key/{{secretKey}}"));
        String sync = service.create(request);
        succeeds(sync);
        deleted("key/A");
        RunningService.options(request).put("keyId", ALIAS);
        service.api().patch(Operations.SYNCS + sync, Map.of("syncOptions", request.get("syncOptions")));

        succeeds(sync);

        assertThat(operations.secret("key/A").isDeleted()).isFalse();
        assertThat(operations.secret("key/A").kmsKeyId()).isEqualTo(ALIAS);
        assertThat(operations.versions("key/A")).isEqualTo(1);
    }

    @Test
    void aNewValueComesUnderTheRightKeyThoughSomebodyHadChangedThat() {
        operations.folder("their-key", Map.of("A", "a"));
        String sync = service.create(manual(service.oneToOne(connection, "/their-key", "their-key/{{secretKey}}")));
        succeeds(sync);
        service.aws.putForeign(ForeignSecret.named("their-key/A").kmsKeyId(KEY).deleted(Duration.ofDays(7)));
        service.kms.setSecret(service.project, "dev", "/their-key", "A", "a2");

        succeeds(sync);

        assertThat(service.aws.value("their-key/A")).isEqualTo("a2");
        assertThat(operations.secret("their-key/A").kmsKeyId()).isNotEqualTo(KEY);
    }

    @Test
    void keysOfOthersAreMergedAsSoonAsTheyCanBeRead() {
        operations.folder("merged", Map.of("A", "a"));
        service.aws.putForeign("merged/all", "{\"THEIRS\":\"t\"}");
        String sync = service.create(
                manual(importing(service.manyToOne(connection, "/merged", "merged/all"), "import-prioritize-source")));
        succeeds(sync);
        deleted("merged/all");
        service.aws.putForeign(ForeignSecret.named("merged/all")
                .value("{\"A\":\"a\",\"THEIRS\":\"t\",\"NEW\":\"n\"}")
                .deleted(Duration.ofDays(7)));
        service.kms.setSecret(service.project, "dev", "/merged", "A", "a2");

        succeeds(sync);

        assertThat(service.aws.value("merged/all")).isEqualTo("{\"A\":\"a2\",\"NEW\":\"n\",\"THEIRS\":\"t\"}");
    }

    @Test
    void whatWasSomebodysBeforeTheSyncDeletedItComesBackWithItsTags() {
        operations.folder("taken", Map.of("A", "a"));
        service.aws.putForeign("taken/B", "somebody's");
        Map<String, Object> request = manual(service.oneToOne(connection, "/taken", "taken/{{secretKey}}"));
        RunningService.options(request).put("tags", List.of(Map.of("key", "team", "value", "shop")));
        String sync = service.create(request);
        succeeds(sync);
        assertThat(operations.secret("taken/B").isDeleted()).isTrue();
        service.kms.setSecret(service.project, "dev", "/taken", "B", "ours");

        succeeds(sync);

        assertThat(service.aws.value("taken/B")).isEqualTo("ours");
        assertThat(operations.secret("taken/B").tags()).containsEntry("team", "shop");
    }

    private void deleted(String name) {
        service.aws.putForeign(ForeignSecret.named(name).deleted(Duration.ofDays(7)));
    }

    private void succeeds(String sync) {
        assertThat(service.run(sync).path("syncStatus").textValue()).isEqualTo("succeeded");
    }
}
