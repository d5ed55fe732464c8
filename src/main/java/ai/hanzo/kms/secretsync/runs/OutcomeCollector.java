package ai.hanzo.kms.secretsync.runs;

import java.util.ArrayList;
import java.util.List;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultExchange;
import org.springframework.stereotype.Component;

/** Gathers the outcomes of a split: of each part one outcome, or a list of them. */
@Component("outcomeCollector")
class OutcomeCollector implements AggregationStrategy {
    @Override
    public Exchange aggregate(Exchange gathered, Exchange part) {
        if (gathered == null) {
            List<Outcome> outcomes = new ArrayList<>();
            add(outcomes, part.getMessage().getBody());
            // Not the part itself: where its failure was handled, it says so, and Camel would end the run there.
            Exchange result = new DefaultExchange(part);
            result.getMessage().setBody(outcomes);
            return result;
        }
        @SuppressWarnings("unchecked")
        List<Outcome> outcomes = gathered.getMessage().getBody(List.class);
        add(outcomes, part.getMessage().getBody());
        return gathered;
    }

    private static void add(List<Outcome> outcomes, Object body) {
        if (body instanceof Outcome outcome) {
            outcomes.add(outcome);
        } else if (body instanceof List<?> list) {
            list.forEach(item -> add(outcomes, item));
        } else {
            throw new IllegalStateException("A part of a run ended without an outcome");
        }
    }
}
