package ai.hanzo.kms.secretsync;

import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.apache.camel.util.FileUtil;
import org.springframework.stereotype.Component;

/** Notes which step of a team's route fails, for {@link TeamRoutes} to tell. Those of the service itself are left as they are. */
@Component
final class TeamSteps implements InterceptStrategy {
    private final TeamRoutes routes;

    TeamSteps(TeamRoutes routes) {
        this.routes = routes;
    }

    @Override
    public Processor wrapProcessorInInterceptors(
            CamelContext camel, NamedNode step, Processor target, Processor nextTarget) {
        String location = step.getLocation();
        return location == null || location.startsWith("classpath:")
                ? target
                : new Step(target, FileUtil.stripPath(location) + ":" + step.getLineNumber());
    }

    private final class Step extends DelegateAsyncProcessor {
        private final String place;

        Step(Processor target, String place) {
            super(target);
            this.place = place;
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            return super.process(exchange, synchronously -> {
                if (exchange.getException() != null) {
                    routes.failedAt(place, exchange.getException());
                }
                callback.done(synchronously);
            });
        }
    }
}
