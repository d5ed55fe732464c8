package ai.hanzo.kms.secretsync.runs;

import ai.hanzo.kms.secretsync.sync.Coverage;
import ai.hanzo.kms.secretsync.sync.Journal;
import ai.hanzo.kms.secretsync.sync.Planner;
import java.util.Set;

/**
 * A run between reading the source and its end: where it works, and what it plans from.
 *
 * @param input what is known so far; grows with every closer look at the destination
 */
public record PlannedRun(ManagedSecrets.Place place, Planner.Input input) {
    /** With many-to-one, the one name that it is about. */
    public Set<String> onlyName() {
        return Set.of(Coverage.of(input.sync()).prefix());
    }

    /** The names that are wanted in AWS, for a mapping behaviour that looks at them one by one. */
    public Set<String> wantedNames() {
        return input.wanted().secrets().keySet();
    }

    long generation() {
        return input.generation();
    }

    Journal journal() {
        return Journal.of(input.sync(), input.tokens(), input.now());
    }
}
