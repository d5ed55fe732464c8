package ai.hanzo.kms.secretsync.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.hanzo.kms.secretsync.sync.Change;
import ai.hanzo.kms.secretsync.sync.DesiredSecret;
import ai.hanzo.kms.secretsync.sync.DestinationSecret;
import ai.hanzo.kms.secretsync.sync.SecretText;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.secretsmanager.model.CreateSecretRequest;
import software.amazon.awssdk.services.secretsmanager.model.CreateSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.DeleteSecretRequest;
import software.amazon.awssdk.services.secretsmanager.model.DeleteSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.RestoreSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.UpdateSecretRequest;
import software.amazon.awssdk.services.secretsmanager.model.UpdateSecretResponse;

class AwsRequestsTest {
    private static final String TOKEN = "t".repeat(64);

    private final AwsRequests requests = new AwsRequests(AwsFixture.properties(30, false));
    private final DestinationSecret current = AwsFixture.existing("dev/a", Map.of());
    private final DesiredSecret desired =
            new DesiredSecret("dev/a", SecretText.of("value"), Map.of("team", "x"), new TreeSet<>(Set.of("a")));

    @Test
    @DisplayName("U3.2-11: CreateSecret has name, value and key; differs: and the tags (promise 1: never without its "
            + "owner's mark)")
    void creates_with_value_token_key_and_all_tags_in_one_call() {
        CreateSecretRequest request =
                requests.create(AwsFixture.sync("alias/mine"), new Change.Create(desired, TOKEN, 1));

        assertThat(request.name()).isEqualTo("dev/a");
        assertThat(request.secretString()).isEqualTo("value");
        assertThat(request.clientRequestToken()).isEqualTo(TOKEN);
        assertThat(request.kmsKeyId()).isEqualTo("alias/mine");
        assertThat(request.description()).isNull();
        assertThat(request.tags())
                .extracting(tag -> tag.key() + "=" + tag.value())
                .containsExactlyInAnyOrder("team=x", "hanzo-kms:sync-id=" + AwsFixture.SYNC);
    }

    @Test
    void a_configured_tag_cannot_claim_the_secret_for_another_sync() {
        DesiredSecret forged =
                new DesiredSecret("a", SecretText.of("v"), Map.of("hanzo-kms:sync-id", "another"), new TreeSet<>());

        assertThat(requests.create(AwsFixture.sync(null), new Change.Create(forged, TOKEN, 1))
                        .tags())
                .singleElement()
                .satisfies(tag -> assertThat(tag.value()).isEqualTo(AwsFixture.SYNC.toString()));
    }

    @Test
    void updates_by_arn_and_leaves_the_key_alone_unless_it_is_to_change() {
        UpdateSecretRequest request = requests.update(
                AwsFixture.sync("alias/mine"), new Change.Update(desired, current, false, false, "source", TOKEN, 1));

        assertThat(request.secretId()).isEqualTo(current.arn());
        assertThat(request.secretString()).isEqualTo("value");
        assertThat(request.clientRequestToken()).isEqualTo(TOKEN);
        assertThat(request.kmsKeyId()).isNull();
        assertThat(request.description()).isNull();
    }

    @Test
    @DisplayName("U2.2-7: without keyId it is the default key")
    void no_key_at_all_means_the_default_key_when_the_key_is_to_change() {
        assertThat(requests.update(
                                AwsFixture.sync(null),
                                new Change.Update(desired, current, true, false, "source", TOKEN, 1))
                        .kmsKeyId())
                .isEqualTo("alias/aws/secretsmanager");
    }

    @Test
    void a_change_of_key_alone_carries_no_value_and_no_token() {
        UpdateSecretRequest request =
                requests.changeKmsKey(AwsFixture.sync("alias/mine"), new Change.ChangeKmsKey(current));

        assertThat(request)
                .isEqualTo(UpdateSecretRequest.builder()
                        .secretId(current.arn())
                        .kmsKeyId("alias/mine")
                        .build());
    }

    @Test
    void a_create_cannot_be_made_an_update() {
        assertThatThrownBy(() -> requests.update(AwsFixture.sync(null), new Change.Create(desired, TOKEN, 1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void deletes_recoverably_unless_the_operator_forces_it() {
        Change.Delete delete = new Change.Delete(current, false, "gone");

        assertThat(requests.delete(delete))
                .isEqualTo(DeleteSecretRequest.builder()
                        .secretId(current.arn())
                        .recoveryWindowInDays(30L)
                        .build());
        assertThat(new AwsRequests(AwsFixture.properties(7, false))
                        .delete(delete)
                        .recoveryWindowInDays())
                .isEqualTo(7);
        assertThat(new AwsRequests(AwsFixture.properties(7, true)).delete(delete))
                .isEqualTo(DeleteSecretRequest.builder()
                        .secretId(current.arn())
                        .forceDeleteWithoutRecovery(true)
                        .build());
    }

    @Test
    void no_request_shows_its_value() {
        assertThat(requests.create(AwsFixture.sync(null), new Change.Create(desired, TOKEN, 1))
                        .toString())
                .doesNotContain("SecretString=value");
    }

    @Test
    void reads_arn_and_version_out_of_every_answer_to_a_write() {
        assertThat(Written.of(
                        CreateSecretResponse.builder().arn("a").versionId("v").build()))
                .isEqualTo(new Written("a", "v"));
        assertThat(Written.of(
                        UpdateSecretResponse.builder().arn("a").versionId("v").build()))
                .isEqualTo(new Written("a", "v"));
        assertThat(Written.of(RestoreSecretResponse.builder().arn("a").build())).isEqualTo(new Written("a", null));
        assertThat(Written.of(DeleteSecretResponse.builder().arn("a").build())).isEqualTo(new Written("a", null));
        assertThatThrownBy(() -> Written.of("text")).isInstanceOf(IllegalArgumentException.class);
    }
}
