package ai.hanzo.kms.secretsync;

import static ai.hanzo.kms.secretsync.Operations.SYNCS;
import static ai.hanzo.kms.secretsync.Operations.importing;
import static ai.hanzo.kms.secretsync.Operations.manual;
import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.devkms.Fault;
import ai.hanzo.kms.secretsync.devkms.Grant;
import ai.hanzo.kms.secretsync.emulator.ForeignSecret;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What a run would do is shown before it is done, and showing it changes nothing. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PlanPreviewTest {
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

    @AfterEach
    void clearFaults() {
        service.aws.allow("secretsmanager:ListSecrets");
        service.kms.clearFaults();
    }

    @Test
    @DisplayName("U5.1-4: what a run would do is shown before it does it")
    void namesWhatARunWouldDoAndDoesNothingOfIt() throws Exception {
        operations.folder(
                "all", Map.of("NEW", "hidden-1", "SAME", "hidden-2", "OTHER", "hidden-3", "HELD", "hidden-4"));
        service.aws.putForeign("all/SAME", "hidden-2");
        service.aws.putForeign("all/OTHER", "hidden-5");
        service.aws.putForeign("all/GONE", "hidden-6");
        service.aws.putForeign(ForeignSecret.named("all/HELD").value("hidden-7").owningService("rds"));
        String id = service.create(manual(service.oneToOne(connection, "/all", "all/{{secretKey}}")));

        ApiClient.Answer answer = service.api().send("GET", SYNCS + id + "/plan", null);

        assertThat(answer.status()).isEqualTo(200);
        JsonNode expected = JsonMapper.builder()
                .build()
                .readTree(
                        "{'plan':{'create':['all/NEW'],'update':['all/OTHER'],'retag':[],'restore':[],'delete':['all/GONE'],"
                                        .replace('\'', '"')
                                + ("'adopt':['all/OTHER','all/SAME'],'skipped':[{'name':'all/HELD','reason':'It is managed by the AWS"
                                                + " service rds, so it is not changed; rename one of the two'}],'unchanged':0,"
                                                + "'blocked':null}}")
                                        .replace('\'', '"'));
        assertThat(answer.json()).isEqualTo(expected);
        assertThat(answer.text()).doesNotContain("hidden");
        assertThat(service.api()
                        .send("POST", SYNCS + id + "/sync-secrets?dryRun=true", null)
                        .json())
                .isEqualTo(expected);
        assertThat(operations.writes()).isEmpty();
        assertThat(operations.sync(id).path("syncStatus").isNull()).isTrue();
        assertThat(operations.runs(id)).isEmpty();

        service.run(id);
        assertThat(service.aws.value("all/OTHER")).isEqualTo("hidden-3");
        assertThat(operations.secret("all/GONE").isDeleted()).isTrue();
        assertThat(operations.plan(id).path("unchanged").asInt()).isEqualTo(3);
        assertThat(operations.plan(id).path("create")).isEmpty();
    }

    @Test
    void aSyncThatIsNotMadeYetIsPlannedAsItsFirstRunWouldBe() {
        operations.folder("new", Map.of("NEW", "hidden-1", "SAME", "hidden-2", "OTHER", "hidden-3"));
        service.aws.putForeign("new/SAME", "hidden-2");
        service.aws.putForeign("new/OTHER", "hidden-5");
        service.aws.putForeign("new/GONE", "hidden-6");
        Map<String, Object> request = manual(service.oneToOne(connection, "/new", "new/{{secretKey}}"));
        JsonNode syncs = all();

        ApiClient.Answer answer = service.api().send("POST", SYNCS + "plan", request);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).doesNotContain("hidden");
        assertThat(operations.writes()).isEmpty();
        assertThat(operations.inKms("new")).hasSize(3);
        assertThat(all()).isEqualTo(syncs);
        assertThat(rows()).isEqualTo(rowsOf(syncs));
        JsonNode planned = answer.json().path("plan");
        assertThat(planned.path("create").toString()).isEqualTo("[\"new/NEW\"]");
        assertThat(planned.path("delete").toString()).isEqualTo("[\"new/GONE\"]");
        assertThat(operations.plan(service.create(request))).isEqualTo(planned);
    }

    private JsonNode all() {
        return service.api().get("/api/v1/secret-syncs?projectId=" + service.project.id());
    }

    /** Whatever a sync leaves behind in the database, by table. */
    private Map<String, Integer> rows() {
        JdbcClient jdbc = service.context().getBean(JdbcClient.class);
        Map<String, Integer> rows = new HashMap<>();
        for (String table : List.of("secret_sync", "sync_state")) {
            rows.put(
                    table,
                    jdbc.sql("select count(*) from " + table)
                            .query(Integer.class)
                            .single());
        }
        rows.put(
                "of syncs that are not there",
                jdbc.sql(
                                "select (select count(*) from sync_run where sync_id not in (select id from secret_sync))"
                                        + " + (select count(*) from managed_secret where sync_id not in (select id from secret_sync))")
                        .query(Integer.class)
                        .single());
        return rows;
    }

    private static Map<String, Integer> rowsOf(JsonNode syncs) {
        int count = syncs.path("secretSyncs").size();
        return Map.of("secret_sync", count, "sync_state", count, "of syncs that are not there", 0);
    }

    @Test
    void aSyncThatIsNotMadeYetIsCheckedAsIfItWereMade() {
        operations.folder("check", Map.of("A", "1"));
        Map<String, Object> request = manual(service.oneToOne(connection, "/check", "check/{{secretKey}}"));
        List<Consumer<Map<String, Object>>> mistakes = List.of(
                one -> one.put("connectionId", "00000000-0000-4000-8000-000000000000"),
                one -> one.put("secretPath", "/check/nowhere"),
                one -> one.put("environment", "nowhere"),
                one -> one.put("projectId", "nobodys"),
                one -> one.put("name", "No Slug"),
                one -> one.put("syncOptions", Map.of("keySchema", "{{nothing}}")),
                one -> one.remove("destinationConfig"));
        for (Consumer<Map<String, Object>> mistake : mistakes) {
            Map<String, Object> wrong = new HashMap<>(request);
            mistake.accept(wrong);
            ApiClient.Answer planned = service.api().send("POST", SYNCS + "plan", wrong);
            ApiClient.Answer made = service.api().send("POST", SYNCS.replaceAll("/$", ""), wrong);
            assertThat(planned.status()).isEqualTo(made.status()).isGreaterThanOrEqualTo(400);
            assertThat(planned.json().path("message")).isEqualTo(made.json().path("message"));
        }

        service.create(request);
        ApiClient.Answer taken = service.api().send("POST", SYNCS + "plan", request);
        assertThat(taken.status()).isEqualTo(400);
        assertThat(taken.json().path("message"))
                .isEqualTo(service.api()
                        .send("POST", SYNCS.replaceAll("/$", ""), request)
                        .json()
                        .path("message"));
        request.remove("name");
        JsonNode nameless = service.api().post(SYNCS + "plan", request).path("plan");
        assertThat(nameless.path("create").toString()).isEqualTo("[\"check/A\"]");
        assertThat(nameless.path("warnings").toString()).contains("may write the same names");
    }

    @Test
    void aSyncThatIsNotMadeYetHasNoIdToApproveWith() {
        for (int i = 10; i < 30; i++) {
            service.aws.putForeign("early/" + i, "value");
        }
        operations.folder("early", Map.of("ONE", "value"));

        JsonNode plan = service.api()
                .post(SYNCS + "plan", service.oneToOne(connection, "/early", "early/{{secretKey}}"))
                .path("plan");

        assertThat(plan.at("/blocked/reason").textValue())
                .contains(SYNCS + "{syncId}/sync-secrets?approveDeletions=true");
    }

    @Test
    void aFirstSyncThatIsNotMadeYetIsShownAsItIsAfterItsImport() {
        operations.folder("import", Map.of("A", "source"));
        service.aws.putForeign("import/A", "destination");
        service.aws.putForeign("import/B", "destination");

        JsonNode plan = service.api()
                .post(
                        SYNCS + "plan",
                        importing(
                                service.oneToOne(connection, "/import", "import/{{secretKey}}"),
                                "import-prioritize-destination"))
                .path("plan");

        assertThat(plan.path("adopt").toString()).isEqualTo("[\"import/A\",\"import/B\"]");
        assertThat(operations.inKms("import")).isEqualTo(Map.of("A", "source"));
        assertThat(operations.writes()).isEmpty();
    }

    @Test
    void aChangeIsPlannedBeforeItIsMade() {
        operations.folder("change", Map.of("A", "1", "B", "2"));
        String id = service.create(manual(service.oneToOne(connection, "/change", "change/{{secretKey}}")));
        service.run(id);
        JsonNode before = operations.sync(id);
        service.aws.clearJournal();
        Map<String, Object> change = Map.of(
                "syncOptions",
                Map.of("initialSyncBehavior", "overwrite-destination", "keySchema", "changed/{{secretKey}}"));

        JsonNode plan = service.api().post(SYNCS + id + "/plan", change).path("plan");

        assertThat(plan.path("create").toString()).isEqualTo("[\"changed/A\",\"changed/B\"]");
        assertThat(operations.sync(id)).isEqualTo(before);
        assertThat(operations.writes()).isEmpty();
        service.api().patch(SYNCS + id, change);
        assertThat(operations.plan(id)).isEqualTo(plan);
        assertThat(service.api()
                        .send("POST", SYNCS + id + "/plan", Map.of("secretPath", "/nowhere"))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void namesTheKeysThatChangeWithManyToOne() {
        operations.folder("many", Map.of("A", "1", "B", "2"));
        String id = service.create(manual(service.manyToOne(connection, "/many", "many")));
        assertThat(operations.plan(id).at("/changedKeys/many").toString()).isEqualTo("[\"A\",\"B\"]");
        service.run(id);
        assertThat(operations.plan(id).path("changedKeys")).isEmpty();
        service.aws.putForeign("many", "{\"A\":\"drifted\",\"B\":\"2\"}");
        service.aws.clearJournal();

        JsonNode plan = operations.plan(id);

        assertThat(plan.at("/changedKeys/many").toString()).isEqualTo("[\"A\"]");
        assertThat(plan.path("update").toString()).isEqualTo("[\"many\"]");
        assertThat(operations.writes()).isEmpty();
    }

    @Test
    void tellsWhyARunWouldStop() {
        Map<String, String> secrets = new HashMap<>();
        for (int i = 10; i < 30; i++) {
            service.aws.putForeign("stop/" + i, "value");
        }
        secrets.put("ONE", "value");
        operations.folder("stop", secrets);
        String id = service.create(manual(service.oneToOne(connection, "/stop", "stop/{{secretKey}}")));

        JsonNode plan = operations.plan(id);

        assertThat(plan.path("delete")).hasSize(20);
        assertThat(plan.at("/blocked/reason").textValue())
                .startsWith("This run would delete 20 of the 20 secrets")
                .contains(SYNCS + id + "/sync-secrets?approveDeletions=true");
    }

    @Test
    void showsAFirstSyncAsItIsAfterItsImport() {
        operations.folder("first", Map.of("A", "source"));
        service.aws.putForeign("first/A", "destination");
        service.aws.putForeign("first/B", "destination");
        String id = service.create(importing(
                manual(service.oneToOne(connection, "/first", "first/{{secretKey}}")),
                "import-prioritize-destination"));

        JsonNode plan = operations.plan(id);

        assertThat(plan.path("adopt").toString()).isEqualTo("[\"first/A\",\"first/B\"]");
        assertThat(plan.path("update")).isEmpty();
        assertThat(plan.path("skipped")).isEmpty();
        assertThat(operations.inKms("first")).isEqualTo(Map.of("A", "source"));
    }

    @Test
    void isForNobodyElse() {
        operations.folder("mine", Map.of("A", "1"));
        String id = service.create(manual(service.oneToOne(connection, "/mine", "mine/{{secretKey}}")));
        service.kms.addIdentity(
                "stranger",
                "stranger-secret",
                Grant.write(service.kms.addProject(service.organization, "Other", "other", "dev")));
        ApiClient stranger = ApiClient.login(service.base(), "stranger", "stranger-secret");

        assertThat(stranger.send("POST", SYNCS + id + "/plan", Map.of()).status())
                .isEqualTo(404);
        assertThat(stranger.send("POST", SYNCS + "plan", service.oneToOne(connection, "/mine", "mine/{{secretKey}}"))
                        .status())
                .isEqualTo(403);
        for (String path : new String[] {"/plan", "/runs", "/runs/" + id}) {
            assertThat(stranger.send("GET", SYNCS + id + path, null).status())
                    .as(path)
                    .isEqualTo(404);
        }
        for (String path : new String[] {
            "/sync-secrets?dryRun=true", "/remove-secrets", "/import-secrets?importBehavior=prioritize-source"
        }) {
            assertThat(stranger.send("POST", SYNCS + id + path, null).status())
                    .as(path)
                    .isEqualTo(404);
        }
    }

    @Test
    void saysWhatKeepsItFromLooking() {
        operations.folder("blind", Map.of("A", "1"));
        String id = service.create(manual(service.oneToOne(connection, "/blind", "blind/{{secretKey}}")));

        service.aws.deny("secretsmanager:ListSecrets");
        ApiClient.Answer denied = service.api().send("GET", SYNCS + id + "/plan", null);
        assertThat(denied.status()).isEqualTo(400);
        assertThat(denied.json().path("message").textValue()).contains("ListSecrets");

        service.aws.allow("secretsmanager:ListSecrets");
        service.kms.failNext(100, "/api/v4/secrets", Fault.status(500));
        ApiClient.Answer unavailable = service.api().send("GET", SYNCS + id + "/plan", null);
        assertThat(unavailable.status()).isEqualTo(503);
        assertThat(operations.sync(id).path("syncStatus").isNull()).isTrue();
    }
}
