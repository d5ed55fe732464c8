package ai.hanzo.kms.secretsync.sync;

/** What reading a secret's value told, without keeping the value. */
public enum Observation {
    /** It is the value that is wanted. */
    EQUAL,
    DIFFERENT,
    /** {@code SecretBinary}: never imported, and overwritten only where the caller asked for it. */
    BINARY,
    /** The secret exists but has no current value. */
    NO_VALUE,
    /** Reading was refused (permissions, KMS key). */
    UNREADABLE
}
