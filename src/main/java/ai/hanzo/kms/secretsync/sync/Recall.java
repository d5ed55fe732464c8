package ai.hanzo.kms.secretsync.sync;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The destination as the journal has it, in place of a list: for a run between two looks at everything, with the options of the
 * last of them.
 *
 * <p>It shows a secret only where the journal is sure of it. Of all others that matter it shows nothing, so that {@link
 * Planner#descriptionsNeeded} asks for each: a write whose outcome is not known, a name that comes back, a secret of another
 * mapping behaviour.
 */
public final class Recall {
    /** The journal does not say when; nobody asks. */
    private static final Instant DELETED = Instant.EPOCH;

    private Recall() {}

    /**
     * @param journal what this sync put to, or took over at, its destination, by name
     * @param unwanted names that were not wanted when everything was looked at: nobody has seen to their key and their tags
     * @return by name, as ListSecrets would show it if nobody else had changed anything since
     */
    public static Map<String, DestinationSecret> destination(
            SecretSync sync, Wanted wanted, Map<String, ManagedSecret> journal, Set<String> unwanted) {
        Coverage coverage = Coverage.of(sync);
        Map<String, String> configured = Tags.configured(sync.options()).tags();
        Map<String, DestinationSecret> recalled = new HashMap<>();
        for (ManagedSecret entry : journal.values()) {
            DesiredSecret desired = wanted.secrets().get(entry.name());
            boolean gone = entry.deleted() && desired == null;
            boolean certain =
                    isCertain(entry, sync.destination()) && (desired == null || !unwanted.contains(entry.name()));
            if (coverage.covers(entry.name()) && (gone || certain)) {
                recalled.put(entry.name(), secret(sync, entry, desired == null ? configured : desired.tags()));
            }
        }
        return recalled;
    }

    /** Names that the journal has and that are not wanted, now that everything is looked at. */
    public static SortedSet<String> unwanted(Planner.Input input) {
        Coverage coverage = Coverage.of(input.sync());
        SortedSet<String> names = new TreeSet<>();
        for (ManagedSecret entry : input.journal().values()) {
            if (!entry.deleted()
                    && coverage.covers(entry.name())
                    && !input.wanted().secrets().containsKey(entry.name())) {
                names.add(entry.name());
            }
        }
        return names;
    }

    private static boolean isCertain(ManagedSecret entry, Destination destination) {
        return entry.inPlace()
                && entry.versionId() != null
                && !entry.fingerprint().isEmpty()
                && destination.mappingBehavior().equals(entry.mappingBehavior());
    }

    private static DestinationSecret secret(SecretSync sync, ManagedSecret entry, Map<String, String> tags) {
        Map<String, String> all = new HashMap<>(tags);
        if (!entry.adopted()) {
            all.put(Tags.OWNER_TAG, sync.id().toString());
        }
        return new DestinationSecret(
                entry.name(),
                entry.arn(),
                entry.versionId(),
                // Key and tags were in place when everything was looked at, and what was written since had them.
                sync.options().keyId(),
                all,
                null,
                null,
                null,
                false,
                entry.deleted() ? DELETED : null,
                null);
    }
}
