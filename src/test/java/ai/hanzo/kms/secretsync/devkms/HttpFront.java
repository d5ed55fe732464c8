package ai.hanzo.kms.secretsync.devkms;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** The HTTP side: faults, rate limits, authentication, entity tags, error envelopes and the request log. */
final class HttpFront implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(HttpFront.class.getName());
    private static final int THREADS = 16;
    private static final int LARGEST_BODY = 1024 * 1024;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS, HttpFront::daemon);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final List<LoggedRequest> log = new CopyOnWriteArrayList<>();
    private final Faults faults = new Faults();
    private final Router router;
    private final RateLimiter rateLimiter;
    private final Tokens tokens;
    private final Vault vault;
    private final Behaviour behaviour;
    private final KmsClock clock;

    HttpFront(
            int port,
            Router router,
            RateLimiter rateLimiter,
            Tokens tokens,
            Vault vault,
            Behaviour behaviour,
            KmsClock clock) {
        this.router = router;
        this.rateLimiter = rateLimiter;
        this.tokens = tokens;
        this.vault = vault;
        this.behaviour = behaviour;
        this.clock = clock;
        try {
            server = HttpServer.create(
                    new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), 0);
        } catch (IOException unavailable) {
            throw new UncheckedIOException(unavailable);
        }
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "development-kms");
        thread.setDaemon(true);
        return thread;
    }

    URI baseUrl() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    Faults faults() {
        return faults;
    }

    List<LoggedRequest> log() {
        return List.copyOf(log);
    }

    void clearLog() {
        log.clear();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            KmsRequest request = KmsRequest.of(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI(),
                    exchange.getRequestHeaders(),
                    body(exchange));
            Call call =
                    new Call(request, exchange.getRemoteAddress().getAddress().getHostAddress());
            Optional<Fault> fault = faults.take(request.uri().getPath());
            if (fault.isPresent() && fault.get() instanceof Fault.Delay delay) {
                awaitClosed(delay);
            }
            if (fault.isPresent() && fault.get() instanceof Fault.Drop) {
                call.logged(0);
                return;
            }
            KmsResponse response = fault.isPresent() && fault.get() instanceof Fault.Status status
                    ? failure(KmsError.of(status.status(), "InjectedFault", "Injected fault"))
                            .with(status.headers())
                    : call.answer();
            if (fault.isPresent() && fault.get() instanceof Fault.LoseAnswer) {
                call.logged(0);
                return;
            }
            call.logged(response.status());
            send(exchange, response, fault.isPresent() && fault.get() instanceof Fault.Truncate);
        }
    }

    /** The request's body, or null if it is larger than accepted; read to its end either way. */
    private static byte[] body(HttpExchange exchange) throws IOException {
        InputStream in = exchange.getRequestBody();
        byte[] body = in.readNBytes(LARGEST_BODY + 1);
        in.transferTo(OutputStream.nullOutputStream());
        return body.length > LARGEST_BODY ? null : body;
    }

    private void awaitClosed(Fault.Delay delay) {
        try {
            closed.await(delay.duration().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private static void send(HttpExchange exchange, KmsResponse response, boolean truncated) throws IOException {
        response.headers().forEach(exchange.getResponseHeaders()::set);
        byte[] body = response.body();
        boolean bodiless = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(response.status(), bodiless ? -1 : body.length);
        if (!bodiless) {
            exchange.getResponseBody().write(truncated ? Arrays.copyOf(body, body.length / 2) : body);
            exchange.getResponseBody().flush();
        }
    }

    /** One request on its way to an answer. */
    private final class Call {
        private final KmsRequest request;
        private final String client;
        private Identity caller;

        Call(KmsRequest request, String client) {
            this.request = request;
            this.client = client;
        }

        void logged(int status) {
            log.add(new LoggedRequest(
                    clock.now(),
                    request.method(),
                    request.uri().getPath(),
                    request.uri().getRawQuery(),
                    status,
                    caller == null ? null : caller.name()));
        }

        KmsResponse answer() {
            Optional<Router.Match> match = isHiddenVersion() ? Optional.empty() : router.match(request);
            if (match.isEmpty()) {
                return routeMissing();
            }
            RateLimiter.Verdict verdict = rateLimiter.count(match.get().route().kind(), client);
            if (verdict == null) {
                return tagged(carriedOut(match.get()));
            }
            if (verdict.refused()) {
                return failure(KmsError.of(
                                429,
                                "RateLimitExceeded",
                                "Rate limit exceeded. Please try again in " + verdict.resetSeconds() + " seconds"))
                        .with(rateHeaders(verdict))
                        .with(Map.of("retry-after", Long.toString(verdict.resetSeconds())));
            }
            return tagged(carriedOut(match.get())).with(rateHeaders(verdict));
        }

        private boolean isHiddenVersion() {
            return behaviour.v4Absent && request.uri().getPath().startsWith("/api/v4/");
        }

        /** The web framework's own answer, which has no {@code reqId}: so clients can tell it from a missing folder. */
        private KmsResponse routeMissing() {
            ObjectNode body = KmsRequest.JSON.createObjectNode();
            body.put("message", "Route " + request.method() + ":" + request.uri() + " not found");
            body.put("error", "Not Found").put("statusCode", 404);
            return KmsResponse.json(404, body);
        }

        private KmsResponse carriedOut(Router.Match match) {
            try {
                return vault.inTransaction(() -> {
                    if (!match.route().open()) {
                        caller = tokens.authenticate(request);
                    }
                    return match.route().handler().apply(match.request(), caller);
                });
            } catch (KmsError error) {
                return failure(error);
            } catch (RuntimeException unforeseen) {
                LOG.log(System.Logger.Level.ERROR, "Request failed", unforeseen);
                return failure(KmsError.internal());
            }
        }

        /** Upstream tags every answer with a body; only a repeated GET gets the short one. */
        private KmsResponse tagged(KmsResponse response) {
            String tag = '"' + sha1(response.body()) + '"';
            KmsResponse tagged = response.with(Map.of("ETag", tag));
            String known = request.header("If-None-Match").orElse("");
            boolean same = known.equals(tag) || known.equals("W/" + tag);
            return same && request.method().equals("GET") ? tagged.notModified() : tagged;
        }
    }

    private static Map<String, String> rateHeaders(RateLimiter.Verdict verdict) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("x-ratelimit-limit", Integer.toString(verdict.limit()));
        headers.put("x-ratelimit-remaining", Integer.toString(verdict.remaining()));
        headers.put("x-ratelimit-reset", Long.toString(verdict.resetSeconds()));
        return headers;
    }

    private static KmsResponse failure(KmsError error) {
        String requestId =
                "req-" + UUID.randomUUID().toString().replace("-", "").substring(0, 14);
        return KmsResponse.json(error.status(), error.body(requestId));
    }

    private static String sha1(byte[] body) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1").digest(body));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
