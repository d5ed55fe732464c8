package ai.hanzo.kms.secretsync;

import java.util.Set;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;

/** Without a collector to send traces to, no OpenTelemetry SDK with its threads is started at all. */
final class TracingOnRequest implements AutoConfigurationImportFilter, EnvironmentAware {
    static final String COLLECTOR = "management.otlp.tracing.endpoint";

    private static final String ACTUATOR = "org.springframework.boot.actuate.autoconfigure.";
    private static final Set<String> OPEN_TELEMETRY = Set.of(
            ACTUATOR + "logging.OpenTelemetryLoggingAutoConfiguration",
            ACTUATOR + "opentelemetry.OpenTelemetryAutoConfiguration",
            ACTUATOR + "tracing.OpenTelemetryTracingAutoConfiguration");

    private boolean traced;

    @Override
    public void setEnvironment(Environment environment) {
        traced = environment.containsProperty(COLLECTOR);
    }

    @Override
    public boolean[] match(String[] autoConfigurations, AutoConfigurationMetadata metadata) {
        boolean[] wanted = new boolean[autoConfigurations.length];
        for (int i = 0; i < wanted.length; i++) {
            // Null where another filter did not want it.
            String name = autoConfigurations[i];
            wanted[i] = traced || name == null || !OPEN_TELEMETRY.contains(name);
        }
        return wanted;
    }
}
