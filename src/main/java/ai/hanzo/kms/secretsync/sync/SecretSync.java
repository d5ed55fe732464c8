package ai.hanzo.kms.secretsync.sync;

import java.util.UUID;

/**
 * One sync: a source, a destination, the options.
 *
 * @param initial whether no run has succeeded yet for this destination, so that the initial sync behaviour applies
 * @param siblings where else the same secrets are put by it
 */
public record SecretSync(
        UUID id,
        String name,
        String description,
        Source source,
        Destination destination,
        SyncOptions options,
        boolean autoSyncEnabled,
        boolean initial,
        Siblings siblings) {

    /** One that has no other destination. */
    public SecretSync(
            UUID id,
            String name,
            String description,
            Source source,
            Destination destination,
            SyncOptions options,
            boolean autoSyncEnabled,
            boolean initial) {
        this(id, name, description, source, destination, options, autoSyncEnabled, initial, Siblings.NONE);
    }

    public SecretSync among(Siblings others) {
        return new SecretSync(id, name, description, source, destination, options, autoSyncEnabled, initial, others);
    }

    /**
     * This sync with a destination that it had before it was changed, to remove what it put there.
     *
     * @param name with many-to-one the name in AWS, otherwise null
     */
    public SecretSync before(String region, String mappingBehavior, String name) {
        Destination then = new Destination(destination.connectionId(), region, mappingBehavior, name);
        SyncOptions named = name == null ? options : options.withoutKeySchema();
        return new SecretSync(id, this.name, description, source, then, named, autoSyncEnabled, initial);
    }

    /** This sync with the same destination in another region. */
    public SecretSync inRegion(String region) {
        Destination there = new Destination(
                destination.connectionId(), region, destination.mappingBehavior(), destination.secretName());
        return new SecretSync(id, name, description, source, there, options, autoSyncEnabled, initial);
    }

    public KeySchema keySchema() {
        return KeySchema.of(options.keySchema(), source);
    }
}
