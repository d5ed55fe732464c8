package ai.hanzo.kms.secretsync.devkms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Rate limits, faults, other builds, and the request log. */
class TroubleTest extends KmsTestCase {
    @Test
    void without_limits_there_are_no_rate_headers() throws Exception {
        assertThat(list("/", "").header("x-ratelimit-limit")).isNull();
    }

    @Test
    void limits_are_counted_per_class_and_minute() throws Exception {
        kms.setRateLimits(new RateLimits(5, 5, 2));
        Answer first = list("/", "");
        assertThat(first.header("x-ratelimit-limit")).isEqualTo("2");
        assertThat(first.header("x-ratelimit-remaining")).isEqualTo("1");
        assertThat(first.header("x-ratelimit-reset")).isEqualTo("60");
        Answer repeated =
                get("/api/v4/secrets?environment=prod&projectId=" + shop.id(), "If-None-Match", first.header("ETag"));
        assertThat(repeated.status()).isEqualTo(304);
        assertThat(repeated.header("x-ratelimit-remaining")).isEqualTo("0");

        kms.advanceClock(Duration.ofSeconds(20));
        Answer refused = list("/", "");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.error()).isEqualTo("RateLimitExceeded");
        String seconds = refused.header("retry-after");
        assertThat(Integer.parseInt(seconds)).isBetween(38, 40);
        assertThat(refused.message()).isEqualTo("Rate limit exceeded. Please try again in " + seconds + " seconds");
        assertThat(refused.header("x-ratelimit-reset")).isEqualTo(seconds);
        assertThat(refused.header("x-ratelimit-remaining")).isEqualTo("0");

        Answer project = get("/api/v1/projects/" + shop.id());
        assertThat(project.status()).isEqualTo(200);
        assertThat(project.header("x-ratelimit-limit")).isEqualTo("5");
        kms.advanceClock(Duration.ofSeconds(Integer.parseInt(seconds)));
        assertThat(list("/", "").status()).isEqualTo(200);
    }

    @Test
    void the_next_calls_below_a_path_answer_a_status() throws Exception {
        kms.failNext(2, "/api/v4", Fault.status(503, Map.of("retry-after", "7")));
        assertThat(get("/api/v1/projects").status()).isEqualTo(200);
        Answer failed = list("/", "");
        assertThat(failed.status()).isEqualTo(503);
        assertThat(failed.header("retry-after")).isEqualTo("7");
        assertThat(failed.body().get("statusCode").asInt()).isEqualTo(503);
        assertThat(list("/", "").status()).isEqualTo(503);
        assertThat(list("/", "").status()).isEqualTo(200);
        kms.failNext(1, "/api", Fault.status(500));
        kms.clearFaults();
        assertThat(list("/", "").status()).isEqualTo(200);
    }

    @Test
    void a_dropped_write_did_not_happen_and_one_without_answer_did() throws Exception {
        kms.failNext(1, "/api/v4/secrets/A", Fault.drop());
        assertThatThrownBy(() -> write("PATCH", "/api/v4/secrets/A", "'secretValue':'a'"))
                .isInstanceOf(IOException.class);
        assertThat(kms.secrets(shop, "prod", "/")).isEmpty();
        assertThat(kms.requests().get(0).status()).isZero();

        set("/", "A", "old");
        kms.failNext(1, "/api/v4/secrets/A", Fault.loseAnswer());
        assertThatThrownBy(() -> write("PATCH", "/api/v4/secrets/A", "'secretValue':'new'"))
                .isInstanceOf(IOException.class);
        assertThat(stored("/", "A")).isEqualTo("new");
    }

    @Test
    void an_answer_can_break_off() throws Exception {
        set("/", "A", "a");
        kms.failNext(1, "/api/v4/secrets", Fault.truncate());
        assertThatThrownBy(() -> list("/", "")).isInstanceOf(IOException.class);
        assertThat(list("/", "").status()).isEqualTo(200);
    }

    @Test
    void an_answer_can_be_late() throws Exception {
        kms.failNext(1, "/api/v4/secrets", Fault.delay(Duration.ofMillis(200)));
        long start = System.nanoTime();
        assertThat(list("/", "").status()).isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
    }

    @Test
    void closing_does_not_wait_for_late_answers() throws Exception {
        kms.failNext(1, "/api/v4/secrets", Fault.delay(Duration.ofHours(1)));
        CompletableFuture<Void> call = CompletableFuture.runAsync(() -> {
            try {
                list("/", "");
            } catch (IOException closed) {
                throw new IllegalStateException(closed);
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
            }
        });
        Awaitility.await().until(() -> kms.faultsToCome() == 0);
        kms.close();
        assertThat(call.handle((done, failed) -> "ended").get(10, TimeUnit.SECONDS))
                .isEqualTo("ended");
    }

    @Test
    void a_build_without_v4_answers_like_its_web_framework() throws Exception {
        set("/", "A", "a");
        kms.setV4Absent(true);
        Answer absent = list("/", "");
        assertThat(absent.status()).isEqualTo(404);
        assertThat(absent.error()).isEqualTo("Not Found");
        assertThat(absent.message()).startsWith("Route GET:/api/v4/secrets?").endsWith(" not found");
        assertThat(listV3("/", "").status()).isEqualTo(200);
        assertThat(get("/api/v9/other").error()).isEqualTo("Not Found");
    }

    @Test
    void requests_are_logged_without_bodies() throws Exception {
        write("POST", "/api/v4/secrets/A", "'secretValue':'marker'");
        list("/", "&recursive=false");
        token = null;
        list("/", "");
        assertThat(kms.requests())
                .extracting(LoggedRequest::method, LoggedRequest::path, LoggedRequest::status, LoggedRequest::identity)
                .containsExactly(
                        tuple("POST", "/api/v4/secrets/A", 200, "writer"),
                        tuple("GET", "/api/v4/secrets", 200, "writer"),
                        tuple("GET", "/api/v4/secrets", 401, null));
        assertThat(kms.requests().get(1).query()).contains("recursive=false");
        assertThat(kms.requests().toString()).doesNotContain("marker");
        assertThat(kms.count("/api/v4")).isEqualTo(3);
        assertThat(kms.count("/api/v3")).isZero();
        kms.clearRequests();
        assertThat(kms.requests()).isEmpty();
    }

    @Test
    void every_error_has_the_envelope() throws Exception {
        for (Answer answer : new Answer[] {
            list("/none", ""), list("/", "&recursive=x"), get("/api/v4/secrets"), send("POST", "/api/v4/secrets/A", "{")
        }) {
            assertThat(answer.body().fieldNames())
                    .toIterable()
                    .containsExactly("reqId", "statusCode", "message", "error");
            assertThat(answer.body().get("statusCode").asInt()).isEqualTo(answer.status());
        }
    }

    @Test
    void identities_do_not_print_their_secret() {
        assertThat(writer.toString()).doesNotContain("writer-secret");
    }
}
