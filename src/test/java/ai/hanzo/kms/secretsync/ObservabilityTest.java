package ai.hanzo.kms.secretsync;

import static ai.hanzo.kms.secretsync.Operations.manual;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.logging.LoggingSystemProperty;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.yaml.snakeyaml.Yaml;

/** Logs as JSON, traces to a collector, and that the dashboard and the alerts ask for metrics that there are. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
class ObservabilityTest {
    private static final String VALUE = "MarkedValueOfATrace";
    private static final Pattern METRIC = Pattern.compile("\\b(secret_sync|http_server|jvm|process)_\\w+");

    private final Queue<String> traces = new ConcurrentLinkedQueue<>();
    private HttpServer collector;
    private RunningService service;
    private Operations operations;
    private String connection;

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/v1/traces", exchange -> {
            traces.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        collector.start();
        service = RunningService.start(
                directory,
                Map.of(
                        "logging.structured.format.console",
                        "ecs",
                        "management.otlp.tracing.endpoint",
                        "http://127.0.0.1:" + collector.getAddress().getPort() + "/v1/traces",
                        "management.tracing.sampling.probability",
                        "1"));
        operations = new Operations(service);
        connection = service.connection();
    }

    @AfterAll
    void stop() {
        service.close();
        collector.stop(0);
        // Spring Boot leaves it to whatever starts in this JVM after that.
        System.clearProperty(LoggingSystemProperty.CONSOLE_STRUCTURED_FORMAT.getEnvironmentVariableName());
    }

    @Test
    void linesAboutARunAreJsonWithItsIds(CapturedOutput output) {
        String id = synced("logged");

        JsonNode line = output.getOut()
                .lines()
                .filter(text -> text.startsWith("{"))
                .map(ObservabilityTest::json)
                .filter(object -> id.equals(object.path("syncId").textValue()))
                .filter(object -> object.path("message").asText().contains("1 succeeded"))
                .findFirst()
                .orElseThrow();
        assertThat(line.path("runId").textValue())
                .isEqualTo(operations.lastRun(id).path("id").textValue());
    }

    @Test
    void tracesShowTheRoutesAndNeverAValue() {
        synced("traced");

        Operations.await(() -> traces().contains("direct://make-change") && traces().contains("aws-secrets-manager"));
        assertThat(traces()).contains("/api/v1/secret-syncs").doesNotContain(VALUE);
    }

    @Test
    void theDashboardAndTheAlertsAskForMetricsThatThereAre() throws IOException {
        synced("measured");
        String metrics = ApiClient.with(service.management(), null)
                .send("GET", "/actuator/prometheus", null)
                .text();

        Set<String> asked = new TreeSet<>();
        expressions().forEach(expression -> {
            Matcher matcher = METRIC.matcher(expression);
            while (matcher.find()) {
                asked.add(matcher.group());
            }
        });
        assertThat(asked)
                .hasSizeGreaterThan(10)
                .allSatisfy(metric -> assertThat(metrics).containsPattern("(?m)^" + metric + "[{ ]"));
    }

    private static List<String> expressions() throws IOException {
        List<String> all = new ArrayList<>();
        JsonNode dashboard = new ObjectMapper()
                .readTree(Path.of("config", "grafana-dashboard.json").toFile());
        dashboard.findValues("expr").forEach(expression -> all.add(expression.textValue()));
        Map<?, ?> alerts = new Yaml().load(Files.readString(Path.of("config", "prometheus-alerts.yaml")));
        for (Object group : (List<?>) alerts.get("groups")) {
            for (Object rule : (List<?>) ((Map<?, ?>) group).get("rules")) {
                all.add(((Map<?, ?>) rule).get("expr").toString());
            }
        }
        return all;
    }

    private String synced(String name) {
        operations.folder(name, Map.of("A", VALUE));
        String id = service.create(manual(service.oneToOne(connection, "/" + name, name + "/{{secretKey}}")));
        service.run(id);
        return id;
    }

    private String traces() {
        return String.join("\n", traces);
    }

    private static JsonNode json(String line) {
        try {
            return new ObjectMapper().readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException(line, e);
        }
    }
}
