package ai.hanzo.kms.secretsync.kms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.hanzo.kms.secretsync.devkms.DevelopmentKms;
import ai.hanzo.kms.secretsync.devkms.Grant;
import ai.hanzo.kms.secretsync.devkms.Project;
import ai.hanzo.kms.secretsync.sync.Rejection;
import ai.hanzo.kms.secretsync.sync.SecretText;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against a development KMS that locks as the real one does: three failures with less than 30 seconds between them. */
class LoginGuardTest {
    private static final String OWN = "Own-Identity";
    private static final String OTHER = "other-identity";
    private static final String LOGIN = "/api/v1/auth/universal-auth/login";

    private final DevelopmentKms kms = DevelopmentKms.start(0);
    private final ScriptedKms.Time time = new ScriptedKms.Time();
    private final KmsProperties properties =
            new KmsProperties(kms.baseUrl().toString(), OWN, SecretText.of("own-secret"));
    private final KmsHttp http = new KmsHttp(properties.checked(), time, time);
    private final KmsCallers callers = instance();
    private final KmsSession session = new KmsSession(http, properties);

    private KmsCallers instance() {
        return new KmsCallers(http, new KmsReader(), new LoginGuard(time, properties));
    }

    @BeforeEach
    void identities() {
        Project project = kms.addProject(kms.addOrganization("Example"), "Shop", "shop", "dev");
        kms.addIdentity(OWN, "own-secret", Grant.write(project));
        kms.addIdentity(OTHER, "other-secret", Grant.write(project));
    }

    @AfterEach
    void stop() {
        kms.close();
    }

    private static byte[] login(String id, String secret) {
        return ("{\"clientId\":\"" + id + "\",\"clientSecret\":\"" + secret + "\"}").getBytes(StandardCharsets.UTF_8);
    }

    private static int status(KmsCallers callers, byte[] body) {
        try {
            return callers.relayLogin("universal-auth", body).status();
        } catch (Rejection e) {
            return e.kind().status();
        }
    }

    private void pass(Duration by) {
        time.pass(by);
        kms.advanceClock(by);
    }

    @Test
    void theDevelopmentKmsLocksAfterThreeFailures() {
        for (int i = 0; i < 3; i++) {
            http.sendOnce(
                    KmsRequest.json(
                            KmsRequest.Quota.LOGIN,
                            org.springframework.http.HttpMethod.POST,
                            LOGIN,
                            login(OTHER, "no")),
                    null);
        }

        assertThat(status(callers, login(OTHER, "other-secret"))).isEqualTo(401);
    }

    static Stream<byte[]> oursInDisguise() {
        return Stream.of(
                login(OWN, "wrong"),
                login(OWN.toUpperCase(java.util.Locale.ROOT), "wrong"),
                login("  " + OWN + "\\n", "wrong"),
                login("\uFEFF" + OWN, "wrong"),
                login("\u00A0" + OWN + "\u2003", "wrong"),
                login(OWN, ""),
                ("{\"clientId\":\"x\",\"clientSecret\":\"wrong\",\"clientId\":\"" + OWN + "\"}")
                        .getBytes(StandardCharsets.UTF_8),
                ("{\"clientId\":\"" + OWN + "\",\"clientSecret\":[\"own-secret\"]}").getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @MethodSource("oursInDisguise")
    void aWrongSecretForThisServiceNeverReachesTheKms(byte[] body) {
        for (int i = 0; i < 10; i++) {
            assertThat(status(callers, body)).isEqualTo(401);
        }

        assertThat(kms.count(LOGIN)).isZero();
        assertThat(status(callers, login(OWN, "own-secret"))).isEqualTo(200);
        assertThat(session.send(KmsRequest.get(KmsRequest.Quota.READ, "/api/v1/projects", java.util.Map.of()))
                        .ok())
                .isTrue();
    }

    @Test
    void whatTheKmsReadsIsWhatWasCounted() {
        byte[] twice = ("{\"clientId\":\"" + OWN + "\",\"clientSecret\":\"wrong\",\"clientId\":\"nobody\"}")
                .getBytes(StandardCharsets.UTF_8);

        assertThat(status(callers, twice)).isEqualTo(401);

        assertThat(status(callers, twice)).as("counted for nobody").isEqualTo(429);
        assertThat(status(callers, login("nobody", "wrong"))).isEqualTo(429);
    }

    @Test
    void failuresOfSomebodyElseDoNotLockThemEither() {
        List<Integer> statuses = new ArrayList<>();
        for (int second = 0; second < 300; second += 5) {
            statuses.add(status(callers, login(OTHER, "wrong")));
            pass(Duration.ofSeconds(5));
        }

        assertThat(statuses).contains(401, 429).containsOnly(401, 429);
        assertThat(kms.count(LOGIN)).isEqualTo(5);
        pass(LoginGuard.CLOSED);
        assertThat(status(callers, login(OTHER, "other-secret"))).isEqualTo(200);
    }

    @Test
    void twoInstancesTogetherDoNotLockEither() {
        KmsCallers second = instance();
        for (int i = 0; i < 120; i++) {
            status(i % 3 == 0 ? second : callers, login(OTHER, "wrong"));
            pass(Duration.ofSeconds(7));
        }

        pass(LoginGuard.CLOSED);
        assertThat(status(second, login(OTHER, "other-secret"))).isEqualTo(200);
    }

    @Test
    void whoMustWaitIsToldHowLong() {
        status(callers, login(OTHER, "wrong"));
        pass(Duration.ofSeconds(10));

        Rejection rejection = catchThrowableOfType(
                Rejection.class, () -> callers.relayLogin("universal-auth", login(OTHER, "wrong again")));

        assertThat(rejection.kind()).isEqualTo(Rejection.Kind.RATE_LIMITED);
        assertThat(rejection).hasMessage("Rate limit exceeded. Please try again in 50 seconds");
        assertThat(rejection.retryAfter()).hasSeconds(50);
    }

    @Test
    void whoLoggedInBeforeIsNotKeptOutByAnothersFailures() {
        assertThat(status(callers, login(OTHER, "other-secret"))).isEqualTo(200);
        assertThat(status(callers, login(OTHER, "wrong"))).isEqualTo(401);

        assertThat(status(callers, login(OTHER, "wrong"))).isEqualTo(429);
        assertThat(status(callers, login(OTHER, "other-secret"))).isEqualTo(200);
    }

    @Test
    void manyAtOnceAreOneFailure() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            List<Future<Integer>> attempts = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                attempts.add(threads.submit(() -> status(callers, login(OTHER, "wrong"))));
            }
            for (Future<Integer> attempt : attempts) {
                assertThat(attempt.get()).isIn(401, 429);
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(kms.count(LOGIN)).isEqualTo(1);
    }

    @Test
    void aFormatThatTheKmsRefusesIsForItToSay() {
        assertThat(status(callers, "{\"clientSecret\":\"x\"}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(422);
    }
}
