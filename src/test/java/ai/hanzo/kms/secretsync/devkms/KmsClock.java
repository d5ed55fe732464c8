package ai.hanzo.kms.secretsync.devkms;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The time the KMS believes it is: milliseconds, as its JSON carries, and settable. */
final class KmsClock {
    private volatile Clock clock = Clock.systemUTC();

    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    void set(Clock newClock) {
        clock = newClock;
    }

    void advance(Duration by) {
        clock = Clock.offset(clock, by);
    }
}
