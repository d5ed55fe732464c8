package ai.hanzo.kms.secretsync;

import static ai.hanzo.kms.secretsync.Operations.SYNCS;
import static ai.hanzo.kms.secretsync.Operations.manual;
import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.emulator.Call;
import ai.hanzo.kms.secretsync.emulator.EmulatorClients;
import ai.hanzo.kms.secretsync.emulator.ForeignSecret;
import ai.hanzo.kms.secretsync.emulator.Secret;
import ai.hanzo.kms.secretsync.emulator.SecretsManagerEmulator;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.ReplicaRegionType;

/** Copies in other regions: made with the secret, kept as they are asked for, and gone before it goes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReplicasTest {
    private static final String DUBLIN = "eu-west-1";
    private static final String LONDON = "eu-west-2";
    private static final String KEY = "11111111-0000-4000-8000-000000000001";
    private static final String OTHER_KEY = "11111111-0000-4000-8000-000000000002";

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
        for (String region : List.of(DUBLIN, LONDON)) {
            service.aws.addKmsKey(SecretsManagerEmulator.ACCOUNT, region, KEY, "alias/one");
            service.aws.addKmsKey(SecretsManagerEmulator.ACCOUNT, region, OTHER_KEY, "alias/other");
        }
    }

    @AfterAll
    void stop() {
        somebody.close();
        service.close();
    }

    private static int folders;

    @BeforeEach
    void folder() {
        name = "replicas-" + ++folders;
        operations.folder(name, Map.of("A", "1"));
    }

    private Map<String, Object> body(List<Map<String, String>> regions) {
        Map<String, Object> body = manual(service.oneToOne(connection, "/" + name, name + "/{{secretKey}}"));
        if (regions != null) {
            RunningService.options(body).put("replicaRegions", regions);
        }
        return body;
    }

    private static Map<String, String> region(String region) {
        return Map.of("region", region);
    }

    private static Map<String, String> region(String region, String keyId) {
        return Map.of("region", region, "keyId", keyId);
    }

    private String synced(List<Map<String, String>> regions) {
        String id = service.create(body(regions));
        service.aws.clearJournal();
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        return id;
    }

    private void replicateTo(String id, List<Map<String, String>> regions) {
        Map<String, Object> options = new HashMap<>();
        options.put("initialSyncBehavior", "overwrite-destination");
        options.put("keySchema", name + "/{{secretKey}}");
        if (regions != null) {
            options.put("replicaRegions", regions);
        }
        service.api().patch(SYNCS + id, Map.of("syncOptions", options));
    }

    private Optional<Secret> copy(String region) {
        return service.aws.secret(SecretsManagerEmulator.ACCOUNT, region, name + "/A");
    }

    private Set<String> regions() {
        Set<String> regions = new TreeSet<>();
        operations.secret(name + "/A").replicas().forEach(replica -> regions.add(replica.region()));
        return regions;
    }

    private List<String> calls() {
        return service.aws.journal().stream().map(Call::operation).toList();
    }

    private void somebodyReplicatesTo(String region) {
        somebody.replicateSecretToRegions(request -> request.secretId(name + "/A")
                .addReplicaRegions(ReplicaRegionType.builder().region(region).build()));
    }

    private void somebodyRemovesFrom(String region) {
        somebody.removeRegionsFromReplication(
                request -> request.secretId(name + "/A").removeReplicaRegions(region));
    }

    @Test
    void aSecretIsMadeWithItsReplicasInOneCall() {
        String id = synced(List.of(region(DUBLIN), region(LONDON, KEY)));

        assertThat(calls()).containsExactly("ListSecrets", "CreateSecret");
        assertThat(copy(DUBLIN).orElseThrow().secretString()).isEqualTo("1");
        assertThat(copy(DUBLIN).orElseThrow().kmsKeyId()).isNull();
        assertThat(copy(LONDON).orElseThrow().kmsKeyId()).isEqualTo(KEY);
        assertThat(operations.sync(id).at("/syncOptions/replicaRegions").toString())
                .isEqualTo("[{\"region\":\"eu-west-1\"},{\"region\":\"eu-west-2\",\"keyId\":\"" + KEY + "\"}]");
    }

    @Test
    void aSyncWithoutTheOptionAsksNothingAndShowsNothingOfReplicas() {
        String id = synced(null);
        somebodyReplicatesTo(DUBLIN);
        service.aws.clearJournal();

        service.run(id);

        assertThat(calls()).containsExactly("ListSecrets");
        assertThat(regions()).containsExactly(DUBLIN);
        assertThat(operations.sync(id).path("syncOptions").has("replicaRegions"))
                .isFalse();
        assertThat(operations.plan(id).has("replicate")).isFalse();
        assertThat(service.api().get(SYNCS + id + "/iam-policy").toString()).doesNotContain("Replica");
    }

    @Test
    void regionsAreAddedAndRemovedAndAKeyIsChanged() {
        String id = synced(List.of(region(DUBLIN)));

        replicateTo(id, List.of(region(DUBLIN), region(LONDON)));
        assertThat(operations.plan(id).path("replicate").toString()).isEqualTo("[\"" + name + "/A\"]");
        service.aws.clearJournal();
        service.run(id);
        assertThat(operations.writes()).containsExactly("ReplicateSecretToRegions " + name + "/A");
        assertThat(regions()).containsExactly(DUBLIN, LONDON);

        replicateTo(id, List.of(region(LONDON, KEY)));
        service.aws.clearJournal();
        service.run(id);
        assertThat(operations.writes())
                .containsExactly(
                        "RemoveRegionsFromReplication " + name + "/A", "ReplicateSecretToRegions " + name + "/A");
        assertThat(regions()).containsExactly(LONDON);
        assertThat(copy(LONDON).orElseThrow().kmsKeyId()).isEqualTo(KEY);
        assertThat(copy(DUBLIN)).isEmpty();
        JsonNode outcome = operations.lastRun(id).path("outcomes").path(0);
        assertThat(outcome.path("change").textValue()).isEqualTo("replicate");
        assertThat(outcome.path("message").textValue())
                .isEqualTo("Its replica in eu-west-2 is to have another KMS key; It is no longer to be replicated to"
                        + " eu-west-1");

        replicateTo(id, List.of());
        service.run(id);
        assertThat(regions()).isEmpty();
        service.aws.clearJournal();
        service.run(id);
        assertThat(calls()).containsExactly("ListSecrets");
    }

    @Test
    void leavingTheOptionOutLeavesTheReplicas() {
        String id = synced(List.of(region(DUBLIN)));
        replicateTo(id, null);
        service.aws.clearJournal();
        service.run(id);
        assertThat(calls()).containsExactly("ListSecrets");
        assertThat(regions()).containsExactly(DUBLIN);
    }

    @Test
    void aReplicaThatSomebodyRemovedIsMadeAgainAndOneThatSomebodyMadeStays() {
        String id = synced(List.of(region(DUBLIN)));
        somebodyRemovesFrom(DUBLIN);
        somebodyReplicatesTo(LONDON);
        service.aws.clearJournal();

        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");

        assertThat(operations.writes()).containsExactly("ReplicateSecretToRegions " + name + "/A");
        assertThat(regions()).containsExactly(DUBLIN, LONDON);
        assertThat(operations.lastRun(id).at("/outcomes/0/message").textValue())
                .isEqualTo("Its replica in eu-west-1 was removed by somebody");

        // Also where the sync wants one there later.
        replicateTo(id, List.of(region(LONDON)));
        service.run(id);
        replicateTo(id, List.of());
        service.run(id);
        assertThat(regions()).containsExactly(LONDON);
    }

    @Test
    void replicasGoBeforeTheSecretGoesAndComeBackWithIt() {
        String id = synced(List.of(region(DUBLIN, "alias/one")));
        service.kms.setSecret(service.project, "dev", "/" + name, "B", "1");
        service.run(id);
        service.kms.deleteSecret(service.project, "dev", "/" + name, "A");
        service.aws.clearJournal();

        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");

        assertThat(operations.writes())
                .containsExactly("RemoveRegionsFromReplication " + name + "/A", "DeleteSecret " + name + "/A");
        assertThat(operations.secret(name + "/A").isDeleted()).isTrue();
        assertThat(copy(DUBLIN)).isEmpty();

        service.kms.setSecret(service.project, "dev", "/" + name, "A", "2");
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(copy(DUBLIN).orElseThrow().secretString()).isEqualTo("2");
        assertThat(copy(DUBLIN).orElseThrow().kmsKeyId()).isEqualTo("alias/one");
    }

    @Test
    void aRemovalTakesTheReplicasFirst() {
        String id = synced(List.of(region(DUBLIN)));
        assertThat(operations.removed(id).path("removeStatus").textValue()).isEqualTo("succeeded");
        assertThat(operations.secret(name + "/A").isDeleted()).isTrue();
        assertThat(copy(DUBLIN)).isEmpty();
    }

    @Test
    void aSecretThatSomebodyElseReplicatesIsNotDeleted() {
        String id = synced(List.of(region(DUBLIN)));
        service.kms.setSecret(service.project, "dev", "/" + name, "B", "1");
        service.run(id);
        somebodyReplicatesTo(LONDON);
        service.kms.deleteSecret(service.project, "dev", "/" + name, "A");
        service.aws.clearJournal();

        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");

        assertThat(operations.writes()).isEmpty();
        assertThat(regions()).containsExactly(DUBLIN, LONDON);
        assertThat(operations.lastRun(id).path("outcomes").toString())
                .contains("somebody else had it replicated to eu-west-2. Remove it from there to have it deleted");
    }

    @Test
    void aNameThatIsTakenInTheOtherRegionIsToldAndNothingIsOverwritten() {
        service.aws.putForeign(ForeignSecret.named(name + "/A")
                .in(SecretsManagerEmulator.ACCOUNT, DUBLIN)
                .value("theirs"));
        String id = service.create(body(List.of(region(DUBLIN), region(LONDON))));

        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("failed");

        JsonNode outcome = operations.lastRun(id).path("outcomes").path(0);
        assertThat(outcome.path("errorCode").textValue()).isEqualTo("ReplicationFailed");
        assertThat(outcome.path("message").textValue())
                .startsWith(
                        "The secret is as it should be here, and AWS could not copy it to eu-west-1 (Replication failed:"
                                + " Secret name already exists");
        assertThat(outcome.path("remedy").textValue()).contains("Delete or rename what has its name there");
        assertThat(copy(DUBLIN).orElseThrow().secretString()).isEqualTo("theirs");
        assertThat(copy(LONDON).orElseThrow().secretString()).isEqualTo("1");
        assertThat(service.aws.value(name + "/A")).isEqualTo("1");
        assertThat(service.run(id).path("syncStatus").textValue()).as("still").isEqualTo("failed");

        service.aws.deleteForeign(SecretsManagerEmulator.ACCOUNT, DUBLIN, name + "/A");
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(copy(DUBLIN).orElseThrow().secretString()).isEqualTo("1");
    }

    @Test
    void aKeyThatIsNotOneOfTheRegionIsTold() {
        String id = service.create(body(List.of(region(DUBLIN, "alias/none"))));
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("failed");
        assertThat(operations.lastRun(id).at("/outcomes/0/message").textValue()).contains("KMS key");

        replicateTo(id, List.of(region(DUBLIN, "alias/one")));
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(copy(DUBLIN).orElseThrow().kmsKeyId()).isEqualTo("alias/one");
    }

    @Test
    void aReplicaIsNoSecretOfTheRegionThatItIsIn() {
        synced(List.of(region(DUBLIN)));
        operations.folder(name + "-there", Map.of("B", "1"));
        Map<String, Object> there =
                manual(service.oneToOne(connection, "/" + name + "-there", name + "/{{secretKey}}"));
        there.put("destinationConfig", Map.of("mappingBehavior", "one-to-one", "region", DUBLIN));
        String id = service.create(there);

        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");

        assertThat(copy(DUBLIN).orElseThrow().isDeleted()).isFalse();
        assertThat(operations.plan(id).path("skipped").toString())
                .contains("It is not in the source and stays: it is a replica of a secret in us-east-1");
    }

    @Test
    void replicasOfAManyToOneSecretAreKept() {
        Map<String, Object> body = manual(service.manyToOne(connection, "/" + name, name + "/A"));
        RunningService.options(body).put("replicaRegions", List.of(region(DUBLIN)));
        String id = service.create(body);
        service.run(id);
        assertThat(copy(DUBLIN).orElseThrow().secretString()).isEqualTo("{\"A\":\"1\"}");
        somebodyRemovesFrom(DUBLIN);
        service.kms.setSecret(service.project, "dev", "/" + name, "A", "2");
        service.run(id);
        assertThat(copy(DUBLIN).orElseThrow().secretString()).isEqualTo("{\"A\":\"2\"}");
    }

    @Test
    void thePolicyOfTheSyncIsEnoughAndWithoutOneOfItsActionsItIsNot() {
        String accessKeyId = "AKIAREPLICASEXAMPLE1";
        service.aws.addAccessKey(accessKeyId, "secret", SecretsManagerEmulator.ACCOUNT);
        connection = service.connection(accessKeyId, "secret");
        try {
            String id = service.create(body(List.of(region(DUBLIN, KEY))));
            JsonNode policy = service.api().get(SYNCS + id + "/iam-policy").path("policy");
            service.aws.attachPolicy(accessKeyId, policy.toString());
            service.aws.forgetRefused();
            service.run(id);
            replicateTo(id, List.of(region(DUBLIN, OTHER_KEY)));
            assertThat(service.run(id).path("syncStatus").textValue())
                    .as("a key that the policy does not name")
                    .isEqualTo("failed");
            assertThat(service.aws.refusedByPolicies())
                    .containsOnly("kms:GenerateDataKey", "kms:Decrypt", "kms:Encrypt");
            service.aws.attachPolicy(
                    accessKeyId,
                    service.api().get(SYNCS + id + "/iam-policy").path("policy").toString());
            service.aws.forgetRefused();
            assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
            assertThat(operations.removed(id).path("removeStatus").textValue()).isEqualTo("succeeded");
            assertThat(service.aws.refusedByPolicies()).isEmpty();
            assertThat(copy(DUBLIN)).isEmpty();

            for (String action : List.of("ReplicateSecretToRegions", "RemoveRegionsFromReplication")) {
                String smaller =
                        policy.toString().replace("secretsmanager:" + action, "secretsmanager:GetRandomPassword");
                service.aws.attachPolicy(accessKeyId, smaller);
                service.aws.forgetRefused();
                replicateTo(id, List.of(region(DUBLIN, KEY)));
                service.run(id);
                operations.removed(id);
                assertThat(service.aws.refusedByPolicies()).contains("secretsmanager:" + action);
                service.aws.attachPolicy(accessKeyId, policy.toString());
                service.run(id);
            }
        } finally {
            connection = service.connection();
        }
    }

    @Test
    void whatCannotBeReplicatedIsRefusedByItsField() {
        Map<String, Object> body = body(List.of(
                region("us-east-1"),
                region("eu-nowhere-1"),
                region(DUBLIN, "arn:aws:kms:eu-west-2:111111111111:key/" + KEY)));
        ApiClient.Answer answer = service.api().send("POST", SYNCS.substring(0, SYNCS.length() - 1), body);
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.text())
                .contains("[\"syncOptions\",\"replicaRegions\",1,\"region\"]")
                .contains("The KMS key must be one of eu-west-1")
                .contains("Replica regions must be other regions than the destination's, us-east-1");

        String id = synced(null);
        Map<String, Object> options =
                Map.of("initialSyncBehavior", "overwrite-destination", "replicaRegions", List.of(region("us-east-1")));
        ApiClient.Answer patched = service.api().send("PATCH", SYNCS + id, Map.of("syncOptions", options));
        assertThat(patched.status()).isEqualTo(422);
        assertThat(patched.json().at("/message/0/path").toString()).isEqualTo("[\"syncOptions\",\"replicaRegions\"]");
        ApiClient.Answer twice = service.api()
                .send(
                        "PATCH",
                        SYNCS + id,
                        Map.of(
                                "syncOptions",
                                Map.of(
                                        "initialSyncBehavior",
                                        "overwrite-destination",
                                        "replicaRegions",
                                        List.of(region(DUBLIN), region(DUBLIN, KEY)))));
        assertThat(twice.text()).contains("Replica regions must be unique");
    }

    @Test
    void theSettingIsInTheAudit() {
        String id = synced(List.of(region(DUBLIN)));
        replicateTo(id, List.of(region(LONDON, KEY)));
        String trail = service.api()
                .get("/api/v1/audit?projectId=" + service.project.id())
                .toString();
        assertThat(trail).contains("replicaRegions").contains(KEY);
    }
}
