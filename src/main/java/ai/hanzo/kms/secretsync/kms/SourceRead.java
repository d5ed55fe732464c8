package ai.hanzo.kms.secretsync.kms;

import ai.hanzo.kms.secretsync.sync.SourceSnapshot;

/** The outcome of a conditional read that succeeded. */
public sealed interface SourceRead {
    /** Nothing changed since the read whose ETag was given. */
    record NotModified() implements SourceRead {}

    /** What is there now, complete. */
    record Changed(SourceSnapshot snapshot) implements SourceRead {}
}
