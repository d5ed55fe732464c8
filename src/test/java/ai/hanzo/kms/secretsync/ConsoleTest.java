package ai.hanzo.kms.secretsync;

import static ai.hanzo.kms.secretsync.Operations.SYNCS;
import static ai.hanzo.kms.secretsync.Operations.manual;
import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.devkms.Grant;
import ai.hanzo.kms.secretsync.devkms.Identity;
import ai.hanzo.kms.secretsync.emulator.Secret;
import ai.hanzo.kms.secretsync.emulator.SecretsManagerEmulator;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;

/** The console in a real browser, as a person uses it. Screenshots of every page are in {@code target/screenshots}. */
@Tag("browser")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsoleTest {
    private static final int MANY = 12;
    private static final int[] WIDTHS = {390, 768, 1024, 1440};

    private RunningService service;
    private Operations operations;
    private String connection;
    private Browser browser;

    @BeforeAll
    void start(@TempDir Path directory, @TempDir Path profile) {
        service = RunningService.start(directory);
        operations = new Operations(service);
        connection = service.connection();
        browser = Browser.start(service.base(), profile);
    }

    @AfterAll
    void stop() {
        if (browser != null) {
            browser.close();
        }
        service.close();
    }

    @BeforeEach
    void logIn() {
        service.aws.clearFaults();
        browser.look(1440, false);
        browser.logIn(Surroundings.CALLER_ID, Surroundings.CALLER_SECRET);
        browser.awaitHeading("Secret Syncs");
        browser.log();
    }

    @AfterEach
    void nothingWentWrongInTheBrowser() {
        browser.complainsOfNothingBut();
    }

    @Test
    void wrong_credentials_are_told_and_not_kept() {
        browser.logIn(Surroundings.CALLER_ID, "not-the-secret");
        browser.awaitText("Invalid credentials");

        assertThat(browser.value("Client secret")).isEmpty();
        assertThat(browser.value("Client ID")).isEqualTo(Surroundings.CALLER_ID);
        browser.complainsOfNothingBut(401);
    }

    @Test
    void a_token_is_as_good_and_a_reload_logs_out() {
        browser.open();
        browser.click("Log in with a token instead");
        browser.type("Access token", "not-a-token");
        browser.click("Use this token");
        browser.await("a refusal", () -> browser.find(By.cssSelector(".error-summary:not([hidden])")) != null);
        assertThat(browser.value("Access token")).isEmpty();
        browser.type("Access token", service.kms.tokenFor(service.caller));
        browser.click("Use this token");
        browser.awaitHeading("Secret Syncs");
        browser.complainsOfNothingBut(401, 403);

        assertThat(browser.script("return localStorage.length + sessionStorage.length + document.cookie.length"))
                .isEqualTo(0L);
        browser.script("location.reload()");
        browser.awaitHeading("KMS Secret Sync");
    }

    @Test
    void a_session_that_ends_is_told_and_goes_on_where_it_was() {
        Identity visitor = service.kms.addIdentity("visitor", "visitor-secret", Grant.write(service.project));
        browser.logIn("visitor", "visitor-secret");
        browser.awaitHeading("Secret Syncs");
        String id = synced("visited", Map.of("KEY", "value"));
        browser.go("/syncs/" + id);
        browser.log();

        // The service asks the KMS again within half a minute, and the page asks the service by itself.
        service.kms.revokeTokens(visitor);
        browser.awaitHeading("KMS Secret Sync");
        browser.awaitText("Log in again");
        browser.complainsOfNothingBut(401, 403);
        browser.type("Client ID", "visitor");
        browser.type("Client secret", "visitor-secret");
        browser.click("Log in");
        browser.awaitHeading(operations.sync(id).path("name").textValue());
    }

    @Test
    void the_list_shows_how_each_sync_stands_and_finds_it() {
        String id = synced("listed", Map.of("KEY", "value"));
        synced("listed-too", Map.of("KEY", "value"));
        String name = operations.sync(id).path("name").textValue();
        browser.go("/syncs");
        browser.awaitText(name);

        browser.type("Search", "no such thing");
        browser.awaitText("No sync fits");
        browser.type("Search", name);
        browser.await(
                "that one sync",
                () -> browser.text().contains("1 of ") && browser.text().contains(name));
        // Its status follows by itself, and takes the focus from nobody.
        browser.script("document.querySelector('td a.name').focus()");
        assertThat(browser.focused()).isEqualTo(name);
        service.aws.deny("secretsmanager:CreateSecret");
        service.kms.setSecret(service.project, "dev", "/listed", "ANOTHER", "value");
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("failed");
        browser.awaitText("Failed");
        service.aws.allow("secretsmanager:CreateSecret");
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        browser.await("no failure", () -> !browser.text().contains("secrets failed"));
        assertThat(browser.value("Search")).isEqualTo(name);
        assertThat(browser.focused()).isEqualTo(name);
    }

    @Test
    void an_edit_shows_its_plan_first_and_errors_at_their_fields() {
        String id = synced("edited", Map.of("KEY", "value"));
        browser.go("/syncs/" + id);
        browser.click("Edit");
        browser.await("the form", () -> browser.heading().startsWith("Edit "));

        browser.type("Key schema", "no placeholder");
        browser.click("Save changes");
        browser.await("an error", () -> !browser.error("Key schema").isEmpty());
        assertThat(browser.error("Key schema")).contains("{{secretKey}}");
        assertThat(operations.sync(id).at("/syncOptions/keySchema").textValue()).isEqualTo("edited/{{secretKey}}");
        browser.complainsOfNothingBut(422);

        browser.type("Key schema", "edited/{{environment}}/{{secretKey}}");
        browser.type("Description", "Edited in the browser");
        browser.click("More options");
        browser.type("Only these keys", "KEY\nANOTHER_*");
        browser.click("Save changes");
        browser.awaitText("Save these changes?");
        browser.awaitText("to create");
        assertThat(operations.sync(id).path("description").isNull()).isTrue();
        browser.click("Save changes");

        browser.await("the sync", () -> ("/syncs/" + id).equals(browser.path()));
        JsonNode sync = operations.sync(id);
        assertThat(sync.at("/syncOptions/keySchema").textValue()).isEqualTo("edited/{{environment}}/{{secretKey}}");
        assertThat(sync.at("/syncOptions/initialSyncBehavior").textValue()).isEqualTo("overwrite-destination");
        assertThat(sync.path("description").textValue()).isEqualTo("Edited in the browser");
        assertThat(sync.at("/syncOptions/keyRules").toString()).isEqualTo("{\"include\":[\"KEY\",\"ANOTHER_*\"]}");
        browser.awaitText("Edited in the browser");
        browser.awaitText("ANOTHER_*");
    }

    @Test
    void what_is_due_is_not_said_to_have_been() {
        String made = "return import('/console/format.js').then(({ moment }) => moment("
                + "new Date(Date.now() - 60_000).toISOString(), '', { due: arguments[0] }).element.textContent)";

        assertThat(browser.script(made, true)).isEqualTo("any moment");
        assertThat(browser.script(made, false)).isEqualTo("1 minute ago");
    }

    @Test
    void an_edit_that_leaves_secrets_behind_says_so_and_offers_to_move_them() {
        String id = synced("moved", Map.of("KEY", "value"));
        browser.go("/syncs/" + id);
        browser.click("Edit");
        browser.await("the form", () -> browser.heading().startsWith("Edit "));

        browser.type("Key schema", "elsewhere/{{secretKey}}");
        browser.click("Save changes");
        browser.awaitText("Left behind (1 secret)");
        browser.type("Delete what is left behind after days", "400");
        browser.click("Save changes");
        browser.await(
                "an error",
                () -> browser.error("Delete what is left behind after days").contains("whole number from 0 to 365"));
        browser.complainsOfNothingBut(422);
        browser.type("Delete what is left behind after days", "7");
        browser.screenshot("edit-moves-1440-light");
        browser.click("Save changes");

        browser.await("the sync", () -> ("/syncs/" + id).equals(browser.path()));
        assertThat(operations.sync(id).at("/syncOptions/move").toString()).isEqualTo("{\"graceDays\":7}");
        browser.awaitText("7 days after all that takes its place is there");
        service.run(id);
        assertThat(operations.plan(id).path("leftBehind").findValuesAsText("name"))
                .containsExactly("moved/KEY");

        browser.click("Edit");
        browser.await("the form", () -> browser.heading().startsWith("Edit "));
        assertThat(browser.value("Move: days for which both are kept")).isEqualTo("7");
        browser.type("Move: days for which both are kept", "");
        browser.click("Save changes");
        browser.awaitText("Save these changes?");
        browser.click("Save changes");
        browser.await("the sync", () -> ("/syncs/" + id).equals(browser.path()));
        assertThat(operations.sync(id).path("syncOptions").has("move")).isFalse();
    }

    @Test
    void what_was_left_behind_is_approved_by_name_where_it_is_too_much() {
        Map<String, String> secrets = new HashMap<>();
        for (int i = 0; i < MANY; i++) {
            secrets.put("K_" + i, "value");
        }
        String id = synced("parted", secrets);
        service.api()
                .patch(
                        Operations.SYNCS + id,
                        Map.of(
                                "syncOptions",
                                Map.of(
                                        "initialSyncBehavior",
                                        "overwrite-destination",
                                        "keySchema",
                                        "joined/{{secretKey}}",
                                        "move",
                                        Map.of("graceDays", 0))));
        service.run(id);
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("failed");

        browser.go("/syncs/" + id);
        browser.awaitText("It waits for your approval");
        browser.click("Look and approve…");
        browser.awaitText(MANY + " secrets in AWS will be deleted");
        browser.awaitText("parted/K_11 (" + RunningService.REGION + ")");
        browser.click("Approve and sync");
        browser.await("no dialog", () -> !browser.hasDialog());

        assertThat(operations.await(id, "syncStatus").path("syncStatus").textValue())
                .isEqualTo("succeeded");
        assertThat(deleted("parted")).isEqualTo(MANY);
        assertThat(deleted("joined")).isZero();
    }

    @Test
    void an_edit_shows_again_what_few_need_and_takes_it_out() {
        operations.folder("seldom", Map.of("KEY", "value"));
        Map<String, Object> request = manual(service.oneToOne(connection, "/seldom", "seldom/{{secretKey}}"));
        Map<Object, Object> options = new HashMap<>((Map<?, ?>) request.get("syncOptions"));
        options.put("includeAllSubFolders", true);
        options.put(
                "resourcePolicy",
                Map.of(
                        "Version",
                        "2012-10-17",
                        "Statement",
                        List.of(Map.of(
                                "Sid", "Read",
                                "Effect", "Deny",
                                "Principal", "*",
                                "Action", "secretsmanager:DeleteSecret",
                                "Resource", "*"))));
        request.put("syncOptions", options);
        request.put(
                "destinationConfig",
                Map.of(
                        "mappingBehavior",
                        "one-to-one",
                        "region",
                        Surroundings.REGION,
                        "additionalDestinations",
                        List.of(Map.of("region", "eu-west-1", "keyId", "alias/there"), Map.of("region", "us-west-2"))));
        String id = service.create(request);

        browser.go("/syncs/" + id);
        browser.awaitText("eu-west-1 (alias/there)");
        browser.click("Put on every secret");
        browser.awaitText("secretsmanager:DeleteSecret");
        browser.click("Edit");
        browser.await("the form", () -> browser.heading().startsWith("Edit "));
        assertThat(browser.field("Include sub-folders").isSelected()).isTrue();
        assertThat(browser.value("KMS key there")).isEqualTo("alias/there");
        assertThat(browser.value("Resource policy")).contains("\"Sid\": \"Read\"");

        browser.tick("Include sub-folders");
        browser.find(By.cssSelector(".tag-row button")).click();
        browser.type("Resource policy", "[]");
        browser.click("Save changes");
        browser.await("an error", () -> browser.error("Resource policy").contains("Expected object"));
        browser.complainsOfNothingBut(422);
        browser.type("Resource policy", "");
        browser.click("Save changes");
        browser.awaitText("Save these changes?");
        browser.awaitText("Also in us-west-2");
        browser.click("Save changes");

        browser.await("the sync", () -> ("/syncs/" + id).equals(browser.path()));
        JsonNode sync = operations.sync(id);
        assertThat(sync.at("/destinationConfig/additionalDestinations").toString())
                .isEqualTo("[{\"region\":\"us-west-2\"}]");
        assertThat(sync.path("syncOptions").has("resourcePolicy")).isFalse();
        assertThat(sync.at("/syncOptions/includeAllSubFolders").asBoolean()).isFalse();
    }

    @Test
    void a_run_that_failed_says_which_secret_why_and_what_to_do() {
        operations.folder("failing", Map.of("GOOD", "value", "BAD", "value"));
        service.aws.putForeign("failing/BAD", "somebody else's");
        service.aws.deny("secretsmanager:CreateSecret");
        String id = service.create(manual(service.oneToOne(connection, "/failing", "failing/{{secretKey}}")));
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("failed");
        service.aws.allow("secretsmanager:CreateSecret");

        browser.go("/syncs/" + id);
        browser.awaitText("The last sync failed");
        browser.find(By.cssSelector("table tbody tr a")).click();
        browser.await("the run", () -> browser.heading().startsWith("Run of "));
        browser.awaitText("failing/GOOD");
        JsonNode failed = operations
                .lastRun(id)
                .path("outcomes")
                .valueStream()
                .filter(outcome -> "failed".equals(outcome.path("result").textValue()))
                .findFirst()
                .orElseThrow();
        browser.awaitText(failed.path("message").textValue());
        browser.awaitText(failed.path("remedy").textValue());
        pictures("run-failed");
    }

    @Test
    void deletions_beyond_the_brake_wait_for_an_approval_that_names_them() {
        Map<String, String> secrets = new HashMap<>(Map.of("STAYS", "value"));
        for (int i = 0; i < MANY; i++) {
            secrets.put("GOES_" + i, "value");
        }
        String id = synced("braked", secrets);
        for (int i = 0; i < MANY; i++) {
            service.kms.deleteSecret(service.project, "dev", "/braked", "GOES_" + i);
        }
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("failed");

        browser.go("/syncs/" + id);
        browser.awaitText("It waits for your approval");
        assertThat(browser.text()).doesNotContain("/api/v1");
        pictures("sync-waits");
        browser.click("Look and approve…");
        browser.awaitText(MANY + " secrets in AWS will be deleted");
        browser.awaitText("braked/GOES_11");
        assertThat(browser.text()).doesNotContain("braked/STAYS");
        pictures("dialog-approve");
        assertThat(deleted("braked")).isZero();

        // Whoever changes their mind has done nothing, and is where they were.
        browser.click("Cancel");
        browser.await("no dialog", () -> !browser.hasDialog());
        assertThat(browser.focused()).isEqualTo("Look and approve…");
        assertThat(deleted("braked")).isZero();

        // Nobody approves what they have not seen.
        browser.click("Look and approve…");
        browser.awaitText(MANY + " secrets in AWS will be deleted");
        service.kms.setSecret(service.project, "dev", "/braked", "GOES_0", "value");
        service.kms.deleteSecret(service.project, "dev", "/braked", "STAYS");
        browser.click("Approve and sync");
        browser.awaitText("has changed meanwhile, and nothing was approved");
        assertThat(deleted("braked")).isZero();
        service.kms.setSecret(service.project, "dev", "/braked", "STAYS", "value");
        service.kms.deleteSecret(service.project, "dev", "/braked", "GOES_0");
        browser.click("Cancel");

        browser.click("Look and approve…");
        browser.awaitText(MANY + " secrets in AWS will be deleted");
        browser.click("Approve and sync");
        Operations.await(() -> deleted("braked") == MANY);
        browser.awaitText("Synced");
        assertThat(service.aws.secret("braked/STAYS").orElseThrow().isDeleted()).isFalse();
    }

    @Test
    void a_plan_that_must_be_approved_is_shown_whole_and_approved_as_it_was_seen() {
        String id = synced("approved", Map.of("STAYS", "value", "GOES", "value"));
        Map<String, Object> options = new HashMap<>(Map.of("initialSyncBehavior", "overwrite-destination"));
        options.put("keySchema", "approved/{{secretKey}}");
        options.put("requireApproval", true);
        service.api().patch(SYNCS + id, Map.of("syncOptions", options));
        service.kms.deleteSecret(service.project, "dev", "/approved", "GOES");
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("failed");

        browser.go("/syncs/" + id);
        browser.awaitText("It waits for your approval");
        assertThat(browser.text()).doesNotContain("/api/v1", "planDigest");
        browser.click("Look and approve…");
        browser.awaitText("approved/GOES");
        service.kms.setSecret(service.project, "dev", "/approved", "ANOTHER", "value");
        browser.click("Approve and sync");
        browser.await("a refusal", () -> browser.find(By.cssSelector("dialog .error-summary:not([hidden])")) != null);
        browser.complainsOfNothingBut(400);
        assertThat(deleted("approved")).isZero();
        browser.click("Cancel");

        browser.click("Look and approve…");
        browser.awaitText("approved/ANOTHER");
        browser.click("Approve and sync");
        Operations.await(() -> deleted("approved") == 1);
        browser.awaitText("Synced");
    }

    @Test
    void each_button_says_what_it_will_do_and_does_it() {
        String id = synced("worked", Map.of("KEY", "value"));
        browser.go("/syncs/" + id);

        service.kms.setSecret(service.project, "dev", "/worked", "NEW", "value");
        browser.click("Show the plan");
        browser.awaitText("worked/NEW");
        browser.click("Sync now");
        browser.awaitText("This is what a run would do:");
        assertThat(service.aws.secret("worked/NEW")).isEmpty();
        browser.click("Sync now");
        Operations.await(() -> service.aws.secret("worked/NEW").isPresent());

        browser.click("Pause");
        browser.type("Reason", "Being looked at");
        browser.click("Pause");
        browser.awaitText("This sync is paused");
        browser.awaitText("Being looked at");
        browser.click("Resume");
        browser.awaitText("beginning with what was asked for meanwhile");
        browser.click("Resume");
        browser.await("no pause", () -> !browser.text().contains("This sync is paused"));

        service.aws.putForeign("worked/ONLY_IN_AWS", "value");
        browser.click("Import…");
        browser.tick("Keep the KMS's value");
        browser.click("Import");
        Operations.await(() -> operations.inKms("worked").containsKey("ONLY_IN_AWS"));
        operations.await(id, "importStatus");

        browser.click("Remove secrets…");
        browser.awaitText("can be restored");
        browser.click("Remove secrets");
        Operations.await(() -> service.aws.secret("worked/NEW").orElseThrow().isDeleted());
        operations.await(id, "removeStatus");

        browser.click("Delete…");
        browser.tick("Leave them in AWS");
        browser.click("Delete sync");
        browser.awaitHeading("Secret Syncs");
        assertThat(service.api().send("GET", SYNCS + id, null).status()).isEqualTo(404);
        // The page may have asked for it once more before it was left.
        browser.complainsOfNothingBut(404);
    }

    @Test
    void delete_with_the_secrets_takes_them_out_of_aws() {
        String id = synced("dropped", Map.of("KEY", "value"));
        browser.go("/syncs/" + id);
        browser.click("Delete…");
        browser.tick("Remove them too");
        browser.click("Delete sync");
        Operations.await(() -> service.api().send("GET", SYNCS + id, null).status() == 404);
        assertThat(service.aws.secret("dropped/KEY").orElseThrow().isDeleted()).isTrue();
        browser.awaitHeading("Secret Syncs");
        browser.complainsOfNothingBut(404);
    }

    @Test
    void a_connection_is_checked_made_given_new_credentials_and_deleted() {
        String name = "browser-" + UUID.randomUUID().toString().substring(0, 8);
        browser.go("/connections");
        browser.click("Add Connection");
        browser.awaitHeading("Add Connection");
        browser.type("Name", "Not A Slug");
        browser.tick("Access key");
        browser.type("Access key ID", SecretsManagerEmulator.ACCESS_KEY_ID);
        browser.type("Secret access key", "wrong");
        browser.click("Check and save");
        browser.await("an error", () -> !browser.error("Name").isEmpty());
        assertThat(browser.value("Secret access key")).isEmpty();

        browser.type("Name", name);
        browser.type("Secret access key", "wrong");
        browser.click("Check and save");
        browser.awaitText("Unable to validate connection");
        assertThat(browser.value("Secret access key")).isEmpty();
        browser.complainsOfNothingBut(400, 422);

        browser.type("Secret access key", SecretsManagerEmulator.SECRET_ACCESS_KEY);
        browser.click("Check and save");
        browser.awaitHeading(name);
        assertThat(browser.text()).doesNotContain(SecretsManagerEmulator.SECRET_ACCESS_KEY);

        service.aws.addAccessKey("AKIAROTATEDEXAMPLE00", "rotated/secret", SecretsManagerEmulator.ACCOUNT);
        browser.click("New credentials…");
        browser.type("Access key ID", "AKIAROTATEDEXAMPLE00");
        browser.type("Secret access key", "rotated/secret");
        browser.click("Check and save");
        browser.await(
                "the new key", () -> !browser.hasDialog() && browser.text().contains("AKIAROTATEDEXAMPLE00"));

        browser.click("Check permissions");
        browser.awaitText("Nothing that can be tried is missing");

        browser.click("Delete…");
        browser.click("Delete connection");
        browser.awaitHeading("Connections");
        assertThat(browser.text()).doesNotContain(name);
    }

    @Test
    void a_connection_says_what_it_may_not_and_shows_the_policy_of_its_syncs() {
        String id = synced("checked", Map.of("KEY", "value"));
        service.aws.deny("secretsmanager:DeleteSecret");
        try {
            browser.go("/connections/" + connection);
            browser.click("Check permissions");
            browser.awaitText("secretsmanager:DeleteSecret");
            browser.awaitText("Missing");
            browser.awaitText("of the IAM policy on this page");
            // What one would do with curl is of no use to whoever looks.
            assertThat(browser.text()).doesNotContain("/api/v1");
            pictures("connection-checked");
        } finally {
            service.aws.allow("secretsmanager:DeleteSecret");
        }
        browser.click("Policy for " + operations.sync(id).path("name").textValue());
        browser.awaitText("\"Version\": \"2012-10-17\"");
    }

    @Test
    void the_audit_trail_is_shown_page_by_page() {
        String id = synced("audited", Map.of("KEY", "value"));
        for (int i = 0; i < MANY; i++) {
            service.api().post("/api/v1/secret-syncs/pause", Map.of("syncId", id, "reason", "Once more"));
            service.api().post("/api/v1/secret-syncs/resume", Map.of("syncId", id));
        }
        browser.go("/audit");
        browser.awaitText("1 to 25 of ");
        browser.awaitText("Sync resumed");
        browser.awaitText(operations.sync(id).path("name").textValue());
        browser.click("Older");
        browser.awaitText("26 to ");
        browser.awaitText("Sync created");
        browser.click("Newer");
        browser.awaitText("1 to 25 of ");
    }

    @Test
    void it_is_used_with_the_keyboard_alone() {
        String id = synced("typed", Map.of("KEY", "value"));
        browser.go("/syncs");
        assertThat(browser.focused()).isEqualTo("Secret Syncs");
        browser.go("/syncs/" + id);
        String name = operations.sync(id).path("name").textValue();
        browser.await("focus on the heading", () -> browser.focused().equals(name));

        // The first stop of the page is the way past what is on every page.
        browser.script("document.activeElement.blur()");
        browser.find(By.tagName("body")).sendKeys(Keys.TAB);
        browser.script("document.querySelector('.skip').focus()");
        browser.find(By.cssSelector(".skip")).sendKeys(Keys.ENTER);
        assertThat(browser.script("return document.activeElement.id")).isEqualTo("main");
        assertThat(browser.path()).isEqualTo("/syncs/" + id);

        browser.script("[...document.querySelectorAll('button')].find((each) => each.textContent === 'Pause').focus()");
        browser.press(Keys.ENTER);
        browser.await("the dialog", browser::hasDialog);
        assertThat(browser.focused()).isEqualTo("Pause " + name + "?");
        browser.press(Keys.ESCAPE);
        browser.await("no dialog", () -> !browser.hasDialog());
        assertThat(browser.focused()).isEqualTo("Pause");
    }

    @Test
    void every_page_can_be_used_by_everyone_at_every_width_in_both_themes() {
        String id = synced("pictured", Map.of("DATABASE_URL", "value", "API_KEY", "value", "TOKEN", "value"));
        service.kms.setSecret(service.project, "dev", "/pictured", "NEW_KEY", "value");
        service.kms.deleteSecret(service.project, "dev", "/pictured", "TOKEN");
        String run = operations.runs(id).path(0).path("id").textValue();
        // Long names are the ones that do not fit.
        Map<String, Object> many = manual(service.manyToOne(
                connection, "/pictured", "a-rather-long-name/of-an-aws-secret/that-somebody-has-thought-of/settings"));
        many.put("name", "everything-that-the-web-shop-needs-to-know-about-its-databases");
        many.put("description", "All settings of the shop in one secret, which the tasks read when they start");
        service.create(many);

        pictures("syncs", "/syncs");
        pictures("sync", "/syncs/" + id);
        pictures("sync-edit", "/syncs/" + id + "/edit");
        pictures("run", "/syncs/" + id + "/runs/" + run);
        pictures("connections", "/connections");
        pictures("connection-add", "/connections/new");
        pictures("connection", "/connections/" + connection);
        pictures("audit", "/audit");
        pictures("nowhere", "/there/is/no/such/page");

        browser.go("/syncs/" + id);
        browser.click("Show the plan");
        browser.awaitText("pictured/NEW_KEY");
        browser.click("Show the policy");
        browser.awaitText("\"Version\"");
        pictures("sync-open");
        for (Map.Entry<String, String> dialog : Map.of(
                        "dialog-sync", "Sync now",
                        "dialog-pause", "Pause",
                        "dialog-import", "Import…",
                        "dialog-remove", "Remove secrets…",
                        "dialog-delete", "Delete…")
                .entrySet()) {
            browser.click(dialog.getValue());
            browser.await("what will happen", () -> !browser.text().contains("Finding out"));
            pictures(dialog.getKey());
            browser.click("Cancel");
            browser.await("no dialog", () -> !browser.hasDialog());
        }
        browser.click("Log out");
        browser.awaitText("You have logged out");
        pictures("login");
        browser.complainsOfNothingBut();
    }

    @Test
    void what_breaks_the_rules_is_noticed() {
        browser.script("document.querySelector('main').append(document.createElement('button'))");
        browser.script("console.error('something went wrong')");

        assertThat(browser.accessibilityProblems()).singleElement().asString().contains("button-name");
        assertThat(browser.log()).singleElement().asString().contains("something went wrong");
        browser.script("const style = document.createElement('style'); style.textContent = 'p { color: red }';"
                + " document.head.append(style)");
        assertThat(browser.log()).singleElement().asString().contains("Content Security Policy");
        assertThat(browser.overflows()).isFalse();
        browser.script("const wide = document.createElement('p'); wide.textContent = 'wide '.repeat(200);"
                + " wide.style.whiteSpace = 'nowrap'; const wrap = document.createElement('div');"
                + " wrap.className = 'table-wrap'; wrap.append(wide); document.querySelector('main').append(wrap)");
        assertThat(browser.overflows()).isTrue();
    }

    @Test
    void a_project_without_syncs_says_what_to_do_first() {
        service.kms.addIdentity("newcomer", "newcomer-secret", newcomers());
        browser.logIn("newcomer", "newcomer-secret");
        browser.awaitText("Nothing is synced yet");
        pictures("syncs-empty");
        browser.click("Connections");
        browser.awaitText("There is no connection yet");
        pictures("connections-empty");
    }

    private Grant newcomers() {
        return Grant.write(
                service.kms.addProject(service.kms.addOrganization("Elsewhere"), "Empty", "empty", "dev", "prod"));
    }

    private void pictures(String name, String path) {
        browser.go(path);
        pictures(name);
    }

    /** Looks at the page at each width and in both themes, photographs it, and holds it against the rules. */
    private void pictures(String name) {
        for (int width : WIDTHS) {
            for (boolean dark : new boolean[] {false, true}) {
                browser.look(width, dark);
                browser.screenshot(name + "-" + width + (dark ? "-dark" : "-light"));
                assertThat(browser.overflows())
                        .as("%s at %d is wider than the screen", name, width)
                        .isFalse();
            }
        }
        for (boolean dark : new boolean[] {true, false}) {
            browser.look(1440, dark);
            assertThat(browser.accessibilityProblems())
                    .as("%s, %s", name, dark ? "dark" : "light")
                    .isEqualTo(List.of());
        }
    }

    /** A sync of a folder with these secrets, which has succeeded once; its id. */
    private String synced(String name, Map<String, String> secrets) {
        operations.folder(name, secrets);
        String id = service.create(manual(service.oneToOne(connection, "/" + name, name + "/{{secretKey}}")));
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        return id;
    }

    private long deleted(String name) {
        return service.aws.secrets().stream()
                .filter(secret -> secret.name().startsWith(name + "/"))
                .filter(Secret::isDeleted)
                .count();
    }
}
