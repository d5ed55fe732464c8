package ai.hanzo.kms.secretsync.devkms;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** Counts requests in fixed windows of a minute that start with a client's first request. */
final class RateLimiter {
    /** The classes of routes that are counted apart; {@code NONE} is not counted. */
    enum Kind {
        NONE,
        READ,
        WRITE,
        SECRETS
    }

    /** What is left after a request. Seconds are rounded up, so that waiting them is enough. */
    record Verdict(int limit, int remaining, long resetSeconds, boolean refused) {}

    private static final class Window {
        private final Instant end;
        private int used;

        Window(Instant end) {
            this.end = end;
        }
    }

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final KmsClock clock;
    private final Map<Kind, Map<String, Window>> windows = new EnumMap<>(Kind.class);
    private RateLimits limits;

    RateLimiter(KmsClock clock) {
        this.clock = clock;
    }

    /** @param newLimits null turns limiting off */
    synchronized void limit(RateLimits newLimits) {
        limits = newLimits;
        windows.clear();
    }

    /** Counts one request; null if it is not limited. */
    synchronized Verdict count(Kind kind, String client) {
        if (limits == null || kind == Kind.NONE) {
            return null;
        }
        Instant now = clock.now();
        Window window = windows.computeIfAbsent(kind, any -> new HashMap<>())
                .compute(
                        client,
                        (any, open) -> open == null || !now.isBefore(open.end) ? new Window(now.plus(MINUTE)) : open);
        window.used++;
        int limit = switch (kind) {
            case READ -> limits.read();
            case WRITE -> limits.write();
            default -> limits.secrets();
        };
        long reset = Duration.between(now, window.end).plusMillis(999).toSeconds();
        return new Verdict(limit, Math.max(0, limit - window.used), reset, window.used > limit);
    }
}
