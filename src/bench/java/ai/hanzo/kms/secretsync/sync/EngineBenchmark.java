package ai.hanzo.kms.secretsync.sync;

import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** The engine alone, for a destination that is as it should be. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class EngineBenchmark {
    public static final int SECRETS = 10_000;
    /** The benchmark that plans so many. */
    public static final String PLAN = "planOf10000";

    private static final int KEYS = 500;

    private final KeySchema schema = KeySchema.of("shop/{{environment}}/{{secretKey}}", "prod");
    private final VersionTokens tokens = VersionTokens.of(new byte[32], new UUID(1, 2), "111111111111", "us-east-1");
    private final SecretText value = SecretText.of("postgres://user:password@database.example.com:5432/shop");
    private final Map<String, SecretText> keys = new TreeMap<>();
    private SecretText object;
    private Planner.Input input;

    @Setup
    public void prepare() {
        World world = new World();
        for (int i = 0; i < SECRETS; i++) {
            world.secret("K" + i, "the value of secret number " + i);
        }
        world.run();
        input = world.input();
        for (int i = 0; i < KEYS; i++) {
            keys.put("K" + i, value);
        }
        object = CanonicalJson.of(keys).text();
    }

    /** All that a run asks the planner, with tokens of its own, as each run has. */
    @Benchmark
    public Plan planOf10000(Blackhole looks) {
        Planner.Input run = new Planner.Input(
                input.sync(),
                input.wanted(),
                input.listed(),
                input.described(),
                input.journal(),
                input.heldByOthers(),
                input.retiredSyncs(),
                VersionTokens.of(new byte[32], World.SYNC, "123456789012", "eu-central-1"),
                input.generation(),
                input.foreignSecrets(),
                input.kmsKeys(),
                input.now(),
                input.approvedDeletions(),
                input.elsewhere());
        looks.consume(Planner.descriptionsNeeded(run));
        looks.consume(Planner.aliasesNeeded(run));
        looks.consume(Planner.valuesNeeded(run));
        Plan plan = Planner.plan(run, Map.of());
        if (!plan.isEmpty() || plan.unchanged() != SECRETS) {
            throw new IllegalStateException("There was something to do");
        }
        return plan;
    }

    @Benchmark
    public boolean keySchema() {
        return schema.covers(schema.apply("DATABASE_URL"));
    }

    @Benchmark
    public SecretText canonicalJsonOf500Keys() {
        return CanonicalJson.of(keys).text();
    }

    @Benchmark
    public CanonicalJson.Parsed parsingOf500Keys() {
        return CanonicalJson.parse(object);
    }

    @Benchmark
    public String versionToken() {
        return tokens.token("shop/prod/DATABASE_URL", value, 1);
    }
}
