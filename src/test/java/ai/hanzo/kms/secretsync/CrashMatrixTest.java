package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.CrashingProgram.Step;
import ai.hanzo.kms.secretsync.devkms.Metadata;
import ai.hanzo.kms.secretsync.emulator.Fault;
import ai.hanzo.kms.secretsync.emulator.Secret;
import ai.hanzo.kms.secretsync.emulator.SecretsManagerEmulator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the program before every step of a poll and of a run that creates, updates, tags, deletes and restores, and around every
 * write to AWS; starts it again each time, and nothing else. Every step is found by watching a run that is let go on.
 *
 * <p>Written down in {@code target/crash-matrix.md}; {@code -Dcrash.resume=true} goes on with what is written there already.
 */
@Tag("disasters")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrashMatrixTest {
    private static final Path REPORT = Path.of("target", "crash-matrix.md");
    private static final Pattern KILLED = Pattern.compile("\\| (.*) \\| \\d+ \\| \\d+ \\| .* s \\|");
    private static final String JOURNAL = "by the journal: ";
    private static final String PATH = "/app";
    /** Of a name, AWS takes no more than so many versions a day: several take turns. */
    private static final int TURNS = 3;

    private final Surroundings surroundings = new Surroundings();
    /** Where it was killed, by an earlier run that this one goes on with and by this one. */
    private Set<String> survived;

    private Path home;
    private Path file;
    private boolean metadata = true;
    private Program.Running program;
    private ApiClient api;
    private String sync;
    private int round;

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        if (!Boolean.getBoolean("crash.resume")) {
            Files.write(
                    REPORT,
                    List.of(
                            "# Crash matrix",
                            "",
                            "Each line: the program is killed there, started again, and left to itself. It then has exactly one"
                                    + " new version of",
                            "what had changed, the status `succeeded`, and no write that it had not owed.",
                            "",
                            "| killed | writes before | writes after | converged after the start |",
                            "|---|--:|--:|--:|"));
        }
        survived = survived();
        home = directory.resolve("home");
        file = directory.resolve("syncs.yaml");
        writeFile();
        surroundings.kms.addFolder(surroundings.project, "dev", PATH);
        change();
        startProgram();
        awaitRest();
        // Rounds until everything is there that is to be deleted and restored.
        while (round <= 2 * TURNS) {
            change();
            awaitRest();
        }
    }

    @AfterAll
    void stop() {
        program.close();
        surroundings.close();
    }

    private void writeFile() throws IOException {
        Files.writeString(file, """
                    connections:
                      - name: aws
                        projectId: %1$s
                        method: access-key
                        credentials:
                          accessKeyId: {env: CRASH_ACCESS_KEY_ID}
                          secretAccessKey: {env: CRASH_SECRET_ACCESS_KEY}
                    syncs:
                      - name: app
                        projectId: %1$s
                        connectionName: aws
                        environment: dev
                        secretPath: %2$s
                        syncOptions:
                          initialSyncBehavior: overwrite-destination
                          keySchema: "app/{{secretKey}}"
                          syncSecretMetadataAsTags: %4$s
                        destinationConfig: {mappingBehavior: one-to-one, region: %3$s}
                    """.formatted(surroundings.project.id(), PATH, Surroundings.REGION, metadata));
    }

    private void startProgram() {
        Map<String, String> settings = surroundings.settings();
        settings.put("SECRET_SYNC_FILES", file.toString());
        settings.put("CRASH_ACCESS_KEY_ID", SecretsManagerEmulator.ACCESS_KEY_ID);
        settings.put("CRASH_SECRET_ACCESS_KEY", SecretsManagerEmulator.SECRET_ACCESS_KEY);
        settings.put(
                "AWS_ENDPOINT_URL_SECRETS_MANAGER", surroundings.aws.endpoint().toString());
        settings.put("AWS_ENDPOINT_URL_STS", surroundings.aws.endpoint().toString());
        // One change after the other, so that each step comes at its place.
        settings.put("SECRET_SYNC_PARALLEL_CHANGES", "1");
        settings.put("SECRET_SYNC_DRIFT_INTERVAL", "365d");
        program = Program.startVariant(CrashingProgram.class, home, settings);
        api = ApiClient.login(program.started().base(), Surroundings.CALLER_ID, Surroundings.CALLER_SECRET);
    }

    /** Something to create, to update, to delete, to tag, and to delete and restore by turns. */
    private void change() {
        round++;
        var kms = surroundings.kms;
        var project = surroundings.project;
        kms.setSecrets(
                project, "dev", PATH, Map.of("TAGGED", "same", "KEY_" + round, "new", "KEY_" + (round - 1), "edited"));
        kms.setMetadata(project, "dev", PATH, "TAGGED", new Metadata("round", "" + round, false));
        kms.deleteSecret(project, "dev", PATH, "KEY_" + (round - 2));
        if (round % 2 == 0) {
            kms.setSecret(project, "dev", PATH, turns(), "turn-" + round);
        } else {
            kms.deleteSecret(project, "dev", PATH, turns());
        }
    }

    /** Comes in one round, and goes in the next. */
    private String turns() {
        return "TURNS_" + round / 2 % TURNS;
    }

    private boolean isInStep() {
        return value("KEY_" + round).equals("new")
                && value("KEY_" + (round - 1)).equals("edited")
                && value("KEY_" + (round - 2)).isEmpty()
                && (!metadata || ("" + round).equals(secret("TAGGED").tags().get("round")))
                && (round % 2 == 0
                        ? value(turns()).equals("turn-" + round)
                        : surroundings
                                .aws
                                .secret("app/" + turns())
                                .map(Secret::isDeleted)
                                .orElse(true));
    }

    private Secret secret(String key) {
        return surroundings.aws.secret("app/" + key).orElseThrow();
    }

    private String value(String key) {
        return surroundings
                        .aws
                        .secret("app/" + key)
                        .filter(there -> !there.isDeleted())
                        .isEmpty()
                ? ""
                : surroundings.aws.value("app/" + key);
    }

    /** Until everything is right and nothing more is to come. */
    private void awaitRest() {
        Awaitility.await()
                .atMost(Program.PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> surroundings.aws.secret("app/TAGGED").isPresent()
                        && isInStep()
                        && status().equals("succeeded"));
    }

    private String status() {
        JsonNode syncs = api.get("/api/v1/secret-syncs?projectId=" + surroundings.project.id())
                .path("secretSyncs");
        sync = syncs.path(0).path("id").textValue();
        return syncs.path(0).path("syncStatus").asText();
    }

    @Test
    void thereIsNoStepAtWhichACrashIsNotMadeGood() throws IOException {
        crashAtEveryStep();
        crashAroundEveryCall(List.of(
                "ListSecrets",
                "DescribeSecret",
                "CreateSecret",
                "UpdateSecret",
                "TagResource",
                "RestoreSecret",
                "DeleteSecret"));

        // The tags of secrets are in no journal: without them, a run that the source asked for goes by it.
        metadata = false;
        writeFile();
        program.kill();
        startProgram();
        awaitRest();
        assertThat(crashAtEveryStep()).anyMatch(step -> step.node().startsWith("recall: "));
        crashAroundEveryCall(
                List.of("DescribeSecret", "CreateSecret", "UpdateSecret", "RestoreSecret", "DeleteSecret"));
    }

    /**
     * At every step that was not survived before.
     *
     * @return all steps that there are
     */
    private Set<Step> crashAtEveryStep() throws IOException {
        Map<Step, Set<Integer>> steps = steps();
        for (Step step : steps.keySet()) {
            String where = "before `" + step + "`";
            if (survived.contains(where) || survived.contains(JOURNAL + where)) {
                continue;
            }
            boolean polled = step.node().startsWith("poll: ");
            if (!steps.get(step).contains((round + 1) % 2)) {
                change();
                awaitRest();
            }
            crash(where, () -> {
                if (polled) {
                    order(step.toString());
                    change();
                } else {
                    hold();
                    order(step.toString());
                    letGo();
                }
            });
        }
        return steps.keySet();
    }

    private static Set<String> survived() throws IOException {
        return Files.readAllLines(REPORT).stream()
                .map(KILLED::matcher)
                .filter(Matcher::matches)
                .map(line -> line.group(1))
                .collect(Collectors.toCollection(HashSet::new));
    }

    private void crashAroundEveryCall(List<String> operations) throws IOException {
        for (String operation : operations) {
            for (Fault.Kind when : List.of(Fault.Kind.DROP_BEFORE, Fault.Kind.DROP_AFTER)) {
                String where = (when == Fault.Kind.DROP_BEFORE ? "before " : "after ") + operation;
                if (survived.contains(label(where))) {
                    continue;
                }
                if (operation.equals("RestoreSecret") && round % 2 == 0) {
                    change();
                    awaitRest();
                }
                crash(where, () -> {
                    surroundings.aws.whenDropped(program::kill);
                    surroundings.aws.inject(Fault.of(when).operation(operation));
                    change();
                });
            }
        }
    }

    private interface Disaster {
        void strike() throws IOException;
    }

    private void crash(String where, Disaster disaster) throws IOException {
        surroundings.aws.clearJournal();

        disaster.strike();
        assertThat(program.ended().exitCode()).as("killed %s", where).isEqualTo(137);
        Files.deleteIfExists(home.resolve(CrashingProgram.ORDER));
        surroundings.aws.clearFaults();
        surroundings.aws.whenDropped(() -> {});
        int before = written();
        surroundings.aws.clearJournal();
        startProgram();
        Instant started = Instant.now();
        awaitRest();
        Duration converged = Duration.between(started, Instant.now());

        assertThat(secret("KEY_" + round).versions())
                .as("killed %s: versions of what is new", where)
                .hasSize(1);
        assertThat(secret("KEY_" + (round - 1)).versions())
                .as("killed %s: versions of what was edited", where)
                .hasSize(2);
        JsonNode runs = api.get(Operations.SYNCS + sync + "/runs").path("runs");
        assertThat(runs)
                .as("killed %s", where)
                .noneMatch(run -> run.path("status").asText().equals("running"));
        Files.writeString(
                REPORT,
                "| %s | %d | %d | %.1f s |%n".formatted(label(where), before, written(), converged.toMillis() / 1000.0),
                StandardOpenOption.APPEND);
        survived.add(label(where));
    }

    private String label(String where) {
        return metadata ? where : JOURNAL + where;
    }

    private int written() {
        return surroundings.aws.writes().size();
    }

    private void order(String what) throws IOException {
        Files.writeString(home.resolve("order.new"), what);
        Files.move(home.resolve("order.new"), home.resolve(CrashingProgram.ORDER));
    }

    /** Changes the source, and has the run that this asks for wait. */
    private void hold() {
        api.post("/api/v1/secret-syncs/pause", Map.of("everything", true));
        change();
        Awaitility.await()
                .atMost(Program.PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> status().equals("pending"));
    }

    private void letGo() {
        try {
            api.send("POST", "/api/v1/secret-syncs/resume", Map.of("everything", true));
        } catch (UncheckedIOException e) {
            // It may die before it answers, and must have died then.
            program.ended();
        }
    }

    /**
     * What is gone through by a poll that finds a change, and by the run that comes of it; for each step the kinds of rounds in which
     * it is, 0 for even and 1 for odd ones: what is deleted in one is restored in the next.
     */
    private Map<Step, Set<Integer>> steps() throws IOException {
        Map<Step, Set<Integer>> steps = new LinkedHashMap<>();
        order(CrashingProgram.RECORD);
        change();
        awaitRest();
        recorded().stream()
                .filter(step -> step.node().startsWith("poll: ") && step.occurrence() == 1)
                .forEach(step -> steps.put(step, Set.of(0, 1)));

        for (int turn = 0; turn < 2; turn++) {
            hold();
            order(CrashingProgram.RECORD);
            letGo();
            awaitRest();
            recorded().stream()
                    .filter(step -> !step.node().startsWith("poll: "))
                    .forEach(step ->
                            steps.computeIfAbsent(step, any -> new HashSet<>()).add(round % 2));
        }
        assertThat(steps).hasSizeGreaterThan(50);
        return steps;
    }

    private List<Step> recorded() throws IOException {
        Files.delete(home.resolve(CrashingProgram.ORDER));
        List<Step> recorded = Files.readAllLines(home.resolve(CrashingProgram.STEPS)).stream()
                .map(Step::of)
                .toList();
        Files.delete(home.resolve(CrashingProgram.STEPS));
        return recorded;
    }
}
