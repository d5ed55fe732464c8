package ai.hanzo.kms.secretsync;

import static ai.hanzo.kms.secretsync.Operations.SYNCS;
import static ai.hanzo.kms.secretsync.Operations.importing;
import static ai.hanzo.kms.secretsync.Operations.manual;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The options that upstream does not have, from the request to what is in AWS: rules for keys, tag mode, approval. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RulesTest {
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

    @BeforeEach
    void forgetCalls() {
        service.aws.clearJournal();
    }

    private static Map<String, Object> rules(List<String> include, List<String> exclude, String from, String to) {
        Map<String, Object> rules = new HashMap<>();
        rules.put("include", include);
        rules.put("exclude", exclude);
        rules.put("rename", from == null ? List.of() : List.of(Map.of("from", from, "to", to)));
        return rules;
    }

    private Map<String, Object> body(String name, String option, Object value) {
        Map<String, Object> body = manual(service.oneToOne(connection, "/" + name, name + "/{{secretKey}}"));
        RunningService.options(body).put(option, value);
        return body;
    }

    private JsonNode patch(String id, Map<String, Object> options) {
        return service.api().patch(SYNCS + id, Map.of("syncOptions", options));
    }

    // Rules for keys

    @Test
    void takesAndRenamesAndShowsBothInThePlan() {
        operations.folder("rules", Map.of("APP_A", "a", "B_TEST", "b", "APP_C_TEST", "c"));
        Map<String, Object> rules = rules(List.of("APP_*"), List.of("*_TEST"), "APP_*", "*");
        String id = service.create(body("rules", "keyRules", rules));

        JsonNode plan = operations.plan(id);
        assertThat(plan.path("create").toString()).isEqualTo("[\"rules/A\"]");
        assertThat(plan.path("renamed").toString())
                .isEqualTo("[{\"secretKey\":\"APP_A\",\"key\":\"A\",\"rule\":{\"from\":\"APP_*\",\"to\":\"*\"}}]");
        assertThat(plan.path("skipped").findValuesAsText("reason"))
                .containsExactlyInAnyOrder(
                        "The key rule exclude \"*_TEST\" leaves B_TEST out of this sync",
                        "The key rule exclude \"*_TEST\" leaves APP_C_TEST out of this sync");

        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(operations.writes()).containsExactly("CreateSecret rules/A");
        JsonNode run = operations.lastRun(id);
        assertThat(run.at("/counts/skipped").intValue())
                .as("what is left out is none of its secrets")
                .isZero();
        assertThat(operations.sync(id).at("/syncOptions/keyRules/rename/0/to").textValue())
                .isEqualTo("*");
        assertThat(operations.plan(id).has("renamed"))
                .as("nothing changes any more")
                .isFalse();
        service.aws.clearJournal();
        service.run(id);
        assertThat(service.aws.journal()).allMatch(call -> call.operation().equals("ListSecrets"));
    }

    @Test
    void rulesThatChangeMoveAndRemoveWhatWasWrittenBefore() {
        operations.folder("move", Map.of("APP_A", "a", "B", "b"));
        String id = service.create(manual(service.oneToOne(connection, "/move", "move/{{secretKey}}")));
        service.run(id);
        service.aws.clearJournal();

        Map<String, Object> options =
                RunningService.options(body("move", "keyRules", rules(List.of(), List.of("B"), "APP_*", "*")));
        patch(id, options);
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");

        assertThat(operations.writes())
                .startsWith("CreateSecret move/A")
                .containsExactlyInAnyOrder("CreateSecret move/A", "DeleteSecret move/APP_A", "DeleteSecret move/B");
        assertThat(operations.secret("move/B").isDeleted()).isTrue();
        assertThat(audited("update-secret-sync"))
                .anyMatch(entry -> entry.at("/details/syncId").asText().equals(id)
                        && entry.at("/details/changed/keyRules/to/exclude/0")
                                .asText()
                                .equals("B"));
        assertThat(operations.lastRun(id).path("outcomes").findValuesAsText("message"))
                .contains("The key rules leave its secret out of this sync", "Its secret APP_A is called move/A now");
    }

    @Test
    void twoKeysOfOneNameAreReportedBeforeAnythingIsWrittenAndTheOthersGoOn() {
        operations.folder("twice", Map.of("APP_A", "a", "A", "other", "B", "b"));
        String id = service.create(body("twice", "keyRules", rules(List.of(), List.of(), "APP_*", "*")));

        assertThat(operations.plan(id).path("skipped").findValuesAsText("reason"))
                .singleElement()
                .asString()
                .contains("APP_A (key rule rename \"APP_*\" to \"*\")");

        JsonNode sync = service.run(id);
        assertThat(sync.path("syncStatus").textValue()).isEqualTo("failed");
        assertThat(sync.path("lastSyncMessage").textValue()).contains("APP_A", "rename");
        assertThat(operations.writes()).containsExactly("CreateSecret twice/B");
    }

    @Test
    void anImportLeadsBackToTheKeyInTheKms() {
        operations.folder("back", Map.of("APP_A", "source"));
        service.aws.putForeign("back/A", "destination");
        service.aws.putForeign("back/B", "b");
        service.aws.putForeign("back/C_TEST", "c");
        String id = service.create(importing(
                body("back", "keyRules", rules(List.of("APP_*"), List.of("*_TEST"), "APP_*", "*")),
                "import-prioritize-destination"));

        JsonNode sync = service.run(id);

        assertThat(sync.path("syncStatus").textValue()).as(sync.toString()).isEqualTo("succeeded");
        assertThat(operations.inKms("back")).isEqualTo(Map.of("APP_A", "destination", "APP_B", "b"));
        assertThat(service.aws.value("back/C_TEST")).isEqualTo("c");
        assertThat(operations.lastRun(id).path("outcomes").findValuesAsText("message"))
                .anyMatch(message -> message.contains("no secret of this sync can have its name"));
    }

    @Test
    void aNameThatCouldComeFromTwoKeysIsNotImported() {
        operations.folder("doubt", Map.of("OTHER", "value"));
        service.aws.putForeign("doubt/A", "destination");
        String id = service.create(importing(
                body("doubt", "keyRules", rules(List.of(), List.of(), "APP_*", "*")), "import-prioritize-source"));

        service.run(id);

        assertThat(operations.inKms("doubt")).isEqualTo(Map.of("OTHER", "value"));
        assertThat(operations.lastRun(id).path("outcomes").findValuesAsText("message"))
                .anyMatch(message -> message.contains("can come from A or APP_A"));
    }

    @Test
    void refusesRulesThatCannotBeMeant() {
        Map<String, Object> rules = new HashMap<>();
        rules.put("include", List.of("A", ""));
        rules.put("excludes", List.of("A"));
        rules.put("rename", List.of(Map.of("from", "A*", "to", "B"), Map.of("from", "A", "to", "B C")));

        ApiClient.Answer answer =
                service.api().send("POST", SYNCS.replaceAll("/$", ""), body("wrong", "keyRules", rules));

        assertThat(answer.status()).isEqualTo(422);
        List<String> paths = answer.json().path("message").findValues("path").stream()
                .map(JsonNode::toString)
                .toList();
        assertThat(paths)
                .containsExactlyInAnyOrder(
                        "[\"syncOptions\",\"keyRules\"]",
                        "[\"syncOptions\",\"keyRules\",\"include\",1]",
                        "[\"syncOptions\",\"keyRules\",\"rename\",0]",
                        "[\"syncOptions\",\"keyRules\",\"rename\",1,\"to\"]");
    }

    // Tags

    @Test
    void tagModeDecidesWhatHappensToTagsThatAreThere() {
        operations.folder("tags", Map.of("A", "a"));
        Map<String, Object> body = body("tags", "tagMode", "never");
        RunningService.options(body).put("tags", List.of(Map.of("key", "team", "value", "shop")));
        String id = service.create(body);
        service.run(id);
        service.aws.putForeign(ai.hanzo.kms.secretsync.emulator.ForeignSecret.named("tags/A")
                .tag("foreign", "theirs")
                .tag("team", "theirs"));
        service.aws.clearJournal();

        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(operations.writes()).isEmpty();

        RunningService.options(body).put("tagMode", "replace");
        patch(id, RunningService.options(body));
        assertThat(operations.plan(id).path("retag").toString()).isEqualTo("[\"tags/A\"]");
        service.run(id);
        assertThat(operations.writes()).containsExactlyInAnyOrder("UntagResource tags/A", "TagResource tags/A");
        assertThat(operations.secret("tags/A").tags())
                .containsEntry("team", "shop")
                .doesNotContainKey("foreign")
                .containsEntry("hanzo-kms:sync-id", id);
    }

    @Test
    void replaceWithoutTagsIsRefused() {
        ApiClient.Answer answer =
                service.api().send("POST", SYNCS.replaceAll("/$", ""), body("none", "tagMode", "replace"));
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().at("/message/0/path").toString()).isEqualTo("[\"syncOptions\",\"tagMode\"]");
    }

    // Approval

    @Test
    void aPlanThatDeletesWaitsForAnApprovalOfExactlyThatPlan() {
        operations.folder("wait", Map.of("A", "a", "B", "b"));
        String id = service.create(body("wait", "requireApproval", true));
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(operations.plan(id).has("approval")).isFalse();
        service.kms.deleteSecret(service.project, "dev", "/wait", "B");
        service.aws.clearJournal();

        JsonNode stopped = service.run(id);
        assertThat(stopped.path("syncStatus").textValue()).isEqualTo("failed");
        assertThat(stopped.path("lastSyncMessage").textValue())
                .startsWith("Waiting for approval")
                .contains("approve-plan");
        assertThat(operations.runs(id).path(0).path("status").textValue()).isEqualTo("needs-approval");
        assertThat(operations.writes()).isEmpty();

        JsonNode plan = operations.plan(id);
        assertThat(plan.path("delete").toString()).isEqualTo("[\"wait/B\"]");
        String seen = plan.at("/approval/planDigest").textValue();

        // Somebody changes the source meanwhile: what was seen is not what would be done.
        service.kms.setSecret(service.project, "dev", "/wait", "A", "another");
        ApiClient.Answer outdated = approve(id, seen);
        assertThat(outdated.status()).isEqualTo(400);
        assertThat(outdated.json().path("message").textValue()).contains("not the one with this planDigest any more");
        service.run(id);
        assertThat(operations.writes()).isEmpty();

        String now = operations.plan(id).at("/approval/planDigest").textValue();
        assertThat(approve(id, now).status()).isEqualTo(200);
        assertThat(operations.await(id, "syncStatus").path("syncStatus").textValue())
                .isEqualTo("succeeded");
        assertThat(operations.writes()).containsExactly("UpdateSecret wait/A", "DeleteSecret wait/B");

        assertThat(audited("approve-plan"))
                .anyMatch(entry -> entry.at("/details/planDigest").asText().equals(now)
                        && entry.at("/details/deletions/0").asText().equals("wait/B")
                        && entry.path("actor").asText().startsWith("identity:"));
        assertThat(approve(id, now).json().path("message").textValue()).startsWith("There is nothing to approve");
    }

    @Test
    void takingOverWaitsToo() {
        operations.folder("take", Map.of("A", "a"));
        service.aws.putForeign("take/A", "theirs");
        String id = service.create(body("take", "requireApproval", true));

        assertThat(service.run(id).path("lastSyncMessage").textValue()).contains("take over 1");
        assertThat(service.aws.value("take/A")).isEqualTo("theirs");
        ApiClient.Answer whole = service.api().send("POST", SYNCS + id + "/sync-secrets?approveDeletions=true", null);
        assertThat(whole.status()).isEqualTo(400);

        approve(id, operations.plan(id).at("/approval/planDigest").textValue());
        assertThat(operations.await(id, "syncStatus").path("syncStatus").textValue())
                .isEqualTo("succeeded");
        assertThat(service.aws.value("take/A")).isEqualTo("a");
    }

    @Test
    void onlyASyncThatRequiresItIsApprovedThatWay() {
        operations.folder("free", Map.of("A", "a"));
        String id = service.create(manual(service.oneToOne(connection, "/free", "free/{{secretKey}}")));
        assertThat(approve(id, "0".repeat(64)).json().path("message").textValue())
                .startsWith("This sync does not require approval");
        assertThat(approve(id, "not a digest").status()).isEqualTo(422);
    }

    private ApiClient.Answer approve(String id, String digest) {
        return service.api().send("POST", SYNCS + id + "/approve-plan", Map.of("planDigest", digest));
    }

    private List<JsonNode> audited(String event) {
        List<JsonNode> entries = new java.util.ArrayList<>();
        service.api()
                .get("/api/v1/audit?projectId=" + service.project.id() + "&limit=100")
                .path("auditEntries")
                .forEach(entries::add);
        entries.removeIf(entry -> !entry.path("event").asText().equals(event));
        return entries;
    }
}
