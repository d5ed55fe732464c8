package ai.hanzo.kms.secretsync.runs;

/** Turns what went wrong into words for the person who has to mend it. */
public interface FailureExplainer {
    /**
     * @param code for machines
     * @param message for people, never with a value
     * @param remedy what to do, or null
     * @param staleView whether the destination was not as the list had shown it, so that a fresh look decides better
     * @param nothingHappened whether whoever was called certainly did nothing
     * @param course how to go on
     */
    record Explanation(
            String code, String message, String remedy, boolean staleView, boolean nothingHappened, Course course) {}

    Explanation explain(Throwable failure);
}
