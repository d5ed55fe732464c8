package ai.hanzo.kms.secretsync.kms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.hanzo.kms.secretsync.kms.KmsRequest.Quota;
import ai.hanzo.kms.secretsync.kms.ScriptedKms.Answer;
import ai.hanzo.kms.secretsync.sync.SecretText;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KmsHttpTest {
    private static final String PROBE = "GET /api/probe";
    private static final KmsRequest REQUEST = KmsRequest.get(Quota.SECRETS, "/api/probe", Map.of());
    private static final SecretText TOKEN = SecretText.of("MARKER-token");
    private static final Answer FINE = Answer.json(200, "{}");
    private static final Answer TOO_MANY = Answer.json(429, "{}").with("Retry-After", "7");

    private final ScriptedKms kms = new ScriptedKms().on(PROBE, FINE);

    @AfterEach
    void stop() {
        kms.close();
    }

    private KmsException failure(KmsHttp http) {
        KmsException e = catchThrowableOfType(KmsException.class, () -> http.sendPatiently(REQUEST, TOKEN));
        assertThat(e).isNotNull();
        assertThat(e).hasStackTraceContaining("KmsException");
        java.io.StringWriter trace = new java.io.StringWriter();
        e.printStackTrace(new java.io.PrintWriter(trace));
        assertThat(trace.toString()).doesNotContain("MARKER");
        return e;
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void noRedirectIsFollowedWithTheToken(int status) {
        kms.on("GET /elsewhere", FINE).on(PROBE, Answer.json(status, "{}").with("Location", kms.base() + "/elsewhere"));
        assertThat(failure(kms.http()).failure()).isEqualTo(SourceFailure.PROTOCOL);
        assertThat(kms.asked("GET /elsewhere")).isEmpty();
    }

    @Test
    void queryValuesAreEncodedAsAWhole() {
        kms.http().sendPatiently(KmsRequest.get(Quota.READ, "/api/probe", Map.of("path", "/a b/ü+&c=%2F{x}")), TOKEN);
        assertThat(kms.asked.get(0).query()).containsExactly(Map.entry("path", "/a b/ü+&c=%2F{x}"));
    }

    @Test
    void anOversizedAnswerIsRefused() {
        kms.on(PROBE, Answer.json(200, "{'x':'" + "M".repeat(2000) + "'}"));
        KmsHttp http = new KmsHttp(kms.base(), kms.time, kms.time, new KmsHttp.Limits(Duration.ofSeconds(5), 1000));
        KmsException e = failure(http);
        assertThat(e.failure()).isEqualTo(SourceFailure.PROTOCOL);
        assertThat(e).hasMessageContaining("more than 1000 bytes");
    }

    @Test
    void anOversizedListIsRefusedWhileItArrives() {
        kms.on(PROBE, Answer.json(200, "{'secrets':[{'secretKey':'K','secretValue':'" + "M".repeat(2000) + "'}]}"));
        KmsHttp http = new KmsHttp(kms.base(), kms.time, kms.time, new KmsHttp.Limits(Duration.ofSeconds(5), 1000));
        KmsException e = catchThrowableOfType(
                KmsException.class, () -> http.sendPatiently(KmsRequest.list("/api/probe", Map.of()), TOKEN));
        assertThat(e.failure()).isEqualTo(SourceFailure.PROTOCOL);
        assertThat(e).hasMessageContaining("more than 1000 bytes").hasMessageNotContaining("MMM");
    }

    @Test
    void ofAListOnlyWhatASyncAsksAboutIsKept() {
        kms.on(
                PROBE,
                Answer.json(
                        200,
                        "{'secrets':[{'id':'1','environment':'dev','type':'shared','secretKey':'K','secretValue':'V',"
                                + "'secretMetadata':[{'key':'a','value':'b','id':'2'}],'tags':[{'slug':'t'}]}],"
                                + "'imports':[{'environment':'dev','secretPath':'/x','folderId':'3','secrets':[]}]}"));
        KmsReply reply = kms.http().sendPatiently(KmsRequest.list("/api/probe", Map.of()), TOKEN);
        assertThat(reply.listing())
                .hasToString("{\"secrets\":[{\"type\":\"shared\",\"secretKey\":\"K\",\"secretValue\":\"V\","
                        + "\"secretMetadata\":[{\"key\":\"a\",\"value\":\"b\"}]}],"
                        + "\"imports\":[{\"environment\":\"dev\",\"secretPath\":\"/x\",\"secrets\":[]}]}");
    }

    @Test
    void aTruncatedAnswerIsAFailure() {
        kms.on(PROBE, Answer.json(200, "{'secrets':['MARKER'").with("X-Truncate", "yes"));
        assertThat(failure(kms.http()).failure()).isEqualTo(SourceFailure.UNAVAILABLE);
    }

    @Test
    void aKmsThatDoesNotAnswerIsUnavailable() {
        kms.on(PROBE, asked -> {
            try {
                Thread.sleep(3000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return FINE;
        });
        KmsHttp slow = new KmsHttp(kms.base(), kms.time, kms.time, new KmsHttp.Limits(Duration.ofMillis(200), 1000));
        assertThat(failure(slow).failure()).isEqualTo(SourceFailure.UNAVAILABLE);
        KmsHttp gone = new KmsHttp(URI.create("http://127.0.0.1:1"), kms.time, kms.time);
        assertThat(failure(gone).failure()).isEqualTo(SourceFailure.UNAVAILABLE);
    }

    @Test
    void anAddressThatBecameForbiddenIsNotCalled() {
        KmsHttp metadata = new KmsHttp(URI.create("https://169.254.169.254"), kms.time, kms.time);
        assertThat(failure(metadata)).hasMessageContaining("metadata");
    }

    @Test
    void tooManyRequestsAreRepeatedWhenTheKmsSays() {
        kms.first(PROBE, TOO_MANY);
        assertThat(kms.http().sendPatiently(REQUEST, TOKEN).status()).isEqualTo(200);
        assertThat(kms.time.pauses).containsExactly(Duration.ofSeconds(7));
    }

    @Test
    void withoutTheHeaderTheMessageSaysHowLong() {
        kms.first(PROBE, Answer.error(429, "RateLimitExceeded", "Rate limit exceeded. Please try again in 23 seconds"));
        kms.http().sendPatiently(REQUEST, TOKEN);
        assertThat(kms.time.pauses).containsExactly(Duration.ofSeconds(23));
    }

    @Test
    void withoutEitherItIsAMinute() {
        kms.first(PROBE, Answer.error(429, "RateLimitExceeded", "Failed to acquire lock: rate limit exceeded"));
        kms.http().sendPatiently(REQUEST, TOKEN);
        assertThat(kms.time.pauses).containsExactly(Duration.ofSeconds(60));
    }

    @Test
    void theRepeatingEndsAndTellsHowLongToWait() {
        kms.on(PROBE, TOO_MANY);
        KmsException e = failure(kms.http());
        assertThat(e.failure()).isEqualTo(SourceFailure.RATE_LIMITED);
        assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(7));
        assertThat(e.failure().passing()).isTrue();
        assertThat(kms.asked(PROBE)).hasSize(4);
    }

    @Test
    void aWaitBeyondAllPatienceIsNotWaitedFor() {
        kms.on(PROBE, Answer.json(429, "{}").with("Retry-After", "3600"));
        assertThat(failure(kms.http()).retryAfter()).isEqualTo(Duration.ofHours(1));
        assertThat(kms.time.pauses).isEmpty();
    }

    @Test
    void whatTheKmsSaysRemainsIsNotOverrun() {
        int[] left = {3};
        kms.on(
                PROBE,
                asked -> FINE.with("x-ratelimit-limit", "3")
                        .with("x-ratelimit-remaining", "" + --left[0])
                        .with("x-ratelimit-reset", "40"));
        KmsHttp http = kms.http();
        for (int i = 0; i < 3; i++) {
            http.sendPatiently(REQUEST, TOKEN);
        }
        assertThat(kms.time.pauses).isEmpty();
        left[0] = 3;
        http.sendPatiently(REQUEST, TOKEN);
        assertThat(kms.time.pauses).containsExactly(Duration.ofSeconds(40));
        assertThat(kms.asked(PROBE)).hasSize(4);
    }

    @Test
    void eachClassOfRouteHasItsOwnPace() {
        kms.on(
                PROBE,
                FINE.with("x-ratelimit-limit", "40")
                        .with("x-ratelimit-remaining", "0")
                        .with("x-ratelimit-reset", "40"));
        KmsHttp http = kms.http();
        http.sendPatiently(REQUEST, TOKEN);
        http.sendPatiently(KmsRequest.get(Quota.READ, "/api/probe", Map.of()), TOKEN);
        assertThat(kms.time.pauses).isEmpty();
    }

    @Test
    void callsUnderWayCountAndAFreshWindowStartsWithTheKnownLimit() {
        KmsPace pace = new KmsPace(kms.time);
        pace.reserve(Quota.SECRETS);
        pace.reserve(Quota.SECRETS);
        pace.answered(Quota.SECRETS, reply("2", "1", "30"));
        assertThat(pace.reserve(Quota.SECRETS))
                .as("the other call takes the last one")
                .isEqualTo(Duration.ofSeconds(30));
        kms.time.pass(Duration.ofSeconds(30));
        assertThat(pace.reserve(Quota.SECRETS)).isZero();
        assertThat(pace.reserve(Quota.SECRETS)).isZero();
        assertThat(pace.reserve(Quota.SECRETS)).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void aKmsThatNamesNoLimitIsNotHeldBack() {
        KmsHttp http = kms.http();
        for (int i = 0; i < 100; i++) {
            http.sendPatiently(REQUEST, TOKEN);
        }
        assertThat(kms.time.pauses).isEmpty();
    }

    private static KmsReply reply(String limit, String remaining, String reset) {
        org.springframework.http.HttpHeaders headers = new org.springframework.http.HttpHeaders();
        headers.set("x-ratelimit-limit", limit);
        headers.set("x-ratelimit-remaining", remaining);
        headers.set("x-ratelimit-reset", reset);
        return new KmsReply(200, headers, new byte[0]);
    }
}
