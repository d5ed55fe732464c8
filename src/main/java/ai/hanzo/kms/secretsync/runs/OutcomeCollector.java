package ai.hanzo.kms.secretsync.runs;

import java.util.ArrayList;
import java.util.List;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/** Gathers the outcomes of a split: of each part one outcome, or a list of them. Each that is one by itself is the end of a change. */
@Component("outcomeCollector")
class OutcomeCollector implements AggregationStrategy {
    private final RunProgress progress;

    OutcomeCollector(RunProgress progress) {
        this.progress = progress;
    }

    @Override
    public Exchange aggregate(Exchange gathered, Exchange part) {
        if (part.getMessage().getBody() instanceof Outcome) {
            progress.end();
        }
        if (gathered == null) {
            List<Outcome> outcomes = new ArrayList<>();
            add(outcomes, part.getMessage().getBody());
            part.getMessage().setBody(outcomes);
            // The gathered exchange is this one from now on: that a failure was handled in it must neither end the
            // run here nor let a later one pass for handled.
            part.getExchangeExtension().setErrorHandlerHandled(null);
            part.getExchangeExtension().setFailureHandled(false);
            return part;
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
