package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.devkms.Grant;
import ai.hanzo.kms.secretsync.devkms.Project;
import ai.hanzo.kms.secretsync.emulator.Secret;
import ai.hanzo.kms.secretsync.emulator.SecretsManagerEmulator;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
import org.openqa.selenium.WebElement;

/** Add Sync in a real browser, from its first step to a sync that has succeeded. */
@Tag("browser")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AddSyncTest {
    private static final String CONNECTION = "aws-of-the-shop";
    private static final String DUBLIN = "eu-west-1";
    private static final int[] WIDTHS = {390, 768, 1440};

    private RunningService service;
    private Operations operations;
    private Browser browser;

    @BeforeAll
    void start(@TempDir Path directory, @TempDir Path profile) {
        service = RunningService.start(directory);
        operations = new Operations(service);
        service.api()
                .post(
                        "/api/v1/app-connections/aws",
                        Map.of(
                                "name",
                                CONNECTION,
                                "method",
                                "access-key",
                                "projectId",
                                service.project.id(),
                                "credentials",
                                credentials()));
        browser = Browser.start(service.base(), profile);
    }

    private static Map<String, String> credentials() {
        return Map.of(
                "accessKeyId", SecretsManagerEmulator.ACCESS_KEY_ID,
                "secretAccessKey", SecretsManagerEmulator.SECRET_ACCESS_KEY);
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
        browser.look(1440, false);
        browser.logIn(Surroundings.CALLER_ID, Surroundings.CALLER_SECRET);
        browser.awaitHeading("Secret Syncs");
        browser.log();
    }

    @AfterEach
    void nothingWentWrongInTheBrowser() {
        browser.complainsOfNothingBut();
    }

    /** The step that is shown, by the mark that screen readers hear. */
    private void awaitStep(String title) {
        browser.await(
                "step " + title,
                () -> browser.find(By.cssSelector(".steps [aria-current=step] .step-title"))
                        .getDomProperty("textContent")
                        .equals(title));
    }

    private void next(String title) {
        browser.click("Next");
        awaitStep(title);
        browser.await("focus on the heading", () -> browser.focused().endsWith(": " + title));
    }

    private void begin(String path) {
        browser.go("/syncs/new");
        browser.awaitHeading("Add Sync");
        awaitStep("Source");
        browser.choose("Environment", "Development");
        browser.type("Secret path", path);
    }

    private void beginOneToOne(String path, String keySchema) {
        begin(path);
        next("Destination");
        browser.choose("AWS connection", CONNECTION);
        browser.choose("Region", Surroundings.REGION);
        browser.tick("One to one");
        next("Sync Options");
        browser.tick("Overwrite destination");
        browser.type("Key schema", keySchema);
    }

    @Test
    void five_steps_make_a_sync_that_succeeds_and_nothing_is_written_before_the_last() {
        operations.folder("wizard/api", Map.of("DATABASE_URL", "hidden-1", "SAME", "hidden-2"));
        service.aws.putForeign("wizard/dev/SAME", "hidden-2");
        service.aws.putForeign("wizard/dev/GONE", "hidden-3");
        service.aws.clearJournal();
        browser.go("/syncs");
        browser.click("Add Sync");
        browser.awaitHeading("Add Sync");
        browser.choose("Environment", "Development");
        browser.click("Browse folders");
        browser.click("wizard");
        browser.click("api");
        browser.await("the path", () -> browser.value("Secret path").equals("/wizard/api"));
        pictures("add-1-source");
        next("Destination");
        browser.choose("AWS connection", CONNECTION);
        browser.choose("Region", Surroundings.REGION);
        pictures("add-2-destination");
        next("Sync Options");
        browser.tick("Overwrite destination");
        browser.awaitText("Without a key schema the sync manages every secret");
        browser.type("Key schema", "wizard/{{environment}}/{{secretKey}}");
        browser.awaitText("wizard/dev/DATABASE_URL");
        browser.click("Add a tag");
        browser.type("Key", "team");
        browser.type("Value", "shop");
        pictures("add-3-options");
        next("Details");
        browser.type("Name", "wizard-made");
        browser.awaitText("This name is free.");
        browser.type("Description", "Made in the browser");
        pictures("add-4-details");
        next("Review");
        browser.awaitText("to create");
        browser.awaitText("1 secret in AWS would be deleted");
        assertThat(browser.text())
                .contains("wizard/dev/DATABASE_URL", "wizard/dev/GONE", "wizard/dev/SAME", "team=shop")
                .doesNotContain("hidden-");
        pictures("add-5-review");
        assertThat(operations.writes()).isEmpty();
        assertThat(named("wizard-made").status()).isEqualTo(404);

        browser.click("Create Sync");
        browser.awaitHeading("wizard-made");
        browser.awaitText("Synced");
        JsonNode sync = named("wizard-made").json().path("secretSync");
        assertThat(sync.path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(sync.at("/folder/path").textValue()).isEqualTo("/wizard/api");
        assertThat(sync.path("description").textValue()).isEqualTo("Made in the browser");
        assertThat(sync.at("/syncOptions/tags/0/key").textValue()).isEqualTo("team");
        assertThat(service.aws.value("wizard/dev/DATABASE_URL")).isEqualTo("hidden-1");
        assertThat(operations.secret("wizard/dev/GONE").isDeleted()).isTrue();
    }

    private ApiClient.Answer named(String name) {
        return service.api()
                .send("GET", Operations.SYNCS + "sync-name/" + name + "?projectId=" + service.project.id(), null);
    }

    @Test
    void many_to_one_shows_the_one_name() {
        operations.folder("wizard-many", Map.of("A", "1", "B", "2"));
        begin("/wizard-many");
        next("Destination");
        browser.choose("Region", Surroundings.REGION);
        browser.tick("Many to one");
        browser.click("Next");
        browser.await("an error", () -> !browser.error("Secret name").isEmpty());
        browser.type("Secret name", "settings");
        next("Sync Options");
        browser.tick("Import, prefer the KMS");
        browser.type("Key schema", "many/{{secretKey}}");
        browser.awaitText("many/settings");
        assertThat(browser.field("Metadata as tags").isEnabled()).isFalse();
        next("Details");
        browser.type("Name", "wizard-many");
        next("Review");
        browser.awaitText("Keys: A, B");
        browser.click("Create Sync");
        browser.awaitHeading("wizard-many");
        browser.awaitText("Synced");
        assertThat(service.aws.value("many/settings")).isEqualTo("{\"A\":\"1\",\"B\":\"2\"}");
    }

    @Test
    void what_is_wrong_is_told_at_its_field_and_what_was_typed_stays() {
        operations.folder("wrong", Map.of("A", "1"));
        service.create(
                Operations.manual(named("taken", service.oneToOne(service.connection(), "/wrong", "w/{{secretKey}}"))));
        begin("/wrong");
        next("Destination");
        browser.choose("AWS connection", CONNECTION);
        browser.click("Next");
        browser.await("an error", () -> !browser.error("Region").isEmpty());
        assertThat(browser.text()).contains("Some fields need another look.", "Region: Choose the region.");
        browser.choose("Region", Surroundings.REGION);
        next("Sync Options");
        browser.type("Key schema", "no-placeholder");
        browser.await("an error", () -> browser.error("Key schema").contains("exactly one {{secretKey}}"));
        pictures("add-field-error");
        browser.click("Next");
        browser.awaitText("Initial sync behavior: Say what the first sync does.");
        browser.tick("Overwrite destination");
        browser.type("Key schema", "wrong/{{secretKey}}");
        browser.await("no error", () -> browser.error("Key schema").isEmpty());
        next("Details");
        browser.type("Name", "Not A Slug");
        browser.await("an error", () -> browser.error("Name").contains("lowercase letters, numbers, and hyphens"));
        browser.type("Name", "taken");
        browser.await("an error", () -> browser.error("Name").contains("has this name"));
        browser.click("Next");
        browser.awaitText("Name: Another sync of this project has this name.");
        awaitStep("Details");
        browser.type("Name", "wrong-no-more");
        browser.awaitText("This name is free.");

        // Back and forth, by button and by step.
        browser.click("Back");
        awaitStep("Sync Options");
        assertThat(browser.value("Key schema")).isEqualTo("wrong/{{secretKey}}");
        browser.click("Back");
        awaitStep("Destination");
        assertThat(browser.value("Region")).isEqualTo(Surroundings.REGION);
        browser.find(By.cssSelector(".steps li:nth-child(4) button")).click();
        awaitStep("Details");
        assertThat(browser.value("Name")).isEqualTo("wrong-no-more");
        next("Review");
        browser.awaitText("wrong/A");
    }

    private static Map<String, Object> named(String name, Map<String, Object> sync) {
        sync.put("name", name);
        return sync;
    }

    /** With what may not go together told where it can be mended. */
    @Test
    void what_few_need_is_saved_and_shown_again() {
        operations.folder("rare", Map.of("APP_A", "1"));
        operations.folder("rare/deep", Map.of("APP_B", "2", "OTHER", "3"));
        begin("/rare");
        browser.tick("Include sub-folders");
        pictures("add-1-source-all");
        next("Destination");
        browser.choose("AWS connection", CONNECTION);
        browser.choose("Region", Surroundings.REGION);
        browser.click("Add a destination");
        choose("Region", 1, Surroundings.REGION);
        browser.click("Next");
        browser.awaitText("More destinations: Destinations must differ in connection or region");
        awaitStep("Destination");
        choose("Region", 1, DUBLIN);
        browser.click("Add a destination");
        choose("Connection", 1, CONNECTION);
        browser.click("Next");
        browser.awaitText("More destinations: Destination 2: Choose its region.");
        pictures("add-2-destination-all");
        browser.findAll(By.cssSelector(".tag-row button")).get(1).click();
        next("Sync Options");
        browser.awaitText("nothing can be imported");
        assertThat(browser.text()).doesNotContain("Import, prefer the KMS");
        browser.tick("Overwrite destination");
        browser.type("Key schema", "rare/{{secretPath}}/{{secretKey}}");
        browser.click("More options");
        browser.type("Only these keys", "APP_*");
        browser.choose("Tag mode", "Remove all others");
        browser.tick("Require approval");
        browser.type("Resource policy", "{\"Version\"");
        browser.click("Next");
        browser.awaitText("Resource policy: This is not JSON");
        assertThat(browser.error("Resource policy")).startsWith("This is not JSON");
        browser.type("Resource policy", "{\"Version\": \"2012-10-17\"}");
        browser.click("Next");
        browser.await("an error", () -> browser.error("Resource policy").contains("must have a Statement"));
        browser.type("Resource policy", policy("*"));
        next("Details");
        browser.type("Name", "rare");
        browser.click("Next");
        browser.await("what AWS says", () -> browser.error("Resource policy").contains("AWS does not accept"));
        awaitStep("Sync Options");
        browser.type("Resource policy", policy("arn:aws:iam::" + SecretsManagerEmulator.ACCOUNT + ":root"));
        pictures("add-3-options-all");
        goTo("Details");
        next("Review");
        browser.awaitText("Also in " + DUBLIN);
        browser.awaitText("rare/rare/deep/APP_B");
        pictures("add-5-review-all");
        browser.click("Create Sync");
        browser.awaitHeading("rare");
        browser.awaitText("Synced");

        JsonNode sync = named("rare").json().path("secretSync");
        assertThat(sync.at("/destinationConfig/additionalDestinations").toString())
                .isEqualTo("[{\"region\":\"" + DUBLIN + "\"}]");
        JsonNode options = sync.path("syncOptions");
        assertThat(options.path("includeAllSubFolders").asBoolean()).isTrue();
        assertThat(options.path("requireApproval").asBoolean()).isTrue();
        assertThat(options.path("tagMode").textValue()).isEqualTo("replace");
        assertThat(options.path("tags").toString()).isEqualTo("[]");
        assertThat(options.at("/keyRules/include/0").textValue()).isEqualTo("APP_*");
        assertThat(options.at("/resourcePolicy/Statement/0/Sid").textValue()).isEqualTo("Read");
        assertThat(service.aws.secrets(SecretsManagerEmulator.ACCOUNT, DUBLIN))
                .extracting(Secret::name)
                .containsExactlyInAnyOrder("rare/rare/APP_A", "rare/rare/deep/APP_B");

        browser.go("/syncs/" + sync.path("id").textValue() + "/edit");
        browser.await("the form", () -> browser.heading().equals("Edit rare"));
        assertThat(browser.field("Include sub-folders").isSelected()).isTrue();
        assertThat(browser.field("Require approval").isSelected()).isTrue();
        assertThat(browser.value("Tag mode")).isEqualTo("replace");
        assertThat(browser.value("Only these keys")).isEqualTo("APP_*");
        assertThat(browser.value("Resource policy")).contains("\"Sid\": \"Read\"");
        assertThat(browser.findAll(By.cssSelector(".tag-row select")).get(1).getDomProperty("value"))
                .isEqualTo(DUBLIN);
        pictures("edit-all");
        browser.click("Save changes");
        browser.await("the sync", () -> browser.heading().equals("rare"));
        assertThat(named("rare").json().at("/secretSync/updatedAt")).isEqualTo(sync.path("updatedAt"));
        browser.complainsOfNothingBut(400);
    }

    /** Whoever is named may read the secret; {@code *} is everybody. */
    private static String policy(String principal) {
        return """
                {"Version": "2012-10-17", "Statement": [{"Sid": "Read", "Effect": "Allow", "Principal": {"AWS": "%s"},
                "Action": "secretsmanager:GetSecretValue", "Resource": "*"}]}""".formatted(principal).replace("\n", " ");
    }

    /** In the field with that label that comes after so many others of it. */
    private void choose(String label, int before, String option) {
        List<WebElement> labels = browser.findAll(By.xpath("//label[normalize-space(.)='" + label + "']"));
        WebElement select = browser.find(By.id(labels.get(before).getDomAttribute("for")));
        select.findElement(By.xpath("./option[.='" + option + "']")).click();
    }

    /** To a step that was shown before, by the list of steps. */
    private void goTo(String title) {
        browser.find(By.xpath("//nav[@class='steps']//button[.//*[.='" + title + "']]"))
                .click();
        awaitStep(title);
    }

    @Test
    void many_to_one_is_divided_and_copied() {
        operations.folder("copied", Map.of("A", "1"));
        begin("/copied");
        next("Destination");
        browser.choose("AWS connection", CONNECTION);
        browser.choose("Region", Surroundings.REGION);
        browser.tick("Many to one");
        browser.type("Secret name", "copied");
        next("Sync Options");
        browser.tick("Overwrite destination");
        browser.click("More options");
        browser.tick("Sharding");
        browser.click("Add a region");
        choose("Region", 1, DUBLIN);
        browser.type("KMS key there", "alias/copied");
        pictures("add-3-options-many");
        next("Details");
        browser.type("Name", "copied");
        next("Review");
        browser.awaitText("Keys: A");
        browser.click("Create Sync");
        browser.awaitHeading("copied");

        JsonNode sync = named("copied").json().path("secretSync");
        assertThat(sync.at("/syncOptions/sharding").asBoolean()).isTrue();
        assertThat(sync.at("/syncOptions/replicaRegions").toString())
                .isEqualTo("[{\"region\":\"" + DUBLIN + "\",\"keyId\":\"alias/copied\"}]");
        browser.go("/syncs/" + sync.path("id").textValue() + "/edit");
        browser.await("the form", () -> browser.heading().equals("Edit copied"));
        assertThat(browser.field("Sharding").isSelected()).isTrue();
        assertThat(browser.value("KMS key there")).isEqualTo("alias/copied");
        browser.tick("Sharding");
        browser.click("Save changes");
        browser.awaitText("Save these changes?");
        browser.click("Save changes");
        browser.await("the sync", () -> browser.heading().equals("copied"));
        assertThat(named("copied").json().at("/secretSync/syncOptions/sharding").asBoolean())
                .isFalse();
    }

    @Test
    void what_only_the_plan_finds_out_is_told_and_can_be_mended() {
        operations.folder("later", Map.of("A", "1"));
        beginOneToOne("/nowhere-yet", "later/{{secretKey}}");
        next("Details");
        browser.type("Name", "later");
        browser.click("Next");
        awaitStep("Review");
        browser.awaitText("Could not find folder with path \"/nowhere-yet\"");
        assertThat(browser.offers("Create Sync")).isFalse();
        browser.click("Change Source");
        awaitStep("Source");
        browser.type("Secret path", "/later");
        browser.find(By.cssSelector(".steps li:nth-child(5) button")).click();
        awaitStep("Review");
        browser.awaitText("later/A");
        browser.click("Create Sync");
        browser.awaitHeading("later");
        browser.complainsOfNothingBut(400);
    }

    @Test
    void what_the_api_refuses_at_the_end_leads_back_to_its_step() {
        operations.folder("refused", Map.of("A", "1"));
        beginOneToOne("/refused", "refused/{{secretKey}}");
        next("Details");
        browser.type("Name", "refused");
        next("Review");
        browser.awaitText("refused/A");
        // Between the plan and the creation only somebody who does not use the page can break a field.
        browser.script("document.querySelector('input[maxlength=\"255\"]').value = '{{secretKey}}{{secretKey}}'");
        browser.click("Create Sync");
        awaitStep("Sync Options");
        assertThat(browser.error("Key schema")).contains("exactly one {{secretKey}}");
        browser.await("focus on what is wrong", () -> browser.focused().contains("Some fields need another look."));
        browser.complainsOfNothingBut(422);
    }

    @Test
    void a_connection_is_made_on_the_way_and_another_project_is_chosen() {
        Project other = service.kms.addProject(service.organization, "Warehouse", "warehouse", "stage");
        service.kms.setSecret(other, "stage", "/", "SHELF", "1");
        service.kms.addIdentity("both", "both-secret", Grant.write(service.project), Grant.write(other));
        service.regrant(Grant.write(service.project), Grant.write(other));
        browser.logIn("both", "both-secret");
        browser.awaitHeading("Secret Syncs");
        browser.go("/syncs/new");
        browser.awaitHeading("Add Sync");
        browser.script(
                "const s = document.querySelector('form select'); s.value = arguments[0];"
                        + " s.dispatchEvent(new Event('change'))",
                other.id());
        browser.await("its environments", () -> browser.value("Environment").equals("stage"));
        next("Destination");
        browser.awaitText("There is no AWS connection that this project can use yet");
        browser.click("Next");
        browser.awaitText("Some fields need another look.");
        browser.click("Create a connection");
        browser.type("Name", "warehouse");
        browser.tick("Access key");
        browser.type("Access key ID", SecretsManagerEmulator.ACCESS_KEY_ID);
        browser.type("Secret access key", "wrong");
        browser.click("Check and save");
        browser.awaitText("Unable to validate connection");
        pictures("add-connection-in-wizard");
        browser.type("Secret access key", SecretsManagerEmulator.SECRET_ACCESS_KEY);
        browser.click("Check and save");
        browser.await("no dialog", () -> !browser.hasDialog());
        browser.choose("Region", Surroundings.REGION);
        next("Sync Options");
        browser.tick("Overwrite destination");
        browser.type("Key schema", "warehouse/{{secretKey}}");
        next("Details");
        browser.type("Name", "warehouse");
        next("Review");
        browser.awaitText("warehouse/SHELF");
        browser.click("Create Sync");
        browser.awaitHeading("warehouse");
        browser.awaitText("Synced");
        assertThat(service.aws.value("warehouse/SHELF")).isEqualTo("1");
        assertThat(browser.text()).doesNotContain(SecretsManagerEmulator.SECRET_ACCESS_KEY);
        browser.complainsOfNothingBut(400);
    }

    @Test
    void it_is_walked_through_with_the_keyboard_alone() {
        operations.folder("keys", Map.of("A", "1"));
        begin("/keys");
        browser.press(Keys.ENTER);
        awaitStep("Destination");
        browser.await("focus on the heading", () -> browser.focused().equals("Step 2 of 5: Destination"));
        browser.press(Keys.TAB);
        assertThat(browser.focused()).startsWith("AWS connection");
        browser.choose("Region", Surroundings.REGION);
        browser.press(Keys.TAB);
        assertThat(browser.script("return document.activeElement.type")).isEqualTo("radio");
        browser.press(Keys.ENTER);
        awaitStep("Sync Options");
    }

    /** The page at every width in both themes, without anything that keeps people from using it. */
    private void pictures(String name) {
        for (boolean dark : List.of(false, true)) {
            for (int width : WIDTHS) {
                browser.look(width, dark);
                browser.screenshot(name + "-" + width + (dark ? "-dark" : "-light"));
                assertThat(browser.overflows()).as(name + " at " + width).isFalse();
            }
            assertThat(browser.accessibilityProblems()).as(name).isEmpty();
        }
        browser.look(1440, false);
    }
}
