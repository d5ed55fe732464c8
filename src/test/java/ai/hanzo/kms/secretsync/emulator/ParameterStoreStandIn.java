package ai.hanzo.kms.secretsync.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * As much of AWS Systems Manager Parameter Store as one operation: PutParameter over HTTP, JSON 1.1, with its signature, limits and
 * errors as the API reference has them.
 */
public final class ParameterStoreStandIn implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int MOST_CHARACTERS = 8192;

    private final ConcurrentMap<String, JsonNode> parameters = new ConcurrentHashMap<>();
    private final MutableClock clock = MutableClock.running();
    private final StsOperations sts = new StsOperations(clock);
    private final SigV4Verifier verifier = new SigV4Verifier(sts::principal, clock);
    private final HttpServer server;
    private volatile String refused = "";

    private ParameterStoreStandIn(HttpServer server) {
        this.server = server;
        sts.addUser(
                SecretsManagerEmulator.ACCESS_KEY_ID,
                SecretsManagerEmulator.SECRET_ACCESS_KEY,
                SecretsManagerEmulator.ACCOUNT,
                "parameter-store");
        server.createContext("/", this::answer);
        server.start();
    }

    /** On a free port; the SDK of this JVM is told where, and with whose key. */
    public static ParameterStoreStandIn start() {
        try {
            ParameterStoreStandIn started = new ParameterStoreStandIn(
                    HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
            System.setProperty("aws.endpointUrlSsm", started.endpoint().toString());
            System.setProperty("aws.accessKeyId", SecretsManagerEmulator.ACCESS_KEY_ID);
            System.setProperty("aws.secretAccessKey", SecretsManagerEmulator.SECRET_ACCESS_KEY);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** From now on, writing a parameter whose name ends so is denied; with an empty text, none is. */
    public void refuse(String ending) {
        refused = ending;
    }

    /** What the request that last wrote a parameter said, as JSON, with its {@code Version}; null where there is no such parameter. */
    public String written(String name) {
        JsonNode request = parameters.get(name);
        return request == null ? null : request.toString();
    }

    private void answer(HttpExchange http) throws IOException {
        byte[] body = http.getRequestBody().readAllBytes();
        int status = 200;
        String answer;
        try {
            verifier.verify(http.getRequestMethod(), http.getRequestURI(), http.getRequestHeaders(), body, "ssm");
            require("AmazonSSM.PutParameter".equals(http.getRequestHeaders().getFirst("X-Amz-Target")), "target");
            require(
                    "application/x-amz-json-1.1".equals(http.getRequestHeaders().getFirst("Content-Type")),
                    "content type");
            answer = JSON.writeValueAsString(put(JSON.readTree(body)));
        } catch (AwsException refusal) {
            status = 400;
            answer = JSON.writeValueAsString(Map.of("__type", refusal.code(), "message", refusal.getMessage()));
        }
        http.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        http.sendResponseHeaders(status, bytes.length);
        http.getResponseBody().write(bytes);
        http.close();
    }

    private Map<String, Object> put(JsonNode request) {
        String name = request.path("Name").asText();
        String value = request.path("Value").asText();
        require(name.matches("(/[a-zA-Z0-9_.-]+){1,15}") && name.length() <= 1011, "name");
        require(!value.isEmpty() && value.length() <= MOST_CHARACTERS, "value");
        require(request.path("Type").asText().matches("String|StringList|SecureString"), "type");
        if (!refused.isEmpty() && name.endsWith(refused)) {
            throw new AwsException("AccessDeniedException", "not authorized to perform: ssm:PutParameter");
        }
        JsonNode before = parameters.get(name);
        if (before != null && !request.path("Overwrite").asBoolean()) {
            throw new AwsException("ParameterAlreadyExists", "The parameter already exists.");
        }
        int version = before == null ? 1 : before.path("Version").asInt() + 1;
        ((ObjectNode) request).put("Version", version);
        parameters.put(name, request);
        return Map.of("Version", version, "Tier", "Standard");
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AwsException("ValidationException", "Invalid " + what);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        System.clearProperty("aws.endpointUrlSsm");
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }
}
