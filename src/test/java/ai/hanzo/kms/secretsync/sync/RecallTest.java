package ai.hanzo.kms.secretsync.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What a run that lists nothing takes to be at its destination, and the last look that holds it to that. */
class RecallTest {
    private final World world = new World();

    private Map<String, DestinationSecret> recalled(String... unwanted) {
        Planner.Input input = world.input();
        return Recall.destination(world.sync(), input.wanted(), world.journal, Set.of(unwanted));
    }

    @Test
    void whatWasPutThereIsThereAsItWasPut() {
        world.tags = List.of(new Tag("team", "shop"));
        world.keyId = "alias/shop";
        world.secret("A", "one").run();
        ManagedSecret entry = world.journal.get("A");
        DestinationSecret recalled = recalled().get("A");
        assertThat(recalled.arn()).isEqualTo(entry.arn());
        assertThat(recalled.versionId()).isEqualTo(entry.versionId());
        assertThat(recalled.kmsKeyId()).isEqualTo("alias/shop");
        assertThat(recalled.tags())
                .isEqualTo(
                        Map.of("team", "shop", Tags.OWNER_TAG, world.sync().id().toString()));
        assertThat(recalled.scheduledForDeletion()).isFalse();
    }

    @Test
    void whatWasTakenOverDoesNotBearTheMarkOfTheSync() {
        world.aws.foreign("A", "one");
        world.secret("A", "one").run();
        assertThat(recalled().get("A").tags()).isEmpty();
    }

    @Test
    void aWriteInDoubtIsNoKnowledge() {
        world.secret("A", "one").run();
        world.secret("A", "two");
        world.stepsToLive = 1;
        assertThat(catchThrowable(world::run)).isInstanceOf(World.Crash.class);
        assertThat(recalled()).isEmpty();
    }

    @Test
    void whatWasWrittenByAnotherMappingOrIsNotCoveredIsNotRecalled() {
        world.mapping = Destination.MANY_TO_ONE;
        world.secret("A", "one").run();
        assertThat(recalled()).containsOnlyKeys("app");
        world.mapping = Destination.ONE_TO_ONE;
        assertThat(recalled()).isEmpty();
        world.mapping = Destination.MANY_TO_ONE;
        world.schema = "other/{{secretKey}}";
        assertThat(recalled()).isEmpty();
    }

    @Test
    void whatTheSyncHasDeletedIsDeletedUntilItIsWantedAgain() {
        world.secret("A", "one").secret("B", "two").run();
        world.source.remove("B");
        world.run();
        assertThat(recalled().get("B").scheduledForDeletion()).isTrue();
        world.secret("B", "two");
        assertThat(recalled()).containsOnlyKeys("A");
    }

    @Test
    void whatWasNotWantedWhenAllWasLookedAtIsLookedAtOnceItIs() {
        world.disableDeletion = true;
        world.secret("A", "one").secret("B", "two").run();
        assertThat(Recall.unwanted(world.input())).isEmpty();
        world.source.remove("B");
        assertThat(Recall.unwanted(world.input())).containsExactly("B");
        assertThat(recalled("B")).as("it is not wanted now either").containsOnlyKeys("A", "B");
        world.secret("B", "two");
        assertThat(recalled("B")).containsOnlyKeys("A");
        assertThat(recalled()).containsOnlyKeys("A", "B");
        world.source.remove("B");
        world.schema = "other/{{secretKey}}";
        assertThat(Recall.unwanted(world.input())).isEmpty();
        world.schema = null;
        world.disableDeletion = false;
        world.run();
        assertThat(Recall.unwanted(world.input()))
                .as("what is deleted is not there")
                .isEmpty();
    }

    /** Whether the change that a new value makes may go by the journal, after something happened to the secret. */
    private boolean isAsRecalled(Consumer<SecretsManagerModel.Secret> meanwhile) {
        world.secret("A", "one").run();
        world.staleList = recalled();
        world.describable = false;
        world.secret("A", "two");
        Planner.Input input = world.input();
        Change change = Planner.plan(input, Map.of()).changes().get(0);
        assertThat(change).isInstanceOf(Change.Update.class);
        meanwhile.accept(world.aws.secrets.get("A"));
        return Planner.isAsRecalled(change, world.aws.describe("A").orElseThrow(), input);
    }

    @Test
    void theLastLookFindsItAsItWasLeft() {
        world.tags = List.of(new Tag("team", "shop"));
        assertThat(isAsRecalled(secret -> {})).isTrue();
    }

    @Test
    void theLastLookFindsWhatSomebodyChanged() {
        world.keyId = "arn:aws:kms:eu-central-1:123456789012:key/shop";
        world.tags = List.of(new Tag("team", "shop"));
        List<Consumer<SecretsManagerModel.Secret>> changes = List.of(
                secret -> secret.current = "somebody's",
                secret -> secret.kmsKey = "somebody's",
                secret -> secret.tags.remove("team"),
                secret -> secret.tags.put(Tags.OWNER_TAG, World.OTHER.toString()),
                secret -> secret.arn = "made anew",
                secret -> secret.deleted = true);
        for (int i = 0; i < changes.size(); i++) {
            SecretsManagerModel.Secret before = world.aws.secrets.remove("A");
            world.journal.clear();
            world.staleList = null;
            world.describable = true;
            assertThat(before == null).isEqualTo(i == 0);
            assertThat(isAsRecalled(changes.get(i))).as("change " + i).isFalse();
        }
    }

    @Test
    void tagsThatTheSyncNeverChangesAreNoDifference() {
        world.tags = List.of(new Tag("team", "shop"));
        world.tagMode = TagMode.NEVER;
        assertThat(isAsRecalled(secret -> secret.tags.remove("team"))).isTrue();
    }

    @Test
    void whatIsToGoMayHaveAnotherValueBeforeIt() {
        world.secret("A", "one").secret("B", "two").run();
        world.source.remove("B");
        Planner.Input input = world.input();
        Change change = Planner.plan(input, Map.of()).changes().stream()
                .filter(Change.Delete.class::isInstance)
                .findFirst()
                .orElseThrow();
        world.aws.secrets.get("B").current = "somebody's";
        assertThat(Planner.isAsRecalled(change, world.aws.describe("B").orElseThrow(), input))
                .isTrue();
    }

    @Test
    void whatIsToBeRemovedIsAllOfTheMapping() {
        world.secret("A", "one").run();
        world.schema = "other/{{secretKey}}";
        world.run();
        assertThat(Planner.removable(world.input())).containsExactly("A", "other/A");
        world.mapping = Destination.MANY_TO_ONE;
        assertThat(Planner.removable(world.input())).isEmpty();
    }
}
