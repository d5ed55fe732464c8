package ai.hanzo.kms.secretsync;

import static ai.hanzo.kms.secretsync.Operations.SYNCS;
import static ai.hanzo.kms.secretsync.Operations.manual;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.hanzo.kms.secretsync.emulator.EmulatorClients;
import ai.hanzo.kms.secretsync.emulator.Fault;
import ai.hanzo.kms.secretsync.emulator.ForeignSecret;
import ai.hanzo.kms.secretsync.emulator.Secret;
import ai.hanzo.kms.secretsync.emulator.SecretsManagerEmulator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.SecretsManagerException;
import software.amazon.awssdk.services.secretsmanager.model.Tag;

/**
 * The policy that a sync asks for is enough for all it does, and without any action of it something fails: so it is the smallest.
 * Whoever has it cannot do what a sync never does.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LeastPrivilegeTest {
    private static final String OWNER = "hanzo-kms:sync-id";
    private static final String OTHER_SYNC = "00000000-0000-0000-0000-000000000001";
    private static final String KEY = "11111111-2222-3333-4444-555555555555";
    private static final String ALIAS = "alias/shop";

    private RunningService service;
    private Operations operations;

    @BeforeAll
    void start(@TempDir Path directory) {
        service = RunningService.start(directory);
        operations = new Operations(service);
        service.aws.addKmsKey(SecretsManagerEmulator.ACCOUNT, RunningService.REGION, KEY, ALIAS);
    }

    @AfterAll
    void stop() {
        service.close();
    }

    /** A user of the account, with a connection of its own. */
    private final class User {
        private final String accessKeyId = "AKIA"
                + UUID.randomUUID().toString().replace("-", "").substring(0, 16).toUpperCase(Locale.ROOT);
        private final String secretAccessKey = UUID.randomUUID().toString();
        private final String connection;

        User() {
            service.aws.addAccessKey(accessKeyId, secretAccessKey, SecretsManagerEmulator.ACCOUNT);
            connection = service.connection(accessKeyId, secretAccessKey);
        }

        void may(JsonNode policy) {
            service.aws.attachPolicy(accessKeyId, policy.toString());
            service.aws.forgetRefused();
        }

        SecretsManagerClient client() {
            return EmulatorClients.secretsManager(
                    service.aws, AwsBasicCredentials.create(accessKeyId, secretAccessKey), RunningService.REGION);
        }
    }

    private JsonNode asked(String syncId) {
        return service.api().get(SYNCS + syncId + "/iam-policy");
    }

    private JsonNode policy(String syncId) {
        return asked(syncId).path("policy");
    }

    /** A new folder of the KMS, whose name also begins the names in AWS. */
    private String folder() {
        String name = "f" + UUID.randomUUID().toString().substring(0, 8);
        service.kms.addFolder(service.project, "dev", "/" + name);
        return name;
    }

    private static String field(JsonNode sync, String name) {
        return sync.path(name).asText();
    }

    // One-to-one

    private Map<String, Object> everything(User user, String folder, String keyId) {
        Map<String, Object> sync = manual(service.oneToOne(user.connection, "/" + folder, folder + "/{{secretKey}}"));
        RunningService.options(sync).put("keyId", keyId);
        RunningService.options(sync)
                .put("tags", List.of(Map.of("key", "team", "value", "one"), Map.of("key", "tier", "value", "1")));
        return sync;
    }

    /** What happens to a sync with everything in its life, with whatever policy its user has. */
    private void life(String id, String folder) {
        service.aws.putForeign(ForeignSecret.named(folder + "/FOUND").value("same"));
        service.aws.putForeign(ForeignSecret.named(folder + "/NOBODYS").value("x"));
        set(folder, Map.of("A", "1", "B", "1", "FOUND", "same"));
        service.run(id);
        set(folder, Map.of("A", "2", "B", "1", "FOUND", "same"));
        service.run(id);
        Map<String, Object> options = new HashMap<>();
        options.put("initialSyncBehavior", "overwrite-destination");
        options.put("keySchema", folder + "/{{secretKey}}");
        options.put("keyId", operations.sync(id).at("/syncOptions/keyId").textValue());
        options.put("tags", List.of(Map.of("key", "team", "value", "two")));
        service.api().patch(SYNCS + id, Map.of("syncOptions", options));
        service.run(id);
        service.kms.deleteSecret(service.project, "dev", "/" + folder, "B");
        service.run(id);
        set(folder, Map.of("B", "3"));
        service.run(id);
        // Somebody takes one away; that it is gone shows only when it is asked for.
        service.aws.deleteForeign(folder + "/A");
        service.run(id);
    }

    private void set(String folder, Map<String, String> secrets) {
        service.kms.setSecrets(service.project, "dev", "/" + folder, secrets);
    }

    static Stream<String> keys() {
        return Stream.of(KEY, ALIAS);
    }

    @ParameterizedTest
    @DisplayName("U5.1-6: a policy that names the secrets of the key schema is enough")
    @MethodSource("keys")
    void isEnoughForAWholeLife(String keyId) {
        User user = new User();
        String folder = folder();
        String id = service.create(everything(user, folder, keyId));
        user.may(policy(id));

        life(id, folder);

        assertThat(service.aws.refusedByPolicies()).isEmpty();
        assertThat(field(operations.sync(id), "syncStatus")).isEqualTo("succeeded");
        assertThat(service.aws.value(folder + "/A")).isEqualTo("2");
        assertThat(service.aws.value(folder + "/B")).isEqualTo("3");
        assertThat(operations.secret(folder + "/NOBODYS").isDeleted()).isTrue();
        assertThat(operations.secret(folder + "/FOUND").kmsKeyId()).isEqualTo(keyId);
        assertThat(operations.secret(folder + "/FOUND").tags())
                .containsEntry("team", "two")
                .doesNotContainKeys("tier", OWNER);
        assertThat(operations.secret(folder + "/A").tags()).containsEntry(OWNER, id);
        assertThat(operations.plan(id).path("skipped")).isEmpty();
    }

    static Stream<String> allowedActions() {
        return Stream.of(
                "ListSecrets secretsmanager:ListSecrets",
                "DescribeSecrets secretsmanager:DescribeSecret",
                "ReadValuesInBatches secretsmanager:BatchGetSecretValue",
                "ReadValues secretsmanager:GetSecretValue",
                "CreateSecrets secretsmanager:CreateSecret",
                "CreateSecrets secretsmanager:TagResource",
                "ChangeSecrets secretsmanager:UpdateSecret",
                "ChangeSecrets secretsmanager:RestoreSecret",
                "ChangeSecrets secretsmanager:DeleteSecret",
                "ChangeTags secretsmanager:TagResource",
                "ChangeTags secretsmanager:UntagResource",
                "UseKmsKey kms:GenerateDataKey",
                "UseKmsKey kms:Decrypt",
                "UseKmsKey kms:Encrypt",
                "DescribeKmsKeys kms:DescribeKey");
    }

    @Test
    void theActionsTriedOneByOneAreAllThatAreAllowed() {
        List<String> actions = new ArrayList<>();
        String id = service.create(everything(new User(), folder(), KEY));
        for (JsonNode statement : policy(id).path("Statement")) {
            if (statement.path("Effect").asText().equals("Allow")) {
                statement
                        .path("Action")
                        .forEach(action -> actions.add(statement.path("Sid").asText() + " " + action.asText()));
            }
        }

        assertThat(actions).containsExactlyInAnyOrderElementsOf(allowedActions().toList());
    }

    @ParameterizedTest
    @MethodSource("allowedActions")
    void isNotEnoughWithoutOneOfItsActions(String statementAndAction) {
        String action = statementAndAction.split(" ")[1];
        User user = new User();
        String folder = folder();
        String id = service.create(everything(user, folder, KEY));
        user.may(without(policy(id), statementAndAction));

        life(id, folder);

        assertThat(service.aws.refusedByPolicies()).isNotEmpty().containsOnly(action);
    }

    private static JsonNode without(JsonNode policy, String statementAndAction) {
        String[] parts = statementAndAction.split(" ");
        ObjectNode smaller = policy.deepCopy();
        ArrayNode statements = smaller.withArray("Statement");
        for (int i = statements.size() - 1; i >= 0; i--) {
            ArrayNode actions = ((ObjectNode) statements.get(i)).withArray("Action");
            if (statements.get(i).path("Sid").asText().equals(parts[0])) {
                for (int j = actions.size() - 1; j >= 0; j--) {
                    if (actions.get(j).asText().equals(parts[1])) {
                        actions.remove(j);
                    }
                }
            }
            if (actions.isEmpty()) {
                statements.remove(i);
            }
        }
        return smaller;
    }

    @Test
    void readsNothingOnceTheSyncHasSucceeded() {
        User user = new User();
        String folder = folder();
        String id = service.create(manual(service.oneToOne(user.connection, "/" + folder, folder + "/{{secretKey}}")));
        set(folder, Map.of("A", "1", "GONE", "1"));
        user.may(policy(id));
        service.run(id);
        JsonNode later = asked(id);
        assertThat(later.fieldNames())
                .toIterable()
                .containsExactly("policy", "statements", "omitted", "warnings", "characters");
        assertThat(later.toString()).doesNotContain("\"ReadValues\"");
        assertThat(later.path("policy").toString())
                .doesNotContain("GetSecretValue", "UseKmsKey", "UntagResource", "ChangeTags");
        assertThat(later.path("omitted").toString()).contains("secretsmanager:GetSecretValue", "taken over");
        user.may(later.path("policy"));

        set(folder, Map.of("A", "2", "NEW", "1"));
        service.kms.deleteSecret(service.project, "dev", "/" + folder, "GONE");

        assertThat(field(service.run(id), "syncStatus")).isEqualTo("succeeded");
        assertThat(service.aws.refusedByPolicies()).isEmpty();
        assertThat(service.aws.value(folder + "/A")).isEqualTo("2");
        assertThat(operations.secret(folder + "/GONE").isDeleted()).isTrue();
    }

    @Test
    void importsWithIt() {
        User user = new User();
        String folder = folder();
        set(folder, Map.of("A", "1"));
        service.aws.putForeign(folder + "/THERE", "before");
        String id = service.create(manual(Operations.importing(
                service.oneToOne(user.connection, "/" + folder, folder + "/{{secretKey}}"),
                "import-prioritize-source")));
        user.may(policy(id));

        assertThat(field(service.run(id), "syncStatus")).isEqualTo("succeeded");

        assertThat(operations.inKms(folder)).containsEntry("THERE", "before");
        assertThat(service.aws.refusedByPolicies()).isEmpty();
    }

    @Test
    void deletesNothingWhereDeletionIsDisabled() {
        User user = new User();
        String folder = folder();
        set(folder, Map.of("A", "1", "GONE", "1"));
        Map<String, Object> sync =
                service.oneToOne(user.connection, "/" + folder, folder + "/{{secretKey}}_{{environment}}");
        RunningService.options(sync).put("disableSecretDeletion", true);
        String id = service.create(manual(sync));
        user.may(policy(id));
        service.run(id);
        service.kms.deleteSecret(service.project, "dev", "/" + folder, "GONE");

        assertThat(field(service.run(id), "syncStatus")).isEqualTo("succeeded");

        assertThat(service.aws.refusedByPolicies()).isEmpty();
        assertThat(operations.secret(folder + "/GONE_dev").isDeleted()).isFalse();
        refused(() -> user.client().deleteSecret(request -> request.secretId(folder + "/GONE_dev")));
    }

    // Many-to-one

    @ParameterizedTest
    @DisplayName("U3.3-11: permissions on the one secret are enough")
    @MethodSource("ofOthers")
    void isEnoughForManyToOne(String behavior) {
        User user = new User();
        String folder = folder();
        set(folder, Map.of("A", "1"));
        String id = service.create(manual(
                Operations.importing(service.manyToOne(user.connection, "/" + folder, folder + "/app"), behavior)));
        JsonNode first = policy(id);
        assertThat(first.toString()).doesNotContain("ListSecrets").contains(":secret:" + folder + "/app\"");
        user.may(first);
        service.run(id);
        user.may(policy(id));
        set(folder, Map.of("A", "2", "B", "1"));

        assertThat(field(service.run(id), "syncStatus")).isEqualTo("succeeded");

        assertThat(service.aws.refusedByPolicies()).isEmpty();
        assertThat(service.aws.value(folder + "/app")).isEqualTo("{\"A\":\"2\",\"B\":\"1\"}");
        assertThat(policy(id).toString().contains("GetSecretValue"))
                .as("keys of others stay only where the sync imports, and only then they must be read")
                .isEqualTo(!behavior.equals("overwrite-destination"));
    }

    static Stream<String> ofOthers() {
        return Stream.of("overwrite-destination", "import-prioritize-source");
    }

    // What it forbids

    @Test
    void forbidsWhatASyncNeverDoes() {
        User user = new User();
        String folder = folder();
        String id = service.create(everything(user, folder, KEY));
        service.aws.putForeign(
                ForeignSecret.named(folder + "/OURS").value("v").tag(OWNER, id).tag("team", "one"));
        service.aws.putForeign(
                ForeignSecret.named(folder + "/OTHERS").value("v").tag(OWNER, OTHER_SYNC));
        service.aws.putForeign(ForeignSecret.named("elsewhere/" + folder).value("v"));
        user.may(policy(id));
        SecretsManagerClient client = user.client();
        Tag mark = Tag.builder().key(OWNER).value(id).build();

        refused(() -> client.deleteSecret(r -> r.secretId(folder + "/OURS").forceDeleteWithoutRecovery(true)));
        refused(() -> client.deleteSecret(r -> r.secretId(folder + "/OURS").recoveryWindowInDays(29L)));
        refused(() -> client.untagResource(r -> r.secretId(folder + "/OURS").tagKeys(OWNER)));
        refused(() -> client.tagResource(r -> r.secretId(folder + "/OURS")
                .tags(Tag.builder().key(OWNER).value(OTHER_SYNC).build())));
        refused(() -> client.createSecret(r -> r.name(folder + "/UNMARKED").secretString("v")));
        refused(() -> client.createSecret(
                r -> r.name("elsewhere/" + folder + "2").secretString("v").tags(mark)));
        for (String other : List.of(folder + "/OTHERS", "elsewhere/" + folder)) {
            refused(() -> client.updateSecret(r -> r.secretId(other).secretString("w")));
            refused(() -> client.deleteSecret(r -> r.secretId(other).recoveryWindowInDays(30L)));
            refused(() -> client.restoreSecret(r -> r.secretId(other)));
            refused(() -> client.getSecretValue(r -> r.secretId(other)));
            refused(() -> client.tagResource(r -> r.secretId(other).tags(mark)));
            refused(() -> client.untagResource(r -> r.secretId(other).tagKeys("team")));
        }
        refused(() -> client.putResourcePolicy(r -> r.secretId(folder + "/OURS").resourcePolicy("{}")));
        refused(() -> EmulatorClients.secretsManager(
                        service.aws, AwsBasicCredentials.create(user.accessKeyId, user.secretAccessKey), "eu-west-1")
                .listSecrets());
    }

    /** Whoever may delete may do it with any parameters, unless that is denied. */
    @Test
    void eachOfTheTwoDenialsIsNeeded() {
        User user = new User();
        String folder = folder();
        String id = service.create(everything(user, folder, KEY));
        service.aws.putForeign(folder + "/A", "v");
        service.aws.putForeign(folder + "/B", "v");

        user.may(without(policy(id), "NeverShortenTheRecoveryWindow secretsmanager:DeleteSecret"));
        refused(() -> user.client().deleteSecret(r -> r.secretId(folder + "/A").forceDeleteWithoutRecovery(true)));
        user.client().deleteSecret(r -> r.secretId(folder + "/A").recoveryWindowInDays(7L));

        user.may(without(policy(id), "NeverDeleteBeyondRecovery secretsmanager:DeleteSecret"));
        refused(() -> user.client().deleteSecret(r -> r.secretId(folder + "/B").recoveryWindowInDays(7L)));
        user.client().deleteSecret(r -> r.secretId(folder + "/B").forceDeleteWithoutRecovery(true));
        assertThat(service.aws.secret(folder + "/B")).isEmpty();
    }

    private static void refused(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        SecretsManagerException.class,
                        e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("AccessDeniedException"));
    }

    // The check

    private JsonNode check(User user, String query) {
        return service.api()
                .post("/api/v1/app-connections/aws/" + user.connection + "/check" + query, null)
                .path("check");
    }

    private static Map<String, String> statuses(JsonNode sync) {
        Map<String, String> statuses = new HashMap<>();
        sync.path("permissions")
                .forEach(permission -> statuses.put(
                        permission.path("statement").asText() + " "
                                + permission.path("action").asText(),
                        permission.path("status").asText()));
        return statuses;
    }

    @Test
    void tellsThatAllIsThereAndChangesNothing() {
        User user = new User();
        String folder = folder();
        String id = service.create(everything(user, folder, KEY));
        String many = service.create(manual(service.manyToOne(user.connection, "/", folder + "-app")));
        service.aws.putForeign(folder + "/A", "v");
        service.aws.putForeign(folder + "-app", "{}");
        List<Secret> before = service.aws.secrets();
        service.aws.clearJournal();
        // Two policies are attached as one.
        ObjectNode both = policy(id).deepCopy();
        policy(many).path("Statement").forEach(both.withArray("Statement")::add);
        user.may(both);

        JsonNode check = check(user, "");

        assertThat(check.at("/identity/status").asText()).isEqualTo("valid");
        assertThat(check.at("/identity/accountId").asText()).isEqualTo(SecretsManagerEmulator.ACCOUNT);
        assertThat(check.at("/identity/arn").asText()).contains(":user/");
        assertThat(check.path("missing")).isEmpty();
        assertThat(check.path("syncs")).hasSize(2);
        Map<String, String> statuses = statuses(check(user, "?syncId=" + id).at("/syncs/0"));
        assertThat(statuses.keySet())
                .containsExactlyInAnyOrderElementsOf(allowedActions().toList());
        statuses.forEach((permission, status) -> assertThat(status)
                .as(permission)
                .isEqualTo(
                        permission.contains("kms:")
                                        || permission.contains("CreateSecret ")
                                        || permission.endsWith(":CreateSecret")
                                ? "unknown"
                                : "allowed"));
        assertThat(service.aws.secrets()).isEqualTo(before);
        assertThat(service.aws.writes())
                .isNotEmpty()
                .allMatch(call -> "ResourceNotFoundException".equals(call.errorCode()));
    }

    static Stream<String> triedActions() {
        return allowedActions().filter(action -> !action.contains("kms:") && !action.endsWith(":CreateSecret"));
    }

    @ParameterizedTest
    @MethodSource("triedActions")
    void tellsWhatIsMissingAndWhereToFindIt(String statementAndAction) {
        User user = new User();
        String id = service.create(everything(user, folder(), KEY));
        user.may(without(policy(id), statementAndAction));

        JsonNode check = check(user, "");

        String[] parts = statementAndAction.split(" ");
        assertThat(check.path("missing")).hasSize(1);
        assertThat(check.at("/missing/0").asText()).isEqualTo(parts[1]);
        Map<String, String> statuses = statuses(check.at("/syncs/0"));
        assertThat(statuses).containsEntry(statementAndAction, "missing");
        assertThat(statuses.values()).containsOnlyOnce("missing");
        for (JsonNode permission : check.at("/syncs/0/permissions")) {
            if (permission.path("status").asText().equals("missing")) {
                assertThat(permission.path("message").asText()).contains("not authorized to perform " + parts[1]);
                assertThat(permission.path("remedy").asText()).contains("\"" + parts[0] + "\"", id, "iam-policy");
            }
        }
    }

    @Test
    void whatAwsDoesNotAnswerIsUnknown() {
        User user = new User();
        service.create(everything(user, folder(), KEY));
        service.aws.inject(
                Fault.of(Fault.Kind.INTERNAL_500).operation("DescribeSecret").times(2));

        JsonNode check = check(user, "");

        assertThat(check.path("missing")).isEmpty();
        assertThat(statuses(check.at("/syncs/0")))
                .containsEntry("DescribeSecrets secretsmanager:DescribeSecret", "unknown")
                .containsEntry("ChangeSecrets secretsmanager:UpdateSecret", "allowed");
    }

    @Test
    void credentialsThatDoNotWorkAreAnAnswer() {
        User user = new User();
        service.create(everything(user, folder(), KEY));
        service.aws.removeAccessKey(user.accessKeyId);

        JsonNode check = check(user, "");

        assertThat(check.at("/identity/status").asText()).isEqualTo("invalid");
        assertThat(check.at("/identity/message").asText()).contains("does not accept the credentials");
        assertThat(check.path("syncs")).isEmpty();
        assertThat(check.toString()).doesNotContain(user.accessKeyId, user.secretAccessKey);
    }

    @Test
    void aSyncOfAnotherConnectionIsRefused() {
        String id = service.create(everything(new User(), folder(), KEY));

        ApiClient.Answer answer = service.api()
                .send("POST", "/api/v1/app-connections/aws/" + new User().connection + "/check?syncId=" + id, null);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).contains("does not use the connection");
    }

    @Test
    void withoutSyncsOnlyTheIdentityIsTold() {
        JsonNode check = check(new User(), "");

        assertThat(check.at("/identity/status").asText()).isEqualTo("valid");
        assertThat(check.path("syncs")).isEmpty();
    }
}
