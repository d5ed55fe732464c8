package ai.hanzo.kms.secretsync.security;

import ai.hanzo.kms.secretsync.sync.Rejection;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.Optional;

/**
 * Counts what callers and addresses ask for, each in a bucket that fills up again within a minute. One that was not asked for
 * since then is full, and forgotten; there are at most so many that a flood of them does no harm.
 */
final class RateLimits {
    static final int BUCKETS = 100_000;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final RateLimitProperties properties;
    private final TimeMeter time;
    private final Cache<String, Bucket> calls = buckets();
    private final Cache<String, Bucket> attempts = buckets();

    RateLimits(RateLimitProperties properties, TimeMeter time) {
        this.properties = properties;
        this.time = time;
    }

    private static Cache<String, Bucket> buckets() {
        return Caffeine.newBuilder()
                .expireAfterAccess(MINUTE)
                .maximumSize(BUCKETS)
                .build();
    }

    /**
     * A request of a caller, or from an address.
     *
     * @return the refusal, where it is one too many
     */
    Optional<Rejection> call(String who) {
        return take(calls, who, properties.rateLimit());
    }

    /**
     * A login from an address, or a token from there that nobody knows.
     *
     * @return the refusal, where it is one too many
     */
    Optional<Rejection> attempt(String address) {
        return take(attempts, address, properties.loginRateLimit());
    }

    private Optional<Rejection> take(Cache<String, Bucket> buckets, String who, int perMinute) {
        ConsumptionProbe probe = buckets.get(who, any -> bucket(perMinute)).tryConsumeAndReturnRemaining(1);
        return probe.isConsumed()
                ? Optional.empty()
                : Optional.of(Rejection.rateLimited(Duration.ofNanos(probe.getNanosToWaitForRefill())));
    }

    /** How many buckets there are. */
    long size() {
        calls.cleanUp();
        attempts.cleanUp();
        return calls.estimatedSize() + attempts.estimatedSize();
    }

    private Bucket bucket(int perMinute) {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(perMinute).refillGreedy(perMinute, MINUTE))
                .withCustomTimePrecision(time)
                .build();
    }
}
