package ai.hanzo.kms.secretsync.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.hanzo.kms.secretsync.sync.Rejection;
import io.github.bucket4j.TimeMeter;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateLimitsTest {
    private long now = TimeUnit.DAYS.toNanos(1);
    private final RateLimits limits = new RateLimits(new RateLimitProperties(60, 6), new TimeMeter() {
        @Override
        public long currentTimeNanos() {
            return now;
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    });

    private void pass(long seconds) {
        now += TimeUnit.SECONDS.toNanos(seconds);
    }

    @Test
    void soManyAMinuteAndThenOneAtATime() {
        for (int i = 0; i < 60; i++) {
            assertThat(limits.call("a")).isEmpty();
        }

        Rejection refusal = limits.call("a").orElseThrow();
        assertThat(refusal.kind()).isEqualTo(Rejection.Kind.RATE_LIMITED);
        assertThat(refusal).hasMessage("Rate limit exceeded. Please try again in 1 seconds");
        assertThat(refusal.retryAfter()).hasSeconds(1);
        pass(1);
        assertThat(limits.call("a")).isEmpty();
        assertThat(limits.call("a")).isPresent();
        pass(600);
        for (int i = 0; i < 60; i++) {
            assertThat(limits.call("a")).isEmpty();
        }
        assertThat(limits.call("a")).isPresent();
    }

    @Test
    void whoComesAgainWhenToldToIsLetIn() {
        for (int i = 0; i < 6; i++) {
            assertThat(limits.attempt("a")).isEmpty();
        }
        long wait = limits.attempt("a").orElseThrow().retryAfter().toSeconds();

        assertThat(wait).isEqualTo(10);
        pass(wait);
        assertThat(limits.attempt("a")).isEmpty();
    }

    @Test
    void eachHasTheirOwnAndLoginsAreCountedByThemselves() {
        for (int i = 0; i < 6; i++) {
            assertThat(limits.attempt("a")).isEmpty();
        }

        assertThat(limits.attempt("a")).isPresent();
        assertThat(limits.attempt("b")).isEmpty();
        assertThat(limits.call("a")).isEmpty();
    }

    @Test
    void aFloodOfCallersTakesNoMoreThanSoMuchMemory() {
        for (int i = 0; i < RateLimits.BUCKETS * 2; i++) {
            limits.call("caller " + i);
        }

        assertThat(limits.size()).isLessThanOrEqualTo(RateLimits.BUCKETS);
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3, 10.1.2.3, true",
        "10.1.2.3, 10.1.2.4, false",
        "2001:db8:1:2::1, 2001:db8:1:2:ffff::9, true",
        "2001:db8:1:2::1, 2001:db8:1:3::1, false",
        "::ffff:10.1.2.3, 10.1.2.3, true"
    })
    void whoHasOneAddressOfANetworkHasAllOfIt(String one, String other, boolean same) {
        assertThat(RemoteAddress.of(one).equals(RemoteAddress.of(other))).isEqualTo(same);
    }

    @Test
    void aWrongSettingIsNamed() {
        assertThatThrownBy(() -> new RateLimitProperties(0, 1)).hasMessageStartingWith("SECRET_SYNC_RATE_LIMIT must");
        assertThatThrownBy(() -> new RateLimitProperties(1, -1))
                .hasMessageStartingWith("SECRET_SYNC_LOGIN_RATE_LIMIT must");
    }
}
