package ai.hanzo.kms.secretsync.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.hanzo.kms.secretsync.connections.ConnectionCredentials.AccessKey;
import ai.hanzo.kms.secretsync.connections.ConnectionCredentials.AssumeRole;
import ai.hanzo.kms.secretsync.connections.UpdateConnection.Description;
import ai.hanzo.kms.secretsync.sync.Rejection;
import ai.hanzo.kms.secretsync.sync.SecretText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What app connections promise, on any database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AppConnectionsContract {
    private static final String ORG = "org-1";
    private static final String PROJECT = "project-1";
    private static final AccessKey credentials = accessKey("s/ecret+key");

    private final String key = KeyFile.newKey().reveal();
    private AnnotationConfigApplicationContext service;
    private AppConnections connections;
    private ConnectionsSlice.Aws aws;
    private ConnectionsSlice.Uses uses;
    private ConnectionsSlice.Changes changes;
    private JdbcClient sql;

    /** Settings of {@code spring.datasource}. */
    abstract Map<String, ?> database();

    @BeforeAll
    void start() {
        service = ConnectionsSlice.start(database(), key);
        connections = service.getBean(AppConnections.class);
        aws = service.getBean(ConnectionsSlice.Aws.class);
        uses = service.getBean(ConnectionsSlice.Uses.class);
        changes = service.getBean(ConnectionsSlice.Changes.class);
        sql = service.getBean(JdbcClient.class);
        sql.sql("create table needs_connection (connection_id uuid not null references app_connection (id))")
                .update();
    }

    @AfterAll
    void stop() throws IOException {
        if (service != null) {
            service.close();
        }
    }

    @BeforeEach
    void empty() {
        sql.sql("delete from needs_connection").update();
        sql.sql("delete from app_connection").update();
        aws.calls.clear();
        aws.refused.clear();
        aws.meanwhile = () -> {};
        aws.account = "111122223333";
        uses.used.clear();
        changes.announced.clear();
        changes.then = () -> {};
    }

    // Create

    @Test
    void createsWhatIsReadAgain() {
        AppConnection created = connections.create(new CreateConnection(
                "aws-access-key", "I am a test", ConnectionMethod.ACCESS_KEY, credentials, ORG, PROJECT));

        assertThat(created)
                .returns("aws-access-key", AppConnection::name)
                .returns("I am a test", AppConnection::description)
                .returns(ConnectionMethod.ACCESS_KEY, AppConnection::method)
                .returns(ORG, AppConnection::orgId)
                .returns(PROJECT, AppConnection::projectId)
                .returns("111122223333", AppConnection::accountId)
                .returns("AKIAEXAMPLE", AppConnection::accessKeyId)
                .returns(null, AppConnection::stsEndpoint)
                .returns(1, AppConnection::credentialsRevision)
                .returns(2, AppConnection::version)
                .returns(created.createdAt(), AppConnection::updatedAt);
        assertThat(created.credentialsHash()).matches("[0-9a-f]{64}");
        assertThat(connections.get(created.id())).isEqualTo(created);
        assertThat(connections.byName("aws-access-key", ORG, PROJECT)).isEqualTo(created);
        assertThat(connections.list(ORG, PROJECT)).containsExactly(created);
    }

    @Test
    void keepsARoleWithAndWithoutItsEndpoint() {
        AssumeRole plain = new AssumeRole("arn:aws:iam::111122223333:role/sync", null);
        AssumeRole regional =
                new AssumeRole("arn:aws:iam::111122223333:role/sync", "https://sts.eu-central-1.amazonaws.com");

        AppConnection first =
                connections.create(new CreateConnection("plain", null, ConnectionMethod.ASSUME_ROLE, plain, ORG, null));
        AppConnection second = connections.create(
                new CreateConnection("regional", "", ConnectionMethod.ASSUME_ROLE, regional, ORG, null));

        assertThat(first.stsEndpoint()).isNull();
        assertThat(first.accessKeyId()).isNull();
        assertThat(first.description()).isNull();
        assertThat(second.stsEndpoint()).isEqualTo("https://sts.eu-central-1.amazonaws.com");
        assertThat(second.description()).isEmpty();
        assertThat(connections.list(ORG, null)).containsExactly(first, second);
        assertThat(connections.credentials(first.id()).credentials()).isEqualTo(plain);
        assertThat(connections.credentials(second.id()).credentials()).isEqualTo(regional);
    }

    @Test
    void keepsTheLongestNameAndDescription() {
        String name = "n".repeat(64);
        String description = "\u00e4".repeat(256);

        AppConnection created = connections.create(
                new CreateConnection(name, description, ConnectionMethod.ACCESS_KEY, credentials, ORG, null));

        assertThat(connections.get(created.id())).isEqualTo(created);
    }

    @Test
    void namesAreUniqueInTheirScopeOnly() {
        create("same", ORG, null);
        create("same", ORG, PROJECT);
        create("same", ORG, "project-2");
        create("same", "org-2", null);
        create("other", ORG, null);

        for (String project : new String[] {null, PROJECT, "project-2"}) {
            assertRejected(
                    () -> create("same", ORG, project), 400, "An App Connection with the name \"same\" already exists");
        }
        assertThat(connections.listAll(List.of(ORG, "org-2"), List.of(PROJECT, "project-2")))
                .hasSize(5);
    }

    @Test
    void ofConcurrentCreatesOfOneNameOneWins() throws Exception {
        for (String project : new String[] {null, PROJECT}) {
            CyclicBarrier allHaveFoundTheNameFree = new CyclicBarrier(6);
            aws.meanwhile = () -> await(allHaveFoundTheNameFree);

            List<Object> results = together(6, i -> create("same", ORG, project));

            assertThat(results.stream().filter(AppConnection.class::isInstance)).hasSize(1);
            assertThat(results.stream().filter(Rejection.class::isInstance))
                    .hasSize(5)
                    .allSatisfy(rejection -> assertThat((Throwable) rejection)
                            .hasMessage("An App Connection with the name \"same\" already exists"));
            assertThat(connections.list(ORG, project)).hasSize(1);
        }
    }

    @Test
    void concurrentCreatesOfDifferentNamesAllSucceed() throws Exception {
        List<Object> results = together(10, i -> create("name-" + i, ORG, PROJECT));

        assertThat(results).allSatisfy(result -> assertThat(result).isInstanceOf(AppConnection.class));
        assertThat(connections.list(ORG, PROJECT)).hasSize(10);
    }

    @Test
    void refusedCredentialsLeaveNothingBehind() {
        aws.refused.add(credentials.secretAccessKey());

        assertRejected(() -> create("name", ORG, PROJECT), 400, ConnectionsSlice.Aws.REFUSAL);
        assertThat(sql.sql("select count(*) from app_connection")
                        .query(Integer.class)
                        .single())
                .isZero();

        aws.refused.clear();
        assertThat(create("name", ORG, PROJECT).name()).isEqualTo("name");
    }

    @Test
    void credentialsOfTheOtherMethodAreRefusedUnasked() {
        assertRejected(
                () -> connections.create(
                        new CreateConnection("name", null, ConnectionMethod.ASSUME_ROLE, credentials, ORG, PROJECT)),
                400,
                "Invalid credential format for AWS Connection with method Assume Role");
        assertThat(aws.calls).isEmpty();
    }

    @Test
    void theCheckIsAskedWithTheIdAndTheExternalIdThatTheConnectionWillHave() {
        AppConnection ofProject = create("name", ORG, PROJECT);
        AppConnection ofOrganization = create("name", ORG, null);

        assertThat(aws.calls)
                .containsExactly(
                        new ConnectionsSlice.Aws.Call(credentials, PROJECT, ofProject.id()),
                        new ConnectionsSlice.Aws.Call(credentials, ORG, ofOrganization.id()));
    }

    @Test
    void whatIsDoneIsRecordedWithItAndWhatCannotBeRecordedIsNotDone() {
        ConnectionsSlice.Audit audit = service.getBean(ConnectionsSlice.Audit.class);
        audit.recorded.clear();
        AppConnection kept = create("kept", ORG, PROJECT);
        connections.update(kept.id(), new UpdateConnection("renamed", null, accessKey("another")));
        connections.update(kept.id(), new UpdateConnection(null, null, accessKey("another")));
        AppConnection gone = create("gone", ORG, PROJECT);
        connections.delete(gone.id());

        assertThat(audit.recorded)
                .containsExactly(
                        "created kept",
                        "updated kept to renamed, revision 1 to 2",
                        "updated renamed to renamed, revision 2 to 2",
                        "created gone",
                        "deleted gone");

        audit.refuses = true;
        try {
            AppConnection before = connections.get(kept.id());
            assertThat(catchThrowable(() -> create("refused", ORG, PROJECT))).hasMessage("not recorded");
            assertThat(catchThrowable(() -> connections.update(kept.id(), new UpdateConnection("refused", null, null))))
                    .hasMessage("not recorded");
            assertThat(catchThrowable(() -> connections.delete(kept.id()))).hasMessage("not recorded");

            assertThat(connections.list(ORG, PROJECT)).containsExactly(before);
        } finally {
            audit.refuses = false;
        }
    }

    // Update

    @Test
    void updateChangesOnlyWhatIsSent() {
        AppConnection before = create("name", ORG, PROJECT);

        AppConnection renamed = connections.update(before.id(), new UpdateConnection("renamed", null, null));
        assertThat(renamed)
                .usingRecursiveComparison()
                .ignoringFields("name", "updatedAt")
                .isEqualTo(before);
        assertThat(renamed.name()).isEqualTo("renamed");
        assertThat(renamed.updatedAt()).isAfterOrEqualTo(before.updatedAt());
        assertThat(aws.calls).as("only the create").hasSize(1);

        AppConnection described =
                connections.update(before.id(), new UpdateConnection(null, new Description("new"), null));
        assertThat(described.description()).isEqualTo("new");
        assertThat(described.name()).isEqualTo("renamed");
        assertThat(connections
                        .update(before.id(), new UpdateConnection(null, null, null))
                        .description())
                .isEqualTo("new");
        assertThat(connections
                        .update(before.id(), new UpdateConnection(null, new Description(null), null))
                        .description())
                .isNull();
    }

    @Test
    void rotationChangesHashRevisionAndAccount() {
        AppConnection before = create("name", ORG, PROJECT);
        AccessKey rotated = accessKey("rotated");
        aws.account = "444455556666";

        AppConnection after = connections.update(before.id(), new UpdateConnection(null, null, rotated));

        assertThat(after.credentialsHash())
                .isNotEqualTo(before.credentialsHash())
                .isEqualTo(connections.get(before.id()).credentialsHash());
        assertThat(after.credentialsRevision()).isEqualTo(2);
        assertThat(after.accountId()).isEqualTo("444455556666");
        assertThat(connections.get(before.id())).isEqualTo(after);
        assertThat(connections.credentials(before.id()))
                .isEqualTo(new UsableCredentials(before.id(), rotated, 2, PROJECT));

        AppConnection back = connections.update(before.id(), new UpdateConnection(null, null, credentials));
        assertThat(back.credentialsHash()).isEqualTo(before.credentialsHash());
        assertThat(back.credentialsRevision()).isEqualTo(3);
    }

    @Test
    void theSameCredentialsAgainAreCheckedButAreNoRotation() {
        AppConnection before = create("name", ORG, PROJECT);

        AppConnection after = connections.update(
                before.id(), new UpdateConnection("name", new Description(null), accessKey("s/ecret+key")));

        assertThat(after).usingRecursiveComparison().ignoringFields("updatedAt").isEqualTo(before);
        assertThat(aws.calls).hasSize(2);
    }

    @Test
    void hashesTellNothingAcrossConnections() {
        assertThat(create("one", ORG, PROJECT).credentialsHash())
                .isNotEqualTo(create("two", ORG, PROJECT).credentialsHash());
    }

    @Test
    void everyPartOfTheCredentialsIsInTheHash() {
        CredentialsVault vault =
                new CredentialsVault(service.getBean(Encryption.class), service.getBean(DataKeys.class));
        UUID id = UUID.randomUUID();

        assertThat(List.of(
                        vault.hash(id, new AccessKey("a", SecretText.of("bc"))),
                        vault.hash(id, new AccessKey("ab", SecretText.of("c"))),
                        vault.hash(id, new AccessKey("a", SecretText.of("bd"))),
                        vault.hash(id, new AssumeRole("a", "bc")),
                        vault.hash(id, new AssumeRole("a", null)),
                        vault.hash(UUID.randomUUID(), new AssumeRole("a", null))))
                .doesNotHaveDuplicates();
        assertThat(vault.hash(id, new AccessKey("a", SecretText.of("bc"))))
                .isEqualTo(vault.hash(id, new AccessKey("a", SecretText.of("bc"))));
    }

    @Test
    void refusedCredentialsChangeNothing() {
        AppConnection before = create("name", ORG, PROJECT);
        AccessKey refused = accessKey("refused");
        aws.refused.add(refused.secretAccessKey());
        changes.announced.clear();

        assertRejected(
                () -> connections.update(before.id(), new UpdateConnection("renamed", null, refused)),
                400,
                ConnectionsSlice.Aws.REFUSAL);

        assertThat(connections.get(before.id())).isEqualTo(before);
        assertThat(changes.announced).isEmpty();
    }

    @Test
    void theMethodCannotChange() {
        AppConnection key = create("key", ORG, PROJECT);
        AppConnection role = connections.create(new CreateConnection(
                "role", null, ConnectionMethod.ASSUME_ROLE, new AssumeRole("arn", null), ORG, PROJECT));

        assertRejected(
                () -> connections.update(key.id(), new UpdateConnection(null, null, new AssumeRole("arn", null))),
                400,
                "Invalid credential format for AWS Connection with method Access Key");
        assertRejected(
                () -> connections.update(role.id(), new UpdateConnection(null, null, credentials)),
                400,
                "Invalid credential format for AWS Connection with method Assume Role");
    }

    @Test
    void aTakenNameCannotBeTakenByRenaming() {
        create("taken", ORG, PROJECT);
        create("free-here", ORG, null);
        AppConnection other = create("other", ORG, PROJECT);

        assertRejected(
                () -> connections.update(other.id(), new UpdateConnection("taken", null, null)),
                400,
                "An App Connection with the name \"taken\" already exists");
        assertThat(connections.get(other.id())).isEqualTo(other);
        assertThat(connections
                        .update(other.id(), new UpdateConnection("free-here", null, null))
                        .name())
                .isEqualTo("free-here");
        assertThat(connections
                        .update(other.id(), new UpdateConnection("free-here", null, null))
                        .name())
                .as("its own name is not in its way")
                .isEqualTo("free-here");
    }

    @Test
    void concurrentUpdatesLoseNothing() throws Exception {
        UUID id = create("name", ORG, PROJECT).id();

        List<Object> results = together(
                12,
                i -> connections.update(
                        id,
                        switch (i) {
                            case 0 -> new UpdateConnection("renamed", null, null);
                            case 1 -> new UpdateConnection(null, new Description("described"), null);
                            default -> new UpdateConnection(null, null, accessKey("rotation-" + i));
                        }));

        assertThat(results).allSatisfy(result -> assertThat(result).isInstanceOf(AppConnection.class));
        assertThat(connections.get(id))
                .returns("renamed", AppConnection::name)
                .returns("described", AppConnection::description)
                .returns(11, AppConnection::credentialsRevision);
    }

    @Test
    void aRotationDuringACheckIsNotUndone() {
        UUID id = create("name", ORG, PROJECT).id();
        AtomicReference<Runnable> once =
                new AtomicReference<>(() -> connections.update(id, new UpdateConnection("meanwhile", null, null)));
        aws.meanwhile = () -> {
            Runnable first = once.getAndSet(null);
            if (first != null) {
                first.run();
            }
        };

        AppConnection rotated = connections.update(id, new UpdateConnection(null, null, accessKey("rotated")));

        assertThat(rotated.name()).isEqualTo("meanwhile");
    }

    // Delete

    @Test
    void deleteReturnsWhatWas() {
        AppConnection created = create("name", ORG, PROJECT);

        assertThat(connections.delete(created.id())).isEqualTo(created);

        assertNotFound(() -> connections.get(created.id()), created.id());
        assertThat(create("name", ORG, PROJECT).id()).isNotEqualTo(created.id());
    }

    @Test
    void whatIsInUseIsNotDeleted() {
        AppConnection created = create("name", ORG, PROJECT);
        changes.announced.clear();
        uses.used.add(created.id());

        assertInUse(() -> connections.delete(created.id()));

        uses.used.clear();
        need(created.id());
        assertInUse(() -> connections.delete(created.id()));
        assertThat(connections.get(created.id())).isEqualTo(created);
        assertThat(changes.announced).isEmpty();

        sql.sql("delete from needs_connection").update();
        assertThat(connections.delete(created.id())).isEqualTo(created);
    }

    @Test
    void deletingAndBeginningToUseDoNotBothHappen() throws Exception {
        raceWithDelete(id -> transaction().execute(status -> {
            connections.hold(id);
            return need(id);
        }));
    }

    @Test
    void aConnectionIsHeldInATransactionOnly() {
        UUID id = create("name", ORG, PROJECT).id();
        UUID missing = UUID.randomUUID();

        assertThatThrownBy(() -> connections.hold(id)).isInstanceOf(IllegalStateException.class);
        assertNotFound(() -> transaction().executeWithoutResult(status -> connections.hold(missing)), missing);
    }

    /** Begins to use a connection while it is being deleted, and expects exactly one of the two to succeed. */
    void raceWithDelete(Function<UUID, Object> use) throws Exception {
        for (int round = 0; round < 30; round++) {
            UUID id = create("name-" + round, ORG, PROJECT).id();

            List<Object> results = together(2, i -> i == 0 ? connections.delete(id) : use.apply(id));

            boolean deleted = results.get(0) instanceof AppConnection;
            boolean used = results.get(1) instanceof UUID;
            assertThat(deleted).as("%s", results).isNotEqualTo(used);
            if (deleted) {
                assertThat(results.get(1)).isInstanceOfAny(Rejection.class, DataIntegrityViolationException.class);
            } else {
                assertInUse(() -> {
                    throw (Throwable) results.get(0);
                });
            }
        }
    }

    // Look up

    @Test
    void whatIsMissingIsNamed() {
        UUID missing = UUID.randomUUID();
        create("elsewhere", ORG, PROJECT);

        assertNotFound(() -> connections.get(missing), missing);
        assertNotFound(() -> connections.delete(missing), missing);
        assertNotFound(() -> connections.credentials(missing), missing);
        assertNotFound(() -> connections.update(missing, new UpdateConnection("x", null, null)), missing);
        assertNotFound(() -> connections.update(missing, new UpdateConnection(null, null, credentials)), missing);
        assertRejected(
                () -> connections.byName("elsewhere", ORG, null),
                404,
                "Could not find App Connection with name elsewhere in organization scope.");
        assertRejected(
                () -> connections.byName("elsewhere", ORG, "project-2"),
                404,
                "Could not find App Connection with name elsewhere in project scope.");
        assertRejected(
                () -> connections.byName("elsewhere", "org-2", PROJECT),
                404,
                "Could not find App Connection with name elsewhere in project scope.");
    }

    @Test
    void listsAreOfTheirScopeAndByName() {
        AppConnection c = create("c", ORG, null);
        AppConnection a = create("a", ORG, PROJECT);
        AppConnection b = create("b", ORG, PROJECT);
        AppConnection otherProject = create("other-project", ORG, "project-2");
        AppConnection otherOrg = create("other-org", "org-2", null);

        assertThat(connections.list(ORG, null)).containsExactly(c);
        assertThat(connections.list(ORG, PROJECT)).containsExactly(a, b);
        assertThat(connections.list("org-2", PROJECT)).isEmpty();
        assertThat(connections.available(ORG, PROJECT)).containsExactly(a, b, c);
        assertThat(connections.available(ORG, null)).containsExactly(c);
        assertThat(connections.listAll(List.of(ORG), List.of(PROJECT, "project-2")))
                .containsExactly(a, b, c, otherProject);
        assertThat(connections.listAll(List.of("org-2"), List.of())).containsExactly(otherOrg);
        assertThat(connections.listAll(List.of(), List.of("project-2"))).containsExactly(otherProject);
        assertThat(connections.listAll(List.of(), List.of())).isEmpty();
    }

    @Test
    void theExternalIdOfOldConnectionsIsTheOrganizations() {
        UUID ofProject = create("name", ORG, PROJECT).id();
        UUID ofOrganization = create("name", ORG, null).id();
        assertThat(connections.get(ofProject).externalId()).isEqualTo(PROJECT);
        assertThat(connections.get(ofOrganization).externalId()).isEqualTo(ORG);

        sql.sql("update app_connection set version = 1").update();

        assertThat(connections.get(ofProject).externalId()).isEqualTo(ORG);
        assertThat(connections.credentials(ofProject).externalId()).isEqualTo(ORG);
        aws.calls.clear();
        connections.update(ofProject, new UpdateConnection(null, null, credentials));
        assertThat(aws.calls).singleElement().returns(ORG, ConnectionsSlice.Aws.Call::externalId);
    }

    @Test
    void theDatabaseHoldsEveryRowToItsScope() {
        UUID id = create("name", ORG, PROJECT).id();

        assertThatThrownBy(() -> sql.sql("update app_connection set scope = 'project:project-2' where id = ?")
                        .param(id)
                        .update())
                .isInstanceOf(DataIntegrityViolationException.class);
    }

    // Announcements

    @Test
    void changesAreAnnouncedOnceTheyCanBeRead() {
        UUID id = create("name", ORG, PROJECT).id();
        changes.announced.clear();
        List<String> seen = new ArrayList<>();
        changes.then = () -> seen.add(sql.sql("select name from app_connection where id = ?")
                .param(id)
                .query(String.class)
                .optional()
                .orElse("gone"));

        connections.update(id, new UpdateConnection("renamed", null, null));
        connections.delete(id);

        assertThat(changes.announced).containsExactly(id, id);
        assertThat(seen).containsExactly("renamed", "gone");
    }

    // At rest

    @Test
    void credentialsInAnotherRowAreNotDecrypted() {
        UUID one = create("one", ORG, PROJECT).id();
        UUID two = create("two", ORG, PROJECT).id();
        sql.sql("update app_connection set credentials = (select credentials from app_connection where id = ?)"
                        + " where id = ?")
                .params(one, two)
                .update();

        assertThatThrownBy(() -> connections.credentials(two))
                .isInstanceOf(UndecryptableException.class)
                .hasMessage(
                        "The stored credentials of App Connection \"two\" (" + two + ") cannot be decrypted: send them"
                                + " again with PATCH, or add the key that they were encrypted with to"
                                + " SECRET_SYNC_ENCRYPTION_PREVIOUS_KEYS");
        assertThat(connections.credentials(one).credentials()).isEqualTo(credentials);
    }

    @Test
    void oneDamagedRowHidesNoOthersAndCanBeMendedOrDeleted() {
        AppConnection sound = create("a", ORG, PROJECT);
        AppConnection mended = create("b", ORG, PROJECT);
        AppConnection deleted = create("c", ORG, PROJECT);
        sql.sql("update app_connection set credentials = ? where id <> ?")
                .params(new byte[] {1, 2, 3}, sound.id())
                .update();

        assertThat(connections.list(ORG, PROJECT))
                .extracting(AppConnection::accessKeyId)
                .containsExactly("AKIAEXAMPLE", null, null);
        assertThat(connections.update(mended.id(), new UpdateConnection(null, null, credentials)))
                .usingRecursiveComparison()
                .ignoringFields("updatedAt")
                .isEqualTo(mended);
        assertThat(connections.credentials(mended.id()).credentials()).isEqualTo(credentials);
        assertThat(connections.delete(deleted.id()).name()).isEqualTo("c");
    }

    @Test
    void theMasterKeyIsRotatedInThreeSteps() {
        AppConnection before = create("name", ORG, PROJECT);
        byte[] dataKey = service.getBean(DataKeys.class).key(DataKeys.VERSION_TOKENS);
        byte[] ciphertext = ciphertext(before.id());
        String next = KeyFile.newKey().reveal();

        // Without the former key it does not even start.
        assertDoesNotStart(next);

        try (AnnotationConfigApplicationContext both = ConnectionsSlice.start(database(), next, key)) {
            assertThat(both.getBean(AppConnections.class)
                            .credentials(before.id())
                            .credentials())
                    .isEqualTo(credentials);
            int records = both.getBean(KeyRotation.class).reencrypt();
            assertThat(records)
                    .as("the connection, and at least three data keys")
                    .isGreaterThanOrEqualTo(4);
            assertThat(ciphertext(before.id())).isNotEqualTo(ciphertext);

            assertDoesNotStart(key);
            try (AnnotationConfigApplicationContext alone = ConnectionsSlice.start(database(), next)) {
                AppConnections after = alone.getBean(AppConnections.class);
                assertThat(after.get(before.id()))
                        .as("hash, revision, everything")
                        .isEqualTo(before);
                assertThat(after.credentials(before.id()).credentials()).isEqualTo(credentials);
                assertThat(after.update(before.id(), new UpdateConnection(null, null, credentials))
                                .credentialsHash())
                        .isEqualTo(before.credentialsHash());
                assertThat(alone.getBean(DataKeys.class).key(DataKeys.VERSION_TOKENS))
                        .isEqualTo(dataKey);
            }
        } finally {
            try (AnnotationConfigApplicationContext back = ConnectionsSlice.start(database(), key, next)) {
                back.getBean(KeyRotation.class).reencrypt();
            }
        }
        assertThat(connections.credentials(before.id()).credentials()).isEqualTo(credentials);
    }

    @Test
    void aRotationThatMeetsADamagedRowChangesNothing() {
        UUID sound = create("a", ORG, PROJECT).id();
        UUID damaged = create("b", ORG, PROJECT).id();
        sql.sql("update app_connection set credentials = ? where id = ?")
                .params(new byte[] {1, 2, 3}, damaged)
                .update();
        byte[] ciphertext = ciphertext(sound);
        List<byte[]> keys = keyCiphertexts();

        assertThatThrownBy(() -> service.getBean(KeyRotation.class).reencrypt())
                .isInstanceOf(UndecryptableException.class)
                .hasMessageContaining("app_connection:" + damaged);

        assertThat(ciphertext(sound)).isEqualTo(ciphertext);
        assertThat(keyCiphertexts()).usingRecursiveComparison().isEqualTo(keys);
    }

    @Test
    void startersThatRaceForADataKeyGetTheSame() throws Exception {
        try (AnnotationConfigApplicationContext other = ConnectionsSlice.start(database(), key)) {
            for (int round = 0; round < 10; round++) {
                String purpose = "race-" + round;

                List<Object> keys = together(
                        6,
                        i -> List.of((i % 2 == 0 ? service : other)
                                .getBean(DataKeys.class)
                                .key(purpose)));

                assertThat(keys)
                        .hasSize(6)
                        .allSatisfy(result ->
                                assertThat(result).usingRecursiveComparison().isEqualTo(keys.get(0)));
                assertThat(keys.get(0)).isInstanceOf(List.class);
            }
        }
    }

    @Test
    void aDataKeyOutlivesTheTransactionThatAskedForIt() {
        DataKeys keys = service.getBean(DataKeys.class);

        byte[] first = transaction().execute(status -> {
            status.setRollbackOnly();
            return keys.key("outlives");
        });

        assertThat(keys.key("outlives")).isEqualTo(first).hasSize(32);
        assertThat(keys.key("another")).isNotEqualTo(first);
    }

    @Test
    void aDataKeyUnderAnotherPurposeIsNotDecrypted() {
        DataKeys keys = service.getBean(DataKeys.class);
        keys.key("from");
        keys.key("to");
        sql.sql("update encrypted_key set ciphertext ="
                        + " (select ciphertext from encrypted_key where purpose = 'from') where purpose = 'to'")
                .update();

        assertThatThrownBy(() -> keys.key("to")).isInstanceOf(UndecryptableException.class);

        sql.sql("delete from encrypted_key where purpose = 'to'").update();
    }

    @Test
    void nothingTellsASecret() {
        AppConnection created = connections.create(new CreateConnection(
                "name", null, ConnectionMethod.ACCESS_KEY, accessKey("MARKER-secret"), ORG, PROJECT));
        UsableCredentials usable = connections.credentials(created.id());
        Throwable refusal = catchThrowable(() -> connections.create(new CreateConnection(
                "name", null, ConnectionMethod.ACCESS_KEY, accessKey("MARKER-secret"), ORG, PROJECT)));

        assertThat(List.of(
                        created,
                        usable,
                        usable.credentials(),
                        new AssumeRole("MARKER-role", "MARKER-endpoint"),
                        new UpdateConnection("name", null, accessKey("MARKER-secret")),
                        refusal,
                        service.getBean(EncryptionProperties.class)))
                .allSatisfy(shown -> assertThat(shown.toString()).doesNotContain("MARKER", key));
    }

    // Words

    private static AccessKey accessKey(String secret) {
        return new AccessKey("AKIAEXAMPLE", SecretText.of(secret));
    }

    private AppConnection create(String name, String orgId, String projectId) {
        return connections.create(
                new CreateConnection(name, null, ConnectionMethod.ACCESS_KEY, credentials, orgId, projectId));
    }

    private TransactionTemplate transaction() {
        return new TransactionTemplate(service.getBean(PlatformTransactionManager.class));
    }

    UUID need(UUID connectionId) {
        sql.sql("insert into needs_connection (connection_id) values (?)")
                .param(connectionId)
                .update();
        return connectionId;
    }

    private byte[] ciphertext(UUID id) {
        return sql.sql("select credentials from app_connection where id = ?")
                .param(id)
                .query(byte[].class)
                .single();
    }

    private List<byte[]> keyCiphertexts() {
        return sql.sql("select ciphertext from encrypted_key order by purpose")
                .query(byte[].class)
                .list();
    }

    private void assertDoesNotStart(String otherKey) {
        Throwable failure = catchThrowable(() -> ConnectionsSlice.start(database(), otherKey));

        assertThat(causes(failure))
                .filteredOn(EncryptionKeyException.class::isInstance)
                .singleElement()
                .extracting(Throwable::getMessage)
                .isEqualTo(
                        "The database was encrypted with another key than SECRET_SYNC_ENCRYPTION_KEY holds: give that"
                                + " key back, or add it to SECRET_SYNC_ENCRYPTION_PREVIOUS_KEYS");
    }

    private static List<Throwable> causes(Throwable failure) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            causes.add(cause);
        }
        return causes;
    }

    private static void assertRejected(ThrowingCallable call, int status, String message) {
        assertThatThrownBy(call)
                .hasMessage(message)
                .isInstanceOfSatisfying(
                        Rejection.class,
                        rejection -> assertThat(rejection.kind().status()).isEqualTo(status));
    }

    private static void assertNotFound(ThrowingCallable call, UUID id) {
        assertRejected(call, 404, "Could not find App Connection with ID " + id);
    }

    private static void assertInUse(ThrowingCallable call) {
        assertRejected(
                call,
                400,
                "Cannot delete App Connection with existing connections. Remove all existing connections and try again.");
    }

    private interface Task {
        Object run(int index) throws Exception;
    }

    /** What each of them returned or threw, all having started at once. */
    private static List<Object> together(int count, Task task) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            CyclicBarrier start = new CyclicBarrier(count);
            List<Callable<Object>> calls = IntStream.range(0, count)
                    .<Callable<Object>>mapToObj(i -> () -> {
                        await(start);
                        try {
                            return task.run(i);
                        } catch (Exception e) {
                            return e;
                        }
                    })
                    .toList();
            List<Object> results = new ArrayList<>();
            for (Future<Object> result : threads.invokeAll(calls)) {
                results.add(result.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
