package ai.hanzo.kms.secretsync.aws;

import java.time.Duration;

/**
 * A rate of calls that adapts itself to how many of them are refused: additive increase, multiplicative decrease, once a second.
 *
 * <ul>
 *   <li>A second without a refusal: up, so that the whole share would be reached from nothing in 40 seconds.
 *   <li>A second with refusals: down to what was accepted, by a half at most and by a tenth at least.
 *   <li>Refusals that do not become fewer when the rate falls are not of our making - somebody else uses the quota up. Being
 *       slower would not help anybody, so the rate goes back to where it was and stays for a while, unless they become more; where
 *       nearly everything is refused it falls in any case.
 * </ul>
 *
 * <p>Not safe for use by several threads. Times are nanoseconds of one monotonic clock.
 */
final class AdaptiveRate {
    static final long WINDOW = Duration.ofSeconds(1).toNanos();
    private static final double SECONDS_TO_THE_TOP = 40;
    private static final double FLOOR = 1.0 / 20;
    /** Fewer answers than this say little: they are looked at together with those of the next second. */
    private static final int ENOUGH = 4;

    private static final double STEEPEST = 0.5;
    private static final double GENTLEST = 0.9;
    /** A cut answers refusals of this fraction at least; fewer come from reaching the limit and no more. */
    private static final double MANY = 0.25;
    /** Where cuts leave this part of the refusals or more, they did not help. */
    private static final double STILL = 0.75;
    /** One may deceive: a quota that was saved up makes the first second look better than it is. */
    private static final int CUTS_TO_TELL = 2;

    private static final double WORSE = 1.5;
    private static final double NEARLY_ALL = 0.7;
    private static final long HOLD = Duration.ofSeconds(60).toNanos();

    private double most;
    private double rate;
    private long windowStart;
    private int answers;
    private int refused;
    private boolean settling;
    private int cuts;
    private double beforeCuts;
    private double refusedBeforeCuts;
    private long holdUntil;

    /**
     * @param most calls per second, never to be exceeded
     */
    AdaptiveRate(double most, long now) {
        this.most = most;
        rate = most;
        windowStart = now;
        holdUntil = now;
    }

    void most(double calls) {
        most = calls;
        rate = Math.min(rate, most);
        beforeCuts = Math.min(beforeCuts, most);
    }

    /** Calls per second that may be made now. */
    double perSecond(long now) {
        look(now);
        return rate;
    }

    void answered(boolean throttled, long now) {
        look(now);
        answers++;
        if (throttled) {
            refused++;
        }
    }

    private void look(long now) {
        long elapsed = now - windowStart;
        if (elapsed < WINDOW || refused > 0 && answers < ENOUGH && elapsed < 2 * WINDOW) {
            return;
        }
        boolean settled = !settling;
        settling = false;
        if (refused == 0) {
            climb(elapsed);
        } else {
            // Answers of the second after a cut are to calls made before it.
            if (settled) {
                slowDown((double) refused / answers, now);
            }
            climb(elapsed - WINDOW);
        }
        windowStart = now;
        answers = 0;
        refused = 0;
    }

    private void climb(long nanos) {
        if (refused == 0) {
            cuts = 0;
            holdUntil = windowStart;
        }
        rate = Math.min(most, rate + most / SECONDS_TO_THE_TOP * nanos / WINDOW);
    }

    private void slowDown(double fraction, long now) {
        boolean hopeless = fraction > NEARLY_ALL;
        if (now - holdUntil < 0 && !hopeless && fraction <= WORSE * refusedBeforeCuts) {
            return;
        }
        boolean helped = fraction < STILL * refusedBeforeCuts;
        if (cuts >= CUTS_TO_TELL && !helped && refusedBeforeCuts >= MANY && !hopeless) {
            rate = beforeCuts;
            cuts = 0;
            holdUntil = now + HOLD;
            return;
        }
        if (cuts == 0 || helped) {
            cuts = 0;
            beforeCuts = rate;
            refusedBeforeCuts = fraction;
        }
        cuts++;
        rate = Math.max(most * FLOOR, rate * Math.min(GENTLEST, Math.max(STEEPEST, 1 - fraction)));
        settling = true;
    }
}
