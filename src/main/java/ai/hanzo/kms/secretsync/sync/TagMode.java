package ai.hanzo.kms.secretsync.sync;

import java.util.Arrays;
import java.util.Optional;

/** What a sync does with the tags of a secret that is there already. A new one gets the tags of the sync in any case. */
public enum TagMode {
    /** Leaves them as they are. */
    NEVER("never"),
    /** Sets its own, and removes those that it set and no longer wants. */
    UPSERT("upsert"),
    /** As upstream does: removes also what somebody else set, but for tags of AWS and of this service. */
    REPLACE("replace");

    private final String wireName;

    TagMode(String wireName) {
        this.wireName = wireName;
    }

    /** The name in API and storage. */
    public String wireName() {
        return wireName;
    }

    public static Optional<TagMode> ofWireName(String name) {
        return Arrays.stream(values())
                .filter(mode -> mode.wireName.equals(name))
                .findFirst();
    }
}
