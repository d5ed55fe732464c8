package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nobody asks too often, and nobody makes the service ask the KMS too often. */
class RateLimitTest {
    private static final String LOGIN = "/api/v1/auth/universal-auth/login";

    @TempDir
    Path directory;

    private RunningService service;

    @AfterEach
    void stop() {
        service.close();
    }

    private void start(int calls, int logins) {
        service = RunningService.start(
                directory,
                Map.of(
                        "SECRET_SYNC_RATE_LIMIT", Integer.toString(calls),
                        "SECRET_SYNC_LOGIN_RATE_LIMIT", Integer.toString(logins),
                        "SECRET_SYNC_POLL_INTERVAL", "1h"));
    }

    private String list() {
        return "/api/v1/secret-syncs?projectId=" + service.project.id();
    }

    private static void assertRefused(ApiClient.Answer answer) {
        assertThat(answer.status()).isEqualTo(429);
        int seconds = Integer.parseInt(answer.headers().get("retry-after").get(0));
        assertThat(seconds).isBetween(1, 60);
        assertThat(answer.json().path("error").textValue()).isEqualTo("RateLimitExceeded");
        assertThat(answer.json().path("statusCode").intValue()).isEqualTo(429);
        assertThat(answer.json().path("message").textValue())
                .isEqualTo("Rate limit exceeded. Please try again in " + seconds + " seconds");
        assertThat(answer.json().path("reqId").textValue()).startsWith("req-");
    }

    @Test
    void aCallerWhoAsksTooOftenIsToldWhenToComeAgainAndTheOthersGoOn() {
        start(20, 1_000);
        ApiClient other = ApiClient.with(service.base(), service.kms.tokenFor(service.caller));
        List<Integer> statuses = new ArrayList<>();
        ApiClient.Answer last = null;
        for (int i = 0; i < 40; i++) {
            last = service.api().send("GET", list(), null);
            statuses.add(last.status());
        }

        assertThat(statuses.subList(0, 20)).containsOnly(200);
        assertThat(statuses).contains(429).containsOnly(200, 429);
        assertThat(other.send("GET", list(), null).status()).isEqualTo(200);
        for (int i = 0; i < 40; i++) {
            last = service.api().send("GET", list(), null);
        }
        assertRefused(last);
        assertThat(ApiClient.with(service.management(), null)
                        .send("GET", "/actuator/health", null)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void withoutATokenTheAddressIsCounted() {
        start(20, 1_000);
        ApiClient nobody = ApiClient.with(service.base(), null);
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            statuses.add(nobody.send("GET", i % 2 == 0 ? list() : "/nothing-here", null)
                    .status());
        }

        assertThat(statuses).contains(429).containsOnly(401, 429);
        assertThat(service.api().send("GET", list(), null).status())
                .as("who has a token is counted by that")
                .isEqualTo(200);
    }

    @Test
    void aFloodOfWrongTokensHardlyReachesTheKms() {
        start(1_000, 10);
        assertThat(service.api().send("GET", list(), null).status()).isEqualTo(200);
        service.kms.clearRequests();
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            statuses.add(ApiClient.with(service.base(), "wrong." + i + ".token")
                    .send("GET", list(), null)
                    .status());
        }

        assertThat(statuses).contains(403, 429).containsOnly(403, 429);
        assertThat(service.kms.count("/api/v1/projects")).isLessThan(15);
        assertThat(service.api().send("GET", list(), null).status())
                .as("who is known goes on, from the same address too")
                .isEqualTo(200);
    }

    @Test
    void aTokenThatWasRefusedIsNotAskedAboutAgain() {
        start(1_000, 10);
        service.kms.clearRequests();
        ApiClient stale = ApiClient.with(service.base(), "the.same.token");
        for (int i = 0; i < 50; i++) {
            assertThat(stale.send("GET", list(), null).status()).isEqualTo(403);
            assertThat(stale.send("GET", "/api/v1/app-connections", null).status())
                    .isEqualTo(403);
        }

        assertThat(service.kms.count("/api/v1/projects")).isLessThanOrEqualTo(2);
    }

    @Test
    void loginsFromOneAddressAreCountedToo() {
        start(1_000, 10);
        service.kms.clearRequests();
        ApiClient nobody = ApiClient.with(service.base(), null);
        ApiClient.Answer last = null;
        for (int i = 0; i < 40; i++) {
            last = nobody.send("POST", LOGIN, Map.of("clientId", "guess-" + i, "clientSecret", "guess"));
        }

        assertRefused(last);
        assertThat(service.kms.count(LOGIN)).isLessThan(15);
    }

    @Test
    void failedLoginsLockNeitherTheServiceNorItsCallers() {
        start(1_000, 1_000);
        ApiClient nobody = ApiClient.with(service.base(), null);
        for (String id : List.of(RunningService.CLIENT_ID, RunningService.CALLER_ID)) {
            List<Integer> statuses = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                statuses.add(nobody.send("POST", LOGIN, Map.of("clientId", id, "clientSecret", "wrong"))
                        .status());
            }
            assertThat(statuses).contains(401).isSubsetOf(401, 429);
        }

        // The identities themselves, at the KMS.
        ApiClient atTheKms = ApiClient.with(service.kms.baseUrl(), null);
        assertThat(atTheKms.send(
                                "POST",
                                LOGIN,
                                Map.of(
                                        "clientId", RunningService.CLIENT_ID,
                                        "clientSecret", RunningService.CLIENT_SECRET))
                        .status())
                .isEqualTo(200);
        assertThat(atTheKms.send(
                                "POST",
                                LOGIN,
                                Map.of(
                                        "clientId", RunningService.CALLER_ID,
                                        "clientSecret", RunningService.CALLER_SECRET))
                        .status())
                .isEqualTo(200);
        // And here, who logged in before is not kept out.
        assertThat(nobody.send(
                                "POST",
                                LOGIN,
                                Map.of(
                                        "clientId", RunningService.CALLER_ID,
                                        "clientSecret", RunningService.CALLER_SECRET))
                        .status())
                .isEqualTo(200);
    }
}
