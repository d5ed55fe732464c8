package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A route file with a mistake ends the start with file, line and reason, in one line. */
class RouteMistakesTest {
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
            new Case(
                    "unknown step",
                    HEAD + "        - setVariabel: {name: x}\n",
                    6,
                    "\"setVariabel\" is no step that Camel knows"),
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
            new Case(
                    "Simple that does not end",
                    HEAD + "        - stop: {}\n        - setBody:\n            simple: ${body\n",
                    8,
                    "Simple cannot read \"${body\": a } is missing at the end"),
            new Case(
                    "Simple that is wrong",
                    HEAD + "        - filter:\n            simple: \"${body} == \"\n            steps: [{stop: {}}]\n",
                    7,
                    "Simple cannot read \"${body} =="),
            new Case("nobody to call", HEAD + "        - to: direct:nowhere\n", 6, "direct:nowhere"),
            new Case("id twice", HEAD.replace("id: team", "id: plan") + "        - stop: {}\n", 2, "plan"),
            new Case(
                    "beginning twice",
                    HEAD.replace("before-change", "plan") + "        - stop: {}\n",
                    4,
                    "another route begins with direct:plan: routes/plan.camel.yaml:" + lineOf("uri: direct:plan")),
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
                    "nosuch"),
            new Case(
                    "all configurations",
                    HEAD.replace("    from", "    routeConfigurationId: \"*\"\n    from") + "        - stop: {}\n",
                    3,
                    "no route configuration *"),
            nosuch("a function with another in it", "setBody: {simple: \"${nosuch(${body}, 'x')}\"}"),
            nosuch("a function within another", "setBody: {simple: \"${body.replace('a', ${nosuch})}\"}"),
            nosuch("the language in full", "setBody: {expression: {simple: {expression: \"${nosuch(${body})}\"}}}"),
            nosuch(
                    "a text with a setting",
                    "setBody: {simple: \"{{name:x}} ${header.{{name:x}}} ${nosuch(${body})}\"}"),
            nosuch("a condition", "filter: {simple: \"${body} == 'x' && ${nosuch(${body})}\", steps: [{stop: {}}]}"),
            nosuch("a choice", "choice: {when: [{simple: \"${nosuch(${body})} == 1\", steps: [{stop: {}}]}]}"),
            nosuch("a message", "log: \"${nosuch(${body})}\""),
            nosuch("a message in full", "log: {message: \"${nosuch(${body})}\"}"),
            nosuch(
                    "what is thrown",
                    "throwException: {exceptionType: java.lang.Exception, message: \"${nosuch(${body})}\"}"),
            nosuch("an address", "toD: \"seda:${nosuch(${body})}\""),
            nosuch("a parameter", "toD: {uri: \"seda:x\", parameters: {size: \"${nosuch(${body})}\"}}"),
            nosuch("an argument", "bean: {ref: planning, method: \"hashCode(${nosuch(${body})})\"}"),
            nosuch(
                    "an argument of the language",
                    "setBody: {method: {ref: planning, method: \"hashCode(${nosuch(${body})})\"}}"),
            nosuch("a name", "setHeader: {name: \"${nosuch(${body})}\", constant: x}"),
            nosuch("a header", "setHeaders: {headers: [{name: x, simple: \"${nosuch(${body})}\"}]}"),
            reading(
                    "a condition",
                    "filter: {simple: \"${variable.snyc.name} startsWith 'partner-'\", steps: [{stop: {}}]}"),
            reading("Simple with a colon", "setBody: {simple: \"${variable:snyc}\"}"),
            reading("Simple in brackets", "setBody: {simple: \"${variable[snyc]}\"}"),
            reading("Simple in quotes", "setBody: {simple: \"${variables['snyc']}\"}"),
            reading("Simple where there may be none", "setBody: {simple: \"${variable?.snyc?.name}\"}"),
            reading("Simple with a type", "setBody: {simple: \"${variableAs(snyc, String)}\"}"),
            reading("Simple by its long name", "setBody: {simple: \"$simple{variable.snyc}\"}"),
            reading("Simple within Simple", "setBody: {simple: \"${body.replace('a', ${variable.snyc.name})}\"}"),
            reading("the language", "setBody: {variable: snyc}"),
            reading("the language in full", "setBody: {variable: {expression: snyc}}"),
            reading("the source of another language", "setBody: {tokenize: {token: x, source: \"variable:snyc\"}}"),
            reading("an argument", "setBody: {method: {ref: planning, method: \"hashCode(${variable.snyc})\"}}"),
            reading("a parameter", "toD: {uri: \"seda:x\", parameters: {size: \"${variable.snyc}\"}}"),
            reading("a message", "log: \"${variable.snyc.id}\""),
            reading("what is sent", "to: {uri: \"seda:x\", variableSend: snyc}"),
            reading("what is converted", "convertVariableTo: {name: snyc, type: String}"));

    /** Where it is in the routes of the service that plan. */
    private static int lineOf(String text) {
        try {
            List<String> lines = Files.readAllLines(Path.of("routes/plan.camel.yaml"));
            return 1 + lines.stream().map(String::strip).toList().indexOf(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Camel takes a variable that there is not for an empty one. */
    private static Case reading(String way, String step) {
        return new Case(
                "misspelt variable in " + way,
                HEAD + "        - " + step + "\n",
                6,
                "there is no variable \"snyc\"; did you mean \"sync\"?");
    }

    /** Camel finds most of these only when a message comes. */
    private static Case nosuch(String way, String step) {
        return new Case("unknown function in " + way, HEAD + "        - " + step + "\n", 6, "Unknown function: nosuch");
    }

    @TempDir
    private static Path directory;

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

    static Stream<Case> cases() {
        return CASES.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void fileLineAndReasonAreTold(Case wrong) throws Exception {
        Path file = save(wrong);
        RouteFiles files = RouteFiles.at("classpath:routes/*.camel.yaml,file:" + file);

        List<String> told = files.mistakes().isEmpty() ? List.of(byCamel(files, file)) : files.mistakes();

        assertThat(told).hasSize(1);
        assertThat(told.get(0)).startsWith(file + ":" + wrong.line() + ": ").contains(wrong.named());
    }

    /** What only Camel finds when it loads or starts a route. */
    private static String byCamel(RouteFiles files, Path file) throws Exception {
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.getRegistry().bind("planning", new Object());
            try {
                PluginHelper.getRoutesLoader(camel)
                        .loadRoutes(PluginHelper.getResourceLoader(camel).resolveResource("file:" + file));
                camel.start();
            } catch (Exception e) {
                return files.explain(e).orElseThrow(() -> new AssertionError("not explained", e));
            }
            throw new AssertionError("It started");
        }
    }

    @Test
    void theRoutesOfTheServiceAndEachExampleHaveNone() throws IOException {
        try (Stream<Path> examples = Files.list(Path.of("routes/examples"))) {
            for (Path example : examples.toList()) {
                assertThat(RouteFiles.at("classpath:routes/*.camel.yaml,file:" + example)
                                .mistakes())
                        .isEmpty();
            }
        }
    }

    /** Nobody would notice another mistake in them: the suggestion comes from what they set. */
    @Test
    void everyVariableOfTheTableIsOneThatTheRoutesSet() throws IOException {
        List<String> table = Files.readString(Path.of("routes/README.md"))
                .replaceFirst("(?s).*\n## Variables of a run\n", "")
                .replaceFirst("(?s)\n## .*", "")
                .lines()
                .filter(line -> line.startsWith("| `"))
                .flatMap(line -> Stream.of(line.split("\\|")[1].split(",")))
                .map(name -> name.strip().replace("`", ""))
                .distinct()
                .toList();
        assertThat(table).contains("sync", "change", "held");

        for (String name : table) {
            Path file = Files.writeString(
                    directory.resolve("table.camel.yaml"), HEAD + "        - setBody: {variable: " + name + "}\n");
            assertThat(mistakesWith("file:" + file)).as(name).isEmpty();
        }
    }

    @Test
    void whatOtherRoutesOfATeamSetMayBeRead() throws IOException {
        Path sets = Files.writeString(directory.resolve("sets.camel.yaml"), """
                - route:
                    id: sets
                    from:
                      uri: direct:source-key
                      variableReceive: one
                      steps:
                        - setVariable: {name: two, constant: x}
                        - setVariables:
                            variables:
                              - {name: three, constant: x}
                              - {name: global:four, constant: x}
                        - convertVariableTo: {name: two, toName: five, type: String}
                        - to: {uri: "seda:x", variableReceive: six}
                        - setBody: {simple: "${setVariable(seven, ${body})}"}
                        - setBody: {simple: "$init{ $eight := ${body}; }init$ $eight"}
                        - setVariable: {name: nine.a, constant: x}
                """);
        for (String name : List.of("one", "two", "three", "global:four", "five", "six", "seven", "eight", "nine.a")) {
            Path reads = Files.writeString(
                    directory.resolve("reads.camel.yaml"),
                    HEAD + "        - setBody: {simple: \"${variable." + name + "}\"}\n");
            assertThat(mistakesWith("file:" + sets, "file:" + reads)).as(name).isEmpty();
            assertThat(mistakesWith("file:" + reads)).as(name).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "setBody: {constant: \"${variable.snyc}\"}",
                "setBody: {constant: {expression: \"${variable.snyc}\"}}",
                "log: {message: x, description: \"${variable.snyc}\"}",
                "setBody: {simple: \"${variables.size} ${variables} ${variable.SYNC.name}\"}",
                "setBody: {simple: \"${variable.${header.name}} ${variable.a${header.name}} ${variable.{{name:x}}}\"}",
                "setBody: {simple: \"${variable.header:sync.x} ${variable.exchange:sync}\"}",
                "setBody: {tokenize: {token: x, source: snyc}}",
                "to: {uri: \"seda:x\", parameters: {variable: snyc}}",
                "setVariable: {name: \"${header.name}\", variable: snyc}"
            })
    void whatIsNoVariableOrKnownOnlyLaterIsNoMistake(String step) throws IOException {
        assertThat(mistakesOf(step)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "setBody: {constant: \"${nosuch(${body})}\"}",
                "setBody: {groovy: \"\\\"${nosuch(${body})}\\\"\"}",
                "to: {uri: \"seda:x\", parameters: {simple: \"${nosuch(${body})}\"}}",
                "setBody: {simple: \"{\\\"a\\\": {\\\"b\\\": \\\"${body}\\\"}}\"}",
                "setBody: {simple: \"${body.nameOfSync} ${body.a[${header.i}].b(${body})} ${variable.${header.name}}\"}",
                "setBody: {simple: \"${bean:nobody?method=x(${body})} ${ref:nobody} ${bean:nobody.x}\"}",
                "setBody: {simple: \"${type:no.Such.FIELD} ${bodyAs(no.Such)} ${${header.name}}\"}",
                "setBody: {simple: \"${jq(.a)} ${jsonpath($.a)} ${function(own)} ${attachments.size}\"}",
                "setBody: {simple: \"${iif(${body} > 1,'a','b')} ${replace(a,${header.a})} ${hash(${body},SHA-256)}\"}",
                "setBody: {simple: \"${date:now:yyyy} ${random(${header.a},${header.b})} ${body.replace('}', 'x')}\"}",
                "setBody: {simple: \"$init{ $a := ${body}; }init$ ${body} == 'x' ? 'a' : ${body}\"}",
                "setBody: {simple: \"${{{name:body}}} ${nosuch{{name:}}(${body})}\"}",
                "filter: {simple: \"${body} {{operator:==}} {{what:'x'}}\", steps: [{stop: {}}]}",
                "filter: {simple: \"${header.a} range '${header.b}..${header.c}'\", steps: [{stop: {}}]}",
                "filter: {simple: \"${body} == '${header.a}' || ${body.size} > 1\", steps: [{stop: {}}]}"
            })
    void whatSimpleReadsOrOnlyARunCanTellIsNoMistake(String step) throws IOException {
        assertThat(mistakesOf(step)).isEmpty();
    }

    private static List<String> mistakesOf(String step) throws IOException {
        Path file = Files.writeString(directory.resolve("step.camel.yaml"), HEAD + "        - " + step + "\n");
        return mistakesWith("file:" + file);
    }

    private static List<String> mistakesWith(String... files) {
        return RouteFiles.at("classpath:routes/*.camel.yaml," + String.join(",", files))
                .mistakes();
    }

    @Test
    void aFileThatIsNotThereIsAMistakeToo() {
        assertThat(RouteFiles.at("file:" + directory + "/nowhere/*.camel.yaml").mistakes())
                .singleElement()
                .asString()
                .contains("EXTRA_ROUTES", "there is no file", "nowhere");
    }

    /** As Kubernetes has beside the files that it mounts. */
    @Test
    void aDirectoryBesideTheFilesIsNoMistake(@TempDir Path mounted) throws IOException {
        Files.createDirectory(mounted.resolve("..data"));
        Files.writeString(mounted.resolve("team.camel.yaml"), HEAD + "        - stop: {}\n");

        assertThat(mistakesWith("file:" + mounted + "/*")).isEmpty();
    }

    /** What is no address is looked for on the class path. */
    @ParameterizedTest
    @ValueSource(strings = {"work/x.yaml", "work/*.yaml"})
    void aFileBeginsWithFile(String path) {
        assertThat(mistakesWith(path))
                .containsExactly("EXTRA_ROUTES: there is no " + path
                        + " on the class path; a file begins with file:, such as file:" + path);
    }

    /** A setting may be a secret. */
    @Test
    void whatSettingsPutIntoAnExpressionIsNotTold() throws Exception {
        Path file = Files.writeString(
                directory.resolve("setting.camel.yaml"),
                HEAD + "        - setBody: {simple: \"{{A_SETTING:MARKER}} ${body\"}\n");

        assertThat(byCamel(RouteFiles.at("file:" + file), file))
                .startsWith(file + ":2: ")
                .contains("Simple cannot read an expression with settings in it")
                .doesNotContain("MARKER");
    }

    /** The real program: one mistake that is found in the file, and one of each kind that Camel finds. */
    @ParameterizedTest
    @ValueSource(
            strings = {"misspelt extension point", "misspelt variable in a condition", "unknown step", "unknown bean"})
    void theStartEndsWithThatOneLine(String name) throws IOException {
        Case wrong = CASES.stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
        Path file = save(wrong);

        Program.Ended end = Program.run(
                directory.resolve(name.replace(' ', '-')),
                Map.of(
                        "EXTRA_ROUTES", "file:" + file,
                        "KMS_BASE_URL", "http://127.0.0.1:1",
                        "KMS_CLIENT_ID", "client",
                        "KMS_CLIENT_SECRET", "secret",
                        "SECRET_SYNC_ENCRYPTION_KEY", Base64.getEncoder().encodeToString(new byte[32]),
                        "SERVER_PORT", "0",
                        "MANAGEMENT_SERVER_PORT", "0"));

        assertThat(end.complaints()).as("all of it: %s", end.text()).hasSize(1);
        assertThat(end.complaints().get(0))
                .contains("Cannot start: " + file + ":" + wrong.line() + ": ", wrong.named());
        assertThat(end.exitCode()).isNotZero();
    }

    private static Path save(Case wrong) throws IOException {
        Path file = directory.resolve(wrong.name().replace(' ', '-') + ".camel.yaml");
        return Files.writeString(file, wrong.text());
    }
}
