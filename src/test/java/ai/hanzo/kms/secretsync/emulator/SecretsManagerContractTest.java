package ai.hanzo.kms.secretsync.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;

/** The emulator meets the whole contract. */
class SecretsManagerContractTest {
    private static SecretsManagerEmulator emulator;
    private static SecretsManagerContract contract;

    @BeforeAll
    static void start() {
        emulator = SecretsManagerEmulator.start();
        String role = "arn:aws:iam::222222222222:role/contract";
        String key = UUID.randomUUID().toString();
        emulator.addRole(role, "external-id");
        emulator.addKmsKey(SecretsManagerEmulator.ACCOUNT, SecretsManagerEmulator.REGION, key);
        contract = new SecretsManagerContract(new Contract.Target(
                emulator.endpoint(),
                AwsBasicCredentials.create(
                        SecretsManagerEmulator.ACCESS_KEY_ID, SecretsManagerEmulator.SECRET_ACCESS_KEY),
                SecretsManagerEmulator.REGION,
                "contract/" + UUID.randomUUID() + "/",
                key,
                role,
                "external-id",
                Duration.ZERO));
    }

    @AfterAll
    static void stop() {
        contract.close();
        emulator.close();
    }

    @TestFactory
    Stream<DynamicTest> meets() {
        return contract.checks().stream().map(check -> DynamicTest.dynamicTest(check.displayName(), check::run));
    }

    @Test
    void idsAreUnique() {
        assertThat(contract.checks()).extracting(Contract.Check::id).doesNotHaveDuplicates();
    }
}
