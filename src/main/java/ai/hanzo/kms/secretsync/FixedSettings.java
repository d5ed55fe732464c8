package ai.hanzo.kms.secretsync;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.env.EnvironmentPostProcessor;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * What no setting can turn on: everything that shows messages, or the inside of the process, to whoever looks. Camel's tracers,
 * debugger, history and dumps keep bodies; JMX and the other endpoints of the management port show routes, settings and the heap.
 */
final class FixedSettings implements EnvironmentPostProcessor {
    private static final List<String> OFF = List.of(
            "camel.main.dev-console-enabled",
            "camel.main.jmx-enabled",
            "camel.main.log-exhausted-message-body",
            "camel.main.message-history",
            // It would write bodies to files.
            "camel.main.stream-caching-spool-enabled",
            "camel.main.tracing",
            "camel.main.tracing-standby",
            "camel.main.tracing-templates",
            "camel.trace.enabled",
            "camel.trace.standby",
            "server.error.include-exception",
            "spring.h2.console.enabled",
            "spring.jmx.enabled");

    private static final Map<String, Object> FIXED = Map.of(
            "management.endpoints.web.exposure.include", "health,info,prometheus",
            "management.endpoints.jmx.exposure.exclude", "*",
            "management.endpoint.health.show-details", "never",
            "management.endpoint.health.show-components", "never",
            "server.error.include-message", "never",
            "server.error.include-stacktrace", "never",
            "server.error.include-binding-errors", "never");

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        Map<String, Object> settings = new HashMap<>(FIXED);
        OFF.forEach(name -> settings.put(name, false));
        environment.getPropertySources().addFirst(new MapPropertySource("fixed", settings));
    }
}
