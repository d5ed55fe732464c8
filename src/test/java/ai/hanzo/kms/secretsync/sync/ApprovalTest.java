package ai.hanzo.kms.secretsync.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A plan that deletes or takes over waits for an approval of exactly that plan, where the sync says so. */
class ApprovalTest {
    private final World world = new World();

    @BeforeEach
    void requireIt() {
        world.requireApproval = true;
    }

    @Test
    void whatOnlyWritesNeedsNone() {
        Plan plan = world.secret("A", "one").run();
        assertThat(plan.toApprove()).isNull();
        assertThat(plan.blocked()).isNull();
        world.secret("A", "two");
        assertThat(world.run().blocked()).isNull();
        assertThat(world.aws.secrets.get("A").value()).isEqualTo("two");
    }

    @Test
    void oneDeletionWaitsAndSoDoesTheRestOfItsPlan() {
        world.secret("A", "one").secret("B", "two").run();
        world.source.remove("B");
        world.secret("C", "three");
        Plan plan = world.run();
        assertThat(plan.blocked())
                .startsWith("Waiting for approval: this run would delete 1 secrets and take over 0")
                .contains(World.SYNC + "/approve-plan", plan.toApprove());
        assertThat(world.live()).containsExactly("A", "B");
        world.runApproved();
        assertThat(world.live()).containsExactly("A", "C");
    }

    @Test
    void takingOverWaitsToo() {
        world.aws.foreign("A", "one");
        world.secret("A", "one");
        assertThat(world.run().blocked()).contains("delete 0 secrets and take over 1");
        assertThat(world.journal).isEmpty();
        world.runApproved();
        assertThat(world.journal).containsKey("A");
    }

    @Test
    void theSamePlanHasTheSameDigestInEveryRun() {
        deleting();
        assertThat(world.plan().toApprove()).hasSize(64).isEqualTo(world.plan().toApprove());
    }

    @Test
    void anApprovalHoldsForNoOtherPlan() {
        List<Consumer<World>> changes = List.of(
                w -> w.secret("A", "another value"),
                w -> w.secret("NEW", "one"),
                w -> w.source.remove("A"),
                w -> w.keyId = "alias/team",
                w -> w.tags = List.of(new Tag("team", "shop")),
                w -> w.aws.foreign("FOREIGN", "another value"),
                w -> w.aws.foreign("FURTHER", "one"));
        for (Consumer<World> change : changes) {
            World other = new World();
            other.requireApproval = true;
            other.aws.foreign("FOREIGN", "theirs");
            other.secret("A", "one").secret("B", "two").secret("FOREIGN", "ours");
            other.approved = other.plan().toApprove();
            assertThat(other.plan().blocked()).isNull();
            change.accept(other);
            assertThat(other.plan().blocked()).startsWith("Waiting for approval");
        }
    }

    @Test
    void anApprovalOfDeletionsIsNoApprovalOfThePlan() {
        deleting();
        world.approved = world.plan().deletionDigest();
        assertThat(world.plan().blocked()).startsWith("Waiting for approval");
    }

    @Test
    void noApprovalHelpsAnEmptySource() {
        deleting();
        world.source.clear();
        assertThat(world.runApproved().blocked()).startsWith("The source has no secrets at all");
        assertThat(world.live()).containsExactly("A", "B");
    }

    @Test
    void anApprovedPlanMayDeleteMuch() {
        for (int i = 0; i < 30; i++) {
            world.secret("K" + i, "value");
        }
        world.run();
        world.source.keySet().removeIf(key -> !key.equals("K1"));
        assertThat(world.runApproved().blocked()).isNull();
        assertThat(world.live()).containsExactly("K1");
    }

    @Test
    void aRemovalThatSomebodyAskedForNeedsNone() {
        world.secret("A", "one").run();
        assertThat(Planner.removal(world.input(), java.util.Map.of()).toApprove())
                .isNull();
    }

    private void deleting() {
        world.secret("A", "one").secret("B", "two").run();
        world.source.remove("B");
    }
}
