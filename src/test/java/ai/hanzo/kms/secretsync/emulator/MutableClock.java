package ai.hanzo.kms.secretsync.emulator;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/**
 * A clock in UTC that tests set. It either runs (the system's time plus an offset) or stands still at one instant.
 * Instants are in whole milliseconds, as AWS reports them. Safe for use by many threads.
 */
public final class MutableClock extends Clock {
    private volatile Duration offset = Duration.ZERO;
    private volatile Instant frozen;

    private MutableClock() {}

    /** A clock that runs with the system's time until it is set. */
    public static MutableClock running() {
        return new MutableClock();
    }

    /** A clock that stands still at {@code instant}. */
    public static MutableClock frozenAt(Instant instant) {
        MutableClock clock = new MutableClock();
        clock.freezeAt(instant);
        return clock;
    }

    /** Moves the time forward, whether the clock runs or stands still. */
    public synchronized void advance(Duration by) {
        if (frozen == null) {
            offset = offset.plus(by);
        } else {
            frozen = frozen.plus(by);
        }
    }

    /** Stops the clock at {@code instant}. */
    public synchronized void freezeAt(Instant instant) {
        frozen = instant.truncatedTo(ChronoUnit.MILLIS);
    }

    /** Stops the clock now. */
    public synchronized void freeze() {
        freezeAt(instant());
    }

    /** Lets the clock run again with the system's time. */
    public synchronized void reset() {
        frozen = null;
        offset = Duration.ZERO;
    }

    @Override
    public Instant instant() {
        Instant still = frozen;
        return still != null ? still : Instant.now().plus(offset).truncatedTo(ChronoUnit.MILLIS);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return Clock.fixed(instant(), zone);
    }
}
