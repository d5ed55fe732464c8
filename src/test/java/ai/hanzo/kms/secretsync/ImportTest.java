package ai.hanzo.kms.secretsync;

import static ai.hanzo.kms.secretsync.Operations.SYNCS;
import static ai.hanzo.kms.secretsync.Operations.importing;
import static ai.hanzo.kms.secretsync.Operations.manual;
import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.emulator.ForeignSecret;
import ai.hanzo.kms.secretsync.kms.KmsSource;
import ai.hanzo.kms.secretsync.kms.SourceRead;
import ai.hanzo.kms.secretsync.runs.SourceStates;
import ai.hanzo.kms.secretsync.sync.Source;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What is at the destination comes into the KMS: with a first sync, or when somebody asks for it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ImportTest {
    private static final String SOURCE_FIRST = "import-prioritize-source";
    private static final String DESTINATION_FIRST = "import-prioritize-destination";

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
    void asUsual() {
        service.kms.setApprovals(false);
        service.kms.enforceUpperCaseNames(service.project, false);
    }

    @Test
    @DisplayName("U3.4-1: what matches is imported under its key")
    void aFirstSyncTakesWhatTheKmsHasNotAndKeepsItsOwnWhereTheSourceCountsMore() {
        operations.folder("source", Map.of("A", "kms"));
        service.aws.putForeign("source/A", "aws");
        service.aws.putForeign("source/B", "aws");
        service.aws.clearJournal();

        JsonNode sync = first("source", SOURCE_FIRST);

        assertThat(sync.path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(operations.inKms("source")).isEqualTo(Map.of("A", "kms", "B", "aws"));
        assertThat(service.aws.value("source/A")).isEqualTo("kms");
        assertThat(operations.versions("source/B")).isEqualTo(1);
        assertThat(operations.writes()).hasSize(1).allMatch(write -> write.startsWith("UpdateSecret"));
    }

    @Test
    @DisplayName(
            "U4-14: a first sync imports before it writes; U5.2-3: the initial import leaves binary secrets " + "alone")
    void aFirstSyncTakesEverythingWhereTheDestinationCountsMore() {
        operations.folder("destination", Map.of("A", "kms", "C", "kms"));
        service.aws.putForeign("destination/A", "aws");
        service.aws.putForeign("destination/B", " blanks around ");
        service.aws.putForeign(ForeignSecret.named("destination/BINARY").binary(new byte[] {1, 2}));
        service.aws.clearJournal();

        JsonNode sync = first("destination", DESTINATION_FIRST);

        assertThat(sync.path("lastSyncMessage").textValue()).isNull();
        assertThat(sync.path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(operations.inKms("destination")).isEqualTo(Map.of("A", "aws", "B", "blanks around", "C", "kms"));
        assertThat(operations.writes()).hasSize(1).allMatch(write -> write.startsWith("CreateSecret"));
        assertThat(operations.secret("destination/BINARY").isDeleted()).isFalse();
        assertThat(operations.lastRun(sync.path("id").textValue()).path("outcomes"))
                .anySatisfy(outcome -> {
                    assertThat(outcome.path("name").textValue()).isEqualTo("destination/BINARY");
                    assertThat(outcome.path("errorCode").textValue()).isEqualTo("BINARY_VALUE");
                });
    }

    @Test
    void aReferenceIsNotReplacedByALiteral() {
        operations.folder("reference", Map.of("HOST", "db", "URL", "pg://${HOST}"));
        service.aws.putForeign("reference/URL", "pg://elsewhere");

        JsonNode sync = first("reference", DESTINATION_FIRST);

        assertThat(sync.path("syncStatus").textValue()).isEqualTo("failed");
        assertThat(sync.path("lastSyncMessage").textValue()).contains("reference/URL", "refers to other secrets");
        assertThat(operations.inKms("reference")).containsEntry("URL", "pg://${HOST}");
        assertThat(service.aws.value("reference/URL")).isEqualTo("pg://elsewhere");
        assertThat(service.aws.value("reference/HOST")).isEqualTo("db");
    }

    @Test
    @DisplayName("U3.4-4: many-to-one imports the entries of the object")
    void manyToOneImportsTheEntriesOfTheObject() {
        operations.folder("many", Map.of("A", "kms"));
        service.aws.putForeign("many", "{\"A\":\"aws\",\"PORT\":5432,\"a/b\":\"x\"}");
        String id =
                service.create(importing(manual(service.manyToOne(connection, "/many", "many")), DESTINATION_FIRST));

        JsonNode sync = service.run(id);

        assertThat(sync.path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(operations.inKms("many")).isEqualTo(Map.of("A", "aws", "PORT", "5432"));
        assertThat(service.aws.value("many")).contains("\"a/b\":\"x\"");
    }

    @Test
    @DisplayName("U3.4-7: what is no JSON object fails, in upstream's words")
    void manyToOneLeavesAloneWhatIsNoObject() {
        operations.folder("text", Map.of("A", "kms"));
        service.aws.putForeign("text", "just a text");
        String id = service.create(manual(service.manyToOne(connection, "/text", "text")));

        JsonNode sync = operations.imported(id, "prioritize-source");

        assertThat(sync.path("importStatus").textValue()).isEqualTo("failed");
        assertThat(sync.path("lastImportMessage").textValue()).contains("requires key/value configuration");
        assertThat(sync.path("lastImportMessage").textValue()).doesNotContain("just a text");
        assertThat(service.aws.value("text")).isEqualTo("just a text");
    }

    @Test
    @DisplayName("U3.4-5: many-to-one imports nothing where there is nothing")
    void manyToOneImportsNothingWhereThereIsNothing() {
        operations.folder("nothing", Map.of("A", "kms"));
        String id = service.create(manual(service.manyToOne(connection, "/nothing", "nothing")));

        JsonNode sync = operations.imported(id, "prioritize-destination");

        assertThat(sync.path("importStatus").textValue()).isEqualTo("succeeded");
        assertThat(operations.inKms("nothing")).isEqualTo(Map.of("A", "kms"));
        assertThat(operations.writes()).isEmpty();
    }

    @Test
    @DisplayName("U3.4-6: many-to-one takes the keys as they are, whatever the schema; U5.1-5: key schema and "
            + "many-to-one in sync, import and removal")
    void withManyToOneTheSchemaIsAboutTheNameAlone() {
        operations.folder("named", Map.of("A", "kms"));
        service.aws.putForeign("named-all", "{\"named-B\":\"aws\",\"C\":\"aws\"}");
        service.aws.putForeign("named-other", "another's");
        Map<String, Object> body = manual(service.manyToOne(connection, "/named", "all"));
        RunningService.options(body).put("keySchema", "named-{{secretKey}}");
        String id = service.create(body);

        assertThat(operations
                        .imported(id, "prioritize-source")
                        .path("importStatus")
                        .textValue())
                .isEqualTo("succeeded");
        assertThat(operations.inKms("named")).isEqualTo(Map.of("A", "kms", "named-B", "aws", "C", "aws"));

        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(service.aws.value("named-all")).isEqualTo("{\"A\":\"kms\",\"C\":\"aws\",\"named-B\":\"aws\"}");

        assertThat(operations.removed(id).path("removeStatus").textValue()).isEqualTo("succeeded");
        assertThat(operations.secret("named-all").isDeleted()).isTrue();
        assertThat(service.aws.value("named-other")).isEqualTo("another's");
    }

    @Test
    @DisplayName("U3.4-12: what the KMS has through an import does not count")
    void whatTheKmsHasThroughAnImportDoesNotCount() {
        operations.folder("shared", Map.of("A", "shared"));
        operations.folder("local", Map.of("B", "local"));
        service.kms.addImport(service.project, "dev", "/local", "dev", "/shared");
        service.aws.putForeign("local/A", "aws");
        String id = service.create(manual(service.oneToOne(connection, "/local", "local/{{secretKey}}")));

        operations.imported(id, "prioritize-source");

        assertThat(operations.inKms("local")).isEqualTo(Map.of("A", "aws", "B", "local"));
        assertThat(operations.inKms("shared")).isEqualTo(Map.of("A", "shared"));
    }

    @Test
    void theEchoOfAFirstSyncsImportDoesNotRunItAgain() {
        operations.folder("echo", Map.of("A", "kms"));
        service.aws.putForeign("echo/B", "aws");

        JsonNode sync =
                service.created(importing(service.oneToOne(connection, "/echo", "echo/{{secretKey}}"), SOURCE_FIRST));
        assertThat(sync.path("syncStatus").textValue()).isEqualTo("succeeded");
        operations.awaitPolls(4);
        service.api().awaitSync(sync.path("id").textValue(), RunningService.PATIENCE);

        assertThat(operations.inKms("echo")).containsEntry("B", "aws");
        assertThat(operations.runs(sync.path("id").textValue())).hasSize(1);
    }

    @Test
    void aPollThatReadTheSourceBeforeARunDidDoesNotRunItAgain() {
        operations.folder("overtaken", Map.of("A", "1"));
        String id = service.created(service.oneToOne(connection, "/overtaken", "overtaken/{{secretKey}}"))
                .path("id")
                .textValue();
        operations.awaitPolls(2);
        SourceStates states = service.context().getBean(SourceStates.class);
        Source source = new Source(service.project.id(), "dev", "/overtaken");
        List<UUID> syncs = List.of(UUID.fromString(id));
        Map<UUID, String> before = states.actedUpon(syncs);
        SourceRead read = service.context().getBean(KmsSource.class).fetch(source, null);
        service.kms.setSecret(service.project, "dev", "/overtaken", "A", "2");
        Awaitility.await()
                .atMost(RunningService.PATIENCE)
                .until(() -> !states.actedUpon(syncs).equals(before));

        states.changed(source, ((SourceRead.Changed) read).snapshot(), syncs, before);
        operations.awaitPolls(2);
        service.api().awaitSync(id, RunningService.PATIENCE);
        assertThat(operations.runs(id)).hasSize(2);
        assertThat(service.aws.value("overtaken/A")).isEqualTo("2");
    }

    @Test
    @DisplayName("U3.4-16: an import only imports")
    void anImportThatWasAskedForOnlyImports() {
        operations.folder("asked", Map.of("A", "kms"));
        service.aws.putForeign("asked/A", "aws");
        service.aws.putForeign("asked/B", "aws");
        service.aws.clearJournal();
        String id = service.create(manual(service.oneToOne(connection, "/asked", "asked/{{secretKey}}")));

        JsonNode pending =
                service.api().post(SYNCS + id + "/import-secrets?importBehavior=prioritize-destination", null);
        assertThat(pending.at("/secretSync/importStatus").textValue()).isEqualTo("pending");
        JsonNode sync = operations.await(id, "importStatus");

        assertThat(sync.path("importStatus").textValue()).isEqualTo("succeeded");
        assertThat(sync.path("lastImportMessage").isNull()).isTrue();
        assertThat(sync.path("lastImportedAt").textValue()).isNotNull();
        assertThat(sync.path("lastImportJobId").textValue())
                .isEqualTo(operations.lastRun(id).path("id").textValue());
        assertThat(sync.path("syncStatus").isNull()).isTrue();
        assertThat(operations.inKms("asked")).isEqualTo(Map.of("A", "aws", "B", "aws"));
        assertThat(operations.writes()).isEmpty();
    }

    @Test
    void theSourceCountsMoreWhereThatWasAskedFor() {
        operations.folder("kept", Map.of("A", "kms"));
        service.aws.putForeign("kept/A", "aws");
        String id = service.create(manual(service.oneToOne(connection, "/kept", "kept/{{secretKey}}")));

        operations.imported(id, "prioritize-source");

        assertThat(operations.inKms("kept")).isEqualTo(Map.of("A", "kms"));
    }

    @Test
    @DisplayName(
            "U3.4-16: differs: to an automatic sync what was imported is a change like any other, so that the other "
                    + "syncs of the folder follow; it writes nothing (promise 7)")
    void theEchoOfAnImportWritesNothing() {
        operations.folder("quiet", Map.of("A", "kms"));
        JsonNode created = service.created(service.oneToOne(connection, "/quiet", "quiet/{{secretKey}}"));
        String id = created.path("id").textValue();
        service.aws.putForeign("quiet/B", "aws");
        service.aws.clearJournal();

        operations.imported(id, "prioritize-destination");
        Operations.await(() -> "import"
                        .equals(operations.runs(id).path(1).path("action").asText())
                && "succeeded".equals(operations.runs(id).path(0).path("status").asText()));

        assertThat(operations.lastRun(id).path("reason").textValue()).isEqualTo("change");
        assertThat(operations.inKms("quiet")).containsEntry("B", "aws");
        assertThat(operations.writes()).isEmpty();
    }

    @Test
    void whatWaitsForAnApprovalIsNotImported() {
        operations.folder("approval", Map.of());
        service.aws.putForeign("approval/A", "aws");
        String id = service.create(manual(service.oneToOne(connection, "/approval", "approval/{{secretKey}}")));
        service.kms.setApprovals(true);

        JsonNode sync = operations.imported(id, "prioritize-source");

        assertThat(sync.path("importStatus").textValue()).isEqualTo("failed");
        assertThat(sync.path("lastImportMessage").textValue()).contains("approval/A", "for approval (");
        assertThat(sync.path("lastImportedAt").isNull()).isTrue();
        assertThat(operations.lastRun(id).at("/outcomes/0/errorCode").textValue())
                .isEqualTo("ApprovalPending");
    }

    @Test
    void namesThatTheKmsRefusesAreReportedOneByOne() {
        operations.folder("refused", Map.of());
        service.aws.putForeign("refused/GOOD", "aws");
        service.aws.putForeign("refused/bad", "aws");
        String id = service.create(manual(service.oneToOne(connection, "/refused", "refused/{{secretKey}}")));
        service.kms.enforceUpperCaseNames(service.project, true);

        JsonNode sync = operations.imported(id, "prioritize-source");

        assertThat(sync.path("importStatus").textValue()).isEqualTo("failed");
        assertThat(sync.path("lastImportMessage").textValue())
                .contains("refused/bad", "UPPERCASE")
                .doesNotContain("GOOD");
        assertThat(operations.inKms("refused")).isEqualTo(Map.of("GOOD", "aws"));
    }

    @Test
    @DisplayName("U4-23: asking for a run of a source that is gone is 400")
    void aRequestMustBeComplete() {
        operations.folder("request", Map.of("A", "1"));
        String id = service.create(manual(service.oneToOne(connection, "/request", "request/{{secretKey}}")));

        assertThat(service.api()
                        .send("POST", SYNCS + id + "/import-secrets", null)
                        .status())
                .isEqualTo(422);

        service.kms.deleteFolder(service.project, "dev", "/request");
        for (String operation :
                new String[] {"sync-secrets", "remove-secrets", "import-secrets?importBehavior=prioritize-source"}) {
            ApiClient.Answer gone = service.api().send("POST", SYNCS + id + "/" + operation, null);
            assertThat(gone.status()).as(operation).isEqualTo(400);
            assertThat(gone.json().path("message").textValue())
                    .isEqualTo(
                            "Invalid source configuration: folder no longer exists. Please configure a valid source and"
                                    + " try again.");
        }
        assertThat(operations.sync(id).path("syncStatus").isNull()).isTrue();
    }

    private JsonNode first(String name, String behavior) {
        String id = service.create(
                importing(manual(service.oneToOne(connection, "/" + name, name + "/{{secretKey}}")), behavior));
        return service.run(id);
    }
}
