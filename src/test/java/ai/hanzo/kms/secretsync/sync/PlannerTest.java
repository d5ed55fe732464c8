package ai.hanzo.kms.secretsync.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlannerTest {
    private final World world = new World();

    private SecretsManagerModel.Secret aws(String name) {
        return world.aws.secrets.get(name);
    }

    private static SkipReason code(Plan plan, String name) {
        return plan.skipped().stream()
                .filter(skip -> skip.name().equals(name))
                .findFirst()
                .orElseThrow()
                .code();
    }

    // Writing

    @Test
    void aFreeNameIsCreatedWithTheRunsToken() {
        world.secret("A", "one");
        assertThat(world.plan().changes()).singleElement().isInstanceOfSatisfying(Change.Create.class, create -> {
            assertThat(create.token()).isEqualTo(world.tokens.token("A", SecretText.of("one"), create.generation()));
            assertThat(create.kind()).isEqualTo("create");
        });
    }

    @Test
    void whatIsInSyncNeedsNoReadAndNoCall() {
        world.secret("A", "one").secret("B", "two").run();
        Planner.Input input = world.input();
        assertThat(Planner.descriptionsNeeded(input)).isEmpty();
        assertThat(Planner.valuesNeeded(input)).isEmpty();
        Plan plan = Planner.plan(input, Map.of());
        assertThat(plan.changes()).containsExactly(new Change.Keep("A"), new Change.Keep("B"));
        assertThat(plan.unchanged()).isEqualTo(2);
        assertThat(plan.isEmpty()).isTrue();
    }

    @Test
    @DisplayName("U3.2-8: another value is updated")
    void aChangeOfTheSourceIsWrittenWithoutReading() {
        world.secret("A", "one").run();
        world.secret("A", "two");
        assertThat(Planner.valuesNeeded(world.input())).isEmpty();
        assertThat(world.run().update()).containsExactly("A");
        assertThat(aws("A").value()).isEqualTo("two");
    }

    @Test
    void aValueThatIsRightAlreadyIsNotWrittenAgainForAnotherMappingBehavior() {
        world.mapping = Destination.MANY_TO_ONE;
        world.behavior = InitialSyncBehavior.IMPORT_PRIORITIZE_SOURCE;
        world.aws.foreign("app", "{\"THEIRS\":\"t\"}");
        world.secret("A", "one").run();
        String merged = aws("app").value();

        world.mapping = Destination.ONE_TO_ONE;
        world.source.clear();
        world.secret("app", merged);

        assertThat(world.run().update()).isEmpty();
        assertThat(aws("app").value()).isEqualTo(merged).contains("THEIRS");
        assertThat(Planner.valuesNeeded(world.input())).as("it was read once").isEmpty();
    }

    @Test
    void goingBackToAnEarlierValueGetsATokenOfItsOwn() {
        world.secret("A", "one").run();
        world.secret("A", "two").run();
        world.secret("A", "one").run();
        assertThat(aws("A").versions).hasSize(3);
        assertThat(aws("A").value()).isEqualTo("one");
        assertThat(world.plan().isEmpty()).isTrue();
    }

    @Test
    void aWriteWhoseAnswerWasLostIsRecognised() {
        world.secret("A", "one").run();
        world.secret("A", "two");
        crashAfter(2);
        assertThat(Planner.valuesNeeded(world.input())).isEmpty();
        Plan plan = world.run();
        assertThat(plan.isEmpty()).isTrue();
        assertThat(plan.changes())
                .singleElement()
                .isInstanceOfSatisfying(
                        Change.Keep.class,
                        keep -> assertThat(keep.learned().versionId())
                                .isEqualTo(aws("A").current)
                                .isEqualTo(keep.learned().fingerprint()));
        assertThat(world.journal.get("A").pendingToken()).isNull();
    }

    @Test
    void aWriteThatDidNotArriveIsReplayedUnderItsToken() {
        world.secret("A", "one").run();
        world.secret("A", "two");
        crashAfter(1);
        String pending = world.journal.get("A").pendingToken();
        assertThat(world.plan().changes())
                .singleElement()
                .isInstanceOfSatisfying(
                        Change.Update.class,
                        update -> assertThat(update.token()).isEqualTo(pending));
        world.secret("A", "three");
        assertThat(world.plan().changes())
                .singleElement()
                .isInstanceOfSatisfying(
                        Change.Update.class,
                        update -> assertThat(update.token()).isNotEqualTo(pending));
    }

    @Test
    void aRepairOfDriftThatDidNotArriveIsReplayedUnderItsToken() {
        world.secret("A", "one").run();
        world.aws.foreign("A", "drift");
        crashAfter(1);
        String pending = world.journal.get("A").pendingToken();
        assertThat(world.plan().changes())
                .singleElement()
                .isInstanceOfSatisfying(
                        Change.Update.class,
                        update -> assertThat(update.token()).isEqualTo(pending));
        // Somebody writes once more: the token may have been used before that.
        world.aws.foreign("A", "more drift");
        assertThat(world.plan().changes())
                .singleElement()
                .isInstanceOfSatisfying(
                        Change.Update.class,
                        update -> assertThat(update.token()).isNotEqualTo(pending));
    }

    @Test
    void whatWasFoundOutIsRememberedAlsoWhereTagsChange() {
        world.tags = List.of(new Tag("a", "1"));
        world.secret("A", "one").run();
        world.secret("A", "two");
        crashAfter(2);
        world.tags = List.of(new Tag("a", "2"));
        Plan plan = world.run();
        assertThat(plan.changes()).hasSize(2).hasAtLeastOneElementOfType(Change.Keep.class);
        assertThat(plan.unchanged()).isZero();
        assertThat(world.journal.get("A").pendingToken()).isNull();
    }

    @Test
    void driftThatTheSourceFollowsIsNotWrittenOver() {
        world.secret("A", "one").run();
        world.aws.foreign("A", "two");
        crashAfter(1);
        world.secret("A", "two").run();
        assertThat(aws("A").versions).hasSize(2);
        assertThat(world.plan().changes()).containsExactly(new Change.Keep("A"));
    }

    @Test
    void aCreateThatDidNotArriveIsReplayedUnderItsToken() {
        world.secret("A", "one");
        crashAfter(1);
        String pending = world.journal.get("A").pendingToken();
        assertThat(world.plan().changes())
                .singleElement()
                .isInstanceOfSatisfying(
                        Change.Create.class,
                        create -> assertThat(create.token()).isEqualTo(pending));
    }

    private void crashAfter(int steps) {
        world.stepsToLive = steps;
        try {
            world.run();
        } catch (World.Crash e) {
            world.stepsToLive = Integer.MAX_VALUE;
            return;
        }
        throw new AssertionError("no crash");
    }

    // Drift

    @Test
    void aChangeAtTheDestinationIsReadAndPutRight() {
        world.secret("A", "one").run();
        world.aws.foreign("A", "drift");
        assertThat(Planner.valuesNeeded(world.input())).containsExactly("A");
        Plan plan = world.run();
        assertThat(plan.changes())
                .singleElement()
                .isInstanceOfSatisfying(
                        Change.Update.class,
                        update -> assertThat(update.reason()).contains("changed at the destination"));
        assertThat(aws("A").value()).isEqualTo("one");
    }

    @Test
    void theSameValueUnderAnotherVersionIsLearnedAndNotWritten() {
        world.secret("A", "one").run();
        world.aws.foreign("A", "one");
        world.run();
        assertThat(aws("A").versions).hasSize(2);
        assertThat(Planner.valuesNeeded(world.input())).isEmpty();
        assertThat(world.plan().changes()).containsExactly(new Change.Keep("A"));
    }

    @Test
    void driftOfOursIsPutRightWithoutReadPermission() {
        world.secret("A", "one").run();
        world.aws.foreign("A", "drift");
        world.readable = false;
        assertThat(world.run().update()).containsExactly("A");
        assertThat(aws("A").value()).isEqualTo("one");
    }

    @Test
    void aStaleListIsNotDrift() {
        world.secret("A", "one").run();
        Map<String, DestinationSecret> stale = world.aws.list();
        world.secret("A", "two").run();
        world.staleList = stale;
        assertThat(world.run().isEmpty()).isTrue();
        world.staleList = null;
        assertThat(world.plan().changes()).containsExactly(new Change.Keep("A"));
        assertThat(aws("A").versions).hasSize(2);
    }

    @Test
    void aStaleListIsNoReasonToCreate() {
        world.secret("A", "one").run();
        world.staleList = Map.of();
        assertThat(Planner.descriptionsNeeded(new World().secret("A", "x").input()))
                .isEmpty();
        assertThat(world.plan().changes()).containsExactly(new Change.Keep("A"));
        world.describable = false;
        assertThat(Planner.descriptionsNeeded(world.input())).containsExactly("A");
        assertThat(code(world.plan(), "A")).isEqualTo(SkipReason.UNREADABLE);
    }

    @Test
    void whatIsCertainlyGoneIsMadeAgain() {
        world.secret("A", "one").run();
        world.aws.secrets.remove("A");
        assertThat(world.run().create()).containsExactly("A");
        assertThat(world.plan().changes()).containsExactly(new Change.Keep("A"));
    }

    @Test
    void whatSomebodyMadeAnewUnderOurVersionIdIsNotOurs() {
        world.secret("A", "one").run();
        String ours = aws("A").current;
        world.aws.secrets.remove("A");
        SecretsManagerModel.Secret forged = world.aws.foreign("A", "forged");
        forged.versions.clear();
        forged.current = ours;
        forged.versions.put(ours, "forged");
        assertThat(Planner.valuesNeeded(world.input())).containsExactly("A");
        assertThat(world.plan().adopt()).containsExactly("A");
    }

    // Whose is it

    static final Map<String, Consumer<SecretsManagerModel.Secret>> MARKS = Map.of(
            "owning service", secret -> secret.owningService = "rds",
            "managed external", secret -> secret.type = "salesforce",
            "replica", secret -> secret.primaryRegion = "us-east-1",
            "rotation", secret -> secret.rotation = true,
            "aws tag", secret -> secret.tags.put("aws:cloudformation:stack-name", "x"),
            "managed-by", secret -> secret.tags.put("managed-by", "external-secrets"),
            "vault", secret -> secret.tags.put("hashicorp:vault", ""));

    @ParameterizedTest
    @DisplayName("U3.6-6: differs: what is somebody else's is left alone and the others are synced (promises 1 and 3)")
    @ValueSource(
            strings = {"owning service", "managed external", "replica", "rotation", "aws tag", "managed-by", "vault"})
    void somebodyElsesIsNeitherChangedNorDeleted(String mark) {
        MARKS.get(mark).accept(world.aws.foreign("A", "theirs"));
        MARKS.get(mark).accept(world.aws.foreign("X", "theirs"));
        world.secret("A", "one").secret("B", "two");
        Plan plan = world.run();
        assertThat(plan.create()).containsExactly("B");
        assertThat(code(plan, "A")).isEqualTo(SkipReason.OTHER_OWNER);
        assertThat(code(plan, "X")).isEqualTo(SkipReason.NOT_REMOVED);
        assertThat(aws("A").value()).isEqualTo("theirs");
        assertThat(world.live()).contains("X");
    }

    @ParameterizedTest
    @ValueSource(strings = {"owning service", "managed external", "replica", "rotation", "aws tag", "vault"})
    void oursThatBecameSomebodyElsesIsLeftAlone(String mark) {
        world.secret("A", "one").secret("B", "two").run();
        MARKS.get(mark).accept(aws("A"));
        MARKS.get(mark).accept(aws("B"));
        world.secret("A", "changed").source.remove("B");
        Plan plan = world.plan();
        assertThat(code(plan, "A")).isEqualTo(SkipReason.OTHER_OWNER);
        assertThat(code(plan, "B")).isEqualTo(SkipReason.NOT_REMOVED);
        assertThat(plan.delete()).isEmpty();
    }

    @Test
    void aPrimaryInThisRegionIsNoReplica() {
        world.aws.foreign("A", "x").primaryRegion = "eu-central-1";
        assertThat(world.secret("A", "one").plan().update()).containsExactly("A");
    }

    @Test
    void aMarkThatThisSyncWroteItselfIsNotAnotherTools() {
        world.tags = List.of(new Tag("managed-by", "us"));
        world.secret("A", "one").run();
        world.secret("A", "two");
        assertThat(world.run().update()).containsExactly("A");
        world.tags = List.of();
        assertThat(world.run().retag()).containsExactly("A");
        assertThat(aws("A").tags).containsOnlyKeys(Tags.OWNER_TAG);
    }

    @Test
    void aForeignMarkIsAnotherToolsEvenIfThisSyncWantsTheSame() {
        world.tags = List.of(new Tag("managed-by", "us"));
        world.aws.foreign("A", "theirs").tags.put("managed-by", "us");
        assertThat(code(world.secret("A", "one").run(), "A")).isEqualTo(SkipReason.OTHER_OWNER);
    }

    @Test
    void aTagThatWeRemovedAndSomebodyAddedIsTheirs() {
        world.tags = List.of(new Tag("a", "1"));
        world.secret("A", "one").run();
        world.tags = List.of();
        world.run();
        aws("A").tags.put("a", "theirs");
        assertThat(world.plan().isEmpty()).isTrue();
    }

    @Test
    @DisplayName("U5.1-3: another sync's secret is left alone")
    void anotherSyncsIsLeftAlone() {
        world.aws.foreign("A", "theirs").tags.put(Tags.OWNER_TAG, World.OTHER.toString());
        world.aws.foreign("B", "theirs");
        world.aws.foreign("X", "theirs").tags.put(Tags.OWNER_TAG, World.OTHER.toString());
        world.aws.foreign("Y", "theirs");
        world.heldByOthers.putAll(Map.of("B", "other", "Y", "other"));
        Plan plan = world.secret("A", "one").secret("B", "two").run();
        assertThat(code(plan, "A")).isEqualTo(SkipReason.OTHER_SYNC);
        assertThat(code(plan, "B")).isEqualTo(SkipReason.OTHER_SYNC);
        assertThat(world.live()).contains("X", "Y");
        assertThat(plan.isEmpty()).isTrue();
    }

    @Test
    void whatADeletedSyncLeftIsNobodys() {
        world.aws.foreign("A", "old").tags.put(Tags.OWNER_TAG, World.OTHER.toString());
        world.retired.add(World.OTHER.toString());
        assertThat(world.secret("A", "one").run().adopt()).containsExactly("A");
        assertThat(world.plan().isEmpty()).isTrue();
    }

    @Test
    void theTagIsEnoughWhereTheJournalWasLost() {
        world.secret("A", "one").secret("B", "two").run();
        world.journal.clear();
        world.source.remove("B");
        Plan plan = world.run();
        assertThat(plan.delete()).containsExactly("B");
        assertThat(plan.adopt()).isEmpty();
        assertThat(world.plan().changes()).containsExactly(new Change.Keep("A"));
    }

    // Adoption

    @Test
    void anEqualForeignSecretIsAdoptedWithoutANewVersion() {
        world.aws.foreign("A", "one");
        Plan plan = world.secret("A", "one").run();
        assertThat(plan.adopt()).containsExactly("A");
        assertThat(plan.update()).isEmpty();
        assertThat(aws("A").versions).hasSize(1);
        assertThat(Planner.valuesNeeded(world.input())).isEmpty();
        assertThat(world.plan().isEmpty()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(InitialSyncBehavior.class)
    void anotherForeignValueIsOverwrittenOnceTheDestinationHasNoPrecedence(InitialSyncBehavior behavior) {
        world.behavior = behavior;
        world.aws.foreign("A", "theirs");
        Plan plan = world.secret("A", "one").run();
        assertThat(plan.adopt()).containsExactly("A");
        assertThat(plan.update()).containsExactly("A");
        assertThat(aws("A").value()).isEqualTo("one");
    }

    @Test
    void aValueWithPrecedenceThatWasNotImportedIsNotOverwritten() {
        world.initial = true;
        world.behavior = InitialSyncBehavior.IMPORT_PRIORITIZE_DESTINATION;
        world.aws.foreign("A", "theirs");
        Plan plan = world.secret("A", "one").run();
        assertThat(code(plan, "A")).isEqualTo(SkipReason.CONFLICT);
        assertThat(SkipReason.CONFLICT.failure()).isTrue();
        assertThat(aws("A").value()).isEqualTo("theirs");
    }

    @Test
    void blanksThatTheKmsTrimmedAreNotWrittenBack() {
        world.behavior = InitialSyncBehavior.IMPORT_PRIORITIZE_DESTINATION;
        world.initial = true;
        world.aws.foreign("A", " one ");
        world.secret("A", "one").run();
        assertThat(aws("A").value()).isEqualTo(" one ");
        assertThat(world.plan().isEmpty()).isTrue();
        world.behavior = InitialSyncBehavior.OVERWRITE_DESTINATION;
        World overwrite = new World();
        overwrite.aws.foreign("A", " one ");
        assertThat(overwrite.secret("A", "one").run().update()).containsExactly("A");
    }

    @Test
    void aForeignSecretThatCannotBeReadIsSkipped() {
        world.aws.foreign("A", "theirs");
        world.readable = false;
        assertThat(code(world.secret("A", "one").run(), "A")).isEqualTo(SkipReason.UNREADABLE);
        assertThat(aws("A").value()).isEqualTo("theirs");
    }

    @Test
    void binaryIsOverwrittenOnlyWhereOverwritingWasAskedFor() {
        world.aws.foreign("A", "x").binary = true;
        world.secret("A", "one");
        for (InitialSyncBehavior imports : List.of(
                InitialSyncBehavior.IMPORT_PRIORITIZE_SOURCE, InitialSyncBehavior.IMPORT_PRIORITIZE_DESTINATION)) {
            world.behavior = imports;
            assertThat(code(world.run(), "A")).isEqualTo(SkipReason.BINARY_VALUE);
        }
        world.behavior = InitialSyncBehavior.OVERWRITE_DESTINATION;
        assertThat(world.plan().update()).containsExactly("A");
    }

    @Test
    void aSecretWithoutAValueGetsOne() {
        SecretsManagerModel.Secret empty = world.aws.foreign("A", "x");
        empty.versions.clear();
        empty.current = null;
        world.secret("A", "one").run();
        assertThat(aws("A").value()).isEqualTo("one");
    }

    @Test
    void whatIsNobodysByAListAloneIsLookedAtBeforeItIsTakenOver() {
        world.aws.foreign("A", "theirs");
        Map<String, DestinationSecret> stale = world.aws.list();
        aws("A").rotation = true;
        world.staleList = stale;
        assertThat(code(world.secret("A", "one").plan(), "A")).isEqualTo(SkipReason.OTHER_OWNER);
    }

    // Deleting

    @Test
    @DisplayName("U3.6-3: differs: what we deleted is restored (promise 1)")
    void oursThatLeftTheSourceIsDeletedAndRestoredWhenItComesBack() {
        world.secret("A", "one").secret("B", "two").run();
        world.source.remove("A");
        Plan plan = world.run();
        assertThat(plan.changes())
                .filteredOn(Change.Delete.class::isInstance)
                .singleElement()
                .isInstanceOfSatisfying(
                        Change.Delete.class,
                        delete -> assertThat(delete.foreign()).isFalse());
        assertThat(world.live()).containsExactly("B");
        assertThat(world.plan().isEmpty()).isTrue();
        world.secret("A", "new");
        assertThat(world.run().restore()).containsExactly("A");
        assertThat(aws("A").value()).isEqualTo("new");
        assertThat(world.plan().isEmpty()).isTrue();
    }

    @Test
    void theSameValueIsRestoredWithoutANewVersion() {
        world.secret("A", "one").secret("B", "two").run();
        world.source.remove("A");
        world.run();
        world.secret("A", "one").run();
        assertThat(aws("A").deleted).isFalse();
        assertThat(aws("A").versions).hasSize(1);
        assertThat(world.plan().isEmpty()).isTrue();
    }

    @Test
    void whatWasRestoredAndDeletedAgainSinceTheListWasMadeGetsItsValueOnce() {
        world.secret("A", "one").secret("B", "two").run();
        world.source.remove("A");
        world.run();
        Map<String, DestinationSecret> stale = world.aws.list();
        world.secret("A", "new").run();
        world.source.remove("A");
        world.run();
        world.staleList = stale;
        assertThat(world.secret("A", "new").run().restore()).containsExactly("A");
        assertThat(aws("A").versions).hasSize(2);
    }

    @Test
    void aForeignSecretThatWeDeletedIsRestoredWhenItsNameIsWanted() {
        world.aws.foreign("X", "theirs");
        world.secret("A", "one").run();
        assertThat(aws("X").deleted).isTrue();
        world.secret("X", "mine");
        assertThat(world.run().restore()).containsExactly("X");
    }

    @Test
    void aForeignSecretThatWeDeletedAndSomebodyRestoredIsForeignAgain() {
        world.aws.foreign("X", "theirs");
        world.secret("A", "one").run();
        aws("X").deleted = false;
        world.behavior = InitialSyncBehavior.IMPORT_PRIORITIZE_SOURCE;
        assertThat(code(world.run(), "X")).isEqualTo(SkipReason.NOT_REMOVED);
        assertThat(world.live()).contains("X");
    }

    @Test
    void aListThatHasNotHeardOfADeletionIsNoReasonToDeleteAgain() {
        world.secret("A", "one").secret("B", "two").run();
        Map<String, DestinationSecret> stale = world.aws.list();
        world.source.remove("A");
        world.run();
        world.staleList = stale;
        assertThat(world.plan().delete()).isEmpty();
        world.describable = false;
        assertThat(world.plan().delete()).isEmpty();
    }

    @Test
    void whatSomebodyElseScheduledForDeletionIsLeftAlone() {
        world.aws.foreign("A", "x").deleted = true;
        world.aws.foreign("X", "x").deleted = true;
        Plan plan = world.secret("A", "one").run();
        assertThat(plan.changes()).hasSize(1);
        assertThat(code(plan, "A")).isEqualTo(SkipReason.SCHEDULED_FOR_DELETION);
    }

    @Test
    @DisplayName("U3.2-21: disableSecretDeletion deletes nothing")
    void disableSecretDeletionLeavesEverything() {
        world.disableDeletion = true;
        world.secret("A", "one").secret("B", "two").run();
        world.aws.foreign("X", "x");
        world.source.remove("A");
        Plan plan = world.run();
        assertThat(plan.delete()).isEmpty();
        assertThat(code(plan, "A")).isEqualTo(SkipReason.NOT_REMOVED);
        assertThat(code(plan, "X")).isEqualTo(SkipReason.NOT_REMOVED);
    }

    @Test
    @DisplayName("U3.2-19: foreign secrets go; differs: only with overwrite-destination, within the brake, and only "
            + "what is nobody's (promise 1)")
    void foreignSecretsGoOnlyWithOverwriteDestination() {
        world.aws.foreign("X", "x");
        world.secret("A", "one");
        assertThat(world.plan().changes())
                .filteredOn(Change.Delete.class::isInstance)
                .singleElement()
                .isInstanceOfSatisfying(
                        Change.Delete.class,
                        delete -> assertThat(delete.foreign()).isTrue());
        world.foreignSecrets = ForeignSecrets.KEEP;
        assertThat(code(world.plan(), "X")).isEqualTo(SkipReason.NOT_REMOVED);
        world.foreignSecrets = ForeignSecrets.REMOVE;
        world.behavior = InitialSyncBehavior.IMPORT_PRIORITIZE_SOURCE;
        assertThat(code(world.plan(), "X")).isEqualTo(SkipReason.NOT_REMOVED);
        world.behavior = InitialSyncBehavior.IMPORT_PRIORITIZE_DESTINATION;
        assertThat(code(world.plan(), "X")).isEqualTo(SkipReason.NOT_REMOVED);
    }

    @Test
    @DisplayName("U3.2-2: only names within the key schema are touched")
    void theKeySchemaBoundsWhatIsTouched() {
        world.schema = "dev_{{secretKey}}";
        world.aws.foreign("X", "x");
        world.aws.foreign("dev_Y", "x");
        assertThat(world.secret("A", "one").run().delete()).containsExactly("dev_Y");
    }

    @Test
    @DisplayName("U2.3-8: names of an earlier schema stay; differs: they are reported (promise 6) and go with "
            + "remove-secrets")
    void namesThatAreNoLongerCoveredAreLeftAloneAndReported() {
        world.schema = "dev_{{secretKey}}";
        world.secret("A", "one").run();
        world.schema = "prod_{{secretKey}}";
        Plan plan = world.run();
        assertThat(plan.create()).containsExactly("prod_A");
        assertThat(code(plan, "dev_A")).isEqualTo(SkipReason.NOT_REMOVED);
        world.staleList = Map.of("prod_A", aws("prod_A").seen());
        assertThat(code(world.plan(), "dev_A")).isEqualTo(SkipReason.NOT_REMOVED);
    }

    @Test
    @DisplayName("U3.2-7: an empty value is skipped; U3.2-22: differs: an empty value deletes nothing (promise 1)")
    void anEmptyValueNeverDeletesNorWrites() {
        world.tags = List.of(new Tag("a", "1"));
        world.secret("A", "one").secret("B", "two").run();
        world.tags = List.of(new Tag("a", "2"));
        Plan plan = world.secret("A", "").secret("C", "").run();
        assertThat(code(plan, "A")).isEqualTo(SkipReason.EMPTY_VALUE);
        assertThat(aws("A").value()).isEqualTo("one");
        assertThat(aws("A").tags).containsEntry("a", "1");
        assertThat(aws("B").tags).containsEntry("a", "2");
        assertThat(code(plan, "C")).isEqualTo(SkipReason.EMPTY_VALUE);
        assertThat(world.live()).containsExactly("A", "B");
        assertThat(plan.delete()).isEmpty();
    }

    @Test
    @DisplayName("U5.1-15: a value that is too large fails alone and before the call")
    void aValueThatIsTooLargeNeverDeletes() {
        world.secret("A", "one").secret("B", "two").run();
        Plan plan = world.secret("A", "x".repeat(Wanted.MAX_BYTES + 1)).run();
        assertThat(code(plan, "A")).isEqualTo(SkipReason.TOO_LARGE);
        assertThat(plan.delete()).isEmpty();
        assertThat(plan.unchanged()).isEqualTo(1);
    }

    @Test
    @DisplayName("U5.2-2: an empty source never deletes")
    void anEmptySourceNeverDeletesWhateverWasApproved() {
        world.secret("A", "one").run();
        world.aws.foreign("X", "x");
        world.source.clear();
        Plan plan = world.runApproved();
        assertThat(plan.blocked()).contains("empty source never deletes");
        assertThat(world.live()).containsExactly("A", "X");
        World fresh = new World();
        fresh.aws.foreign("X", "x");
        assertThat(fresh.run().blocked()).isNotNull();
        assertThat(new World().run().blocked()).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 11})
    void theBrakeLetsTenGo(int deletions) {
        for (int i = 0; i < deletions; i++) {
            world.aws.foreign("X" + i, "x");
        }
        assertThat(world.secret("A", "one").plan().blocked() != null).isEqualTo(deletions > 10);
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 21})
    void theBrakeLetsAFifthGoOfWhatNobodyElseOwns(int deletions) {
        for (int i = 0; i < 100 - deletions; i++) {
            world.secret("A" + i, "one");
        }
        world.run();
        for (int i = 0; i < deletions; i++) {
            world.aws.foreign("X" + i, "x");
        }
        for (int i = 0; i < 50; i++) {
            world.aws.foreign("other" + i, "x").rotation = true;
        }
        assertThat(world.plan().blocked() != null).isEqualTo(deletions > 20);
    }

    @Test
    @DisplayName("U5.2-1: a run that would delete many stops and asks")
    void theBrakeSaysHowManyAndHowToApproveAndHoldsForThatPlanOnly() {
        for (int i = 0; i < 12; i++) {
            world.aws.foreign("X" + i, "x");
        }
        world.secret("A", "one");
        Plan plan = world.run();
        assertThat(plan.blocked()).contains("12", "approveDeletions=true", World.SYNC.toString());
        assertThat(world.live()).hasSize(12);
        world.approved = plan.deletionDigest();
        assertThat(world.plan().deletionDigest()).isEqualTo(plan.deletionDigest());
        world.aws.foreign("X12", "x");
        assertThat(world.run().blocked()).isNotNull();
        world.aws.secrets.remove("X12");
        assertThat(world.run().blocked()).isNull();
        assertThat(world.live()).containsExactly("A");
    }

    @Test
    void theLastLookBeforeAChangeSeesANewOwner() {
        world.secret("A", "one").secret("B", "two").run();
        world.source.remove("A");
        world.secret("B", "changed");
        Planner.Input input = world.input();
        Plan plan = Planner.plan(input, Map.of());
        assertThat(plan.changes()).hasSize(2);
        for (Change change : plan.changes()) {
            SecretsManagerModel.Secret secret = aws(change.name());
            ManagedSecret entry = input.journal().get(change.name());
            assertThat(Planner.refusal(change, secret.seen(), entry, input)).isEmpty();
            secret.rotation = true;
            assertThat(Planner.refusal(change, secret.seen(), entry, input))
                    .hasValueSatisfying(why -> assertThat(why).contains("rotation"));
            secret.rotation = false;
            secret.deleted = true;
            assertThat(Planner.refusal(change, secret.seen(), entry, input)).isPresent();
            secret.deleted = false;
            secret.arn = "another";
            assertThat(Planner.refusal(change, secret.seen(), entry, input)).isPresent();
        }
    }

    @Test
    void aSecretThatIsRemovedAfterItsFirstWriteArrivedUnheardComesBackWithoutASecondVersion() {
        world.secret("A", "one");
        world.stepsToLive = 2;
        assertThatThrownBy(world::run).isInstanceOf(World.Crash.class);
        world.stepsToLive = Integer.MAX_VALUE;
        Planner.Input input = world.input();
        world.apply(Planner.removal(input, Map.of()), input);
        assertThat(aws("A").deleted).isTrue();

        assertThat(world.run().restore()).containsExactly("A");

        assertThat(aws("A").deleted).isFalse();
        assertThat(aws("A").versions).hasSize(1);
        world.run();
        assertThat(world.plan().changes()).containsExactly(new Change.Keep("A"));
    }

    @Test
    void theLastLookRefusesWhatIsSomebodyElsesAlsoWhereThePlanSawThatAlready() {
        world.secret("A", "one").run();
        world.secret("A", "changed");
        Planner.Input input = world.input();
        SecretsManagerModel.Secret secret = aws("A");
        secret.rotation = true;
        Change.Update planned =
                (Change.Update) Planner.plan(input, Map.of()).changes().get(0);
        Change.Update change = new Change.Update(
                planned.secret(), secret.seen(), false, false, planned.reason(), planned.token(), planned.generation());
        secret.rotation = false;
        secret.primaryRegion = "us-east-1";
        assertThat(Planner.refusal(change, secret.seen(), input.journal().get("A"), input))
                .hasValueSatisfying(why -> assertThat(why).contains("replica"));
    }

    @Test
    void theJournalForgetsOnlyWhatIsCertainlyGone() {
        world.secret("A", "one").secret("B", "two").run();
        world.source.remove("A");
        world.staleList = Map.of("B", aws("B").seen());
        Plan stale = world.run();
        assertThat(stale.gone()).isEmpty();
        // Not in the list, but DescribeSecret found it: it is there, and goes.
        assertThat(stale.delete()).containsExactly("A");
        world.staleList = null;
        world.aws.secrets.remove("A");
        assertThat(world.run().gone()).containsExactly("A");
        assertThat(world.journal).containsOnlyKeys("B");
    }

    // KMS key and tags

    @Test
    @DisplayName("U3.2-9: value and key in one call; differs: a key alone makes no new version (promise 5)")
    void aNewKmsKeyAloneMakesNoNewVersion() {
        world.secret("A", "one").run();
        world.keyId = "1234";
        Plan plan = world.run();
        assertThat(plan.changes()).singleElement().isInstanceOf(Change.ChangeKmsKey.class);
        assertThat(plan.update()).containsExactly("A");
        assertThat(world.plan().isEmpty()).isTrue();
        world.keyId = "arn:aws:kms:eu-central-1:123456789012:key/1234";
        assertThat(world.plan().isEmpty()).isTrue();
        world.keyId = "5678";
        world.secret("A", "two");
        assertThat(world.plan().changes())
                .singleElement()
                .isInstanceOfSatisfying(
                        Change.Update.class,
                        update -> assertThat(update.changeKmsKey()).isTrue());
    }

    @Test
    void anAliasNeedsNoLookUp() {
        world.keyId = "alias/team";
        world.secret("A", "one").run();
        world.run();
        assertThat(world.journal.get("A").kmsKeyReported()).contains("key/of-team");
        assertThat(world.plan().changes()).containsExactly(new Change.Keep("A"));
        aws("A").kmsKey = "arn:aws:kms:eu-central-1:123456789012:key/theirs";
        assertThat(world.plan().changes()).singleElement().isInstanceOf(Change.ChangeKmsKey.class);
    }

    @Test
    @DisplayName("U5.1-10: old tags go and foreign ones stay")
    void tagsChangeWithoutTheValue() {
        world.tags = List.of(new Tag("a", "1"));
        world.secret("A", "one").run();
        aws("A").tags.put("foreign", "x");
        world.tags = List.of(new Tag("b", "2"));
        assertThat(world.run().changes()).singleElement().isInstanceOfSatisfying(Change.Retag.class, retag -> {
            assertThat(retag.set()).isEqualTo(Map.of("b", "2"));
            assertThat(retag.remove()).containsExactly("a");
        });
        assertThat(aws("A").tags).containsOnlyKeys("b", "foreign", Tags.OWNER_TAG);
    }

    @Test
    @DisplayName("U3.2-17: an empty list removes the tags; differs: those of others stay (promise 1)")
    void anEmptyListRemovesTheTagsThatThisSyncWrote() {
        world.tags = List.of(new Tag("a", "1"), new Tag("b", "2"));
        world.secret("A", "one").run();
        aws("A").tags.put("foreign", "x");
        world.tags = List.of();
        assertThat(world.run().retag()).containsExactly("A");
        assertThat(aws("A").tags).containsOnlyKeys("foreign", Tags.OWNER_TAG);
        assertThat(world.plan().isEmpty()).isTrue();
    }

    @Test
    @DisplayName("U3.2-18: absent tags are left alone")
    void absentTagsAreLeftAlone() {
        world.tags = List.of(new Tag("a", "1"));
        world.secret("A", "one").run();
        world.tags = null;
        assertThat(world.plan().isEmpty()).isTrue();
    }

    @Test
    void metadataTagsThatAwsRefusesAreReportedAndTheRestIsSynced() {
        world.metadataAsTags = true;
        world.metadata(
                "A",
                "one",
                new SourceSecret.Metadata("aws:x", "1", false),
                new SourceSecret.Metadata("team", "core", false));
        Plan plan = world.run();
        assertThat(plan.create()).containsExactly("A");
        assertThat(code(plan, "A")).isEqualTo(SkipReason.INVALID_TAG);
        assertThat(SkipReason.INVALID_TAG.failure()).isFalse();
        assertThat(aws("A").tags).containsEntry("team", "core").doesNotContainKey("aws:x");
        assertThat(world.plan().unchanged()).isEqualTo(1);
    }

    // Mapping

    @Test
    @DisplayName("U5.2-4: one bad secret stops only itself")
    void oneBadSecretStopsOnlyItself() {
        world.secret("bad name", "x")
                .secret("E", "")
                .secret("L", "é".repeat(32_769))
                .secret("M", "é".repeat(32_768));
        world.secret("N".repeat(513), "x").secret("A", "one");
        Plan plan = world.run();
        assertThat(plan.create()).containsExactly("A", "M");
        assertThat(code(plan, "bad name")).isEqualTo(SkipReason.INVALID_NAME);
        assertThat(code(plan, "N".repeat(513))).isEqualTo(SkipReason.INVALID_NAME);
        assertThat(code(plan, "E")).isEqualTo(SkipReason.EMPTY_VALUE);
        assertThat(code(plan, "L")).isEqualTo(SkipReason.TOO_LARGE);
        assertThat(plan.skipped()).noneMatch(skip -> skip.reason().contains("é"));
    }

    @Test
    void aNameTheKeySchemaWouldNotRecogniseIsNotWritten() {
        world.schema = "p/{{secretKey}}";
        assertThat(code(world.secret("a/b", "x").plan(), "p/a/b")).isEqualTo(SkipReason.INVALID_NAME);
    }

    @Test
    @DisplayName("U3.1-13: differs: only the two of one name are left out (promise 3)")
    void twoSecretsOfOneNameAreBothLeftOut() {
        world.source.put("x/A", new SourceSecret("A", SecretText.of("one"), List.of()));
        world.source.put("y/A", new SourceSecret("A", SecretText.of("two"), List.of()));
        world.secret("B", "b");
        Plan plan = world.plan();
        assertThat(plan.create()).containsExactly("B");
        assertThat(plan.skipped()).extracting(Change.Skip::code).containsExactly(SkipReason.DUPLICATE_NAME);
    }

    @Test
    @DisplayName("U2.2-9: a configured aws: tag is taken; differs: it is a warning and fails nothing (promise 3)")
    void configuredTagsThatAwsRefusesAreAWarningOfTheSync() {
        world.tags = List.of(new Tag("aws:x", "1"));
        Plan plan = world.secret("A", "one").secret("B", "two").plan();
        assertThat(plan.warnings()).singleElement().asString().contains("aws:x");
        assertThat(plan.skipped()).isEmpty();
    }

    // Import and removal

    @Test
    @DisplayName("U3.4-3: differs: not what is another sync's, AWS's or another tool's (promise 1)")
    void onlyWhatIsNobodyElsesIsImported() {
        world.schema = "p-{{secretKey}}";
        world.secret("A", "one").run();
        world.aws.foreign("p-B", "x");
        world.aws.foreign("C", "x");
        world.aws.foreign("p-D", "x").rotation = true;
        world.aws.foreign("p-E", "x").deleted = true;
        world.aws.foreign("p-F", "x").tags.put(Tags.OWNER_TAG, World.OTHER.toString());
        assertThat(Planner.importable(world.input())).containsExactly("p-A", "p-B");
    }

    @Test
    @DisplayName("U3.5-2: differs: earlier names go too, and foreign ones stay (promise 1)")
    void removalTakesWhatThisSyncPutThereAlsoUnderEarlierNames() {
        world.schema = "dev_{{secretKey}}";
        world.secret("A", "one").run();
        world.schema = "prod_{{secretKey}}";
        world.disableDeletion = true;
        world.run();
        world.aws.foreign("prod_X", "x");
        aws("dev_A").tags.remove(Tags.OWNER_TAG);
        Plan plan = Planner.removal(world.input(), Map.of());
        assertThat(plan.delete()).containsExactly("dev_A", "prod_A");
        assertThat(plan.changes()).hasSize(2);
        aws("dev_A").rotation = true;
        Plan spared = Planner.removal(world.input(), Map.of());
        assertThat(spared.delete()).containsExactly("prod_A");
        assertThat(code(spared, "dev_A")).isEqualTo(SkipReason.NOT_REMOVED);
    }

    @Test
    @DisplayName("U3.5-3: what became empty in the source is removed too")
    void removalTakesWhatBecameEmptyInTheSource() {
        world.secret("A", "one").secret("B", "two").run();
        world.secret("A", "").run();
        assertThat(Planner.removal(world.input(), Map.of()).delete()).containsExactly("A", "B");
    }

    // Order and size

    @Test
    @DisplayName("U3.1-12: differs: always in the order of names, so that a plan is the same each time (promise 6)")
    void changesComeInTheOrderOfNames() {
        world.aws.foreign("C", "x");
        world.secret("D", "x").secret("A", "x").secret("B", "");
        assertThat(world.plan().changes()).extracting(Change::name).containsExactly("A", "B", "C", "D");
    }

    @Test
    @DisplayName("U3.1-14: no cap on the number of secrets")
    void aHundredThousandSecretsAreNoTrouble() {
        Map<String, DestinationSecret> listed = new HashMap<>();
        for (int i = 0; i < 100_000; i++) {
            world.secret("K" + i, "v" + i);
        }
        world.run();
        listed.putAll(world.aws.list());
        world.staleList = listed;
        Planner.Input input = world.input();
        assertThat(Planner.descriptionsNeeded(input)).isEmpty();
        assertThat(Planner.valuesNeeded(input)).isEmpty();
        assertThat(Planner.plan(input, Map.of()).unchanged()).isEqualTo(100_000);
    }

    @Test
    void nothingShowsAValue() {
        world.aws.foreign("A", "marker-1");
        world.secret("A", "marker-2").secret("B", "marker-3").secret("C", "marker-4\u0000".repeat(10_000));
        Planner.Input input = world.input();
        assertThat(input.wanted().toString() + world.plan() + world.run() + world.journal)
                .doesNotContain("marker");
        assertThat(Set.of(world.plan()).toString()).doesNotContain("marker");
    }

    @Test
    void aListThatShowsASecretFromBeforeItWasMadeAnewIsNoProofThatOursIsGone() {
        world.behavior = InitialSyncBehavior.IMPORT_PRIORITIZE_SOURCE;
        world.disableDeletion = true;
        world.aws.foreign("A", "one");
        world.secret("A", "one").secret("B", "two").run();
        Map<String, DestinationSecret> before = world.aws.list();
        world.aws.secrets.remove("A");
        world.aws.foreign("A", "one");
        world.run();
        assertThat(world.journal.get("A").arn()).isEqualTo(world.aws.secrets.get("A").arn);
        world.source.remove("A");
        world.staleList = before;

        world.run();

        assertThat(world.journal).containsKey("A");
    }
}
