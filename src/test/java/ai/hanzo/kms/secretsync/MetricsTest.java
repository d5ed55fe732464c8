package ai.hanzo.kms.secretsync;

import static ai.hanzo.kms.secretsync.Operations.manual;
import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.emulator.Fault;
import ai.hanzo.kms.secretsync.runs.FinishedRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What can be watched from outside: the end of each run, and numbers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MetricsTest {
    private RunningService service;
    private Operations operations;
    private String connection;

    /** As a team would write them: one listener that fails, which must not matter to anybody, and one that hears. */
    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        Path routes = directory.resolve("team.camel.yaml");
        Files.writeString(routes, """
                - route:
                    id: team-that-fails
                    errorHandler:
                      noErrorHandler: {}
                    from:
                      uri: seda:finished-runs?multipleConsumers=true
                      steps:
                        - throwException:
                            exceptionType: java.lang.IllegalStateException
                            message: team
                - route:
                    id: team-that-hears
                    from:
                      uri: seda:finished-runs?multipleConsumers=true
                      steps:
                        - to: mock:heard
                """);
        service = RunningService.start(directory, Map.of("EXTRA_ROUTES", "file:" + routes));
        operations = new Operations(service);
        connection = service.connection();
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @AfterEach
    void asUsual() {
        service.aws.clearFaults();
    }

    @Test
    void everyRunThatEndsIsToldToWhoeverListens() throws Exception {
        operations.folder("told", Map.of("A", "MARKER-value"));
        String id = service.create(manual(service.oneToOne(connection, "/told", "told/{{secretKey}}")));
        CamelContext camel = service.context().getBean(CamelContext.class);
        MockEndpoint heard = camel.getEndpoint("mock:heard", MockEndpoint.class);
        heard.reset();
        heard.expectedMessageCount(1);

        service.run(id);

        heard.assertIsSatisfied();
        FinishedRun run = heard.getExchanges().get(0).getMessage().getBody(FinishedRun.class);
        assertThat(run.syncId()).hasToString(id);
        assertThat(run.status()).isEqualTo("succeeded");
        assertThat(run.failed()).isFalse();
        assertThat(run.counts().succeeded()).isEqualTo(1);
        assertThat(run.requestedAt()).isBeforeOrEqualTo(run.finishedAt());
        assertThat(run.toString()).doesNotContain("MARKER");
    }

    @Test
    void runsOutcomesAndWhatWaitsAreCounted() {
        operations.folder("counted", Map.of("GOOD", "1", "BAD", "2"));
        String id = service.create(manual(service.oneToOne(connection, "/counted", "counted/{{secretKey}}")));
        service.aws.inject(Fault.of(Fault.Kind.ACCESS_DENIED)
                .operation("CreateSecret")
                .secret("counted/BAD")
                .always());

        service.run(id);

        Operations.await(() -> metrics().contains("status=\"failed\""));
        String metrics = metrics();
        assertThat(metrics)
                .containsPattern(
                        "secret_sync_runs_seconds_count\\{action=\"sync\",.*reason=\"manual\",status=\"failed\".*} 1")
                .contains(
                        "secret_sync_outcomes_total{",
                        "secret_sync_lag_seconds_bucket",
                        "secret_sync_queue_age_seconds")
                .containsPattern("secret_sync_failing\\S* 1")
                .doesNotContain("counted/", id);
    }

    private String metrics() {
        return ApiClient.with(service.management(), null)
                .send("GET", "/actuator/prometheus", null)
                .text();
    }
}
