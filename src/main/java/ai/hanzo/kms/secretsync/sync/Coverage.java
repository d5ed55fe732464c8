package ai.hanzo.kms.secretsync.sync;

import java.util.Objects;

/**
 * The names in AWS that a sync may touch: with many-to-one exactly one, and those of its shards, otherwise all that its key
 * schema covers.
 *
 * <p>Two syncs of one account and region whose coverage overlaps are reported when one of
 * them is saved; whether account and region are the same is for the caller to know.
 */
public final class Coverage {
    private final KeySchema schema;
    private final String only;
    private final boolean sharded;

    private Coverage(KeySchema schema, String only, boolean sharded) {
        this.schema = schema;
        this.only = only;
        this.sharded = sharded;
    }

    public static Coverage of(SecretSync sync) {
        KeySchema schema = sync.keySchema();
        Destination destination = sync.destination();
        return Destination.MANY_TO_ONE.equals(destination.mappingBehavior())
                ? new Coverage(
                        schema,
                        schema.apply(destination.secretName()),
                        sync.options().sharded())
                : new Coverage(schema, null, false);
    }

    public boolean covers(String name) {
        return only == null ? schema.covers(name) : only.equals(name) || sharded && Shards.covers(only, name);
    }

    /** What all covered names begin with, for the filter of ListSecrets; may be empty. */
    public String prefix() {
        return only == null ? schema.prefix() : only;
    }

    /** Whether there is a name that both cover. */
    public boolean overlaps(Coverage other) {
        if (only == null && other.only == null) {
            return schema.overlaps(other.schema);
        }
        return only != null && other.coversSomeOf(this) || other.only != null && coversSomeOf(other);
    }

    private boolean coversSomeOf(Coverage one) {
        return covers(one.only) || one.sharded && covers(Shards.prefix(one.only) + "0");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Coverage that
                && schema.equals(that.schema)
                && Objects.equals(only, that.only)
                && sharded == that.sharded;
    }

    @Override
    public int hashCode() {
        return Objects.hash(schema, only, sharded);
    }

    @Override
    public String toString() {
        return only == null ? schema.toString() : only;
    }
}
