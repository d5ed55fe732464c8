package ai.hanzo.kms.secretsync.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PeoplesApiTest extends EmulatorTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static HttpResponse<String> call(String method, String path, String body) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(emulator.endpoint().resolve(path))
                        .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode get(String path) throws Exception {
        return Json.MAPPER.readTree(call("GET", path, null).body());
    }

    @Test
    void explainsItself() throws Exception {
        assertThat(call("GET", "/", null).body()).contains("/_emulator/secrets", "development");
    }

    @Test
    void showsSecretsWithValues() throws Exception {
        create("app/db", "v");
        JsonNode answer = get("/_emulator/secrets");
        assertThat(answer.get("notice").asText()).contains("development server");
        JsonNode place = answer.get("accounts").get(0);
        assertThat(place.get("account").asText()).isEqualTo(SecretsManagerEmulator.ACCOUNT);
        assertThat(place.get("secrets").get(0).get("name").asText()).isEqualTo("app/db");
        assertThat(place.get("secrets").get(0).get("value").asText()).isEqualTo("v");
        assertThat(get("/_emulator/secrets/app/db").get("versions")).hasSize(1);
    }

    @Test
    void changesAndDeletesAsSomebodyElse() throws Exception {
        assertThat(call("PUT", "/_emulator/secrets/app/db", "w").statusCode()).isEqualTo(201);
        assertThat(call("PUT", "/_emulator/secrets/app/db", "x").statusCode()).isEqualTo(200);
        assertThat(emulator.value("app/db")).isEqualTo("x");
        assertThat(call("DELETE", "/_emulator/secrets/app/db", null).statusCode())
                .isEqualTo(200);
        assertThat(emulator.secrets()).isEmpty();
        assertThat(call("GET", "/_emulator/secrets/app/db", null).statusCode()).isEqualTo(404);
        assertThat(emulator.journal()).isEmpty();
    }

    @Test
    void showsAndForgetsTheJournal() throws Exception {
        create("a", "v");
        assertThat(get("/_emulator/journal").get(0).get("operation").asText()).isEqualTo("CreateSecret");
        call("DELETE", "/_emulator/journal", null);
        assertThat(get("/_emulator/journal")).isEmpty();
    }

    @Test
    void reachesOtherAccountsAndRegions() throws Exception {
        call("PUT", "/_emulator/secrets/a?account=222222222222&region=eu-west-1", "v");
        assertThat(emulator.secret("222222222222", "eu-west-1", "a")).isPresent();
    }

    @Test
    void isNotForOtherHosts() throws IOException {
        try (Socket socket = new Socket(
                        emulator.endpoint().getHost(), emulator.endpoint().getPort());
                OutputStream out = socket.getOutputStream();
                InputStream in = socket.getInputStream()) {
            out.write("GET /_emulator/secrets HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            assertThat(new String(in.readAllBytes(), StandardCharsets.US_ASCII)).startsWith("HTTP/1.1 403");
        }
    }
}
