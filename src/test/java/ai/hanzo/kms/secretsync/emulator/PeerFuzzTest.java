package ai.hanzo.kms.secretsync.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * The emulator and a peer, given the same random operations, are in the same state after each. The seeds are 1 to {@code
 * -Dsecretsmanager.fuzz.seeds} (3).
 */
@Tag("peer")
class PeerFuzzTest {
    private static final int STEPS = 200;
    private static final int SEEDS = Integer.getInteger("secretsmanager.fuzz.seeds", 3);

    private static Peer peer;
    private static SecretsManagerEmulator emulator;
    private static SecretsManagerClient theirs;
    private static SecretsManagerClient ours;

    @BeforeAll
    static void start() {
        peer = Peer.start();
        emulator = SecretsManagerEmulator.start();
        emulator.addKmsKey(
                SecretsManagerEmulator.ACCOUNT,
                SecretsManagerEmulator.REGION,
                peer.target().kmsKeyId());
        ours = EmulatorClients.secretsManager(emulator);
        theirs = peer.secretsManager();
    }

    @AfterAll
    static void stop() {
        ours.close();
        theirs.close();
        emulator.close();
        peer.close();
    }

    @TestFactory
    Stream<DynamicTest> sameOperationsSameState() {
        return LongStream.rangeClosed(1, SEEDS)
                .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> play(seed)));
    }

    private static void play(long seed) {
        FuzzWorld world = new FuzzWorld(
                seed,
                "fuzz/" + UUID.randomUUID() + "/",
                peer.target().kmsKeyId(),
                peer.deviations().ids());
        StringBuilder history = new StringBuilder();
        try {
            for (int step = 1; step <= STEPS; step++) {
                FuzzWorld.Operation operation = world.next(ours);
                history.append(step).append(' ').append(operation.words()).append('\n');
                String answer = FuzzWorld.answer(ours, operation);
                assertThat(FuzzWorld.answer(theirs, operation))
                        .as("seed %d: answer of the peer, and of the emulator, after%n%s", seed, history)
                        .isEqualTo(answer);
                assertThat(world.state(theirs))
                        .as("seed %d: state of the peer, and of the emulator, after%n%s", seed, history)
                        .isEqualTo(world.state(ours));
            }
        } finally {
            world.clear(ours);
            world.clear(theirs);
        }
    }
}
