package ai.hanzo.kms.secretsync.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What was approved is what is done: a plan that would do anything else has another name. */
class PlanDigestTest {
    private static final DestinationSecret HERE = at("A", "arn:1", "v1");
    private static final DestinationSecret ANEW = at("A", "arn:2", "v1");
    private static final DestinationSecret WRITTEN = at("A", "arn:1", "v2");
    private static final DesiredSecret ONE = wanted("A", "one", Map.of());
    private static final DesiredSecret TWO = wanted("A", "two", Map.of());
    private static final DesiredSecret TAGGED = wanted("A", "one", Map.of("team", "shop"));

    private final World world = new World();

    private static DestinationSecret at(String name, String arn, String version) {
        return new DestinationSecret(name, arn, version, null, Map.of(), null, null, null, false, null, null);
    }

    private static DesiredSecret wanted(String name, String value, Map<String, String> tags) {
        return new DesiredSecret(name, SecretText.of(value), tags, new TreeSet<>(Set.of(name)));
    }

    private String digest(Change... changes) {
        return PlanDigest.of(List.of(changes), List.of(), world.input());
    }

    private static Change.Replicate copies(List<ReplicaRegion> add, String... remove) {
        return new Change.Replicate(HERE, add, new TreeSet<>(List.of(remove)), null);
    }

    @Test
    void plansThatDoAnythingElseHaveOtherNames() {
        Stream<Change> changes = Stream.of(
                new Change.Create(ONE, "t", 1),
                new Change.Create(TWO, "t", 1),
                new Change.Create(TAGGED, "t", 1),
                new Change.Create(wanted("A", "one", Map.of("team", "other")), "t", 1),
                new Change.Create(wanted("B", "one", Map.of()), "t", 1),
                new Change.Update(ONE, HERE, false, false, "why", "t", 1),
                new Change.Update(TWO, HERE, false, false, "why", "t", 1),
                new Change.Update(ONE, ANEW, false, false, "why", "t", 1),
                new Change.Update(ONE, HERE, true, false, "why", "t", 1),
                new Change.Update(ONE, HERE, false, true, "why", "t", 1),
                new Change.Update(ONE, WRITTEN, false, true, "why", "t", 1),
                new Change.Restore(ONE, HERE, false, false, "t", 1),
                new Change.Restore(TWO, HERE, false, false, "t", 1),
                new Change.Restore(ONE, ANEW, false, false, "t", 1),
                new Change.Restore(ONE, HERE, true, false, "t", 1),
                new Change.Restore(ONE, HERE, false, true, "t", 1),
                new Change.Adopt(ONE, HERE, 1),
                new Change.Adopt(ONE, ANEW, 1),
                new Change.Adopt(ONE, WRITTEN, 1),
                new Change.Delete(HERE, false, "why"),
                new Change.Delete(ANEW, false, "why"),
                new Change.Delete(HERE, true, "why"),
                new Change.Delete(WRITTEN, true, "why"),
                new Change.Delete(HERE, false, "why", "B"),
                new Change.Retag(HERE, Map.of("team", "shop"), Set.of()),
                new Change.Retag(HERE, Map.of("team", "other"), Set.of()),
                new Change.Retag(HERE, Map.of(), Set.of("team")),
                copies(List.of(new ReplicaRegion("us-east-1", null))),
                copies(List.of(new ReplicaRegion("us-east-1", "alias/shop"))),
                copies(List.of(new ReplicaRegion("us-west-2", null))),
                copies(List.of(), "us-east-1"),
                copies(List.of(), "us-west-2"),
                new Change.ChangePolicy(HERE, false, null),
                new Change.ChangePolicy(HERE, true, null),
                new Change.ChangeKmsKey(HERE));
        List<String> digests =
                Stream.concat(Stream.of(digest()), changes.map(this::digest)).toList();
        assertThat(digests).doesNotHaveDuplicates().allMatch(digest -> digest.matches("[0-9a-f]{64}"));
        assertThat(digest(new Change.ChangeKmsKey(HERE), new Change.ChangeKmsKey(at("B", "arn:3", "v1"))))
                .isNotIn(digests);
    }

    @Test
    void whatIsNotDoneAndWhichRunDoesItMakeNoDifference() {
        assertThat(digest(new Change.Keep("A"), new Change.Skip("B", SkipReason.UNREADABLE, "why")))
                .isEqualTo(digest());
        assertThat(digest(new Change.Create(ONE, "other", 2))).isEqualTo(digest(new Change.Create(ONE, "t", 1)));
        assertThat(digest(new Change.Update(ONE, WRITTEN, false, false, "other", "t", 1)))
                .as("of one's own the value that is wanted tells enough")
                .isEqualTo(digest(new Change.Update(ONE, HERE, false, false, "why", "t", 1)));
    }

    @Test
    void anotherPlaceOrKeyIsAnotherPlan() {
        String before = digest(new Change.Create(ONE, "t", 1));
        world.keyId = "alias/shop";
        assertThat(digest(new Change.Create(ONE, "t", 1))).isNotEqualTo(before);
    }

    @Test
    void whatWasLeftBehindCountsOnceItIsToGo() {
        world.secret("A", "one").run();
        ManagedSecret entry = world.journal.get("A");
        List<String> digests = Arrays.stream(LeftBehind.Fate.values())
                .map(fate -> new LeftBehind("123456789012", "us-east-1", entry, fate, null, "why"))
                .map(left -> PlanDigest.of(List.of(), List.of(left), world.input()))
                .toList();
        assertThat(digests.get(LeftBehind.Fate.STAYS.ordinal())).isEqualTo(digest());
        assertThat(digests.get(LeftBehind.Fate.WAITS.ordinal())).isEqualTo(digest());
        assertThat(digests.get(LeftBehind.Fate.DUE.ordinal())).isNotEqualTo(digest());
        assertThat(digests.get(LeftBehind.Fate.HELD.ordinal()))
                .isEqualTo(digests.get(LeftBehind.Fate.DUE.ordinal()))
                .isNotEqualTo(PlanDigest.of(
                        List.of(),
                        List.of(new LeftBehind("123456789012", "us-west-2", entry, LeftBehind.Fate.DUE, null, "why")),
                        world.input()));
    }

    @Test
    void eachChangeHasAWordAndIsAboutASecret() {
        List<Change> changes = List.of(
                new Change.Create(ONE, "t", 1),
                new Change.Update(ONE, HERE, false, false, "why", "t", 1),
                new Change.Restore(ONE, HERE, false, false, "t", 1),
                new Change.Adopt(ONE, HERE, 1),
                new Change.ChangeKmsKey(HERE),
                new Change.Retag(HERE, Map.of(), Set.of()),
                copies(List.of()),
                new Change.ChangePolicy(HERE, false, "why"),
                new Change.Delete(HERE, false, "why"),
                new Change.Keep("A"),
                new Change.Skip("A", SkipReason.UNREADABLE, "why"));
        assertThat(changes)
                .extracting(Change::kind, Change::ofExisting, Change::reason)
                .containsExactly(
                        tuple("create", false, null),
                        tuple("update", true, "why"),
                        tuple("restore", true, null),
                        tuple("adopt", false, null),
                        tuple("change-kms-key", true, null),
                        tuple("retag", true, null),
                        tuple("replicate", true, null),
                        tuple("change-policy", true, "why"),
                        tuple("delete", true, "why"),
                        tuple("keep", false, null),
                        tuple("skip", false, "why"));
        assertThat(changes).extracting(Change::name).containsOnly("A");
    }
}
