package ai.hanzo.kms.secretsync.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ShardsTest {
    private static final int LARGE = 30_000;

    private World world;

    @BeforeEach
    void sharded() {
        world = new World();
        world.mapping = Destination.MANY_TO_ONE;
        world.sharding = true;
    }

    @Property(tries = 60)
    void everyKeyIsInOneShardThatFitsWhateverTheirOrder(
            @ForAll long seed, @ForAll @IntRange(min = 3, max = 40) int keys) {
        Random random = new Random(seed);
        Map<String, SecretText> values = new HashMap<>();
        for (int i = 0; i < keys; i++) {
            values.put("KEY_" + random.nextInt(1000), SecretText.of("x".repeat(20_000 + random.nextInt(40_000))));
        }
        SortedMap<String, CanonicalJson.Body> shards = Shards.of("app", values);

        SortedMap<String, SecretText> together = new TreeMap<>();
        shards.forEach((name, body) -> {
            assertThat(Shards.covers("app", name)).isTrue();
            assertThat(body.text().utf8Length()).isLessThanOrEqualTo(Wanted.MAX_BYTES);
            body.entries()
                    .forEach(
                            (key, value) -> assertThat(together.put(key, value)).isNull());
        });
        assertThat(together).isEqualTo(new TreeMap<>(values));

        List<String> shuffled = new ArrayList<>(values.keySet());
        Collections.shuffle(shuffled, random);
        Map<String, SecretText> reordered = new LinkedHashMap<>();
        shuffled.forEach(key -> reordered.put(key, values.get(key)));
        assertThat(Shards.of("app", reordered)).isEqualTo(shards);
    }

    @Property(tries = 60)
    void aNewKeyChangesOneShardOrDividesIt(@ForAll long seed, @ForAll @IntRange(min = 4, max = 40) int keys) {
        Random random = new Random(seed);
        Map<String, SecretText> values = new HashMap<>();
        for (int i = 0; i < keys; i++) {
            values.put("KEY_" + i, SecretText.of("x".repeat(20_000)));
        }
        SortedMap<String, CanonicalJson.Body> before = Shards.of("app", values);
        values.put("NEW_" + random.nextInt(1000), SecretText.of("y".repeat(100)));
        SortedMap<String, CanonicalJson.Body> after = Shards.of("app", values);

        List<String> gone = before.keySet().stream()
                .filter(name -> !after.containsKey(name))
                .toList();
        List<String> changed = after.keySet().stream()
                .filter(name -> !after.get(name).equals(before.get(name)))
                .toList();
        assertThat(gone.size()).isLessThanOrEqualTo(1);
        if (gone.isEmpty()) {
            assertThat(changed).hasSize(1);
        } else {
            assertThat(changed).allMatch(name -> name.startsWith(gone.get(0)));
        }
    }

    @Test
    void namesOfOthersAreNoShards() {
        assertThat(Shards.covers("app", "app/shard-01")).isTrue();
        for (String other : List.of("app", "app/shard-", "app/shard-2", "app/shard-0/x", "apps/shard-0", "app/other")) {
            assertThat(Shards.covers("app", other)).as(other).isFalse();
        }
    }

    @Test
    void whatFitsStaysInOnePiece() {
        world.secret("A", "one").run();
        assertThat(world.live()).containsExactly("app");
        assertThat(world.aws.secrets.get("app").value()).isEqualTo("{\"A\":\"one\"}");
    }

    @Test
    void theIndexIsWrittenWhenAllShardsAreThere() {
        fill(4);
        Plan first = world.run();
        assertThat(first.create()).isNotEmpty().allMatch(name -> Shards.covers("app", name));
        assertThat(first.skipped()).extracting(Change.Skip::code).containsExactly(SkipReason.WAITING);
        assertThat(world.live()).doesNotContain("app");

        assertThat(world.run().create()).containsExactly("app");
        assertThat(reader()).isEqualTo(source());
        assertThat(world.plan().changes()).allMatch(change -> change.equals(new Change.Keep(change.name())));
    }

    @Test
    void anIndexIsNotWrittenWhileAShardIsMissing() {
        fill(4);
        String shard = world.plan().create().get(0);
        world.aws.foreign(shard, "{}");
        world.aws.secrets.get(shard).owningService = "rds";
        world.run();
        world.run();
        assertThat(world.live()).doesNotContain("app");
    }

    @Test
    void oneChangedSecretIsOneWrite() {
        fill(6);
        settle();
        world.secret("KEY_1", "changed");
        Plan plan = world.run();
        assertThat(plan.update()).hasSize(1).allMatch(name -> Shards.covers("app", name));
        assertThat(reader()).isEqualTo(source());
    }

    @Test
    void anObjectThatGrowsIsDividedAndOneThatShrinksIsJoined() {
        fill(1);
        settle();
        assertThat(world.live()).containsExactly("app");
        for (int keys = 2; keys <= 9; keys++) {
            fill(keys);
            settle();
        }
        for (int keys = 8; keys >= 1; keys--) {
            world.source.remove("KEY_" + keys);
            settle();
        }
        assertThat(world.live()).containsExactly("app");
    }

    @Test
    void aShardGoesOnlyAfterTheIndexThatNamesIt() {
        fill(4);
        settle();
        world.source.remove("KEY_3");
        world.source.remove("KEY_2");
        Plan joined = world.run();
        assertThat(joined.update()).containsExactly("app");
        assertThat(joined.delete()).isEmpty();
        assertThat(world.run().delete()).isNotEmpty();
        assertThat(world.live()).containsExactly("app");
    }

    @Property(tries = 60)
    void aReaderFindsACompleteObjectAfterACrashAnywhere(@ForAll @IntRange(max = 25) int steps, @ForAll long seed) {
        sharded();
        Random random = new Random(seed);
        fill(1 + random.nextInt(6));
        settle();
        Map<String, String> before = reader();
        for (int i = 0; i < 8; i++) {
            if (random.nextBoolean()) {
                world.secret("KEY_" + i, "z".repeat(LARGE));
            } else if (world.source.size() > 1) {
                world.source.remove("KEY_" + i);
            }
        }
        world.stepsToLive = steps;
        try {
            for (int look = 0; look < 3; look++) {
                world.runApproved();
            }
        } catch (World.Crash e) {
            // Whoever reads now finds each key as it was or as it is to be, and none that stays is missing.
            Map<String, String> now = reader();
            source().forEach((key, value) -> {
                if (before.containsKey(key)) {
                    assertThat(now).containsKey(key);
                    assertThat(now.get(key)).isIn(before.get(key), value);
                }
            });
        }
        world.stepsToLive = Integer.MAX_VALUE;
        settle();
    }

    @Test
    void whatCannotBeWrittenKeepsItsShards() {
        fill(4);
        settle();
        var before = world.live();
        world.secret("HUGE", "x".repeat(70_000));
        Plan plan = world.run();
        assertThat(plan.skipped()).singleElement().satisfies(skip -> {
            assertThat(skip.code()).isEqualTo(SkipReason.TOO_LARGE);
            assertThat(skip.reason()).contains("HUGE alone is too large");
        });
        world.source.clear();
        assertThat(world.run().delete()).isEmpty();
        world.sharding = null;
        fill(4);
        assertThat(world.run().skipped())
                .filteredOn(skip -> skip.code() == SkipReason.TOO_LARGE)
                .singleElement()
                .satisfies(skip -> assertThat(skip.reason()).contains("syncOptions.sharding"));
        assertThat(world.live()).isEqualTo(before);
    }

    @Test
    void whereKeysOfOthersStayNothingIsDivided() {
        world.foreignSecrets = ForeignSecrets.KEEP;
        fill(4);
        assertThat(world.run().skipped()).extracting(Change.Skip::code).containsExactly(SkipReason.TOO_LARGE);
        assertThat(world.live()).isEmpty();
    }

    @Test
    void aRemovalTakesIndexAndShards() {
        fill(4);
        settle();
        Planner.Input input = world.input();
        Map<String, CanonicalJson.Parsed> bodies = new HashMap<>();
        world.live().forEach(name -> bodies.put(name, body(name)));
        world.apply(Planner.removal(input, bodies), input);
        assertThat(world.live()).isEmpty();
    }

    @Test
    void coverageTellsOfTheShards() {
        Coverage sharded = Coverage.of(world.sync());
        world.sharding = null;
        Coverage whole = Coverage.of(world.sync());
        assertThat(sharded.covers("app/shard-01")).isTrue();
        assertThat(whole.covers("app/shard-01")).isFalse();
        assertThat(sharded.overlaps(whole)).isTrue();
        world.mapping = Destination.ONE_TO_ONE;
        world.schema = "app/{{secretKey}}";
        Coverage beside = Coverage.of(world.sync());
        assertThat(sharded.overlaps(beside)).isTrue();
        assertThat(beside.overlaps(sharded)).isTrue();
        assertThat(whole.overlaps(beside)).isFalse();
    }

    private void fill(int keys) {
        for (int i = 0; i < keys; i++) {
            world.secret("KEY_" + i, "x".repeat(LARGE));
        }
    }

    /** As many looks as a run takes: shards, index, former shards. */
    private void settle() {
        for (int look = 0; look < 3; look++) {
            world.runApproved();
        }
        assertThat(world.plan().changes())
                .allMatch(change -> change instanceof Change.Keep keep && keep.learned() == null);
        assertThat(reader()).isEqualTo(source());
    }

    private Map<String, String> source() {
        Map<String, String> values = new TreeMap<>();
        world.source.forEach((key, secret) -> values.put(key, secret.value().reveal()));
        return values;
    }

    /** What a workload reads: the object, or all that its index names. */
    private Map<String, String> reader() {
        CanonicalJson.Body body = body("app");
        Map<String, String> values = new TreeMap<>();
        if (Shards.isIndex(body)) {
            for (String shard : world.live()) {
                if (body.text().reveal().contains('"' + shard + '"')) {
                    body(shard).entries().forEach((key, value) -> values.put(key, value.reveal()));
                }
            }
        } else {
            body.entries().forEach((key, value) -> values.put(key, value.reveal()));
        }
        return values;
    }

    private CanonicalJson.Body body(String name) {
        return (CanonicalJson.Body)
                CanonicalJson.parse(SecretText.of(world.aws.secrets.get(name).value()));
    }
}
