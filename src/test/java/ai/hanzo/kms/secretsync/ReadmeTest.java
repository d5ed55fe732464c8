package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.emulator.SecretsManagerEmulator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every command in the READMEs is run, in their order, as a newcomer would: {@code curl} against a running service, {@code java
 * -jar} as a program of its own. Those of Maven and Docker, which tests cannot run inside of a build, are held to the POM, the
 * classes and the files that they name. A command that this test does not know fails it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReadmeTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern BLOCK = Pattern.compile("(?s)\n```(\\w+)\n(.*?)\n```");
    private static final Pattern SPAN = Pattern.compile("`((?:mvn|java -jar|docker|\\.ci/)[^`]*)`");
    private static final Set<String> PHASES = Set.of("test-compile", "test", "package", "verify");
    private static final String ROLE = "arn:aws:iam::123456789012:role/secret-sync";
    private static final String JAR = "kms-secret-sync.jar";

    private RunningService service;
    private Program.Running demonstration;
    private Path home;
    private String pom;
    /** What a command has put into the KMS of the demonstration. */
    private String written;

    private final Map<String, String> placeholders = new HashMap<>();
    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        home = directory.resolve("home");
        pom = Files.readString(Path.of("pom.xml"));
        demonstration = Program.startVariant(
                TestSecretSyncApplication.class,
                directory.resolve("demonstration"),
                Map.of("SERVER_PORT", "0", "MANAGEMENT_SERVER_PORT", "0"));
        // What the service assumes the role with, as the README asks for.
        System.setProperty("aws.accessKeyId", SecretsManagerEmulator.ACCESS_KEY_ID);
        System.setProperty("aws.secretAccessKey", SecretsManagerEmulator.SECRET_ACCESS_KEY);
        service = RunningService.start(directory.resolve("service"));
        service.kms.setSecrets(service.project, "prod", "/", Map.of("A", "value"));
        service.aws.addRole(ROLE, service.project.id());
        placeholders.put("<project_id>", service.project.id());
    }

    @AfterAll
    void stop() {
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
        demonstration.close();
        service.close();
    }

    @Test
    void everyCommandDoesWhatItIsThereFor() throws Exception {
        Shell shell = new Shell(this::run);
        int commands = 0;
        for (Path readme : List.of(Path.of("README.md"), Path.of("routes/README.md"))) {
            String text = Files.readString(readme);
            for (Matcher block = BLOCK.matcher(text); block.find(); ) {
                if (block.group(1).equals("sh")) {
                    shell.run(block.group(2));
                    commands++;
                } else if (block.group(1).equals("yaml") && block.group(2).startsWith("connections:")) {
                    writeFile(block.group(2));
                }
            }
        }

        assertThat(commands).isGreaterThanOrEqualTo(7);
        assertThat(service.aws.secret("123456789012", "eu-central-1", "shop/A"))
                .as("what the README makes")
                .isPresent();
    }

    @Test
    void everyCommandInASentenceIsOneThatThereIs() throws Exception {
        Set<String> seen = new HashSet<>();
        for (Path readme : List.of(Path.of("README.md"), Path.of("routes/README.md"))) {
            for (Matcher span = SPAN.matcher(Files.readString(readme)); span.find(); ) {
                seen.add(span.group(1));
            }
        }
        for (String command : seen) {
            List<String> words = List.of(Shell.placeholdersAsWords(command).split(" "));
            switch (words.get(0)) {
                case "mvn" -> maven(words.subList(1, words.size()));
                case "java" ->
                    assertThat(Commands.commandLine().getSubcommands())
                            .as(command)
                            .containsKey(words.get(3));
                case "docker" -> assertThat(Path.of("compose.yaml")).exists();
                default -> assertThat(Path.of(words.get(0))).as(command).isExecutable();
            }
        }
        assertThat(seen).hasSizeGreaterThan(5);
    }

    @Test
    void whatIsSaidToBeSeenIsSeen() throws Exception {
        String promised = null;
        for (Matcher block = BLOCK.matcher(Files.readString(Path.of("README.md"))); block.find(); ) {
            promised = block.group(1).equals("text") && promised == null ? block.group(2) : promised;
        }
        assertThat(promised).as("a block that begins with ```text").isNotNull();
        assertThat(demonstrated().stream().map(ReadmeTest::withoutPorts).toList())
                .containsAll(promised.lines()
                        .filter(line -> !line.equals("..."))
                        .map(ReadmeTest::withoutPorts)
                        .toList());
    }

    /** What {@code mvn spring-boot:test-run} prints. */
    private List<String> demonstrated() {
        Operations.await(
                () -> demonstration.lines().stream().anyMatch(line -> line.startsWith("Stop with")),
                Program.PATIENCE.multipliedBy(2));
        return demonstration.lines();
    }

    /** Where that has the development KMS or the emulator, in place of the address that they have where it is free. */
    private String demonstratedAt(String line, String usual, String uri) {
        if (!uri.startsWith(usual)) {
            return uri;
        }
        String there = demonstrated().stream()
                .filter(said -> said.strip().startsWith(line + "  "))
                .findFirst()
                .orElseThrow()
                .replaceFirst(".*?(http://[^ /]+).*", "$1");
        return uri.replace(usual, there);
    }

    private static String withoutPorts(String line) {
        return line.replaceAll(":\\d{4,5}\\b", ":PORT").stripTrailing();
    }

    // Programs

    private String run(List<String> given, Map<String, String> environment, String input) throws Exception {
        List<String> words = given.stream().map(this::filled).toList();
        return switch (words.get(0)) {
            case "curl" -> curl(words.subList(1, words.size()));
            case "sed" -> sed(words.get(1), input);
            case "jq" -> jq(words.get(1), input);
            case "openssl" -> {
                assertThat(words).containsExactly("openssl", "rand", "-base64", "32");
                byte[] random = new byte[32];
                new SecureRandom().nextBytes(random);
                yield Base64.getEncoder().encodeToString(random);
            }
            case "mvn" -> maven(words.subList(1, words.size()));
            case "java" -> java(words.subList(1, words.size()), environment);
            default -> throw new AssertionError("The README has a command that no test runs: " + words);
        };
    }

    private String filled(String word) {
        String text = word;
        for (Map.Entry<String, String> placeholder : placeholders.entrySet()) {
            text = text.replace(placeholder.getKey(), placeholder.getValue());
        }
        assertThat(text).as("no placeholder is left").doesNotContainPattern("<[a-z_]+>");
        return text;
    }

    /** As curl does it, with the options that the README uses. */
    private String curl(List<String> arguments) throws Exception {
        String method = null;
        String body = null;
        URI uri = null;
        List<String> headers = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            switch (arguments.get(i)) {
                case "-s" -> {}
                case "-X" -> method = arguments.get(++i);
                case "-H" -> headers.addAll(List.of(arguments.get(++i).split(": ", 2)));
                case "-d", "--data" -> body = arguments.get(++i);
                default -> {
                    assertThat(uri).as("one address in %s", arguments).isNull();
                    String address = arguments
                            .get(i)
                            .replace("http://localhost:8080", service.base().toString());
                    address = demonstratedAt("KMS", "http://127.0.0.1:8090", address);
                    uri = URI.create(demonstratedAt("AWS Secrets Manager", "http://127.0.0.1:8091", address));
                }
            }
        }
        String sent = body == null
                ? ""
                : body.replace("\"clientId\":\"...\"", "\"clientId\":\"" + RunningService.CALLER_ID + "\"")
                        .replace(
                                "\"clientSecret\":\"...\"",
                                "\"clientSecret\":\"" + RunningService.CALLER_SECRET + "\"");
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .method(
                        method != null ? method : body == null ? "GET" : "POST",
                        HttpRequest.BodyPublishers.ofString(sent));
        if (!headers.isEmpty()) {
            request.headers(headers.toArray(String[]::new));
        }
        HttpResponse<String> response = send(request);
        if (uri.getPath().startsWith("/_dev/")) {
            written = sent;
        } else if (uri.getPath().startsWith("/_emulator/")) {
            // A person takes a second or two to type it.
            Operations.await(() -> send(request).body().contains(written), Program.PATIENCE.multipliedBy(2));
            return "";
        }
        assertThat(response.statusCode()).as("%s: %s", uri, response.body()).isEqualTo(200);
        if (response.body().startsWith("{")) {
            remember(response.body());
        }
        return response.body();
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Ids that later commands ask for. */
    private void remember(String answer) throws IOException {
        JsonNode json = JSON.readTree(answer);
        for (Map.Entry<String, String> id : Map.of(
                        "<connection_id>", "/appConnection/id", "<sync_id>", "/secretSync/id")
                .entrySet()) {
            String value = json.at(id.getValue()).textValue();
            if (value != null) {
                placeholders.put(id.getKey(), value);
                if (id.getKey().equals("<sync_id>")) {
                    service.api().awaitSync(value, RunningService.PATIENCE);
                }
            }
        }
    }

    private static String sed(String expression, String input) {
        String[] parts = expression.split("/");
        assertThat(parts).as(expression).hasSize(3);
        String pattern = parts[1].replace("\\(", "\u0001")
                .replace("\\)", "\u0002")
                .replaceAll("([{}()+?|])", "\\\\$1")
                .replace('\u0001', '(')
                .replace('\u0002', ')');
        return input.replaceFirst("(?s)" + pattern, parts[2].replace("\\1", "$1"));
    }

    private static String jq(String path, String input) throws IOException {
        JsonNode found = JSON.readTree(input).at(path.replace('.', '/'));
        assertThat(found.isMissingNode()).as("%s in %s", path, input).isFalse();
        return found.toString();
    }

    /** {@code java -jar}, with the classes of the build in place of the jar. */
    private String java(List<String> arguments, Map<String, String> environment) throws IOException {
        assertThat(arguments.get(0)).isEqualTo("-jar");
        assertThat(arguments.get(1)).isIn(JAR, "target/" + JAR);
        assertThat(pom).contains("<finalName>" + JAR.replace(".jar", "") + "</finalName>");
        Map<String, String> settings = new HashMap<>(environment);
        String aws = service.aws.endpoint().toString();
        settings.put("AWS_ENDPOINT_URL_SECRETS_MANAGER", aws);
        settings.put("AWS_ENDPOINT_URL_STS", aws);
        settings.put("SERVER_PORT", "0");
        settings.put("MANAGEMENT_SERVER_PORT", "0");
        settings.put("KMS_BASE_URL", service.kms.baseUrl().toString());
        settings.put("KMS_CLIENT_ID", RunningService.CLIENT_ID);
        settings.put("KMS_CLIENT_SECRET", RunningService.CLIENT_SECRET);
        settings.put("PRODUCTION_ACCESS_KEY_ID", SecretsManagerEmulator.ACCESS_KEY_ID);
        settings.computeIfPresent("EXTRA_ROUTES", (name, routes) -> "file:" + extraRoutes());
        String[] command = arguments.subList(2, arguments.size()).toArray(String[]::new);
        if (command.length > 0) {
            Program.Ended ended = Program.run(home, settings, command);
            assertThat(ended.exitCode()).as("%s: %s", arguments, ended.text()).isZero();
            return ended.text();
        }
        try (Program.Running running = Program.start(home, settings)) {
            running.started();
            Operations.await(() -> isReady(running.lines()), Program.PATIENCE);
            assertThat(running.stop().complaints().stream().filter(line -> line.contains("ERROR")))
                    .isEmpty();
        }
        return "";
    }

    /** Whether one of its ports, which is that of the management, says that it has started altogether. */
    private boolean isReady(List<String> lines) {
        return lines.stream()
                .map(Pattern.compile("Tomcat started on port (\\d+)")::matcher)
                .filter(Matcher::find)
                .map(port -> URI.create("http://127.0.0.1:" + port.group(1) + "/actuator/health/readiness"))
                .anyMatch(uri -> send(HttpRequest.newBuilder(uri)).statusCode() == 200);
    }

    private Path extraRoutes() {
        try (Stream<Path> examples = Files.list(Path.of("routes/examples"))) {
            Path directory = Files.createDirectories(home.resolveSibling("extra-routes"));
            Path example = examples.filter(file -> file.endsWith("skip-keys.camel.yaml"))
                    .findFirst()
                    .orElseThrow();
            Files.copy(example, directory.resolve(example.getFileName()));
            return directory.resolve("*.camel.yaml");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The example of a configuration file, where the program looks for one. */
    private void writeFile(String text) throws IOException {
        Path key = Files.writeString(home.resolveSibling("production"), SecretsManagerEmulator.SECRET_ACCESS_KEY);
        Path file = Files.createDirectories(home.resolve("config/syncs")).resolve("readme.yaml");
        Files.writeString(
                file, filled(Shell.placeholdersAsWords(text)).replace("/run/secrets/production", key.toString()));
    }

    // Maven

    /** A build within a build takes too long: the profiles, phases, goals, executions and tests are those that there are. */
    private String maven(List<String> arguments) throws IOException {
        for (String argument : arguments) {
            if (argument.startsWith("-P")) {
                assertThat(pom).as(argument).contains("<id>" + argument.substring(2) + "</id>");
            } else if (argument.startsWith("-Dtest=")) {
                String test =
                        argument.substring("-Dtest=".length()).replace("'", "").split("#")[0];
                try (Stream<Path> sources = Files.walk(Path.of("src/test/java"))) {
                    assertThat(sources).as(argument).anyMatch(source -> source.endsWith(test + ".java"));
                }
            } else if (argument.contains(":") && !argument.startsWith("-")) {
                String[] goal = argument.split("[:@]");
                assertThat(pom + "maven-surefire-plugin").as(argument).containsPattern(goal[0] + "-(maven-)?plugin");
                assertThat(goal.length < 3 || pom.contains("<id>" + goal[2] + "</id>"))
                        .as(argument)
                        .isTrue();
            } else if (!argument.startsWith("-")) {
                assertThat(PHASES).as("a phase of Maven").contains(argument);
            } else {
                assertThat(argument).as("an option of Maven").matches("-o|-D[a-zA-Z.-]+(=.*)?");
            }
        }
        return "";
    }
}
