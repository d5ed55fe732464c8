package ai.hanzo.kms.secretsync.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ReplicasTest {
    private static final String KEY = "11111111-0000-4000-8000-000000000001";
    private static final String OTHER_KEY = "11111111-0000-4000-8000-000000000002";
    private static final ReplicaRegion DUBLIN = new ReplicaRegion("eu-west-1", null);
    private static final ReplicaRegion LONDON = new ReplicaRegion("eu-west-2", KEY);
    private static final KmsKeys KEYS = KmsKeys.of("123456789012", Map.of());
    private static final VersionTokens TOKENS =
            VersionTokens.of(new byte[32], World.SYNC, "123456789012", "eu-central-1");
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static SyncOptions options(ReplicaRegion... regions) {
        return options(List.of(regions));
    }

    private static SyncOptions options(List<ReplicaRegion> regions) {
        return new SyncOptions(InitialSyncBehavior.OVERWRITE_DESTINATION, null, null, null, null, null)
                .with(draft -> draft.replicaRegions(regions));
    }

    private static ManagedSecret entry(Map<String, ManagedReplica> replicas) {
        return new ManagedSecret(
                "n",
                Destination.ONE_TO_ONE,
                "arn",
                "v",
                "v",
                1,
                null,
                0,
                null,
                KmsKeys.UNSEEN,
                Set.of(),
                new TreeSet<>(),
                false,
                false,
                VersionBudget.UNSPENT,
                replicas,
                null,
                null,
                null);
    }

    private static DestinationSecret secret(Map<String, Replica> replicas) {
        return new DestinationSecret(
                "n", "arn", "v", null, Map.of(), null, null, null, false, null, null, replicas, null);
    }

    private static Replica inSync(String key) {
        return new Replica(Replica.Status.IN_SYNC, key, null);
    }

    private static Replica failed() {
        return new Replica(Replica.Status.FAILED, null, "taken");
    }

    private static ManagedReplica ours(String key, boolean inSync) {
        return new ManagedReplica(key, true, inSync);
    }

    private static Replicas.Difference difference(
            SyncOptions options, Map<String, ManagedReplica> known, Map<String, Replica> actual) {
        return Replicas.difference(options, known == null ? null : entry(known), secret(actual), KEYS);
    }

    @Test
    void withoutTheOptionNothingIsLookedAtOrDone() {
        assertThat(Replicas.mustBeSeen(options((List<ReplicaRegion>) null), null))
                .isFalse();
        assertThat(Replicas.any(options((List<ReplicaRegion>) null), entry(Map.of("eu-west-1", ours(null, true)))))
                .isFalse();
        assertThat(difference(
                                options((List<ReplicaRegion>) null),
                                Map.of("eu-west-1", ours(null, true)),
                                Map.of("eu-west-1", inSync(null)))
                        .isEmpty())
                .isTrue();
    }

    @Test
    void whatTheJournalKnowsToBeInPlaceNeedsNoLook() {
        SyncOptions both = options(DUBLIN, LONDON);
        Map<String, ManagedReplica> inPlace = Map.of("eu-west-1", ours(null, true), "eu-west-2", ours(KEY, true));
        assertThat(Replicas.mustBeSeen(both, entry(inPlace))).isFalse();
        assertThat(Replicas.mustBeSeen(both, null)).isTrue();
        assertThat(Replicas.mustBeSeen(both, entry(Map.of("eu-west-1", ours(null, true)))))
                .isTrue();
        assertThat(Replicas.mustBeSeen(
                        both, entry(Map.of("eu-west-1", ours(null, false), "eu-west-2", ours(KEY, true)))))
                .as("still on its way")
                .isTrue();
        assertThat(Replicas.mustBeSeen(
                        both, entry(Map.of("eu-west-1", ours(null, true), "eu-west-2", ours(OTHER_KEY, true)))))
                .as("another key")
                .isTrue();
        assertThat(Replicas.mustBeSeen(options(DUBLIN), entry(inPlace)))
                .as("one too many")
                .isTrue();
        ManagedReplica theirs = new ManagedReplica(OTHER_KEY, false, true);
        assertThat(Replicas.mustBeSeen(options(LONDON), entry(Map.of("eu-west-2", theirs))))
                .as("theirs, under whatever key")
                .isFalse();
        assertThat(Replicas.mustBeSeen(options(), entry(Map.of("eu-west-2", theirs))))
                .isFalse();
    }

    @Test
    void aSyncThatWantsNoneLooksOnlyForThoseItKnows() {
        assertThat(Replicas.any(options(), null)).isFalse();
        assertThat(Replicas.any(options(), entry(Map.of()))).isFalse();
        assertThat(Replicas.any(options(), entry(Map.of("eu-west-1", ours(null, true)))))
                .isTrue();
        assertThat(Replicas.any(options(DUBLIN), null)).isTrue();
    }

    @Test
    void whatIsMissingIsAskedForAndWhatIsNoLongerWantedIsRemoved() {
        Replicas.Difference difference = difference(
                options(DUBLIN, LONDON),
                Map.of("eu-north-1", ours(null, true), "eu-west-2", ours(KEY, true)),
                Map.of("eu-north-1", inSync(null)));
        assertThat(difference.add()).containsExactly(DUBLIN, LONDON);
        assertThat(difference.remove()).containsExactly("eu-north-1");
        assertThat(difference.reasons())
                .containsExactly(
                        "It is to be replicated to eu-west-1",
                        "Its replica in eu-west-2 was removed by somebody",
                        "It is no longer to be replicated to eu-north-1");
        assertThat(difference(options(), Map.of("eu-west-1", ours(null, true)), Map.of())
                        .isEmpty())
                .as("it is gone already")
                .isTrue();
    }

    @Test
    void whatIsThereIsLeftAndWhatFailedIsTriedAgain() {
        assertThat(difference(
                                options(DUBLIN),
                                Map.of("eu-west-1", ours(null, false)),
                                Map.of("eu-west-1", new Replica(Replica.Status.IN_PROGRESS, null, null)))
                        .isEmpty())
                .isTrue();
        Replicas.Difference again =
                difference(options(DUBLIN), Map.of("eu-west-1", ours(null, false)), Map.of("eu-west-1", failed()));
        assertThat(again.add()).containsExactly(DUBLIN);
        assertThat(again.remove()).isEmpty();
    }

    @Test
    void anotherKeyMeansToRemoveAndToAskAgain() {
        Replicas.Difference wanted = difference(
                options(LONDON), Map.of("eu-west-2", ours(OTHER_KEY, true)), Map.of("eu-west-2", inSync(OTHER_KEY)));
        assertThat(wanted.add()).containsExactly(LONDON);
        assertThat(wanted.remove()).containsExactly("eu-west-2");
        Replicas.Difference changed = difference(
                options(LONDON), Map.of("eu-west-2", ours(KEY, true)), Map.of("eu-west-2", inSync(OTHER_KEY)));
        assertThat(changed.remove()).containsExactly("eu-west-2");
        assertThat(difference(
                                options(LONDON),
                                Map.of("eu-west-2", ours(KEY, true)),
                                Map.of("eu-west-2", inSync("arn:aws:kms:eu-west-2:123456789012:key/" + KEY)))
                        .isEmpty())
                .as("the same key, spelt otherwise")
                .isTrue();
        assertThat(difference(
                                options(new ReplicaRegion("eu-west-2", "alias/one")),
                                Map.of("eu-west-2", ours("alias/one", true)),
                                Map.of("eu-west-2", inSync(KEY)))
                        .isEmpty())
                .as("an alias may be that key")
                .isTrue();
    }

    @Test
    void thoseOfOthersStay() {
        Replicas.Difference kept = difference(options(LONDON), Map.of(), Map.of("eu-west-2", inSync(OTHER_KEY)));
        assertThat(kept.isEmpty()).isTrue();
        assertThat(kept.kept()).singleElement().asString().contains("eu-west-2", "somebody else's");
        assertThat(difference(options(), null, Map.of("eu-west-1", inSync(null)))
                        .isEmpty())
                .isTrue();
        assertThat(difference(
                                options(),
                                Map.of("eu-west-1", new ManagedReplica(null, false, true)),
                                Map.of("eu-west-1", inSync(null)))
                        .isEmpty())
                .isTrue();
        assertThat(Replicas.ofOthers(
                        secret(Map.of(
                                "eu-west-1", inSync(null), "eu-west-2", inSync(null), "eu-north-1", inSync(null))),
                        entry(Map.of(
                                "eu-west-1", ours(null, true), "eu-west-2", new ManagedReplica(null, false, true)))))
                .containsExactly("eu-north-1", "eu-west-2");
        assertThat(Replicas.ofOthers(secret(Map.of("eu-west-1", inSync(null))), null))
                .containsExactly("eu-west-1");
        assertThat(Replicas.ofOthers(secret(null), null)).isEmpty();
    }

    // The journal

    private static Journal journal(SyncOptions options) {
        return Journal.of(
                new SecretSync(
                        World.SYNC,
                        "sync",
                        null,
                        new Source("project", "dev", "/"),
                        new Destination(UUID.randomUUID(), "eu-central-1", Destination.ONE_TO_ONE, null),
                        options,
                        true,
                        false),
                TOKENS,
                NOW);
    }

    private static Change.Replicate change(List<ReplicaRegion> add, Set<String> remove) {
        return new Change.Replicate(secret(Map.of("eu-west-1", inSync(null))), add, new TreeSet<>(remove), "");
    }

    @Test
    void whatIsAskedForIsOursFromThenOnAndInPlaceOnceAwsSaysSo() {
        Journal journal = journal(options(DUBLIN, LONDON));
        Change.Replicate change = change(List.of(LONDON), Set.of("eu-west-1"));
        ManagedSecret before = entry(Map.of("eu-west-1", ours(null, true)));

        ManagedSecret asked = journal.replicating(before, change);
        assertThat(asked.replicas())
                .containsEntry("eu-west-2", ours(KEY, false))
                .containsEntry("eu-west-1", ours(null, false));
        assertThat(journal.replicated(asked, change, Map.of("eu-west-2", inSync(KEY)))
                        .replicas())
                .containsOnly(Map.entry("eu-west-2", ours(KEY, true)));
        assertThat(journal.replicated(
                                asked, change, Map.of("eu-west-2", new Replica(Replica.Status.IN_PROGRESS, KEY, null)))
                        .replicas())
                .containsOnly(Map.entry("eu-west-2", ours(KEY, false)));
        assertThat(journal.refused(asked, change).replicas())
                .as("AWS did nothing")
                .containsOnly(Map.entry("eu-west-1", ours(null, false)));
    }

    @Test
    void aNewSecretHasWhatItWasMadeWith() {
        Journal journal = journal(options(DUBLIN, LONDON));
        DesiredSecret desired = new DesiredSecret(
                "n", SecretText.of("x"), Map.of(), Collections.unmodifiableSortedSet(new TreeSet<>()));
        Change.Create create = new Change.Create(desired, "token", 1);
        ManagedSecret intended = journal.intended(null, create);
        assertThat(intended.replicas())
                .containsOnly(Map.entry("eu-west-1", ours(null, false)), Map.entry("eu-west-2", ours(KEY, false)));
        ManagedSecret written = journal.written(intended, create, "arn", "token");
        assertThat(journal.replicated(written, create, Map.of("eu-west-1", inSync(null), "eu-west-2", failed()))
                        .replicas())
                .containsOnly(Map.entry("eu-west-1", ours(null, true)), Map.entry("eu-west-2", ours(KEY, false)));
    }

    @Test
    void aSecretThatGoesHasNoReplicasAnyMore() {
        Journal journal = journal(options(DUBLIN));
        Change.Delete delete = new Change.Delete(secret(Map.of()), false, "gone");
        ManagedSecret before = entry(Map.of("eu-west-1", ours(null, true)));
        assertThat(journal.withdrawing(before, delete).replicas())
                .containsOnly(Map.entry("eu-west-1", ours(null, false)));
        assertThat(journal.deleted(before, delete).replicas()).isEmpty();
    }

    @Test
    void whatIsMetIsNotOurs() {
        Journal journal = journal(options(DUBLIN));
        DesiredSecret desired = new DesiredSecret(
                "n", SecretText.of("x"), Map.of(), Collections.unmodifiableSortedSet(new TreeSet<>()));
        Change.Adopt adopt =
                new Change.Adopt(desired, secret(Map.of("eu-west-1", inSync(null), "eu-west-2", inSync(null))), 1);
        assertThat(journal.adopted(null, adopt).replicas())
                .containsOnly(Map.entry("eu-west-1", new ManagedReplica(null, false, true)));
    }
}
