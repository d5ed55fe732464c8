package ai.hanzo.kms.secretsync.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.Credentials;

/** Signatures, keys, roles and sessions. */
class CredentialsTest extends EmulatorTest {
    private static final String ROLE = "arn:aws:iam::222222222222:role/path/secret-sync";

    private final RawAws raw =
            new RawAws(emulator.endpoint(), EmulatorClients.CREDENTIALS, SecretsManagerEmulator.REGION);

    @BeforeEach
    void addRole() {
        emulator.addRole(ROLE, "external");
    }

    private static AssumeRoleRequest.Builder assume() {
        return AssumeRoleRequest.builder().roleArn(ROLE).roleSessionName("test").externalId("external");
    }

    private static Credentials session(Duration duration) {
        try (StsClient sts = EmulatorClients.sts(emulator)) {
            return sts.assumeRole(
                            assume().durationSeconds((int) duration.toSeconds()).build())
                    .credentials();
        }
    }

    @Test
    void aCallWithoutSignatureIsRefused() throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(emulator.endpoint().resolve("/"))
                                .header("X-Amz-Target", "secretsmanager.ListSecrets")
                                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("MissingAuthenticationTokenException");
    }

    @Test
    void aChangedBodyIsRefused() throws Exception {
        SdkHttpRequest signed = raw.signed(
                "secretsmanager", Map.of("X-Amz-Target", "secretsmanager.ListSecrets"), "{\"MaxResults\":1}");
        assertThat(raw.send(signed, "{\"MaxResults\":1}").status()).isEqualTo(200);
        assertThat(raw.send(signed, "{\"MaxResults\":2}").code()).isEqualTo("InvalidSignatureException");
    }

    @Test
    void aChangedHeaderIsRefused() throws Exception {
        SdkHttpRequest signed =
                raw.signed("secretsmanager", Map.of("X-Amz-Target", "secretsmanager.ListSecrets"), "{}");
        SdkHttpRequest changed = signed.toBuilder()
                .putHeader("X-Amz-Target", "secretsmanager.DeleteSecret")
                .build();
        assertThat(raw.send(changed, "{}").code()).isEqualTo("InvalidSignatureException");
    }

    @Test
    void aSignatureForAnotherServiceIsRefused() throws Exception {
        SdkHttpRequest signed = raw.signed("s3", Map.of("X-Amz-Target", "secretsmanager.ListSecrets"), "{}");
        RawAws.Answer answer = raw.send(signed, "{}");
        assertThat(answer.code()).isEqualTo("InvalidSignatureException");
        assertThat(answer.body()).contains("Credential should be scoped to correct service: 'secretsmanager'.");
    }

    @Test
    void aKeyThatIsNoLongerKnownIsRefused() {
        AwsCredentials key = AwsBasicCredentials.create("AKIA0000000000000001", "secret");
        emulator.addAccessKey("AKIA0000000000000001", "secret", "333333333333");
        try (SecretsManagerClient there =
                EmulatorClients.secretsManager(emulator, key, SecretsManagerEmulator.REGION)) {
            there.createSecret(create -> create.name("a").secretString("v"));
            assertThat(emulator.secrets("333333333333", SecretsManagerEmulator.REGION))
                    .hasSize(1);
            assertThat(emulator.secrets()).isEmpty();
            emulator.removeAccessKey("AKIA0000000000000001");
            refused("UnrecognizedClientException", there::listSecrets);
        }
    }

    @Test
    void regionsAreApart() {
        create("a", "v");
        try (SecretsManagerClient there =
                EmulatorClients.secretsManager(emulator, EmulatorClients.CREDENTIALS, "eu-west-1")) {
            assertThat(there.listSecrets().secretList()).isEmpty();
        }
    }

    @Test
    void aSessionExpiresByTheEmulatorsClock() {
        Credentials issued = session(Duration.ofMinutes(15));
        try (SecretsManagerClient there = EmulatorClients.secretsManager(
                emulator, EmulatorClients.credentials(issued), SecretsManagerEmulator.REGION)) {
            there.listSecrets();
            emulator.clock().advance(Duration.ofMinutes(16));
            assertThat(refused("ExpiredTokenException", there::listSecrets)
                            .awsErrorDetails()
                            .errorMessage())
                    .isEqualTo("The security token included in the request is expired");
        }
    }

    @Test
    void aSessionNeedsItsToken() {
        Credentials issued = session(Duration.ofMinutes(15));
        AwsCredentials without = AwsBasicCredentials.create(issued.accessKeyId(), issued.secretAccessKey());
        AwsCredentials wrong = AwsSessionCredentials.create(issued.accessKeyId(), issued.secretAccessKey(), "another");
        for (AwsCredentials credentials : new AwsCredentials[] {without, wrong}) {
            try (SecretsManagerClient there =
                    EmulatorClients.secretsManager(emulator, credentials, SecretsManagerEmulator.REGION)) {
                refused("UnrecognizedClientException", there::listSecrets);
            }
        }
    }

    @Test
    void aSessionIsInTheRolesAccountUnderItsName() {
        try (StsClient sts = EmulatorClients.sts(emulator, EmulatorClients.credentials(session(Duration.ofHours(1))))) {
            var identity = sts.getCallerIdentity();
            assertThat(identity.account()).isEqualTo("222222222222");
            assertThat(identity.arn()).isEqualTo("arn:aws:sts::222222222222:assumed-role/secret-sync/test");
        }
    }

    @Test
    void aRoleMayTrustOneAccountOnly() {
        emulator.addRole(ROLE, null, "999999999999", Duration.ofHours(1));
        try (StsClient sts = EmulatorClients.sts(emulator)) {
            assertThat(refused("AccessDenied", () -> sts.assumeRole(assume().build()))
                            .awsErrorDetails()
                            .errorMessage())
                    .isEqualTo("User: arn:aws:iam::111111111111:user/emulator is not authorized to perform:"
                            + " sts:AssumeRole on resource: " + ROLE);
        }
    }

    @Test
    void aSessionIsNotLongerThanItsRoleAllows() {
        emulator.addRole(ROLE, "external", null, Duration.ofHours(2));
        try (StsClient sts = EmulatorClients.sts(emulator)) {
            sts.assumeRole(assume().durationSeconds(7_200).build());
            refused(
                    "ValidationError",
                    () -> sts.assumeRole(assume().durationSeconds(7_201).build()));
        }
    }

    @Test
    void aRoleFromARoleLastsAnHourAtMost() {
        emulator.addRole(ROLE, "external", null, Duration.ofHours(12));
        try (StsClient sts = EmulatorClients.sts(emulator, EmulatorClients.credentials(session(Duration.ofHours(1))))) {
            sts.assumeRole(assume().build());
            refused(
                    "ValidationError",
                    () -> sts.assumeRole(assume().durationSeconds(3_601).build()));
        }
    }

    @Test
    void stsHasItsOwnNamesForTheSameErrors() {
        AwsCredentials unknown = AwsBasicCredentials.create("AKIA0000000000000009", "secret");
        AwsCredentials wrong = AwsBasicCredentials.create(SecretsManagerEmulator.ACCESS_KEY_ID, "wrong");
        try (StsClient stranger = EmulatorClients.sts(emulator, unknown);
                StsClient forger = EmulatorClients.sts(emulator, wrong)) {
            assertThat(refused("InvalidClientTokenId", stranger::getCallerIdentity)
                            .statusCode())
                    .isEqualTo(403);
            refused("SignatureDoesNotMatch", forger::getCallerIdentity);
        }
    }

    @Test
    void aRoleThatIsRemovedIsRefused() {
        emulator.removeRole(ROLE);
        try (StsClient sts = EmulatorClients.sts(emulator)) {
            refused("AccessDenied", () -> sts.assumeRole(assume().build()));
        }
    }
}
