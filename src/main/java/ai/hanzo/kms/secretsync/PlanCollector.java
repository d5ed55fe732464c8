package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.api.PlanView;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/** Gathers the plans for the destinations of a sync. */
@Component("planCollector")
class PlanCollector implements AggregationStrategy {
    @Override
    public Exchange aggregate(Exchange gathered, Exchange part) {
        PlanView.AtDestination plan = part.getMessage().getBody(PlanView.AtDestination.class);
        if (gathered == null) {
            part.getMessage().setBody(new ArrayList<>(List.of(plan)));
            // One that could not be made is told in its place, and does not end the answer here.
            part.getExchangeExtension().setErrorHandlerHandled(null);
            return part;
        }
        @SuppressWarnings("unchecked")
        List<PlanView.AtDestination> plans = gathered.getMessage().getBody(List.class);
        plans.add(plan);
        return gathered;
    }
}
