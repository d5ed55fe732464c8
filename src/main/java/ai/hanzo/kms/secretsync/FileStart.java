package ai.hanzo.kms.secretsync;

import org.apache.camel.ProducerTemplate;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** The service starts with what the files say, before it takes requests. Commands say themselves when. */
@Component
@ConditionalOnWebApplication
class FileStart {
    private final ProducerTemplate routes;

    FileStart(ProducerTemplate routes) {
        this.routes = routes;
    }

    @EventListener(ApplicationStartedEvent.class)
    @Order(Ordered.HIGHEST_PRECEDENCE)
    void apply() {
        routes.sendBody("direct:apply-files-at-start", null);
    }
}
