package ai.hanzo.kms.secretsync.api;

import static ai.hanzo.kms.secretsync.api.Examples.SYNC;
import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.sync.Rejection;
import ai.hanzo.kms.secretsync.sync.SecretSync;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.data.jdbc.JdbcRepositoriesAutoConfiguration;
import org.springframework.boot.autoconfigure.flyway.FlywayAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.autoconfigure.quartz.QuartzAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.task.DelegatingSecurityContextAsyncTaskExecutor;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;
import org.springframework.web.filter.OncePerRequestFilter;

/** The whole way of a request: filters, Camel's REST DSL, the beans of this package, and back. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        classes = ApiOverHttpTest.Application.class,
        properties = {
            "camel.main.routes-include-pattern=classpath:api-pattern/*.camel.yaml",
            "camel.component.platform-http.header-filter-strategy=#apiHeaderFilter",
            "spring.mvc.formcontent.filter.enabled=false",
            "spring.servlet.multipart.enabled=false",
            "spring.main.banner-mode=off"
        })
@ExtendWith(OutputCaptureExtension.class)
class ApiOverHttpTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SYNCS = "/api/v1/secret-syncs/aws-secrets-manager";

    private final HttpClient client = HttpClient.newHttpClient();

    @LocalServerPort
    private int port;

    @Autowired
    private StandIn standIn;

    @Test
    void a_sync_is_created() throws Exception {
        HttpResponse<String> response = send("POST", SYNCS, Examples.CREATE, "Content-Type", "application/json");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json;charset=utf-8");
        assertThat(json(response).at("/secretSync/syncOptions/keySchema").asText())
                .isEqualTo("INFISICAL_{{secretKey}}");
        assertThat(((CreateSyncRequest) standIn.last.get()).name()).isEqualTo("sync-many");
        assertThat(standIn.user.get()).isEqualTo("somebody");
    }

    @Test
    void path_and_query_are_read_from_the_url_and_not_from_headers() throws Exception {
        HttpResponse<String> response = send(
                "GET",
                SYNCS + "/sync-name/%20my-sync%20?projectId=p%22%201&projectid=x",
                null,
                "projectId",
                "evil",
                "syncName",
                "evil");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(standIn.last.get()).isEqualTo(List.of("p\" 1", "my-sync"));

        assertThat(send("GET", "/api/v1/secret-syncs", null, "projectId", "P").statusCode())
                .isEqualTo(422);
        assertThat(send("GET", "/api/v1/secret-syncs/?projectId=P", null).statusCode())
                .isEqualTo(200);
    }

    @Test
    void an_update_has_path_and_body() throws Exception {
        HttpResponse<String> response = send(
                "PATCH",
                SYNCS + "/" + SYNC,
                "{\"isAutoSyncEnabled\":false}",
                "Content-Type",
                "application/json; charset=UTF-8");
        assertThat(response.statusCode()).isEqualTo(200);
        UpdateSyncRequest update = (UpdateSyncRequest) standIn.last.get();
        assertThat(update.autoSyncEnabled()).isFalse();
        assertThat(update.description().given()).isFalse();
    }

    @Test
    void delete_works_with_and_without_body_and_content_type() throws Exception {
        String sync = SYNCS + "/" + SYNC;
        assertThat(send("DELETE", sync, null).statusCode()).isEqualTo(200);
        assertThat(standIn.last.get()).isEqualTo(List.of(SYNC, false));
        assertThat(send("DELETE", sync + "?removeSecrets=true", "{\"removeSecrets\":false}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(standIn.last.get()).isEqualTo(List.of(SYNC, true));
        assertThat(send("DELETE", sync, "{\"removeSecrets\":false}", "Content-Type", "application/json")
                        .statusCode())
                .isEqualTo(200);
        assertThat(standIn.last.get()).isEqualTo(List.of(SYNC, false));
        assertThat(send("DELETE", sync + "?removeSecrets=yes", null).statusCode())
                .isEqualTo(422);
    }

    @Test
    void post_without_body_and_content_type_works() throws Exception {
        String trigger = SYNCS + "/" + SYNC + "/sync-secrets";
        assertThat(send("POST", trigger, null).statusCode()).isEqualTo(200);
        assertThat(send("POST", trigger + "/", null).statusCode()).isEqualTo(200);
        assertThat(send("POST", trigger, "{}", "Content-Type", "application/json")
                        .statusCode())
                .isEqualTo(200);
        assertThat(raw("POST " + trigger + " HTTP/1.1\r\nContent-Length: 0\r\n"))
                .startsWith("HTTP/1.1 200");
        assertThat(raw("POST " + trigger + " HTTP/1.1\r\n")).startsWith("HTTP/1.1 200");
    }

    @Test
    void all_issues_come_at_once() throws Exception {
        HttpResponse<String> response = send("POST", SYNCS, "{\"name\":\"Bad Name\"}");
        JsonNode error = error(response, 422, "ValidationFailure");
        assertThat(error.get("message").findValuesAsText("code")).hasSize(7);
        assertThat(error.at("/message/0"))
                .isEqualTo(JSON.readTree("{\"code\":\"custom\",\"path\":[\"name\"],\"message\":"
                        + "\"name field can only contain lowercase letters, numbers, and hyphens\"}"));
    }

    @Test
    void a_path_parameter_has_issues_too() throws Exception {
        JsonNode error = error(send("GET", SYNCS + "/not-a-uuid", null), 422, "ValidationFailure");
        assertThat(error.at("/message/0"))
                .isEqualTo(JSON.readTree("{\"validation\":\"uuid\",\"code\":\"invalid_string\","
                        + "\"path\":[\"syncId\"],\"message\":\"Invalid uuid\"}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "{} {}",
                "{'a':1}",
                "{\"name\":\"hush\",\"name\":\"hush\"}",
                "\"\\ud8\"",
                "nul",
                "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
            })
    void malformed_json_is_refused_without_being_quoted(String body) throws Exception {
        HttpResponse<String> response = send("POST", SYNCS, body, "Content-Type", "application/json");
        JsonNode error = error(response, 400, "BadRequest");
        assertThat(error.get("message").asText()).startsWith("The request body is not valid JSON");
        assertThat(response.body()).doesNotContain("hush");
    }

    @Test
    void a_body_in_another_charset_is_refused() throws Exception {
        for (byte[] body : List.of(
                new byte[] {'"', (byte) 0xC3, '"'},
                new byte[] {'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"'},
                "{}".getBytes(StandardCharsets.UTF_16LE))) {
            HttpRequest.Builder request = request(SYNCS).method("POST", BodyPublishers.ofByteArray(body));
            request.header("Content-Type", "application/json; charset=ISO-8859-1");
            error(client.send(request.build(), HttpResponse.BodyHandlers.ofString()), 400, "BadRequest");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "application/x-java-serialized-object",
                "application/jsonp",
                "nonsense",
                "\"unclosed",
                "application/json; charset=\"unclosed"
            })
    void other_content_types_are_refused(String type) throws Exception {
        for (String verb : List.of("POST", "PATCH", "DELETE")) {
            String path = verb.equals("POST") ? SYNCS : SYNCS + "/" + SYNC;
            error(send(verb, path, "name=x&CamelHttpUri=y", "Content-Type", type), 415, "UnsupportedMediaType");
        }
    }

    @Test
    void a_compressed_body_is_refused() throws Exception {
        error(
                send("POST", SYNCS, "{}", "Content-Type", "application/json", "Content-Encoding", "gzip"),
                415,
                "UnsupportedMediaType");
    }

    @Test
    void large_bodies_are_refused_chunked_or_not() throws Exception {
        byte[] body = ("\"" + "x".repeat(2 * 1024 * 1024) + "\"").getBytes(StandardCharsets.UTF_8);
        HttpRequest whole = request(SYNCS)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(body))
                .build();
        HttpRequest chunked = request(SYNCS)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
                .build();
        error(client.send(whole, HttpResponse.BodyHandlers.ofString()), 413, "PayloadTooLarge");
        error(client.send(chunked, HttpResponse.BodyHandlers.ofString()), 413, "PayloadTooLarge");

        String largest = "{\"x\":\"" + "x".repeat(ApiRequestFilter.LARGEST_BODY - 8) + "\"}";
        error(send("POST", SYNCS, largest, "Content-Type", "application/json"), 422, "ValidationFailure");
    }

    @Test
    void unknown_paths_and_verbs_are_told_in_the_same_envelope() throws Exception {
        error(send("GET", "/api/v1/nothing", null), 404, "NotFound");
        error(send("GET", "/nothing", null, "Accept", "text/html"), 404, "NotFound");
        error(send("GET", "/error", null, "Accept", "text/html"), 404, "NotFound");
        HttpResponse<String> put = send("PUT", SYNCS, "{}");
        error(put, 405, "MethodNotAllowed");
        assertThat(put.headers().firstValue("Allow")).hasValue("POST");
        assertThat(send("GET", "/api/v1/secret-syncs/options", null, "Accept", "text/html")
                        .statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "GET /api/v1/secret-syncs/%zz HTTP/1.1, 400, BadRequest",
        "GET /api/v1/secret-syncs/a|b HTTP/1.1, 400, BadRequest",
        "GET /api/v1//secret-syncs HTTP/1.1, 400, BadRequest",
        "GET /api/v1/secret-syncs;a=b HTTP/1.1, 400, BadRequest",
        "G@T /api/v1/secret-syncs HTTP/1.1, 400, BadRequest",
        "TRACE /api/v1/secret-syncs HTTP/1.1, 400, BadRequest"
    })
    void what_the_server_itself_refuses_has_the_envelope(String line, String status, String error) throws Exception {
        String response = raw(line + "\r\n");
        assertThat(response).startsWith("HTTP/1.1 " + status).contains("application/json");
        String envelope = "\\{\"reqId\":\"req-[A-Za-z0-9]{14}\",\"statusCode\":" + status;
        assertThat(response).containsPattern(envelope).contains("\"error\":\"" + error + "\"");
    }

    @Test
    void a_body_that_breaks_off_is_refused() throws Exception {
        String post = "POST " + SYNCS + " HTTP/1.1\r\nContent-Type: application/json\r\n";
        assertThat(raw(post + "Transfer-Encoding: chunked\r\n", "zz\r\n"))
                .startsWith("HTTP/1.1 400")
                .contains("req-");
        assertThat(raw(post + "Content-Length: 10\r\n", "{}"))
                .startsWith("HTTP/1.1 400")
                .contains("req-");
    }

    @Test
    void no_credentials_and_too_few() throws Exception {
        HttpRequest anonymous = HttpRequest.newBuilder(URI.create("http://localhost:" + port + SYNCS))
                .build();
        JsonNode error = error(client.send(anonymous, HttpResponse.BodyHandlers.ofString()), 401, "UnauthorizedError");
        assertThat(error.get("message").asText()).isEqualTo("Token missing");
        error(send("GET", "/api/v1/forbidden", null), 403, "PermissionDenied");
    }

    @Test
    void no_header_comes_back_and_none_steers_camel() throws Exception {
        HttpResponse<String> response = send(
                "GET",
                SYNCS + "/" + SYNC + "?CamelHttpResponseCode=299&x-request-id=req-evil",
                null,
                "Cookie",
                "session=hush",
                "X-Custom",
                "hush",
                "CamelHttpResponseCode",
                "299",
                "camelBeanMethodName",
                "other",
                "CAMELHTTPURI",
                "http://evil",
                "x-request-id",
                "req-00000000000000");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().map().toString().toLowerCase(Locale.ROOT))
                .doesNotContain("hush", "bearer", "camel", "x-custom", "user-agent", "x-request-id", "syncid");
        assertThat(standIn.headers.get().get("x-request-id"))
                .asString()
                .matches(RequestIds.SHAPE)
                .isNotEqualTo("req-00000000000000");
        // Those that Camel sets itself, the path parameter, and our id: nothing that the caller could choose.
        assertThat(standIn.headers.get().keySet())
                .containsExactlyInAnyOrder(
                        "x-request-id",
                        "syncId",
                        "CamelHttpMethod",
                        "CamelHttpPath",
                        "CamelHttpQuery",
                        "CamelHttpUri",
                        "CamelHttpUrl",
                        "CamelHttpCharacterEncoding",
                        "CamelHttpServletRequest",
                        "CamelHttpServletResponse",
                        "CamelPlatformHttpContextPath");
    }

    @Test
    void a_rejection_has_its_kind() throws Exception {
        standIn.failure.set(new IllegalStateException(Rejection.notFound("Could not find it")));
        HttpResponse<String> response = send("GET", SYNCS + "/" + SYNC, null);
        assertThat(error(response, 404, "NotFound").get("message").asText()).isEqualTo("Could not find it");
        standIn.failure.set(new Rejection(Rejection.Kind.RATE_LIMITED, "Rate limit exceeded"));
        response = send("GET", SYNCS + "/" + SYNC, null);
        error(response, 429, "RateLimitExceeded");
        assertThat(response.headers().firstValue("Retry-After")).hasValue("60");
    }

    @Test
    void what_is_our_fault_is_told_to_the_log_without_values(CapturedOutput log) throws Exception {
        standIn.failure.set(new IllegalStateException("hush-1", new IOException("hush-2")));
        HttpResponse<String> response = send("GET", SYNCS + "/" + SYNC, null);
        JsonNode error = error(response, 500, "InternalServerError");
        assertThat(error.get("message").asText()).isEqualTo("Something went wrong");
        assertThat(log.getAll())
                .contains(error.get("reqId").asText(), "java.lang.IllegalStateException", "java.io.IOException")
                .contains("ApiOverHttpTest.what_is_our_fault")
                .doesNotContain("hush");
        standIn.failure.set(new StackOverflowError("hush-3"));
        error(send("GET", SYNCS + "/" + SYNC, null), 500, "InternalServerError");
        assertThat(log.getAll()).doesNotContain("hush");
    }

    private HttpResponse<String> send(String verb, String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request =
                request(path).method(verb, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .header("Authorization", "Bearer good");
    }

    /** Sends what no decent client would. */
    private String raw(String request) throws IOException {
        return raw(request, "");
    }

    private String raw(String request, String body) throws IOException {
        try (Socket socket = new Socket("localhost", port)) {
            socket.getOutputStream()
                    .write((request + "Host: localhost\r\nAuthorization: Bearer good\r\nConnection: close\r\n\r\n"
                                    + body)
                            .getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static JsonNode error(HttpResponse<String> response, int status, String error) throws IOException {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json;charset=utf-8");
        JsonNode envelope = json(response);
        assertThat(envelope.fieldNames()).toIterable().containsExactly("reqId", "statusCode", "message", "error");
        assertThat(envelope.get("reqId").asText()).matches("req-[A-Za-z0-9]{14}");
        assertThat(envelope.get("statusCode").isInt()).isTrue();
        assertThat(envelope.get("statusCode").asInt()).isEqualTo(status);
        assertThat(envelope.get("error").asText()).isEqualTo(error);
        assertThat(envelope.get("message").isArray()).isEqualTo(status == 422);
        return envelope;
    }

    private static JsonNode json(HttpResponse<String> response) throws IOException {
        return JSON.readTree(response.body());
    }

    /** Not annotated as a configuration, so that nobody else's component scan finds it. */
    @EnableAutoConfiguration(
            exclude = {
                DataSourceAutoConfiguration.class,
                FlywayAutoConfiguration.class,
                JdbcRepositoriesAutoConfiguration.class,
                QuartzAutoConfiguration.class
            })
    @ComponentScan(basePackageClasses = ApiJson.class)
    static class Application {
        @Bean
        KnownNames knownNames() {
            return Examples.NAMES;
        }

        @Bean
        StandIn standIn() {
            return new StandIn();
        }

        /** Without it the routes run on any executor there is, and do not know who asks. */
        @Bean
        Executor apiExecutor() {
            ThreadPoolTaskExecutor threads = new ThreadPoolTaskExecutor();
            threads.setCorePoolSize(4);
            threads.initialize();
            return new DelegatingSecurityContextAsyncTaskExecutor(threads);
        }

        @Bean
        SecurityFilterChain security(HttpSecurity http, ServletErrors errors) throws Exception {
            return http.csrf(AbstractHttpConfigurer::disable)
                    .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                    .authorizeHttpRequests(
                            requests -> requests.dispatcherTypeMatchers(DispatcherType.ASYNC, DispatcherType.ERROR)
                                    .permitAll()
                                    .requestMatchers("/api/v1/forbidden")
                                    .denyAll()
                                    .requestMatchers("/api/**")
                                    .authenticated()
                                    .anyRequest()
                                    .permitAll())
                    .exceptionHandling(
                            failed -> failed.authenticationEntryPoint(errors).accessDeniedHandler(errors))
                    .addFilterBefore(new GoodToken(), AnonymousAuthenticationFilter.class)
                    .build();
        }
    }

    private static final class GoodToken extends OncePerRequestFilter {
        @Override
        protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws ServletException, IOException {
            if ("Bearer good".equals(request.getHeader("Authorization"))) {
                SecurityContextHolder.getContext()
                        .setAuthentication(new TestingAuthenticationToken("somebody", null, "ROLE_USER"));
            }
            chain.doFilter(request, response);
        }
    }

    /** Stands in for what the service does with a request. */
    static class StandIn {
        final AtomicReference<Object> last = new AtomicReference<>();
        final AtomicReference<String> user = new AtomicReference<>();
        final AtomicReference<Map<String, Object>> headers = new AtomicReference<>();
        final AtomicReference<Throwable> failure = new AtomicReference<>();

        public List<SecretSyncView> list(String projectId) {
            last.set(projectId);
            return List.of(Examples.view(Examples.manyToOne()));
        }

        public SecretSyncView get(UUID syncId, Exchange exchange) throws Throwable {
            last.set(syncId);
            headers.set(Map.copyOf(nonNull(exchange.getMessage().getHeaders())));
            Throwable planned = failure.getAndSet(null);
            if (planned != null) {
                throw planned;
            }
            return Examples.view(Examples.manyToOne());
        }

        public SecretSyncView getByName(String projectId, String name) {
            last.set(List.of(projectId, name));
            return Examples.view(Examples.manyToOne());
        }

        public SecretSyncView create(CreateSyncRequest request) {
            last.set(request);
            user.set(SecurityContextHolder.getContext().getAuthentication().getName());
            return Examples.view(Examples.manyToOne());
        }

        public SecretSyncView update(UUID syncId, UpdateSyncRequest request) {
            last.set(request);
            SecretSync updated = request.applyTo(Examples.manyToOne());
            return Examples.view(updated);
        }

        public SecretSyncView delete(UUID syncId, boolean removeSecrets) {
            last.set(List.of(syncId, removeSecrets));
            return Examples.view(Examples.manyToOne());
        }

        private static Map<String, Object> nonNull(Map<String, Object> headers) {
            Map<String, Object> copy = new HashMap<>();
            headers.forEach((name, value) -> copy.put(name, value == null ? "" : value));
            return copy;
        }
    }
}
