package ai.hanzo.kms.secretsync.aws;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.AwsExecutionAttribute;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.regions.Region;

/**
 * Keeps all calls to AWS, each attempt of them, at the {@link Pace} of their account, region and {@link OperationFamily}, which
 * all syncs share; instances of the service divide the share of the quota among them.
 *
 * <p>A call waits for its first turn before any of the SDK's time-outs runs, and for the turns of its retries, which go first,
 * within them. Our clients send on the calling thread; that thread learns of each answer through {@link AwsRetries}.
 */
class Pacer implements ExecutionInterceptor, AutoCloseable {
    /** The account whose quotas a client uses up; without it, that of the service's own credentials. */
    static final ExecutionAttribute<String> ACCOUNT = new ExecutionAttribute<>("SecretSyncAccount");
    /** How long a retry waits for its turn. */
    static final Duration RETRY_PATIENCE = Duration.ofSeconds(20);

    private static final Logger LOG = LoggerFactory.getLogger(Pacer.class);
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration INSTANCES_KNOWN_FOR = Duration.ofSeconds(5);
    private static final ExecutionAttribute<Lane> LANE = new ExecutionAttribute<>("SecretSyncLane");
    private static final ExecutionAttribute<Boolean> FIRST_TURN = new ExecutionAttribute<>("SecretSyncFirstTurn");

    private final QuotaProperties quotas;
    private final AwsCalls calls;
    private final Instances instances;
    private final MeterRegistry meters;
    private final Map<Key, Lane> lanes = new ConcurrentHashMap<>();
    private final ThreadLocal<Lane> underWay = new ThreadLocal<>();
    private final AtomicLong instancesKnownUntil = new AtomicLong(System.nanoTime());
    private volatile int alive = 1;

    Pacer(QuotaProperties quotas, AwsCalls calls, Instances instances, MeterRegistry meters) {
        this.quotas = quotas;
        this.calls = calls;
        this.instances = instances;
        this.meters = meters;
    }

    private record Key(String account, String region, OperationFamily family) {
        Tags tags() {
            return Tags.of(
                    "account",
                    account,
                    "region",
                    region,
                    "family",
                    family.name().toLowerCase(Locale.ROOT));
        }
    }

    private record Lane(Pace pace, Counter throttles) {}

    @Override
    public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
        Lane lane = lane(attributes);
        attributes.putAttribute(LANE, lane);
        waitForTurn(lane.pace(), false, PATIENCE);
        attributes.putAttribute(FIRST_TURN, true);
    }

    @Override
    public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
        Lane lane = attributes.getAttribute(LANE);
        if (attributes.getAttribute(FIRST_TURN)) {
            attributes.putAttribute(FIRST_TURN, false);
        } else {
            waitForTurn(lane.pace(), true, RETRY_PATIENCE);
        }
        underWay.set(lane);
    }

    /** The call that this thread has under way was answered, or is known to have got no answer. */
    void answered(boolean throttled) {
        Lane lane = underWay.get();
        if (lane != null) {
            underWay.remove();
            lane.pace().answered(throttled);
            if (throttled) {
                lane.throttles().increment();
            }
        }
    }

    private void waitForTurn(Pace pace, boolean again, Duration patience) {
        try {
            pace.await(calls.areUrgent(), again, patience);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw AbortedException.create("interrupted while waiting for a turn", e);
        } catch (TimeoutException e) {
            throw new TurnNotReachedException();
        }
    }

    private Lane lane(ExecutionAttributes attributes) {
        Region region = attributes.getAttribute(AwsExecutionAttribute.AWS_REGION);
        String account = attributes.getAttribute(ACCOUNT);
        OperationFamily family = OperationFamily.of(
                attributes.getAttribute(SdkExecutionAttribute.SERVICE_NAME),
                attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME));
        countInstances();
        return lanes.computeIfAbsent(new Key(account == null ? "" : account, region.id(), family), this::lane);
    }

    private Lane lane(Key key) {
        Pace pace = new Pace(most(key.family()), System::nanoTime);
        Gauge.builder("secret.sync.pace", pace, Pace::perSecond)
                .description("Calls to AWS a second that are made at most at present")
                .tags(key.tags())
                .register(meters);
        Counter throttles = Counter.builder("secret.sync.aws.throttles")
                .description("Calls that AWS refused as too many, each attempt of them")
                .tags(key.tags())
                .register(meters);
        return new Lane(pace, throttles);
    }

    private double most(OperationFamily family) {
        return quotas.share(family) / alive;
    }

    /** Instances that start or stop are noticed a few seconds later. */
    private void countInstances() {
        long until = instancesKnownUntil.get();
        long now = System.nanoTime();
        if (now - until < 0 || !instancesKnownUntil.compareAndSet(until, now + INSTANCES_KNOWN_FOR.toNanos())) {
            return;
        }
        int counted;
        try {
            counted = Math.max(1, instances.alive());
        } catch (RuntimeException e) {
            LOG.warn("How many instances share AWS's quotas could not be counted; {} are assumed", alive, e);
            return;
        }
        if (counted != alive) {
            alive = counted;
            lanes.forEach((key, lane) -> lane.pace().most(most(key.family())));
        }
    }

    @Override
    public void close() {
        lanes.values().forEach(lane -> lane.pace().close());
    }
}
