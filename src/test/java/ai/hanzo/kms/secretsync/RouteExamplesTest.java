package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.runs.FinishedRun;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/** The route files as a person and a visual editor see them, and the map of them in routes/README.md. */
class RouteExamplesTest {
    private static final Path ROUTES = Path.of("routes");
    private static final Path TESTS = Path.of("src/test/java/ai/hanzo/kms/secretsync");
    private static final int LONGEST_LINE = 90;
    private static final int LONGEST_TEST = 30;
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Expressions, which have a short form that an editor would rewrite. */
    private static final Set<String> LANGUAGES = Set.of("simple", "constant", "method", "tokenize", "jsonpath");
    /** Steps that can be written as one text. */
    private static final Set<String> SHORT_STEPS =
            Set.of("to", "toD", "log", "removeHeader", "removeHeaders", "script");

    private static final JsonSchema SCHEMA = schema();

    static Stream<Path> examples() throws IOException {
        return yaml(ROUTES.resolve("examples"));
    }

    static Stream<Path> all() throws IOException {
        return Stream.concat(yaml(ROUTES), examples());
    }

    private static Stream<Path> yaml(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".camel.yaml")).sorted().toList().stream();
        }
    }

    private static JsonSchema schema() {
        try (InputStream in = RouteExamplesTest.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
            return JsonSchemaFactory.getInstance(VersionFlag.V4).getSchema(JSON.readTree(in));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode read(Path file) throws IOException {
        return JSON.valueToTree(new Yaml().load(Files.readString(file)));
    }

    @ParameterizedTest
    @MethodSource("all")
    void itIsWhatTheSchemaOfTheYamlDslAllows(Path file) throws IOException {
        assertThat(SCHEMA.validate(read(file))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void anExampleIsWrittenAsKaotoWritesIt(Path file) throws IOException {
        List<String> shortened = new ArrayList<>();
        findShort(read(file), "", shortened);

        assertThat(shortened).isEmpty();
    }

    /** Kaoto drops comments but for those before the first entry, and folds long lines. */
    @ParameterizedTest
    @MethodSource("examples")
    void anExampleStaysAsItIsWhenKaotoSavesIt(Path file) throws IOException {
        assertThat(Files.readAllLines(file).stream().dropWhile(line -> !line.startsWith("- ")))
                .noneMatch(line -> line.strip().startsWith("#"))
                .allSatisfy(line -> assertThat(line).hasSizeLessThan(LONGEST_LINE));
    }

    /** Short forms: an expression or a step that is a text, and an expression that is not under {@code expression}. */
    private static void findShort(JsonNode node, String path, List<String> found) {
        node.properties().forEach(field -> {
            boolean language = LANGUAGES.contains(field.getKey());
            boolean text = field.getValue().isTextual();
            if (text && (language && !path.endsWith("/method") || SHORT_STEPS.contains(field.getKey()))) {
                found.add(path + "/" + field.getKey() + " is a text");
            }
            if (language && !text && !path.endsWith("/expression")) {
                found.add(path + "/" + field.getKey() + " is not under expression");
            }
            findShort(field.getValue(), path + "/" + field.getKey(), found);
        });
        if (node.isArray()) {
            node.forEach(item -> findShort(item, path, found));
        }
    }

    /** Kaoto would give an id of its own to one without, which then would be for nobody. */
    @ParameterizedTest
    @MethodSource("all")
    void aRouteConfigurationHasAnId(Path file) throws IOException {
        for (JsonNode configuration : read(file).findValues("routeConfiguration")) {
            assertThat(configuration.path("id").asText()).isNotBlank();
        }
    }

    /** Kaoto warns of them. */
    @ParameterizedTest
    @MethodSource("examples")
    void anExampleHasNoEmptyExpression(Path file) throws IOException {
        assertThat(read(file).findValues("expression"))
                .allSatisfy(expression -> assertThat(
                                expression.isTextual() && expression.textValue().isBlank())
                        .isFalse());
    }

    @ParameterizedTest
    @MethodSource("examples")
    void anExampleHasAShortTestAndIsInTheReadme(Path file) throws IOException {
        String name = file.getFileName().toString().replace(".camel.yaml", "");
        String test = Stream.of(name.split("-"))
                .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
                .collect(Collectors.joining("", "", "ExampleTest.java"));

        assertThat(Files.readAllLines(TESTS.resolve(test))).hasSizeLessThan(LONGEST_TEST);
        assertThat(Files.readString(TESTS.resolve(test))).contains("\"" + name + "\"");
        assertThat(Files.readString(ROUTES.resolve("README.md"))).contains("examples/" + name + ".camel.yaml");
    }

    /** Operations of the API are in the OpenAPI document, which has a test of its own. */
    @Test
    void theReadmeHasEveryEndpointAndEveryVariable() throws IOException {
        String readme = Files.readString(ROUTES.resolve("README.md"));
        Set<String> names = new TreeSet<>();
        for (Path file : yaml(ROUTES).toList()) {
            if (!file.endsWith("api.camel.yaml") && !file.endsWith("webhook.camel.yaml")) {
                String text = Files.readString(file);
                find("uri: (direct:[a-z-]+)", text, names);
                find("to: (direct:[a-z-]+)", text, names);
            }
        }
        TeamRoutes.POINTS.forEach(point -> names.add("direct:" + point));
        for (String file : List.of("sync", "plan", "apply-change", "import", "remove", "extension-points")) {
            find("setVariable:\\s+name: ([a-zA-Z]+)", Files.readString(ROUTES.resolve(file + ".camel.yaml")), names);
        }

        assertThat(names)
                .hasSizeGreaterThan(40)
                .allSatisfy(name -> assertThat(readme).contains("`" + name + "`"));
    }

    @Test
    void theReadmeHasEverythingThatAListenerIsTold() throws IOException {
        String table = Files.readString(ROUTES.resolve("README.md"))
                .replaceFirst("(?s).*\nWhat a `FinishedRun` has,", "")
                .replaceFirst("(?s)\n\n[^|].*", "");

        assertThat(Stream.of(FinishedRun.class.getDeclaredMethods())
                        .filter(method -> Modifier.isPublic(method.getModifiers()))
                        .map(Method::getName)
                        .filter(name ->
                                !Set.of("toString", "hashCode", "equals").contains(name)))
                .contains("id", "failed")
                .allSatisfy(name -> assertThat(table).contains("`" + name + "`"));
    }

    private static void find(String pattern, String text, Set<String> found) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
    }
}
