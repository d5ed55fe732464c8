package ai.hanzo.kms.secretsync.emulator;

import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** A peer meets the contract but for what is known of it, no more and no less. */
@Tag("peer")
class PeerContractTest {
    private static Peer peer;
    private static SecretsManagerContract contract;

    @BeforeAll
    static void start() {
        peer = Peer.start();
        contract = new SecretsManagerContract(peer.target());
    }

    @AfterAll
    static void stop() {
        contract.cleanUp();
        contract.close();
        peer.close();
    }

    @TestFactory
    Stream<DynamicTest> deviatesAsKnown() {
        Deviations deviations = peer.deviations();
        return contract.checks().stream()
                .map(check -> DynamicTest.dynamicTest(check.displayName(), () -> deviations.hold(check)));
    }
}
