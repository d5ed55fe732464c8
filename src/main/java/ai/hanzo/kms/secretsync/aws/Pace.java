package ai.hanzo.kms.secretsync.aws;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.TokensInheritanceStrategy;
import io.github.bucket4j.local.LocalBucket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * The pace of one family of operations in one account and region: calls take turns at an {@link AdaptiveRate}. Urgent ones go
 * first; of ten turns that both wait for, the others get one, so that they never wait for ever.
 */
final class Pace {
    private static final int URGENT_IN_A_ROW = 9;
    /** A fraction of a second's calls may be made at once: threads that wake up late then lose no turn. */
    private static final double BURST_SECONDS = 0.2;
    /** Buckets count whole tokens, rates are not whole. */
    private static final int PERIOD_SECONDS = 1000;

    private final LongSupplier nanoTime;
    private final AdaptiveRate rate;
    private final LocalBucket bucket;
    private final Deque<Ticket> urgent = new ArrayDeque<>();
    private final Deque<Ticket> patient = new ArrayDeque<>();
    private double bucketRate;
    private int urgentInARow;
    private boolean closed;

    /** A place in the queue. */
    static final class Ticket {
        private Ticket() {}
    }

    /**
     * @param most calls per second
     */
    Pace(double most, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        rate = new AdaptiveRate(most, nanoTime.getAsLong());
        bucketRate = most;
        bucket = Bucket.builder()
                .addLimit(limit(most))
                .withCustomTimePrecision(new TimeMeter() {
                    @Override
                    public long currentTimeNanos() {
                        return nanoTime.getAsLong();
                    }

                    @Override
                    public boolean isWallClockBased() {
                        return false;
                    }
                })
                .build();
    }

    private static Bandwidth limit(double perSecond) {
        return Bandwidth.builder()
                .capacity(Math.max(1, Math.round(perSecond * BURST_SECONDS)))
                .refillGreedy(Math.max(1, Math.round(perSecond * PERIOD_SECONDS)), Duration.ofSeconds(PERIOD_SECONDS))
                .build();
    }

    /**
     * Waits for a turn.
     *
     * @param again whether the call had a turn already, and was refused: it goes before the others
     * @throws TimeoutException where there was none in that time
     * @throws InterruptedException also where the pace was closed
     */
    synchronized void await(boolean isUrgent, boolean again, Duration atMost)
            throws InterruptedException, TimeoutException {
        Ticket ticket = enter(isUrgent, again);
        long deadline = nanoTime.getAsLong() + atMost.toNanos();
        try {
            for (long wait = turn(ticket); wait > 0; wait = turn(ticket)) {
                long left = deadline - nanoTime.getAsLong();
                if (closed) {
                    throw new InterruptedException("closed");
                }
                if (left <= 0) {
                    throw new TimeoutException();
                }
                TimeUnit.NANOSECONDS.timedWait(this, Math.max(1, Math.min(wait, left)));
            }
        } finally {
            leave(ticket);
        }
    }

    /** Takes a place in the queue. */
    synchronized Ticket enter(boolean isUrgent, boolean again) {
        Ticket ticket = new Ticket();
        Deque<Ticket> lane = isUrgent ? urgent : patient;
        if (again) {
            lane.addFirst(ticket);
        } else {
            lane.addLast(ticket);
        }
        return ticket;
    }

    /**
     * @return 0 where the call may be made now, and has left the queue; otherwise how many nanoseconds to wait at most before
     *     asking again
     */
    synchronized long turn(Ticket ticket) {
        adapt();
        long wait = bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill();
        if (head() != ticket) {
            // Whoever is at the head of the queue wakes the others when it leaves.
            return Math.max(wait, AdaptiveRate.WINDOW);
        }
        if (!bucket.tryConsume(1)) {
            // The rate may rise or fall meanwhile.
            return Math.max(1, Math.min(wait, AdaptiveRate.WINDOW));
        }
        urgentInARow = !urgent.isEmpty() && urgent.peek() == ticket && !patient.isEmpty() ? urgentInARow + 1 : 0;
        leave(ticket);
        return 0;
    }

    private Ticket head() {
        if (patient.isEmpty() || !urgent.isEmpty() && urgentInARow < URGENT_IN_A_ROW) {
            return urgent.peek();
        }
        return patient.peek();
    }

    /** Gives a place in the queue up, or does nothing where it had its turn. */
    synchronized void leave(Ticket ticket) {
        if (urgent.remove(ticket) || patient.remove(ticket)) {
            notifyAll();
        }
    }

    /** AWS has answered a call. */
    synchronized void answered(boolean throttled) {
        rate.answered(throttled, nanoTime.getAsLong());
    }

    /** Never more than so many calls per second from now on. */
    synchronized void most(double perSecond) {
        rate.most(perSecond);
    }

    /** Calls per second at present. */
    synchronized double perSecond() {
        return rate.perSecond(nanoTime.getAsLong());
    }

    private void adapt() {
        double now = perSecond();
        if (now != bucketRate) {
            bucketRate = now;
            bucket.replaceConfiguration(
                    BucketConfiguration.builder().addLimit(limit(now)).build(), TokensInheritanceStrategy.AS_IS);
        }
    }

    /** Whoever waits is interrupted. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
