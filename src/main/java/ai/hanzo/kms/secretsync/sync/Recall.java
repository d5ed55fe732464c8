package ai.hanzo.kms.secretsync.sync;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

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
     * @return by name, as ListSecrets would show it if nobody else had changed anything since
     */
    public static Map<String, DestinationSecret> destination(
            SecretSync sync, Wanted wanted, Map<String, ManagedSecret> journal) {
        Coverage coverage = Coverage.of(sync);
        Map<String, String> configured = Tags.configured(sync.options()).tags();
        Map<String, DestinationSecret> recalled = new HashMap<>();
        for (ManagedSecret entry : journal.values()) {
            DesiredSecret desired = wanted.secrets().get(entry.name());
            boolean gone = entry.deleted() && desired == null;
            if (coverage.covers(entry.name()) && (gone || isCertain(entry, sync.destination()))) {
                recalled.put(entry.name(), secret(sync, entry, desired == null ? configured : desired.tags()));
            }
        }
        return recalled;
    }

    private static boolean isCertain(ManagedSecret entry, Destination destination) {
        return !entry.deleted()
                && entry.arn() != null
                && entry.versionId() != null
                && entry.pendingToken() == null
                && entry.fingerprint() != null
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
