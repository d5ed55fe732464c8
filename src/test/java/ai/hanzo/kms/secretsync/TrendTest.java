package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What leaks is told from what only goes up and down. */
class TrendTest {
    private static Trend trend(DoubleUnaryOperator value) {
        return Trend.of(IntStream.range(0, 80)
                .mapToObj(i -> new Trend.Point(10 + i, value.applyAsDouble(i)))
                .toList());
    }

    @Test
    void aLineIsItsOwnTrend() {
        Trend trend = trend(i -> 50 + i);
        assertThat(trend.start()).isCloseTo(50, within(1e-9));
        assertThat(trend.end()).isCloseTo(129, within(1e-9));
        assertThat(trend.rise()).isCloseTo(79, within(1e-9));
    }

    @Test
    void whatGoesUpAndDownDoesNotRise() {
        Random random = new Random(7);
        assertThat(trend(i -> 50 + random.nextGaussian()).rise()).isCloseTo(0, within(1.0));
    }

    @Test
    void aLeakIsSeenThroughTheNoise() {
        Random random = new Random(7);
        assertThat(trend(i -> 50 + 0.1 * i + random.nextGaussian()).rise()).isGreaterThan(5);
    }

    @Test
    void oneMomentHasNoTrend() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Trend.of(List.of(new Trend.Point(1, 2), new Trend.Point(1, 3))));
    }
}
