package ai.hanzo.kms.secretsync.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.secretsmanager.model.SecretListEntry;

/** The clock, recovery windows and lists that are behind. */
class TimeTest extends EmulatorTest {

    @BeforeEach
    void standStill() {
        emulator.clock().freeze();
    }

    private static List<String> listed() {
        return aws.listSecrets().secretList().stream()
                .map(SecretListEntry::name)
                .toList();
    }

    @Test
    void aScheduledSecretIsGoneWhenItsWindowEnds() {
        create("a", "v");
        aws.deleteSecret(delete -> delete.secretId("a").recoveryWindowInDays(7L));
        emulator.clock().advance(Duration.ofDays(7).minusMillis(1));
        assertThat(aws.describeSecret(describe -> describe.secretId("a")).deletedDate())
                .isNotNull();
        emulator.clock().advance(Duration.ofMillis(1));
        refused("ResourceNotFoundException", () -> aws.restoreSecret(restore -> restore.secretId("a")));
        assertThat(emulator.secrets()).isEmpty();
        create("a", "w");
        assertThat(emulator.value("a")).isEqualTo("w");
    }

    @Test
    void aListThatIsBehindDoesNotKnowWhatIsNew() {
        emulator.listLag(Duration.ofMinutes(5));
        create("a", "v");
        assertThat(listed()).isEmpty();
        assertThat(aws.describeSecret(describe -> describe.secretId("a")).name())
                .isEqualTo("a");
        emulator.clock().advance(Duration.ofMinutes(5));
        assertThat(listed()).containsExactly("a");
    }

    @Test
    void aListThatIsBehindShowsGhosts() {
        create("a", "v");
        emulator.clock().advance(Duration.ofMinutes(6));
        emulator.listLag(Duration.ofMinutes(5));
        aws.deleteSecret(delete -> delete.secretId("a").forceDeleteWithoutRecovery(true));
        assertThat(listed()).containsExactly("a");
        refused("ResourceNotFoundException", () -> aws.describeSecret(describe -> describe.secretId("a")));
        emulator.clock().advance(Duration.ofMinutes(5));
        assertThat(listed()).isEmpty();
    }

    @Test
    void aListThatIsBehindShowsTheVersionOfThen() {
        create("a", "v");
        String before =
                emulator.secret("a").orElseThrow().current().orElseThrow().id();
        emulator.clock().advance(Duration.ofMinutes(6));
        emulator.listLag(Duration.ofMinutes(5));
        aws.putSecretValue(put -> put.secretId("a").secretString("w"));
        assertThat(aws.listSecrets().secretList())
                .singleElement()
                .satisfies(entry -> assertThat(entry.secretVersionsToStages()).containsOnlyKeys(before));
    }

    @Test
    void aSecretThatIsCreatedAgainIsListedAsTheOneOfThen() {
        create("a", "v");
        String first = emulator.secret("a").orElseThrow().arn();
        emulator.clock().advance(Duration.ofMinutes(6));
        emulator.listLag(Duration.ofMinutes(5));
        aws.deleteSecret(delete -> delete.secretId("a").forceDeleteWithoutRecovery(true));
        create("a", "v");
        String second = emulator.secret("a").orElseThrow().arn();
        assertThat(aws.listSecrets().secretList())
                .extracting(SecretListEntry::arn)
                .containsExactly(first);
        emulator.clock().advance(Duration.ofMinutes(5));
        assertThat(aws.listSecrets().secretList())
                .extracting(SecretListEntry::arn)
                .containsExactly(second);
    }

    @Test
    void deletedSecretsAreForgottenInTheEnd() {
        for (int i = 0; i < 50; i++) {
            create("a", "v");
            aws.deleteSecret(delete -> delete.secretId("a").forceDeleteWithoutRecovery(true));
            emulator.clock().advance(Duration.ofMinutes(1));
        }
        emulator.clock().advance(Duration.ofMinutes(20));
        create("b", "v");
        assertThat(listed()).containsExactly("b");
        assertThat(emulator.remembered()).isEqualTo(1);
    }
}
