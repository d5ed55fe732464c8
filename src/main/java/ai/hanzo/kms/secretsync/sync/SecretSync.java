package ai.hanzo.kms.secretsync.sync;

import java.util.UUID;

/**
 * One sync: a source, a destination, the options.
 *
 * @param initial whether no run has succeeded yet for this destination, so that the initial sync behaviour applies
 */
public record SecretSync(
        UUID id,
        String name,
        String description,
        Source source,
        Destination destination,
        SyncOptions options,
        boolean autoSyncEnabled,
        boolean initial) {

    public KeySchema keySchema() {
        return KeySchema.of(options.keySchema(), source.environment());
    }
}
