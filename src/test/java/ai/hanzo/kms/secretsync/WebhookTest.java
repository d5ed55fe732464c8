package ai.hanzo.kms.secretsync;

import static ai.hanzo.kms.secretsync.Operations.manual;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.hanzo.kms.secretsync.devkms.LoggedRequest;
import ai.hanzo.kms.secretsync.devkms.Project;
import ai.hanzo.kms.secretsync.devkms.WebhookDelivery;
import ai.hanzo.kms.secretsync.devkms.WebhookSignature;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Change notices of the KMS, where the next poll is days away: whatever happens here, a notice has brought about. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WebhookTest {
    /** From the edit to AWS; the KMS itself takes four of them before it sends its notice. */
    private static final Duration WITH_WEBHOOK = Duration.ofSeconds(10);

    private final HttpClient http = HttpClient.newHttpClient();
    private final AtomicLong lastTimestamp = new AtomicLong();
    private RunningService service;
    private Operations operations;
    private String connection;

    @BeforeAll
    void start(@TempDir Path directory) {
        service = RunningService.start(directory, Map.of("SECRET_SYNC_POLL_INTERVAL", "240h"));
        operations = new Operations(service);
        connection = service.connection();
        for (String name : List.of("witness", "quiet")) {
            folder(name);
            following(name);
        }
    }

    @AfterAll
    void stop() {
        service.close();
    }

    // From edit to AWS

    @ParameterizedTest
    @ValueSource(strings = {WebhookSignature.KMS_HEADER, WebhookSignature.INFISICAL_HEADER})
    void anEditIsInAwsWithinTenSeconds(String header) {
        String name = "edit-" + header;
        folder(name);
        following(name);
        service.kms.setWebhookSignatureHeader(header);
        String webhook = service.kms.addWebhook(
                service.project, "dev", "/" + name, service.webhook(), RunningService.WEBHOOK_SECRET);

        for (String value : List.of("2", "3")) {
            long edited = System.nanoTime();
            set(name, value);
            eventually(() -> value.equals(service.aws.value(name + "/A")));
            assertThat(Duration.ofNanos(System.nanoTime() - edited)).isLessThanOrEqualTo(WITH_WEBHOOK);
        }

        service.kms.removeWebhook(webhook);
        assertThat(service.kms.webhookDeliveries())
                .filteredOn(delivery -> delivery.webhookId().equals(webhook))
                .hasSizeGreaterThanOrEqualTo(2)
                .allMatch(WebhookDelivery::succeeded);
    }

    // Who is woken

    @Test
    @DisplayName("U4-19: a change in an imported folder wakes who imports it")
    void aChangeInAnImportedFolderWakesWhoImportsIt() throws Exception {
        folder("importing");
        service.kms.setSecret(service.project, "dev", "/imported", "B", "1");
        service.kms.setSecret(service.project, "prod", "/imported-further", "C", "1");
        service.kms.addImport(service.project, "dev", "/importing", "dev", "/imported");
        service.kms.addImport(service.project, "dev", "/imported", "prod", "/imported-further");
        String importing = following("importing");
        assertThat(service.aws.value("importing/C")).isEqualTo("1");
        // It learns of the imports when it asks for the first time.
        known("importing");

        service.kms.setSecret(service.project, "dev", "/imported", "B", "2");
        assertThat(notice("dev", "/imported").statusCode()).isEqualTo(200);
        eventually(() -> "2".equals(service.aws.value("importing/B")));
        service.kms.setSecret(service.project, "prod", "/imported-further", "C", "2");
        assertThat(notice("prod", "/imported-further").statusCode()).isEqualTo(200);
        eventually(() -> "2".equals(service.aws.value("importing/C")));

        // What is imported no more wakes nobody.
        folder("no-more");
        service.kms.addImport(service.project, "dev", "/no-more", "dev", "/imported");
        String noMore = following("no-more");
        known("no-more");
        service.kms.deleteFolder(service.project, "dev", "/no-more");
        folder("no-more");
        woken(noMore, "no-more");
        service.kms.clearRequests();
        notice("dev", "/imported");
        witness();
        assertThat(polls("no-more")).isEmpty();
    }

    @Test
    void aChangeInAFolderBelowWakesWhoIncludesSubFolders() throws Exception {
        folder("above");
        service.kms.setSecret(service.project, "dev", "/above/below/deep", "B", "1");
        Map<String, Object> body = service.oneToOne(connection, "/above", "{{secretPath}}/{{secretKey}}");
        RunningService.options(body).put("includeAllSubFolders", true);
        service.created(body);
        assertThat(service.aws.value("above/below/deep/B")).isEqualTo("1");

        service.kms.setSecret(service.project, "dev", "/above/below/deep", "B", "2");
        assertThat(notice("dev", "/above/below/deep").statusCode()).isEqualTo(200);
        eventually(() -> "2".equals(service.aws.value("above/below/deep/B")));
    }

    @Test
    void anUnchangedSourceCostsOneConditionalRequestAndNoRun() throws Exception {
        folder("unchanged");
        String sync = following("unchanged");
        known("unchanged");
        JsonNode runs = operations.runs(sync);
        assertThat(runs).as("the first run has read what the first poll finds").hasSize(1);
        service.kms.clearRequests();

        assertThat(notice("dev", "/unchanged").statusCode()).isEqualTo(200);
        eventually(() -> !polls("unchanged").isEmpty());
        witness();

        assertThat(polls("unchanged")).extracting(LoggedRequest::status).containsExactly(304);
        assertThat(operations.runs(sync)).isEqualTo(runs);
    }

    @Test
    void whatARunHasSeenSinceTheLastPollIsNewsWhenItIsTakenBack() throws Exception {
        folder("taken-back");
        String sync = following("taken-back");
        known("taken-back");
        service.kms.setSecret(service.project, "dev", "/taken-back", "MISTAKE", "1");
        service.run(sync);
        assertThat(service.aws.value("taken-back/MISTAKE")).isEqualTo("1");

        // The source is now what the last poll has seen.
        service.kms.deleteSecret(service.project, "dev", "/taken-back", "MISTAKE");
        assertThat(notice("dev", "/taken-back").statusCode()).isEqualTo(200);

        eventually(() -> operations.secret("taken-back/MISTAKE").isDeleted());
    }

    @Test
    void aSyncThatIsManualIsNotWoken() throws Exception {
        folder("manual");
        String alone = service.run(
                        service.create(manual(service.oneToOne(connection, "/manual", "manual/{{secretKey}}"))))
                .path("id")
                .textValue();
        folder("both");
        String beside = service.run(
                        service.create(manual(service.oneToOne(connection, "/both", "beside/{{secretKey}}"))))
                .path("id")
                .textValue();
        following("both");
        set("manual", "2");
        set("both", "2");
        service.kms.clearRequests();

        assertThat(notice("dev", "/manual").statusCode()).isEqualTo(200);
        assertThat(notice("dev", "/both").statusCode()).isEqualTo(200);

        eventually(() -> "2".equals(service.aws.value("both/A")));
        witness();
        assertThat(polls("manual")).isEmpty();
        assertThat(service.aws.value("manual/A")).isEqualTo("1");
        assertThat(service.aws.value("beside/A")).isEqualTo("1");
        assertThat(operations.runs(alone)).hasSize(1);
        assertThat(operations.runs(beside)).hasSize(1);
    }

    @Test
    void automaticNoMoreMeansAskedNoMore() throws Exception {
        folder("no-longer");
        String sync = following("no-longer");
        known("no-longer");
        service.api().patch(Operations.SYNCS + sync, Map.of("isAutoSyncEnabled", false));
        set("no-longer", "2");
        service.kms.clearRequests();

        assertThat(notice("dev", "/no-longer").statusCode()).isEqualTo(200);

        witness();
        assertThat(polls("no-longer")).isEmpty();
        assertThat(service.aws.value("no-longer/A")).isEqualTo("1");
    }

    // What asks for nothing

    @ParameterizedTest
    @ValueSource(strings = {"test", "secrets.reminder-expired", "secrets.rotation-failed", "something.new"})
    void otherEventsAreTakenAndAskForNothing(String event) throws Exception {
        service.kms.clearRequests();
        byte[] body = body(event, service.project, "dev", "/quiet", now());

        HttpResponse<String> answer = send(body, signature(body));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"received\":true}");
        witness();
        assertThat(polls("quiet")).isEmpty();
    }

    @Test
    void theKmssOwnTestOfAWebhookSucceeds() {
        String webhook =
                service.kms.addWebhook(service.project, "dev", "/**", service.webhook(), RunningService.WEBHOOK_SECRET);
        String misconfigured = service.kms.addWebhook(service.project, "dev", "/**", service.webhook(), "other-secret");
        String unsigned = service.kms.addWebhook(service.project, "dev", "/**", service.webhook(), null);
        try {
            assertThat(service.kms.testWebhook(webhook).status()).isEqualTo(200);
            assertThat(service.kms.testWebhook(misconfigured).status()).isEqualTo(401);
            assertThat(service.kms.testWebhook(unsigned).status()).isEqualTo(401);
        } finally {
            List.of(webhook, misconfigured, unsigned).forEach(service.kms::removeWebhook);
        }
    }

    @Test
    void whateverIsNotGoodIsRefusedInTheSameWordsAndAsksForNothing() throws Exception {
        Project unknown = service.kms.addProject(service.organization, "Without", "without-webhook", "dev");
        byte[] good = body("secrets.modified", service.project, "dev", "/quiet", now());
        byte[] old = body("secrets.modified", service.project, "dev", "/quiet", now() - 301_000);
        byte[] early = body("secrets.modified", service.project, "dev", "/quiet", now() + 400_000);
        byte[] ofUnknown = body("secrets.modified", unknown, "dev", "/quiet", now());
        byte[] ofNobody = new String(good, StandardCharsets.UTF_8)
                .replace(service.project.id(), "x")
                .getBytes(StandardCharsets.UTF_8);
        byte[] broken = "{\"project\":".getBytes(StandardCharsets.UTF_8);
        byte[] large = body("secrets.modified", service.project, "dev", "/" + "x".repeat(100_000), now());
        byte[] repeated = body("test", service.project, "dev", "/quiet", now());
        assertThat(send(repeated, signature(repeated)).statusCode()).isEqualTo(200);
        Map<String, HttpResponse<String>> answers = new LinkedHashMap<>();
        service.kms.clearRequests();

        answers.put("not signed", send(good));
        answers.put("nonsense", send(good, "nonsense"));
        answers.put("signed otherwise", send(good, signature(good, "other-secret")));
        answers.put("signed twice", send(good, signature(good), signature(good)));
        answers.put("another body", send(good, signature(old)));
        answers.put("old", send(old, signature(old)));
        answers.put("early", send(early, signature(early)));
        answers.put("repeated", send(repeated, signature(repeated)));
        answers.put("no secret", send(ofUnknown, signature(ofUnknown)));
        answers.put("no project", send(ofNobody, signature(ofNobody)));
        answers.put(
                "no JSON",
                send(
                        broken,
                        "t=" + now() + ";"
                                + signature(broken, RunningService.WEBHOOK_SECRET)
                                        .split(";")[1]));
        answers.put("large", send(large, signature(large)));
        answers.put("empty", send(new byte[0], signature(good)));

        assertThat(answers).allSatisfy((name, answer) -> {
            assertThat(answer.statusCode()).as(name).isEqualTo(401);
            assertThat(answer.body().replaceAll("\"reqId\":\"[^\"]+\"", "\"reqId\":\"\""))
                    .as(name)
                    .isEqualTo(
                            "{\"reqId\":\"\",\"statusCode\":401,\"message\":\"This is no change notice that is signed with"
                                    + " a secret known here for its project, at most 5 minutes old, and new\","
                                    + "\"error\":\"UnauthorizedError\"}");
            assertThat(answer.headers().map().keySet())
                    .as(name)
                    .isEqualTo(answers.get("not signed").headers().map().keySet());
        });
        witness();
        assertThat(polls("quiet")).isEmpty();
    }

    @Test
    void aBodyBeyondAllBoundsIsNotEvenRead() throws Exception {
        byte[] huge = body("secrets.modified", service.project, "dev", "/" + "x".repeat(2_000_000), now());

        HttpResponse<String> answer = send(huge, signature(huge));

        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).contains("PayloadTooLarge");
    }

    @Test
    void aSignedNoticeThatDoesNotSayWhereIsABadRequest() throws Exception {
        byte[] body = body("secrets.modified", service.project, "dev", "witness", now());

        HttpResponse<String> answer = send(body, signature(body));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("project.secretPath");
    }

    // Helpers

    private void folder(String name) {
        operations.folder(name, Map.of("A", "1"));
    }

    private void set(String folder, String value) {
        service.kms.setSecret(service.project, "dev", "/" + folder, "A", value);
    }

    /** An automatic sync of a folder whose first run is over; its id. */
    private String following(String name) {
        JsonNode sync = service.created(service.oneToOne(connection, "/" + name, name + "/{{secretKey}}"));
        assertThat(sync.path("syncStatus").textValue()).isEqualTo("succeeded");
        return sync.path("id").textValue();
    }

    /** Waits until a notice of a folder is no news: what is there has been asked for, and is remembered. */
    private void known(String folder) throws Exception {
        await().atMost(RunningService.PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    service.kms.clearRequests();
                    assertThat(notice("dev", "/" + folder).statusCode()).isEqualTo(200);
                    eventually(() -> !polls(folder).isEmpty());
                    return polls(folder).get(0).status() == 304;
                });
    }

    /** Waits until a notice of a folder that is news has led to a run. */
    private void woken(String sync, String folder) throws Exception {
        int runs = operations.runs(sync).size();
        assertThat(notice("dev", "/" + folder).statusCode()).isEqualTo(200);
        eventually(() -> operations.runs(sync).size() == runs + 1);
        service.api().awaitSync(sync, RunningService.PATIENCE);
    }

    /** Waits until a notice has been followed that came after all others: they have been, too, if they ever will. */
    private void witness() throws Exception {
        String value = Long.toString(now());
        set("witness", value);
        assertThat(notice("dev", "/witness").statusCode()).isEqualTo(200);
        eventually(() -> value.equals(service.aws.value("witness/A")));
    }

    private HttpResponse<String> notice(String environment, String path) throws IOException, InterruptedException {
        byte[] body = body("secrets.modified", service.project, environment, path, now());
        return send(body, signature(body));
    }

    private HttpResponse<String> send(byte[] body, String... signatures) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(service.webhook())
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(body));
        for (String signature : signatures) {
            request.header(WebhookSignature.KMS_HEADER, signature);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private static byte[] body(String event, Project project, String environment, String path, long timestamp) {
        return ("{\"event\":\"" + event + "\",\"project\":{\"projectId\":\"" + project.id() + "\",\"environment\":\""
                        + environment + "\",\"secretPath\":\"" + path + "\"},\"timestamp\":" + timestamp + "}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String signature(byte[] body) {
        return signature(body, RunningService.WEBHOOK_SECRET);
    }

    private static String signature(byte[] body, String secret) {
        String text = new String(body, StandardCharsets.UTF_8);
        String timestamp = text.replaceAll("(?s).*?(\\d*)}?$", "$1");
        return WebhookSignature.of(secret, timestamp.isEmpty() ? 0 : Long.parseLong(timestamp), body);
    }

    /** Another one each time, so that no notice is a repetition. */
    private long now() {
        return lastTimestamp.updateAndGet(last -> Math.max(last + 1, System.currentTimeMillis()));
    }

    private static void eventually(Callable<Boolean> condition) {
        await().atMost(RunningService.PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(condition);
    }

    /** Requests for the secrets of a folder. */
    private List<LoggedRequest> polls(String folder) {
        return service.kms.requests().stream()
                .filter(request -> request.path().startsWith("/api/v4/secrets")
                        && request.query() != null
                        && request.query().matches(".*secretPath=(%2F|/)" + folder + "(&.*|$)"))
                .toList();
    }
}
