package ai.hanzo.kms.secretsync.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.hanzo.kms.secretsync.emulator.Fault.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.DecryptionFailureException;
import software.amazon.awssdk.services.secretsmanager.model.Tag;

class FaultsTest extends EmulatorTest {

    @ParameterizedTest
    @CsvSource({
        "THROTTLE, 400, ThrottlingException",
        "INTERNAL_500, 500, InternalServiceError",
        "UNAVAILABLE_503, 503, ServiceUnavailableException",
        "ACCESS_DENIED, 400, AccessDeniedException",
        "EXPIRED_TOKEN, 400, ExpiredTokenException",
        "ENCRYPTION_FAILURE, 400, EncryptionFailure",
        "DECRYPTION_FAILURE, 400, DecryptionFailure",
        "LIMIT_EXCEEDED, 400, LimitExceededException"
    })
    void errorsAreAwsErrorsWithoutEffect(Kind kind, int status, String code) {
        emulator.inject(Fault.of(kind));
        AwsServiceException error = refused(code, () -> create("a", "v"));
        assertThat(error.statusCode()).isEqualTo(status);
        assertThat(emulator.secrets()).isEmpty();
        create("a", "v");
    }

    @Test
    void throttlingIsWhatTheSdkTakesForThrottling() {
        emulator.inject(Fault.of(Kind.THROTTLE));
        assertThat(refused("ThrottlingException", () -> aws.listSecrets()).isThrottlingException())
                .isTrue();
    }

    @Test
    void modelledErrorsAreTheSdksOwnClasses() {
        emulator.inject(Fault.of(Kind.DECRYPTION_FAILURE));
        assertThatThrownBy(() -> aws.getSecretValue(get -> get.secretId("a")))
                .isInstanceOf(DecryptionFailureException.class);
    }

    @Test
    void strikeOnlyTheirOperationAndSecret() {
        emulator.inject(
                Fault.of(Kind.THROTTLE).operation("PutSecretValue").secret("b").always());
        create("a", "v");
        create("b", "v");
        aws.putSecretValue(put -> put.secretId("a").secretString("w"));
        refused(
                "ThrottlingException",
                () -> aws.putSecretValue(put -> put.secretId("b").secretString("w")));
        assertThat(emulator.value("b")).isEqualTo("v");
    }

    @Test
    void findTheirSecretByItsArnToo() {
        create("a", "v");
        String arn = emulator.secret("a").orElseThrow().arn();
        emulator.inject(Fault.of(Kind.THROTTLE).secret("a"));
        refused("ThrottlingException", () -> aws.getSecretValue(get -> get.secretId(arn)));
    }

    @Test
    void strikeSoManyTimes() {
        emulator.inject(Fault.of(Kind.INTERNAL_500).operation("ListSecrets").times(2));
        assertThat(outcomes(4)).containsExactly(false, false, true, true);
    }

    @Test
    void strikeEverySecondCall() {
        emulator.inject(Fault.of(Kind.INTERNAL_500).everySecondCall());
        assertThat(outcomes(5)).containsExactly(false, true, false, true, false);
    }

    @Test
    void letCallsPassFirst() {
        emulator.inject(Fault.of(Kind.INTERNAL_500).after(2));
        assertThat(outcomes(4)).containsExactly(true, true, false, true);
    }

    private static List<Boolean> outcomes(int calls) {
        return IntStream.range(0, calls)
                .mapToObj(i -> {
                    try {
                        aws.listSecrets();
                        return true;
                    } catch (AwsServiceException e) {
                        return false;
                    }
                })
                .toList();
    }

    @Test
    void aDroppedConnectionBeforeTheEffectChangesNothing() {
        emulator.inject(Fault.of(Kind.DROP_BEFORE));
        assertThatThrownBy(() -> create("a", "v")).isInstanceOf(SdkClientException.class);
        assertThat(emulator.secret("a")).isEmpty();
    }

    @Test
    void aDroppedConnectionAfterTheEffectHidesIt() {
        emulator.inject(Fault.of(Kind.DROP_AFTER));
        assertThatThrownBy(() -> create("a", "v")).isInstanceOf(SdkClientException.class);
        assertThat(emulator.value("a")).isEqualTo("v");
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"DROP_BEFORE", "DROP_AFTER"})
    void theSdkRetriesWithTheSameTokenAndMakesOneVersion(Kind drop) {
        create("a", "v");
        emulator.inject(Fault.of(drop).operation("PutSecretValue"));
        emulator.inject(Fault.of(drop).operation("CreateSecret"));
        try (SecretsManagerClient retrying = EmulatorClients.secretsManager(
                emulator,
                EmulatorClients.CREDENTIALS,
                SecretsManagerEmulator.REGION,
                DefaultRetryStrategy.standardStrategyBuilder().maxAttempts(3).build())) {
            retrying.putSecretValue(put -> put.secretId("a").secretString("w"));
            retrying.createSecret(create -> create.name("b").secretString("v"));
        }
        assertThat(emulator.count("PutSecretValue")).isEqualTo(2);
        assertThat(emulator.secret("a").orElseThrow().versions()).hasSize(2);
        assertThat(emulator.secret("b").orElseThrow().versions()).hasSize(1);
        assertThat(emulator.value("a")).isEqualTo("w");
    }

    @Test
    void callsTakeTheTimeThatIsSet() {
        emulator.latency(Duration.ofMillis(50));
        Instant start = Instant.now();
        aws.listSecrets();
        assertThat(Duration.between(start, Instant.now())).isGreaterThanOrEqualTo(Duration.ofMillis(50));
    }

    @Test
    void aDelayStrikesOneCall() {
        emulator.inject(Fault.delay(Duration.ofMillis(80)).operation("ListSecrets"));
        Instant start = Instant.now();
        aws.listSecrets();
        assertThat(Duration.between(start, Instant.now())).isGreaterThanOrEqualTo(Duration.ofMillis(80));
    }

    @Test
    void denialsSpeakAsIamDoes() {
        create("a", "v");
        emulator.deny("GetSecretValue");
        assertThat(refused("AccessDeniedException", () -> aws.getSecretValue(get -> get.secretId("a")))
                        .awsErrorDetails()
                        .errorMessage())
                .isEqualTo("User: arn:aws:iam::111111111111:user/emulator is not authorized to perform:"
                        + " secretsmanager:GetSecretValue on resource: a because no identity-based policy allows the"
                        + " secretsmanager:GetSecretValue action");
        emulator.allow("GetSecretValue");
        aws.getSecretValue(get -> get.secretId("a"));
    }

    @Test
    void aBatchNeedsTheRightToReadEach() {
        create("a", "v");
        emulator.deny("GetSecretValue");
        assertThat(aws.batchGetSecretValue(batch -> batch.secretIdList("a")).errors())
                .singleElement()
                .satisfies(error -> assertThat(error.errorCode()).isEqualTo("AccessDeniedException"));
    }

    @Test
    void creatingWithTagsNeedsTheRightToTag() {
        emulator.deny("TagResource");
        create("a", "v");
        refused(
                "AccessDeniedException",
                () -> aws.createSecret(create ->
                        create.name("b").tags(Tag.builder().key("k").value("v").build())));
    }

    @Test
    void aDisabledKeyNeitherEncryptsNorDecrypts() {
        String key = "11111111-2222-3333-4444-555555555555";
        emulator.addKmsKey(SecretsManagerEmulator.ACCOUNT, SecretsManagerEmulator.REGION, key, "alias/mine");
        aws.createSecret(create -> create.name("a").secretString("v").kmsKeyId("alias/mine"));
        emulator.enableKmsKey(SecretsManagerEmulator.ACCOUNT, SecretsManagerEmulator.REGION, key, false);
        refused("DecryptionFailure", () -> aws.getSecretValue(get -> get.secretId("a")));
        refused(
                "EncryptionFailure",
                () -> aws.putSecretValue(put -> put.secretId("a").secretString("w")));
    }
}
