package ai.hanzo.kms.secretsync.security;

import ai.hanzo.kms.secretsync.sync.Rejection;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/**
 * Which tokens the KMS has accepted or refused, by their hash. A refused one is not asked about again for half a minute. One
 * that is neither costs a question to the KMS, so that those who send many are held back: see {@link RateLimitFilter}.
 */
@Component
class KnownTokens {
    private static final Duration ACCEPTED = Duration.ofHours(1);
    private static final Duration REFUSED = Duration.ofSeconds(30);
    private static final int MOST = 100_000;
    private static final Set<Rejection.Kind> REFUSALS =
            EnumSet.of(Rejection.Kind.UNAUTHENTICATED, Rejection.Kind.TOKEN);

    private final Cache<String, Boolean> accepted =
            Caffeine.newBuilder().expireAfterAccess(ACCEPTED).maximumSize(MOST).build();
    private final Cache<String, Refusal> refused =
            Caffeine.newBuilder().expireAfterWrite(REFUSED).maximumSize(MOST).build();

    private record Refusal(Rejection.Kind kind, String message) {}

    boolean isKnown(String hash) {
        return accepted.getIfPresent(hash) != null || refused.getIfPresent(hash) != null;
    }

    /**
     * Asks the KMS something as a caller, unless it refused their token a moment ago.
     *
     * @throws Rejection what {@code question} throws, or threw
     */
    <T> T ask(String hash, Supplier<T> question) {
        Refusal before = refused.getIfPresent(hash);
        if (before != null) {
            throw new Rejection(before.kind(), before.message());
        }
        try {
            T answer = question.get();
            accepted.put(hash, true);
            return answer;
        } catch (Rejection e) {
            if (REFUSALS.contains(e.kind())) {
                accepted.invalidate(hash);
                refused.put(hash, new Refusal(e.kind(), e.getMessage()));
            }
            throw e;
        }
    }
}
