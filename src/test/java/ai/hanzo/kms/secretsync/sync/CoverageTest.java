package ai.hanzo.kms.secretsync.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Which names two syncs may both touch. */
class CoverageTest {
    private static Coverage oneToOne(String schema) {
        World world = new World();
        world.schema = schema;
        return Coverage.of(world.sync());
    }

    private static Coverage manyToOne(String schema, boolean sharded) {
        World world = new World();
        world.mapping = Destination.MANY_TO_ONE;
        world.schema = schema;
        world.sharding = sharded;
        return Coverage.of(world.sync());
    }

    private static List<Coverage> differing() {
        return List.of(
                oneToOne(null),
                oneToOne("a/{{secretKey}}"),
                oneToOne("{{secretKey}}/a"),
                manyToOne(null, false),
                manyToOne(null, true),
                manyToOne("a/{{secretKey}}", false));
    }

    private static void overlap(Coverage one, Coverage other, boolean expected) {
        assertThat(one.overlaps(other)).as(one + " and " + other).isEqualTo(expected);
        assertThat(other.overlaps(one)).as(other + " and " + one).isEqualTo(expected);
    }

    @Test
    void keySchemasOverlapWhereAKeyCanGiveBothTheSameName() {
        overlap(oneToOne("a/{{secretKey}}"), oneToOne("a/{{secretKey}}"), true);
        overlap(oneToOne("a/{{secretKey}}"), oneToOne("b/{{secretKey}}"), false);
        overlap(oneToOne(null), oneToOne("a-{{secretKey}}"), true);
    }

    @Test
    void oneSecretOverlapsWithWhatCoversItsName() {
        overlap(manyToOne("a/{{secretKey}}", false), oneToOne("a/{{secretKey}}"), true);
        overlap(manyToOne("a/{{secretKey}}", false), oneToOne("b/{{secretKey}}"), false);
        overlap(manyToOne("a/{{secretKey}}", false), manyToOne("a/{{secretKey}}", true), true);
        overlap(manyToOne("a/{{secretKey}}", false), manyToOne("b/{{secretKey}}", false), false);
    }

    @Test
    void shardsAreCoveredWhereTheObjectMayBeDivided() {
        assertThat(manyToOne(null, true).covers("app/shard-01")).isTrue();
        assertThat(manyToOne(null, true).covers("app/shard-2")).isFalse();
        assertThat(manyToOne(null, false).covers("app/shard-01")).isFalse();
        overlap(manyToOne(null, true), oneToOne("app/shard-{{secretKey}}"), true);
        overlap(manyToOne(null, false), oneToOne("app/shard-{{secretKey}}"), false);
    }

    @Test
    void equalCoverageIsTheSameNames() {
        List<Coverage> all = differing();
        List<Coverage> again = differing();
        for (int i = 0; i < all.size(); i++) {
            for (int j = 0; j < all.size(); j++) {
                assertThat(all.get(i).equals(again.get(j))).as(i + " " + j).isEqualTo(i == j);
            }
            assertThat(all.get(i)).hasSameHashCodeAs(again.get(i));
        }
        assertThat(all.stream().map(Object::hashCode)).doesNotHaveDuplicates();
        assertThat(all.get(0)).isNotEqualTo("{{secretKey}}");
        assertThat(all.get(1)).hasToString("a/{{secretKey}}");
        assertThat(all.get(5)).hasToString("a/app");
    }
}
