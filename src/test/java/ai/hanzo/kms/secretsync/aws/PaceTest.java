package ai.hanzo.kms.secretsync.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** In virtual time: threads that call AWS, of which each answer takes 50 ms, at a pace. */
class PaceTest {
    private static final double SHARE = 20;
    private static final Duration LATENCY = Duration.ofMillis(50);
    private static final int THREADS = 16;

    private long now;
    private final Pace pace = new Pace(SHARE, () -> now);

    /** A quota of AWS: holds one second's worth of calls, and fills. */
    private final class Quota implements BooleanSupplier {
        private double perSecond;
        private double tokens;
        private long filled;

        Quota(double perSecond) {
            this.perSecond = perSecond;
            tokens = perSecond;
        }

        /** Whether AWS refuses a call. */
        @Override
        public boolean getAsBoolean() {
            tokens = Math.min(perSecond, tokens + (now - filled) * perSecond / 1e9);
            filled = now;
            if (tokens < 1) {
                return true;
            }
            tokens--;
            return false;
        }
    }

    /** Something that calls, one call after the other, each again until it is not refused. */
    private static final class Caller {
        private Pace.Ticket ticket;
        private long answeredAt = -1;
        private boolean refused;
    }

    /** What came of it. */
    private record Work(double seconds, int calls) {}

    /** Makes so many calls that AWS accepts, and says how long it took. */
    private Work work(int accepted, BooleanSupplier refuses) {
        long begin = now;
        int done = 0;
        int calls = 0;
        List<Caller> callers = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Caller caller = new Caller();
            caller.ticket = pace.enter(true, false);
            callers.add(caller);
        }
        while (done < accepted) {
            long next = Long.MAX_VALUE;
            for (Caller caller : callers) {
                if (caller.answeredAt >= 0 && caller.answeredAt <= now) {
                    caller.answeredAt = -1;
                    pace.answered(caller.refused);
                    done += caller.refused ? 0 : 1;
                    caller.ticket = pace.enter(true, caller.refused);
                }
            }
            for (Caller caller : callers) {
                if (caller.answeredAt < 0 && pace.turn(caller.ticket) == 0) {
                    calls++;
                    caller.refused = refuses.getAsBoolean();
                    caller.answeredAt = now + LATENCY.toNanos();
                }
                if (caller.answeredAt >= 0) {
                    next = Math.min(next, caller.answeredAt);
                }
            }
            now = Math.min(next, now + Duration.ofMillis(5).toNanos());
        }
        callers.forEach(caller -> pace.leave(caller.ticket));
        return new Work((now - begin) / 1e9, calls);
    }

    @Test
    void the_share_is_used_and_never_exceeded() {
        Work work = work(1000, () -> false);

        assertThat(work.seconds()).isBetween(1000 / SHARE * 0.98, 1000 / SHARE / 0.95);
    }

    @Test
    void a_quota_that_others_have_cut_is_used_up_almost() {
        Work work = work(1000, new Quota(10));

        assertThat(work.seconds()).isLessThan(1.2 * 1000 / 10);
        assertThat(work.calls()).isLessThan(1200);
    }

    @Test
    void a_tenth_of_the_share_too() {
        Work work = work(300, new Quota(2));

        assertThat(work.seconds()).isLessThan(1.2 * 300 / 2);
    }

    @Test
    void where_every_second_call_is_refused_whatever_the_pace_half_of_the_share_gets_through() {
        int[] met = {0};

        Work work = work(1000, () -> met[0]++ % 2 == 0);

        assertThat(work.seconds()).isLessThan(1.2 * 1000 / (SHARE / 2));
    }

    @Test
    void where_nearly_everything_is_refused_hardly_anything_is_called() {
        int[] met = {0};
        work(20, () -> met[0]++ % 10 != 0);

        assertThat(pace.perSecond()).isLessThanOrEqualTo(SHARE / 10);
    }

    @Test
    void a_minute_after_the_last_refusal_it_is_the_share_again() {
        int[] met = {0};
        work(20, () -> met[0]++ % 10 != 0);
        long begin = now;

        while (pace.perSecond() < 0.9 * SHARE) {
            work(1, () -> false);
        }

        assertThat((now - begin) / 1e9).isLessThan(60);
    }

    @Test
    void idling_recovers_as_well() {
        int[] met = {0};
        work(20, () -> met[0]++ % 10 != 0);

        now += Duration.ofSeconds(60).toNanos();

        assertThat(pace.perSecond()).isGreaterThanOrEqualTo(0.9 * SHARE);
    }

    @Test
    void when_another_instance_comes_the_share_is_divided_at_once() {
        pace.most(SHARE / 2);

        assertThat(pace.perSecond()).isEqualTo(SHARE / 2);
        assertThat(work(500, () -> false).seconds()).isGreaterThan(500 / (SHARE / 2) * 0.95);
    }

    @Test
    void what_is_urgent_goes_first_and_what_is_not_has_every_tenth_turn() {
        List<String> order = new ArrayList<>();
        List<Pace.Ticket> urgent = new ArrayList<>();
        List<Pace.Ticket> patient = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            patient.add(pace.enter(false, false));
        }
        for (int i = 0; i < 30; i++) {
            urgent.add(pace.enter(true, false));
        }
        while (order.size() < 60) {
            urgent.removeIf(ticket -> turn(ticket, "urgent", order));
            patient.removeIf(ticket -> turn(ticket, "patient", order));
            now += Duration.ofMillis(1).toNanos();
        }

        assertThat(order.subList(0, 9)).containsOnly("urgent");
        assertThat(order.get(9)).isEqualTo("patient");
        assertThat(order.subList(0, 30)).filteredOn("patient"::equals).hasSize(3);
        assertThat(order.subList(33, 60)).containsOnly("patient");
    }

    private boolean turn(Pace.Ticket ticket, String lane, List<String> order) {
        if (pace.turn(ticket) > 0) {
            return false;
        }
        order.add(lane);
        return true;
    }

    @Test
    void a_refused_call_goes_before_those_that_had_no_turn_yet() {
        Pace.Ticket waiting = pace.enter(true, false);
        Pace.Ticket refused = pace.enter(true, true);

        assertThat(pace.turn(waiting)).isPositive();
        assertThat(pace.turn(refused)).isZero();
        assertThat(pace.turn(waiting)).isZero();
    }

    @Test
    void nobody_waits_longer_than_it_wants() {
        Pace slow = new Pace(0.01, System::nanoTime);

        assertThatThrownBy(() -> {
                    slow.await(true, false, Duration.ofMillis(20));
                    slow.await(true, false, Duration.ofMillis(20));
                })
                .isInstanceOf(TimeoutException.class);
    }

    @Test
    void whoever_waits_when_the_service_ends_is_interrupted() {
        Pace slow = new Pace(0.01, System::nanoTime);
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> {
            try {
                slow.await(true, false, Duration.ofMinutes(1));
                slow.await(true, false, Duration.ofMinutes(1));
            } catch (InterruptedException | TimeoutException e) {
                throw new IllegalStateException(e);
            }
        });

        slow.close();

        assertThatThrownBy(waiting::get)
                .isInstanceOf(ExecutionException.class)
                .rootCause()
                .isInstanceOf(InterruptedException.class);
    }
}
