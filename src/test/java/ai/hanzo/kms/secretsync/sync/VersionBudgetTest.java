package ai.hanzo.kms.secretsync.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class VersionBudgetTest {
    private static final Instant START = Instant.parse("2026-01-01T00:30:00Z");

    private final World world = new World();

    @Property(tries = 200)
    void whoeverWritesWhenItIsAllowedStaysBelowTheQuotaInAnyDay(
            @ForAll @IntRange(min = 1, max = 7_200) int everySeconds,
            @ForAll @LongRange(min = 0, max = 86_400) long phase) {
        VersionBudget budget = VersionBudget.UNSPENT;
        Deque<Instant> day = new ArrayDeque<>();
        Instant now = START.plusSeconds(phase);
        for (int i = 0; i < 3 * 86_400 / everySeconds && i < 20_000; i++) {
            now = now.plusSeconds(everySeconds);
            if (budget.isSpent(now)) {
                continue;
            }
            budget = budget.written(now);
            day.addLast(now);
            while (day.peekFirst().isBefore(now.minus(Duration.ofDays(1)))) {
                day.removeFirst();
            }
            assertThat(day).hasSizeLessThanOrEqualTo(VersionBudget.PER_DAY);
        }
    }

    @Test
    void aSpentBudgetIsAvailableAgainWhenItSays() {
        VersionBudget budget = VersionBudget.UNSPENT;
        for (int i = 0; i < VersionBudget.PER_DAY; i++) {
            assertThat(budget.isSpent(START)).isFalse();
            budget = budget.written(START);
        }

        assertThat(budget.isSpent(START)).isTrue();
        Instant again = budget.availableAgain(START);
        assertThat(budget.isSpent(again.minusMillis(1))).isTrue();
        assertThat(budget.isSpent(again)).isFalse();
    }

    @Test
    void aSecretThatSomebodyFlapsIsDeferredAndTheLatestValueWins() {
        world.now = START;
        world.secret("A", "ours").run();
        for (int written = 1; written < VersionBudget.PER_DAY; written++) {
            world.aws.foreign("A", "theirs " + written);
            world.run();
            assertThat(world.aws.secrets.get("A").value()).isEqualTo("ours");
        }
        world.aws.foreign("A", "theirs again");

        assertThat(world.plan().skipped()).singleElement().satisfies(skip -> {
            assertThat(skip.code()).isEqualTo(SkipReason.DEFERRED);
            assertThat(skip.code().failure()).isTrue();
            assertThat(skip.reason()).contains("90 times", "2026-01-02T01:00:00Z");
        });

        world.secret("A", "latest");
        world.now = START.plus(Duration.ofHours(25));
        world.run();
        assertThat(world.aws.secrets.get("A").value()).isEqualTo("latest");
    }
}
