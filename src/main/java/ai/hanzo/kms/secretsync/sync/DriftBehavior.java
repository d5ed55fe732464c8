package ai.hanzo.kms.secretsync.sync;

import java.util.Arrays;
import java.util.Optional;

/** What a drift check does with what somebody changed at the destination. */
public enum DriftBehavior {
    /** Makes it like the source again. */
    CORRECT("correct"),
    /** Says so, and leaves it until a run for another reason. */
    REPORT("report");

    private final String wireName;

    DriftBehavior(String wireName) {
        this.wireName = wireName;
    }

    /** The name in API and storage. */
    public String wireName() {
        return wireName;
    }

    public static Optional<DriftBehavior> ofWireName(String name) {
        return Arrays.stream(values())
                .filter(behavior -> behavior.wireName.equals(name))
                .findFirst();
    }
}
