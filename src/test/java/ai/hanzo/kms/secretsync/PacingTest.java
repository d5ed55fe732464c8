package ai.hanzo.kms.secretsync;

import static ai.hanzo.kms.secretsync.Operations.manual;
import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.emulator.Call;
import ai.hanzo.kms.secretsync.emulator.Fault;
import ai.hanzo.kms.secretsync.emulator.Quotas;
import ai.hanzo.kms.secretsync.runs.LiveInstances;
import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** AWS's request quotas are a matter of pace, never of failure. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PacingTest {
    /** Each test has an account of its own, and so a pace. */
    private int accounts;

    private RunningService service;
    private Operations operations;

    @BeforeAll
    void start(@TempDir Path directory) {
        service = RunningService.start(
                directory, Map.of("SECRET_SYNC_QUOTAS_CREATE", "50", "SECRET_SYNC_PARALLEL_CHANGES", "8"));
        operations = new Operations(service);
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @AfterEach
    void asUsual() {
        service.aws.clearFaults();
        service.aws.quotas().reset();
    }

    @Test
    void whereEverySecondCallIsThrottledAllSecretsArriveAndNoneFails() {
        String id = sync(connection(account()), "half", 150);
        service.aws.inject(
                Fault.of(Fault.Kind.THROTTLE).operation("CreateSecret").everySecondCall());
        service.aws.clearJournal();

        JsonNode sync = service.run(id);

        assertThat(sync.path("lastSyncMessage").isNull()).isTrue();
        assertThat(sync.path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(service.aws.count("CreateSecret")).isBetween(299L, 301L);
        assertThat(operations.lastRun(id).at("/counts/succeeded").asInt()).isEqualTo(150);
    }

    @Test
    void aQuotaThatOthersHaveCutIsNotRunAgainst() {
        String id = sync(connection(account()), "cut", 150);
        service.aws.quotas().rate(Quotas.Family.CREATE, 10).enable();
        service.aws.clearJournal();

        JsonNode sync = service.run(id);

        assertThat(sync.path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(service.aws.count("CreateSecret"))
                .as("calls for 150 secrets, at first at five times the quota")
                .isLessThan(2 * 150);
    }

    @Test
    void aDestinationThatIsThrottledKeepsNoOtherWaiting() {
        String account = account();
        String stuck = sync(connection(account), "stuck", 40);
        String free = sync(connection(account()), "free", 100);
        service.aws.inject(Fault.of(Fault.Kind.THROTTLE)
                .operation("CreateSecret")
                .account(account)
                .always());
        service.api().post(Operations.SYNCS + stuck + "/sync-secrets", null);
        Operations.await(() -> service.aws.journal().stream()
                        .filter(call -> call.operation().equals("CreateSecret") && account.equals(call.account()))
                        .count()
                > 8);

        assertThat(service.run(free).path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(operations.sync(stuck).path("syncStatus").textValue()).isEqualTo("running");

        service.aws.clearFaults();
        assertThat(operations.await(stuck, "syncStatus").path("syncStatus").textValue())
                .isEqualTo("succeeded");
        assertThat(service.aws.secrets(account, RunningService.REGION)).hasSize(40);
    }

    @Test
    void whatAnAccountRefusesSlowsDownNoOther() {
        String refusing = account();
        String other = account();
        String half = sync(connection(refusing), "refusing", 10);
        String free = sync(connection(other), "other", 10);
        service.run(half);
        service.run(free);
        assertThat(throttles(refusing) + throttles(other)).isZero();
        service.aws.inject(Fault.of(Fault.Kind.THROTTLE)
                .operation("UpdateSecret")
                .account(refusing)
                .times(3));
        for (int i = 0; i < 10; i++) {
            service.kms.setSecret(service.project, "dev", "/refusing", "KEY_" + i, "changed");
        }

        service.run(half);

        assertThat(throttles(refusing)).isEqualTo(3);
        assertThat(throttles(other)).isZero();
    }

    private double throttles(String account) {
        return service
                .context()
                .getBean(MeterRegistry.class)
                .find("secret.sync.aws.throttles")
                .tag("account", account)
                .counters()
                .stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    @Test
    void whatSomebodyWaitsForComesBeforeWhatOnlyGoes() {
        String id = sync(connection(account()), "order", 8);
        service.run(id);
        for (int i = 0; i < 8; i++) {
            service.kms.deleteSecret(service.project, "dev", "/order", "KEY_" + i);
            service.kms.setSecret(service.project, "dev", "/order", "NEW_" + i, "value");
        }
        service.aws.clearJournal();

        service.run(id);

        List<String> writes = service.aws.writes().stream().map(Call::operation).toList();
        assertThat(writes).hasSize(16);
        assertThat(writes.subList(0, 8)).containsOnly("CreateSecret");
    }

    @Test
    void instancesThatHaveCheckedInLatelyShareTheQuotas() {
        LiveInstances instances = service.context().getBean(LiveInstances.class);
        JdbcTemplate jdbc = service.context().getBean(JdbcTemplate.class);
        assertThat(instances.count()).as("alone").isEqualTo(1);
        String checkIn =
                "insert into qrtz_scheduler_state (sched_name, instance_name, last_checkin_time, checkin_interval)"
                        + " values ('cluster', ?, ?, 7500)";
        try {
            jdbc.update(checkIn, "this", System.currentTimeMillis());
            jdbc.update(checkIn, "other", System.currentTimeMillis() - 8_000);
            jdbc.update(checkIn, "dead", System.currentTimeMillis() - 60_000);

            assertThat(instances.count()).isEqualTo(2);
        } finally {
            jdbc.update("delete from qrtz_scheduler_state where sched_name = 'cluster'");
        }
    }

    private String sync(String connectionId, String name, int secrets) {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < secrets; i++) {
            values.put("KEY_" + i, "value-" + i);
        }
        operations.folder(name, values);
        return service.create(manual(service.oneToOne(connectionId, "/" + name, name + "/{{secretKey}}")));
    }

    /** A new AWS account. */
    private String account() {
        return "%012d".formatted(200_000_000_000L + accounts++);
    }

    private String connection(String account) {
        String accessKeyId = "AKIA" + account + "0000";
        String secretAccessKey = "secret/access/key/of/account/" + account;
        service.aws.addAccessKey(accessKeyId, secretAccessKey, account);
        return service.connection(accessKeyId, secretAccessKey);
    }
}
