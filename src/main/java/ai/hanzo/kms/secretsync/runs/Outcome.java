package ai.hanzo.kms.secretsync.runs;

import ai.hanzo.kms.secretsync.sync.Change;
import ai.hanzo.kms.secretsync.sync.SkipReason;

/**
 * What became of one AWS secret in a run.
 *
 * @param name name in AWS
 * @param change the kind of change that was planned, see {@link ai.hanzo.kms.secretsync.sync.Change#kind()}
 * @param errorCode for machines, null unless failed or skipped
 * @param message for people: why it was changed, or failed, or was skipped; null where there is nothing to say. Never a value
 * @param remedy what to do about it, or null
 * @param course how the sync goes on where it failed
 */
public record Outcome(
        String name, String change, Result result, String errorCode, String message, String remedy, Course course) {
    /** One after whose failure it is tried again soon. */
    public Outcome(String name, String change, Result result, String errorCode, String message, String remedy) {
        this(name, change, result, errorCode, message, remedy, Course.RETRY_SOON);
    }

    /** How it went. */
    public enum Result {
        /** AWS confirmed the change. */
        SUCCEEDED,
        /** Nothing was to do. */
        UNCHANGED,
        /** Left alone on purpose, as asked. */
        SKIPPED,
        /** It is not as it should be. */
        FAILED
    }

    /** The KMS took a write only as a proposal. */
    public static final String APPROVAL_PENDING = "ApprovalPending";

    /** Somebody changed it at the destination, and the sync only tells of that. */
    public static final String DRIFT = "DRIFT";

    public static Outcome succeeded(String name, String change) {
        return new Outcome(name, change, Result.SUCCEEDED, null, null, null);
    }

    public static Outcome unchanged(String name) {
        return new Outcome(name, "keep", Result.UNCHANGED, null, null, null);
    }

    public static Outcome of(Change.Skip skip) {
        Result result = skip.code().failure() ? Result.FAILED : Result.SKIPPED;
        return new Outcome(
                skip.name(), skip.kind(), result, skip.code().name(), skip.reason(), null, course(skip.code()));
    }

    private static Course course(SkipReason reason) {
        return switch (reason) {
            // Time, or a permission, changes it.
            case DEFERRED, UNREADABLE -> Course.RETRY_SLOWLY;
            default -> Course.WAIT_FOR_CHANGE;
        };
    }

    boolean waitsForApproval() {
        return APPROVAL_PENDING.equals(errorCode);
    }

    boolean waits() {
        return SkipReason.WAITING.name().equals(errorCode);
    }

    public boolean failed() {
        return result == Result.FAILED;
    }
}
