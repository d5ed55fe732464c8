package ai.hanzo.kms.secretsync.emulator;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * AWS's request quotas: per account, region and family of operations, so many calls per second. Each is a bucket that
 * holds one second's worth of calls and fills by the emulator's clock. Off until {@link #enable}d.
 */
public final class Quotas {
    /**
     * Operations that share a quota. Rates are calls per second from the Secrets Manager quotas page; those of
     * creation, deletion, passwords and lists are from its table of 2022.
     */
    public enum Family {
        READ(10_000, "DescribeSecret", "GetSecretValue"),
        WRITE(
                50,
                "PutSecretValue",
                "UpdateSecret",
                "UpdateSecretVersionStage",
                "ReplicateSecretToRegions",
                "RemoveRegionsFromReplication",
                "StopReplicationToReplica"),
        POLICY(50, "GetResourcePolicy", "PutResourcePolicy", "DeleteResourcePolicy", "ValidateResourcePolicy"),
        TAG(50, "TagResource", "UntagResource"),
        RESTORE(50, "RestoreSecret"),
        ROTATE(50, "RotateSecret", "CancelRotateSecret"),
        BATCH(100, "BatchGetSecretValue"),
        CREATE(50, "CreateSecret"),
        DELETE(50, "DeleteSecret"),
        PASSWORD(50, "GetRandomPassword"),
        LIST(50, "ListSecrets", "ListSecretVersionIds");

        private static final Map<String, Family> BY_OPERATION = new ConcurrentHashMap<>();

        static {
            for (Family family : values()) {
                for (String operation : family.operations) {
                    BY_OPERATION.put(operation, family);
                }
            }
        }

        private final double rate;
        private final String[] operations;

        Family(double rate, String... operations) {
            this.rate = rate;
            this.operations = operations;
        }

        /** AWS's rate in calls per second. */
        public double rate() {
            return rate;
        }
    }

    private record Key(String account, String region, Family family) {}

    private static final class Bucket {
        private double tokens;
        private Instant filled;
        private boolean fresh = true;

        synchronized boolean take(double rate, Instant now) {
            if (fresh) {
                tokens = Math.max(1, rate);
                filled = now;
                fresh = false;
            }
            double seconds = Math.max(0, Duration.between(filled, now).toNanos() / 1e9);
            tokens = Math.min(Math.max(1, rate), tokens + seconds * rate);
            filled = now;
            if (tokens < 1) {
                return false;
            }
            tokens--;
            return true;
        }
    }

    private final Clock clock;
    private final Map<Key, Bucket> buckets = new ConcurrentHashMap<>();
    private final Map<Family, Double> rates = new EnumMap<>(Family.class);
    private final Map<String, Map<Family, Double>> ratesOfAccounts = new HashMap<>();
    private volatile boolean enabled;

    Quotas(Clock clock) {
        this.clock = clock;
    }

    /** From now on calls beyond a quota are answered with {@code ThrottlingException}. All buckets are full. */
    public Quotas enable() {
        buckets.clear();
        enabled = true;
        return this;
    }

    public Quotas disable() {
        enabled = false;
        return this;
    }

    /** Sets another rate than AWS's, in calls per second. */
    public Quotas rate(Family family, double perSecond) {
        synchronized (rates) {
            rates.put(family, perSecond);
        }
        return this;
    }

    /** Sets another rate for one account only, in calls per second. */
    public Quotas rate(String account, Family family, double perSecond) {
        synchronized (rates) {
            ratesOfAccounts
                    .computeIfAbsent(account, id -> new EnumMap<>(Family.class))
                    .put(family, perSecond);
        }
        return this;
    }

    /** Back to AWS's rates, and off. */
    public void reset() {
        enabled = false;
        buckets.clear();
        synchronized (rates) {
            rates.clear();
            ratesOfAccounts.clear();
        }
    }

    boolean admits(String account, String region, String operation) {
        Family family = Family.BY_OPERATION.get(operation);
        if (!enabled || family == null) {
            return true;
        }
        double rate;
        synchronized (rates) {
            rate = ratesOfAccounts
                    .getOrDefault(account, Map.of())
                    .getOrDefault(family, rates.getOrDefault(family, family.rate));
        }
        return buckets.computeIfAbsent(new Key(account, region, family), key -> new Bucket())
                .take(rate, clock.instant());
    }
}
