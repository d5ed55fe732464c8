package ai.hanzo.kms.secretsync.emulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What people look at and change with a browser or curl: plain HTTP without signatures, for this machine only. */
final class PeoplesApi {
    private static final String SECRETS = "/_emulator/secrets";
    private static final String JOURNAL = "/_emulator/journal";
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");
    private static final String NOTICE = "This is a development server: it shows values. Nothing in it is encrypted.";
    private static final String HELP = """
            AWS Secrets Manager, STS and a little of KMS, emulated for development.
            Nothing here is encrypted, and this page and those below need no credentials.

            For programs:  this address as the endpoint of an AWS SDK
            For people:
              GET    /_emulator/secrets          all secrets, with their values
              GET    /_emulator/secrets/NAME     one secret, with its versions
              PUT    /_emulator/secrets/NAME     the body becomes its value, as if somebody else had changed it
              DELETE /_emulator/secrets/NAME     gone at once, as if somebody else had deleted it
              GET    /_emulator/journal          the AWS calls so far
              DELETE /_emulator/journal          forget them

            NAME is in account %s, region %s; add ?account=...&region=... for another.
            """;

    private record Answer(int status, String contentType, byte[] body) {
        static Answer json(int status, Object body) throws IOException {
            return new Answer(
                    status,
                    "application/json",
                    (Json.PRETTY.writeValueAsString(body) + "\n").getBytes(StandardCharsets.UTF_8));
        }

        static Answer text(int status, String text) {
            return new Answer(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private final SecretsManagerEmulator emulator;

    PeoplesApi(SecretsManagerEmulator emulator) {
        this.emulator = emulator;
    }

    void handle(HttpExchange exchange, byte[] body) throws IOException {
        Answer answer = isForThisMachine(exchange)
                ? answer(exchange.getRequestMethod(), exchange.getRequestURI(), body)
                : Answer.text(403, "Only for this machine.\n");
        exchange.getResponseHeaders().set("Content-Type", answer.contentType());
        exchange.sendResponseHeaders(answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
        exchange.getResponseBody().write(answer.body());
    }

    /** A name that was made to point here, by a page in a browser for instance, is refused. */
    private static boolean isForThisMachine(HttpExchange exchange) {
        String host = exchange.getRequestHeaders().getFirst("Host");
        return host != null && LOOPBACK.contains(host.replaceFirst(":\\d+$", ""));
    }

    private Answer answer(String method, URI uri, byte[] body) throws IOException {
        String path = uri.getPath();
        if (path.startsWith(SECRETS + "/")) {
            return secret(method, path.substring(SECRETS.length() + 1), query(uri), body);
        }
        return switch (method + " " + path) {
            case "GET /" ->
                Answer.text(200, HELP.formatted(SecretsManagerEmulator.ACCOUNT, SecretsManagerEmulator.REGION));
            case "GET " + SECRETS -> Answer.json(200, secrets());
            case "GET " + JOURNAL -> Answer.json(200, journal());
            case "DELETE " + JOURNAL -> {
                emulator.clearJournal();
                yield Answer.text(200, "");
            }
            default -> Answer.text(404, "There is no " + method + " " + path + ". See GET /\n");
        };
    }

    private Answer secret(String method, String name, Map<String, String> query, byte[] body) throws IOException {
        String account = query.getOrDefault("account", SecretsManagerEmulator.ACCOUNT);
        String region = query.getOrDefault("region", SecretsManagerEmulator.REGION);
        Function<Secret, ObjectNode> withVersions = secret -> {
            ObjectNode shown = shown(secret);
            shown.set("versions", versions(secret));
            return shown.put("notice", NOTICE);
        };
        var found = emulator.secret(account, region, name);
        switch (method) {
            case "GET" -> {
                if (found.isPresent()) {
                    return Answer.json(200, withVersions.apply(found.get()));
                }
            }
            case "PUT" -> {
                if (!name.matches("[A-Za-z0-9/_+=.@!-]{1,512}")
                        || body.length == 0
                        || body.length > Request.MAX_VALUE_BYTES) {
                    return Answer.text(
                            400, "A name has 1 to 512 of A-Z a-z 0-9 / _ + = . @ ! - and a value 1 to 65536 bytes.\n");
                }
                Secret changed = emulator.putForeign(
                        ForeignSecret.named(name).in(account, region).value(new String(body, StandardCharsets.UTF_8)));
                return Answer.json(found.isPresent() ? 200 : 201, withVersions.apply(changed));
            }
            case "DELETE" -> {
                if (emulator.deleteForeign(account, region, name)) {
                    return Answer.text(200, "");
                }
            }
            default -> {
                return Answer.text(405, "GET, PUT or DELETE\n");
            }
        }
        return Answer.text(404, "No secret " + name + " in account " + account + ", region " + region + "\n");
    }

    private ObjectNode secrets() {
        ObjectNode answer = JsonNodeFactory.instance.objectNode().put("notice", NOTICE);
        ArrayNode places = answer.putArray("accounts");
        for (SecretStore.Place place : emulator.places()) {
            ObjectNode entry =
                    places.addObject().put("account", place.account()).put("region", place.region());
            ArrayNode list = entry.putArray("secrets");
            emulator.secrets(place.account(), place.region()).forEach(secret -> list.add(shown(secret)));
        }
        return answer;
    }

    private static ObjectNode shown(Secret secret) {
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("name", secret.name());
        secret.current().ifPresent(version -> {
            putValue(node, version.value());
            node.put("versionId", version.id());
        });
        ObjectNode tags = node.putObject("tags");
        secret.tags().forEach(tags::put);
        putIfSet(node, "kmsKeyId", secret.kmsKeyId());
        putIfSet(node, "description", secret.description());
        putIfSet(node, "deletedDate", secret.deletedDate());
        putIfSet(node, "owningService", secret.owningService());
        putIfSet(node, "primaryRegion", secret.primaryRegion());
        return node;
    }

    private static ArrayNode versions(Secret secret) {
        ArrayNode versions = JsonNodeFactory.instance.arrayNode();
        for (Secret.Version version : secret.versions()) {
            ObjectNode entry = versions.addObject().put("versionId", version.id());
            version.stages().forEach(entry.putArray("stages")::add);
            entry.put("createdDate", version.createdDate().toString());
            putValue(entry, version.value());
        }
        return versions;
    }

    private static void putValue(ObjectNode node, SecretValue value) {
        if (value instanceof SecretValue.Text text) {
            node.put("value", text.string());
        } else if (value instanceof SecretValue.Binary binary) {
            node.put("binary", binary.base64());
        }
    }

    private ArrayNode journal() {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (Call call : emulator.journal()) {
            ObjectNode entry = list.addObject()
                    .put("at", call.at().toString())
                    .put("service", call.service())
                    .put("operation", call.operation());
            putIfSet(entry, "secretName", call.secretName());
            putIfSet(entry, "account", call.account());
            putIfSet(entry, "region", call.region());
            entry.put("status", call.status());
            putIfSet(entry, "errorCode", call.errorCode());
        }
        return list;
    }

    private static void putIfSet(ObjectNode node, String member, Object value) {
        if (value != null) {
            node.put(member, value.toString());
        }
    }

    private static Map<String, String> query(URI uri) {
        return uri.getQuery() == null
                ? Map.of()
                : Arrays.stream(uri.getQuery().split("&"))
                        .map(pair -> pair.split("=", 2))
                        .filter(pair -> pair.length == 2)
                        .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1], (first, second) -> second));
    }
}
