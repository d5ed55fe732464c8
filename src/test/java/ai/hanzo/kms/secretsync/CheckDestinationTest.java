package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.devkms.Grant;
import ai.hanzo.kms.secretsync.devkms.Identity;
import ai.hanzo.kms.secretsync.devkms.Organization;
import ai.hanzo.kms.secretsync.devkms.Project;
import ai.hanzo.kms.secretsync.emulator.SecretsManagerEmulator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Whether another sync writes to the same account, region and secret name, and who is told of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CheckDestinationTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CHECK = Operations.SYNCS + "check-destination";
    private static final String OTHER_ACCOUNT = "333333333333";
    private static final String OTHER_KEY = "AKIAOTHERACCOUNT0001";
    private static final String OTHER_SECRET = "other/secret/key";

    private RunningService service;
    private String connection;
    private String otherAccount;
    private String sync;
    private String oneToOne;

    @BeforeAll
    void start(@TempDir Path directory) {
        service = RunningService.start(directory);
        service.aws.addAccessKey(OTHER_KEY, OTHER_SECRET, OTHER_ACCOUNT);
        connection = service.connection();
        otherAccount = connection(service.api(), "other-account", service.project.id(), OTHER_KEY, OTHER_SECRET);
        service.kms.setSecret(service.project, "dev", "/", "A", "a");
        sync = service.create(Operations.manual(service.manyToOne(connection, "/", "prod/app")));
        oneToOne = service.create(Operations.manual(service.oneToOne(connection, "/", "one/{{secretKey}}")));
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void the_same_account_region_and_secret_name_is_a_duplicate() {
        assertThat(check(Map.of("destinationConfig", manyToOne("prod/app"), "connectionId", connection)))
                .isEqualTo(duplicate(service.project.id()));
        assertThat(check(Map.of("destinationConfig", manyToOne("prod/app2"), "connectionId", connection)))
                .isEqualTo(none());
        assertThat(check(Map.of("destinationConfig", manyToOne("prod/app"), "connectionId", otherAccount)))
                .isEqualTo(none());
        assertThat(check(Map.of(
                        "destinationConfig",
                        Map.of("mappingBehavior", "many-to-one", "region", "eu-west-1", "secretName", "prod/app"),
                        "connectionId",
                        connection)))
                .isEqualTo(none());
    }

    @Test
    void the_sync_that_asks_is_no_duplicate_of_itself_and_tells_the_account() {
        Map<String, Object> byTerraform = new HashMap<>();
        byTerraform.put("App", "aws-secrets-manager");
        byTerraform.put("destinationConfig", manyToOne("prod/app"));
        assertThat(check(byTerraform)).isEqualTo(duplicate(service.project.id()));

        byTerraform.put("excludeSyncId", sync);
        assertThat(check(byTerraform)).isEqualTo(none());

        String elsewhere = service.create(Operations.manual(service.manyToOne(otherAccount, "/", "prod/elsewhere")));
        byTerraform.put("excludeSyncId", elsewhere);
        assertThat(check(byTerraform)).as("that sync writes to another account").isEqualTo(none());
    }

    @Test
    void without_a_secret_name_it_is_account_and_region_that_count() {
        for (Map<String, Object> config : List.<Map<String, Object>>of(
                Map.of("mappingBehavior", "one-to-one", "region", RunningService.REGION),
                Map.of("mappingBehavior", "one-to-one", "region", RunningService.REGION, "secretName", ""))) {
            assertThat(check(Map.of("destinationConfig", config, "connectionId", connection)))
                    .isEqualTo(duplicate(service.project.id()));
            assertThat(check(Map.of("destinationConfig", config, "excludeSyncId", oneToOne)))
                    .isEqualTo(none());
        }
    }

    @Test
    void what_cannot_be_understood_is_no_duplicate() {
        for (Object config :
                new Object[] {Map.of(), "x", 5, Map.of("region", RunningService.REGION), Map.of("region", 1)}) {
            assertThat(check(Map.of("destinationConfig", config))).isEqualTo(none());
        }
        assertThat(check(Map.of())).isEqualTo(none());
        assertThat(check(Map.of("excludeSyncId", UUID.randomUUID().toString()))).isEqualTo(none());
    }

    @Test
    void a_connection_that_is_not_there_is_said_to_be_missing() {
        String unknown = UUID.randomUUID().toString();
        Map<String, Object> body =
                Map.of("projectId", service.project.id(), "destinationConfig", Map.of(), "connectionId", unknown);
        ApiClient.Answer answer = service.api().send("POST", CHECK, body);

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.json().path("message").textValue())
                .isEqualTo("Could not find App Connection with ID " + unknown);
    }

    @Test
    void of_a_project_that_the_caller_may_not_see_no_id_is_told_and_nothing_without_a_connection_to_the_account() {
        Project theirs = service.kms.addProject(service.organization, "Theirs", "theirs", "dev");
        Identity colleague = service.kms.addIdentity("colleague", "colleague-secret", Grant.write(theirs));
        ApiClient api = ApiClient.with(service.base(), service.kms.tokenFor(colleague));
        Map<String, Object> ours =
                new HashMap<>(Map.of("projectId", theirs.id(), "destinationConfig", manyToOne("prod/app")));

        assertThat(api.post(CHECK, ours)).isEqualTo(none());

        ours.put("excludeSyncId", oneToOne);
        assertThat(api.post(CHECK, ours))
                .as("a sync of ours tells them no account")
                .isEqualTo(none());

        ours.put(
                "connectionId",
                connection(
                        api,
                        "theirs",
                        theirs.id(),
                        SecretsManagerEmulator.ACCESS_KEY_ID,
                        SecretsManagerEmulator.SECRET_ACCESS_KEY));
        assertThat(api.post(CHECK, ours)).isEqualTo(duplicate(null));
    }

    @Test
    void another_organisation_is_told_nothing_even_with_a_connection_to_the_account() {
        Organization others = service.kms.addOrganization("Others");
        Project theirs = service.kms.addProject(others, "Others", "others", "dev");
        Identity stranger = service.kms.addIdentity("other-org", "other-org-secret", Grant.write(theirs));
        ApiClient api = ApiClient.with(service.base(), service.kms.tokenFor(stranger));
        String same = connection(
                api,
                "same-account",
                theirs.id(),
                SecretsManagerEmulator.ACCESS_KEY_ID,
                SecretsManagerEmulator.SECRET_ACCESS_KEY);

        assertThat(api.post(
                        CHECK,
                        Map.of(
                                "projectId",
                                theirs.id(),
                                "connectionId",
                                same,
                                "destinationConfig",
                                manyToOne("prod/app"))))
                .isEqualTo(none());
    }

    private JsonNode check(Map<String, Object> request) {
        Map<String, Object> body = new HashMap<>(request);
        body.put("projectId", service.project.id());
        return service.api().post(CHECK, body);
    }

    private static Map<String, Object> manyToOne(String secretName) {
        return Map.of("mappingBehavior", "many-to-one", "region", RunningService.REGION, "secretName", secretName);
    }

    private static String connection(ApiClient api, String name, String projectId, String keyId, String secret) {
        return api.post(
                        "/api/v1/app-connections/aws",
                        Map.of(
                                "name",
                                name,
                                "method",
                                "access-key",
                                "projectId",
                                projectId,
                                "credentials",
                                Map.of("accessKeyId", keyId, "secretAccessKey", secret)))
                .at("/appConnection/id")
                .textValue();
    }

    private static JsonNode none() {
        return JSON.valueToTree(Map.of("hasDuplicate", false));
    }

    private static JsonNode duplicate(String projectId) {
        return JSON.valueToTree(
                projectId == null
                        ? Map.of("hasDuplicate", true)
                        : Map.of("hasDuplicate", true, "duplicateProjectId", projectId));
    }
}
