package ai.hanzo.kms.secretsync;

import static ai.hanzo.kms.secretsync.Operations.manual;
import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.emulator.Call;
import ai.hanzo.kms.secretsync.emulator.Fault;
import ai.hanzo.kms.secretsync.emulator.ForeignSecret;
import ai.hanzo.kms.secretsync.runs.RunReason;
import ai.hanzo.kms.secretsync.runs.Runs;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.TriggerKey;
import org.springframework.jdbc.core.JdbcTemplate;

/** What went wrong decides when it is tried again; and a status is true whatever happened. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FailurePolicyTest {
    private static final String CONNECTIONS = "/api/v1/app-connections/aws/";

    private RunningService service;
    private Operations operations;
    private int keys;

    @BeforeAll
    void start(@TempDir Path directory) {
        service = RunningService.start(directory);
        operations = new Operations(service);
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @AfterEach
    void asUsual() {
        service.aws.clearFaults();
        service.aws.listLag(Duration.ZERO);
    }

    @Test
    void whatMayPassIsTriedAgainSoon() {
        service.aws.inject(
                Fault.of(Fault.Kind.INTERNAL_500).operation("CreateSecret").always());

        String id = failed("passing", "value");

        assertThat(untilRetry(id)).hasValueSatisfying(in -> assertThat(in).isLessThan(Duration.ofMinutes(5)));
    }

    @Test
    void aMissingPermissionIsTriedAgainSlowlyAndTheMessageSaysSo() {
        service.aws.inject(
                Fault.of(Fault.Kind.ACCESS_DENIED).operation("CreateSecret").always());

        String id = failed("denied", "value");

        assertThat(untilRetry(id))
                .hasValueSatisfying(in -> assertThat(in).isBetween(Duration.ofMinutes(10), Duration.ofMinutes(40)));
        assertThat(message(id)).contains("It is tried again in about ");
    }

    @Test
    void aSecretThatAwsWillNeverTakeIsNotTriedAgainBeforeSomethingChanges() {
        String id = failed("wrong", "x".repeat(70_000));

        assertThat(untilRetry(id)).isEmpty();
        assertThat(message(id))
                .endsWith(
                        "It is tried again when the source or the sync changes, and when the destination is checked for"
                                + " drift.");

        service.kms.setSecret(service.project, "dev", "/wrong", "A", "short");
        Operations.await(() -> "succeeded".equals(status(id)));
    }

    @Test
    void aSecondLookThatFailsAfterAFailedChangeEndsTheRunLikeAnyFailure() {
        service.aws.putForeign(ForeignSecret.named("looks/A")
                .in("300000000000", RunningService.REGION)
                .value("theirs"));
        service.aws.listLag(Duration.ofMinutes(5));
        service.aws.inject(
                Fault.of(Fault.Kind.DROP_BEFORE).operation("DescribeSecret").always());

        String id = failed("looks", "value");

        assertThat(service.aws.count("CreateSecret")).isPositive();
        assertThat(untilRetry(id)).hasValueSatisfying(in -> assertThat(in).isLessThan(Duration.ofMinutes(5)));
    }

    @Test
    void aConnectionThatAwsDoesNotAcceptPausesAndOneRunThatWorksWakesItsSyncs() {
        String key = newKey();
        String connection = connection(key);
        String first = sync(connection, "first", "1");
        String second = sync(connection, "second", "1");
        service.aws.removeAccessKey(key);
        change("first");
        Operations.await(() -> "failed".equals(status(first)));

        JsonNode trouble = service.api().get(CONNECTIONS + connection).at("/appConnection/trouble");
        assertThat(trouble.path("message").textValue()).contains("credentials");
        assertThat(Duration.between(
                        Instant.now(), Instant.parse(trouble.path("nextTryAt").textValue())))
                .isBetween(Duration.ofMinutes(10), Duration.ofMinutes(16));
        service.aws.clearJournal();
        change("second");
        Operations.await(() -> "failed".equals(status(second)));
        assertThat(message(second)).startsWith("The AWS connection is paused since ");
        assertThat(service.aws.journal().stream().map(Call::operation)).isEmpty();

        service.aws.addAccessKey(key, secretOf(key), "300000000000");
        assertThat(service.run(first).path("syncStatus").textValue()).isEqualTo("succeeded");

        Operations.await(() -> "succeeded".equals(status(second)));
        assertThat(service.api()
                        .get(CONNECTIONS + connection)
                        .path("appConnection")
                        .has("trouble"))
                .isFalse();
    }

    @Test
    void whoeverSavesTheConnectionHasItsSyncsTriedAtOnce() {
        String key = newKey();
        String connection = connection(key);
        String id = sync(connection, "saved", "1");
        service.aws.removeAccessKey(key);
        change("saved");
        Operations.await(() -> "failed".equals(status(id)));

        String other = newKey();
        service.api()
                .patch(
                        CONNECTIONS + connection,
                        Map.of("credentials", Map.of("accessKeyId", other, "secretAccessKey", secretOf(other))));

        Operations.await(() -> "succeeded".equals(status(id)));
        assertThat(service.api()
                        .get(CONNECTIONS + connection)
                        .path("appConnection")
                        .has("trouble"))
                .isFalse();
    }

    @Test
    void ofTheSyncsOfAPausedConnectionOneTriesWhenItIsTime() {
        String key = newKey();
        String connection = connection(key);
        String id = sync(connection, "probe", "1");
        service.aws.removeAccessKey(key);
        change("probe");
        Operations.await(() -> "failed".equals(status(id)));
        jdbc().update(
                        "update connection_trouble set next_try_at = timestamp with time zone '2026-01-01 00:00:00+00' where"
                                + " connection_id = ?",
                        UUID.fromString(connection));
        service.aws.clearJournal();

        service.context().getBean(Runs.class).request(UUID.fromString(id), RunReason.CHANGE);
        Operations.await(() -> !service.aws.journal().isEmpty() && "failed".equals(status(id)));

        JsonNode trouble = service.api().get(CONNECTIONS + connection).at("/appConnection/trouble");
        assertThat(Duration.between(
                        Instant.now(), Instant.parse(trouble.path("nextTryAt").textValue())))
                .as("longer than the first time")
                .isGreaterThan(Duration.ofMinutes(25));
    }

    @Test
    void noStatusWaitsForeverForARunThatWasLost() {
        String connection = connection(newKey());
        operations.folder("lost", Map.of("A", "1"));
        String id = service.create(manual(service.oneToOne(connection, "/lost", "lost/{{secretKey}}")));
        UUID run = UUID.randomUUID();
        jdbc().update(
                        "insert into sync_run (id, sync_id, action, reason, status, started_at) values (?, ?, 'import',"
                                + " 'manual', 'running', current_timestamp)",
                        run,
                        UUID.fromString(id));
        jdbc().update(
                        "update sync_state set sync_status = 'pending', import_status = 'running' where sync_id = ?",
                        UUID.fromString(id));

        service.stop();
        service.startAgain();

        Operations.await(() -> "succeeded".equals(status(id)));
        JsonNode sync = operations.sync(id);
        assertThat(sync.path("importStatus").textValue()).isEqualTo("failed");
        assertThat(sync.path("lastImportMessage").textValue()).endsWith("Ask again.");
        assertThat(service.api()
                        .get(Operations.SYNCS + id + "/runs/" + run)
                        .at("/run/status")
                        .textValue())
                .isEqualTo("failed");
        assertThat(service.aws.secret("300000000000", RunningService.REGION, "lost/A"))
                .isPresent();
    }

    /** A sync whose first run has failed. */
    private String failed(String name, String value) {
        return settled(connection(newKey()), name, value, "failed");
    }

    /** A sync that follows its source and is up to date. */
    private String sync(String connection, String name, String value) {
        return settled(connection, name, value, "succeeded");
    }

    /** A new sync whose source has been asked for the first time, which is a change, and which has nothing to do any more. */
    private String settled(String connection, String name, String value, String status) {
        operations.folder(name, Map.of("A", value));
        String id = service.create(service.oneToOne(connection, "/" + name, name + "/{{secretKey}}"));
        Operations.await(() -> jdbc().queryForObject(
                                        "select count(*) from source_state where secret_path = ? and etag is not null",
                                        Integer.class,
                                        "/" + name)
                        == 1
                && status.equals(status(id)));
        return id;
    }

    private void change(String name) {
        service.kms.setSecret(service.project, "dev", "/" + name, "A", "changed");
    }

    private String status(String id) {
        return operations.sync(id).path("syncStatus").textValue();
    }

    private String message(String id) {
        return operations.sync(id).path("lastSyncMessage").textValue();
    }

    private JdbcTemplate jdbc() {
        return service.context().getBean(JdbcTemplate.class);
    }

    private Optional<Duration> untilRetry(String id) {
        try {
            Trigger retry = service.context().getBean(Scheduler.class).getTrigger(new TriggerKey(id, "retries"));
            return Optional.ofNullable(retry)
                    .map(trigger -> Duration.between(
                            Instant.now(), trigger.getNextFireTime().toInstant()));
        } catch (SchedulerException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An access key that AWS knows. */
    private String newKey() {
        String key = "AKIAPOLICY%010d".formatted(keys++);
        service.aws.addAccessKey(key, secretOf(key), "300000000000");
        return key;
    }

    private static String secretOf(String key) {
        return "secret/access/key/of/" + key;
    }

    private String connection(String key) {
        return service.api()
                .post(
                        CONNECTIONS.substring(0, CONNECTIONS.length() - 1),
                        Map.of(
                                "name",
                                "connection-" + UUID.randomUUID(),
                                "method",
                                "access-key",
                                "projectId",
                                service.project.id(),
                                "credentials",
                                Map.of("accessKeyId", key, "secretAccessKey", secretOf(key))))
                .at("/appConnection/id")
                .textValue();
    }
}
