package ai.hanzo.kms.secretsync.emulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * AWS's protocols: JSON 1.1 for Secrets Manager and KMS, Query for STS. Each call is verified, meets the faults, quotas
 * and denials that are set, is performed, and is written into the journal before it is answered.
 */
final class AwsEndpoint {
    private final SigV4Verifier verifier;
    private final SecretsManagerOperations operations;
    private final StsOperations sts;
    private final KmsOperations kms;
    private final Permissions permissions;
    private final Faults faults;
    private final Quotas quotas;
    private final Journal journal;
    private final Clock clock;
    private volatile Duration latency = Duration.ZERO;
    private volatile Runnable whenDropped = () -> {};

    AwsEndpoint(
            SigV4Verifier verifier,
            SecretsManagerOperations operations,
            StsOperations sts,
            KmsOperations kms,
            Permissions permissions,
            Faults faults,
            Quotas quotas,
            Journal journal,
            Clock clock) {
        this.verifier = verifier;
        this.operations = operations;
        this.sts = sts;
        this.kms = kms;
        this.permissions = permissions;
        this.faults = faults;
        this.quotas = quotas;
        this.journal = journal;
        this.clock = clock;
    }

    void latency(Duration perCall) {
        latency = perCall;
    }

    void whenDropped(Runnable action) {
        whenDropped = action;
    }

    void handle(HttpExchange exchange, byte[] body) throws IOException {
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
        if (drop) {
            whenDropped.run();
        }
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
            return "sts";
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
