package ai.hanzo.kms.secretsync;

import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.mdc.MDCService;
import org.apache.camel.opentelemetry2.OpenTelemetryTracer;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What log lines and traces say of a run: ids, names of routes and endpoints, times. Neither has bodies or headers. */
@Configuration(proxyBeanMethods = false)
class Observability {
    /** Properties of an exchange that stand in each log line about it. */
    private static final String LOGGED = "runId,syncId";

    @Bean
    CamelContextConfiguration logContext() {
        MDCService mdc = new MDCService();
        mdc.setCustomProperties(LOGGED);
        return beforeStart(mdc::init);
    }

    /** Where traces are wanted, routes are in them too. */
    @Bean
    @ConditionalOnProperty(TracingOnRequest.COLLECTOR)
    CamelContextConfiguration traces() {
        return beforeStart(new OpenTelemetryTracer()::init);
    }

    private static CamelContextConfiguration beforeStart(Consumer<CamelContext> setUp) {
        return new CamelContextConfiguration() {
            @Override
            public void beforeApplicationStart(CamelContext camel) {
                setUp.accept(camel);
            }

            @Override
            public void afterApplicationStart(CamelContext camel) {}
        };
    }
}
