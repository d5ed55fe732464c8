package ai.hanzo.kms.secretsync.sync;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Decides what an import writes into the KMS (upstream 3.4, kms-source 4.2 and 4.4). What the KMS has not is created; what both
 * have with different values is updated only where the destination has precedence. One entry that cannot be imported keeps
 * none of the others back.
 */
public final class ConflictResolution {
    private ConflictResolution() {}

    /** Whose value counts where both have one: the words of {@code importBehavior}. */
    public enum Behavior {
        PRIORITIZE_SOURCE("prioritize-source"),
        PRIORITIZE_DESTINATION("prioritize-destination");

        private final String wireName;

        Behavior(String wireName) {
            this.wireName = wireName;
        }

        public String wireName() {
            return wireName;
        }

        public static Optional<Behavior> ofWireName(String name) {
            return Arrays.stream(values())
                    .filter(value -> value.wireName.equals(name))
                    .findFirst();
        }

        /** What the first sync to a destination imports by; empty where it imports nothing. */
        public static Optional<Behavior> of(InitialSyncBehavior initial) {
            return switch (initial) {
                case OVERWRITE_DESTINATION -> Optional.empty();
                case IMPORT_PRIORITIZE_SOURCE -> Optional.of(PRIORITIZE_SOURCE);
                case IMPORT_PRIORITIZE_DESTINATION -> Optional.of(PRIORITIZE_DESTINATION);
            };
        }
    }

    /**
     * A secret the KMS has in this very folder; secrets that are there only through an import of the KMS do not count.
     *
     * @param raw as it was entered, references unexpanded
     * @param expanded with references put in
     */
    public record Direct(SecretText raw, SecretText expanded) {}

    /**
     * What the destination has for a key.
     *
     * @param name name in AWS, for the report; with many-to-one the key within the JSON object
     * @param value null where it has none, or a binary one
     */
    public record Entry(String name, SecretText value, boolean binary) {}

    /**
     * @param create values by the key they get in the KMS, as the KMS will keep them
     * @param update the same, for keys it has
     * @param unchanged how many entries need nothing
     */
    public record Resolution(
            SortedMap<String, SecretText> create,
            SortedMap<String, SecretText> update,
            List<Change.Skip> skips,
            int unchanged) {}

    /**
     * @param source direct secrets of the KMS folder, by key
     * @param destination entries by key, key schema stripped; only those that {@link Planner#importable} named
     */
    public static Resolution resolve(
            Map<String, Direct> source, SortedMap<String, Entry> destination, Behavior behavior) {
        SortedMap<String, SecretText> create = new TreeMap<>();
        SortedMap<String, SecretText> update = new TreeMap<>();
        List<Change.Skip> skips = new ArrayList<>();
        int unchanged = 0;
        for (Map.Entry<String, Entry> found : destination.entrySet()) {
            String key = found.getKey();
            Entry entry = found.getValue();
            Direct direct = source.get(key);
            Change.Skip skip = problem(key, entry);
            if (skip != null) {
                skips.add(skip);
                continue;
            }
            SecretText value = KmsValue.normalise(entry.value());
            if (direct != null && (value.isEmpty() || value.equals(KmsValue.normalise(direct.expanded())))) {
                unchanged++;
            } else if (direct != null && behavior == Behavior.PRIORITIZE_SOURCE) {
                unchanged++;
            } else if (KmsValue.hasReference(value)) {
                skips.add(new Change.Skip(
                        entry.name(),
                        direct == null ? SkipReason.NOT_IMPORTED : SkipReason.CONFLICT,
                        "The KMS would take ${...} in its value for a reference and change it"));
            } else if (direct == null) {
                create.put(key, value);
            } else if (KmsValue.hasReference(direct.raw())) {
                skips.add(new Change.Skip(
                        entry.name(),
                        SkipReason.CONFLICT,
                        "In the KMS its value refers to other secrets, and a literal would end that; replace the reference in"
                                + " the KMS, or change the value at the destination"));
            } else {
                update.put(key, value);
            }
        }
        return new Resolution(
                Collections.unmodifiableSortedMap(create),
                Collections.unmodifiableSortedMap(update),
                List.copyOf(skips),
                unchanged);
    }

    private static Change.Skip problem(String key, Entry entry) {
        if (entry.binary()) {
            return new Change.Skip(
                    entry.name(), SkipReason.BINARY_VALUE, "Its value is binary, which the KMS cannot hold; it stays");
        }
        if (entry.value() == null) {
            return new Change.Skip(entry.name(), SkipReason.NOT_IMPORTED, "It has no value");
        }
        if (!KmsValue.isWritable(entry.value().reveal())) {
            return new Change.Skip(
                    entry.name(),
                    SkipReason.NOT_IMPORTED,
                    "Its value has half a character (an unpaired surrogate), which cannot be sent to the KMS");
        }
        return KmsValue.isName(key)
                ? null
                : new Change.Skip(
                        entry.name(),
                        SkipReason.NOT_IMPORTED,
                        "The KMS takes no name that is empty, begins or ends with a blank, or has a colon, a slash or half a"
                                + " character");
    }
}
