package ai.hanzo.kms.secretsync;

import static ai.hanzo.kms.secretsync.Operations.SYNCS;
import static ai.hanzo.kms.secretsync.Operations.manual;
import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.audit.AuditVerification;
import ai.hanzo.kms.secretsync.devkms.Grant;
import ai.hanzo.kms.secretsync.devkms.Project;
import ai.hanzo.kms.secretsync.emulator.Fault;
import ai.hanzo.kms.secretsync.emulator.SecretsManagerEmulator;
import ai.hanzo.kms.secretsync.runs.Outcome;
import ai.hanzo.kms.secretsync.runs.Run;
import ai.hanzo.kms.secretsync.runs.RunAction;
import ai.hanzo.kms.secretsync.runs.RunReason;
import ai.hanzo.kms.secretsync.runs.RunStatus;
import ai.hanzo.kms.secretsync.sync.Origin;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Whatever is changed, by whomever, is on record - by name, and never a value. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuditTest {
    private static final String MARK = "MarkedAuditValue5Zk";
    private static final String CONNECTIONS = "/api/v1/app-connections/aws";

    private RunningService service;
    private Operations operations;
    private String connection;

    @BeforeAll
    void start(@TempDir Path directory) {
        service = RunningService.start(directory);
        operations = new Operations(service);
        connection = service.connection();
    }

    /** After everything that the tests did. */
    @AfterAll
    void nothingShowsAValueAndTheChainIsInOrder() {
        try {
            JdbcTemplate sql = service.context().getBean(JdbcTemplate.class);
            List<Map<String, Object>> entries = sql.queryForList("select * from audit_entry");
            assertThat(entries).isNotEmpty();
            assertThat(entries.toString()).doesNotContain(MARK, SecretsManagerEmulator.SECRET_ACCESS_KEY, "Bearer");
            AuditVerification.Verdict verdict =
                    service.context().getBean(AuditVerification.class).verify(null);
            assertThat(verdict.fault()).isNull();
            assertThat(verdict.entries()).isEqualTo(entries.size());
        } finally {
            service.close();
        }
    }

    @AfterEach
    void asUsual() {
        service.aws.clearFaults();
    }

    private JsonNode page(String query) {
        return service.api().get("/api/v1/audit?" + query);
    }

    /** Entries of the project that are about one thing, the newest first. */
    private List<JsonNode> about(String id) {
        JsonNode page = page("projectId=" + service.project.id() + "&limit=100");
        return StreamSupport.stream(page.path("auditEntries").spliterator(), false)
                .filter(entry -> entry.path("details").toString().contains(id))
                .toList();
    }

    private List<String> events(String id) {
        return about(id).stream().map(entry -> entry.path("event").textValue()).toList();
    }

    private JsonNode last(String id, String event) {
        return about(id).stream()
                .filter(entry -> entry.path("event").textValue().equals(event))
                .findFirst()
                .orElseThrow(() -> new AssertionError("No " + event + " of " + id + " but " + events(id)));
    }

    private static Map<String, Object> accessKey(String secret) {
        return Map.of("accessKeyId", SecretsManagerEmulator.ACCESS_KEY_ID, "secretAccessKey", secret);
    }

    // Connections

    @Test
    void theLifeOfAConnectionIsOnRecordWithoutItsCredentials() {
        service.aws.addAccessKey("AKIAAUDITED000000001", MARK + "/secret", SecretsManagerEmulator.ACCOUNT);
        String id = service.api()
                .post(
                        CONNECTIONS,
                        Map.of(
                                "name",
                                "audited",
                                "description",
                                MARK,
                                "method",
                                "access-key",
                                "projectId",
                                service.project.id(),
                                "credentials",
                                accessKey(SecretsManagerEmulator.SECRET_ACCESS_KEY)))
                .at("/appConnection/id")
                .textValue();
        service.api()
                .patch(
                        CONNECTIONS + "/" + id,
                        Map.of(
                                "name",
                                "renamed",
                                "credentials",
                                Map.of("accessKeyId", "AKIAAUDITED000000001", "secretAccessKey", MARK + "/secret")));
        service.api().patch(CONNECTIONS + "/" + id, Map.of("description", MARK + "2"));
        service.api().delete(CONNECTIONS + "/" + id);

        assertThat(events(id))
                .containsExactly(
                        "delete-app-connection",
                        "update-app-connection",
                        "update-app-connection",
                        "create-app-connection");
        JsonNode created = last(id, "create-app-connection");
        assertThat(created.at("/details/name").textValue()).isEqualTo("audited");
        assertThat(created.at("/details/method").textValue()).isEqualTo("access-key");
        assertThat(created.at("/details/accountId").textValue()).isEqualTo(SecretsManagerEmulator.ACCOUNT);
        assertThat(about(id).get(2).at("/details/changed").toString()).isEqualTo("[\"name\",\"credentials\"]");
        assertThat(about(id).get(2).at("/details/nameBefore").textValue()).isEqualTo("audited");
        assertThat(about(id).get(1).at("/details/changed").toString()).isEqualTo("[\"description\"]");
        for (JsonNode entry : about(id)) {
            assertThat(entry.path("actor").textValue()).isEqualTo("identity:" + service.caller.id());
            assertThat(entry.path("address").textValue()).isEqualTo("127.0.0.1");
            assertThat(entry.path("requestId").textValue()).matches("req-[A-Za-z0-9]{14}");
            assertThat(Instant.parse(entry.path("at").textValue())).isBeforeOrEqualTo(Instant.now());
            assertThat(entry.path("projectId").textValue()).isEqualTo(service.project.id());
        }
        assertThat(about(id).stream().map(entry -> entry.path("requestId").textValue()))
                .doesNotHaveDuplicates();
        assertThat(about(id).toString()).doesNotContain(MARK);
    }

    @Test
    void whatIsRefusedIsNotOnRecord() {
        int before =
                page("projectId=" + service.project.id()).path("totalCount").intValue();

        service.api()
                .send(
                        "POST",
                        CONNECTIONS,
                        Map.of(
                                "name",
                                "refused",
                                "method",
                                "access-key",
                                "projectId",
                                service.project.id(),
                                "credentials",
                                accessKey(MARK + "/wrong")));
        service.api().send("DELETE", CONNECTIONS + "/" + UUID.randomUUID(), null);

        assertThat(page("projectId=" + service.project.id()).path("totalCount").intValue())
                .isEqualTo(before);
    }

    @Test
    void aConnectionWithoutAProjectBelongsToTheOrganization() {
        String id = service.api()
                .post(
                        CONNECTIONS,
                        Map.of(
                                "name", "of-all",
                                "method", "access-key",
                                "credentials", accessKey(SecretsManagerEmulator.SECRET_ACCESS_KEY)))
                .at("/appConnection/id")
                .textValue();

        assertThat(about(id)).isEmpty();
        JsonNode entry = page("limit=1").path("auditEntries").path(0);
        assertThat(entry.at("/details/connectionId").textValue()).isEqualTo(id);
        assertThat(entry.path("orgId").textValue()).isEqualTo(service.organization.id());
        assertThat(entry.path("projectId").isNull()).isTrue();
    }

    // Syncs and runs

    @Test
    @DisplayName("U4-26: a run is on record with its names; differs: also where it failed (promise 6)")
    void theLifeOfASyncIsOnRecordByName() {
        operations.folder("life", Map.of("A", MARK, "B", MARK, "BAD", MARK));
        service.aws.inject(Fault.of(Fault.Kind.ACCESS_DENIED)
                .operation("CreateSecret")
                .secret("life/BAD")
                .always());
        Map<String, Object> sync = manual(service.oneToOne(connection, "/life", "life/{{secretKey}}"));
        sync.put("description", MARK);
        String id = service.create(sync);

        service.run(id);

        assertThat(events(id))
                .containsExactly("secret-sync-sync-secrets", "request-sync-secrets", "create-secret-sync");
        JsonNode created = last(id, "create-secret-sync");
        assertThat(created.at("/details/settings/keySchema").textValue()).isEqualTo("life/{{secretKey}}");
        assertThat(created.at("/details/settings/connectionId").textValue()).isEqualTo(connection);
        JsonNode run = last(id, "secret-sync-sync-secrets");
        JsonNode asked = last(id, "request-sync-secrets");
        assertThat(run.at("/details/created").toString()).isEqualTo("[\"life/A\",\"life/B\"]");
        assertThat(run.at("/details/failed/0/name").textValue()).isEqualTo("life/BAD");
        assertThat(run.at("/details/failed/0/change").textValue()).isEqualTo("create");
        assertThat(run.at("/details/failed/0/code").textValue()).startsWith("AccessDenied");
        assertThat(run.at("/details/status").textValue()).isEqualTo("failed");
        assertThat(run.at("/details/reason").textValue()).isEqualTo("manual");
        assertThat(run.at("/details/runId")).isEqualTo(operations.lastRun(id).path("id"));
        assertThat(run.path("actor").textValue()).isEqualTo("identity:" + service.caller.id());
        assertThat(run.path("requestId")).isEqualTo(asked.path("requestId"));
        assertThat(run.path("address").textValue()).isEqualTo("127.0.0.1");

        service.aws.clearFaults();
        service.kms.setSecret(service.project, "dev", "/life", "A", MARK + "2");
        service.kms.deleteSecret(service.project, "dev", "/life", "B");
        service.run(id);
        run = last(id, "secret-sync-sync-secrets");
        assertThat(run.at("/details/updated").toString()).isEqualTo("[\"life/A\"]");
        assertThat(run.at("/details/created").toString()).isEqualTo("[\"life/BAD\"]");
        assertThat(run.at("/details/deleted").toString()).isEqualTo("[\"life/B\"]");
        assertThat(run.path("details").has("failed")).isFalse();

        service.run(id);
        run = last(id, "secret-sync-sync-secrets");
        assertThat(run.at("/details/status").textValue()).isEqualTo("succeeded");
        assertThat(run.path("details").has("created")).isFalse();

        Map<String, Object> options = new HashMap<>(RunningService.options(sync));
        options.put("keyId", "alias/other");
        service.api().patch(SYNCS + id, Map.of("description", MARK + "2", "syncOptions", options));
        assertThat(last(id, "update-secret-sync").at("/details/changed").toString())
                .isEqualTo("{\"description\":{},\"keyId\":{\"from\":null,\"to\":\"alias/other\"}}");

        service.api().delete(SYNCS + id);
        assertThat(events(id)).startsWith("delete-secret-sync");
        assertThat(about(id).toString()).doesNotContain(MARK);
    }

    @Test
    @DisplayName("U4-27: the actor is who asked, otherwise the system")
    void whatTheServiceDoesByItselfIsOnRecordAsThat() {
        operations.folder("followed", Map.of("A", MARK));
        Map<String, Object> sync = service.oneToOne(connection, "/followed", "followed/{{secretKey}}");
        String id = service.created(sync).path("id").textValue();
        assertThat(last(id, "secret-sync-sync-secrets").path("actor").textValue())
                .as("the first run is that of who configured it")
                .isEqualTo("identity:" + service.caller.id());

        service.kms.setSecret(service.project, "dev", "/followed", "A", MARK + "2");
        Operations.await(() -> last(id, "secret-sync-sync-secrets")
                .at("/details/reason")
                .asText()
                .equals("change"));

        JsonNode run = last(id, "secret-sync-sync-secrets");
        assertThat(run.path("actor").textValue()).isEqualTo("system");
        assertThat(run.path("address").isNull()).isTrue();
        assertThat(run.path("requestId").isNull()).isTrue();
        int entries = about(id).size();
        operations.awaitPolls(2);
        assertThat(about(id)).as("a poll that finds nothing is no run").hasSize(entries);
        service.api().delete(SYNCS + id);
    }

    @Test
    @DisplayName("U4-28: differs: a deletion with removeSecrets keeps its actor (promise 6)")
    void importsRemovalsAndApprovalsAreOnRecordWithWhoAskedForThem() {
        Map<String, String> many = new HashMap<>();
        IntStream.range(0, 12).forEach(i -> many.put("GOES_" + i, MARK));
        operations.folder("asked", many);
        service.kms.setSecret(service.project, "dev", "/asked", "STAYS", MARK);
        String id = service.create(manual(service.oneToOne(connection, "/asked", "asked/{{secretKey}}")));
        service.run(id);

        operations.imported(id, "prioritize-destination");
        assertThat(last(id, "request-import-secrets")
                        .at("/details/importBehavior")
                        .textValue())
                .isEqualTo("prioritize-destination");
        assertThat(last(id, "secret-sync-import-secrets").path("requestId"))
                .isEqualTo(last(id, "request-import-secrets").path("requestId"));

        many.keySet().forEach(key -> service.kms.deleteSecret(service.project, "dev", "/asked", key));
        operations.ask(id, "sync-secrets?approveDeletions=true", "syncStatus");
        assertThat(last(id, "approve-deletions").at("/details/deletions")).hasSize(12);
        assertThat(last(id, "secret-sync-sync-secrets").at("/details/deleted")).hasSize(12);

        service.api().delete(SYNCS + id + "?removeSecrets=true");
        Operations.await(() -> events(id).contains("delete-secret-sync"));
        assertThat(last(id, "request-remove-secrets").at("/details/thenDelete").booleanValue())
                .isTrue();
        assertThat(last(id, "secret-sync-remove-secrets").at("/details/deleted").toString())
                .isEqualTo("[\"asked/STAYS\"]");
        assertThat(last(id, "delete-secret-sync").path("actor").textValue())
                .isEqualTo("identity:" + service.caller.id());
        assertThat(last(id, "delete-secret-sync").path("requestId"))
                .isEqualTo(last(id, "request-remove-secrets").path("requestId"));
    }

    @Test
    @DisplayName("U4-25: differs: no mail is sent; the audit trail and the record of the run have the reason (promise "
            + "6)")
    void aRunThatCouldNotBeginItsWorkIsOnRecordWithTheReason() {
        operations.folder("denied", Map.of("A", MARK));
        String id = service.create(manual(service.oneToOne(connection, "/denied", "denied/{{secretKey}}")));
        service.aws.inject(
                Fault.of(Fault.Kind.ACCESS_DENIED).operation("ListSecrets").always());

        service.run(id);

        JsonNode run = last(id, "secret-sync-sync-secrets");
        assertThat(run.at("/details/status").textValue()).isEqualTo("failed");
        assertThat(run.at("/details/error").textValue()).startsWith("AccessDenied");
    }

    @Test
    @DisplayName("U5.2-11: a run that was cut off is told as that")
    void aRunThatWasCutOffIsOnRecordWithWhatItHadWritten() {
        operations.folder("cut", Map.of("A", MARK, "B", MARK));
        String id = service.create(manual(service.oneToOne(connection, "/cut", "cut/{{secretKey}}")));
        service.run(id);
        JdbcTemplate sql = service.context().getBean(JdbcTemplate.class);
        // As a crash leaves it: one write confirmed, one begun, and the run never ended.
        String run = operations.lastRun(id).path("id").textValue();
        sql.update("update sync_run set status = 'running', finished_at = null where id = ?", UUID.fromString(run));
        sql.update(
                "update managed_secret set pending_token = 'token', pending_generation = generation, generation = 0"
                        + " where sync_id = ? and name = 'cut/B'",
                UUID.fromString(id));

        service.run(id);

        JsonNode cut = about(run).stream()
                .filter(entry -> entry.at("/details/error").asText().equals("Interrupted"))
                .findFirst()
                .orElseThrow();
        assertThat(cut.at("/details/written").toString()).isEqualTo("[\"cut/A\"]");
        assertThat(cut.at("/details/begun").toString()).isEqualTo("[\"cut/B\"]");
        assertThat(cut.path("actor").textValue()).isEqualTo("system");
    }

    @Test
    void aRunWithVeryManyNamesHasSeveralEntriesThatLeaveNoneOut() {
        String id = service.create(manual(service.oneToOne(connection, "/", "many/{{secretKey}}")));
        Run run = new Run(
                UUID.randomUUID(),
                UUID.fromString(id),
                RunAction.SYNC,
                RunReason.MANUAL,
                1,
                null,
                Instant.now(),
                null,
                false,
                null,
                new LongAdder(),
                Origin.SYSTEM);
        List<Outcome> outcomes = new ArrayList<>();
        IntStream.range(0, 1_500).forEach(i -> outcomes.add(Outcome.succeeded("name-" + i, "create")));
        IntStream.range(1_500, 2_500)
                .forEach(i ->
                        outcomes.add(new Outcome("name-" + i, "update", Outcome.Result.FAILED, "Code", MARK, MARK)));
        IntStream.range(0, 5_000).forEach(i -> outcomes.add(Outcome.unchanged("unchanged-" + i)));

        new TransactionTemplate(service.context().getBean(PlatformTransactionManager.class))
                .executeWithoutResult(status ->
                        service.context().getBean(Auditing.class).ended(run, null, RunStatus.FAILED, null, outcomes));

        List<JsonNode> parts = about(run.id().toString());
        assertThat(parts).hasSize(3);
        Set<String> names = new HashSet<>();
        for (JsonNode part : parts) {
            assertThat(part.at("/details/parts").intValue()).isEqualTo(3);
            part.at("/details/created").forEach(name -> names.add(name.textValue()));
            part.at("/details/failed").forEach(one -> names.add(one.path("name").textValue()));
        }
        assertThat(parts.stream().map(part -> part.at("/details/part").intValue()))
                .containsExactly(3, 2, 1);
        assertThat(names).hasSize(2_500).allMatch(name -> name.startsWith("name-"));
        service.api().delete(SYNCS + id);
    }

    @Test
    void whatIsPausedAndResumedIsOnRecordWithoutTheReason() {
        String id = service.create(manual(service.oneToOne(connection, "/", "paused/{{secretKey}}")));
        for (Map<String, Object> target :
                List.of(Map.<String, Object>of("syncId", id), Map.<String, Object>of("connectionId", connection))) {
            Map<String, Object> because = new HashMap<>(target);
            because.put("reason", MARK);
            service.api().post("/api/v1/secret-syncs/pause", because);
            service.api().post("/api/v1/secret-syncs/resume", target);
        }

        assertThat(events(id)).containsExactly("resume-secret-sync", "pause-secret-sync", "create-secret-sync");
        assertThat(events(connection)).contains("resume-app-connection", "pause-app-connection");
        assertThat(last(id, "pause-secret-sync").path("actor").textValue())
                .isEqualTo("identity:" + service.caller.id());
        service.api().delete(SYNCS + id);
    }

    // Who may read

    @Test
    void aProjectsTrailIsItsMembersOnly() {
        Project theirs = service.kms.addProject(service.kms.addOrganization("Audit"), "Theirs", "theirs", "dev");
        ApiClient stranger = ApiClient.with(
                service.base(),
                service.kms.tokenFor(service.kms.addIdentity("audit-stranger", "secret", Grant.write(theirs))));
        String none = UUID.randomUUID().toString();

        ApiClient.Answer ofOurs = stranger.send("GET", "/api/v1/audit?projectId=" + service.project.id(), null);
        ApiClient.Answer ofNone = stranger.send("GET", "/api/v1/audit?projectId=" + none, null);

        assertThat(ofOurs.status()).isEqualTo(ofNone.status()).isNotEqualTo(200);
        assertThat(ofOurs.json().path("message").textValue().replace(service.project.id(), none))
                .isEqualTo(ofNone.json().path("message").textValue());
        assertThat(stranger.get("/api/v1/audit").path("totalCount").intValue()).isZero();
        assertThat(stranger.get("/api/v1/audit?projectId=" + theirs.id())
                        .path("totalCount")
                        .intValue())
                .isZero();
    }

    @Test
    void theTrailIsReadInPages() {
        operations.folder("paged", Map.of("A", MARK));
        String id = service.create(manual(service.oneToOne(connection, "/paged", "paged/{{secretKey}}")));
        service.run(id);

        JsonNode first = page("projectId=" + service.project.id() + "&limit=2");
        JsonNode second = page("projectId=" + service.project.id() + "&limit=2&offset=1");

        assertThat(first.path("auditEntries")).hasSize(2);
        assertThat(second.path("auditEntries").path(0))
                .isEqualTo(first.path("auditEntries").path(1));
        assertThat(first.path("totalCount").intValue()).isGreaterThan(2);
        JsonNode newest = first.path("auditEntries").path(0);
        assertThat(newest.path("number").longValue())
                .isGreaterThan(first.path("auditEntries").path(1).path("number").longValue());
        assertThat(newest.path("hash").textValue()).matches("[0-9a-f]{64}");
        assertThat(service.api()
                        .send("GET", "/api/v1/audit?projectId=" + service.project.id() + "&limit=0", null)
                        .status())
                .isEqualTo(422);
    }
}
