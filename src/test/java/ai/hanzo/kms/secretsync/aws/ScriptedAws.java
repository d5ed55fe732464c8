package ai.hanzo.kms.secretsync.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Answers, over real HTTP, what a test tells it to: for answers that a faithful emulator never gives, such as a lost page token or
 * an endpoint that is not AWS. Keeps what it was asked.
 */
final class ScriptedAws implements AutoCloseable {
    /**
     * @param operation such as {@code CreateSecret} or {@code AssumeRole}
     * @param body JSON, or for STS an object of the form's fields
     */
    record Call(String operation, String accessKeyId, String sessionToken, String region, JsonNode body) {
        String text(String field) {
            return body.path(field).isMissingNode() ? null : body.path(field).asText();
        }
    }

    record Answer(int status, String contentType, String body) {
        static Answer json(String body) {
            return new Answer(200, "application/x-amz-json-1.1", body.replace('\'', '"'));
        }

        static Answer error(int status, String code, String message) {
            return new Answer(
                    status,
                    "application/x-amz-json-1.1",
                    "{\"__type\":\"" + code + "\",\"message\":\"" + message.replace("\"", "\\\"") + "\"}");
        }

        static Answer xml(String body) {
            return new Answer(200, "text/xml", body);
        }

        static Answer stsError(int status, String code, String message) {
            return new Answer(
                    status,
                    "text/xml",
                    "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type><Code>"
                            + code + "</Code><Message>" + message + "</Message></Error></ErrorResponse>");
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern SCOPE = Pattern.compile("Credential=([^/]+)/[0-9]+/([^/]+)/");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private volatile Function<Call, Answer> script = call -> Answer.json("{}");

    ScriptedAws() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    void answer(Function<Call, Answer> next) {
        script = next;
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    List<Call> calls() {
        return calls;
    }

    List<Call> calls(String operation) {
        return calls.stream().filter(call -> call.operation().equals(operation)).toList();
    }

    /** A role that can be assumed for a given external id, and the identity of whoever asks. */
    static Answer sts(Call call) {
        if (call.operation().equals("AssumeRole")) {
            return Answer.xml(
                    "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult>"
                            + "<Credentials><AccessKeyId>ASIAROLE" + call.text("ExternalId") + "</AccessKeyId>"
                            + "<SecretAccessKey>MARKER-session-secret</SecretAccessKey>"
                            + "<SessionToken>MARKER-session-token</SessionToken>"
                            + "<Expiration>" + java.time.Instant.now().plusSeconds(900) + "</Expiration></Credentials>"
                            + "</AssumeRoleResult></AssumeRoleResponse>");
        }
        return Answer.xml("<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"
                + "<GetCallerIdentityResult><Account>123456789012</Account></GetCallerIdentityResult>"
                + "</GetCallerIdentityResponse>");
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String sent = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
            JsonNode body = target == null ? form(sent) : JSON.readTree(sent);
            String operation =
                    target == null ? body.path("Action").asText() : target.substring(target.lastIndexOf('.') + 1);
            String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
            Matcher scope = SCOPE.matcher(authorization);
            boolean signed = scope.find();
            Call call = new Call(
                    operation,
                    signed ? scope.group(1) : null,
                    exchange.getRequestHeaders().getFirst("X-Amz-Security-Token"),
                    signed ? scope.group(2) : null,
                    body);
            calls.add(call);
            Answer answer = script.apply(call);
            byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", answer.contentType());
            exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private static JsonNode form(String sent) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String field : sent.split("&")) {
            String[] parts = field.split("=", 2);
            if (parts.length == 2) {
                fields.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
            }
        }
        return JSON.valueToTree(fields);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
