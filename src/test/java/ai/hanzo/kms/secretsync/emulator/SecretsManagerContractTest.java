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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The emulator meets the whole contract. */
class SecretsManagerContractTest {
    private static final String ROLE = "arn:aws:iam::222222222222:role/contract";
    private static final String KEY = UUID.randomUUID().toString();

    private static SecretsManagerEmulator emulator;
    private static SecretsManagerContract contract;

    @BeforeAll
    static void start() {
        emulator = SecretsManagerEmulator.start();
        emulator.addRole(ROLE, "external-id");
        emulator.addKmsKey(SecretsManagerEmulator.ACCOUNT, SecretsManagerEmulator.REGION, KEY);
        contract = contract("contract/");
    }

    private static SecretsManagerContract contract(String prefix) {
        return new SecretsManagerContract(new Contract.Target(
                emulator.endpoint(),
                EmulatorClients.CREDENTIALS,
                SecretsManagerEmulator.REGION,
                prefix + UUID.randomUUID() + "/",
                KEY,
                ROLE,
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
    void leavesNothingBehind() throws Exception {
        try (SecretsManagerContract another = contract("cleanup/")) {
            for (Contract.Check check : another.checks()) {
                if (check.id().matches("(REPLICA|DELETE|CREATE-NO).*")) {
                    check.run();
                }
            }
            assertThat(another.left()).isNotEmpty();

            another.cleanUp();

            assertThat(another.left()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"localstack-4.14.0", "moto-5.2.5", "aws"})
    void whatIsKnownOfAPeerIsOfChecksThatThereAre(String peer) {
        assertThat(contract.checks())
                .extracting(Contract.Check::id)
                .containsAll(Deviations.of(peer).ids());
    }

    @Test
    void idsAreUnique() {
        assertThat(contract.checks()).extracting(Contract.Check::id).doesNotHaveDuplicates();
    }
}
