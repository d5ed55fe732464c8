package ai.hanzo.kms.secretsync.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.emulator.Quotas.Family;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

class QuotasTest extends EmulatorTest {

    private static int admitted(int calls, Runnable call) {
        int admitted = 0;
        for (int i = 0; i < calls; i++) {
            try {
                call.run();
                admitted++;
            } catch (AwsServiceException e) {
                assertThat(e.awsErrorDetails().errorCode()).isEqualTo("ThrottlingException");
                assertThat(e.awsErrorDetails().errorMessage()).isEqualTo("Rate exceeded");
            }
        }
        return admitted;
    }

    private static void put() {
        aws.putSecretValue(put -> put.secretId("a").secretString("v"));
    }

    private static void update() {
        aws.updateSecret(update -> update.secretId("a").description("d"));
    }

    @Test
    void areOffAtFirst() {
        create("a", "v");
        emulator.clock().freeze();
        assertThat(admitted(60, QuotasTest::update)).isEqualTo(60);
    }

    @Test
    void fiftyWritesPerSecondForAllKindsOfWriteTogether() {
        create("a", "v");
        emulator.clock().freeze();
        emulator.quotas().enable();
        assertThat(admitted(30, QuotasTest::put) + admitted(30, QuotasTest::update))
                .isEqualTo(50);
        emulator.clock().advance(Duration.ofMillis(100));
        assertThat(admitted(10, QuotasTest::update)).isEqualTo(5);
        emulator.clock().advance(Duration.ofSeconds(60));
        assertThat(admitted(60, QuotasTest::update)).isEqualTo(50);
    }

    @Test
    void otherFamiliesAndRegionsHaveTheirOwn() {
        create("a", "v");
        emulator.clock().freeze();
        emulator.quotas().rate(Family.WRITE, 1).enable();
        assertThat(admitted(2, QuotasTest::put)).isEqualTo(1);
        assertThat(admitted(2, () -> aws.describeSecret(describe -> describe.secretId("a"))))
                .isEqualTo(2);
        emulator.putForeign(ForeignSecret.named("a").in(SecretsManagerEmulator.ACCOUNT, "eu-west-1"));
        try (SecretsManagerClient there =
                EmulatorClients.secretsManager(emulator, EmulatorClients.CREDENTIALS, "eu-west-1")) {
            assertThat(admitted(
                            2,
                            () -> there.putSecretValue(put -> put.secretId("a").secretString("v"))))
                    .isEqualTo(1);
        }
    }

    @Test
    void aSecretTakesSoManyVersionsADay() {
        create("a", "v");
        emulator.clock().freeze();
        emulator.versionQuota(3);
        for (int i = 0; i < 4; i++) {
            put();
        }
        refused("LimitExceededException", QuotasTest::put);
        emulator.clock().advance(Duration.ofHours(24));
        put();
        assertThat(emulator.secret("a").orElseThrow().versions()).hasSize(3 + 2);
    }
}
