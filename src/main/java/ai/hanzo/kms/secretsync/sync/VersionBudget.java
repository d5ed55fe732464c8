package ai.hanzo.kms.secretsync.sync;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How often a secret may still be written. AWS keeps about 100 versions of a secret and removes none that is younger than a day
 * (aws-and-peers 3.2), so that a secret over which two writers fight would soon take no value at all, not even the right one.
 *
 * @param writes how many versions were made in each hour since 1970, of the last day only
 */
public record VersionBudget(SortedMap<Long, Integer> writes) {
    /** Versions that this service makes of one secret in 24 hours; the rest is for others. */
    public static final int PER_DAY = 90;

    private static final long HOUR = Duration.ofHours(1).toMillis();
    private static final int HOURS = 24;

    public static final VersionBudget UNSPENT = new VersionBudget(new TreeMap<>());

    public VersionBudget {
        writes = Collections.unmodifiableSortedMap(new TreeMap<>(writes));
    }

    public boolean isSpent(Instant now) {
        return since(now).values().stream().mapToInt(Integer::intValue).sum() >= PER_DAY;
    }

    /** When it can be written again, for a budget that is spent. */
    public Instant availableAgain(Instant now) {
        return Instant.ofEpochMilli((since(now).firstKey() + HOURS + 1) * HOUR);
    }

    /** With one more write. */
    VersionBudget written(Instant now) {
        TreeMap<Long, Integer> more = new TreeMap<>(since(now));
        more.merge(hour(now), 1, Integer::sum);
        return new VersionBudget(more);
    }

    /** The hour in which the day began counts as a whole: rather one write too few than one too many. */
    private SortedMap<Long, Integer> since(Instant now) {
        return writes.tailMap(hour(now) - HOURS);
    }

    private static long hour(Instant at) {
        return Math.floorDiv(at.toEpochMilli(), HOUR);
    }
}
