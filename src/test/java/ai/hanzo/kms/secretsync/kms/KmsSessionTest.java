package ai.hanzo.kms.secretsync.kms;

import static ai.hanzo.kms.secretsync.kms.ScriptedKms.login;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.hanzo.kms.secretsync.kms.KmsRequest.Quota;
import ai.hanzo.kms.secretsync.kms.ScriptedKms.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KmsSessionTest {
    private static final String LOGIN = "POST /api/v1/auth/universal-auth/login";
    private static final String PROBE = "GET /api/probe";
    private static final KmsRequest REQUEST = KmsRequest.get(Quota.READ, "/api/probe", Map.of());
    private static final Answer REVOKED =
            Answer.error(401, "UnauthorizedError", "You are not allowed to access this resource");
    private static final Answer EXPIRED =
            Answer.error(403, "TokenError", "Your token has expired. Please re-authenticate.");
    private static final Answer BAD_CREDENTIALS = Answer.error(401, "UnauthorizedError", "Invalid credentials");

    private final ScriptedKms kms = new ScriptedKms().on(PROBE, Answer.json(200, "{}"));
    private final KmsSession session = kms.session();

    @AfterEach
    void stop() {
        kms.close();
    }

    private KmsException failure() {
        KmsException e = catchThrowableOfType(KmsException.class, () -> session.send(REQUEST));
        assertThat(e).isNotNull();
        assertThat(e.getMessage()).doesNotContain("MARKER");
        return e;
    }

    private int logins() {
        return kms.asked(LOGIN).size();
    }

    @Test
    void logsInOnceAndSendsTheTokenUnderItsOwnName() {
        session.send(REQUEST);
        session.send(REQUEST);
        assertThat(logins()).isEqualTo(1);
        assertThat(kms.asked(LOGIN).get(0).body())
                .isEqualTo("{\"clientId\":\"service-client\",\"clientSecret\":\"MARKER-client-secret\"}");
        assertThat(kms.asked(LOGIN).get(0).header("Authorization")).isNull();
        assertThat(kms.asked(PROBE)).allSatisfy(asked -> {
            assertThat(asked.header("Authorization")).isEqualTo("Bearer MARKER-service-token");
            assertThat(asked.header("User-Agent")).startsWith("kms-secret-sync/");
        });
    }

    @Test
    void manyThreadsLogInOnce() throws Exception {
        kms.on(LOGIN, asked -> {
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return login("token", 100);
        });
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<KmsReply>> replies = threads.invokeAll(
                    java.util.Collections.nCopies(8, (Callable<KmsReply>) () -> session.send(REQUEST)));
            for (Future<KmsReply> reply : replies) {
                assertThat(reply.get().status()).isEqualTo(200);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(logins()).isEqualTo(1);
    }

    @Test
    void logsInAgainAtEightyPercentOfTheTokensLife() {
        kms.on(LOGIN, login("token", 100));
        session.send(REQUEST);
        kms.time.pass(Duration.ofSeconds(79));
        session.send(REQUEST);
        assertThat(logins()).isEqualTo(1);
        kms.time.pass(Duration.ofSeconds(2));
        session.send(REQUEST);
        assertThat(logins()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"{'accessToken':'token','expiresIn':0}", "{'accessToken':'token'}"})
    void aTokenWithoutAnEndIsKept(String answer) {
        kms.on(LOGIN, Answer.json(200, answer));
        session.send(REQUEST);
        kms.time.pass(Duration.ofDays(4000));
        session.send(REQUEST);
        assertThat(logins()).isEqualTo(1);
    }

    @Test
    void aTokenThatStillWorksOutlivesAFailedRenewal() {
        kms.first(LOGIN, login("old", 1000), Answer.error(500, "InternalServerError", "x"));
        session.send(REQUEST);
        kms.time.pass(Duration.ofSeconds(850));
        assertThat(session.send(REQUEST).status()).isEqualTo(200);
        assertThat(session.send(REQUEST).status()).isEqualTo(200);
        assertThat(logins()).isEqualTo(2);
        assertThat(kms.asked(PROBE)).allMatch(a -> a.header("Authorization").equals("Bearer old"));
        kms.time.pass(Duration.ofSeconds(200));
        session.send(REQUEST);
        assertThat(logins()).isEqualTo(3);
    }

    @Test
    void aRevokedTokenIsReplacedOnce() {
        kms.first(LOGIN, login("old", 0), login("new", 0)).first(PROBE, REVOKED);
        assertThat(session.send(REQUEST).status()).isEqualTo(200);
        assertThat(logins()).isEqualTo(2);
        assertThat(kms.asked(PROBE).get(1).header("Authorization")).isEqualTo("Bearer new");
    }

    @Test
    void anExpiredTokenIsReplacedOnceAlthoughItIsA403() {
        kms.first(PROBE, EXPIRED);
        assertThat(session.send(REQUEST).status()).isEqualTo(200);
        assertThat(logins()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "PermissionDenied",
        "ForbiddenError",
        "PermissionBoundaryError",
        "ForbiddenReadSecretError",
        "PolicyViolationError"
    })
    void noOther403IsAboutTheToken(String error) {
        kms.on(PROBE, Answer.error(403, error, "You are not allowed"));
        assertThat(session.send(REQUEST).status()).isEqualTo(403);
        assertThat(logins()).isEqualTo(1);
    }

    @Test
    void aTokenThatIsRefusedRightAfterItsLoginEndsTheTrying() {
        kms.on(PROBE, REVOKED);
        KmsException e = failure();
        assertThat(e.failure()).isEqualTo(SourceFailure.CREDENTIALS);
        assertThat(logins()).isEqualTo(2);
        failure();
        assertThat(logins()).as("no login per request").isEqualTo(2);
    }

    @Test
    void aRefusedLoginIsNotLoopedAndTheSecondClosesForFiveMinutes() {
        kms.on(LOGIN, BAD_CREDENTIALS);
        KmsException first = failure();
        assertThat(first.failure()).isEqualTo(SourceFailure.CREDENTIALS);
        assertThat(first.getMessage()).contains("Invalid credentials");
        assertThat(first.remedy()).contains("KMS_CLIENT_ID");
        assertThat(first.retryAfter()).isEqualTo(Duration.ofSeconds(60));
        failure();
        assertThat(logins()).isEqualTo(1);

        kms.time.pass(Duration.ofSeconds(60));
        assertThat(failure().retryAfter()).isEqualTo(Duration.ofMinutes(5));
        assertThat(logins()).isEqualTo(2);

        kms.time.pass(Duration.ofSeconds(299));
        failure();
        assertThat(logins()).isEqualTo(2);

        kms.time.pass(Duration.ofSeconds(1));
        kms.on(LOGIN, login("token", 0));
        assertThat(session.send(REQUEST).status()).isEqualTo(200);
        assertThat(logins()).isEqualTo(3);
    }

    @Test
    void aLockedIdentityIsLeftAloneForFiveMinutesAtOnce() {
        kms.on(
                LOGIN,
                Answer.error(
                        401,
                        "UnauthorizedError",
                        "This identity auth method is temporarily locked, please try again later"));
        assertThat(failure().retryAfter()).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void troubleAtTheLoginIsNoRefusal() {
        kms.on(LOGIN, Answer.error(500, "InternalServerError", "MARKER-echo"));
        for (int i = 0; i < 3; i++) {
            assertThat(failure().failure()).isEqualTo(SourceFailure.UNAVAILABLE);
        }
        kms.on(LOGIN, login("token", 0));
        assertThat(session.send(REQUEST).status()).isEqualTo(200);
    }

    @Test
    void aKmsWithoutALoginIsTheWrongAddress() {
        kms.on(LOGIN, new Answer(404, Map.of("Content-Type", "text/html"), "<html>MARKER".getBytes()));
        assertThat(failure().failure()).isEqualTo(SourceFailure.PROTOCOL);
        assertThat(failure().remedy()).contains("KMS_BASE_URL");
    }

    @Test
    void whatTheKmsEchoesAtARefusalIsNotRepeated() {
        kms.on(
                LOGIN,
                Answer.json(
                        422,
                        "{'statusCode':422,'error':'ValidationFailure','message':[{'received':'MARKER-client-secret'}]}"));
        failure();
        kms.time.pass(Duration.ofSeconds(60));
        kms.on(LOGIN, Answer.error(401, "UnauthorizedError", "Wrong secret MARKER-client-secret"));
        failure();
    }

    @Test
    void aTokenThatCannotBeAHeaderIsRefusedWithoutNamingIt() {
        kms.on(LOGIN, Answer.json(200, "{'accessToken':'MARKER with\\nnewline'}"));
        assertThat(failure().failure()).isEqualTo(SourceFailure.PROTOCOL);
    }
}
