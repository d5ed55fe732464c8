package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.hanzo.kms.secretsync.devkms.Grant;
import ai.hanzo.kms.secretsync.devkms.LoggedRequest;
import ai.hanzo.kms.secretsync.devkms.Metadata;
import ai.hanzo.kms.secretsync.emulator.Call;
import ai.hanzo.kms.secretsync.emulator.Fault;
import ai.hanzo.kms.secretsync.emulator.ForeignSecret;
import ai.hanzo.kms.secretsync.emulator.Secret;
import ai.hanzo.kms.secretsync.emulator.SecretsManagerEmulator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Secrets of a KMS arrive in an AWS Secrets Manager, and stay in step. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MainJobTest {
    private static final ObjectMapper JSON = new ObjectMapper();

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

    @BeforeEach
    void forgetCalls() {
        service.aws.clearJournal();
    }

    @AfterEach
    void mend() {
        service.aws.clearFaults();
        service.kms.clearFaults();
    }

    // One-to-one

    @Test
    void everySecretBecomesAnAwsSecret() {
        folder("one", Map.of("A", "value-a", "B", "value-b"));

        JsonNode sync = service.created(manual(service.oneToOne(connection, "/one", "one/{{secretKey}}")));

        assertThat(sync.path("syncStatus").textValue()).isNull();
        JsonNode synced = service.run(sync.path("id").textValue());
        assertThat(synced.path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(synced.path("lastSyncMessage").isNull()).isTrue();
        assertThat(synced.path("lastSyncedAt").textValue()).isNotNull();
        assertThat(synced.path("lastSyncJobId").textValue()).isNotNull();
        assertThat(service.aws.value("one/A")).isEqualTo("value-a");
        assertThat(service.aws.value("one/B")).isEqualTo("value-b");
    }

    @Test
    void whatIsUnchangedIsNeitherWrittenNorRead() {
        folder("still", Map.of("A", "a", "B", "b"));
        String sync = synced(service.oneToOne(connection, "/still", "still/{{secretKey}}"));
        service.aws.clearJournal();

        assertThat(run(sync)).isEqualTo("succeeded");

        assertThat(writes()).isEmpty();
        assertThat(valueReads()).isZero();
        assertThat(service.aws.count("ListSecrets")).as("it did look").isPositive();
    }

    @Test
    void oneChangeIsExactlyOneWrite() {
        folder("change", Map.of("A", "a", "B", "b", "C", "c"));
        String sync = synced(service.oneToOne(connection, "/change", "change/{{secretKey}}"));
        service.aws.clearJournal();
        set("change", "B", "b2");

        assertThat(run(sync)).isEqualTo("succeeded");

        assertThat(writes()).containsExactly("UpdateSecret change/B");
        assertThat(valueReads()).isZero();
        assertThat(service.aws.value("change/B")).isEqualTo("b2");
        assertThat(service.aws.value("change/A")).isEqualTo("a");
    }

    @Test
    @DisplayName("U3.2-20: a secret that left the source is deleted; differs: recoverably (promise 1); U5.1-9: a name "
            + "in its recovery window is restored")
    void whatIsDeletedInTheKmsIsDeletedRecoverablyAndRestoredWhenItComesBack() {
        folder("delete", Map.of("A", "a", "B", "b"));
        String sync = synced(service.oneToOne(connection, "/delete", "delete/{{secretKey}}"));
        service.aws.clearJournal();
        service.kms.deleteSecret(service.project, "dev", "/delete", "B");

        assertThat(run(sync)).isEqualTo("succeeded");

        assertThat(writes()).containsExactly("DeleteSecret delete/B");
        Secret deleted = secret("delete/B");
        assertThat(deleted.isDeleted()).isTrue();
        assertThat(Duration.between(deleted.deletedDate(), deleted.purgeDate())).isEqualTo(Duration.ofDays(30));
        assertThat(secret("delete/A").isDeleted()).isFalse();

        service.aws.clearJournal();
        set("delete", "B", "b again");

        assertThat(run(sync)).isEqualTo("succeeded");

        assertThat(secret("delete/B").isDeleted()).isFalse();
        assertThat(service.aws.value("delete/B")).isEqualTo("b again");
        assertThat(writes()).containsExactly("RestoreSecret delete/B", "UpdateSecret delete/B");

        service.aws.clearJournal();
        assertThat(run(sync)).isEqualTo("succeeded");
        assertThat(writes()).isEmpty();
    }

    @Test
    void aRunThatMayNotDeleteDoesNotDelete() {
        folder("keep", Map.of("A", "a", "B", "b"));
        Map<String, Object> request = service.oneToOne(connection, "/keep", "keep/{{secretKey}}");
        RunningService.options(request).put("disableSecretDeletion", true);
        String sync = synced(request);
        service.kms.deleteSecret(service.project, "dev", "/keep", "B");
        service.aws.clearJournal();

        assertThat(run(sync)).isEqualTo("succeeded");

        assertThat(writes()).isEmpty();
        assertThat(service.aws.value("keep/B")).isEqualTo("b");
    }

    @Test
    void theKeySchemaIsAppliedAndOnlyWhatItRecognisesIsTouched() {
        folder("schema", Map.of("A", "a"));
        service.aws.putForeign("schema-dev-GONE", "nobody's, and within the schema");
        service.aws.putForeign("schema-prod-A", "of another environment");
        service.aws.putForeign("another", "of another tool");
        service.aws.putForeign(
                ForeignSecret.named("schema-dev-RDS").value("AWS's").owningService("rds"));

        String sync = synced(service.oneToOne(connection, "/schema", "schema-{{environment}}-{{secretKey}}"));

        assertThat(service.aws.value("schema-dev-A")).isEqualTo("a");
        assertThat(writes()).containsExactlyInAnyOrder("CreateSecret schema-dev-A", "DeleteSecret schema-dev-GONE");
        assertThat(Duration.between(
                        secret("schema-dev-GONE").deletedDate(),
                        secret("schema-dev-GONE").purgeDate()))
                .isEqualTo(Duration.ofDays(30));
        for (String others : List.of("schema-prod-A", "another", "schema-dev-RDS")) {
            assertThat(secret(others).isDeleted()).as(others).isFalse();
            assertThat(secret(others).tags()).as(others).isEmpty();
        }
        service.aws.clearJournal();
        assertThat(run(sync)).isEqualTo("succeeded");
        assertThat(writes()).isEmpty();
    }

    @Test
    @DisplayName("U5.2-14: tags are in the very call that creates")
    void tagsAndKmsKeyAreInTheVeryCallThatCreates() {
        service.aws.addKmsKey(
                SecretsManagerEmulator.ACCOUNT,
                SecretsManagerEmulator.REGION,
                "11111111-2222-3333-4444-555555555555",
                "alias/main-job");
        folder("tagged", Map.of("A", "a"));
        service.kms.setMetadata(
                service.project,
                "dev",
                "/tagged",
                "A",
                Metadata.of("owner", "payments team"),
                Metadata.of("team", "overlaid"),
                Metadata.encrypted("hidden", "never a tag"));
        Map<String, Object> request = service.oneToOne(connection, "/tagged", "tagged/{{secretKey}}");
        RunningService.options(request).put("tags", List.of(Map.of("key", "team", "value", "shop")));
        RunningService.options(request).put("keyId", "alias/main-job");
        RunningService.options(request).put("syncSecretMetadataAsTags", true);

        String sync = synced(request);

        assertThat(writes()).containsExactly("CreateSecret tagged/A");
        assertThat(secret("tagged/A").tags())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("team", "shop", "owner", "payments team", "hanzo-kms:sync-id", sync));
        assertThat(secret("tagged/A").kmsKeyId()).contains("alias/main-job");
        service.aws.clearJournal();
        assertThat(run(sync)).isEqualTo("succeeded");
        assertThat(writes()).isEmpty();

        service.kms.setMetadata(service.project, "dev", "/tagged", "A", Metadata.of("owner", "platform team"));
        assertThat(run(sync)).isEqualTo("succeeded");
        assertThat(writes()).containsExactly("TagResource tagged/A");
        assertThat(secret("tagged/A").tags()).containsEntry("owner", "platform team");
    }

    @Test
    @DisplayName("U5.2-8: a key that is only spelt in another way is not changed")
    void aKmsKeyThatIsOnlySpeltInAnotherWayIsNotChanged() {
        String key = "22222222-2222-3333-4444-555555555555";
        service.aws.addKmsKey(
                SecretsManagerEmulator.ACCOUNT, SecretsManagerEmulator.REGION, key, "alias/spelt-otherwise");
        folder("spelt", Map.of("A", "a", "B", "b"));
        service.aws.putForeign(ForeignSecret.named("spelt/A").value("a").kmsKeyId(key));
        service.aws.putForeign(ForeignSecret.named("spelt/B").value("b").kmsKeyId(key));
        Map<String, Object> request = service.oneToOne(connection, "/spelt", "spelt/{{secretKey}}");
        RunningService.options(request).put("keyId", "alias/spelt-otherwise");

        String sync = synced(request);
        assertThat(run(sync)).isEqualTo("succeeded");

        assertThat(writes()).as("adopted, and nothing else").isEmpty();
    }

    @Test
    void aKmsKeyThatSomebodySetRightAfterTheCreationIsNotTakenForOurs() {
        String theirs = "44444444-2222-3333-4444-555555555555";
        service.aws.addKmsKey(SecretsManagerEmulator.ACCOUNT, SecretsManagerEmulator.REGION, theirs);
        folder("their-key", Map.of("A", "a"));
        String sync = synced(service.oneToOne(connection, "/their-key", "their-key/{{secretKey}}"));
        service.aws.putForeign(ForeignSecret.named("their-key/A").kmsKeyId(theirs));
        service.aws.clearJournal();

        assertThat(run(sync)).isEqualTo("succeeded");

        assertThat(writes()).containsExactly("UpdateSecret their-key/A");
        assertThat(secret("their-key/A").kmsKeyId()).isNull();
    }

    @Test
    void withoutTagsOfItsOwnASecretSaysWhoseItIs() {
        folder("owned", Map.of("A", "a"));

        String sync = synced(service.oneToOne(connection, "/owned", "owned/{{secretKey}}"));

        assertThat(secret("owned/A").tags()).containsExactlyEntriesOf(Map.of("hanzo-kms:sync-id", sync));
        assertThat(secret("owned/A").kmsKeyId()).as("the account's default").isNull();
        assertThat(writes()).containsExactly("CreateSecret owned/A");
    }

    @Test
    @DisplayName("U3.1-7: the folder's own win, then the last import")
    void secretsOfImportedFoldersArriveAndTheFoldersOwnWin() {
        folder("shared-first", Map.of("A", "first", "B", "first", "C", "first"));
        folder("shared-last", Map.of("B", "last", "C", "last"));
        folder("importing", Map.of("C", "own"));
        service.kms.addImport(service.project, "dev", "/importing", "dev", "/shared-first");
        service.kms.addImport(service.project, "dev", "/importing", "dev", "/shared-last");

        synced(service.oneToOne(connection, "/importing", "importing/{{secretKey}}"));

        assertThat(values("importing/"))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("importing/A", "first", "importing/B", "last", "importing/C", "own"));
    }

    @Test
    @DisplayName("U5.1-11: an empty value leaves what is there")
    void anEmptyValueIsSkippedAndWhatIsThereStays() {
        folder("empty", Map.of("A", "a", "B", "b"));
        String sync = synced(service.oneToOne(connection, "/empty", "empty/{{secretKey}}"));
        service.aws.clearJournal();
        set("empty", "B", "");

        assertThat(run(sync)).isEqualTo("succeeded");

        assertThat(writes()).isEmpty();
        assertThat(service.aws.value("empty/B")).isEqualTo("b");
        assertThat(secret("empty/B").isDeleted()).isFalse();
    }

    // Many-to-one

    @Test
    @DisplayName("U3.3-4: created, then updated, in one call each; U3.3-12: differs: what is right is not written "
            + "(promise 5)")
    void allSecretsBecomeOneJsonObject() {
        folder("many", Map.of("A", "a", "B", "b\"\n€"));
        Map<String, Object> request = service.manyToOne(connection, "/many", "many/all");
        RunningService.options(request).put("tags", List.of(Map.of("key", "team", "value", "shop")));

        String sync = synced(request);

        assertThat(json("many/all")).isEqualTo(Map.of("A", "a", "B", "b\"\n€"));
        assertThat(writes()).containsExactly("CreateSecret many/all");
        assertThat(secret("many/all").tags())
                .containsExactlyInAnyOrderEntriesOf(Map.of("team", "shop", "hanzo-kms:sync-id", sync));

        service.aws.clearJournal();
        assertThat(run(sync)).isEqualTo("succeeded");
        assertThat(writes()).isEmpty();
        assertThat(valueReads()).isZero();
        assertThat(service.aws.count("ListSecrets")).as("the one name is known").isZero();

        set("many", "A", "a2");
        assertThat(run(sync)).isEqualTo("succeeded");
        assertThat(writes()).containsExactly("UpdateSecret many/all");
        assertThat(json("many/all")).isEqualTo(Map.of("A", "a2", "B", "b\"\n€"));

        service.aws.clearJournal();
        service.kms.deleteSecret(service.project, "dev", "/many", "B");
        assertThat(run(sync)).isEqualTo("succeeded");
        assertThat(writes()).containsExactly("UpdateSecret many/all");
        assertThat(json("many/all")).isEqualTo(Map.of("A", "a2"));
    }

    @Test
    void theKeySchemaIsAppliedToTheOneName() {
        folder("many-schema", Map.of("A", "a"));
        Map<String, Object> request = service.manyToOne(connection, "/many-schema", "all");
        RunningService.options(request).put("keySchema", "many-schema/{{environment}}/{{secretKey}}");

        synced(request);

        assertThat(json("many-schema/dev/all")).isEqualTo(Map.of("A", "a"));
    }

    @Test
    void anotherOrderOfTheKeysIsNoChange() {
        folder("order-imported", Map.of("Z", "z"));
        folder("order", Map.of("A", "a", "B", "b"));
        service.kms.addImport(service.project, "dev", "/order", "dev", "/order-imported");
        String sync = synced(service.manyToOne(connection, "/order", "order/all"));
        service.aws.clearJournal();

        // Imported secrets come after those of the folder itself: A is last now, and Z first.
        service.kms.deleteSecret(service.project, "dev", "/order", "A");
        service.kms.deleteSecret(service.project, "dev", "/order-imported", "Z");
        set("order", "Z", "z");
        set("order-imported", "A", "a");

        assertThat(run(sync)).isEqualTo("succeeded");
        assertThat(writes()).isEmpty();
        assertThat(valueReads()).isZero();
        assertThat(json("order/all")).isEqualTo(Map.of("A", "a", "B", "b", "Z", "z"));
    }

    @Test
    void anEmptyFolderDoesNotEmptyTheJsonObject() {
        folder("many-emptied", Map.of("A", "a"));
        String sync = synced(service.manyToOne(connection, "/many-emptied", "many-emptied/all"));
        service.kms.deleteSecret(service.project, "dev", "/many-emptied", "A");
        service.aws.clearJournal();

        run(sync);

        assertThat(writes()).isEmpty();
        assertThat(json("many-emptied/all")).isEqualTo(Map.of("A", "a"));
    }

    // One bad secret stops only itself

    /** What AWS would refuse. */
    enum Wrong {
        TOO_LONG("TOO_LONG", "x".repeat(65_537), "65537"),
        BAD_NAME("BAD NAME#", "value", "characters");

        final String key;
        final String value;
        final String reason;

        Wrong(String key, String value, String reason) {
            this.key = key;
            this.value = value;
            this.reason = reason;
        }
    }

    @ParameterizedTest
    @DisplayName("U4-7: the message names the secret and why; differs: in words, with the remedy, and without a value "
            + "(promises 4 and 6)")
    @EnumSource(Wrong.class)
    void aWrongSecretAmongAHundredStopsOnlyItself(Wrong wrong) {
        String name = wrong.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        Map<String, String> secrets = new HashMap<>();
        for (int i = 0; i < 99; i++) {
            secrets.put("KEY_" + i, "value-" + i);
        }
        secrets.put(wrong.key, wrong.value);
        folder(name, secrets);

        JsonNode sync = ran(manual(service.oneToOne(connection, "/" + name, name + "/{{secretKey}}")));

        assertThat(sync.path("syncStatus").textValue()).isEqualTo("failed");
        assertThat(sync.path("lastSyncMessage").textValue())
                .contains("1 of 100")
                .contains("\"" + name + "/" + wrong.key + "\"")
                .contains(wrong.reason)
                .doesNotContain("xxxx");
        secrets.remove(wrong.key);
        Map<String, String> expected = new HashMap<>();
        secrets.forEach((key, value) -> expected.put(name + "/" + key, value));
        assertThat(values(name + "/")).isEqualTo(expected);
    }

    @Test
    @DisplayName("U3.6-5: differs: a failure stops only that secret (promise 3)")
    void aFailureOfAwsStopsOnlyThatSecretAndOnlyThatIsTriedAgain() {
        folder("fault", Map.of("A", "a", "B", "b", "C", "c"));
        service.aws.inject(Fault.of(Fault.Kind.ENCRYPTION_FAILURE)
                .operation("CreateSecret")
                .secret("fault/B")
                .always());

        JsonNode sync = ran(manual(service.oneToOne(connection, "/fault", "fault/{{secretKey}}")));

        assertThat(sync.path("syncStatus").textValue()).isEqualTo("failed");
        assertThat(sync.path("lastSyncMessage").textValue())
                .contains("1 of 3")
                .contains("\"fault/B\"")
                .contains("KMS key");
        assertThat(sync.path("lastSyncedAt").isNull()).isTrue();
        assertThat(values("fault/")).isEqualTo(Map.of("fault/A", "a", "fault/C", "c"));

        service.aws.clearFaults();
        service.aws.clearJournal();
        assertThat(run(sync.path("id").textValue())).isEqualTo("succeeded");
        assertThat(writes()).containsExactly("CreateSecret fault/B");
        assertThat(service.aws.value("fault/B")).isEqualTo("b");
    }

    @Test
    @DisplayName("U3.3-14: differs: every failure names its secret (promise 6)")
    void aRunInWhichEverythingFailsComesToItsEndToo() {
        folder("all-fail", Map.of("A", "a"));
        service.aws.inject(
                Fault.of(Fault.Kind.ACCESS_DENIED).operation("CreateSecret").always());

        JsonNode one = ran(manual(service.oneToOne(connection, "/all-fail", "all-fail/{{secretKey}}")));
        JsonNode many = ran(manual(service.manyToOne(connection, "/all-fail", "all-fail")));

        assertThat(one.path("syncStatus").textValue()).isEqualTo("failed");
        assertThat(one.path("lastSyncMessage").textValue()).contains("all-fail/A", "secretsmanager:CreateSecret");
        assertThat(many.path("syncStatus").textValue()).isEqualTo("failed");
        assertThat(many.path("lastSyncMessage").textValue()).contains("\"all-fail\"", "secretsmanager:CreateSecret");
    }

    @Test
    void anAnswerThatIsLostIsNotWrittenTwice() {
        folder("lost", Map.of("A", "a"));
        service.aws.inject(
                Fault.of(Fault.Kind.DROP_AFTER).operation("CreateSecret").secret("lost/A"));

        JsonNode sync = ran(manual(service.oneToOne(connection, "/lost", "lost/{{secretKey}}")));
        if (sync.path("syncStatus").textValue().equals("failed")) {
            assertThat(run(sync.path("id").textValue())).isEqualTo("succeeded");
        }

        assertThat(service.aws.value("lost/A")).isEqualTo("a");
        assertThat(secret("lost/A").versions()).hasSize(1);
    }

    // Nothing is lost

    @Test
    @DisplayName("U3.1-11: differs: a source that cannot be read whole writes and deletes nothing (promise 1)")
    void aSourceThatCannotBeReadWholeNeverDeletes() {
        folder("safe", Map.of("A", "a", "B", "b"));
        folder("imported", Map.of("C", "c"));
        service.kms.addImport(service.project, "dev", "/safe", "dev", "/imported");
        String sync = synced(service.oneToOne(connection, "/safe", "safe/{{secretKey}}"));
        Map<String, String> before = Map.of("safe/A", "a", "safe/B", "b", "safe/C", "c");
        assertThat(values("safe/")).isEqualTo(before);
        service.aws.clearJournal();
        Grant everything = Grant.write(service.project);

        Map<String, Runnable> troubles = new LinkedHashMap<>();
        troubles.put("500", () -> trouble(ai.hanzo.kms.secretsync.devkms.Fault.status(500)));
        troubles.put("broken off", () -> trouble(ai.hanzo.kms.secretsync.devkms.Fault.truncate()));
        troubles.put("no answer", () -> trouble(ai.hanzo.kms.secretsync.devkms.Fault.drop()));
        troubles.put("403", () -> trouble(ai.hanzo.kms.secretsync.devkms.Fault.status(403)));
        troubles.put("404", () -> trouble(ai.hanzo.kms.secretsync.devkms.Fault.status(404)));
        troubles.put("hidden values", () -> service.regrant(Grant.describe(service.project)));
        troubles.put("import not readable", () -> service.regrant(everything.in("dev", "/safe")));
        troubles.put("no access", () -> service.regrant(everything.in("prod", "/")));

        troubles.forEach((name, trouble) -> {
            trouble.run();
            JsonNode failed = service.run(sync);
            service.kms.clearFaults();
            service.regrant(everything);
            assertThat(failed.path("syncStatus").textValue()).as(name).isEqualTo("failed");
            assertThat(failed.path("lastSyncMessage").textValue()).as(name).isNotBlank();
            assertThat(writes()).as(name).isEmpty();
            assertThat(values("safe/")).as(name).isEqualTo(before);
        });

        // What is there really is another matter: an empty folder deletes nothing either, a smaller one does.
        service.kms.deleteSecret(service.project, "dev", "/imported", "C");
        service.kms.deleteSecret(service.project, "dev", "/safe", "A");
        service.kms.deleteSecret(service.project, "dev", "/safe", "B");
        JsonNode emptied = service.run(sync);
        assertThat(emptied.path("lastSyncMessage").textValue()).contains("no secrets at all");
        assertThat(values("safe/")).isEqualTo(before);
        service.kms.deleteFolder(service.project, "dev", "/safe");
        assertThat(service.api()
                        .send("POST", "/api/v1/secret-syncs/aws-secrets-manager/" + sync + "/sync-secrets", null)
                        .json()
                        .path("message")
                        .textValue())
                .contains("folder no longer exists");
        assertThat(values("safe/")).isEqualTo(before);
        assertThat(writes()).isEmpty();
        folder("safe", Map.of("A", "a"));
        assertThat(run(sync)).isEqualTo("succeeded");
        assertThat(values("safe/")).isEqualTo(Map.of("safe/A", "a"));
    }

    private void trouble(ai.hanzo.kms.secretsync.devkms.Fault fault) {
        service.kms.failNext(1000, "/api/v4/secrets", fault);
        service.kms.failNext(1000, "/api/v3/secrets", fault);
    }

    @Test
    void aRunThatWouldDeleteManyStops() {
        Map<String, String> secrets = new HashMap<>();
        for (int i = 0; i < 20; i++) {
            secrets.put("KEY_" + i, "v");
        }
        folder("brake", secrets);
        String sync = synced(service.oneToOne(connection, "/brake", "brake/{{secretKey}}"));
        for (int i = 0; i < 11; i++) {
            service.kms.deleteSecret(service.project, "dev", "/brake", "KEY_" + i);
        }
        service.aws.clearJournal();

        JsonNode stopped = service.run(sync);

        assertThat(stopped.path("syncStatus").textValue()).isEqualTo("failed");
        assertThat(stopped.path("lastSyncMessage").textValue()).contains("would delete 11 of the 20");
        assertThat(writes()).isEmpty();
        set("brake", "KEY_10", "v");
        assertThat(run(sync)).as("ten are within the bounds").isEqualTo("succeeded");
        assertThat(values("brake/")).hasSize(10);
    }

    // Following the source

    @Test
    @DisplayName("U4-17: a change runs automatic syncs and no others")
    void anAutomaticSyncFollowsAChangeAndAnotherDoesNot() {
        folder("follow", Map.of("A", "1"));
        JsonNode following = service.created(service.oneToOne(connection, "/follow", "follow/{{secretKey}}"));
        assertThat(following.path("isAutoSyncEnabled").booleanValue()).isTrue();
        assertThat(following.path("syncStatus").textValue()).isEqualTo("succeeded");
        String resting = synced(service.oneToOne(connection, "/follow", "rest/{{secretKey}}"));
        String lastJob = sync(resting).path("lastSyncJobId").textValue();

        // The second change shows that a whole round has passed since the first.
        for (String value : List.of("2", "3")) {
            set("follow", "A", value);
            eventually(() -> value.equals(service.aws.value("follow/A")));
        }

        assertThat(service.aws.value("rest/A")).isEqualTo("1");
        assertThat(sync(resting).path("lastSyncJobId").textValue()).isEqualTo(lastJob);
        assertThat(run(resting)).isEqualTo("succeeded");
        assertThat(service.aws.value("rest/A")).isEqualTo("3");
    }

    @Test
    @DisplayName("U4-3: differs: nothing is put off; AWS's quotas are kept call by call (promise 5)")
    void anEditIsInAwsFiveSecondsAfterTheNextPollAtTheLatest() {
        folder("bound", Map.of("A", "1"));
        service.created(service.oneToOne(connection, "/bound", "bound/{{secretKey}}"));

        for (String value : List.of("2", "3", "4")) {
            long edited = System.nanoTime();
            set("bound", "A", value);
            eventually(() -> value.equals(service.aws.value("bound/A")));
            assertThat(Duration.ofNanos(System.nanoTime() - edited))
                    .isLessThanOrEqualTo(RunningService.POLL_INTERVAL.plusSeconds(5));
        }
    }

    @Test
    void twoSyncsOfOneSourceShareOneConditionalRequestAnInterval() {
        folder("conditional", Map.of("A", "1"));
        service.created(service.oneToOne(connection, "/conditional", "conditional-1/{{secretKey}}"));
        service.created(service.oneToOne(connection, "/conditional", "conditional-2/{{secretKey}}"));
        eventually(() -> !polls("/conditional", 304).isEmpty());
        service.kms.clearRequests();

        eventually(() -> polls("/conditional", 304).size() >= 4);

        List<LoggedRequest> polls = polls("/conditional", 0);
        assertThat(polls).allMatch(poll -> poll.status() == 304);
        Duration took =
                Duration.between(polls.get(0).at(), polls.get(polls.size() - 1).at());
        // With a request for each sync it would be half of that.
        assertThat(took).isGreaterThan(Duration.ofMillis(1000L * (polls.size() - 1) - 600));

        service.kms.clearRequests();
        set("conditional", "A", "2");
        eventually(() ->
                "2".equals(service.aws.value("conditional-1/A")) && "2".equals(service.aws.value("conditional-2/A")));
    }

    @Test
    void aDeletedSyncAsksNoMoreAndLeavesItsSecrets() {
        folder("forgotten", Map.of("A", "1"));
        String sync = service.created(service.oneToOne(connection, "/forgotten", "forgotten/{{secretKey}}"))
                .path("id")
                .textValue();
        folder("witness", Map.of("A", "1"));
        service.created(service.oneToOne(connection, "/witness", "witness/{{secretKey}}"));
        eventually(() -> !polls("/forgotten", 304).isEmpty());

        service.api().delete("/api/v1/secret-syncs/aws-secrets-manager/" + sync);

        service.kms.clearRequests();
        eventually(() -> polls("/witness", 0).size() >= 3);
        assertThat(polls("/forgotten", 0)).hasSizeLessThanOrEqualTo(1);
        assertThat(service.aws.value("forgotten/A")).isEqualTo("1");
    }

    // It survives

    @Test
    void afterARestartNothingIsWrittenAgain() {
        folder("restart", Map.of("A", "a", "B", "b"));
        String one = synced(service.oneToOne(connection, "/restart", "restart/{{secretKey}}"));
        String many = synced(service.manyToOne(connection, "/restart", "restart-all"));
        String following = service.created(service.oneToOne(connection, "/restart", "restart-f/{{secretKey}}"))
                .path("id")
                .textValue();
        service.stop();
        service.aws.clearJournal();
        service.kms.clearRequests();

        service.startAgain();

        assertThat(run(one)).isEqualTo("succeeded");
        assertThat(run(many)).isEqualTo("succeeded");
        assertThat(run(following)).isEqualTo("succeeded");
        assertThat(writes()).isEmpty();
        assertThat(valueReads()).isZero();
        set("restart", "A", "a2");
        eventually(() -> "a2".equals(service.aws.value("restart-f/A")));
        assertThat(writes()).containsExactly("UpdateSecret restart-f/A");
    }

    // Helpers

    /** A sync that has just run for the first time, with success, and runs only when it is asked to; its id. */
    private String synced(Map<String, Object> request) {
        JsonNode sync = ran(manual(request));
        assertThat(sync.path("syncStatus").textValue())
                .as("%s", sync.path("lastSyncMessage"))
                .isEqualTo("succeeded");
        return sync.path("id").textValue();
    }

    private JsonNode ran(Map<String, Object> request) {
        return service.run(service.create(request));
    }

    private String run(String sync) {
        JsonNode after = service.run(sync);
        String status = after.path("syncStatus").textValue();
        return status.equals("failed") ? "failed: " + after.path("lastSyncMessage") : status;
    }

    private JsonNode sync(String id) {
        return service.api()
                .get("/api/v1/secret-syncs/aws-secrets-manager/" + id)
                .path("secretSync");
    }

    private static Map<String, Object> manual(Map<String, Object> sync) {
        sync.put("isAutoSyncEnabled", false);
        return sync;
    }

    private void folder(String name, Map<String, String> secrets) {
        service.kms.addFolder(service.project, "dev", "/" + name);
        service.kms.setSecrets(service.project, "dev", "/" + name, secrets);
    }

    private void set(String folder, String key, String value) {
        service.kms.setSecret(service.project, "dev", "/" + folder, key, value);
    }

    private static void eventually(Callable<Boolean> condition) {
        await().atMost(RunningService.PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(condition);
    }

    /** Each with the secret it is about. */
    private List<String> writes() {
        return service.aws.writes().stream()
                .map(call -> call.operation() + " " + call.secretName())
                .toList();
    }

    private long valueReads() {
        return service.aws.journal().stream()
                .map(Call::operation)
                .filter(List.of("GetSecretValue", "BatchGetSecretValue")::contains)
                .count();
    }

    /** @param status 0 for any */
    private List<LoggedRequest> polls(String path, int status) {
        return service.kms.requests().stream()
                .filter(request -> request.path().startsWith("/api/v4/secrets")
                        && request.query() != null
                        && request.query().matches(".*secretPath=(%2F|/)" + path.substring(1) + "(&.*|$)"))
                .filter(request -> status == 0 || request.status() == status)
                .toList();
    }

    private Secret secret(String name) {
        return service.aws.secret(name).orElseThrow();
    }

    /** What is there and not scheduled for deletion, by name. */
    private Map<String, String> values(String prefix) {
        Map<String, String> values = new HashMap<>();
        service.aws.secrets().stream()
                .filter(secret -> secret.name().startsWith(prefix) && !secret.isDeleted())
                .forEach(secret -> values.put(secret.name(), secret.secretString()));
        return values;
    }

    private Map<?, ?> json(String name) {
        try {
            return JSON.readValue(service.aws.value(name), Map.class);
        } catch (JsonProcessingException e) {
            throw new AssertionError(name + " is no JSON object", e);
        }
    }
}
