package ai.hanzo.kms.secretsync.devkms;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** A development KMS with one project, and a client that speaks plain HTTP to it. */
abstract class KmsTestCase {
    static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    final DevelopmentKms kms = DevelopmentKms.start(0);
    final Organization acme = kms.addOrganization("Acme");
    final Project shop = kms.addProject(acme, "Shop", "shop", "dev", "prod");
    final Identity writer = kms.addIdentity("writer", "writer-secret", Grant.write(shop));
    String token = kms.tokenFor(writer);

    @AfterEach
    void stop() {
        kms.close();
    }

    /** An answer; its body is a missing node if there was none. */
    record Answer(int status, JsonNode body, HttpResponse<String> response) {
        String header(String name) {
            return response.headers().firstValue(name).orElse(null);
        }

        String error() {
            return body.path("error").asText();
        }

        String message() {
            return body.path("message").asText();
        }
    }

    Answer get(String path, String... headers) throws IOException, InterruptedException {
        return send("GET", path, null, headers);
    }

    /** Sends a body, written with single quotes for double ones; null sends none. */
    Answer send(String method, String path, String body, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(kms.baseUrl() + path));
        if (body == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.method(method, HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')));
            request.setHeader("Content-Type", "application/json");
        }
        if (token != null) {
            request.setHeader("Authorization", "Bearer " + token);
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        HttpResponse<String> response = CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
        boolean json = response.headers().firstValue("Content-Type").orElse("").contains("json");
        return new Answer(response.statusCode(), json ? JSON.readTree(response.body()) : JSON.missingNode(), response);
    }

    /** Lists secrets of the production environment by v4; more parameters start with {@code &}. */
    Answer list(String path, String more) throws IOException, InterruptedException {
        return get("/api/v4/secrets?projectId=" + shop.id() + "&environment=prod&secretPath=" + encoded(path) + more);
    }

    Answer listV3(String path, String more) throws IOException, InterruptedException {
        return get("/api/v3/secrets/raw?workspaceId=" + shop.id() + "&environment=prod&secretPath=" + encoded(path)
                + more);
    }

    Answer write(String method, String path, String fields) throws IOException, InterruptedException {
        String where = "{'projectId':'" + shop.id() + "','environment':'prod'";
        return send(method, path, where + (fields.isEmpty() ? "" : "," + fields) + "}");
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** One field of each object of an array. */
    static List<String> each(JsonNode array, String field) {
        List<String> values = new ArrayList<>();
        array.forEach(item -> values.add(item.path(field).asText()));
        return values;
    }

    void set(String path, String key, String value) {
        kms.setSecret(shop, "prod", path, key, value);
    }

    void importInto(String path, String fromPath) {
        kms.addImport(shop, "prod", path, "prod", fromPath);
    }

    String stored(String path, String key) {
        return kms.secrets(shop, "prod", path).get(key);
    }
}
