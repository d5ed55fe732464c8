package ai.hanzo.kms.secretsync.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class JournalTest {
    private final World world = new World();

    @Test
    void theIntentionIsStoredBeforeTheCallAndConfirmedAfterIt() {
        world.tags = List.of(new Tag("t", "1"));
        world.keyId = "1234";
        Change.Create create =
                (Change.Create) world.secret("A", "one").plan().changes().get(0);
        Journal journal = Journal.of(world.sync(), world.tokens, world.now);
        ManagedSecret intended = journal.intended(null, create);
        assertThat(intended.pendingToken()).isEqualTo(create.token());
        assertThat(intended.pendingGeneration()).isEqualTo(create.generation());
        assertThat(intended.tagKeys()).containsExactly("t");
        assertThat(intended.confirmed()).isFalse();
        ManagedSecret written = journal.written(intended, create, "arn", create.token());
        assertThat(written.versionId()).isEqualTo(create.token());
        assertThat(written.fingerprint()).isEqualTo(create.token());
        assertThat(written.pendingToken()).isNull();
        assertThat(written.kmsKeyWanted()).isEqualTo("1234");
        assertThat(written.kmsKeyReported()).isEqualTo(KmsKeys.UNSEEN);
        assertThat(written.keys()).containsExactly("A");
        assertThat(written.adopted()).isFalse();
    }

    @Test
    void aRefusedCreateLeavesNothing() {
        Change.Create create =
                (Change.Create) world.secret("A", "one").plan().changes().get(0);
        Journal journal = Journal.of(world.sync(), world.tokens, world.now);
        assertThat(journal.refused(journal.intended(null, create))).isEmpty();
    }

    @Test
    void aRefusedUpdateLeavesWhatWasKnown() {
        world.secret("A", "one").run();
        ManagedSecret before = world.journal.get("A");
        Change.Update update =
                (Change.Update) world.secret("A", "two").plan().changes().get(0);
        Journal journal = Journal.of(world.sync(), world.tokens, world.now);
        assertThat(journal.refused(journal.intended(before, update))).contains(before);
    }

    @Test
    void anIntendedAdoptionDoesNotMakeItOurs() {
        world.aws.foreign("A", "theirs");
        world.secret("A", "one").secret("B", "two");
        world.stepsToLive = 1;
        try {
            world.run();
        } catch (World.Crash e) {
            world.stepsToLive = Integer.MAX_VALUE;
        }
        assertThat(world.journal.get("A").confirmed()).isFalse();
        world.behavior = InitialSyncBehavior.IMPORT_PRIORITIZE_SOURCE;
        world.source.remove("A");
        world.run();
        assertThat(world.live()).contains("A");
    }

    @Test
    void aCreateThatSomebodyWasFasterWithClaimsNoTagsOfTheirs() {
        world.tags = List.of(new Tag("team", "1"));
        world.secret("A", "one");
        world.stepsToLive = 1;
        try {
            world.run();
        } catch (World.Crash e) {
            world.stepsToLive = Integer.MAX_VALUE;
        }
        world.aws.foreign("A", "one").tags.put("team", "1");
        world.run();
        world.tags = List.of();
        world.run();
        assertThat(world.aws.secrets.get("A").tags).containsEntry("team", "1");
        assertThat(world.journal.get("A").adopted()).isTrue();
    }

    @Test
    void adoptedAndDeletedAreRemembered() {
        world.aws.foreign("A", "one");
        world.secret("A", "one").secret("B", "b").run();
        ManagedSecret adopted = world.journal.get("A");
        assertThat(adopted.adopted()).isTrue();
        assertThat(adopted.confirmed()).isTrue();
        assertThat(adopted.versionId()).isNotEqualTo(adopted.fingerprint());
        world.source.remove("A");
        world.run();
        assertThat(world.journal.get("A").deleted()).isTrue();
        world.secret("A", "one").run();
        assertThat(world.journal.get("A").deleted()).isFalse();
    }
}
