package ai.hanzo.kms.secretsync;

import static ai.hanzo.kms.secretsync.Operations.SYNCS;
import static ai.hanzo.kms.secretsync.Operations.manual;
import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.devkms.Grant;
import ai.hanzo.kms.secretsync.devkms.Project;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Two syncs that may touch the same names are told of when one of them is saved. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OverlapTest {
    private static final String AWS_SYNCS = "/api/v1/secret-syncs/aws-secrets-manager";

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

    @Test
    void aKeySchemaThatCoversNamesOfAnotherSyncIsToldOfOnCreateUpdateAndRead() {
        String wide = create(service.oneToOne(connection, "/", "wide/{{secretKey}}"))
                .path("id")
                .textValue();

        JsonNode narrow = create(service.oneToOne(connection, "/", "wide/x-{{secretKey}}"));

        assertThat(narrow.path("warnings")).hasSize(1);
        assertThat(narrow.path("warnings").path(0).textValue()).contains(wide, "key schema of its own");
        String id = narrow.path("id").textValue();
        assertThat(service.api().get(SYNCS + id).at("/secretSync/warnings")).hasSize(1);
        JsonNode mended = service.api()
                .patch(
                        SYNCS + id,
                        Map.of(
                                "syncOptions",
                                Map.of(
                                        "initialSyncBehavior",
                                        "overwrite-destination",
                                        "keySchema",
                                        "narrow-{{secretKey}}")));
        assertThat(mended.path("secretSync").has("warnings")).isFalse();
    }

    @Test
    void theNameOfAManyToOneSyncMayBeCoveredToo() {
        create(service.manyToOne(connection, "/", "covered/all"));

        assertThat(create(service.oneToOne(connection, "/", "covered/{{secretKey}}"))
                        .path("warnings"))
                .hasSize(1);
    }

    @Test
    void anotherRegionIsAnotherPlace() {
        create(service.oneToOne(connection, "/", "region/{{secretKey}}"));
        Map<String, Object> elsewhere = service.oneToOne(connection, "/", "region/{{secretKey}}");
        elsewhere.put("destinationConfig", Map.of("mappingBehavior", "one-to-one", "region", "eu-west-1"));

        assertThat(create(elsewhere).has("warnings")).isFalse();
    }

    @Test
    void ofAnotherProjectOnlyThatThereIsOneIsTold() {
        Project other = service.kms.addProject(service.organization, "Other", "other", "dev");
        service.kms.addIdentity("other-identity", "other-secret", Grant.write(other));
        service.regrant(Grant.write(service.project), Grant.write(other));
        ApiClient stranger = ApiClient.login(service.base(), "other-identity", "other-secret");
        JsonNode ours = create(service.oneToOne(connection, "/", "foreign/{{secretKey}}"));
        Map<String, Object> body =
                service.oneToOne(service.connection(stranger, other.id()), "/", "foreign/{{secretKey}}");
        body.put("projectId", other.id());

        JsonNode theirs = stranger.post(AWS_SYNCS, manual(body)).path("secretSync");

        assertThat(theirs.path("warnings").toString())
                .contains("A sync of another project")
                .doesNotContain(ours.path("id").textValue(), ours.path("name").textValue(), service.project.id());
    }

    private JsonNode create(Map<String, Object> body) {
        return service.api().post(AWS_SYNCS, manual(body)).path("secretSync");
    }
}
