package ai.hanzo.kms.secretsync.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class KmsKeysTest {
    private static final String ARN = "arn:aws:kms:eu-central-1:123456789012:";
    private final KmsKeys keys = KmsKeys.of("123456789012", Map.of());

    private static ManagedSecret entry(String wanted, String reported) {
        return new ManagedSecret(
                "n",
                "one-to-one",
                "arn",
                "v",
                "v",
                1,
                null,
                0,
                wanted,
                reported,
                Set.of(),
                new TreeSet<>(),
                false,
                false,
                VersionBudget.UNSPENT,
                Map.of(),
                null,
                null,
                null);
    }

    @Test
    void absentIsTheDefaultKey() {
        assertThat(keys.same(null, "alias/aws/secretsmanager")).isTrue();
        assertThat(keys.same("", ARN + "alias/aws/secretsmanager")).isTrue();
        assertThat(keys.same(null, "1234")).isFalse();
    }

    @Test
    @DisplayName("U3.2-10: differs: id, ARN and alias of one key are one key (promise 5)")
    void idAndArnAreOneKey() {
        assertThat(keys.same("1234", ARN + "key/1234")).isTrue();
        assertThat(keys.same("1234", ARN + "key/5678")).isFalse();
    }

    @Test
    void aliasNameAndAliasArnAreOneAlias() {
        assertThat(keys.same("alias/team", ARN + "alias/team")).isTrue();
        assertThat(keys.same("alias/team", "arn:aws:kms:eu-central-1:999999999999:alias/team"))
                .isFalse();
    }

    @Test
    void aLookedUpAliasIsItsKey() {
        KmsKeys looked = KmsKeys.of("123456789012", Map.of("alias/team", ARN + "key/1234", KmsKeys.DEFAULT, "d"));
        assertThat(looked.same(ARN + "alias/team", "1234")).isTrue();
        assertThat(looked.same(null, ARN + "key/d")).isTrue();
        assertThat(looked.same("alias/team", "d")).isFalse();
    }

    @Test
    void onlyAliasesThatWouldDecideNeedALookUp() {
        assertThat(keys.aliasesBetween("alias/team", ARN + "key/1234")).containsExactly("alias/team");
        assertThat(keys.aliasesBetween("alias/team", ARN + "alias/team")).isEmpty();
        assertThat(keys.aliasesBetween(null, ARN + "key/1234")).containsExactly(KmsKeys.DEFAULT);
        assertThat(keys.aliasesBetween("1234", ARN + "key/5678")).isEmpty();
        assertThat(keys.aliasesBetween("1234", "arn:aws:kms:eu-central-1:999999999999:alias/team"))
                .as("an alias of another account")
                .isEmpty();
    }

    @Test
    void whatWasLookedUpIsNotAskedForAgain() {
        KmsKeys looked = keys.with(Map.of("alias/team", "1234"));
        assertThat(looked.aliasesBetween("alias/team", ARN + "key/5678")).isEmpty();
        assertThat(looked.same("alias/team", ARN + "key/1234")).isTrue();
        assertThat(looked.inPlace("alias/team", ARN + "key/1234", null)).isTrue();
    }

    @Test
    void whatAwsCalledTheKeyAfterWeSetItIsTheKeyWeSet() {
        assertThat(keys.inPlace("alias/team", ARN + "key/1234", null)).isFalse();
        assertThat(keys.inPlace("alias/team", ARN + "key/1234", entry("alias/team", KmsKeys.UNSEEN)))
                .isTrue();
        assertThat(keys.inPlace("alias/team", ARN + "key/1234", entry("alias/team", "1234")))
                .isTrue();
        assertThat(keys.inPlace("alias/team", ARN + "key/5678", entry("alias/team", "1234")))
                .isFalse();
        assertThat(keys.inPlace("alias/new", ARN + "key/1234", entry("alias/team", "1234")))
                .isFalse();
        assertThat(keys.inPlace("alias/team", "1234", entry(KmsKeys.UNSEEN, KmsKeys.UNSEEN)))
                .isFalse();
    }

    @Test
    void whereAnAliasWasLookedUpNothingIsTakenOnTrust() {
        ManagedSecret unseen = entry("alias/team", KmsKeys.UNSEEN);
        assertThat(keys.onTrust("alias/team", ARN + "key/5678", unseen)).isTrue();
        KmsKeys looked = keys.with(Map.of("alias/team", "1234", KmsKeys.DEFAULT, "d"));
        assertThat(looked.inPlace("alias/team", ARN + "key/1234", unseen)).isTrue();
        assertThat(looked.inPlace("alias/team", ARN + "key/5678", unseen)).isFalse();
        assertThat(looked.inPlace(null, ARN + "key/5678", entry(null, KmsKeys.UNSEEN)))
                .isFalse();
    }

    @Test
    void anotherKeyIdIsAnotherKeyWhateverTheJournalSays() {
        assertThat(keys.inPlace("1234", ARN + "key/5678", entry("1234", KmsKeys.UNSEEN)))
                .isFalse();
    }
}
