package ai.hanzo.kms.secretsync.kms;

import ai.hanzo.kms.secretsync.sync.SecretText;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * A KMS that answers what a test tells it to, and remembers what it was asked. Routes nobody scripted answer as the KMS does
 * for a route it does not have. Time passes only when a client waits.
 */
final class ScriptedKms implements AutoCloseable {
    static final SecretText SERVICE_SECRET = SecretText.of("MARKER-client-secret");
    static final String SERVICE_TOKEN = "MARKER-service-token";

    record Asked(String method, String path, Map<String, String> query, Map<String, String> headers, String body) {
        String header(String name) {
            return headers.get(name.toLowerCase(java.util.Locale.ROOT));
        }
    }

    record Answer(int status, Map<String, String> headers, byte[] body) {
        static Answer json(int status, String body) {
            return new Answer(
                    status,
                    Map.of("Content-Type", "application/json; charset=utf-8"),
                    body.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        }

        static Answer error(int status, String error, String message) {
            return json(
                    status,
                    "{'reqId':'req-12345678901234','statusCode':" + status + ",'message':'" + message + "','error':'"
                            + error + "'}");
        }

        Answer with(String name, String value) {
            Map<String, String> more = new LinkedHashMap<>(headers);
            more.put(name, value);
            return new Answer(status, more, body);
        }
    }

    /** Time that passes by waiting. */
    static final class Time extends Clock implements Pause {
        private Instant now = Instant.parse("2026-11-23T12:00:00Z");
        final List<Duration> pauses = new CopyOnWriteArrayList<>();

        @Override
        public synchronized void of(Duration duration) {
            pauses.add(duration);
            now = now.plus(duration);
        }

        synchronized void pass(Duration duration) {
            now = now.plus(duration);
        }

        @Override
        public synchronized Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    final Time time = new Time();
    final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final Map<String, Function<Asked, Answer>> always = new ConcurrentHashMap<>();
    private final Map<String, Deque<Answer>> once = new ConcurrentHashMap<>();
    private final HttpServer server;
    private final ExecutorService workers = Executors.newCachedThreadPool();

    ScriptedKms() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(workers);
        server.createContext("/", this::handle);
        server.start();
        on("POST /api/v1/auth/universal-auth/login", login(SERVICE_TOKEN, 7200));
    }

    static Answer login(String token, long expiresIn) {
        return Answer.json(
                200,
                "{'accessToken':'" + token + "','expiresIn':" + expiresIn
                        + ",'accessTokenMaxTTL':2592000,'tokenType':'Bearer'}");
    }

    ScriptedKms on(String route, Answer answer) {
        return on(route, asked -> answer);
    }

    ScriptedKms on(String route, Function<Asked, Answer> answer) {
        always.put(route, answer);
        return this;
    }

    /** Answers that come first, each once. */
    ScriptedKms first(String route, Answer... answers) {
        once.computeIfAbsent(route, r -> new ArrayDeque<>()).addAll(List.of(answers));
        return this;
    }

    List<Asked> asked(String route) {
        return asked.stream()
                .filter(a -> (a.method() + " " + a.path()).equals(route))
                .toList();
    }

    URI base() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    KmsProperties properties() {
        return new KmsProperties(base().toString(), "service-client", SERVICE_SECRET);
    }

    KmsHttp http() {
        return new KmsHttp(base(), time, time);
    }

    KmsSession session() {
        return new KmsSession(http(), properties());
    }

    KmsSource source() {
        KmsHttp http = http();
        return new KmsSource(http, new KmsSession(http, properties()), new KmsReader());
    }

    KmsCallers callers() {
        return new KmsCallers(http(), new KmsReader(), new LoginGuard(time, properties()));
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Map<String, String> headers = new LinkedHashMap<>();
            exchange.getRequestHeaders()
                    .forEach((name, values) -> headers.put(name.toLowerCase(java.util.Locale.ROOT), values.get(0)));
            Asked request = new Asked(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().getRawPath(),
                    query(exchange.getRequestURI().getRawQuery()),
                    headers,
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            asked.add(request);
            Answer answer = answer(request);
            answer.headers().forEach(exchange.getResponseHeaders()::add);
            long length = answer.body().length == 0 ? -1 : answer.body().length;
            if (answer.headers().containsKey("X-Truncate")) {
                length += 10;
            }
            exchange.sendResponseHeaders(answer.status(), length);
            exchange.getResponseBody().write(answer.body());
        }
    }

    private Answer answer(Asked request) {
        String route = request.method() + " " + request.path();
        Deque<Answer> first = once.get(route);
        if (first != null) {
            synchronized (first) {
                if (!first.isEmpty()) {
                    return first.poll();
                }
            }
        }
        Function<Asked, Answer> answer = always.get(route);
        return answer == null
                ? Answer.json(
                        404,
                        "{'message':'Route " + request.method() + ":" + request.path()
                                + "?environment=x not found','error':'Not Found','statusCode':404}")
                : answer.apply(request);
    }

    private static Map<String, String> query(String raw) {
        Map<String, String> query = new LinkedHashMap<>();
        for (String pair : raw == null ? new String[0] : raw.split("&")) {
            int at = pair.indexOf('=');
            query.put(pair.substring(0, at), URLDecoder.decode(pair.substring(at + 1), StandardCharsets.UTF_8));
        }
        return query;
    }

    @Override
    public void close() {
        server.stop(0);
        workers.shutdownNow();
    }
}
