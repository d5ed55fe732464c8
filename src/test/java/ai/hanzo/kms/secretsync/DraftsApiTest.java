package ai.hanzo.kms.secretsync;

import static ai.hanzo.kms.secretsync.Operations.SYNCS;
import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.devkms.Grant;
import ai.hanzo.kms.secretsync.devkms.Project;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody is told while they make a sync, and while they watch those that there are. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DraftsApiTest {
    private static final String CHECK = SYNCS + "check-draft";

    private RunningService service;
    private String connection;

    @BeforeAll
    void start(@TempDir Path directory) {
        service = RunningService.start(directory);
        connection = service.connection();
        service.kms.setSecret(service.project, "dev", "/", "A", "a");
    }

    @AfterAll
    void stop() {
        service.close();
    }

    private ObjectNode draft() {
        return JsonNodeFactory.instance.objectNode().put("projectId", service.project.id());
    }

    private ObjectNode draft(String mapping, String keySchema, String secretName) {
        ObjectNode draft = draft().put("environment", "prod");
        draft.putObject("syncOptions").put("keySchema", keySchema);
        ObjectNode config = draft.putObject("destinationConfig").put("mappingBehavior", mapping);
        if (secretName != null) {
            config.put("secretName", secretName);
        }
        return draft;
    }

    private JsonNode check(JsonNode draft) {
        return service.api().post(CHECK, draft);
    }

    // Drafts

    @Test
    void whatIsNotThereYetIsNotWrongYet() {
        assertThat(check(draft()).toString()).isEqualTo("{\"issues\":[],\"nameTaken\":false,\"examples\":[]}");
        ObjectNode begun = draft();
        begun.putObject("syncOptions");
        begun.putObject("destinationConfig").put("mappingBehavior", "many-to-one");
        assertThat(check(begun).path("issues")).isEmpty();
    }

    @Test
    void whatIsWrongIsToldInTheWordsOfAPost() {
        ObjectNode wrong = draft("one-to-one", "{{secretKey}}{{secretKey}}", null)
                .put("name", "No Slug")
                .put("connectionId", "none")
                .put("secretPath", " ");
        wrong.withObject("syncOptions").put("initialSyncBehavior", "whatever").put("keyId", "!");
        wrong.withObject("syncOptions").putArray("tags").addObject().put("key", "");
        wrong.withObject("destinationConfig").put("region", "nowhere-1");

        JsonNode issues = check(wrong).path("issues");

        JsonNode told = service.api()
                .send("POST", SYNCS.replaceAll("/$", ""), wrong)
                .json()
                .path("message");
        assertThat(issues).hasSize(8).isSubsetOf(told);
        assertThat(told).hasSize(9);
        assertThat(told.toString()).contains("\"path\":[\"syncOptions\",\"tags\",0,\"value\"]");
    }

    @Test
    void metadataWithManyToOneIsNoticed() {
        ObjectNode draft = draft("many-to-one", "", "app");
        draft.withObject("syncOptions").put("syncSecretMetadataAsTags", true);

        assertThat(check(draft).path("issues").findValuesAsText("message"))
                .containsExactly("Syncing secret metadata is not supported with \"Many-to-One\" mapping behavior.");
    }

    @Test
    void twoDestinationsOfOnePlaceAreNoticed() {
        ObjectNode draft = draft("one-to-one", "", null).put("connectionId", connection);
        ObjectNode config = draft.withObject("destinationConfig").put("region", RunningService.REGION);
        config.putArray("additionalDestinations").addObject().put("region", RunningService.REGION);

        JsonNode issues = check(draft).path("issues");

        assertThat(issues).singleElement();
        assertThat(issues.at("/0/path").toString()).isEqualTo("[\"destinationConfig\",\"additionalDestinations\"]");
        assertThat(issues.at("/0/message").textValue()).contains("must differ in connection or region");
    }

    @ParameterizedTest
    @CsvSource({
        "one-to-one,'',,DATABASE_URL",
        "one-to-one,shop/{{secretKey}},,shop/DATABASE_URL",
        "one-to-one,{{environment}}-{{secretKey}}-x,,prod-DATABASE_URL-x",
        "many-to-one,{{environment}}/{{secretKey}},settings,prod/settings",
        "many-to-one,'',settings,settings"
    })
    void theNamesInAwsAreShown(String mapping, String keySchema, String secretName, String name) {
        assertThat(check(draft(mapping, keySchema, secretName))
                        .at("/examples/0/name")
                        .textValue())
                .isEqualTo(name);
    }

    @Test
    void theFolderIsInTheNameWhereTheKeySchemaSaysSo() {
        ObjectNode draft = draft("one-to-one", "shop/{{secretPath}}/{{secretKey}}", null);
        assertThat(check(draft).at("/examples/0/name").textValue()).isEqualTo("shop/DATABASE_URL");

        draft.put("secretPath", "/apps/db/");
        assertThat(check(draft).at("/examples/0/name").textValue()).isEqualTo("shop/apps/db/DATABASE_URL");
    }

    @Test
    void rulesForKeysAreFollowed() {
        ObjectNode draft = draft("one-to-one", "shop/{{secretKey}}", null);
        ObjectNode rule = draft.withObject("syncOptions")
                .withObject("keyRules")
                .putArray("rename")
                .addObject();
        rule.put("from", "DATABASE_*").put("to", "DB_*");
        assertThat(check(draft).at("/examples/0/name").textValue()).isEqualTo("shop/DB_URL");

        rule.put("to", 1);
        assertThat(check(draft).path("examples")).isEmpty();
    }

    @Test
    void anEnvironmentThatIsNotKnownYetStaysAPlaceholder() {
        ObjectNode draft = draft("one-to-one", "{{environment}}/{{secretKey}}", null);
        draft.remove("environment");

        assertThat(check(draft).at("/examples/1/name").textValue()).isEqualTo("{{environment}}/API_KEY");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{{secretKey}", "none", "{{secretKey}}.", "{{secretKey}}{{other}}"})
    void aKeySchemaThatIsNotValidGivesNoNames(String keySchema) {
        JsonNode checked = check(draft("one-to-one", keySchema, null));

        assertThat(checked.path("examples")).isEmpty();
        assertThat(checked.at("/issues/0/path").toString()).isEqualTo("[\"syncOptions\",\"keySchema\"]");
    }

    @Test
    void aNameIsTakenInItsOwnProjectOnly() {
        Map<String, Object> sync = Operations.manual(service.oneToOne(connection, "/", "taken/{{secretKey}}"));
        sync.put("name", "taken");
        service.create(sync);

        assertThat(check(draft().put("name", "taken")).path("nameTaken").asBoolean())
                .isTrue();
        assertThat(check(draft().put("name", "free")).path("nameTaken").asBoolean())
                .isFalse();
        Project elsewhere = service.kms.addProject(service.organization, "Elsewhere", "elsewhere", "dev");
        service.kms.addIdentity("elsewhere", "elsewhere-secret", Grant.write(elsewhere));
        ApiClient stranger = ApiClient.login(service.base(), "elsewhere", "elsewhere-secret");
        assertThat(stranger.post(CHECK, draft().put("projectId", elsewhere.id()).put("name", "taken"))
                        .path("nameTaken")
                        .asBoolean())
                .isFalse();
        assertThat(stranger.send("POST", CHECK, draft().put("name", "taken")).status())
                .isEqualTo(403);
    }

    /** A name is asked about at every pause in typing. */
    @Test
    void checkingDoesNotAskTheKmsEachTime() {
        check(draft().put("name", "warm"));
        service.kms.clearRequests();

        for (int i = 0; i < 20; i++) {
            check(draft("one-to-one", "x" + i + "/{{secretKey}}", null).put("name", "name-" + i));
        }

        // What it said is remembered for half a minute.
        assertThat(service.kms.requests())
                .filteredOn(request -> RunningService.CALLER_ID.equals(request.identity()))
                .hasSizeLessThan(10);
    }

    @Test
    void aBodyThatIsNoDraftIsRefused() {
        assertThat(service.api().send("POST", CHECK, Map.of()).status()).isEqualTo(422);
        assertThat(service.api().send("POST", CHECK, "[]").status()).isEqualTo(422);
        assertThat(service.api().send("POST", CHECK, null).status()).isEqualTo(422);
        assertThat(service.api().send("POST", CHECK, "{").status()).isEqualTo(400);
        ObjectNode strange = draft();
        strange.putArray("syncOptions");
        strange.put("destinationConfig", 1);
        assertThat(check(strange).path("issues")).hasSize(2);
    }

    // When something happens next

    private String schedulePath() {
        return "/api/v1/secret-syncs/schedule?projectId=" + service.project.id();
    }

    private JsonNode schedule(String syncId) {
        for (JsonNode one : service.api().get(schedulePath()).path("schedules")) {
            if (one.path("syncId").textValue().equals(syncId)) {
                return one;
            }
        }
        throw new AssertionError("No schedule of " + syncId);
    }

    @Test
    void aSyncThatFollowsItsSourceSaysWhenItIsPolledNext() {
        Instant before = Instant.now().minusSeconds(5);
        Map<String, Object> request = service.oneToOne(connection, "/", "polled/{{secretKey}}");
        String id = service.created(request).path("id").textValue();
        String manual = service.create(Operations.manual(service.oneToOne(connection, "/", "manual/{{secretKey}}")));

        JsonNode schedule = schedule(id);

        assertThat(Instant.parse(schedule.path("nextPollAt").textValue())).isAfter(before);
        assertThat(Instant.parse(schedule.path("nextDriftCheckAt").textValue()))
                .isBetween(before, Instant.now().plusSeconds(3600));
        assertThat(schedule.path("nextRetryAt").isNull()).isTrue();
        assertThat(schedule.path("paused").asBoolean()).isFalse();
        assertThat(schedule(manual).toString())
                .isEqualTo("{\"syncId\":\"" + manual
                        + "\",\"nextPollAt\":null,\"nextDriftCheckAt\":null,\"nextRetryAt\":null,\"paused\":false}");
    }

    @Test
    void aSyncThatFailedSaysWhenItIsTriedAgain() {
        service.aws.deny("secretsmanager:ListSecrets");
        try {
            JsonNode failed = service.created(service.oneToOne(connection, "/", "denied/{{secretKey}}"));

            assertThat(failed.path("syncStatus").textValue()).isEqualTo("failed");
            assertThat(Instant.parse(schedule(failed.path("id").textValue())
                            .path("nextRetryAt")
                            .textValue()))
                    .isAfter(Instant.now());
        } finally {
            service.aws.allow("secretsmanager:ListSecrets");
        }
    }

    @Test
    void whatPausesASyncIsSeen() {
        String own = service.connection();
        String id = service.create(Operations.manual(service.oneToOne(own, "/", "paused/{{secretKey}}")));
        for (Map<String, Object> target :
                List.<Map<String, Object>>of(Map.of("syncId", id), Map.of("connectionId", own))) {
            service.api().post("/api/v1/secret-syncs/pause", target);
            assertThat(schedule(id).path("paused").asBoolean()).isTrue();
            service.api().post("/api/v1/secret-syncs/resume", target);
            assertThat(schedule(id).path("paused").asBoolean()).isFalse();
        }
    }

    // Asking again and again

    @Test
    void anAnswerThatIsTheSameIsNotSentAgain() {
        String id = service.create(Operations.manual(service.oneToOne(connection, "/", "again/{{secretKey}}")));
        for (String path : List.of(
                "/api/v1/secret-syncs?projectId=" + service.project.id(), SYNCS + id, "/api/v1/app-connections")) {
            ApiClient.Answer first = service.api().send("GET", path, null);
            String etag = first.headers().get("etag").get(0);

            ApiClient.Answer again = service.api().getUnless(etag, path);
            assertThat(again.status()).as(path).isEqualTo(304);
            assertThat(again.text()).isEmpty();
            assertThat(again.headers().get("etag")).containsExactly(etag);
            assertThat(service.api().getUnless("\"other\"", path).text()).isEqualTo(first.text());
            assertThat(first.headers().get("cache-control").get(0)).contains("no-store");
        }
        String list = "/api/v1/secret-syncs?projectId=" + service.project.id();
        String etag =
                service.api().send("GET", list, null).headers().get("etag").get(0);
        service.api().patch(SYNCS + id, Map.of("description", "changed"));
        assertThat(service.api().getUnless(etag, list).status()).isEqualTo(200);
        ApiClient nobody = ApiClient.with(service.base(), null);
        assertThat(nobody.getUnless(etag, list).status()).isEqualTo(401);
    }
}
