package ai.hanzo.kms.secretsync.sync;

import java.util.Objects;

/**
 * The names in AWS that a sync may touch: with many-to-one exactly one, otherwise all that its key schema covers.
 *
 * <p>Issue "the sync engine", item 2: two syncs of one account and region whose coverage overlaps are reported when one of
 * them is saved; whether account and region are the same is for the caller to know.
 */
public final class Coverage {
    private final KeySchema schema;
    private final String only;

    private Coverage(KeySchema schema, String only) {
        this.schema = schema;
        this.only = only;
    }

    public static Coverage of(SecretSync sync) {
        KeySchema schema = sync.keySchema();
        Destination destination = sync.destination();
        return Destination.MANY_TO_ONE.equals(destination.mappingBehavior())
                ? new Coverage(schema, schema.apply(destination.secretName()))
                : new Coverage(schema, null);
    }

    public boolean covers(String name) {
        return only == null ? schema.covers(name) : only.equals(name);
    }

    /** What all covered names begin with, for the filter of ListSecrets; may be empty. */
    public String prefix() {
        return only == null ? schema.prefix() : only;
    }

    /** Whether there is a name that both cover. */
    public boolean overlaps(Coverage other) {
        if (only != null) {
            return other.covers(only);
        }
        return other.only != null ? covers(other.only) : schema.overlaps(other.schema);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Coverage that && schema.equals(that.schema) && Objects.equals(only, that.only);
    }

    @Override
    public int hashCode() {
        return Objects.hash(schema, only);
    }

    @Override
    public String toString() {
        return only == null ? schema.toString() : only;
    }
}
