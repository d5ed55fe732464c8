package ai.hanzo.kms.secretsync.kms;

import ai.hanzo.kms.secretsync.kms.KmsRequest.Quota;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;

/**
 * How many calls the KMS still takes, as it says itself in {@code x-ratelimit-limit}, {@code -remaining} and
 * {@code -reset}. It counts by client address, in fixed windows of a minute, so everything in this process shares one pace.
 * A KMS that says nothing (self-hosted ones enforce no limit) is not held back.
 */
final class KmsPace {
    private static final Duration WINDOW = Duration.ofSeconds(60);
    /** The KMS counts whole seconds: ends of a window that differ by less are the same end. */
    private static final Duration ROUNDING = Duration.ofSeconds(2);

    private final Clock clock;
    private final Map<Quota, Window> windows = new EnumMap<>(Quota.class);

    KmsPace(Clock clock) {
        this.clock = clock;
        for (Quota quota : Quota.values()) {
            windows.put(quota, new Window());
        }
    }

    /** @return zero where the call may be made now and is counted, otherwise how long to wait before asking again */
    synchronized Duration reserve(Quota quota) {
        Window window = windows.get(quota);
        Instant now = clock.instant();
        if (window.end != null && !now.isBefore(window.end)) {
            window.end = window.limit < 0 ? null : now.plus(WINDOW);
            window.remaining = window.limit;
        }
        if (window.end != null) {
            if (window.remaining <= 0) {
                return Duration.between(now, window.end);
            }
            window.remaining--;
        }
        window.inFlight++;
        return Duration.ZERO;
    }

    /** Learns from an answer to a call that was reserved; null where there was none. */
    synchronized void answered(Quota quota, KmsReply reply) {
        Window window = windows.get(quota);
        window.inFlight--;
        if (reply == null) {
            return;
        }
        reply.seconds("x-ratelimit-limit").ifPresent(limit -> window.limit = Math.max(1, limit));
        Instant now = clock.instant();
        reply.seconds("x-ratelimit-remaining").ifPresent(remaining -> {
            Instant end = now.plusSeconds(reply.seconds("x-ratelimit-reset").orElse(WINDOW.toSeconds()));
            boolean another = window.end == null || end.isAfter(window.end.plus(ROUNDING));
            // Calls under way are not in the KMS's number yet; within a window they were subtracted when reserved.
            window.remaining = another ? remaining - window.inFlight : Math.min(window.remaining, remaining);
            window.end = end;
        });
        if (reply.status() == 429) {
            window.remaining = 0;
            window.end = now.plus(reply.retryAfter());
        }
    }

    private static final class Window {
        /** Calls per window, -1 until the KMS said so. */
        private long limit = -1;

        private long remaining;
        /** Null while nothing is known. */
        private Instant end;

        private int inFlight;
    }
}
