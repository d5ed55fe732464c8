package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The service with everything turned on that shows messages or the inside of the process, as far as settings can. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FixedSettingsTest {
    private RunningService service;

    @BeforeAll
    void start(@TempDir Path directory) {
        Map<String, String> settings = new HashMap<>();
        for (String setting : new String[] {
            "camel.main.dev-console-enabled",
            "camel.main.jmx-enabled",
            "camel.main.log-exhausted-message-body",
            "camel.main.message-history",
            "camel.main.stream-caching-spool-enabled",
            "camel.main.tracing",
            "camel.main.tracing-standby",
            "camel.trace.enabled",
            "camel.trace.standby",
            "spring.h2.console.enabled",
            "spring.jmx.enabled"
        }) {
            settings.put(setting, "true");
        }
        settings.put("management.endpoints.web.exposure.include", "*");
        settings.put("management.endpoints.jmx.exposure.include", "*");
        settings.put("management.endpoint.health.show-details", "always");
        settings.put("management.endpoint.heapdump.access", "unrestricted");
        settings.put("management.endpoint.env.show-values", "always");
        settings.put("server.error.include-message", "always");
        settings.put("server.error.include-stacktrace", "always");
        service = RunningService.start(directory, settings);
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void camelKeepsAndShowsNoMessage() {
        CamelContext camel = service.context().getBean(CamelContext.class);

        assertThat(camel.isTracing()).isFalse();
        assertThat(camel.isTracingStandby()).isFalse();
        assertThat(camel.isBacklogTracing()).isFalse();
        assertThat(camel.isBacklogTracingStandby()).isFalse();
        assertThat(camel.isDebugging()).isFalse();
        assertThat(camel.isDebugStandby()).isFalse();
        assertThat(camel.isMessageHistory()).isFalse();
        assertThat(camel.isLogExhaustedMessageBody()).isFalse();
        assertThat(camel.isDevConsole()).isFalse();
        assertThat(camel.getStreamCachingStrategy().isSpoolEnabled()).isFalse();
        assertThat(camel.getManagementStrategy().getManagementAgent()).isNull();
    }

    @Test
    void nothingOfTheServiceIsInJmx() throws MalformedObjectNameException {
        assertThat(ManagementFactory.getPlatformMBeanServer().queryNames(new ObjectName("org.apache.camel:*"), null))
                .isEmpty();
        assertThat(ManagementFactory.getPlatformMBeanServer()
                        .queryNames(new ObjectName("org.springframework.boot:*"), null))
                .isEmpty();
    }

    @Test
    void healthTellsNoDetails() {
        assertThat(ApiClient.with(service.management(), null)
                        .send("GET", "/actuator/health", null)
                        .json()
                        .has("components"))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"env", "heapdump", "threaddump", "beans", "configprops", "loggers", "camel", "quartz", "metrics"
            })
    void nothingElseIsExposed(String endpoint) {
        assertThat(ApiClient.with(service.management(), null)
                        .send("GET", "/actuator/" + endpoint, null)
                        .status())
                .isEqualTo(404);
    }
}
