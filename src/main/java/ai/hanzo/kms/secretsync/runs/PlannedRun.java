package ai.hanzo.kms.secretsync.runs;

import ai.hanzo.kms.secretsync.sync.Coverage;
import ai.hanzo.kms.secretsync.sync.Journal;
import ai.hanzo.kms.secretsync.sync.Planner;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * A run between reading the source and its end: where it works, and what it plans from.
 *
 * @param input what is known so far; grows with every closer look at the destination
 * @param recalled whether what it knows of the destination is from the journal, not from a list
 * @param departing the only names that it is about, of what was left behind; null for a run that is about all
 */
public record PlannedRun(ManagedSecrets.Place place, Planner.Input input, boolean recalled, Set<String> departing) {
    PlannedRun with(Planner.Input other) {
        return new PlannedRun(place, other, recalled, departing);
    }

    /** Whether it is only about what was left behind. */
    public boolean departs() {
        return departing != null;
    }

    /** Whether what it knows of a secret is only what the journal says. */
    boolean recalls(String name) {
        return recalled && !input.described().containsKey(name);
    }

    /** With many-to-one, the names that it is about: one, or where the object is divided, also those of its shards. */
    public Set<String> names() {
        Coverage coverage = Coverage.of(input.sync());
        Set<String> names = new TreeSet<>(input.wanted().secrets().keySet());
        names.add(coverage.prefix());
        input.journal().keySet().stream().filter(coverage::covers).forEach(names::add);
        return names;
    }

    /** The names that are wanted in AWS, for a mapping behaviour that looks at them one by one. */
    public Set<String> wantedNames() {
        return input.wanted().secrets().keySet();
    }

    /** Other destinations of the same sync that have left what is theirs here to this one. */
    Set<UUID> predecessors() {
        return input.sync().siblings().predecessors(place.region());
    }

    long generation() {
        return input.generation();
    }

    Journal journal() {
        return Journal.of(input.sync(), input.tokens(), input.now());
    }
}
