package ai.hanzo.kms.secretsync;

import static ai.hanzo.kms.secretsync.Operations.SYNCS;
import static ai.hanzo.kms.secretsync.Operations.manual;
import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.emulator.Call;
import ai.hanzo.kms.secretsync.emulator.ForeignSecret;
import ai.hanzo.kms.secretsync.emulator.Secret;
import ai.hanzo.kms.secretsync.emulator.SecretsManagerEmulator;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Changing where a sync writes leaves the old secrets, or moves them: both are there for a time, then the old ones go. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MoveTest {
    private static final String ACCOUNT = SecretsManagerEmulator.ACCOUNT;
    private static final String OTHER_ACCOUNT = "222222222222";
    private static final String REGION = SecretsManagerEmulator.REGION;
    private static final String DUBLIN = "eu-west-1";
    private static final Map<String, Object> WEEK = Map.of("graceDays", 7);
    /** In the run after that in which all is in place. */
    private static final Map<String, Object> AT_ONCE = Map.of("graceDays", 0);

    private RunningService service;
    private Operations operations;
    private String connection;
    private int folders;

    @BeforeAll
    void start(@TempDir Path directory) {
        service = RunningService.start(directory);
        operations = new Operations(service);
        connection = service.connection();
        service.aws.addAccessKey("AKIAOTHERACCOUNTXMPL", "secret", OTHER_ACCOUNT);
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @AfterEach
    void asUsual() {
        service.aws.clearFaults();
        service.aws.allow("secretsmanager:CreateSecret");
    }

    /** A folder with the secrets A and B, and a name for what is made of it. */
    private String folder() {
        String name = "move-" + ++folders;
        operations.folder(name, Map.of("A", "1", "B", "2"));
        return name;
    }

    private String synced(Map<String, Object> body) {
        String id = service.create(manual(body));
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        return id;
    }

    /** The same of a folder, one to one, by the key schema that its name begins. */
    private String synced(String name, String template) {
        return synced(service.oneToOne(connection, "/" + name, name + template));
    }

    private static Map<String, Object> options(String keySchema, Object move) {
        Map<String, Object> options = new HashMap<>();
        options.put("initialSyncBehavior", "overwrite-destination");
        options.put("keySchema", keySchema);
        if (move != null) {
            options.put("move", move);
        }
        return options;
    }

    private JsonNode patched(String id, Map<String, Object> change) {
        return service.api().patch(SYNCS + id, change).path("secretSync");
    }

    /** Gives it another key schema. */
    private JsonNode renamed(String id, String keySchema, Object move) {
        return patched(id, Map.of("syncOptions", options(keySchema, move)));
    }

    /** Sends it to another region, with this key schema. */
    private void toDublin(String id, String keySchema, Object move) {
        patched(
                id,
                Map.of(
                        "destinationConfig",
                        Map.of("mappingBehavior", "one-to-one", "region", DUBLIN),
                        "syncOptions",
                        options(keySchema, move)));
    }

    /** A run that has to succeed; what it wrote. */
    private List<String> ran(String id) {
        service.aws.clearJournal();
        JsonNode sync = service.run(id);
        assertThat(sync.path("syncStatus").textValue())
                .as(sync.path("lastSyncMessage").asText())
                .isEqualTo("succeeded");
        return operations.writes().stream().sorted().toList();
    }

    /** Grace periods are over by so much earlier. */
    private void pass(String id, Duration time) {
        JdbcClient jdbc = service.context().getBean(JdbcClient.class);
        for (Map.Entry<String, Instant> entry : superseded(id).entrySet()) {
            jdbc.sql(
                            "update managed_secret set superseded_at = ? where sync_id = ? and name = ? and superseded_at is not null")
                    .params(Timestamp.from(entry.getValue().minus(time)), UUID.fromString(id), entry.getKey())
                    .update();
        }
    }

    private Map<String, Instant> superseded(String id) {
        Map<String, Instant> since = new TreeMap<>();
        service.context()
                .getBean(JdbcClient.class)
                .sql("select name, superseded_at from managed_secret where sync_id = ? and superseded_at is not null")
                .param(UUID.fromString(id))
                .query(row -> {
                    since.put(row.getString(1), row.getTimestamp(2).toInstant());
                });
        return since;
    }

    private boolean isThere(String account, String region, String name) {
        return service.aws
                .secret(account, region, name)
                .filter(secret -> !secret.isDeleted())
                .isPresent();
    }

    private boolean isThere(String name) {
        return isThere(ACCOUNT, REGION, name);
    }

    private void assertRecoverable(String region, String name) {
        Secret secret = service.aws.secret(ACCOUNT, region, name).orElseThrow();
        assertThat(Duration.between(secret.deletedDate(), secret.purgeDate()))
                .as(name)
                .isEqualTo(Duration.ofDays(30));
    }

    private static List<String> names(JsonNode list) {
        return list.findValuesAsText("name");
    }

    @Test
    void absentItLeavesAndNothingOfItIsInTheAnswers() {
        String name = folder();
        String id = synced(name, "/old/{{secretKey}}");
        assertThat(operations.plan(id).has("leftBehind")).isFalse();

        JsonNode planned = service.api()
                .post(SYNCS + id + "/plan", Map.of("syncOptions", options(name + "/new/{{secretKey}}", null)))
                .path("plan");
        assertThat(planned.path("create").toString()).isEqualTo("[\"" + name + "/new/A\",\"" + name + "/new/B\"]");
        assertThat(names(planned.path("leftBehind"))).containsExactly(name + "/old/A", name + "/old/B");
        JsonNode left = planned.path("leftBehind").path(0);
        assertThat(left.path("region").textValue()).isEqualTo(REGION);
        assertThat(left.path("accountId").textValue()).isEqualTo(ACCOUNT);
        assertThat(left.get("deletedAfter").isNull()).isTrue();
        assertThat(left.path("reason").textValue()).contains("key schema", "it stays", "syncOptions.move");
        assertThat(planned.path("delete")).isEmpty();
        assertThat(operations.plan(id).has("leftBehind"))
                .as("of the sync as it is stored")
                .isFalse();

        JsonNode sync = renamed(id, name + "/new/{{secretKey}}", null);
        assertThat(sync.path("syncOptions").has("move")).isFalse();
        assertThat(ran(id)).containsExactly("CreateSecret " + name + "/new/A", "CreateSecret " + name + "/new/B");
        assertThat(ran(id)).isEmpty();
        assertThat(superseded(id)).isEmpty();
        assertThat(isThere(name + "/old/A")).isTrue();
    }

    @Test
    void anotherKeySchemaMovesWithAsFewCallsAsThereCanBe() {
        String name = folder();
        String id = synced(name, "/old/{{secretKey}}");
        JsonNode sync = renamed(id, name + "/new/{{secretKey}}", WEEK);
        assertThat(sync.at("/syncOptions/move/graceDays").intValue()).isEqualTo(7);

        assertThat(ran(id)).containsExactly("CreateSecret " + name + "/new/A", "CreateSecret " + name + "/new/B");
        assertThat(superseded(id).keySet()).containsExactly(name + "/old/A", name + "/old/B");
        service.kms.setSecret(service.project, "dev", "/" + name, "A", "3");
        assertThat(ran(id)).containsExactly("UpdateSecret " + name + "/new/A");
        assertThat(service.aws.value(name + "/old/A")).as("as it was").isEqualTo("1");
        assertThat(ran(id)).isEmpty();
        assertThat(service.aws.journal().stream().map(Call::operation)).containsExactly("ListSecrets");
        JsonNode left = operations.plan(id).path("leftBehind").path(0);
        assertThat(Instant.parse(left.path("deletedAfter").textValue()))
                .isBetween(
                        Instant.now().plus(Duration.ofDays(7)).minusSeconds(600),
                        Instant.now().plus(Duration.ofDays(7)));
        assertThat(left.path("state").textValue()).isEqualTo("waits");

        pass(id, Duration.ofDays(7));
        assertThat(operations.plan(id).at("/leftBehind/0/state").textValue()).isEqualTo("due");
        assertThat(ran(id)).containsExactly("DeleteSecret " + name + "/old/A", "DeleteSecret " + name + "/old/B");
        assertThat(service.aws.journal().stream().map(Call::operation).sorted())
                .as("each is described for the plan and once more right before it goes")
                .containsExactly(
                        "DeleteSecret",
                        "DeleteSecret",
                        "DescribeSecret",
                        "DescribeSecret",
                        "DescribeSecret",
                        "DescribeSecret",
                        "ListSecrets");
        assertRecoverable(REGION, name + "/old/A");
        assertThat(operations.lastRun(id).toString()).contains("its grace period is over");
        assertThat(ran(id)).isEmpty();
        assertThat(service.aws.journal().stream().map(Call::operation)).containsExactly("ListSecrets");
        assertThat(operations.plan(id).has("leftBehind")).isFalse();
    }

    @Test
    void aKeySchemaThatCoversTheOldNamesDeletesNoneByItself() {
        String name = folder();
        String id = synced(name, "/old-{{secretKey}}");
        renamed(id, name + "/{{secretKey}}", null);
        assertThat(ran(id)).containsExactly("CreateSecret " + name + "/A", "CreateSecret " + name + "/B");
        assertThat(names(operations.plan(id).path("leftBehind"))).containsExactly(name + "/old-A", name + "/old-B");

        renamed(id, name + "/{{secretKey}}", AT_ONCE);
        assertThat(ran(id)).as("both are there for at least one run").isEmpty();
        assertThat(ran(id)).containsExactly("DeleteSecret " + name + "/old-A", "DeleteSecret " + name + "/old-B");
    }

    @Test
    void anotherRegionMoves() {
        String name = folder();
        String id = synced(name, "/{{secretKey}}");
        toDublin(id, name + "/{{secretKey}}", WEEK);
        JsonNode left = operations.plan(id).path("leftBehind").path(0);
        assertThat(left.path("region").textValue()).isEqualTo(REGION);
        assertThat(left.path("reason").textValue()).contains("region was changed");

        assertThat(ran(id)).containsExactly("CreateSecret " + name + "/A", "CreateSecret " + name + "/B");
        assertThat(ran(id)).isEmpty();
        pass(id, Duration.ofDays(7));
        assertThat(ran(id)).containsExactly("DeleteSecret " + name + "/A", "DeleteSecret " + name + "/B");
        assertThat(isThere(ACCOUNT, DUBLIN, name + "/A")).isTrue();
        assertThat(isThere(name + "/A")).isFalse();
        assertRecoverable(REGION, name + "/B");
        assertThat(ran(id)).isEmpty();
    }

    @Test
    void whereAnotherDestinationOfTheSyncIsNothingGoes() {
        String name = folder();
        String id = synced(name, "/{{secretKey}}");
        patched(
                id,
                Map.of(
                        "destinationConfig",
                        Map.of(
                                "mappingBehavior",
                                "one-to-one",
                                "region",
                                DUBLIN,
                                "additionalDestinations",
                                List.of(Map.of("region", REGION))),
                        "syncOptions",
                        options(name + "/{{secretKey}}", AT_ONCE)));

        for (int runs = 0; runs < 3; runs++) {
            service.run(id);
            assertThat(isThere(name + "/A") && isThere(name + "/B"))
                    .as("run " + runs)
                    .isTrue();
        }
        assertThat(isThere(ACCOUNT, DUBLIN, name + "/A")).isTrue();
        assertThat(operations.plan(id).has("leftBehind"))
                .as("it is the other destination's now")
                .isFalse();
    }

    @Test
    void anotherSecretNameMovesAndKeysOfOthersStay() {
        String name = folder();
        service.aws.putForeign(name + "-old", "{\"THEIRS\":\"x\"}");
        Map<String, Object> body = service.manyToOne(connection, "/" + name, name + "-old");
        RunningService.options(body).put("disableSecretDeletion", true);
        String id = synced(body);
        assertThat(service.aws.value(name + "-old")).contains("THEIRS");
        patched(
                id,
                Map.of(
                        "destinationConfig",
                        Map.of("mappingBehavior", "many-to-one", "region", REGION, "secretName", name + "-new"),
                        "syncOptions",
                        options("", AT_ONCE)));

        assertThat(ran(id)).containsExactly("CreateSecret " + name + "-new");
        assertThat(ran(id)).containsExactly("UpdateSecret " + name + "-old");
        assertThat(service.aws.value(name + "-old")).isEqualTo("{\"THEIRS\":\"x\"}");
        assertThat(ran(id)).isEmpty();
        assertThat(service.aws.journal().stream().map(Call::secretName))
                .as("nothing of the sync is in the old one")
                .doesNotContain(name + "-old");
        assertThat(operations.plan(id).has("leftBehind")).isFalse();
    }

    @Test
    void anotherMappingBehaviourMoves() {
        String name = folder();
        String id = synced(name, "/{{secretKey}}");
        patched(
                id,
                Map.of(
                        "destinationConfig",
                        Map.of("mappingBehavior", "many-to-one", "region", REGION, "secretName", "all"),
                        "syncOptions",
                        options(name + "/{{secretKey}}", AT_ONCE)));
        assertThat(ran(id)).containsExactly("CreateSecret " + name + "/all");
        assertThat(ran(id)).containsExactly("DeleteSecret " + name + "/A", "DeleteSecret " + name + "/B");
        assertThat(ran(id)).isEmpty();
    }

    @Test
    void whatIsInAnotherAccountIsToldAndNeverTouched() {
        String name = folder();
        String id = synced(name, "/{{secretKey}}");
        String other = service.connection("AKIAOTHERACCOUNTXMPL", "secret");
        patched(id, Map.of("connectionId", other, "syncOptions", options(name + "/{{secretKey}}", AT_ONCE)));

        assertThat(ran(id)).containsExactly("CreateSecret " + name + "/A", "CreateSecret " + name + "/B");
        assertThat(ran(id)).isEmpty();
        assertThat(ran(id)).isEmpty();
        assertThat(isThere(name + "/A")).isTrue();
        assertThat(isThere(OTHER_ACCOUNT, REGION, name + "/A")).isTrue();
        JsonNode left = operations.plan(id).path("leftBehind").path(0);
        assertThat(left.path("accountId").textValue()).isEqualTo(ACCOUNT);
        assertThat(left.get("deletedAfter").isNull()).isTrue();
        assertThat(left.path("reason").textValue()).contains("does not reach", "delete it there");
    }

    @Test
    void anotherEnvironmentMoves() {
        String name = folder();
        service.kms.addFolder(service.project, "prod", "/" + name);
        service.kms.setSecrets(service.project, "prod", "/" + name, Map.of("A", "live"));
        String id = synced(name, "/{{environment}}-{{secretKey}}");
        patched(
                id,
                Map.of(
                        "environment",
                        "prod",
                        "syncOptions",
                        options(name + "/{{environment}}-{{secretKey}}", AT_ONCE)));

        assertThat(ran(id)).containsExactly("CreateSecret " + name + "/prod-A");
        assertThat(ran(id)).containsExactly("DeleteSecret " + name + "/dev-A", "DeleteSecret " + name + "/dev-B");
        assertThat(ran(id)).isEmpty();
    }

    @Test
    void whoChangesItBackKeepsWhatWasThere() {
        String name = folder();
        String id = synced(name, "/old/{{secretKey}}");
        renamed(id, name + "/new/{{secretKey}}", WEEK);
        ran(id);
        service.kms.setSecret(service.project, "dev", "/" + name, "A", "3");
        ran(id);
        renamed(id, name + "/old/{{secretKey}}", WEEK);

        assertThat(ran(id)).containsExactly("UpdateSecret " + name + "/old/A");
        assertThat(superseded(id).keySet()).containsExactly(name + "/new/A", name + "/new/B");
        pass(id, Duration.ofDays(8));
        assertThat(ran(id)).containsExactly("DeleteSecret " + name + "/new/A", "DeleteSecret " + name + "/new/B");
        assertThat(service.aws.value(name + "/old/A")).isEqualTo("3");
        assertThat(isThere(name + "/old/B")).isTrue();
    }

    @Test
    void noGracePeriodBeginsBeforeAllIsInPlace() {
        String name = folder();
        String id = synced(name, "/old/{{secretKey}}");
        service.aws.putForeign(
                ForeignSecret.named(name + "/new/B").value("theirs").owningService("rds"));
        renamed(id, name + "/new/{{secretKey}}", AT_ONCE);

        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("failed");
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("failed");
        assertThat(superseded(id)).isEmpty();
        assertThat(isThere(name + "/old/A")).isTrue();

        // Created, and cut off before the end of the run; then the source cannot be read.
        renamed(id, name + "/third/{{secretKey}}", AT_ONCE);
        service.aws.deny("secretsmanager:CreateSecret");
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("failed");
        service.aws.allow("secretsmanager:CreateSecret");
        service.stop();
        service.startAgain();
        operations = new Operations(service);
        service.kms.failNext(20, "/api/v4/secrets", ai.hanzo.kms.secretsync.devkms.Fault.status(500));
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("failed");
        assertThat(superseded(id)).isEmpty();
        service.kms.clearFaults();

        assertThat(ran(id)).containsExactly("CreateSecret " + name + "/third/A", "CreateSecret " + name + "/third/B");
        assertThat(superseded(id).keySet()).contains(name + "/old/A", name + "/old/B", name + "/new/A");
        service.kms.failNext(20, "/api/v4/secrets", ai.hanzo.kms.secretsync.devkms.Fault.status(500));
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("failed");
        assertThat(isThere(name + "/old/A"))
                .as("due, and the source is not known")
                .isTrue();
        service.kms.clearFaults();
        assertThat(ran(id))
                .containsExactly(
                        "DeleteSecret " + name + "/new/A",
                        "DeleteSecret " + name + "/old/A",
                        "DeleteSecret " + name + "/old/B");
    }

    @Test
    void theBrakeHoldsItUntilItIsApprovedAndTheRestGoesOn() {
        String name = "move-many";
        Map<String, String> many = new HashMap<>();
        for (int i = 0; i < 15; i++) {
            many.put("K" + i, "value");
        }
        operations.folder(name, many);
        String id = synced(name, "/{{secretKey}}");
        toDublin(id, name + "/{{secretKey}}", AT_ONCE);
        assertThat(ran(id)).hasSize(15);
        service.kms.setSecret(service.project, "dev", "/" + name, "FRESH", "1");
        service.aws.clearJournal();

        JsonNode held = service.run(id);
        assertThat(held.path("syncStatus").textValue()).isEqualTo("failed");
        assertThat(held.path("lastSyncMessage").textValue()).contains("would delete 15", "approveDeletions=true");
        assertThat(operations.writes()).containsExactly("CreateSecret " + name + "/FRESH");
        assertThat(operations.plan(id).path("leftBehind").findValuesAsText("state"))
                .hasSize(15)
                .containsOnly("held");

        service.aws.clearJournal();
        JsonNode approved = operations.ask(id, "sync-secrets?approveDeletions=true", "syncStatus");
        assertThat(approved.path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(operations.writes()).hasSize(15).allMatch(write -> write.startsWith("DeleteSecret"));
        assertThat(isThere(ACCOUNT, DUBLIN, name + "/K1")).isTrue();
        assertThat(isThere(name + "/K1")).isFalse();
    }

    @Test
    void aRequiredApprovalIsOfTheWholePlan() {
        String name = folder();
        String id = synced(name, "/old/{{secretKey}}");
        Map<String, Object> options = options(name + "/new/{{secretKey}}", AT_ONCE);
        options.put("requireApproval", true);
        patched(id, Map.of("syncOptions", options));
        ran(id);
        assertThat(service.run(id).path("lastSyncMessage").textValue())
                .startsWith("Waiting for approval: this run would delete 2 secrets");
        assertThat(isThere(name + "/old/A")).isTrue();

        String digest = operations.plan(id).at("/approval/planDigest").textValue();
        service.api().post(SYNCS + id + "/approve-plan", Map.of("planDigest", digest));
        assertThat(operations.await(id, "syncStatus").path("syncStatus").textValue())
                .isEqualTo("succeeded");
        assertThat(isThere(name + "/old/A")).isFalse();
        assertThat(isThere(name + "/new/A")).isTrue();
    }

    @Test
    void disabledDeletionLeavesIt() {
        String name = folder();
        String id = synced(name, "/old/{{secretKey}}");
        Map<String, Object> options = options(name + "/new/{{secretKey}}", AT_ONCE);
        options.put("disableSecretDeletion", true);
        patched(id, Map.of("syncOptions", options));
        ran(id);
        assertThat(ran(id)).isEmpty();
        assertThat(ran(id)).isEmpty();
        assertThat(operations.plan(id).at("/leftBehind/0/reason").textValue()).contains("deletion is disabled");
        assertThat(isThere(name + "/old/A")).isTrue();
    }

    @Test
    void whatBecameSomebodyElsesStays() {
        String name = folder();
        String id = synced(name, "/old/{{secretKey}}");
        renamed(id, name + "/new/{{secretKey}}", AT_ONCE);
        ran(id);
        service.aws.deleteForeign(name + "/old/A");
        service.aws.putForeign(name + "/old/A", "made by somebody since");

        assertThat(ran(id)).containsExactly("DeleteSecret " + name + "/old/B");
        assertThat(isThere(name + "/old/A")).isTrue();
    }

    @Test
    void aRunThatGoesByTheJournalLeavesItToOneThatLooks() {
        String name = folder();
        String id = service.created(service.oneToOne(connection, "/" + name, name + "/old/{{secretKey}}"))
                .path("id")
                .textValue();
        renamed(id, name + "/new/{{secretKey}}", AT_ONCE);
        assertThat(operations.await(id, "syncStatus").path("syncStatus").textValue())
                .isEqualTo("succeeded");
        assertThat(superseded(id).keySet()).containsExactly(name + "/old/A", name + "/old/B");
        service.aws.clearJournal();

        service.kms.setSecret(service.project, "dev", "/" + name, "A", "9");
        Operations.await(() -> service.aws.value(name + "/new/A").equals("9"));
        operations.await(id, "syncStatus");
        assertThat(service.aws.journal().stream().map(Call::operation))
                .containsExactly("DescribeSecret", "UpdateSecret");
        assertThat(isThere(name + "/old/A")).isTrue();
        assertThat(ran(id)).containsExactly("DeleteSecret " + name + "/old/A", "DeleteSecret " + name + "/old/B");
    }

    @Test
    void theIamPolicyAllowsItWhileThereIsSomethingToDelete() {
        String name = folder();
        String id = synced(name, "/old/{{secretKey}}");
        toDublin(id, name + "/new/{{secretKey}}", WEEK);
        ran(id);
        String policy = service.api().get(SYNCS + id + "/iam-policy").toString();
        assertThat(policy)
                .contains("DeleteMovedSecrets")
                .contains("arn:aws:secretsmanager:" + REGION + ":" + ACCOUNT + ":secret:" + name + "/old/*-??????");
        renamed(id, name + "/new/{{secretKey}}", null);
        assertThat(service.api().get(SYNCS + id + "/iam-policy").toString()).doesNotContain("DeleteMovedSecrets");
    }

    @Test
    void whatItMayBeIsChecked() {
        String name = folder();
        String id = synced(name, "/{{secretKey}}");
        for (Object wrong : List.of(
                Map.of("graceDays", -1),
                Map.of("graceDays", 366),
                Map.of("graceDays", 1.5),
                Map.of("graceDays", "7"),
                Map.of(),
                Map.of("graceDays", 7, "days", 7),
                7)) {
            ApiClient.Answer answer = service.api()
                    .send("PATCH", SYNCS + id, Map.of("syncOptions", options(name + "/{{secretKey}}", wrong)));
            assertThat(answer.status()).as(String.valueOf(wrong)).isEqualTo(422);
            assertThat(answer.text()).contains("move");
        }
        Map<String, Object> none = options(name + "/{{secretKey}}", null);
        none.put("move", null);
        assertThat(patched(id, Map.of("syncOptions", none)).path("syncOptions").has("move"))
                .as("null is as good as absent")
                .isFalse();
    }
}
