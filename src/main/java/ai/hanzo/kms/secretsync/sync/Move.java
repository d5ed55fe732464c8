package ai.hanzo.kms.secretsync.sync;

import java.time.Duration;

/**
 * What becomes of the secrets that a sync left where it does not write any more: once all that it wants is in place, both are kept
 * for a time; then the old ones are deleted, recoverably.
 *
 * @param graceDays how long both are kept, in days
 */
public record Move(int graceDays) {
    /** Longest time for which both can be kept, in days. */
    public static final int MOST_DAYS = 365;

    Duration grace() {
        return Duration.ofDays(graceDays);
    }
}
