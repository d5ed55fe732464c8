package ai.hanzo.kms.secretsync;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** Speaks to the service as a script would, and holds every answer to the contract: see {@link Contract}. */
final class ApiClient {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration LOOK_EVERY = Duration.ofMillis(50);

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI base;
    private final String token;

    private ApiClient(URI base, String token) {
        this.base = base;
        this.token = token;
    }

    /** With a token as it is; null for none. */
    static ApiClient with(URI base, String token) {
        return new ApiClient(base, token);
    }

    static ApiClient login(URI base, String clientId, String clientSecret) {
        JsonNode answer = with(base, null)
                .post("/api/v1/auth/universal-auth/login", Map.of("clientId", clientId, "clientSecret", clientSecret));
        return with(base, answer.path("accessToken").textValue());
    }

    /** What was answered, whatever its status. */
    record Answer(int status, Map<String, List<String>> headers, String text) {
        JsonNode json() {
            try {
                return JSON.readTree(text);
            } catch (JsonProcessingException e) {
                throw new AssertionError("Not JSON: status " + status, e);
            }
        }
    }

    JsonNode get(String path) {
        return succeeded(send("GET", path, null));
    }

    JsonNode post(String path, Object body) {
        return succeeded(send("POST", path, body));
    }

    JsonNode patch(String path, Object body) {
        return succeeded(send("PATCH", path, body));
    }

    JsonNode delete(String path) {
        return succeeded(send("DELETE", path, null));
    }

    private static JsonNode succeeded(Answer answer) {
        if (answer.status() != 200) {
            throw new AssertionError("Status " + answer.status() + ": " + answer.text());
        }
        return answer.json();
    }

    /**
     * @param body to be sent as JSON; a text is sent as it is; null for none
     */
    Answer send(String method, String path, Object body) {
        return send(method, path, body, null);
    }

    /** Asks for what has changed since an answer with this ETag. */
    Answer getUnless(String etag, String path) {
        return send("GET", path, null, etag);
    }

    private Answer send(String method, String path, Object body, String etag) {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path));
            if (body == null) {
                request.method(method, BodyPublishers.noBody());
            } else {
                String text = body instanceof String string ? string : JSON.writeValueAsString(body);
                request.method(method, BodyPublishers.ofString(text)).header("Content-Type", "application/json");
            }
            if (token != null) {
                request.header("Authorization", "Bearer " + token);
            }
            if (etag != null) {
                request.header("If-None-Match", etag);
            }
            HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
            // Health and its like are Spring Boot's, on a port of their own.
            List<String> problems = path.startsWith("/actuator")
                    ? List.of()
                    : Contract.problems(
                            method,
                            path,
                            response.statusCode(),
                            response.headers().firstValue("Content-Type").orElse(null),
                            response.body());
            if (!problems.isEmpty()) {
                throw new AssertionError(method + " " + path + " answered " + response.statusCode()
                        + ", not as config/openapi.yaml says: " + problems + " in " + response.body());
            }
            return new Answer(response.statusCode(), response.headers().map(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Waits until a sync is neither pending nor running, and gives it; one that was never asked to run is not waited for. */
    JsonNode awaitSync(String id, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            JsonNode sync =
                    get("/api/v1/secret-syncs/aws-secrets-manager/" + id).path("secretSync");
            if (Set.of("succeeded", "failed", "null")
                    .contains(sync.path("syncStatus").asText())) {
                return sync;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Still " + sync.path("syncStatus") + " after " + patience);
            }
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
        }
    }
}
