package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.devkms.Grant;
import ai.hanzo.kms.secretsync.devkms.LoggedRequest;
import ai.hanzo.kms.secretsync.devkms.Project;
import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers who log in with an OIDC issuer: what a token must be, and what it allows where. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OidcTest {
    private static final String SYNCS = "/api/v1/secret-syncs/aws-secrets-manager";
    private static final Set<String> READ_BY_POST =
            Set.of("checkAwsSecretsManagerSecretSyncDestination", "checkAwsSecretsManagerSecretSyncDraft");
    /** What a change would do is for whoever could make it. */
    private static final String PLAN_OF_A_CHANGE = "planChangedAwsSecretsManagerSecretSync";

    private final OidcIssuerServer issuer = new OidcIssuerServer();
    private RunningService service;
    private Project other;
    private String sync;
    private String connection;

    @BeforeAll
    void start(@TempDir Path directory) {
        service = RunningService.start(
                directory,
                Map.of(
                        "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_ISSUER_URI",
                        issuer.uri().toString(),
                        "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_AUDIENCES",
                        OidcIssuerServer.AUDIENCE));
        other = service.kms.addProject(service.kms.addOrganization("Other"), "Other", "other", "dev");
        service.regrant(Grant.write(service.project), Grant.write(other));
        connection = service.connection();
        service.kms.setSecret(service.project, "dev", "/", "A", "a");
        sync = service.create(Operations.manual(service.oneToOne(connection, "/", "oidc/{{secretKey}}")));
    }

    @AfterAll
    void stop() {
        service.close();
        issuer.close();
    }

    @BeforeEach
    void forgetRequests() {
        service.kms.clearRequests();
    }

    private ApiClient caller(Object roles, Object projects) {
        return ApiClient.with(
                service.base(),
                issuer.token(claims -> claims.claim("roles", roles).claim("projects", projects)));
    }

    private ApiClient of(String role) {
        return caller(List.of(role), List.of(service.project.id()));
    }

    private String list() {
        return "/api/v1/secret-syncs?projectId=" + service.project.id();
    }

    private int status(String token) {
        return ApiClient.with(service.base(), token).send("GET", list(), null).status();
    }

    // What a token must be

    @Test
    void aGoodTokenIsAccepted() {
        assertThat(of("viewer").get(list()).path("secretSyncs")).isNotEmpty();
        assertThat(status(issuer.signed(
                        issuer.key,
                        new JOSEObjectType("at+jwt"),
                        claims -> claims.claim("roles", "viewer").claim("projects", "*"))))
                .isEqualTo(200);
    }

    @Test
    void tokensOfTheKmsAreAcceptedAsBefore() {
        assertThat(service.api().get(list()).path("secretSyncs")).isNotEmpty();
    }

    private Stream<String> badTokens() throws JOSEException {
        byte[] publicKey = issuer.key.toPublicJWK().toString().getBytes(StandardCharsets.UTF_8);
        SignedJWT mac = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256)
                        .keyID(issuer.key.getKeyID())
                        .build(),
                admin().build());
        mac.sign(new MACSigner(publicKey));
        String good = issuer.token(any -> admin());
        return Stream.of(
                issuer.token(
                        any -> admin().expirationTime(Date.from(Instant.now().minusSeconds(120)))),
                issuer.token(any -> admin().expirationTime(null)),
                issuer.token(
                        any -> admin().notBeforeTime(Date.from(Instant.now().plusSeconds(300)))),
                issuer.token(any -> admin().audience("another-application")),
                issuer.token(any -> admin().audience((String) null)),
                issuer.token(any -> admin().subject(null)),
                issuer.signed(issuer.key, new JOSEObjectType("logout+jwt"), any -> admin()),
                issuer.signed(OidcIssuerServer.newKey("one"), JOSEObjectType.JWT, any -> admin()),
                issuer.signed(OidcIssuerServer.newKey("two"), JOSEObjectType.JWT, any -> admin()),
                mac.serialize(),
                new PlainJWT(admin().build()).serialize(),
                good.substring(0, good.length() - 6) + "AAAAAA");
    }

    private com.nimbusds.jwt.JWTClaimsSet.Builder admin() {
        return issuer.good().claim("roles", List.of("admin")).claim("projects", List.of("*"));
    }

    @ParameterizedTest
    @MethodSource("badTokens")
    void aBadTokenIsRefusedAndTheKmsNotAsked(String token) {
        ApiClient.Answer answer = ApiClient.with(service.base(), token).send("GET", list(), null);

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.json().path("error").textValue()).isEqualTo("TokenError");
        assertThat(answer.json().path("reqId").textValue()).startsWith("req-");
        assertThat(answer.text()).doesNotContain(token);
        assertThat(byCallers()).isEmpty();
    }

    @Test
    void anExpiredTokenIsToldSo() {
        String expired =
                issuer.token(any -> admin().issueTime(Date.from(Instant.now().minusSeconds(600)))
                        .expirationTime(Date.from(Instant.now().minusSeconds(120))));

        assertThat(ApiClient.with(service.base(), expired)
                        .send("GET", list(), null)
                        .json()
                        .path("message")
                        .textValue())
                .isEqualTo("Your token has expired. Please re-authenticate.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://issuer.example.com", "http://127.0.0.1", ""})
    void aTokenOfAnotherIssuerIsForTheKmsToRefuse(String another) {
        assertThat(status(issuer.token(any -> admin().issuer(another)))).isEqualTo(403);
        assertThat(status(issuer.token(any -> admin().issuer(issuer.uri() + "/"))))
                .isEqualTo(403);
    }

    // What a role allows

    static Stream<AuthenticationTest.Operation> operations() {
        return AuthenticationTest.guarded();
    }

    private static String needed(AuthenticationTest.Operation operation) {
        if (operation.method().equals("GET") || READ_BY_POST.contains(operation.id())) {
            return "viewer";
        }
        if (operation.id().equals(PLAN_OF_A_CHANGE)) {
            return "admin";
        }
        boolean aboutOne = operation.path().matches(".*\\{(syncId|connectionId)}/.+");
        return operation.method().equals("POST") && aboutOne ? "operator" : "admin";
    }

    @ParameterizedTest
    @DisplayName("U4-29: differs: the KMS says who may use a project, and for tokens of an issuer viewer, operator "
            + "and admin stand for the actions (promise 4)")
    @MethodSource("operations")
    void eachVerbNeedsItsRoleAndEachRoleHasThoseBelow(AuthenticationTest.Operation operation) {
        List<String> roles = List.of("viewer", "operator", "admin");
        for (String role : roles) {
            boolean allowed = roles.indexOf(role) >= roles.indexOf(needed(operation));

            // Of things that are not there, so that nothing happens where it is allowed.
            ApiClient.Answer answer = send(of(role), operation);

            if (allowed) {
                assertThat(answer.text()).doesNotContain("does not give you the role");
                assertThat(answer.status()).isIn(200, 400, 403, 404, 422);
            } else {
                assertThat(answer.status()).as(role).isEqualTo(403);
                assertThat(answer.json().path("message").textValue())
                        .isEqualTo("Your token does not give you the role that this needs: " + needed(operation) + ".");
            }
        }
        assertThat(send(caller(List.of(), "*"), operation).status()).isEqualTo(403);
        assertThat(send(caller(null, "*"), operation).status()).isEqualTo(403);
        assertThat(send(caller(List.of("owner", "ADMIN"), "*"), operation).status())
                .isEqualTo(403);
        assertThat(send(caller(Map.of("admin", true), "*"), operation).status()).isEqualTo(403);
    }

    private ApiClient.Answer send(ApiClient caller, AuthenticationTest.Operation operation) {
        String path = operation.path().replaceAll("\\{\\w+}", UUID.randomUUID().toString());
        boolean hasBody = Set.of("POST", "PATCH", "PUT").contains(operation.method());
        return caller.send(operation.method(), path + "?projectId=" + other.id(), hasBody ? Map.of() : null);
    }

    @Test
    void anOperatorRunsAndAnAdministratorChanges() {
        ApiClient operator = of("operator");
        assertThat(operator.send("POST", SYNCS + "/" + sync + "/sync-secrets", null)
                        .status())
                .isEqualTo(200);
        service.api().awaitSync(sync, RunningService.PATIENCE);
        assertThat(operator.send("PATCH", SYNCS + "/" + sync, Map.of("description", "x"))
                        .status())
                .isEqualTo(403);

        ApiClient admin = of("admin");
        assertThat(admin.send("PATCH", SYNCS + "/" + sync, Map.of("description", "by OIDC"))
                        .status())
                .isEqualTo(200);
        JsonNode created =
                admin.post(SYNCS, Operations.manual(service.oneToOne(connection, "/", "made/{{secretKey}}")));
        assertThat(admin.send(
                                "DELETE",
                                SYNCS + "/" + created.at("/secretSync/id").textValue(),
                                null)
                        .status())
                .isEqualTo(200);
    }

    // In which projects

    @Test
    void onlyTheProjectsOfTheTokenAreThere() {
        ApiClient elsewhere = caller("admin", List.of(other.id()));
        String unknown = UUID.randomUUID().toString();

        for (String path : List.of(SYNCS + "/%s", "/api/v1/app-connections/aws/%s")) {
            String id = path.startsWith(SYNCS) ? sync : connection;
            ApiClient.Answer theirs = elsewhere.send("GET", path.formatted(id), null);
            ApiClient.Answer nothing = elsewhere.send("GET", path.formatted(unknown), null);
            assertThat(theirs.status()).isEqualTo(404).isEqualTo(nothing.status());
            assertThat(anonymous(theirs).replace(id, "ID"))
                    .isEqualTo(anonymous(nothing).replace(unknown, "ID"));
        }
        assertThat(elsewhere.send("GET", list(), null).status()).isEqualTo(403);
        assertThat(elsewhere.get("/api/v1/app-connections").path("appConnections"))
                .isEmpty();
    }

    private static String anonymous(ApiClient.Answer answer) {
        return answer.text().replaceAll("\"reqId\":\"[^\"]*\"", "");
    }

    @ParameterizedTest
    @MethodSource("noProjects")
    void withoutAClaimThereIsNoProject(Object claim) {
        ApiClient nowhere = caller("admin", claim);

        assertThat(nowhere.send("GET", list(), null).status()).isEqualTo(403);
        assertThat(nowhere.send("GET", SYNCS + "/" + sync, null).status()).isEqualTo(404);
        assertThat(nowhere.get("/api/v1/app-connections").path("appConnections"))
                .isEmpty();
    }

    static Stream<Object> noProjects() {
        return Stream.of(List.of(), "", "**", List.of(1), Map.of("*", true));
    }

    @Test
    void allMeansWhatTheServiceItselfMayUse() {
        ApiClient everywhere = caller("viewer", "*");
        Project unseen = service.kms.addProject(service.organization, "Unseen", "unseen", "dev");

        assertThat(everywhere.get(list()).path("secretSyncs")).isNotEmpty();
        assertThat(everywhere
                        .send("GET", "/api/v1/secret-syncs?projectId=" + unseen.id(), null)
                        .status())
                .isEqualTo(403);
    }

    @Test
    void aSyncCanBeMadeOnlyOfWhatTheServiceCanRead() {
        service.kms.addFolder(service.project, "dev", "/closed");
        service.kms.setSecret(service.project, "dev", "/closed", "A", "a");
        service.regrant(Grant.describe(service.project), Grant.write(other));
        try {
            ApiClient.Answer answer = of("admin")
                    .send(
                            "POST",
                            SYNCS,
                            Operations.manual(service.oneToOne(connection, "/closed", "no/{{secretKey}}")));

            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.json().path("message").textValue())
                    .isEqualTo(
                            "You do not have permission to read secrets at path \"/closed\" in environment \"dev\".");
        } finally {
            service.regrant(Grant.write(service.project), Grant.write(other));
        }
    }

    private List<LoggedRequest> byCallers() {
        return service.kms.requests().stream()
                .filter(request -> !RunningService.CLIENT_ID.equals(request.identity()))
                .filter(request -> !request.path().contains("/auth/"))
                .toList();
    }
}
