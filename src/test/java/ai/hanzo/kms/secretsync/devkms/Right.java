package ai.hanzo.kms.secretsync.devkms;

/** What an identity may do with the secrets of a folder. */
public enum Right {
    /** See that a secret exists, its comment, tags and metadata, but not its value. */
    DESCRIBE("describeSecret"),
    READ_VALUE("readValue"),
    CREATE("create"),
    EDIT("edit"),
    DELETE("delete");

    private final String action;

    Right(String action) {
        this.action = action;
    }

    /** The action's name in a {@code PermissionDenied} answer. */
    String action() {
        return action;
    }
}
