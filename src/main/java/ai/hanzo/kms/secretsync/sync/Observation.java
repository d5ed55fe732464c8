package ai.hanzo.kms.secretsync.sync;

/** What reading a secret's value told, without keeping the value. */
public enum Observation {
    /** It is the value that is wanted. */
    EQUAL,
    /**
     * It is what the KMS makes of the value when it imports it (blanks trimmed, with many-to-one also a number that became its
     * text): an import took it, and nothing is to be written back.
     */
    EQUIVALENT,
    DIFFERENT,
    /** With many-to-one: it is not a JSON object, so there is nothing to put keys into. */
    NOT_AN_OBJECT,
    /** {@code SecretBinary}: never imported, and overwritten only where the caller asked for it. */
    BINARY,
    /** The secret exists but has no current value. */
    NO_VALUE,
    /** Reading was refused (permissions, KMS key). */
    UNREADABLE
}
