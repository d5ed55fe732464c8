package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A route file with a mistake ends the start with file, line and reason, in one line: the real program, as an operator starts it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RouteMistakesTest {
    private static final int AT_ONCE = 3;
    private static final String HEAD = """
            - route:
                id: team
                from:
                  uri: direct:before-change
                  steps:
            """;

    private static final List<Case> CASES = List.of(
            new Case("bad yaml", HEAD + "        - log: {message: \"x\n", 7, "quoted scalar"),
            new Case("not a list", "route:\n  id: team\n", 1, "list"),
            new Case("unknown step", HEAD + "        - setVariabel: {name: x}\n", 6, "setVariabel"),
            new Case("unknown option", HEAD + "        - setBody:\n            constnt: x\n", 7, "constnt"),
            new Case("unknown bean", HEAD + "        - bean:\n            ref: nobody\n", 7, "nobody"),
            new Case(
                    "unknown method",
                    HEAD + "        - bean:\n            ref: planning\n            method: nothing\n",
                    8,
                    "nothing"),
            new Case("unknown component", HEAD + "        - stop: {}\n        - to: nosuch:x\n", 7, "nosuch"),
            new Case(
                    "unknown parameter",
                    HEAD + "        - to:\n            uri: seda:x\n            parameters:\n              sizze: 1\n",
                    9,
                    "sizze"),
            new Case("unknown setting", HEAD + "        - to: \"{{NOBODY_SET_THIS}}\"\n", 6, "NOBODY_SET_THIS"),
            new Case("unknown function", HEAD + "        - setBody:\n            simple: ${nosuch}\n", 7, "nosuch"),
            new Case("nobody to call", HEAD + "        - to: direct:nowhere\n", 6, "direct:nowhere"),
            new Case("id twice", HEAD.replace("id: team", "id: plan") + "        - stop: {}\n", 2, "plan"),
            new Case(
                    "beginning twice",
                    HEAD.replace("before-change", "plan") + "        - stop: {}\n",
                    4,
                    "direct:plan"),
            new Case(
                    "misspelt extension point",
                    HEAD.replace("before-change", "before-deletion") + "        - stop: {}\n",
                    4,
                    "direct:before-deletions"),
            new Case(
                    "bad mapping",
                    HEAD.replace("before-change", "mapping-Per_Team") + "        - stop: {}\n",
                    4,
                    "Per_Team"),
            new Case(
                    "mapping of the service",
                    HEAD.replace("before-change", "mapping-one-to-one") + "        - stop: {}\n",
                    4,
                    "one-to-one"),
            new Case(
                    "unknown configuration",
                    HEAD.replace("    from", "    routeConfigurationId: nosuch\n    from") + "        - stop: {}\n",
                    3,
                    "nosuch"));

    private final ExecutorService starts = Executors.newFixedThreadPool(AT_ONCE);
    private final Map<String, Future<Program.Ended>> ended = new TreeMap<>();
    private Path directory;

    /**
     * @param line where the mistake is, counted from 1
     * @param named what the reason must name
     */
    private record Case(String name, String text, int line, String named) {
        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeAll
    void startAll(@TempDir Path temporary) {
        directory = temporary;
        CASES.forEach(one -> ended.put(one.name(), starts.submit(() -> start(one))));
    }

    @AfterAll
    void release() {
        starts.shutdownNow();
    }

    static Stream<Case> cases() {
        return CASES.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void oneLineSaysWhereAndWhy(Case wrong) throws Exception {
        Program.Ended end = ended.get(wrong.name()).get(Program.PATIENCE.toSeconds() * 10, TimeUnit.SECONDS);

        assertThat(end.complaints()).as("all of it: %s", end.text()).hasSize(1);
        assertThat(end.complaints().get(0))
                .contains("Cannot start: ", file(wrong) + ":" + wrong.line() + ": ", wrong.named());
        assertThat(end.exitCode()).isNotZero();
    }

    @Test
    void aFileThatIsNotThereIsAMistakeToo() {
        Program.Ended end = start("nowhere", directory.resolve("nowhere/*.camel.yaml"));

        assertThat(end.complaints()).singleElement().asString().contains("EXTRA_ROUTES", "there is no file", "nowhere");
    }

    private Program.Ended start(Case wrong) throws IOException {
        Files.writeString(file(wrong), wrong.text());
        return start(wrong.name(), file(wrong));
    }

    private Program.Ended start(String name, Path file) {
        return Program.run(
                directory.resolve(name.replace(' ', '-')),
                Map.of(
                        "EXTRA_ROUTES", "file:" + file,
                        "KMS_BASE_URL", "http://127.0.0.1:1",
                        "KMS_CLIENT_ID", "client",
                        "KMS_CLIENT_SECRET", "secret",
                        "SECRET_SYNC_ENCRYPTION_KEY", Base64.getEncoder().encodeToString(new byte[32]),
                        "SERVER_PORT", "0",
                        "MANAGEMENT_SERVER_PORT", "0"));
    }

    private Path file(Case wrong) {
        return directory.resolve(wrong.name().replace(' ', '-') + ".camel.yaml");
    }
}
