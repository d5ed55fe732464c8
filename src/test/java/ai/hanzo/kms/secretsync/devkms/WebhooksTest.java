package ai.hanzo.kms.secretsync.devkms;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebhooksTest extends KmsTestCase {
    private record Received(byte[] body, String kmsSignature, String infisicalSignature) {
        JsonNode json() throws IOException {
            return JSON.readTree(body);
        }
    }

    private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
    private volatile int answer = 200;
    private HttpServer receiver;
    private URI url;

    @BeforeEach
    void listen() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/hook", exchange -> {
            received.add(new Received(
                    exchange.getRequestBody().readAllBytes(),
                    exchange.getRequestHeaders().getFirst("x-kms-signature"),
                    exchange.getRequestHeaders().getFirst("x-infisical-signature")));
            exchange.sendResponseHeaders(answer, -1);
            exchange.close();
        });
        receiver.start();
        url = URI.create("http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook");
        kms.setWebhookDebounce(Duration.ofHours(1));
    }

    @AfterEach
    void stopListening() {
        receiver.stop(0);
    }

    @Test
    void signs_the_test_vector() {
        String body = "{\"event\":\"secrets.modified\",\"project\":{"
                + "\"workspaceId\":\"11111111-2222-3333-4444-555555555555\","
                + "\"projectId\":\"11111111-2222-3333-4444-555555555555\",\"projectName\":\"demo\","
                + "\"environment\":\"prod\",\"secretPath\":\"/api\"},\"timestamp\":1760000000000}";
        assertThat(WebhookSignature.of("whk-test-key", 1760000000000L, body.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("t=1760000000000;c65024944110661f5fd12b0d2269f82e31ce15cf17a7581f9b8de25dc6006e8d");
    }

    @Test
    void delivers_one_signed_notice_for_several_changes() throws Exception {
        kms.addWebhook(shop, "prod", "/**", url, "key");
        set("/api", "A", "1");
        set("/api", "A", "2");
        write("POST", "/api/v4/secrets/B", "'secretPath':'/api','secretValue':'b'");
        kms.flushWebhooks();
        assertThat(received).hasSize(1);
        Received notice = received.take();
        JsonNode json = notice.json();
        assertThat(json.fieldNames()).toIterable().containsExactly("event", "project", "timestamp");
        assertThat(json.get("event").asText()).isEqualTo("secrets.modified");
        assertThat(json.get("project").fieldNames())
                .toIterable()
                .containsExactly("workspaceId", "projectId", "projectName", "environment", "secretPath");
        assertThat(json.at("/project/projectId").asText()).isEqualTo(shop.id());
        assertThat(json.at("/project/secretPath").asText()).isEqualTo("/api");
        assertThat(notice.kmsSignature())
                .isEqualTo(WebhookSignature.of("key", json.get("timestamp").asLong(), notice.body()));
        assertThat(notice.infisicalSignature()).isNull();
    }

    @Test
    void delivers_by_itself_after_the_debounce() throws Exception {
        kms.setWebhookDebounce(Duration.ofMillis(1));
        kms.addWebhook(shop, "prod", "/", url, "key");
        set("/", "A", "1");
        assertThat(received.poll(10, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void the_header_is_selectable_and_absent_without_a_key() throws Exception {
        kms.setWebhookSignatureHeader(WebhookSignature.INFISICAL_HEADER);
        kms.testWebhook(kms.addWebhook(shop, "prod", "/", url, "key"));
        Received signed = received.take();
        assertThat(signed.infisicalSignature()).startsWith("t=");
        assertThat(signed.kmsSignature()).isNull();
        kms.testWebhook(kms.addWebhook(shop, "prod", "/", url, null));
        assertThat(received.take().infisicalSignature()).isNull();
    }

    @Test
    void a_test_event_carries_the_glob() throws Exception {
        WebhookDelivery delivery = kms.testWebhook(kms.addWebhook(shop, "prod", "/a/**", url, "key"));
        assertThat(delivery.succeeded()).isTrue();
        JsonNode json = received.take().json();
        assertThat(json.get("event").asText()).isEqualTo("test");
        assertThat(json.at("/project/secretPath").asText()).isEqualTo("/a/**");
    }

    @Test
    void a_failure_is_recorded_and_not_repeated() throws Exception {
        answer = 500;
        String id = kms.addWebhook(shop, "prod", "/", url, "key");
        set("/", "A", "1");
        kms.flushWebhooks();
        assertThat(received).hasSize(1);
        assertThat(kms.webhookDeliveries())
                .containsExactly(new WebhookDelivery(id, "secrets.modified", "prod", "/", 500));
        receiver.stop(0);
        assertThat(kms.testWebhook(id).status()).isZero();
    }

    @Test
    void folders_that_import_or_reference_the_changed_one_are_told_of_too() throws Exception {
        importInto("/importer", "/source");
        set("/referrer", "R", "${prod.source.A}");
        kms.addWebhook(shop, "prod", "/**", url, "key");
        set("/source", "A", "1");
        kms.flushWebhooks();
        assertThat(kms.webhookDeliveries())
                .extracting(WebhookDelivery::secretPath)
                .containsExactlyInAnyOrder("/source", "/importer", "/referrer");
    }

    @Test
    void other_environments_and_removed_webhooks_stay_silent() {
        String id = kms.addWebhook(shop, "prod", "/**", url, "key");
        kms.setSecret(shop, "dev", "/", "A", "1");
        kms.flushWebhooks();
        kms.removeWebhook(id);
        set("/", "A", "1");
        kms.flushWebhooks();
        assertThat(received).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/, /, true",
        "/, /a, false",
        "/**, /, true",
        "/**, /a/b, true",
        "/a/**, /a, true",
        "/a/**, /a/b/c, true",
        "/a/**, /ab, false",
        "/*, /a, true",
        "/*, /a/b, false",
        "/a, /a, true",
        "/a/, /a, true"
    })
    void globs_cover_paths(String glob, String path, boolean covered) {
        assertThat(Webhooks.matches(glob, path)).isEqualTo(covered);
    }
}
