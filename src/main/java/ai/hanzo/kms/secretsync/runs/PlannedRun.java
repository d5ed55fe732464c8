package ai.hanzo.kms.secretsync.runs;

import ai.hanzo.kms.secretsync.sync.Coverage;
import ai.hanzo.kms.secretsync.sync.Journal;
import ai.hanzo.kms.secretsync.sync.Planner;
import java.util.Set;

/**
 * A run between reading the source and its end: where it works, and what it plans from.
 *
 * @param input what is known so far; grows with every closer look at the destination
 * @param recalled whether what it knows of the destination is from the journal, not from a list
 */
public record PlannedRun(ManagedSecrets.Place place, Planner.Input input, boolean recalled) {
    PlannedRun with(Planner.Input other) {
        return new PlannedRun(place, other, recalled);
    }

    /** Whether what it knows of a secret is only what the journal says. */
    boolean recalls(String name) {
        return recalled && !input.described().containsKey(name);
    }

    /** With many-to-one, the one name that it is about. */
    public Set<String> onlyName() {
        return Set.of(Coverage.of(input.sync()).prefix());
    }

    long generation() {
        return input.generation();
    }

    Journal journal() {
        return Journal.of(input.sync(), input.tokens(), input.now());
    }
}
