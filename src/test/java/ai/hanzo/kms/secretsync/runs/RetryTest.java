package ai.hanzo.kms.secretsync.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryTest {
    @ParameterizedTest
    @CsvSource({
        "RETRY_SOON, 1, 30",
        "RETRY_SOON, 2, 60",
        "RETRY_SOON, 7, 1920",
        "RETRY_SOON, 8, 3600",
        "RETRY_SOON, 1000, 3600",
        "RETRY_SLOWLY, 1, 900",
        "RETRY_SLOWLY, 2, 1800",
        "RETRY_SLOWLY, 5, 3600",
        "TRY_CONNECTION, 1, 900"
    })
    void comes_later_with_each_failure_and_never_at_the_same_moment_for_all(Course course, int failures, long seconds) {
        assertThat(Retry.after(course, failures).after().toMillis()).isBetween(seconds * 800, seconds * 1200);
        assertThat(Retry.after(course, failures).after())
                .isNotEqualTo(Retry.after(course, failures).after());
    }

    @ParameterizedTest
    @CsvSource({"1, 15", "2, 30", "3, 60", "100, 60"})
    void a_connection_is_tried_less_and_less_often(int met, long minutes) {
        assertThat(ConnectionTroubles.pause(met)).isEqualTo(Duration.ofMinutes(minutes));
    }

    @ParameterizedTest
    @CsvSource({"10", "1024", "3000"})
    void what_is_told_of_it_fits_whatever_the_rest(int length) {
        Retry retry = Retry.after(Course.WAIT_FOR_CHANGE, 1);

        assertThat(Messages.with("m".repeat(length), retry))
                .hasSizeLessThanOrEqualTo(Messages.LONGEST)
                .endsWith(retry.told());
    }
}
