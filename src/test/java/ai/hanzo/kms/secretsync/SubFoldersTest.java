package ai.hanzo.kms.secretsync;

import static ai.hanzo.kms.secretsync.Operations.SYNCS;
import static ai.hanzo.kms.secretsync.Operations.manual;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A folder with all folders below it: one request, every name from one secret, and nothing lost that was not shown. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SubFoldersTest {
    private static final String BY_PATH = "{{secretPath}}/{{secretKey}}";

    private RunningService service;
    private Operations operations;
    private String connection;

    @BeforeAll
    void start(@TempDir Path directory) {
        service = RunningService.start(directory, Map.of("SECRET_SYNC_POLL_INTERVAL", "2s"));
        operations = new Operations(service);
        connection = service.connection();
    }

    @AfterAll
    void stop() {
        service.close();
    }

    private Map<String, Object> body(String name, String keySchema) {
        Map<String, Object> body = manual(service.oneToOne(connection, "/" + name, keySchema));
        RunningService.options(body).put("includeAllSubFolders", true);
        return body;
    }

    private void tree(String name) {
        operations.folder(name, Map.of("A", "a"));
        operations.folder(name + "/db", Map.of("A", "db-a", "B", "db-b"));
        operations.folder(name + "/db/deep", Map.of("C", "deep-c"));
        operations.folder(name + "/empty", Map.of());
    }

    private Map<String, String> inAws(String prefix) {
        Map<String, String> values = new HashMap<>();
        service.aws.secrets().stream()
                .filter(secret -> secret.name().startsWith(prefix) && !secret.isDeleted())
                .forEach(secret -> values.put(secret.name(), secret.secretString()));
        return values;
    }

    @Test
    void everyFolderBelowIsReadAndItsPathIsInTheName() {
        tree("all");
        String id = service.create(body("all", BY_PATH));

        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(inAws("all/"))
                .isEqualTo(Map.of("all/A", "a", "all/db/A", "db-a", "all/db/B", "db-b", "all/db/deep/C", "deep-c"));

        service.kms.deleteSecret(service.project, "dev", "/all/db", "B");
        service.kms.setSecret(service.project, "dev", "/all/db/deep", "C", "other");
        service.aws.clearJournal();
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(operations.writes())
                .containsExactlyInAnyOrder("UpdateSecret all/db/deep/C", "DeleteSecret all/db/B");
        service.aws.clearJournal();
        service.run(id);
        assertThat(operations.writes()).isEmpty();
        assertThat(operations.sync(id).at("/syncOptions/includeAllSubFolders").booleanValue())
                .isTrue();
    }

    @Test
    void oneNameOfTwoFoldersIsReportedWithBothPathsBeforeAnythingIsWrittenAndTheOthersGoOn() {
        tree("flat");
        String id = service.create(body("flat", "flat-{{secretKey}}"));

        JsonNode plan = operations.plan(id);
        assertThat(plan.path("create").toString()).isEqualTo("[\"flat-B\",\"flat-C\"]");
        assertThat(plan.path("skipped").findValuesAsText("reason"))
                .containsExactly(
                        "2 secrets of the source have this name: /flat/A, /flat/db/A. Rename or move all but one");

        JsonNode sync = service.run(id);
        assertThat(sync.path("syncStatus").textValue()).isEqualTo("failed");
        assertThat(sync.path("lastSyncMessage").textValue()).contains("/flat/A, /flat/db/A");
        assertThat(inAws("flat-")).isEqualTo(Map.of("flat-B", "db-b", "flat-C", "deep-c"));
    }

    @Test
    void importsOfFoldersBelowBelongToThoseFolders() {
        operations.folder("shared-of-tree", Map.of("S", "shared", "A", "not this one"));
        tree("importing-tree");
        service.kms.addImport(service.project, "dev", "/importing-tree/db", "dev", "/shared-of-tree");
        String id = service.create(body("importing-tree", BY_PATH));

        JsonNode sync = service.run(id);

        assertThat(sync.path("syncStatus").textValue()).as(sync.toString()).isEqualTo("succeeded");
        assertThat(inAws("importing-tree/"))
                .containsEntry("importing-tree/db/S", "shared")
                .containsEntry("importing-tree/db/A", "db-a")
                .doesNotContainKey("importing-tree/S");
    }

    @Test
    void thePollSeesAChangeBelowAndAnUnchangedTreeCostsOneRequest() {
        tree("polled");
        Map<String, Object> body = body("polled", BY_PATH);
        body.put("isAutoSyncEnabled", true);
        service.created(body);

        service.kms.setSecret(service.project, "dev", "/polled/db/deep", "C", "changed");
        Operations.await(() -> "changed".equals(service.aws.value("polled/db/deep/C")));
        operations.folder("polled/new", Map.of("N", "new"));
        Operations.await(() -> service.aws.secret("polled/new/N").isPresent());

        operations.awaitPolls(2);
        service.kms.clearRequests();
        operations.awaitPolls(3);
        assertThat(service.kms.count("/api/v2/folders")).isZero();
    }

    @Test
    void whereSubFoldersAreTakenOutAgainTheirSecretsGoWithinTheBrake() {
        tree("without");
        Map<String, Object> body = body("without", "without/{{secretKey}}");
        service.kms.deleteSecret(service.project, "dev", "/without/db", "A");
        String id = service.create(body);
        service.run(id);
        assertThat(inAws("without/")).containsOnlyKeys("without/A", "without/B", "without/C");

        RunningService.options(body).remove("includeAllSubFolders");
        service.api().patch(SYNCS + id, Map.of("syncOptions", RunningService.options(body)));
        assertThat(operations.plan(id).path("delete").toString()).isEqualTo("[\"without/B\",\"without/C\"]");
        service.run(id);
        assertThat(inAws("without/")).containsOnlyKeys("without/A");
    }

    @Test
    void nothingIsImported() {
        tree("import");
        Map<String, Object> body = body("import", BY_PATH);
        RunningService.options(body).put("initialSyncBehavior", "import-prioritize-source");
        ApiClient.Answer refused = service.api().send("POST", SYNCS.replaceAll("/$", ""), body);
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.json().at("/message/0/path").toString())
                .isEqualTo("[\"syncOptions\",\"includeAllSubFolders\"]");

        RunningService.options(body).put("initialSyncBehavior", "overwrite-destination");
        String id = service.create(body);
        ApiClient.Answer later =
                service.api().send("POST", SYNCS + id + "/import-secrets?importBehavior=prioritize-source", null);
        assertThat(later.status()).isEqualTo(400);
        assertThat(later.json().path("message").textValue()).contains("includeAllSubFolders");
    }

    @Test
    void manyToOneTakesTheMembersOfAllFolders() {
        tree("many");
        service.kms.deleteSecret(service.project, "dev", "/many/db", "A");
        Map<String, Object> body = manual(service.manyToOne(connection, "/many", "many-of-tree"));
        RunningService.options(body).put("includeAllSubFolders", true);
        String id = service.create(body);
        service.run(id);
        assertThat(service.aws.value("many-of-tree")).isEqualTo("{\"A\":\"a\",\"B\":\"db-b\",\"C\":\"deep-c\"}");
    }
}
