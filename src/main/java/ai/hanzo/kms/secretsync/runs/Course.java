package ai.hanzo.kms.secretsync.runs;

/** How a sync goes on after a failure. What is first here is tried first where several failed differently. */
public enum Course {
    /** It may pass by itself: tried again soon, then less and less often. */
    RETRY_SOON,
    /** The whole connection does not work: one of its syncs tries it now and then, the others wait for that. */
    TRY_CONNECTION,
    /** Somebody has to mend something of which this service would not hear: tried again now and then. */
    RETRY_SLOWLY,
    /** It fails in the same way until the source, the sync or the destination is another. */
    WAIT_FOR_CHANGE
}
