package ai.hanzo.kms.secretsync.devkms;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeveloperRoutesTest extends KmsTestCase {
    private static final String PROD = "/_dev/secrets/shop/prod";

    @BeforeEach
    void withoutToken() {
        token = null;
    }

    @Test
    void people_set_list_and_delete_secrets_without_a_token() throws Exception {
        assertThat(send("PUT", PROD + "/ROOT", "r").status()).isEqualTo(200);
        assertThat(send("PUT", PROD + "/x/y/A%20B", "v=1&w").status()).isEqualTo(200);
        assertThat(stored("/", "ROOT")).isEqualTo("r");
        assertThat(stored("/x/y", "A B")).isEqualTo("v=1&w");
        assertThat(get(PROD).body().toString())
                .isEqualTo("{\"/\":{\"ROOT\":\"r\"},\"/x\":{},\"/x/y\":{\"A B\":\"v=1&w\"}}");
        assertThat(send("DELETE", PROD + "/x/y/A%20B", null).status()).isEqualTo(200);
        assertThat(send("DELETE", PROD + "/x/y/A%20B", null).status()).isEqualTo(404);
        assertThat(kms.secrets(shop, "prod", "/x/y")).isEmpty();
    }

    @Test
    void what_does_not_exist_or_names_no_secret_is_refused() throws Exception {
        assertThat(send("PUT", "/_dev/secrets/none/prod/A", "a").status()).isEqualTo(404);
        assertThat(send("PUT", "/_dev/secrets/shop/none/A", "a").status()).isEqualTo(404);
        assertThat(send("PUT", PROD + "/", "a").status()).isEqualTo(404);
        assertThat(send("PUT", PROD + "/A:B", "a").status()).isEqualTo(422);
    }

    @Test
    void the_front_page_explains_itself_and_the_status_is_open() throws Exception {
        Answer help = get("/");
        assertThat(help.status()).isEqualTo(200);
        assertThat(help.header("Content-Type")).startsWith("text/plain");
        assertThat(help.response().body())
                .contains("curl -X PUT --data-binary 'value' " + kms.baseUrl() + "/_dev/secrets/");
        assertThat(get("/api/status").status()).isEqualTo(200);
    }

    @Test
    void names_pointed_at_this_machine_by_others_are_refused() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", kms.baseUrl().getPort())) {
            String request = "GET " + PROD + " HTTP/1.1\r\nHost: elsewhere.example\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 403 ");
        }
    }
}
