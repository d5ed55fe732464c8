package ai.hanzo.kms.secretsync.emulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * AWS Secrets Manager, STS and a little of KMS on one port of 127.0.0.1. Programs use {@link #endpoint()} as the
 * endpoint of an AWS SDK, with {@link #ACCESS_KEY_ID} or another key that was made known; every signature is checked.
 * The account comes from the key, the region from the signature. Safe for use by many threads.
 *
 * <p>What may go wrong, and when, is set by {@link #inject}, {@link #latency}, {@link #listLag}, {@link #quotas()},
 * {@link #deny} and {@link #clock()}. What happened is in {@link #journal()} and {@link #secret(String)}.
 */
public final class SecretsManagerEmulator implements AutoCloseable {
    /** The account of {@link #ACCESS_KEY_ID}. */
    public static final String ACCOUNT = "111111111111";
    /** The region that methods without one mean. */
    public static final String REGION = "us-east-1";
    /** A key that is known from the start. */
    public static final String ACCESS_KEY_ID = "AKIAEMULATOREXAMPLE0";
    /** Belongs to {@link #ACCESS_KEY_ID}. */
    public static final String SECRET_ACCESS_KEY = "emulator/example/secret/access/key/00000";

    private static final int BACKLOG = 512;
    private static final String STS = "sts";

    private final MutableClock clock = MutableClock.running();
    private final SecretStore store = new SecretStore(clock);
    private final KmsOperations kms = new KmsOperations();
    private final StsOperations sts = new StsOperations(clock);
    private final Permissions permissions = new Permissions();
    private final SecretListing listing = new SecretListing(store, clock, kms);
    private final SecretsManagerOperations operations =
            new SecretsManagerOperations(store, clock, kms, listing, permissions);
    private final SigV4Verifier verifier = new SigV4Verifier(sts::principal, clock);
    private final Faults faults = new Faults();
    private final Quotas quotas = new Quotas(clock);
    private final Journal journal = new Journal();
    private final PeoplesApi people = new PeoplesApi(this);
    private final HttpServer server;
    private final ExecutorService threads;
    private volatile Duration latency = Duration.ZERO;

    private SecretsManagerEmulator(int port) throws IOException {
        AtomicInteger count = new AtomicInteger();
        threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "emulator-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        server = HttpServer.create(
                new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), BACKLOG);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        addDefaults();
        server.start();
    }

    /**
     * @param port 0 for a free one
     * @throws UncheckedIOException when the port is taken
     */
    public static SecretsManagerEmulator start(int port) {
        // Without it each answer waits 40 ms for an acknowledgement; read when the server's class is loaded.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        try {
            return new SecretsManagerEmulator(port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts on a free port. */
    public static SecretsManagerEmulator start() {
        return start(0);
    }

    /** Where Secrets Manager, STS, KMS and the pages for people are. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    // Who may call

    /** Makes a long-term key known. */
    public void addAccessKey(String accessKeyId, String secretAccessKey, String account) {
        sts.addUser(accessKeyId, secretAccessKey, account, "emulator");
    }

    /** Makes a key unknown; calls with it answer {@code UnrecognizedClientException}. */
    public void removeAccessKey(String accessKeyId) {
        sts.removeKey(accessKeyId);
    }

    /** A role that anyone known may assume who sends {@code externalId} (null: whoever), for up to an hour. */
    public void addRole(String arn, String externalId) {
        addRole(arn, externalId, null, Duration.ofHours(1));
    }

    /**
     * @param externalId what a caller must send, null for nothing
     * @param trustedAccount whose users may assume it, null for any
     * @param maxSession the longest session it grants
     */
    public void addRole(String arn, String externalId, String trustedAccount, Duration maxSession) {
        sts.addRole(new StsOperations.Role(arn, externalId, trustedAccount, maxSession));
    }

    /** From now on nobody can assume the role; sessions go on until they expire. */
    public void removeRole(String arn) {
        sts.removeRole(arn);
    }

    /** Denies actions such as {@code GetSecretValue} or {@code sts:AssumeRole} to everyone. */
    public void deny(String... actions) {
        List.of(actions).forEach(action -> permissions.deny(null, action));
    }

    /** Denies an action to the callers of one account. */
    public void denyTo(String account, String action) {
        permissions.deny(account, action);
    }

    /** Takes denials back. */
    public void allow(String... actions) {
        List.of(actions).forEach(permissions::allow);
    }

    /**
     * Adds a customer managed KMS key.
     *
     * @param keyId a UUID
     * @param aliases each with {@code alias/} in front
     * @return its ARN
     */
    public String addKmsKey(String account, String region, String keyId, String... aliases) {
        return kms.add(account, region, keyId, List.of(aliases)).arn();
    }

    /** A key that is disabled fails to encrypt and to decrypt. */
    public void enableKmsKey(String account, String region, String keyId, boolean enabled) {
        kms.enable(account, region, keyId, enabled);
    }

    // What goes wrong, and time

    /** The time of dates, recovery windows, sessions, quotas and lagging lists. */
    public MutableClock clock() {
        return clock;
    }

    public void inject(Fault fault) {
        faults.add(fault);
    }

    public void clearFaults() {
        faults.clear();
    }

    /** How long each AWS call takes at least. */
    public void latency(Duration perCall) {
        latency = perCall;
    }

    /** Lists are answered as of so long ago, deleted secrets included; at most ten minutes. */
    public void listLag(Duration behind) {
        listing.lag(behind);
    }

    /** The request quotas, off at first. */
    public Quotas quotas() {
        return quotas;
    }

    /** How many label-less versions of the last 24 hours a secret may have; AWS's number, about 100, at first. */
    public void versionQuota(int versions) {
        operations.versionQuota(versions);
    }

    // What happened

    /** The AWS calls in the order in which they were answered, the last 200,000 at most. */
    public List<Call> journal() {
        return journal.calls();
    }

    public void clearJournal() {
        journal.clear();
    }

    /** How many calls of an operation there were, whatever came of them. */
    public long count(String operation) {
        return journal.count(operation);
    }

    /** The calls that would change Secrets Manager, whatever came of them. */
    public List<Call> writes() {
        return journal().stream().filter(Call::isWrite).toList();
    }

    // What is there

    /** All secrets by name, those scheduled for deletion included. */
    public List<Secret> secrets(String account, String region) {
        return store.partition(account, region).all();
    }

    /** The secrets of the default account and region. */
    public List<Secret> secrets() {
        return secrets(ACCOUNT, REGION);
    }

    public Optional<Secret> secret(String account, String region, String name) {
        return Optional.ofNullable(store.partition(account, region).get(name));
    }

    /** A secret of the default account and region. */
    public Optional<Secret> secret(String name) {
        return secret(ACCOUNT, REGION, name);
    }

    /** The current {@code SecretString} in the default account and region; null when there is none. */
    public String value(String name) {
        return secret(name).map(Secret::secretString).orElse(null);
    }

    /** Creates or changes a secret as somebody else would, past all checks and without a trace in the journal. */
    public Secret putForeign(ForeignSecret foreign) {
        Instant now = clock.instant();
        return store.partition(foreign.account(), foreign.region())
                .change(foreign.name(), existing -> foreign.appliedTo(existing, now));
    }

    /** Gives a secret of the default account and region a new value. */
    public Secret putForeign(String name, String value) {
        return putForeign(ForeignSecret.named(name).value(value));
    }

    /**
     * Deletes a secret at once, as somebody else would by force.
     *
     * @return whether there was one
     */
    public boolean deleteForeign(String account, String region, String name) {
        boolean there = secret(account, region, name).isPresent();
        store.partition(account, region).change(name, existing -> null);
        return there;
    }

    public boolean deleteForeign(String name) {
        return deleteForeign(ACCOUNT, REGION, name);
    }

    /** Puts {@code count} secrets in: {@code secret.apply(0)} and so on. */
    public void seed(int count, IntFunction<ForeignSecret> secret) {
        for (int i = 0; i < count; i++) {
            putForeign(secret.apply(i));
        }
    }

    /** All secrets of a moment. */
    public record Snapshot(List<Secret> secrets) {}

    public Snapshot snapshot() {
        List<Secret> all = new ArrayList<>();
        places().forEach(place -> all.addAll(secrets(place.account(), place.region())));
        return new Snapshot(List.copyOf(all));
    }

    /** Goes back to the secrets of a snapshot. Nothing else changes. */
    public void restore(Snapshot snapshot) {
        store.clear();
        snapshot.secrets()
                .forEach(secret ->
                        store.partition(secret.account(), secret.region()).change(secret.name(), none -> secret));
    }

    /** Everything as after the start: no secrets, no faults, no journal, default credentials only, current time. */
    public void reset() {
        store.clear();
        faults.clear();
        quotas.reset();
        journal.clear();
        permissions.clear();
        kms.clear();
        sts.clear();
        clock.reset();
        listLag(Duration.ZERO);
        latency = Duration.ZERO;
        versionQuota(100);
        addDefaults();
    }

    private void addDefaults() {
        addAccessKey(ACCESS_KEY_ID, SECRET_ACCESS_KEY, ACCOUNT);
    }

    /** How many names the default account and region remember, deleted ones included. */
    int remembered() {
        return store.partition(ACCOUNT, REGION).remembered();
    }

    Collection<SecretStore.Place> places() {
        return store.places();
    }

    // HTTP

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            boolean root = exchange.getRequestURI().getPath().equals("/");
            if (root && exchange.getRequestMethod().equals("POST")) {
                handleAws(exchange, body);
            } else {
                people.handle(exchange, body);
            }
        }
    }

    private void handleAws(HttpExchange exchange, byte[] body) throws IOException {
        String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
        String contentType = exchange.getRequestHeaders().getFirst("Content-Type");
        AwsCall call;
        if (target != null && target.startsWith("TrentService.")) {
            call = new JsonCall("kms", target.substring("TrentService.".length()), body);
        } else if (target != null) {
            call = new JsonCall("secretsmanager", target.replaceFirst("^secretsmanager\\.", ""), body);
        } else if (contentType != null && contentType.startsWith("application/x-www-form-urlencoded")) {
            call = new QueryCall(form(body));
        } else {
            call = new JsonCall("secretsmanager", "", body);
        }
        answer(exchange, call, body);
    }

    /** One call in one of the two protocols. */
    private interface AwsCall {
        String service();

        String operation();

        /** Reads the request so that it can be asked for its secret; throws for a broken one. */
        void parse();

        String secretName();

        String perform(Caller caller);

        AwsException protocolError(AwsException e);

        String errorBody(AwsException e, String requestId);

        String contentType();
    }

    private void answer(HttpExchange exchange, AwsCall call, byte[] body) throws IOException {
        Caller caller = null;
        Fault fault = null;
        String answer = null;
        AwsException error = null;
        String requestId = UUID.randomUUID().toString();
        try {
            caller = verifier.verify(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI(),
                    exchange.getRequestHeaders(),
                    body,
                    call.service());
            call.parse();
            pause(latency);
            fault = faults.strike(call.operation(), call.secretName(), caller.account(), caller.region())
                    .orElse(null);
            if (fault == null || fault.kind() != Fault.Kind.DROP_BEFORE) {
                meet(fault, call, caller);
                answer = call.perform(caller);
            }
        } catch (AwsException e) {
            error = call.protocolError(e);
        } catch (RuntimeException e) {
            error = new AwsException(500, "InternalServiceError", "The emulator failed: " + e);
        }
        boolean drop =
                fault != null && (fault.kind() == Fault.Kind.DROP_BEFORE || fault.kind() == Fault.Kind.DROP_AFTER);
        int status = drop ? 0 : error == null ? 200 : error.status();
        String code = drop ? fault.kind().name() : error == null ? null : error.code();
        journal.add(new Call(
                clock.instant(),
                call.service(),
                call.operation(),
                call.secretName(),
                caller == null ? null : caller.account(),
                caller == null ? null : caller.region(),
                status,
                code));
        if (!drop) {
            String text = error == null ? answer : call.errorBody(error, requestId);
            send(exchange, status, call.contentType(), requestId, text);
        }
    }

    private void meet(Fault fault, AwsCall call, Caller caller) {
        if (fault != null) {
            pause(fault.delay());
            if (fault.kind() == Fault.Kind.ACCESS_DENIED) {
                throw Permissions.denied(caller, call.service() + ":" + call.operation(), call.secretName());
            }
            if (fault.kind().isError()) {
                throw new AwsException(fault.kind().status, fault.kind().code, fault.kind().message);
            }
        }
        if (!quotas.admits(caller.account(), caller.region(), call.operation())) {
            throw new AwsException(Fault.Kind.THROTTLE.code, Fault.Kind.THROTTLE.message);
        }
        permissions.check(caller, call.service() + ":" + call.operation(), call.secretName());
    }

    private static void pause(Duration duration) {
        if (duration.isZero()) {
            return;
        }
        try {
            Thread.sleep(duration.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void send(HttpExchange exchange, int status, String contentType, String requestId, String text)
            throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", contentType);
        exchange.getResponseHeaders().set("x-amzn-RequestId", requestId);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** A call of Secrets Manager or KMS, in AWS JSON 1.1. */
    private final class JsonCall implements AwsCall {
        private final String service;
        private final String operation;
        private final byte[] body;
        private JsonNode request = JsonNodeFactory.instance.objectNode();

        JsonCall(String service, String operation, byte[] body) {
            this.service = service;
            this.operation = operation;
            this.body = body;
        }

        @Override
        public String service() {
            return service;
        }

        @Override
        public String operation() {
            return operation;
        }

        @Override
        public void parse() {
            if (service.equals("secretsmanager") && !operations.knows(operation)) {
                throw new AwsException("UnknownOperationException", "Unknown operation " + operation);
            }
            try {
                JsonNode node = Json.MAPPER.readTree(body.length == 0 ? "{}".getBytes(StandardCharsets.UTF_8) : body);
                if (!node.isObject()) {
                    throw new AwsException("SerializationException", "The request is no JSON object.");
                }
                request = node;
            } catch (JsonProcessingException e) {
                throw new AwsException("SerializationException", "The request is no JSON.");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public String secretName() {
            String id = request.path("SecretId").asText(request.path("Name").asText(null));
            try {
                return id == null || !service.equals("secretsmanager")
                        ? null
                        : Request.secretId(id).likelyName();
            } catch (AwsException e) {
                return id;
            }
        }

        @Override
        public String perform(Caller caller) {
            ObjectNode answer = service.equals("kms")
                    ? kms.handle(operation, request, caller)
                    : operations.handle(operation, request, caller);
            return answer.toString();
        }

        @Override
        public AwsException protocolError(AwsException e) {
            return e;
        }

        @Override
        public String errorBody(AwsException e, String requestId) {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("__type", e.code())
                    .put("Message", e.getMessage())
                    .put("message", e.getMessage())
                    .toString();
        }

        @Override
        public String contentType() {
            return "application/x-amz-json-1.1";
        }
    }

    /** A call of STS, in AWS Query. */
    private final class QueryCall implements AwsCall {
        private static final String NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";

        private final Map<String, String> form;

        QueryCall(Map<String, String> form) {
            this.form = form;
        }

        @Override
        public String service() {
            return STS;
        }

        @Override
        public String operation() {
            return form.getOrDefault("Action", "");
        }

        @Override
        public void parse() {}

        @Override
        public String secretName() {
            return null;
        }

        @Override
        public String perform(Caller caller) {
            String result = sts.handle(operation(), form, caller);
            return "<" + operation() + "Response xmlns=\"" + NAMESPACE + "\"><" + operation() + "Result>" + result
                    + "</" + operation() + "Result><ResponseMetadata><RequestId>" + UUID.randomUUID()
                    + "</RequestId></ResponseMetadata></" + operation() + "Response>";
        }

        @Override
        public AwsException protocolError(AwsException e) {
            return StsOperations.renamed(e);
        }

        @Override
        public String errorBody(AwsException e, String requestId) {
            return "<ErrorResponse xmlns=\"" + NAMESPACE + "\"><Error><Type>"
                    + (e.status() >= 500 ? "Receiver" : "Sender") + "</Type><Code>" + e.code() + "</Code><Message>"
                    + StsOperations.escaped(e.getMessage()) + "</Message></Error><RequestId>" + requestId
                    + "</RequestId></ErrorResponse>";
        }

        @Override
        public String contentType() {
            return "text/xml";
        }
    }

    private static Map<String, String> form(byte[] body) {
        Map<String, String> form = new HashMap<>();
        for (String pair : new String(body, StandardCharsets.UTF_8).split("&")) {
            String[] parts = pair.split("=", 2);
            form.put(
                    URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
                    parts.length == 2 ? URLDecoder.decode(parts[1], StandardCharsets.UTF_8) : "");
        }
        return form;
    }
}
