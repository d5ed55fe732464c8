package ai.hanzo.kms.secretsync.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import ai.hanzo.kms.secretsync.sync.LeftBehind.Fate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** A change of the settings never deletes by itself: what it leaves behind is told, and goes only as {@link Move} says. */
class MovesTest {
    private static final String OLD = "old/{{secretKey}}";
    private static final String NEW = "new/{{secretKey}}";
    private static final Move WEEK = new Move(7);

    private final World world = new World();

    private void moved(String from, String to) {
        world.schema = from;
        world.secret("A", "one").secret("B", "two").run();
        world.schema = to;
    }

    private LeftBehind left(Plan plan, String name) {
        return plan.leftBehind().stream()
                .filter(left -> left.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> names(Plan plan) {
        return plan.leftBehind().stream().map(LeftBehind::name).toList();
    }

    /** What follows the changes of a run: where all is in place, grace periods begin. */
    private void settle() {
        Planner.Input input = world.input();
        SourceSnapshot source = new SourceSnapshot(world.source, Set.of(), null);
        if (!Moves.isComplete(input, world.journal)) {
            return;
        }
        for (LeftBehind left : world.plan().leftBehind()) {
            if (left.entry().supersededAt() == null
                    && Moves.isReplaced(input, source).test(left.entry())) {
                world.journal.put(left.name(), superseded(left.entry(), world.now));
            }
        }
    }

    private static ManagedSecret superseded(ManagedSecret entry, Instant at) {
        return copy(entry, entry.keySchema(), at, entry.keys());
    }

    private static ManagedSecret copy(
            ManagedSecret entry, String keySchema, Instant supersededAt, SortedSet<String> keys) {
        return new ManagedSecret(
                entry.name(),
                entry.mappingBehavior(),
                entry.arn(),
                entry.versionId(),
                entry.fingerprint(),
                entry.generation(),
                entry.pendingToken(),
                entry.pendingGeneration(),
                entry.kmsKeyWanted(),
                entry.kmsKeyReported(),
                entry.tagKeys(),
                keys,
                entry.adopted(),
                entry.deleted(),
                entry.budget(),
                entry.replicas(),
                entry.policy(),
                keySchema,
                supersededAt);
    }

    @Test
    void withoutTheOptionWhatIsNotCoveredStaysAndIsTold() {
        moved(OLD, NEW);
        Plan plan = world.run();
        assertThat(plan.create()).containsExactly("new/A", "new/B");
        assertThat(plan.delete()).isEmpty();
        assertThat(names(plan)).containsExactly("old/A", "old/B");
        assertThat(left(plan, "old/A"))
                .extracting(LeftBehind::fate, LeftBehind::deletedAfter, LeftBehind::region, LeftBehind::accountId)
                .containsExactly(Fate.STAYS, null, "eu-central-1", "123456789012");
        assertThat(left(plan, "old/A").reason()).contains("key schema").contains("remove-secrets", "syncOptions.move");
        assertThat(world.live()).containsExactlyInAnyOrder("new/A", "new/B", "old/A", "old/B");
        assertThat(world.plan().isEmpty()).isTrue();
    }

    @Test
    void aWiderKeySchemaDeletesNoOldNameThatItCovers() {
        moved("p-{{secretKey}}", "{{secretKey}}");
        Plan plan = world.run();
        assertThat(plan.create()).containsExactly("A", "B");
        assertThat(plan.delete()).isEmpty();
        assertThat(names(plan)).containsExactly("p-A", "p-B");
        assertThat(world.plan().isEmpty()).isTrue();
        world.source.remove("A");
        Plan later = world.run();
        assertThat(later.delete())
                .as("what left the source goes, under its name of now")
                .containsExactly("A");
        assertThat(world.live()).contains("p-A");
    }

    @Test
    void aNameOfBothKeySchemasIsNotLeftBehind() {
        world.secret("p-A", "one").secret("A", "two");
        world.schema = "p-{{secretKey}}";
        world.run();
        world.schema = "{{secretKey}}";
        Plan plan = world.run();
        assertThat(names(plan)).containsExactly("p-p-A");
        assertThat(world.aws.secrets.get("p-A").value()).isEqualTo("one");
    }

    @Test
    void anEntryThatDoesNotSayItsKeySchemaGoesOnlyIfItsSecretIsGone() {
        moved("p-{{secretKey}}", "{{secretKey}}");
        world.journal.replaceAll((name, entry) -> copy(entry, null, null, entry.keys()));
        world.source.remove("B");
        Plan plan = world.run();
        assertThat(names(plan)).containsExactly("p-A");
        assertThat(plan.delete()).containsExactly("p-B");
    }

    @Test
    void whereTheKeySchemaIsTheSameARunLearnsItOnce() {
        world.secret("A", "one").run();
        world.journal.replaceAll((name, entry) -> copy(entry, null, null, entry.keys()));
        world.run();
        assertThat(world.journal.get("A").keySchema()).isEqualTo("{{secretKey}}");
        assertThat(world.plan().changes()).containsExactly(new Change.Keep("A"));
    }

    @Test
    void itWaitsForWhatTakesItsPlaceAndForTheGracePeriod() {
        moved(OLD, NEW);
        world.move = WEEK;
        assertThat(left(world.plan(), "old/A"))
                .extracting(LeftBehind::fate, LeftBehind::deletedAfter)
                .containsExactly(Fate.WAITS, null);
        settle();
        assertThat(world.journal.get("old/A").supersededAt())
                .as("nothing is in its place yet")
                .isNull();

        world.run();
        settle();
        Instant end = world.now.plus(Duration.ofDays(7));
        world.now = end.minusSeconds(1);
        assertThat(left(world.plan(), "old/A"))
                .extracting(LeftBehind::fate, LeftBehind::deletedAfter)
                .containsExactly(Fate.WAITS, end);
        String before = world.plan().deletionDigest();
        assertThat(world.plan().isEmpty()).isTrue();

        world.now = end;
        Plan plan = world.plan();
        assertThat(plan.leftBehind()).allMatch(left -> left.fate() == Fate.DUE).hasSize(2);
        assertThat(plan.deletionDigest()).isNotEqualTo(before);
        assertThat(plan.isEmpty()).isFalse();
        assertThat(plan.skipped()).isEmpty();
    }

    @Test
    void aSecretThatIsPendingOrDeletedIsNotInPlace() {
        moved(OLD, NEW);
        world.move = WEEK;
        world.stepsToLive = 2;
        try {
            world.run();
        } catch (World.Crash expected) {
            world.stepsToLive = Integer.MAX_VALUE;
        }
        settle();
        assertThat(world.journal.get("old/A").supersededAt()).isNull();
        world.run();
        settle();
        assertThat(world.journal.get("old/A").supersededAt()).isEqualTo(world.now);
    }

    @Test
    void whatTheSourceHasAndCannotBeWrittenKeepsItsOldSecret() {
        moved(OLD, NEW);
        world.move = WEEK;
        world.secret("A", "");
        world.run();
        settle();
        assertThat(world.journal.get("old/A").supersededAt()).isNull();
        assertThat(world.journal.get("old/B").supersededAt()).isNotNull();
    }

    @Test
    void anEmptySourceAndDisabledDeletionKeepIt() {
        moved(OLD, NEW);
        world.move = new Move(0);
        world.run();
        settle();
        world.disableDeletion = true;
        assertThat(left(world.plan(), "old/A").fate()).isEqualTo(Fate.STAYS);
        assertThat(left(world.plan(), "old/A").reason()).contains("deletion is disabled");
        world.disableDeletion = false;
        world.source.clear();
        assertThat(left(world.plan(), "old/A").fate()).isEqualTo(Fate.WAITS);
        assertThat(left(world.plan(), "old/A").reason()).contains("empty source never deletes");
    }

    @Test
    void aSettingThatIsChangedBackEndsTheGracePeriod() {
        moved(OLD, NEW);
        world.move = WEEK;
        world.run();
        settle();
        world.schema = OLD;
        world.now = world.now.plus(Duration.ofDays(30));
        Plan back = world.run();
        assertThat(names(back)).containsExactly("new/A", "new/B");
        assertThat(back.isEmpty()).isTrue();
        assertThat(world.journal.get("old/A").supersededAt()).isNull();
        settle();
        assertThat(world.journal.get("new/A").supersededAt()).isEqualTo(world.now);
    }

    @Test
    void aChangeAfterAChangeLeavesBothBehind() {
        moved(OLD, NEW);
        world.move = WEEK;
        world.run();
        settle();
        Instant first = world.now;
        world.now = world.now.plus(Duration.ofDays(2));
        world.schema = "third/{{secretKey}}";
        world.run();
        settle();
        Plan plan = world.plan();
        assertThat(names(plan)).containsExactly("new/A", "new/B", "old/A", "old/B");
        assertThat(left(plan, "old/A").deletedAfter()).isEqualTo(first.plus(Duration.ofDays(7)));
        assertThat(left(plan, "new/A").deletedAfter()).isEqualTo(first.plus(Duration.ofDays(9)));
    }

    @Property(tries = 60)
    void theBrakeHoldsWhatWasLeftBehindAndLetsTheRestGoOn(
            @ForAll @IntRange(min = 1, max = 40) int moved, @ForAll @IntRange(max = 12) int removed) {
        World many = new World();
        many.schema = OLD;
        for (int i = 0; i < moved; i++) {
            many.secret("K" + i, "value");
        }
        many.run();
        many.schema = NEW;
        many.move = new Move(0);
        for (int i = 0; i < removed; i++) {
            many.secret("R" + i, "value");
        }
        many.run();
        many.journal.replaceAll((name, entry) -> name.startsWith("old/") ? superseded(entry, many.now) : entry);
        for (int i = 0; i < removed; i++) {
            many.source.remove("R" + i);
        }
        many.secret("FRESH", "value");

        Plan plan = many.plan();
        int here = moved + removed;
        boolean stops = removed > Planner.BRAKE_COUNT && removed * Planner.BRAKE_SHARE > here;
        assertThat(plan.blocked() != null).isEqualTo(stops);
        int all = moved + removed;
        boolean within = all <= Planner.BRAKE_COUNT || all * Planner.BRAKE_SHARE <= here + moved;
        if (!stops) {
            assertThat(plan.create()).containsExactly("new/FRESH");
            assertThat(plan.leftBehind())
                    .hasSize(moved)
                    .allMatch(left -> left.fate() == (within ? Fate.DUE : Fate.HELD));
        }
        many.approved = plan.deletionDigest();
        assertThat(many.plan().blocked()).isNull();
        assertThat(many.plan().leftBehind()).allMatch(left -> left.fate() == Fate.DUE);
    }

    @Test
    void withRequiredApprovalItIsPartOfThePlanThatIsApproved() {
        moved(OLD, NEW);
        world.run();
        world.move = new Move(0);
        world.requireApproval = true;
        settle();
        Plan plan = world.plan();
        assertThat(plan.toApprove()).isNotNull();
        assertThat(plan.blocked()).startsWith("Waiting for approval: this run would delete 2 secrets");
        world.approved = plan.toApprove();
        assertThat(world.plan().blocked()).isNull();
        world.journal.remove("old/B");
        assertThat(world.plan().blocked()).as("another plan").isNotNull();
    }

    @Test
    void anotherRegionIsReachedAndAnotherAccountIsNot() {
        moved(OLD, OLD);
        ManagedSecret entry = superseded(world.journal.get("old/A"), world.now);
        world.move = new Move(0);
        world.formers = List.of(
                new Former("123456789012", "eu-west-1", entry), new Former("999999999999", "eu-central-1", entry));
        Plan plan = world.plan();
        assertThat(plan.leftBehind())
                .extracting(LeftBehind::accountId, LeftBehind::region, LeftBehind::fate)
                .containsExactly(
                        tuple("123456789012", "eu-west-1", Fate.DUE),
                        tuple("999999999999", "eu-central-1", Fate.STAYS));
        assertThat(plan.leftBehind().get(1).reason()).contains("999999999999", "does not reach", "delete it there");
    }

    @Test
    void whatATeamsRouteWroteStays() {
        moved(OLD, OLD);
        ManagedSecret entry = world.journal.get("old/A");
        world.mapping = "by-a-team";
        world.move = new Move(0);
        world.formers = List.of();
        world.journal.clear();
        world.schema = OLD;
        world.secret("A", "one").run();
        world.journal.replaceAll((name, made) -> superseded(made, world.now));
        world.schema = NEW;
        assertThat(left(world.plan(), "old/A").fate()).isEqualTo(Fate.STAYS);
        assertThat(entry.mappingBehavior()).isEqualTo(Destination.ONE_TO_ONE);
    }

    @Test
    void aDepartureTakesOnlyItsNamesAndOnlyOurKeys() {
        world.secret("A", "one").secret("B", "two").run();
        Planner.Input input = world.input();
        Plan one = Planner.departure(input, Set.of("A"), Map.of());
        assertThat(one.delete()).containsExactly("A");
        assertThat(one.changes().get(0).reason()).contains("grace period is over");

        world.aws.secrets.remove("B");
        world.aws.foreign("B", "theirs");
        Plan another = Planner.departure(world.input(), Set.of("B"), Map.of());
        assertThat(another.gone()).as("ours is not there any more").containsExactly("B");
        assertThat(another.isEmpty()).isTrue();

        World shared = new World();
        shared.mapping = Destination.MANY_TO_ONE;
        shared.secret("A", "one").run();
        Planner.Input many = shared.input();
        Plan kept = Planner.departure(
                many, Set.of("app"), Map.of("app", CanonicalJson.parse(SecretText.of("{\"A\":\"one\",\"THEIRS\":1}"))));
        assertThat(kept.update()).containsExactly("app");
        assertThat(((Change.Update) kept.changes().get(0)).secret().value().reveal())
                .isEqualTo("{\"THEIRS\":1}");
        Plan gone = Planner.departure(
                many, Set.of("app"), Map.of("app", CanonicalJson.parse(SecretText.of("{\"A\":\"one\"}"))));
        assertThat(gone.delete()).containsExactly("app");
        for (String replaced : List.of("{\"THEIRS\":1}", "no object")) {
            Plan nothing =
                    Planner.departure(many, Set.of("app"), Map.of("app", CanonicalJson.parse(SecretText.of(replaced))));
            assertThat(nothing.gone()).as(replaced).containsExactly("app");
            assertThat(nothing.isEmpty()).isTrue();
        }
        assertThat(Planner.bodiesNeeded(many, Set.of("app", "gone"))).containsExactly("app");
        shared.aws.retag("app", Map.of(Tags.OWNER_TAG, "another sync"), Set.of());
        Planner.Input taken = shared.input();
        assertThat(Planner.bodiesNeeded(taken, Set.of("app")))
                .as("what another sync has taken over is not read")
                .isEmpty();
        Plan stays = Planner.departure(taken, Set.of("app"), Map.of());
        assertThat(stays.skipped()).extracting(Change.Skip::name).containsExactly("app");
        shared.journal.replaceAll((name, entry) -> copy(entry, entry.keySchema(), null, new TreeSet<>()));
        shared.mapping = Destination.ONE_TO_ONE;
        shared.schema = NEW;
        assertThat(new ArrayList<>(names(shared.plan())))
                .as("nothing of the sync is in it any more")
                .isEmpty();
    }

    @Test
    void whatIsSomewhereElseNowIsFoundByItsPlaceItsNameAndItsMapping() {
        world.secret("C", "three");
        moved(OLD, OLD);
        world.source.remove("C");
        world.run();
        world.schema = NEW;
        world.run();
        SecretSync sync = world.sync();
        Elsewhere nowhere = world.input().elsewhere();
        assertThat(Moves.formers(sync, nowhere, world.journal.values()))
                .as("neither what is where it should be nor what is gone")
                .extracting(
                        Former::accountId,
                        Former::region,
                        former -> former.entry().name())
                .containsExactlyInAnyOrder(
                        tuple("123456789012", "eu-central-1", "old/A"), tuple("123456789012", "eu-central-1", "old/B"));

        ManagedSecret entry = world.journal.get("old/A");
        Elsewhere elsewhere = new Elsewhere(
                "123456789012",
                List.of(
                        new Former("123456789012", "us-east-1", entry),
                        new Former("123456789012", "us-west-2", entry),
                        new Former("999999999999", "us-east-1", entry),
                        new Former("123456789012", "eu-central-1", entry)),
                Set.of("us-west-2", "eu-central-1"));
        assertThat(Moves.formers(sync, elsewhere, List.of()))
                .as("neither in another account nor where another destination is")
                .extracting(Former::accountId, Former::region)
                .containsExactly(tuple("123456789012", "us-east-1"), tuple("123456789012", "eu-central-1"));
    }

    @Test
    void anObjectWithoutKeysOfTheSyncIsNotItsAnyMore() {
        world.mapping = Destination.MANY_TO_ONE;
        world.secret("A", "one").run();
        world.mapping = Destination.ONE_TO_ONE;
        Elsewhere nowhere = world.input().elsewhere();
        assertThat(Moves.formers(world.sync(), nowhere, world.journal.values()))
                .extracting(former -> former.entry().name())
                .containsExactly("app");
        world.journal.replaceAll((name, entry) -> copy(entry, entry.keySchema(), null, new TreeSet<>()));
        assertThat(Moves.formers(world.sync(), nowhere, world.journal.values())).isEmpty();
    }
}
