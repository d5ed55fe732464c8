package ai.hanzo.kms.secretsync.devkms;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthenticationTest extends KmsTestCase {
    private static final String LOGIN = "/api/v1/auth/universal-auth/login";

    private Answer login(String secret) throws Exception {
        return send("POST", LOGIN, "{'clientId':'writer','clientSecret':'" + secret + "'}");
    }

    private int projectStatus() throws Exception {
        return get("/api/v1/projects/" + shop.id()).status();
    }

    @ParameterizedTest
    @ValueSource(strings = {LOGIN, LOGIN + "/"})
    void logs_in_with_json(String path) throws Exception {
        kms.setTokenLifetime(Duration.ofHours(2), Duration.ofHours(5));
        Answer answer = send("POST", path, "{'clientId':' writer ','clientSecret':'writer-secret'}");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().fieldNames())
                .toIterable()
                .containsExactly("accessToken", "expiresIn", "accessTokenMaxTTL", "tokenType");
        assertThat(answer.body().get("expiresIn").asInt()).isEqualTo(7200);
        assertThat(answer.body().get("accessTokenMaxTTL").asInt()).isEqualTo(18000);
        assertThat(answer.body().get("tokenType").asText()).isEqualTo("Bearer");
        token = answer.body().get("accessToken").asText();
        assertThat(projectStatus()).isEqualTo(200);
    }

    @Test
    void logs_in_with_a_form() throws Exception {
        Answer answer = send(
                "POST",
                LOGIN,
                "clientId=writer&clientSecret=writer%2Dsecret",
                "Content-Type",
                "application/x-www-form-urlencoded");
        assertThat(answer.status()).isEqualTo(200);
    }

    @Test
    void tokens_without_lifetime_never_expire() throws Exception {
        kms.setTokenLifetime(Duration.ZERO, Duration.ZERO);
        Answer answer = login("writer-secret");
        assertThat(answer.body().get("expiresIn").asInt()).isZero();
        token = answer.body().get("accessToken").asText();
        kms.advanceClock(Duration.ofDays(4000));
        assertThat(projectStatus()).isEqualTo(200);
    }

    @Test
    void three_failures_lock_even_the_right_secret_for_five_minutes() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertThat(login("wrong").message()).isEqualTo("Invalid credentials");
        }
        Answer locked = login("writer-secret");
        assertThat(locked.status()).isEqualTo(401);
        assertThat(locked.error()).isEqualTo("UnauthorizedError");
        assertThat(locked.message())
                .isEqualTo("This identity auth method is temporarily locked, please try again later");
        kms.advanceClock(Duration.ofSeconds(299));
        assertThat(login("writer-secret").status()).isEqualTo(401);
        kms.advanceClock(Duration.ofSeconds(2));
        assertThat(login("writer-secret").status()).isEqualTo(200);
    }

    @Test
    void failures_are_forgotten_after_thirty_seconds_and_after_a_success() throws Exception {
        login("wrong");
        login("wrong");
        kms.advanceClock(Duration.ofSeconds(31));
        login("wrong");
        login("wrong");
        assertThat(login("writer-secret").status()).isEqualTo(200);
        login("wrong");
        login("wrong");
        assertThat(login("writer-secret").status()).isEqualTo(200);
    }

    @Test
    void the_lockout_threshold_is_settable() throws Exception {
        kms.setLockoutThreshold(1);
        login("wrong");
        assertThat(login("writer-secret").status()).isEqualTo(401);
        kms.setLockoutThreshold(0);
        for (int i = 0; i < 5; i++) {
            login("wrong");
        }
        assertThat(login("writer-secret").status()).isEqualTo(200);
    }

    @Test
    void an_unknown_client_and_missing_fields_are_refused() throws Exception {
        assertThat(send("POST", LOGIN, "{'clientId':'nobody','clientSecret':'x'}")
                        .message())
                .isEqualTo("Invalid credentials");
        Answer missing = send("POST", LOGIN, "{'clientId':'writer'}");
        assertThat(missing.status()).isEqualTo(422);
        assertThat(missing.body().at("/message/0/path/0").asText()).isEqualTo("clientSecret");
    }

    @Test
    void an_organisation_can_be_selected() throws Exception {
        kms.addOrganization("Other");
        String fields = "{'clientId':'writer','clientSecret':'writer-secret','subOrganizationName':";
        assertThat(send("POST", LOGIN, fields + "'Acme'}").status()).isEqualTo(200);
        assertThat(send("POST", LOGIN, fields + "'Nowhere'}").status()).isEqualTo(404);
        assertThat(send("POST", LOGIN, fields + "'Other'}").message())
                .isEqualTo("Identity not authorized to access sub organization Other");
    }

    @Test
    void missing_unknown_expired_and_malformed_tokens_are_told_apart() throws Exception {
        String good = token;
        token = null;
        Answer missing = get("/api/v1/projects");
        assertThat(missing.status()).isEqualTo(401);
        assertThat(missing.message()).isEqualTo("Token missing");

        token = good;
        kms.revokeTokens(writer);
        Answer revoked = get("/api/v1/projects");
        assertThat(revoked.status()).isEqualTo(401);
        assertThat(revoked.error()).isEqualTo("UnauthorizedError");
        assertThat(revoked.message()).isEqualTo("You are not allowed to access this resource");

        for (String malformed : new String[] {"nonsense", "a.b.c", good.substring(0, good.length() - 3) + "AAA"}) {
            token = malformed;
            Answer answer = get("/api/v1/projects");
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.error()).isEqualTo("TokenError");
            assertThat(answer.message()).startsWith("The provided access token is malformed");
        }

        token = "eyJhbGciOiJub25lIn0" + good.substring(good.indexOf('.'));
        assertThat(get("/api/v1/projects").message())
                .startsWith("The access token is signed with an invalid algorithm");

        token = kms.tokenFor(writer);
        kms.advanceClock(Duration.ofDays(30));
        Answer expired = get("/api/v1/projects");
        assertThat(expired.status()).isEqualTo(403);
        assertThat(expired.error()).isEqualTo("TokenError");
        assertThat(expired.message()).isEqualTo("Your token has expired. Please re-authenticate.");
    }

    @Test
    void api_keys_are_refused() throws Exception {
        assertThat(get("/api/v1/projects", "x-api-key", "k").status()).isEqualTo(400);
    }

    @Test
    void a_token_is_renewed_until_its_maximal_lifetime_and_then_dies() throws Exception {
        kms.setClock(Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC));
        kms.setTokenLifetime(Duration.ofMinutes(10), Duration.ofMinutes(25));
        token = kms.tokenFor(writer);
        kms.advanceClock(Duration.ofMinutes(9));
        Answer renewed = renew();
        assertThat(renewed.status()).isEqualTo(200);
        assertThat(renewed.body().get("expiresIn").asInt()).isEqualTo(600);
        token = renewed.body().get("accessToken").asText();
        kms.advanceClock(Duration.ofMinutes(9));
        assertThat(projectStatus()).isEqualTo(200);
        Answer past = renew();
        assertThat(past.status()).isEqualTo(401);
        assertThat(past.message()).isEqualTo("Failed to renew MI access token past its Max TTL expiration");
        assertThat(projectStatus()).isEqualTo(401);
    }

    @Test
    void an_expired_token_is_not_renewed() throws Exception {
        kms.advanceClock(Duration.ofDays(31));
        assertThat(renew().error()).isEqualTo("TokenError");
    }

    private Answer renew() throws Exception {
        return send("POST", "/api/v1/auth/token/renew", "{'accessToken':'" + token + "'}");
    }

    @Test
    void a_revoked_token_is_gone() throws Exception {
        Answer answer = send("POST", "/api/v1/auth/token/revoke", "{'accessToken':'" + token + "'}");
        assertThat(answer.message()).isEqualTo("Successfully revoked access token");
        assertThat(projectStatus()).isEqualTo(401);
    }

    @Test
    void identities_see_only_their_own_projects() throws Exception {
        Organization other = kms.addOrganization("Other");
        Project theirs = kms.addProject(other, "Theirs", "theirs", "prod");
        assertThat(each(get("/api/v1/projects").body().get("projects"), "slug")).containsExactly("shop");
        Answer foreign = get("/api/v4/secrets?environment=prod&projectId=" + theirs.id());
        assertThat(foreign.status()).isEqualTo(403);
        assertThat(foreign.error()).isNotEqualTo("TokenError");

        token = kms.tokenFor(kms.addIdentity("both", "s", Grant.read(shop), Grant.describe(theirs)));
        Answer both = get("/api/v1/projects");
        assertThat(each(both.body().get("projects"), "orgId")).containsExactly(acme.id(), other.id());
    }
}
