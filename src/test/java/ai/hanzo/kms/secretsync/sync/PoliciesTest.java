package ai.hanzo.kms.secretsync.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PoliciesTest {
    private static final PolicyDocument WANTED = PolicyDocument.of("{\"Statement\":\"wanted\"}");
    private static final PolicyDocument OLDER = PolicyDocument.of("{\"Statement\":\"older\"}");
    private static final PolicyDocument THEIRS = PolicyDocument.of("{\"Statement\":\"theirs\"}");

    private static ManagedSecret entry(ManagedPolicy policy) {
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
                Map.of(),
                policy,
                null,
                null);
    }

    private static ManagedPolicy ours(PolicyDocument policy) {
        return new ManagedPolicy(policy.digest(), null, true, true);
    }

    private static DestinationSecret seen(PolicyDocument policy) {
        return secret(new SeenPolicy(policy == null ? null : policy.digest(), null));
    }

    private static DestinationSecret secret(SeenPolicy policy) {
        return new DestinationSecret(
                "n", "arn", "v", null, Map.of(), null, null, null, false, null, null, null, policy);
    }

    // Documents

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[\"a\",\"b\"],\"Principal\":{\"AWS\":\"x\"}}],\"Version\":\"1\"}",
                "{\"Version\": \"1\", \"Statement\": {\"Action\": [\"b\", \"a\"], \"Effect\": \"Allow\","
                        + " \"Principal\": {\"AWS\": [\"x\"]}}}"
            })
    void theSamePolicyIsTheSameHoweverItIsWritten(String text) {
        Map<String, Object> statement = new LinkedHashMap<>();
        statement.put("Principal", Map.of("AWS", "x"));
        statement.put("Effect", "Allow");
        statement.put("Action", List.of("a", "b"));
        assertThat(PolicyDocument.of(text).digest())
                .hasSize(64)
                .isEqualTo(PolicyDocument.of(Map.of("Version", "1", "Statement", List.of(statement)))
                        .digest());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"a\":[\"b\",\"c\"]}", "{\"a\":\"b, c\"}", "{\"a\":\"c\"}", "{\"b\":\"b\"}", "{}", "no JSON"})
    void anotherPolicyIsAnother(String text) {
        assertThat(PolicyDocument.of(text).digest())
                .isNotEqualTo(PolicyDocument.of("{\"a\":\"b\"}").digest());
        assertThat(PolicyDocument.of(text).text()).isEqualTo(text);
    }

    // What is to be done

    @Test
    void whatTheJournalKnowsToBeInPlaceNeedsNoLook() {
        assertThat(Policies.mustBeSeen(null, null)).isFalse();
        assertThat(Policies.mustBeSeen(null, entry(null))).isFalse();
        assertThat(Policies.mustBeSeen(null, entry(ours(OLDER)))).isTrue();
        assertThat(Policies.mustBeSeen(null, entry(new ManagedPolicy(OLDER.digest(), null, false, true))))
                .isFalse();
        assertThat(Policies.mustBeSeen(WANTED, null)).isTrue();
        assertThat(Policies.mustBeSeen(WANTED, entry(ours(WANTED)))).isFalse();
        assertThat(Policies.mustBeSeen(WANTED, entry(ours(OLDER)))).isTrue();
        assertThat(Policies.mustBeSeen(WANTED, entry(ours(WANTED).inDoubt()))).isTrue();
        assertThat(Policies.any(null, null)).isFalse();
        assertThat(Policies.any(null, entry(ours(WANTED)))).isTrue();
        assertThat(Policies.any(WANTED, null)).isTrue();
    }

    @Test
    void aPolicyIsPutWhereThereIsNoneAndInPlaceOfOurs() {
        assertThat(Policies.step(WANTED, null, seen(null))).isEqualTo(Policies.Step.PUT);
        assertThat(Policies.step(WANTED, entry(ours(OLDER)), seen(OLDER))).isEqualTo(Policies.Step.PUT);
        assertThat(Policies.step(WANTED, entry(ours(WANTED)), seen(THEIRS)))
                .as("somebody changed what was ours")
                .isEqualTo(Policies.Step.PUT);
        assertThat(Policies.step(WANTED, entry(ours(WANTED)), seen(WANTED))).isEqualTo(Policies.Step.NOTHING);
    }

    @Test
    void thatOfSomebodyElseIsLeft() {
        assertThat(Policies.step(WANTED, null, seen(THEIRS))).isEqualTo(Policies.Step.LEAVE);
        assertThat(Policies.step(WANTED, entry(new ManagedPolicy(OLDER.digest(), null, false, true)), seen(OLDER)))
                .isEqualTo(Policies.Step.LEAVE);
        assertThat(Policies.step(null, null, seen(THEIRS))).isEqualTo(Policies.Step.NOTHING);
        assertThat(Policies.step(null, entry(ours(OLDER)), seen(THEIRS))).isEqualTo(Policies.Step.NOTHING);
    }

    @Test
    void oursIsRemovedAlsoWhereAChangeOfItWasNotConfirmed() {
        assertThat(Policies.step(null, entry(ours(OLDER)), seen(OLDER))).isEqualTo(Policies.Step.REMOVE);
        ManagedPolicy inBetween = new ManagedPolicy(WANTED.digest(), OLDER.digest(), true, false);
        assertThat(Policies.step(null, entry(inBetween), seen(OLDER))).isEqualTo(Policies.Step.REMOVE);
        assertThat(Policies.step(null, entry(inBetween), seen(WANTED))).isEqualTo(Policies.Step.REMOVE);
        assertThat(Policies.step(null, entry(inBetween), seen(null))).isEqualTo(Policies.Step.NOTHING);
    }

    @Test
    void whatWasNotSeenIsLeft() {
        assertThat(Policies.step(WANTED, null, secret(null))).isEqualTo(Policies.Step.NOTHING);
        assertThat(Policies.step(WANTED, null, secret(new SeenPolicy(null, "denied"))))
                .isEqualTo(Policies.Step.UNKNOWN);
    }

    // The journal

    private static Journal journal(Map<String, Object> policy) {
        SyncOptions options = new SyncOptions(InitialSyncBehavior.OVERWRITE_DESTINATION, null, null, null, null, null)
                .with(draft -> draft.resourcePolicy(policy));
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
                VersionTokens.of(new byte[32], World.SYNC, "123456789012", "eu-central-1"),
                Instant.EPOCH);
    }

    private static Change.ChangePolicy change(boolean remove) {
        return new Change.ChangePolicy(seen(null), remove, "");
    }

    @Test
    void aPutIsKnownBeforeItIsMade() {
        Journal journal = journal(Map.of("Statement", "wanted"));
        ManagedSecret first = journal.policyChanging(entry(null), change(false));
        assertThat(first.policy()).isEqualTo(new ManagedPolicy(WANTED.digest(), null, true, false));
        assertThat(journal.policyChanged(first, change(false)).policy()).isEqualTo(ours(WANTED));
        assertThat(journal.policyRefused(first, change(false)).policy()).isNull();
        ManagedSecret second = journal.policyChanging(entry(ours(OLDER)), change(false));
        assertThat(second.policy()).isEqualTo(new ManagedPolicy(WANTED.digest(), OLDER.digest(), true, false));
        assertThat(journal.policyRefused(second, change(false)).policy()).isEqualTo(ours(OLDER));
        assertThat(journal.policyChanging(entry(ours(WANTED)), change(false)).policy())
                .isEqualTo(new ManagedPolicy(WANTED.digest(), null, true, false));
    }

    @Test
    void aRemovalIsOverOnceItIsConfirmed() {
        Journal journal = journal(null);
        ManagedSecret begun = journal.policyChanging(entry(ours(OLDER)), change(true));
        assertThat(begun.policy()).isEqualTo(ours(OLDER).inDoubt());
        assertThat(journal.policyChanged(begun, change(true)).policy()).isNull();
        assertThat(journal.policyRefused(begun, change(true)).policy()).isEqualTo(ours(OLDER));
    }

    @Test
    void aDeletedSecretIsLookedAtWhenItComesBack() {
        Journal journal = journal(Map.of("Statement", "wanted"));
        assertThat(journal.deleted(entry(ours(WANTED)), new Change.Delete(seen(WANTED), false, ""))
                        .policy())
                .isEqualTo(ours(WANTED).inDoubt());
    }
}
