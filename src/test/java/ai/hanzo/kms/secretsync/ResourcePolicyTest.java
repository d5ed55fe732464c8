package ai.hanzo.kms.secretsync;

import static ai.hanzo.kms.secretsync.Operations.SYNCS;
import static ai.hanzo.kms.secretsync.Operations.manual;
import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.emulator.Call;
import ai.hanzo.kms.secretsync.emulator.EmulatorClients;
import ai.hanzo.kms.secretsync.emulator.ForeignSecret;
import ai.hanzo.kms.secretsync.emulator.SecretsManagerEmulator;
import ai.hanzo.kms.secretsync.runs.RunReason;
import ai.hanzo.kms.secretsync.runs.Runs;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/** A resource policy for all secrets of a sync: put where there is none, kept, and removed where it is still the sync's. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResourcePolicyTest {
    private static final String THEIRS = "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Deny\",\"Principal\":"
            + "{\"AWS\":\"arn:aws:iam::333333333333:root\"},\"Action\":\"secretsmanager:*\",\"Resource\":\"*\"}}";
    private static int folders;

    private RunningService service;
    private Operations operations;
    private String connection;
    private SecretsManagerClient somebody;
    private String name;

    @BeforeAll
    void start(@TempDir Path directory) {
        service = RunningService.start(directory, Map.of("SECRET_SYNC_POLL_INTERVAL", "1h"));
        operations = new Operations(service);
        connection = service.connection();
        somebody = EmulatorClients.secretsManager(service.aws);
    }

    @AfterAll
    void stop() {
        somebody.close();
        service.close();
    }

    @BeforeEach
    void folder() {
        name = "policies-" + ++folders;
        operations.folder(name, Map.of("A", "1"));
    }

    private static Map<String, Object> policy(String account) {
        return policyFor(Map.of("AWS", "arn:aws:iam::" + account + ":root"));
    }

    private static Map<String, Object> policyFor(Object principal) {
        return Map.of(
                "Version",
                "2012-10-17",
                "Statement",
                List.of(Map.of(
                        "Effect",
                        "Allow",
                        "Principal",
                        principal,
                        "Action",
                        "secretsmanager:GetSecretValue",
                        "Resource",
                        "*")));
    }

    private Map<String, Object> body(Map<String, Object> policy) {
        Map<String, Object> body = manual(service.oneToOne(connection, "/" + name, name + "/{{secretKey}}"));
        if (policy != null) {
            RunningService.options(body).put("resourcePolicy", policy);
        }
        return body;
    }

    private void wants(String id, Map<String, Object> policy) {
        Map<String, Object> options = new HashMap<>(
                Map.of("initialSyncBehavior", "overwrite-destination", "keySchema", name + "/{{secretKey}}"));
        if (policy != null) {
            options.put("resourcePolicy", policy);
        }
        service.api().patch(SYNCS + id, Map.of("syncOptions", options));
        service.aws.clearJournal();
    }

    private String synced(Map<String, Object> policy) {
        String id = service.create(body(policy));
        service.aws.clearJournal();
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        return id;
    }

    private void drift(String id) {
        JsonNode before = operations.runs(id).path(0).path("id");
        service.context().getBean(Runs.class).request(UUID.fromString(id), RunReason.DRIFT);
        Operations.await(() -> !operations.runs(id).path(0).path("id").equals(before)
                && !operations.runs(id).path(0).path("status").asText().equals("running"));
    }

    private String there() {
        return operations.secret(name + "/A").resourcePolicy();
    }

    private void somebodyPuts(String policy) {
        somebody.putResourcePolicy(request -> request.secretId(name + "/A").resourcePolicy(policy));
    }

    private List<String> calls() {
        return service.aws.journal().stream().map(Call::operation).toList();
    }

    private JsonNode outcome(String id) {
        for (JsonNode outcome : operations.lastRun(id).path("outcomes")) {
            if (!outcome.path("change").asText().equals("keep")) {
                return outcome;
            }
        }
        throw new AssertionError("Nothing is told");
    }

    @Test
    void aNewSecretGetsThePolicyAndTheNextRunAsksNothing() {
        String id = synced(policy("222222222222"));
        assertThat(calls()).containsExactly("ListSecrets", "CreateSecret", "PutResourcePolicy");
        assertThat(there()).contains("arn:aws:iam::222222222222:root");
        assertThat(operations
                        .sync(id)
                        .at("/syncOptions/resourcePolicy/Statement/0/Action")
                        .textValue())
                .isEqualTo("secretsmanager:GetSecretValue");
        service.aws.clearJournal();
        service.run(id);
        assertThat(calls()).containsExactly("ListSecrets");
    }

    @Test
    void aSyncWithoutAPolicyNeverAsksForOne() {
        String id = synced(null);
        somebodyPuts(THEIRS);
        service.aws.clearJournal();
        service.run(id);
        drift(id);
        assertThat(calls()).containsOnly("ListSecrets");
        assertThat(there()).isEqualTo(THEIRS);
        assertThat(service.api().get(SYNCS + id + "/iam-policy").toString()).doesNotContain("ResourcePolic");
        assertThat(operations.plan(id).has("changePolicy")).isFalse();
    }

    @Test
    void anotherPolicyTakesTheFirstOnesPlaceAndNoneRemovesIt() {
        String id = synced(policy("222222222222"));
        wants(id, policy("444444444444"));
        assertThat(operations.plan(id).path("changePolicy").toString()).isEqualTo("[\"" + name + "/A\"]");
        service.run(id);
        assertThat(there()).contains("444444444444");
        assertThat(outcome(id).path("change").textValue()).isEqualTo("change-policy");

        wants(id, null);
        service.run(id);
        assertThat(operations.writes()).containsExactly("DeleteResourcePolicy " + name + "/A");
        assertThat(there()).isNull();
        service.aws.clearJournal();
        service.run(id);
        assertThat(calls()).containsExactly("ListSecrets");
    }

    @Test
    void thePolicyOfSomebodyElseIsNeverOverwrittenNorRemoved() {
        service.aws.putForeign(ForeignSecret.named(name + "/A").value("1"));
        somebodyPuts(THEIRS);
        String id = service.create(body(policy("222222222222")));
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("failed");
        assertThat(outcome(id).path("errorCode").textValue()).isIn("POLICY_OF_OTHERS", null);
        assertThat(operations.lastRun(id).path("outcomes").toString())
                .contains("POLICY_OF_OTHERS", "remove it, or take resourcePolicy out of the sync");
        assertThat(there()).isEqualTo(THEIRS);
        wants(id, null);
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(there()).isEqualTo(THEIRS);
    }

    @Test
    void onePutBySomebodyElseThatIsTheSameStaysTheirs() {
        String id = synced(null);
        somebodyPuts(new com.fasterxml.jackson.databind.ObjectMapper()
                .valueToTree(policy("222222222222"))
                .toString());
        wants(id, policy("222222222222"));
        service.run(id);
        assertThat(operations.writes()).isEmpty();
        wants(id, null);
        service.run(id);
        assertThat(operations.writes()).isEmpty();
        assertThat(there()).isNotNull();
    }

    @Test
    void aDriftCheckSeesWhatSomebodyChangedAndARemovalLeavesIt() {
        String id = synced(policy("222222222222"));
        somebodyPuts(THEIRS);
        service.aws.clearJournal();
        service.run(id);
        assertThat(calls()).as("only a drift check looks").containsExactly("ListSecrets");
        drift(id);
        assertThat(there()).contains("222222222222");
        assertThat(outcome(id).path("message").textValue()).isEqualTo("Its resource policy is to be that of the sync");

        somebodyPuts(THEIRS);
        wants(id, null);
        service.run(id);
        assertThat(operations.writes()).isEmpty();
        assertThat(there()).isEqualTo(THEIRS);
    }

    @Test
    void whatCannotBeSeenIsToldAndTheValueIsSynced() {
        String id = synced(null);
        wants(id, policy("222222222222"));
        service.kms.setSecret(service.project, "dev", "/" + name, "A", "2");
        service.aws.deny("GetResourcePolicy");
        try {
            assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("failed");
        } finally {
            service.aws.allow("GetResourcePolicy");
        }
        assertThat(service.aws.value(name + "/A")).isEqualTo("2");
        assertThat(operations.lastRun(id).path("outcomes").toString())
                .contains("Its resource policy cannot be seen", "secretsmanager:GetResourcePolicy");
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(there()).contains("222222222222");
    }

    @Test
    void whatAwsWouldNotTakeIsNotSaved() {
        ApiClient.Answer open =
                service.api().send("POST", SYNCS.substring(0, SYNCS.length() - 1), body(policyFor("*")));
        assertThat(open.status()).isEqualTo(400);
        assertThat(open.text())
                .contains("AWS does not accept syncOptions.resourcePolicy")
                .contains("broad access");
        ApiClient.Answer malformed = service.api()
                .send(
                        "POST",
                        SYNCS.substring(0, SYNCS.length() - 1),
                        body(Map.of("Statement", List.of(Map.of("Effect", "Maybe")))));
        assertThat(malformed.status()).isEqualTo(400);
        ApiClient.Answer empty = service.api()
                .send("POST", SYNCS.substring(0, SYNCS.length() - 1), body(Map.of("Version", "2012-10-17")));
        assertThat(empty.status()).isEqualTo(422);
        assertThat(empty.json().at("/message/0/path").toString()).isEqualTo("[\"syncOptions\",\"resourcePolicy\"]");
        ApiClient.Answer large = service.api()
                .send(
                        "POST",
                        SYNCS.substring(0, SYNCS.length() - 1),
                        body(policyFor(Map.of("AWS", "x".repeat(20_480)))));
        assertThat(large.text()).contains("cannot exceed 20480 characters");
        assertThat(service.api()
                        .send("POST", SYNCS.substring(0, SYNCS.length() - 1), body(policyFor("x")))
                        .status())
                .as("a mere text is no public principal")
                .isEqualTo(200);
    }

    @Test
    void thePolicyOfTheSyncIsEnoughAndNeedsEachOfItsActions() {
        String accessKeyId = "AKIAPOLICIESEXAMPLE1";
        service.aws.addAccessKey(accessKeyId, "secret", SecretsManagerEmulator.ACCOUNT);
        String own = service.connection(accessKeyId, "secret");
        Map<String, Object> body = body(policy("222222222222"));
        body.put("connectionId", own);
        String id = service.create(body);
        String policy =
                service.api().get(SYNCS + id + "/iam-policy").path("policy").toString();
        service.aws.attachPolicy(accessKeyId, policy);
        service.aws.forgetRefused();
        service.run(id);
        wants(id, policy("444444444444"));
        service.run(id);
        wants(id, null);
        service.run(id);
        assertThat(service.aws.refusedByPolicies()).isEmpty();
        assertThat(there()).isNull();
        JsonNode check = service.api().post("/api/v1/app-connections/aws/" + own + "/check", null);
        assertThat(check.at("/check/missing")).isEmpty();

        for (String action :
                List.of("PutResourcePolicy", "GetResourcePolicy", "DeleteResourcePolicy", "ValidateResourcePolicy")) {
            service.aws.attachPolicy(
                    accessKeyId, policy.replace("secretsmanager:" + action, "secretsmanager:GetRandomPassword"));
            service.aws.forgetRefused();
            wants(id, policy("222222222222"));
            service.run(id);
            wants(id, null);
            service.run(id);
            assertThat(service.aws.refusedByPolicies()).containsOnly("secretsmanager:" + action);
            service.aws.attachPolicy(accessKeyId, policy);
            service.run(id);
        }
    }
}
