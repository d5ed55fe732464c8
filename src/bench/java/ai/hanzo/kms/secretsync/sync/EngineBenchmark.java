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

/** The engine alone, for a destination that is as it should be. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class EngineBenchmark {
    private static final int SECRETS = 10_000;
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

    @Benchmark
    public Plan planOf10000() {
        return Planner.plan(input, Map.of());
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
