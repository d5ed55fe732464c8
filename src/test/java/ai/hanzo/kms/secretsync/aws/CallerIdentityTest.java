package ai.hanzo.kms.secretsync.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.hanzo.kms.secretsync.emulator.SecretsManagerEmulator;
import ai.hanzo.kms.secretsync.sync.Rejection;
import ai.hanzo.kms.secretsync.sync.SecretText;
import java.net.URI;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallerIdentityTest {
    private static final String ROLE = "arn:aws:iam::123456789012:role/sync";

    private final SecretsManagerEmulator aws = SecretsManagerEmulator.start();
    private final AwsFixture fixture = new AwsFixture(aws.endpoint());
    private final CallerIdentity caller = fixture.callerIdentity();

    @BeforeEach
    void the_service_has_credentials_of_its_own() {
        fixture.set("aws.accessKeyId", SecretsManagerEmulator.ACCESS_KEY_ID);
        fixture.set("aws.secretAccessKey", SecretsManagerEmulator.SECRET_ACCESS_KEY);
    }

    @AfterEach
    void close() {
        fixture.close();
        aws.close();
    }

    private static AwsIdentity key(String secret) {
        return new AwsIdentity.AccessKey(SecretsManagerEmulator.ACCESS_KEY_ID, SecretText.of(secret));
    }

    private String refusal(AwsIdentity identity) {
        Rejection rejection = catchThrowableOfType(Rejection.class, () -> caller.accountId(identity));
        assertThat(rejection.kind()).isEqualTo(Rejection.Kind.BAD_REQUEST);
        return rejection.getMessage();
    }

    /** The words by which the Terraform provider takes an error for one that passes by itself. */
    private static void doesNotSoundLikeAPermission(String message) {
        assertThat(message.toLowerCase(Locale.ROOT))
                .doesNotContain(
                        "is not authorized to perform",
                        "cannot be assumed",
                        "no such entity",
                        "not found",
                        "access denied");
    }

    @Test
    void an_access_key_leads_to_its_account() {
        assertThat(caller.accountId(key(SecretsManagerEmulator.SECRET_ACCESS_KEY)))
                .isEqualTo(SecretsManagerEmulator.ACCOUNT);
    }

    @Test
    void a_role_leads_to_its_own_account() {
        aws.addRole(ROLE, "PROJECT1");

        assertThat(caller.accountId(AwsFixture.role(null))).isEqualTo("123456789012");
    }

    @Test
    void a_wrong_secret_access_key_is_said_so_and_shown_nowhere() {
        String message = refusal(key("MARKER-wrong"));

        assertThat(message)
                .startsWith("Unable to validate connection: AWS does not accept the credentials of the connection")
                .contains("SignatureDoesNotMatch")
                .doesNotContain("MARKER");
        doesNotSoundLikeAPermission(message);
    }

    @Test
    void an_unknown_access_key_is_said_so() {
        String message = refusal(new AwsIdentity.AccessKey("AKIAUNKNOWN", SecretText.of("x")));

        assertThat(message).contains("InvalidClientTokenId");
        doesNotSoundLikeAPermission(message);
    }

    @Test
    void a_role_with_another_external_id_is_truly_a_matter_of_permission() {
        aws.addRole(ROLE, "ANOTHER");

        assertThat(refusal(AwsFixture.role(null)))
                .contains("is not authorized to perform sts:AssumeRole on " + ROLE)
                .contains("sts:ExternalId");
    }

    @Test
    void credentials_of_the_service_that_aws_refuses_are_not_blamed_on_the_connection() {
        fixture.set("aws.secretAccessKey", "MARKER-wrong");
        aws.addRole(ROLE, "PROJECT1");

        String message = refusal(AwsFixture.role(null));

        assertThat(message).contains("this service itself").doesNotContain("MARKER");
        doesNotSoundLikeAPermission(message);
    }

    @Test
    void what_is_no_role_arn_is_said_so() {
        String message = refusal(new AwsIdentity.AssumedRole("arn:x", "PROJECT1", null, "session"));

        assertThat(message).contains("role ARN");
        doesNotSoundLikeAPermission(message);
    }

    @Test
    void an_endpoint_that_nobody_listens_on_is_unreachable() {
        fixture.set("aws.endpointUrlSts", "http://127.0.0.1:1");

        String message = refusal(key("x"));

        assertThat(message).contains("does not accept connections").contains("AWS_ENDPOINT_URL");
        doesNotSoundLikeAPermission(message);
    }

    @Test
    void a_host_that_does_not_resolve_is_unreachable() {
        String message = refusal(AwsFixture.role(URI.create("https://no-such-host.sts.eu-central-1.amazonaws.com")));

        assertThat(message).contains("does not resolve");
        doesNotSoundLikeAPermission(message);
    }

    @ParameterizedTest
    @CsvSource({"404, <html>Not Found</html>", "403, Access Denied by proxy", "200, <html/>", "500, Not found"})
    void something_that_is_not_aws_is_told_apart_from_a_permission(int status, String body) {
        try (ScriptedAws proxy = new ScriptedAws()) {
            proxy.answer(call -> new ScriptedAws.Answer(status, "text/html", body));
            fixture.set("aws.endpointUrlSts", proxy.uri().toString());

            String message = refusal(key("x"));

            assertThat(message).startsWith("Unable to validate connection: ");
            doesNotSoundLikeAPermission(message);
        }
    }

    @Test
    void what_is_checked_is_what_was_given_and_nothing_is_kept() {
        assertThatThrownBy(() -> caller.accountId(key("wrong"))).isInstanceOf(Rejection.class);
        assertThat(caller.accountId(key(SecretsManagerEmulator.SECRET_ACCESS_KEY)))
                .isEqualTo(SecretsManagerEmulator.ACCOUNT);
    }
}
