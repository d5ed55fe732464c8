package ai.hanzo.kms.secretsync.kms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.hanzo.kms.secretsync.kms.ScriptedKms.Answer;
import ai.hanzo.kms.secretsync.sync.Rejection;
import ai.hanzo.kms.secretsync.sync.Rejection.Kind;
import ai.hanzo.kms.secretsync.sync.SecretText;
import ai.hanzo.kms.secretsync.sync.Source;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KmsCallersTest {
    private static final String PROJECT = "GET /api/v1/projects/p1";
    private static final String BODY = "{'id':'p1','name':'Demo','slug':'demo','orgId':'o1',"
            + "'environments':[{'id':'e1','slug':'prod','name':'Production'}]}";
    private static final SecretText TOKEN = SecretText.of("MARKER-caller-token");
    private static final Source APP = new Source("p1", "prod", "/app");

    private final ScriptedKms kms = new ScriptedKms().on(PROJECT, Answer.json(200, "{'project':" + BODY + "}"));
    private final KmsCallers callers = kms.callers();

    @AfterEach
    void stop() {
        kms.close();
    }

    private static Rejection rejection(ThrowingCallable call) {
        Rejection e = catchThrowableOfType(Rejection.class, call);
        assertThat(e).isNotNull();
        java.io.StringWriter trace = new java.io.StringWriter();
        e.printStackTrace(new java.io.PrintWriter(trace));
        assertThat(trace.toString()).doesNotContain("MARKER");
        return e;
    }

    private Rejection rejectionFor(Answer answer) {
        kms.on(PROJECT, answer);
        return rejection(() -> callers.project(TOKEN, "p1"));
    }

    @Test
    void aProjectIsAskedForWithTheCallersToken() {
        KmsProject project = callers.project(TOKEN, "p1");
        assertThat(project)
                .isEqualTo(new KmsProject(
                        "p1", "Demo", "demo", "o1", List.of(new KmsProject.Environment("e1", "prod", "Production"))));
        assertThat(kms.asked).hasSize(1);
        assertThat(kms.asked.get(0).header("Authorization")).isEqualTo("Bearer MARKER-caller-token");
    }

    @Test
    void theProjectsOfAToken() {
        kms.on("GET /api/v1/projects", Answer.json(200, "{'projects':[" + BODY + "]}"));
        assertThat(callers.projects(TOKEN)).extracting(KmsProject::orgId).containsExactly("o1");
    }

    @Test
    void anOlderKmsCallsThemWorkspaces() {
        kms.on("GET /api/v1/workspace/p2", Answer.json(200, "{'workspace':" + BODY + "}"));
        kms.on("GET /api/v1/workspace", Answer.json(200, "{'workspaces':[" + BODY + "]}"));
        assertThat(callers.project(TOKEN, "p2").name()).isEqualTo("Demo");
        assertThat(callers.projects(TOKEN)).hasSize(1);
    }

    @Test
    void aRefusedTokenIsToldInTheKmssWords() {
        Rejection revoked =
                rejectionFor(Answer.error(401, "UnauthorizedError", "You are not allowed to access this resource"));
        assertThat(revoked.kind()).isEqualTo(Kind.UNAUTHENTICATED);
        assertThat(revoked).hasMessage("You are not allowed to access this resource");
        Rejection expired =
                rejectionFor(Answer.error(403, "TokenError", "Your token has expired. Please re-authenticate."));
        assertThat(expired.kind()).isEqualTo(Kind.TOKEN);
        assertThat(expired).hasMessage("Your token has expired. Please re-authenticate.");
        assertThat(kms.asked("POST /api/v1/auth/universal-auth/login"))
                .as("never as the service")
                .isEmpty();
    }

    @Test
    void somebodyElsesProjectAndNoProjectLookTheSame() {
        Rejection other = rejectionFor(Answer.error(403, "ForbiddenError", "You are not a member of Demo"));
        Rejection none = rejectionFor(Answer.error(404, "NotFound", "Project with ID p1 not found"));
        Rejection malformed = rejectionFor(Answer.json(422, "{'error':'ValidationFailure','message':[]}"));
        assertThat(other.kind())
                .isEqualTo(Kind.FORBIDDEN)
                .isEqualTo(none.kind())
                .isEqualTo(malformed.kind());
        assertThat(other.getMessage()).isEqualTo(none.getMessage()).isEqualTo(malformed.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", ".", "", "a/b", "p1?x=1", "p 1", "%2e%2e"})
    void whatIsNoIdIsNotAskedFor(String id) {
        assertThat(rejection(() -> callers.project(TOKEN, id)).kind()).isEqualTo(Kind.FORBIDDEN);
        assertThat(kms.asked).isEmpty();
    }

    @Test
    void troubleOfTheKmsIsNotTheCallers() {
        assertThat(rejectionFor(Answer.error(500, "InternalServerError", "MARKER"))
                        .kind())
                .isEqualTo(Kind.UPSTREAM_UNAVAILABLE);
        assertThat(rejectionFor(Answer.json(302, "x").with("Location", "/")).kind())
                .isEqualTo(Kind.UPSTREAM_UNAVAILABLE);
        assertThat(rejectionFor(Answer.json(200, "{'project':MARKER}")).kind()).isEqualTo(Kind.UPSTREAM_UNAVAILABLE);
        kms.close();
        assertThat(rejection(() -> callers.project(TOKEN, "p1")).kind()).isEqualTo(Kind.UPSTREAM_UNAVAILABLE);
    }

    @Test
    void aCallerIsToldHowLongToWaitInsteadOfWaiting() {
        Rejection e = rejectionFor(Answer.error(429, "RateLimitExceeded", "x").with("Retry-After", "12"));
        assertThat(e.kind()).isEqualTo(Kind.RATE_LIMITED);
        assertThat(e).hasMessageContaining("12 seconds");
        assertThat(e.retryAfter()).hasSeconds(12);
        assertThat(rejection(() -> callers.project(TOKEN, "p1")).kind()).isEqualTo(Kind.RATE_LIMITED);
        assertThat(kms.asked(PROJECT)).as("the KMS is left alone").hasSize(1);
        assertThat(kms.time.pauses).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"MARKER with blank", "MARKER\nX-Evil: 1", "MARKERü"})
    void aTokenThatCannotBeAHeaderIsRefusedHere(String token) {
        assertThat(rejection(() -> callers.project(SecretText.of(token), "p1")).kind())
                .isEqualTo(Kind.TOKEN);
        assertThat(kms.asked).isEmpty();
    }

    @Test
    void withoutATokenNobodyIsAsked() {
        assertThat(rejection(() -> callers.projects(SecretText.of("")))).hasMessage("Token missing");
        assertThat(rejection(() -> callers.projects(null)).kind()).isEqualTo(Kind.UNAUTHENTICATED);
        assertThat(kms.asked).isEmpty();
    }

    // ---- values

    private boolean canRead(Answer list) {
        kms.on("GET /api/v2/secret-imports", Answer.json(200, "{'secretImports':[]}"));
        kms.on("GET /api/v4/secrets", list);
        return callers.canReadValues(TOKEN, APP);
    }

    @Test
    void whoMayReadTheValuesMay() {
        assertThat(canRead(Answer.json(200, "{'secrets':[{'secretKey':'A','secretValue':'MARKER'}]}")))
                .isTrue();
        assertThat(canRead(Answer.json(200, "{'secrets':[]}"))).isTrue();
        assertThat(kms.asked).allMatch(a -> a.header("Authorization").equals("Bearer MARKER-caller-token"));
    }

    @Test
    void whoMayNotReadAllOfItMayNot() {
        assertThat(canRead(Answer.error(403, "PermissionDenied", "x"))).isFalse();
        assertThat(canRead(Answer.error(403, "ForbiddenError", "Failed to expand one or more secret references")))
                .isFalse();
        assertThat(canRead(
                        Answer.json(200, "{'secrets':[{'secretKey':'A','secretValue':'x','secretValueHidden':true}]}")))
                .isFalse();
    }

    @Test
    void aFolderThatIsGoneIsToldAsThat() {
        assertThat(rejection(() -> canRead(Answer.error(404, "SecretPathNotFound", "Folder not found"))))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.BAD_REQUEST))
                .hasMessageContaining("folder no longer exists");
    }

    @Test
    void importsThatTheCallerMayNotReadCountToo() {
        kms.on(
                "GET /api/v2/secret-imports",
                Answer.json(200, "{'secretImports':[{'importPath':'/x','importEnv':{'slug':'prod'}}]}"));
        kms.on(
                "GET /api/v4/secrets",
                asked -> asked.query().get("secretPath").equals("/app")
                        ? Answer.json(200, "{'secrets':[],'imports':[]}")
                        : Answer.error(403, "PermissionDenied", "x"));
        assertThat(callers.canReadValues(TOKEN, APP)).isFalse();
    }

    @Test
    void whatIsNotKnownIsNoAnswer() {
        assertThat(rejection(() -> canRead(Answer.error(500, "InternalServerError", "MARKER")))
                        .kind())
                .isEqualTo(Kind.UPSTREAM_UNAVAILABLE);
        assertThat(rejection(() -> canRead(Answer.error(401, "UnauthorizedError", "x")))
                        .kind())
                .isEqualTo(Kind.UNAUTHENTICATED);
    }

    // ---- login

    @Test
    void aLoginIsPassedOnAndTheAnswerIsTheKmss() {
        String login = " { \"clientId\" : \"other\", \"clientSecret\":\"MARKER+ ü\", \"clientId\":\"me\"}";
        kms.on(
                "POST /api/v1/auth/universal-auth/login",
                Answer.json(401, "{'message':'Invalid credentials' }").with("Set-Cookie", "x=y"));
        LoginReply reply = callers.relayLogin("universal-auth", login.getBytes(StandardCharsets.UTF_8));
        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.contentType()).isEqualTo("application/json; charset=utf-8");
        assertThat(new String(reply.body(), StandardCharsets.UTF_8))
                .isEqualTo("{\"message\":\"Invalid credentials\" }");
        assertThat(kms.asked.get(0).body()).isEqualTo("{\"clientId\":\"me\",\"clientSecret\":\"MARKER+ ü\"}");
        assertThat(kms.asked.get(0).header("Content-Type")).startsWith("application/json");
        assertThat(kms.asked.get(0).header("Authorization")).isNull();
        assertThat(reply.toString()).doesNotContain("Invalid");
    }

    @Test
    void aLoginThatCannotBeGuessedIsPassedOnByteForByte() {
        kms.on("POST /api/v1/auth/aws-auth/login", Answer.json(200, "{}"));
        callers.relayLogin("aws-auth", "{ \"a\" : 1 ".getBytes(StandardCharsets.UTF_8));
        assertThat(kms.asked.get(0).body()).isEqualTo("{ \"a\" : 1 ");
    }

    @Test
    void aSuccessAndALimitArriveAsTheyAre() {
        LoginReply reply = callers.relayLogin("universal-auth", "{}".getBytes(StandardCharsets.UTF_8));
        assertThat(reply.status()).isEqualTo(200);
        assertThat(new String(reply.body(), StandardCharsets.UTF_8)).contains("accessToken");
        kms.on(
                "POST /api/v1/auth/oidc-auth/login",
                Answer.error(429, "RateLimitExceeded", "x").with("Retry-After", "9"));
        reply = callers.relayLogin("oidc-auth", new byte[0]);
        assertThat(reply.status()).isEqualTo(429);
        assertThat(reply.retryAfter()).isEqualTo("9");
    }

    @ParameterizedTest
    @ValueSource(strings = {"token-auth", "../projects", "", "universal-auth/login/..", "tls-cert-auth"})
    void otherMethodsAreNotPassedOn(String method) {
        assertThat(rejection(() -> callers.relayLogin(method, new byte[0])).kind())
                .isEqualTo(Kind.NOT_FOUND);
        assertThat(kms.asked).isEmpty();
    }

    @Test
    void whatIsNoLoginIsNotPassedOn() {
        assertThat(rejection(() -> callers.relayLogin("universal-auth", new byte[70_000]))
                        .kind())
                .isEqualTo(Kind.BAD_REQUEST);
        for (String body : List.of("", "[]", "nonsense MARKER", "{\"clientSecret\":\"MARKER")) {
            assertThat(rejection(() -> callers.relayLogin("universal-auth", body.getBytes(StandardCharsets.UTF_8)))
                            .kind())
                    .isEqualTo(Kind.BAD_REQUEST);
        }
        assertThat(kms.asked).isEmpty();
        kms.on("POST /api/v1/auth/universal-auth/login", Answer.json(307, "x").with("Location", "/elsewhere"));
        assertThat(rejection(() -> callers.relayLogin("universal-auth", "{}".getBytes(StandardCharsets.UTF_8)))
                        .kind())
                .isEqualTo(Kind.UPSTREAM_UNAVAILABLE);
    }

    @Test
    void theCallersOwnLookUp() {
        kms.on("GET /api/v2/folders", Answer.json(200, "{'folders':[{'id':'f1','name':'app','parentId':'r'}]}"));
        assertThat(callers.describe(TOKEN, APP).folder().id()).isEqualTo("f1");
        assertThat(kms.asked)
                .allMatch(a -> Map.of("authorization", "Bearer MARKER-caller-token")
                        .get("authorization")
                        .equals(a.header("Authorization")));
    }
}
