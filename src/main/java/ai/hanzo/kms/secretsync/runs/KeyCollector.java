package ai.hanzo.kms.secretsync.runs;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/** Gathers the names that a team's route gives keys; none is an empty one. */
@Component("keyCollector")
class KeyCollector implements AggregationStrategy {
    @Override
    public Exchange aggregate(Exchange gathered, Exchange part) {
        String name = Objects.requireNonNullElse(part.getMessage().getBody(String.class), "");
        if (gathered == null) {
            part.getMessage().setBody(new ArrayList<>(List.of(name)));
            return part;
        }
        @SuppressWarnings("unchecked")
        List<String> names = gathered.getMessage().getBody(List.class);
        names.add(name);
        return gathered;
    }
}
