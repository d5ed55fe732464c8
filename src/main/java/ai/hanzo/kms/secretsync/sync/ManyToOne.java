package ai.hanzo.kms.secretsync.sync;

import java.util.Collections;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Looks into the JSON object at the destination and works out the one that should be there. */
public final class ManyToOne {
    private ManyToOne() {}

    /**
     * @param input for {@link Planner#plan}, in which the wanted value is now the source's keys together with those of others
     *     that are to stay
     */
    public record Seen(Planner.Input input, Reading reading) {}

    /**
     * @param name of the secret that was read
     * @param text the destination's value
     * @param versionId the version that was read
     * @throws IllegalArgumentException where it is not wanted at the destination, so that it should not have been read
     */
    public static Seen read(Planner.Input input, String name, SecretText text, String versionId) {
        Wanted wanted = input.wanted();
        DesiredSecret secret = wanted.secrets().get(name);
        if (secret == null) {
            throw new IllegalArgumentException("Nothing is wanted under the name " + name);
        }
        if (!(CanonicalJson.parse(text) instanceof CanonicalJson.Body body)) {
            return new Seen(input, new Reading(Observation.NOT_AN_OBJECT, versionId));
        }
        CanonicalJson.Body source = (CanonicalJson.Body) CanonicalJson.parse(secret.basis());
        CanonicalJson.Body target = wanted.keepsForeignKeys() ? body.merge(source, ours(input, secret.name())) : source;
        Planner.Input merged = input.with(wanted.with(
                new DesiredSecret(secret.name(), target.text(), secret.tags(), secret.keys(), secret.basis())));
        SortedSet<String> changed = target.differences(body);
        return new Seen(
                merged, new Reading(compare(target, body), versionId, changed, conflicts(changed, target, body)));
    }

    private static Set<String> ours(Planner.Input input, String name) {
        ManagedSecret entry = input.journal().get(name);
        ManagedSecret about =
                input.at(name).map(current -> Ownership.entryOf(current, entry)).orElse(entry);
        return about == null ? Set.of() : about.keys();
    }

    private static Observation compare(CanonicalJson.Body target, CanonicalJson.Body body) {
        if (target.equals(body)) {
            return Observation.EQUAL;
        }
        return target.entries().equals(imported(body)) ? Observation.EQUIVALENT : Observation.DIFFERENT;
    }

    private static SortedSet<String> conflicts(
            SortedSet<String> changed, CanonicalJson.Body target, CanonicalJson.Body body) {
        SortedMap<String, SecretText> wanted = target.entries();
        SortedMap<String, SecretText> imported = imported(body);
        SortedSet<String> conflicts = new TreeSet<>(changed);
        conflicts.removeIf(key -> !wanted.containsKey(key)
                || !imported.containsKey(key)
                // An empty value is never imported, so nothing is lost with it.
                || imported.get(key).isEmpty()
                || wanted.get(key).equals(imported.get(key)));
        return Collections.unmodifiableSortedSet(conflicts);
    }

    private static SortedMap<String, SecretText> imported(CanonicalJson.Body body) {
        SortedMap<String, SecretText> entries = new TreeMap<>(body.entries());
        entries.replaceAll((key, value) -> KmsValue.normalise(value));
        return entries;
    }
}
