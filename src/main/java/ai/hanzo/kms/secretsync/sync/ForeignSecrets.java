package ai.hanzo.kms.secretsync.sync;

import java.util.Arrays;

/** What may happen to secrets at the destination that are nobody's and not in the KMS, for the whole installation. */
public enum ForeignSecrets {
    /** {@code overwrite-destination} removes them, as its documentation says. */
    REMOVE("remove"),
    /** They stay, whatever a sync says. */
    KEEP("keep");

    private final String wireName;

    ForeignSecrets(String wireName) {
        this.wireName = wireName;
    }

    /** The name in the configuration. */
    public String wireName() {
        return wireName;
    }

    /** @throws IllegalArgumentException naming the choices */
    public static ForeignSecrets ofWireName(String name) {
        return Arrays.stream(values())
                .filter(value -> value.wireName.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("\"" + name + "\" is neither \"remove\" nor \"keep\""));
    }
}
