package ai.hanzo.kms.secretsync;

import static ai.hanzo.kms.secretsync.Operations.SYNCS;
import static ai.hanzo.kms.secretsync.Operations.importing;
import static ai.hanzo.kms.secretsync.Operations.manual;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.hanzo.kms.secretsync.emulator.Peer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;

/** The whole service against a Secrets Manager that is not ours. */
@Tag("peer")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PeerServiceTest {
    private static final String ROLE = "arn:aws:iam::222222222222:role/sync";

    /** Of all names: whatever else is there stays out of the way. */
    private final String prefix = "service-" + UUID.randomUUID() + "/";

    private Peer peer;
    private SecretsManagerClient aws;
    private RunningService service;
    private Operations operations;
    private String connection;

    @BeforeAll
    void start(@TempDir Path directory) {
        peer = Peer.start();
        aws = peer.secretsManager();
        System.setProperty("aws.accessKeyId", peer.credentials().accessKeyId());
        System.setProperty("aws.secretAccessKey", peer.credentials().secretAccessKey());
        service = RunningService.start(directory, peer.endpoint(), Map.of("SECRET_SYNC_DRIFT_INTERVAL", "2s"));
        operations = new Operations(service);
        connection = service.connection();
    }

    @AfterAll
    void stop() {
        service.close();
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
        aws.close();
        peer.close();
    }

    @AfterEach
    void nothingWentToTheEmulator() {
        assertThat(service.aws.journal()).isEmpty();
    }

    @Test
    void oneSecretForEachIsMadeChangedAndDeleted() {
        operations.folder("one", Map.of("A", "1", "B", "2"));
        String id = synced(service.oneToOne(connection, "/one", schema("one")));
        assertThat(value("one/A")).isEqualTo("1");
        assertThat(value("one/B")).isEqualTo("2");

        service.kms.setSecret(service.project, "dev", "/one", "A", "changed");
        service.kms.deleteSecret(service.project, "dev", "/one", "B");

        Operations.await(() -> value("one/A").equals("changed") && isScheduled("one/B"));
        Operations.await(
                () -> "succeeded".equals(operations.sync(id).path("syncStatus").textValue()));
    }

    @Test
    void oneSecretForAllIsMadeAndChanged() throws Exception {
        operations.folder("many", Map.of("A", "1", "B", "2"));
        synced(service.manyToOne(connection, "/many", prefix + "many"));
        ObjectMapper json = new ObjectMapper();
        assertThat(json.readTree(value("many"))).isEqualTo(json.readTree("{\"A\":\"1\",\"B\":\"2\"}"));

        service.kms.deleteSecret(service.project, "dev", "/many", "B");

        Operations.await(() -> value("many").equals("{\"A\":\"1\"}"));
    }

    @Test
    void whatIsThereIsImported() {
        operations.folder("import", Map.of("A", "kms"));
        create("import/A", "aws");
        create("import/B", "aws");

        synced(importing(
                manual(service.oneToOne(connection, "/import", schema("import"))), "import-prioritize-source"));

        assertThat(operations.inKms("import")).isEqualTo(Map.of("A", "kms", "B", "aws"));
        assertThat(value("import/A")).isEqualTo("kms");
    }

    @Test
    void driftIsCorrected() {
        operations.folder("drift", Map.of("A", "1", "GONE", "1"));
        synced(service.oneToOne(connection, "/drift", schema("drift")));

        aws.putSecretValue(put -> put.secretId(prefix + "drift/A").secretString("theirs"));
        aws.deleteSecret(delete -> delete.secretId(prefix + "drift/GONE").forceDeleteWithoutRecovery(true));

        Operations.await(() -> value("drift/A").equals("1") && exists("drift/GONE"));
        assertThat(value("drift/GONE")).isEqualTo("1");
    }

    @Test
    void aRolesSecretsLandInItsAccount() {
        operations.folder("role", Map.of("A", "1"));
        String role = service.api()
                .post(
                        "/api/v1/app-connections/aws",
                        Map.of(
                                "name",
                                "role",
                                "method",
                                "assume-role",
                                "projectId",
                                service.project.id(),
                                "credentials",
                                Map.of("roleArn", ROLE)))
                .at("/appConnection/id")
                .textValue();

        synced(manual(service.oneToOne(role, "/role", schema("role"))));

        try (SecretsManagerClient there = peer.secretsManager(ROLE)) {
            assertThat(there.getSecretValue(get -> get.secretId(prefix + "role/A"))
                            .secretString())
                    .isEqualTo("1");
        }
        assertThatThrownBy(() -> value("role/A")).isInstanceOf(ResourceNotFoundException.class);
    }

    @Test
    void whatTheSyncPutThereIsRemovedAndNothingElse() {
        operations.folder("remove", Map.of("A", "1"));
        String id = synced(manual(service.oneToOne(connection, "/remove", schema("remove"))));
        create("remove/FOREIGN", "foreign");

        JsonNode sync = operations.removed(id);

        assertThat(sync.path("removeStatus").textValue()).isEqualTo("succeeded");
        assertThat(isScheduled("remove/A")).isTrue();
        assertThat(value("remove/FOREIGN")).isEqualTo("foreign");
        assertThat(service.api().send("DELETE", SYNCS + id, null).status()).isEqualTo(200);
    }

    private String schema(String folder) {
        return prefix + folder + "/{{secretKey}}";
    }

    /** Makes a sync and runs it once; its id. */
    private String synced(Map<String, Object> sync) {
        String id = service.create(sync);
        JsonNode after = service.run(id);
        assertThat(after.path("lastSyncMessage").textValue()).isNull();
        assertThat(after.path("syncStatus").textValue()).isEqualTo("succeeded");
        return id;
    }

    private void create(String name, String value) {
        aws.createSecret(create -> create.name(prefix + name).secretString(value));
    }

    private String value(String name) {
        return aws.getSecretValue(get -> get.secretId(prefix + name)).secretString();
    }

    private boolean isScheduled(String name) {
        return aws.describeSecret(describe -> describe.secretId(prefix + name)).deletedDate() != null;
    }

    private boolean exists(String name) {
        try {
            aws.describeSecret(describe -> describe.secretId(prefix + name));
            return true;
        } catch (ResourceNotFoundException e) {
            return false;
        }
    }
}
