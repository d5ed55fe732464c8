package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** How the files of the console are served, and what they may not have in them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsoleFilesTest {
    private static final Path STATIC = Path.of("src/main/resources/static");
    private static final Pattern REFERENCE =
            Pattern.compile("(?:src|href)=\"([^\"#]+)\"|from \"([^\"]+)\"|import\\(\"([^\"]+)\"\\)|src: \"([^\"]+)\"");

    private final HttpClient http = HttpClient.newHttpClient();
    private RunningService service;

    @BeforeAll
    void start(@TempDir Path directory) {
        service = RunningService.start(directory);
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void everyone_gets_the_files_and_nobody_the_data() throws Exception {
        List<Path> files = files();
        assertThat(files).hasSizeGreaterThan(15);
        for (Path file : files) {
            HttpResponse<String> answer = get("/" + STATIC.relativize(file), null);
            assertThat(answer.statusCode()).as(file.toString()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(Files.readString(file));
        }
        HttpResponse<String> front = get("/", null);
        assertThat(front.statusCode()).isEqualTo(200);
        assertThat(front.body()).isEqualTo(Files.readString(STATIC.resolve("index.html")));
        assertThat(get("/console/none.js", null).statusCode()).isEqualTo(404);
        assertThat(get("/console/../application.yaml", null).statusCode()).isIn(400, 401);
        assertThat(get("/api/v1/secret-syncs?projectId=" + service.project.id(), null)
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void a_browser_is_told_to_run_nothing_else_and_to_ask_whether_a_file_is_the_same() throws Exception {
        for (String path : List.of("/", "/index.html", "/console/app.js", "/console/console.css")) {
            HttpResponse<String> answer = get(path, null);
            assertThat(header(answer, "Content-Security-Policy"))
                    .as(path)
                    .isEqualTo("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
                            + " img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
            assertThat(header(answer, "X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(header(answer, "Referrer-Policy")).isEqualTo("no-referrer");
            assertThat(header(answer, "Cross-Origin-Opener-Policy")).isEqualTo("same-origin");
            assertThat(header(answer, "Cache-Control")).isEqualTo("no-cache");
            String etag = header(answer, "ETag");
            assertThat(etag).isNotEmpty();
            HttpResponse<String> again = get(path, etag);
            assertThat(again.statusCode()).isEqualTo(304);
            assertThat(again.body()).isEmpty();
            assertThat(get(path, "\"another\"").statusCode()).isEqualTo(200);
        }
        assertThat(header(get("/docs/", null), "Content-Security-Policy"))
                .contains("default-src 'none'", "script-src 'self';", "frame-ancestors 'none'");
        HttpResponse<String> api = get("/api/v1/secret-syncs/options", null);
        assertThat(header(api, "Content-Security-Policy")).startsWith("default-src 'none'");
        assertThat(header(api, "Cache-Control")).contains("no-store");
    }

    @Test
    void text_never_becomes_markup_and_nothing_comes_from_elsewhere_or_is_kept() throws Exception {
        for (Path file : files()) {
            String text = Files.readString(file);
            assertThat(text)
                    .as(file.toString())
                    .doesNotContain(
                            "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function")
                    .doesNotContain("localStorage", "sessionStorage", "indexedDB", "document.cookie")
                    .doesNotContain(" style=\"", "<style", "javascript:");
            assertThat(references(text))
                    .as(file.toString())
                    .noneMatch(reference -> reference.contains("//"))
                    .allMatch(reference -> reference.endsWith("/")
                            || Files.exists(file.resolveSibling(reference).normalize())
                            || Files.exists(STATIC.resolve(reference)));
        }
    }

    private static List<String> references(String text) {
        return REFERENCE
                .matcher(text)
                .results()
                .map(found -> Stream.of(1, 2, 3, 4)
                        .map(found::group)
                        .filter(group -> group != null)
                        .findFirst()
                        .orElseThrow())
                .filter(reference -> !reference.startsWith("#"))
                .toList();
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> console = Files.walk(STATIC.resolve("console"))) {
            return Stream.concat(Stream.of(STATIC.resolve("index.html")), console.filter(Files::isRegularFile))
                    .sorted()
                    .toList();
        }
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    private HttpResponse<String> get(String path, String etag) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(service.base() + path));
        if (etag != null) {
            request.header("If-None-Match", etag);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }
}
