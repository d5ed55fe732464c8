package ai.hanzo.kms.secretsync;

import static ai.hanzo.kms.secretsync.Operations.manual;
import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.devkms.Metadata;
import ai.hanzo.kms.secretsync.emulator.Fault;
import ai.hanzo.kms.secretsync.emulator.Fault.Kind;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every AWS operation of a sync, with every fault: a run that creates, updates, tags, deletes and restores meets it, and the next
 * one, which does not, makes everything right with one version of each value.
 *
 * <p>Written down in {@code target/fault-matrix.md}.
 */
@Tag("disasters")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultMatrixTest {
    private static final Path REPORT = Path.of("target", "fault-matrix.md");
    private static final List<String> OPERATIONS = List.of(
            "ListSecrets",
            "DescribeSecret",
            "CreateSecret",
            "UpdateSecret",
            "TagResource",
            "RestoreSecret",
            "DeleteSecret");
    private static final List<Kind> FAULTS = List.of(
            Kind.THROTTLE,
            Kind.INTERNAL_500,
            Kind.UNAVAILABLE_503,
            Kind.DELAY,
            Kind.DROP_BEFORE,
            Kind.DROP_AFTER,
            Kind.ACCESS_DENIED,
            Kind.EXPIRED_TOKEN,
            Kind.ENCRYPTION_FAILURE,
            Kind.LIMIT_EXCEEDED);
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final Duration LISTS_BEHIND = Duration.ofSeconds(300);

    private final List<String> report = new ArrayList<>(List.of(
            "# Fault matrix",
            "",
            "Each line: a run meets the fault, and says so. The run after it, without the fault, has made everything right, with",
            "exactly one version of each value and nothing deleted but what went from the source.",
            "",
            "| operation | fault | run | failed | what it says |",
            "|---|---|---|--:|---|"));
    private RunningService service;
    private Operations operations;
    private String connection;
    private int cell;

    @BeforeAll
    void start(@TempDir Path directory) {
        service = RunningService.start(
                directory, Map.of("secret-sync.aws-client.attempt-timeout", TIMEOUT.toMillis() + "ms"));
        operations = new Operations(service);
        connection = service.connection();
    }

    @AfterAll
    void stop() throws IOException {
        Files.write(REPORT, report);
        service.close();
    }

    @AfterEach
    void asUsual() {
        service.aws.clearFaults();
        service.aws.listLag(Duration.ZERO);
    }

    static Stream<Arguments> cells() {
        return OPERATIONS.stream().flatMap(operation -> FAULTS.stream().map(fault -> Arguments.of(operation, fault)));
    }

    @ParameterizedTest
    @MethodSource("cells")
    void whatARunMeetsTheNextOneMakesGood(String operation, Kind kind) {
        String id = changed();
        // Answered, and carried out, after nobody waits for it any more.
        Fault fault = kind == Kind.DELAY ? Fault.delay(TIMEOUT.plusMillis(500)) : Fault.of(kind);
        // Throttling that does not pass would be waited for.
        boolean passes = kind == Kind.THROTTLE;
        service.aws.inject(
                passes
                        ? fault.operation(operation).times(3)
                        : fault.operation(operation).always());

        JsonNode met = service.run(id);

        JsonNode run = operations.lastRun(id);
        note(operation, kind == Kind.DELAY ? "TIMEOUT" : kind.name(), run);
        assertThat(run.path("status").textValue())
                .isEqualTo(met.path("syncStatus").textValue());
        if (passes) {
            assertThat(run.path("status").textValue()).isEqualTo("succeeded");
        }
        service.aws.clearFaults();
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThatEverythingIsRight();
    }

    @Test
    void aListThatIsOldMisleadsNoRun() {
        String id = changed();
        service.aws.listLag(LISTS_BEHIND);

        service.run(id);

        JsonNode run = operations.lastRun(id);
        note("ListSecrets", "stale by 300 s", run);
        assertThat(run.path("status").textValue()).isEqualTo("succeeded");
        assertThatEverythingIsRight();
    }

    /** A sync with something to create, update, tag, delete and restore; its id. */
    private String changed() {
        cell++;
        String folder = "cell-" + cell;
        String path = "/" + folder;
        var kms = service.kms;
        operations.folder(folder, Map.of("EDITED", "1", "GONE", "1", "TAGGED", "1", "BACK", "1", "KEPT", "1"));
        Map<String, Object> sync = manual(service.oneToOne(connection, path, folder + "/{{secretKey}}"));
        RunningService.options(sync).put("syncSecretMetadataAsTags", true);
        String id = service.create(sync);
        service.run(id);
        kms.deleteSecret(service.project, "dev", path, "BACK");
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        kms.setSecrets(service.project, "dev", path, Map.of("EDITED", "2", "NEW", "1", "BACK", "2"));
        kms.setMetadata(service.project, "dev", path, "TAGGED", new Metadata("owner", "shop", false));
        kms.deleteSecret(service.project, "dev", path, "GONE");
        return id;
    }

    private void assertThatEverythingIsRight() {
        String folder = "cell-" + cell + "/";
        assertThat(service.aws.value(folder + "EDITED")).isEqualTo("2");
        assertThat(service.aws.value(folder + "NEW")).isEqualTo("1");
        assertThat(service.aws.value(folder + "BACK")).isEqualTo("2");
        assertThat(operations.secret(folder + "TAGGED").tags()).containsEntry("owner", "shop");
        assertThat(operations.secret(folder + "GONE").isDeleted()).isTrue();
        assertThat(operations.secret(folder + "KEPT").isDeleted()).isFalse();
        Map<String, Integer> versions = Map.of("EDITED", 2, "NEW", 1, "BACK", 2, "TAGGED", 1, "KEPT", 1);
        versions.forEach((key, count) -> assertThat(operations.versions(folder + key))
                .as("versions of %s", key)
                .isEqualTo(count));
    }

    private void note(String operation, String fault, JsonNode run) {
        Set<String> said = new LinkedHashSet<>();
        for (JsonNode outcome : run.path("outcomes")) {
            if (outcome.path("result").asText().equals("failed")) {
                said.add(outcome.path("message").asText() + " "
                        + outcome.path("remedy").asText(""));
            }
        }
        if (said.isEmpty() && !run.path("message").isNull()) {
            said.add(run.path("message").asText());
        }
        report.add("| %s | %s | %s | %d | %s |"
                .formatted(
                        operation,
                        fault,
                        run.path("status").asText(),
                        run.at("/counts/failed").asInt(),
                        String.join("<br>", said).replace("|", "\\|").replace("\n", " ")));
    }
}
