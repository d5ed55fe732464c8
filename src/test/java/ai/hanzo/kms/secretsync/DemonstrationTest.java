package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code mvn spring-boot:test-run} starts, where something is in its way. */
class DemonstrationTest {
    private static final List<Integer> USUAL_PORTS = List.of(8080, 8081, 8090, 8091);

    @TempDir
    private Path directory;

    @Test
    void aStartThatFailsEndsTheProgram() {
        Program.Ended end = start(Map.of(
                        "EXTRA_ROUTES", "file:nowhere.camel.yaml", "SERVER_PORT", "0", "MANAGEMENT_SERVER_PORT", "0"))
                .ended();

        assertThat(end.complaints())
                .singleElement()
                .asString()
                .contains("Cannot start: EXTRA_ROUTES: there is no file file:nowhere.camel.yaml");
        assertThat(end.exitCode()).isNotZero();
    }

    @Test
    void itUsesOtherPortsWhereTheUsualOnesAreTaken() throws IOException {
        List<ServerSocket> taken = new ArrayList<>();
        try {
            for (int port : USUAL_PORTS) {
                take(port, taken);
            }
            try (Program.Running demonstration = start(Map.of())) {
                awaitIt(demonstration);

                assertThat(demonstration.lines())
                        .as(() -> String.join("\n", demonstration.lines()))
                        .anyMatch(line -> line.matches("  Console +http://localhost:\\d+/"))
                        .noneMatch(line -> line.matches("  \\w.*(localhost|127.0.0.1):(8080|8081|8090|8091)\\b.*"));
            }
        } finally {
            for (ServerSocket socket : taken) {
                socket.close();
            }
        }
    }

    @Test
    void filesThatAreThereAreNoneOfItsBusinessUnlessItIsToldOfThem() throws IOException {
        Path syncs = Files.createDirectories(directory.resolve("demonstration/config/syncs"));
        Files.writeString(syncs.resolve("mine.yaml"), "nothing: 1");
        Map<String, String> settings = Map.of("SERVER_PORT", "0", "MANAGEMENT_SERVER_PORT", "0");
        try (Program.Running demonstration = start(settings)) {
            awaitIt(demonstration);

            assertThat(demonstration.isAlive())
                    .as(() -> String.join("\n", demonstration.lines()))
                    .isTrue();
        }

        Map<String, String> told = new HashMap<>(settings);
        told.put("SECRET_SYNC_FILES", "config/syncs/*.yaml");
        assertThat(start(told).ended().text()).contains("mine.yaml", "no such field");
    }

    private static void awaitIt(Program.Running demonstration) {
        Operations.await(
                () -> demonstration.lines().stream().anyMatch(line -> line.startsWith("Stop with"))
                        || !demonstration.isAlive(),
                Program.PATIENCE);
    }

    @Test
    void aPortThatIsSetIsTheOneOrNone() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            Program.Ended end = start(Map.of(
                            "SERVER_PORT", Integer.toString(taken.getLocalPort()), "MANAGEMENT_SERVER_PORT", "0"))
                    .ended();

            assertThat(end.text()).contains("SERVER_PORT " + taken.getLocalPort() + " is taken by another program");
            assertThat(end.exitCode()).isNotZero();
        }
    }

    private Program.Running start(Map<String, String> settings) {
        return Program.startVariant(TestSecretSyncApplication.class, directory.resolve("demonstration"), settings);
    }

    /** Unless somebody else has it already. */
    private static void take(int port, List<ServerSocket> taken) throws IOException {
        try {
            taken.add(new ServerSocket(port));
        } catch (BindException e) {
            assertThat(e).hasMessageContaining("in use");
        }
    }
}
