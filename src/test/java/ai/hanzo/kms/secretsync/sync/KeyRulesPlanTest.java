package ai.hanzo.kms.secretsync.sync;

import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.sync.KeyRules.Rename;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What rules for keys do to a plan. */
class KeyRulesPlanTest {
    private final World world = new World();

    private static KeyRules excluding(String... patterns) {
        return new KeyRules(null, List.of(patterns), null);
    }

    private static KeyRules renaming(String from, String to) {
        return new KeyRules(null, null, List.of(new Rename(from, to)));
    }

    private static String reason(Plan plan, String name, SkipReason code) {
        return plan.skipped().stream()
                .filter(skip -> skip.name().equals(name) && skip.code() == code)
                .findFirst()
                .orElseThrow()
                .reason();
    }

    private static Change.Delete deletion(Plan plan, String name) {
        return plan.changes().stream()
                .filter(change ->
                        change instanceof Change.Delete && change.name().equals(name))
                .map(Change.Delete.class::cast)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatIsLeftOutIsNotWrittenAndThePlanNamesTheRule() {
        world.rules = excluding("*_TEST");
        Plan plan = world.secret("A", "one").secret("B_TEST", "two").plan();
        assertThat(plan.create()).containsExactly("A");
        assertThat(reason(plan, "B_TEST", SkipReason.LEFT_OUT)).contains("exclude \"*_TEST\"");
    }

    @Test
    void whatWasWrittenBeforeItWasLeftOutGoesAndThePlanSaysWhy() {
        world.secret("A", "one").secret("B_TEST", "two").run();
        world.rules = excluding("*_TEST");
        Plan plan = world.run();
        assertThat(deletion(plan, "B_TEST").reason()).isEqualTo("The key rules leave its secret out of this sync");
        assertThat(world.live()).containsExactly("A");
        assertThat(world.plan().isEmpty()).isTrue();
    }

    @Test
    void withDeletionDisabledItStays() {
        world.secret("A", "one").secret("B_TEST", "two").run();
        world.rules = excluding("*_TEST");
        world.disableDeletion = true;
        assertThat(reason(world.run(), "B_TEST", SkipReason.NOT_REMOVED))
                .isEqualTo("The key rules leave its secret out of this sync and stays: deletion is disabled");
        assertThat(world.live()).containsExactly("A", "B_TEST");
    }

    @Test
    void theBrakeHoldsForRulesAsForEverythingElse() {
        for (int i = 0; i < 30; i++) {
            world.secret("K" + i, "value");
        }
        world.run();
        world.rules = new KeyRules(List.of("K1"), null, null);
        Plan plan = world.run();
        assertThat(plan.blocked()).startsWith("This run would delete 29 of the 30 secrets");
        assertThat(world.live()).hasSize(30);
    }

    @Test
    void rulesThatLeaveNothingDeleteNothing() {
        world.secret("A", "one").secret("B", "two").run();
        world.rules = new KeyRules(List.of("a"), null, null);
        assertThat(world.run().blocked()).startsWith("The key rules leave out every secret of the source");
        assertThat(world.live()).containsExactly("A", "B");
    }

    @Test
    void whatIsNobodysAndNoKeyCanBeCalledStays() {
        world.rules = excluding("*_TEST");
        world.aws.foreign("X_TEST", "theirs");
        world.aws.foreign("X", "theirs");
        Plan plan = world.secret("A", "one").run();
        assertThat(plan.delete()).containsExactly("X");
        assertThat(reason(plan, "X_TEST", SkipReason.NOT_REMOVED)).contains("by the key rules no secret of this sync");
        assertThat(world.live()).containsExactly("A", "X_TEST");
    }

    @Test
    void whatIsNobodysUnderAKeyThatIsLeftOutStaysToo() {
        world.rules = excluding("*_TEST");
        world.aws.foreign("B_TEST", "theirs");
        Plan plan = world.secret("A", "one").secret("B_TEST", "two").run();
        assertThat(plan.delete()).isEmpty();
        assertThat(plan.adopt()).isEmpty();
        assertThat(world.aws.secrets.get("B_TEST").value()).isEqualTo("theirs");
    }

    @Test
    void aRenamedKeyHasAnotherName() {
        world.schema = "shop/{{secretKey}}";
        world.rules = renaming("APP_*", "*");
        assertThat(world.secret("APP_X", "one").secret("Y", "two").run().create())
                .containsExactly("shop/X", "shop/Y");
        assertThat(world.plan().isEmpty()).isTrue();
    }

    @Test
    void theOldNameOfARenamedKeyGoesOnceTheNewOneIsThere() {
        world.secret("APP_X", "one").run();
        world.rules = renaming("APP_*", "*");
        Plan plan = world.plan();
        assertThat(plan.create()).containsExactly("X");
        assertThat(deletion(plan, "APP_X"))
                .extracting(Change.Delete::reason, Change.Delete::replacedBy)
                .containsExactly("Its secret APP_X is called X now", "X");
        world.run();
        assertThat(world.live()).containsExactly("X");
    }

    @Test
    void theOldNameOfAKeyThatATeamRenamesGoesOnceTheNewOneIsThere() {
        world.schema = "shop/{{secretKey}}";
        world.secret("APP_X", "one").run();
        world.called("APP_X", "x");
        assertThat(deletion(world.plan(), "shop/APP_X"))
                .extracting(Change.Delete::reason, Change.Delete::replacedBy)
                .containsExactly("Its secret APP_X is called shop/x now", "shop/x");
        Planner.Input input = world.input();
        Plan plan = world.plan();
        // The name is taken while the run goes on.
        world.aws.foreign("shop/x", "theirs").owningService = "rds";
        world.apply(plan, input);
        assertThat(world.live()).containsExactly("shop/APP_X", "shop/x");
        world.aws.secrets.remove("shop/x");
        world.run();
        assertThat(world.live()).containsExactly("shop/x");
        // And back.
        world.called("APP_X", "APP_X").run();
        assertThat(world.live()).containsExactly("shop/APP_X");
    }

    @Test
    void twoKeysThatATeamCallsTheSameStayUnderTheNamesTheyHave() {
        world.secret("A", "one").secret("B", "two").run();
        Plan plan = world.called("A", "C").called("B", "C").run();
        assertThat(reason(plan, "C", SkipReason.DUPLICATE_NAME))
                .isEqualTo("2 secrets of the source have this name: A (which a route from direct:source-key calls C),"
                        + " B (which a route from direct:source-key calls C). Rename or move all but one");
        assertThat(reason(plan, "A", SkipReason.NOT_REMOVED)).contains("C cannot be written");
        assertThat(world.live()).containsExactly("A", "B");
    }

    @Test
    void theOldNameStaysWhereTheNewOneWasNotWritten() {
        world.secret("APP_X", "one").run();
        world.rules = renaming("APP_*", "*");
        Planner.Input input = world.input();
        Plan plan = world.plan();
        // The name is taken while the run goes on.
        world.aws.foreign("X", "theirs");
        world.apply(plan, input);
        assertThat(world.live()).containsExactly("APP_X", "X");
    }

    @Test
    void theOldNameStaysWhereTheNewOneIsSomebodyElses() {
        world.secret("APP_X", "one").run();
        world.rules = renaming("APP_*", "*");
        world.aws.foreign("X", "theirs").owningService = "rds";
        Plan plan = world.run();
        assertThat(reason(plan, "APP_X", SkipReason.NOT_REMOVED))
                .isEqualTo("Its secret APP_X is called X now and stays, because X cannot be written");
        assertThat(world.live()).containsExactly("APP_X", "X");
    }

    @Test
    void theOldNameStaysWhereTheNewOneHasNothingToBeWritten() {
        world.secret("APP_X", "one").run();
        world.rules = renaming("APP_*", "*");
        Plan plan = world.secret("APP_X", "").run();
        assertThat(reason(plan, "APP_X", SkipReason.NOT_REMOVED)).contains("X cannot be written");
        assertThat(world.live()).containsExactly("APP_X");
    }

    @Test
    void twoKeysOfOneNameAreBothLeftAsTheyAre() {
        world.secret("X", "one").secret("APP_X", "two").secret("B", "three").run();
        world.rules = renaming("APP_*", "*");
        world.secret("B", "four");
        Plan plan = world.run();
        assertThat(reason(plan, "X", SkipReason.DUPLICATE_NAME))
                .isEqualTo("2 secrets of the source have this name: APP_X (key rule rename \"APP_*\" to \"*\"), X."
                        + " Rename or move all but one");
        assertThat(plan.update()).containsExactly("B");
        assertThat(world.aws.secrets.get("X").value()).isEqualTo("one");
        assertThat(world.live()).contains("X");
    }

    @Test
    void whatMovesToAnotherFolderIsAnotherSecret() {
        world.subFolders = true;
        world.schema = "{{secretPath}}/{{secretKey}}";
        world.secretIn("a", "K", "one").run();
        world.source.clear();
        Plan plan = world.secretIn("b", "K", "two").run();
        assertThat(plan.create()).containsExactly("b/K");
        assertThat(deletion(plan, "a/K").reason()).isEqualTo("It is no longer in the source");
    }

    @Test
    void withAnotherKeySchemaTheOldNameWithinItStays() {
        world.subFolders = true;
        world.schema = "{{secretKey}}";
        world.secretIn("a", "K", "one").run();
        world.schema = "{{secretPath}}/{{secretKey}}";
        Plan plan = world.run();
        assertThat(plan.delete()).isEmpty();
        assertThat(reason(plan, "K", SkipReason.NOT_REMOVED)).contains("before its key schema");
        assertThat(world.live()).containsExactlyInAnyOrder("K", "a/K");
    }

    @Test
    void manyToOneLeavesOutAndRenamesMembers() {
        world.mapping = Destination.MANY_TO_ONE;
        world.rules = new KeyRules(null, List.of("*_TEST"), List.of(new Rename("APP_*", "*")));
        Plan plan = world.secret("APP_X", "one")
                .secret("B_TEST", "two")
                .secret("C", "three")
                .run();
        assertThat(world.aws.secrets.get("app").value()).isEqualTo("{\"C\":\"three\",\"X\":\"one\"}");
        assertThat(reason(plan, "app", SkipReason.LEFT_OUT)).contains("B_TEST");
        assertThat(world.plan().isEmpty()).isTrue();
    }

    @Test
    void manyToOneWithTwoMembersOfOneNameIsNotWritten() {
        world.mapping = Destination.MANY_TO_ONE;
        world.rules = renaming("APP_*", "*");
        Plan plan = world.secret("APP_X", "one").secret("X", "two").run();
        assertThat(reason(plan, "app", SkipReason.DUPLICATE_NAME)).contains("APP_X (key rule rename", ", X");
        assertThat(world.live()).isEmpty();
    }

    @Test
    void manyToOneOfWhichNothingIsLeftStaysAsItIs() {
        world.mapping = Destination.MANY_TO_ONE;
        world.secret("A", "one").run();
        world.rules = excluding("*");
        Plan plan = world.run();
        assertThat(reason(plan, "app", SkipReason.EMPTY_VALUE)).contains("key rules leave out every secret");
        assertThat(world.aws.secrets.get("app").value()).isEqualTo("{\"A\":\"one\"}");
    }
}
