package ai.hanzo.kms.secretsync.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ManyToOneTest {
    private final World world = new World();

    @BeforeEach
    void manyToOne() {
        world.mapping = Destination.MANY_TO_ONE;
    }

    private String value() {
        return world.aws.secrets.get("app").value();
    }

    @Test
    @DisplayName("U3.3-1: all keys as they are, empty values included")
    void allSecretsAreOneObjectEmptyValuesIncluded() {
        Plan plan = world.secret("B", "two").secret("A", "").run();
        assertThat(value()).isEqualTo("{\"A\":\"\",\"B\":\"two\"}");
        assertThat(plan.changedKeys()).containsOnlyKeys("app");
        assertThat(plan.changedKeys().get("app")).containsExactly("A", "B");
        assertThat(world.plan().changes()).containsExactly(new Change.Keep("app"));
    }

    @Test
    @DisplayName("U3.3-3: the name is the key schema with secretName")
    void theKeySchemaAppliesToTheSecretName() {
        world.schema = "p/{{secretKey}}";
        assertThat(world.secret("A", "x").run().create()).containsExactly("p/app");
        assertThat(world.aws.secrets.get("p/app").value()).isEqualTo("{\"A\":\"x\"}");
    }

    @Test
    @DisplayName("U2.1-3: the key schema goes on top of secretName, up to AWS's 512 characters")
    void theNameMayBeAsLongAsAwsAllows() {
        // With "app" for {{secretKey}}.
        world.schema = "p".repeat(509) + "{{secretKey}}";
        assertThat(world.secret("A", "x").plan().create()).containsExactly("p".repeat(509) + "app");
        world.schema = "p".repeat(510) + "{{secretKey}}";
        Plan tooLong = world.plan();
        assertThat(tooLong.create()).isEmpty();
        assertThat(tooLong.skipped()).extracting(Change.Skip::code).containsExactly(SkipReason.INVALID_NAME);
    }

    @Test
    @DisplayName("U3.3-2: JSON within a value stays text")
    void jsonWithinAValueStaysText() {
        world.secret("A", "{\"n\":1}").secret("B", "5").run();
        assertThat(value()).isEqualTo("{\"A\":\"{\\\"n\\\":1}\",\"B\":\"5\"}");
    }

    @Test
    @DisplayName("U3.3-5: another KMS key is set; differs: without a new version (promise 5)")
    void aNewKmsKeyIsSet() {
        world.secret("A", "one").run();
        world.keyId = "1234";
        assertThat(world.run().changes()).singleElement().isInstanceOf(Change.ChangeKmsKey.class);
        assertThat(world.aws.secrets.get("app").kmsKey).isEqualTo("1234");
        assertThat(world.aws.secrets.get("app").versions).hasSize(1);
        assertThat(world.plan().changes()).containsExactly(new Change.Keep("app"));
    }

    @Test
    @DisplayName("U3.3-6: configured tags only")
    void metadataIsNoTagOfTheOneSecret() {
        world.tags = List.of(new Tag("team", "shop"));
        world.metadataAsTags = true;
        world.metadata("A", "one", new SourceSecret.Metadata("owner", "core", false))
                .run();
        assertThat(world.aws.secrets.get("app").tags).containsOnlyKeys("team", Tags.OWNER_TAG);
    }

    @Test
    @DisplayName("U3.3-13: differs: objects are compared, so that another order is none (promise 5)")
    void anotherOrderAtTheDestinationIsNoDifference() {
        world.secret("A", "one").secret("B", "two").run();
        world.aws.foreign("app", "{ \"B\":\"two\",\"A\":\"one\" }");
        assertThat(world.run().isEmpty()).isTrue();
        assertThat(world.aws.secrets.get("app").versions).hasSize(2);
        assertThat(world.plan().changes()).containsExactly(new Change.Keep("app"));
    }

    @Test
    void ofAChangeOnlyItsKeysAreNamed() {
        world.secret("A", "one").secret("B", "two").run();
        world.source.remove("A");
        assertThat(world.secret("C", "new").run().changedKeys().get("app")).containsExactly("A", "C");
        assertThat(value()).isEqualTo("{\"B\":\"two\",\"C\":\"new\"}");
    }

    @Test
    void whatIsNotAnObjectIsLeftUntouched() {
        world.aws.foreign("app", "[1]");
        assertThat(world.secret("A", "one").run().skipped())
                .extracting(Change.Skip::code)
                .containsExactly(SkipReason.NOT_A_JSON_OBJECT);
        assertThat(value()).isEqualTo("[1]");
        world.aws.secrets.get("app").binary = true;
        assertThat(world.run().skipped()).extracting(Change.Skip::code).containsExactly(SkipReason.NOT_A_JSON_OBJECT);
    }

    @Test
    @DisplayName("U3.3-9: differs: with it foreign keys stay (promise 1)")
    void withDisableSecretDeletionForeignKeysStay() {
        world.disableDeletion = true;
        world.aws.foreign("app", "{\"X\":{\"n\":1.50},\"A\":\"theirs\"}");
        world.secret("A", "one").secret("B", "two").run();
        assertThat(value()).isEqualTo("{\"A\":\"one\",\"B\":\"two\",\"X\":{\"n\":1.50}}");
        assertThat(Planner.valuesNeeded(world.input())).isEmpty();
        assertThat(world.plan().changes()).containsExactly(new Change.Keep("app"));
        world.source.remove("B");
        world.run();
        assertThat(value()).isEqualTo("{\"A\":\"one\",\"X\":{\"n\":1.50}}");
    }

    @ParameterizedTest
    @DisplayName("U3.3-8: differs: foreign keys go only with overwrite-destination (promise 1)")
    @EnumSource(InitialSyncBehavior.class)
    void foreignKeysGoOnlyWithOverwriteDestination(InitialSyncBehavior behavior) {
        world.behavior = behavior;
        world.aws.foreign("app", "{\"X\":1}");
        world.secret("A", "one").run();
        boolean stays = behavior != InitialSyncBehavior.OVERWRITE_DESTINATION;
        assertThat(value().contains("\"X\"")).isEqualTo(stays);
        World keeping = new World();
        keeping.mapping = Destination.MANY_TO_ONE;
        keeping.foreignSecrets = ForeignSecrets.KEEP;
        keeping.aws.foreign("app", "{\"X\":1}");
        keeping.secret("A", "one").run();
        assertThat(keeping.aws.secrets.get("app").value()).contains("\"X\":1");
    }

    @Test
    void foreignKeysAreNotLostWhereTheyCannotBeRead() {
        world.disableDeletion = true;
        world.secret("A", "one").run();
        world.aws.foreign("app", "{\"A\":\"one\",\"X\":\"x\"}");
        world.readable = false;
        assertThat(world.secret("A", "two").run().skipped())
                .extracting(Change.Skip::code)
                .containsExactly(SkipReason.UNREADABLE);
        assertThat(value()).contains("\"X\"");
    }

    @Test
    void withoutForeignKeysNoReadPermissionIsNeeded() {
        world.secret("A", "one").run();
        world.readable = false;
        world.secret("A", "two").run();
        assertThat(value()).isEqualTo("{\"A\":\"two\"}");
    }

    @Test
    void aKeyWithPrecedenceThatWasNotImportedIsNotOverwritten() {
        world.behavior = InitialSyncBehavior.IMPORT_PRIORITIZE_DESTINATION;
        world.initial = true;
        world.aws.foreign("app", "{\"A\":\"theirs\",\"N\":5}");
        Plan plan = world.secret("A", "one").secret("N", "5").run();
        assertThat(plan.skipped()).singleElement().satisfies(skip -> {
            assertThat(skip.code()).isEqualTo(SkipReason.CONFLICT);
            assertThat(skip.reason()).contains("keys: A)");
        });
        world.secret("A", "theirs");
        // Imported as they were: a number became its text, which is no reason to write.
        assertThat(world.run().adopt()).containsExactly("app");
        assertThat(value()).isEqualTo("{\"A\":\"theirs\",\"N\":5}");
        assertThat(world.secret("B", "new").run().update()).containsExactly("app");
    }

    @Test
    void anEmptyValueAtTheDestinationHasNoPrecedence() {
        world.behavior = InitialSyncBehavior.IMPORT_PRIORITIZE_DESTINATION;
        world.initial = true;
        world.aws.foreign("app", "{\"A\":\"\"}");
        assertThat(world.secret("A", "one").run().update()).containsExactly("app");
    }

    @Test
    void aKeyWhoseWriteWasNotConfirmedIsOursAllTheSame() {
        world.disableDeletion = true;
        world.secret("A", "one").run();
        world.secret("B", "two");
        world.stepsToLive = 2;
        try {
            world.run();
        } catch (World.Crash e) {
            world.stepsToLive = Integer.MAX_VALUE;
        }
        assertThat(value()).contains("\"B\"");
        world.source.remove("B");
        world.run();
        assertThat(value()).isEqualTo("{\"A\":\"one\"}");
    }

    @Test
    @DisplayName("U3.3-10: differs: an empty source writes nothing (promise 1)")
    void anEmptySourceNeitherWritesNorDeletes() {
        world.secret("A", "one").run();
        world.source.clear();
        Plan plan = world.runApproved();
        assertThat(plan.isEmpty()).isTrue();
        assertThat(plan.blocked()).isNull();
        assertThat(plan.skipped()).extracting(Change.Skip::code).containsExactly(SkipReason.EMPTY_VALUE);
        assertThat(value()).isEqualTo("{\"A\":\"one\"}");
    }

    @Test
    void aTooLargeObjectFailsBeforeTheCallAndALargeOneWarns() {
        // {"A":""} is 8 more: 52,428 of 65,536 is just below 80 %.
        assertThat(world.secret("A", "x".repeat(52_420)).plan().warnings()).isEmpty();
        Plan large = world.secret("A", "x".repeat(52_421)).plan();
        assertThat(large.create()).containsExactly("app");
        assertThat(large.warnings()).singleElement().asString().contains("80 %").doesNotContain("xxx");
        Plan tooLarge = world.secret("A", "x".repeat(65_536)).plan();
        assertThat(tooLarge.skipped()).extracting(Change.Skip::code).containsExactly(SkipReason.TOO_LARGE);
        assertThat(tooLarge.create()).isEmpty();
    }

    @Test
    void foreignKeysCountForTheSize() {
        world.disableDeletion = true;
        world.aws.foreign("app", "{\"X\":\"" + "x".repeat(60_000) + "\"}");
        Plan plan = world.secret("A", "a".repeat(10_000)).run();
        assertThat(plan.skipped()).extracting(Change.Skip::code).containsExactly(SkipReason.TOO_LARGE);
        assertThat(value()).doesNotContain("\"A\"");
    }

    @Test
    @DisplayName("U3.3-7: no other secret of the account is touched; U5.1-1: many-to-one touches its own secret only")
    void otherSecretsOfTheAccountAreNotTouched() {
        world.aws.foreign("X", "x");
        assertThat(world.secret("A", "one").run().changes()).singleElement().isInstanceOf(Change.Create.class);
    }

    @Test
    void removalTakesOnlyOurKeysOutOfASharedSecret() {
        world.disableDeletion = true;
        world.aws.foreign("app", "{\"X\":1}");
        world.secret("A", "one").run();
        Planner.Input input = world.input();
        Plan shared = Planner.removal(input, Map.of("app", CanonicalJson.parse(SecretText.of(value()))));
        assertThat(shared.changes())
                .singleElement()
                .isInstanceOfSatisfying(
                        Change.Update.class,
                        update -> assertThat(update.secret().value().reveal()).isEqualTo("{\"X\":1}"));
        assertThat(shared.changedKeys().get("app")).containsExactly("A");
        Plan ours = Planner.removal(input, Map.of("app", CanonicalJson.parse(SecretText.of("{\"A\":\"one\"}"))));
        assertThat(ours.delete()).containsExactly("app");
        assertThat(Planner.removal(input, Map.of()).delete()).isEmpty();
        assertThat(Planner.removal(input, Map.of("app", new CanonicalJson.NotAnObject()))
                        .delete())
                .isEmpty();
        assertThat(Planner.removal(input, Map.of("app", CanonicalJson.parse(SecretText.of("{\"X\":1}"))))
                        .isEmpty())
                .isTrue();
    }
}
