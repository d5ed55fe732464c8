package ai.hanzo.kms.secretsync.runs;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * When a sync is tried again after a failure.
 *
 * @param after null for not by itself
 * @param told what its message says of that, or null
 */
record Retry(Duration after, String told) {
    static final Retry NONE = new Retry(null, null);

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration SLOWLY = Duration.ofMinutes(15);
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final Duration SPREAD = Duration.ofMinutes(1);
    private static final double JITTER = 0.2;

    /**
     * Doubles with each failure in a row, up to an hour, and a fifth more or less.
     *
     * @param failures in a row
     */
    static Retry after(Course course, int failures) {
        return switch (course) {
            case RETRY_SOON -> new Retry(grown(SOON, failures), null);
            case RETRY_SLOWLY, TRY_CONNECTION -> {
                Duration after = grown(SLOWLY, failures);
                yield new Retry(after, "It is tried again in about " + after.toMinutes() + " minutes.");
            }
            case WAIT_FOR_CHANGE ->
                new Retry(
                        null,
                        "It is tried again when the source or the sync changes, and when the destination is checked for drift.");
        };
    }

    /** After something else will have been tried; not all at the same moment. */
    static Retry shortlyAfter(Duration other) {
        return new Retry(other.plusMillis(ThreadLocalRandom.current().nextLong(SPREAD.toMillis())), null);
    }

    private static Duration grown(Duration first, int failures) {
        Duration delay = first.multipliedBy(1L << Math.max(0, Math.min(failures - 1, 10)));
        Duration capped = delay.compareTo(LONGEST) < 0 ? delay : LONGEST;
        double factor = ThreadLocalRandom.current().nextDouble(1 - JITTER, 1 + JITTER);
        return Duration.ofMillis(Math.round(capped.toMillis() * factor));
    }
}
