package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.devkms.Fault;
import ai.hanzo.kms.secretsync.devkms.Metadata;
import ai.hanzo.kms.secretsync.emulator.ForeignSecret;
import ai.hanzo.kms.secretsync.emulator.SecretsManagerEmulator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/**
 * Nobody sees a secret: marked values and credentials go through everything that works and everything that fails, while all
 * loggers there are print all they can, and none of the marks is in a log line, an answer or the database.
 */
class SecrecyTest {
    private static final String VALUE = "MarkedValue7Qx";
    private static final String AWS_SECRET = "MarkedAwsSecret7Qx/with+characters/of/its/kind";
    private static final String NEXT_AWS_SECRET = "MarkedNextAwsSecret7Qx/rotated";
    private static final String WRONG_AWS_SECRET = "MarkedWrongAwsSecret7Qx";
    private static final String CLIENT_SECRET = "MarkedClientSecret7Qx";
    private static final String LOGIN_SECRET = "MarkedLoginSecret7Qx";
    private static final String WEBHOOK_SECRET = "MarkedWebhookSecret7Qx";
    private static final String FORGED_TOKEN = "MarkedForgedToken7Qx.MarkedForgedToken7Qx.MarkedForgedToken7Qx";
    private static final String FOREIGN_VALUE = "MarkedForeignValue7Qx";
    private static final String METADATA = "MarkedEncryptedMetadata7Qx";
    private static final String SYNCS = "/api/v1/secret-syncs/aws-secrets-manager";
    private static final String KEY_ID = "AKIAMARKED0000000001";

    /** What must not be seen; tokens are added as they are issued. */
    private static final Map<String, String> MARKS = new ConcurrentHashMap<>();

    private final List<ApiClient.Answer> answers = new ArrayList<>();

    /** Takes every line of every logger. */
    public static final class Listener extends AppenderBase<ILoggingEvent> {
        static final Queue<String> TOLD = new ConcurrentLinkedQueue<>();
        static final LongAdder LINES = new LongAdder();
        static final Map<String, Boolean> LOGGERS = new ConcurrentHashMap<>();

        @Override
        protected void append(ILoggingEvent event) {
            LINES.increment();
            LOGGERS.put(event.getLoggerName(), true);
            String text = event.getFormattedMessage()
                    + (event.getThrowableProxy() == null
                            ? ""
                            : "\n" + ThrowableProxyUtil.asString(event.getThrowableProxy()))
                    + event.getMDCPropertyMap();
            MARKS.forEach((mark, name) -> {
                int at = text.indexOf(mark);
                if (at >= 0) {
                    TOLD.add(name + " told by " + event.getLoggerName() + " (" + event.getLevel() + "): "
                            + text.substring(Math.max(0, at - 200), Math.min(text.length(), at + 60)));
                }
            });
        }
    }

    @Test
    void noMarkIsSeenAnywhere(@TempDir Path directory) throws IOException {
        mark(VALUE, "a value");
        mark(AWS_SECRET, "the AWS secret key");
        mark(NEXT_AWS_SECRET, "the rotated AWS secret key");
        mark(WRONG_AWS_SECRET, "a wrong AWS secret key");
        mark(CLIENT_SECRET, "the KMS client secret");
        mark(WEBHOOK_SECRET, "the secret that notices are signed with");
        mark(LOGIN_SECRET, "a caller's client secret");
        mark(RunningService.CALLER_SECRET, "the caller's client secret");
        mark("MarkedForgedToken7Qx", "a forged token");
        // What every token of the KMS begins with: the service's own, and those of its callers.
        MARKS.put("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.", "a token");
        mark(FOREIGN_VALUE, "somebody else's value");
        mark(METADATA, "encrypted metadata");
        System.setProperty("aws.accessKeyId", SecretsManagerEmulator.ACCESS_KEY_ID);
        System.setProperty("aws.secretAccessKey", SecretsManagerEmulator.SECRET_ACCESS_KEY);
        mark(SecretsManagerEmulator.SECRET_ACCESS_KEY, "the service's own AWS secret key");
        Map<String, String> settings = new HashMap<>(everythingIsLogged());
        settings.put("KMS_CLIENT_SECRET", CLIENT_SECRET);
        settings.put("SECRET_SYNC_WEBHOOK_SECRETS", "some-project=" + WEBHOOK_SECRET);
        try (RunningService service = RunningService.start(directory, settings)) {
            succeed(service);
            operate(service);
            fail(service);
            ApiClient management = ApiClient.with(service.management(), null);
            for (String path : List.of(
                    "health",
                    "health/readiness",
                    "info",
                    "prometheus",
                    "metrics",
                    "env",
                    "configprops",
                    "heapdump",
                    "loggers",
                    "camel",
                    "")) {
                answers.add(management.send("GET", "/actuator/" + path, null));
            }
            service.stop();
            assertNotIn(directory);
            service.startAgain();
            service.run(service.api()
                    .get("/api/v1/secret-syncs?projectId=" + service.project.id())
                    .at("/secretSyncs/0/id")
                    .textValue());
        } finally {
            System.clearProperty("aws.accessKeyId");
            System.clearProperty("aws.secretAccessKey");
        }
        assertNotIn(directory);

        assertThat(answers)
                .hasSizeGreaterThan(30)
                .allSatisfy(answer -> MARKS.forEach((mark, name) -> assertThat(answer.text() + answer.headers())
                        .as("%s in an answer", name)
                        .doesNotContain(mark)));
        assertThat(Listener.TOLD).isEmpty();
        // Else this test would have listened to nobody.
        assertThat(Listener.LINES.sum()).isGreaterThan(5_000);
        assertThat(Listener.LOGGERS.keySet())
                .anyMatch(logger -> logger.startsWith("org.apache.camel"))
                .anyMatch(logger -> logger.startsWith("org.springframework.jdbc"))
                .anyMatch(logger -> logger.startsWith("org.springframework.web"))
                .anyMatch(logger -> logger.startsWith("software.amazon.awssdk"))
                .anyMatch(logger -> logger.startsWith("org.quartz"));
    }

    private void succeed(RunningService service) {
        service.aws.addAccessKey(KEY_ID, AWS_SECRET, SecretsManagerEmulator.ACCOUNT);
        service.aws.addAccessKey("AKIAMARKED0000000002", NEXT_AWS_SECRET, SecretsManagerEmulator.ACCOUNT);
        service.kms.setSecrets(
                service.project,
                "dev",
                "/app",
                Map.of("A", VALUE + "-a", "B", VALUE + "-b \"quoted\"\n", "REFERENCE", "${A}"));
        service.kms.setMetadata(service.project, "dev", "/app", "A", Metadata.encrypted("hidden", METADATA));

        String connection = connection(service, "marked", credentials(KEY_ID, AWS_SECRET));
        String role = "arn:aws:iam::333333333333:role/marked";
        service.aws.addRole(role, service.project.id());
        Map<String, Object> assumed = new HashMap<>();
        assumed.put("name", "marked-role");
        assumed.put("method", "assume-role");
        assumed.put("projectId", service.project.id());
        assumed.put("credentials", Map.of("roleArn", role));
        String withRole = send(service.api(), "POST", "/api/v1/app-connections/aws", assumed)
                .json()
                .at("/appConnection/id")
                .textValue();

        Map<String, Object> one = service.oneToOne(connection, "/app", "app/{{secretKey}}");
        RunningService.options(one).put("syncSecretMetadataAsTags", true);
        String following = id(send(service.api(), "POST", "/api/v1/secret-syncs/aws-secrets-manager", one));
        String many = id(send(
                service.api(),
                "POST",
                "/api/v1/secret-syncs/aws-secrets-manager",
                service.manyToOne(connection, "/app", "app-all")));
        String roles = id(send(
                service.api(),
                "POST",
                "/api/v1/secret-syncs/aws-secrets-manager",
                service.oneToOne(withRole, "/app", "role/{{secretKey}}")));
        for (String sync : List.of(following, many, roles)) {
            assertThat(service.api()
                            .awaitSync(sync, RunningService.PATIENCE)
                            .path("syncStatus")
                            .textValue())
                    .isEqualTo("succeeded");
        }
        assertThat(service.aws.value("app/A")).isEqualTo(VALUE + "-a");
        assertThat(service.aws.value("app-all")).contains(VALUE);

        // A value that somebody else changed, a changed one, a deleted one and one that comes back.
        service.aws.putForeign("app/A", FOREIGN_VALUE);
        service.aws.putForeign("app-all", "{\"A\":\"" + FOREIGN_VALUE + "\"}");
        service.kms.deleteSecret(service.project, "dev", "/app", "B");
        run(service, following);
        run(service, many);
        service.kms.setSecret(service.project, "dev", "/app", "B", VALUE + "-again");
        run(service, following);
        send(
                service.api(),
                "PATCH",
                "/api/v1/app-connections/aws/" + connection,
                Map.of("credentials", credentials("AKIAMARKED0000000002", NEXT_AWS_SECRET)));
        service.aws.removeAccessKey(KEY_ID);
        run(service, following);
        for (String path : List.of(
                "/api/v1/secret-syncs?projectId=" + service.project.id(),
                "/api/v1/secret-syncs/aws-secrets-manager/" + following,
                "/api/v1/app-connections/aws",
                "/api/v1/app-connections/aws/" + connection)) {
            send(service.api(), "GET", path, null);
        }
    }

    /** What else can be asked of a sync: each with values on both sides, once as it should go and once as it should not. */
    private void operate(RunningService service) {
        Operations operations = new Operations(service);
        String connection = connection(service, "operated", credentials("AKIAMARKED0000000002", NEXT_AWS_SECRET));
        operations.folder("operated", Map.of("A", VALUE + "-a", "B", VALUE + "-b"));
        service.aws.putForeign("operated/A", FOREIGN_VALUE);
        service.aws.putForeign("operated/C", FOREIGN_VALUE);
        service.aws.putForeign("operated-all", "{\"A\":\"" + FOREIGN_VALUE + "\",\"C\":\"" + FOREIGN_VALUE + "\"}");
        List<Map<String, Object>> requests = List.of(
                Operations.importing(
                        service.oneToOne(connection, "/operated", "operated/{{secretKey}}"),
                        "import-prioritize-destination"),
                Operations.importing(
                        service.manyToOne(connection, "/operated", "operated-all"), "import-prioritize-source"));
        for (Map<String, Object> request : requests) {
            String sync = id(send(service.api(), "POST", SYNCS, Operations.manual(request)));
            everyAnswerAbout(service, sync);
            run(service, sync);
            assertThat(operations.inKms("operated")).containsValue(FOREIGN_VALUE);
            operations.imported(sync, "prioritize-destination");
            operations.imported(sync, "prioritize-source");
            everyAnswerAbout(service, sync);

            // Neither side takes what it is given.
            service.kms.setSecret(service.project, "dev", "/operated", "A", VALUE + "-other");
            service.kms.failNext(50, "/api/v4/secrets/batch", Fault.status(400));
            service.kms.failNext(50, "/api/v3/secrets/batch/raw", Fault.status(400));
            operations.imported(sync, "prioritize-destination");
            service.kms.clearFaults();
            service.aws.inject(
                    ai.hanzo.kms.secretsync.emulator.Fault.of(ai.hanzo.kms.secretsync.emulator.Fault.Kind.ACCESS_DENIED)
                            .operation("DeleteSecret")
                            .always());
            operations.removed(sync);
            everyAnswerAbout(service, sync);
            service.aws.clearFaults();
            operations.removed(sync);
            everyAnswerAbout(service, sync);
            send(service.api(), "DELETE", SYNCS + "/" + sync, null);
        }
        for (String secret : List.of(WRONG_AWS_SECRET, NEXT_AWS_SECRET)) {
            send(
                    service.api(),
                    "PATCH",
                    "/api/v1/app-connections/aws/" + connection,
                    Map.of("credentials", credentials("AKIAMARKED0000000002", secret)));
        }
        send(
                service.api(),
                "PATCH",
                "/api/v1/app-connections/aws/" + connection,
                Map.of(
                        "credentials",
                        Map.of("roleArn", WRONG_AWS_SECRET, "stsEndpoint", "https://" + WRONG_AWS_SECRET)));
        send(service.api(), "POST", "/api/v1/app-connections/aws/" + connection + "/check", null);
        send(service.api(), "DELETE", "/api/v1/app-connections/aws/" + connection, null);
    }

    private void everyAnswerAbout(RunningService service, String sync) {
        send(service.api(), "GET", SYNCS + "/" + sync, null);
        send(service.api(), "GET", SYNCS + "/" + sync + "/plan", null);
        send(
                service.api(),
                "POST",
                SYNCS + "/" + sync + "/plan",
                Map.of(
                        "syncOptions",
                        Map.of("initialSyncBehavior", "overwrite-destination", "keySchema", "planned/{{secretKey}}")));
        send(service.api(), "GET", SYNCS + "/" + sync + "/iam-policy", null);
        send(service.api(), "POST", SYNCS + "/" + sync + "/sync-secrets?dryRun=true", null);
        for (JsonNode ran : send(service.api(), "GET", SYNCS + "/" + sync + "/runs", null)
                .json()
                .path("runs")) {
            send(
                    service.api(),
                    "GET",
                    SYNCS + "/" + sync + "/runs/" + ran.path("id").textValue(),
                    null);
        }
    }

    private void fail(RunningService service) {
        String connection = connection(service, "failing", credentials("AKIAMARKED0000000002", NEXT_AWS_SECRET));
        service.kms.setSecrets(
                service.project,
                "dev",
                "/bad",
                Map.of(
                        "LONG",
                        VALUE.repeat(5_000),
                        "BAD NAME#",
                        VALUE,
                        "DENIED",
                        VALUE,
                        "DROPPED",
                        VALUE,
                        "BROKEN",
                        VALUE,
                        "TAKEN",
                        VALUE));
        service.aws.putForeign(ForeignSecret.named("bad/TAKEN").binary(FOREIGN_VALUE.getBytes(StandardCharsets.UTF_8)));
        for (ai.hanzo.kms.secretsync.emulator.Fault fault : List.of(
                fault(ai.hanzo.kms.secretsync.emulator.Fault.Kind.ACCESS_DENIED, "bad/DENIED"),
                fault(ai.hanzo.kms.secretsync.emulator.Fault.Kind.DROP_AFTER, "bad/DROPPED"),
                fault(ai.hanzo.kms.secretsync.emulator.Fault.Kind.ENCRYPTION_FAILURE, "bad/BROKEN"))) {
            service.aws.inject(fault);
        }
        Map<String, Object> request = service.oneToOne(connection, "/bad", "bad/{{secretKey}}");
        request.put("isAutoSyncEnabled", false);
        String bad = id(send(service.api(), "POST", "/api/v1/secret-syncs/aws-secrets-manager", request));
        JsonNode failed = run(service, bad);
        assertThat(failed.path("syncStatus").textValue()).isEqualTo("failed");
        service.aws.clearFaults();

        // Destinations that hold what cannot be understood.
        for (String body :
                List.of("not json " + FOREIGN_VALUE, "{\"A\":\"" + FOREIGN_VALUE, "[\"" + FOREIGN_VALUE + "\"]")) {
            service.aws.putForeign("bad-all", body);
            Map<String, Object> many = service.manyToOne(connection, "/app", "bad-all");
            RunningService.options(many).put("disableSecretDeletion", true);
            many.put("isAutoSyncEnabled", false);
            run(service, id(send(service.api(), "POST", "/api/v1/secret-syncs/aws-secrets-manager", many)));
        }

        // A KMS that has trouble, in the middle of an answer too.
        for (Fault fault : List.of(Fault.truncate(), Fault.status(500), Fault.drop(), Fault.status(403))) {
            service.kms.failNext(50, "/api/v4/secrets", fault);
            service.kms.failNext(50, "/api/v3/secrets", fault);
            run(service, bad);
            service.kms.clearFaults();
        }

        // Callers who get it wrong.
        ApiClient api = service.api();
        Map<String, Object> wrong = new HashMap<>();
        wrong.put("name", "wrong");
        wrong.put("method", "access-key");
        wrong.put("credentials", credentials("AKIAMARKED0000000002", WRONG_AWS_SECRET));
        send(api, "POST", "/api/v1/app-connections/aws", wrong);
        wrong.put("name", "Bad Name");
        send(api, "POST", "/api/v1/app-connections/aws", wrong);
        wrong.put("credentials", Map.of("secretAccessKey", WRONG_AWS_SECRET));
        send(api, "POST", "/api/v1/app-connections/aws", wrong);
        wrong.put(
                "credentials",
                Map.of("accessKeyId", List.of(WRONG_AWS_SECRET), "secretAccessKey", Map.of("a", WRONG_AWS_SECRET)));
        send(api, "POST", "/api/v1/app-connections/aws", wrong);
        wrong.put("credentials", WRONG_AWS_SECRET);
        send(api, "POST", "/api/v1/app-connections/aws", wrong);
        send(api, "POST", "/api/v1/app-connections/aws", "{\"credentials\":\"" + WRONG_AWS_SECRET);
        send(api, "POST", "/api/v1/app-connections/aws", "{" + WRONG_AWS_SECRET + "}");
        send(api, "PATCH", "/api/v1/app-connections/aws/" + connection, wrong);
        ApiClient nobody = ApiClient.with(service.base(), null);
        send(
                nobody,
                "POST",
                "/api/v1/auth/universal-auth/login",
                Map.of("clientId", RunningService.CALLER_ID, "clientSecret", LOGIN_SECRET));
        service.kms.testWebhook(service.kms.addWebhook(service.project, "dev", "/", service.webhook(), WEBHOOK_SECRET));
        send(nobody, "POST", "/api/v1/webhooks/kms", Map.of("secret", WEBHOOK_SECRET));
        send(nobody, "POST", "/api/v1/auth/universal-auth/login", "{\"clientSecret\":\"" + LOGIN_SECRET);
        for (String path : List.of(
                "/api/v1/secret-syncs?projectId=" + service.project.id(),
                "/api/v1/app-connections/aws",
                "/api/v1/app-connections/aws/" + connection)) {
            send(ApiClient.with(service.base(), FORGED_TOKEN), "GET", path, null);
        }
        service.kms.failNext(10, "/api/v1/projects", Fault.status(500));
        String token = service.kms.tokenFor(service.caller);
        mark(token, "a token");
        send(ApiClient.with(service.base(), token), "GET", "/api/v1/app-connections/aws", null);
        service.kms.clearFaults();
        send(ApiClient.with(service.base(), token), "GET", "/api/v1/app-connections/aws", null);
    }

    private static ai.hanzo.kms.secretsync.emulator.Fault fault(
            ai.hanzo.kms.secretsync.emulator.Fault.Kind kind, String secret) {
        return ai.hanzo.kms.secretsync.emulator.Fault.of(kind)
                .operation("CreateSecret")
                .secret(secret)
                .always();
    }

    private JsonNode run(RunningService service, String sync) {
        JsonNode ran = service.run(sync);
        answers.add(new ApiClient.Answer(200, Map.of(), ran.toString()));
        return ran;
    }

    private String connection(RunningService service, String name, Map<String, String> credentials) {
        return send(
                        service.api(),
                        "POST",
                        "/api/v1/app-connections/aws",
                        Map.of("name", name, "method", "access-key", "credentials", credentials))
                .json()
                .at("/appConnection/id")
                .textValue();
    }

    private ApiClient.Answer send(ApiClient client, String method, String path, Object body) {
        ApiClient.Answer answer = client.send(method, path, body);
        answers.add(answer);
        return answer;
    }

    private static Map<String, String> credentials(String accessKeyId, String secretAccessKey) {
        return Map.of("accessKeyId", accessKeyId, "secretAccessKey", secretAccessKey);
    }

    private static String id(ApiClient.Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json().at("/secretSync/id").textValue();
    }

    private static void mark(String text, String name) {
        MARKS.put(text, name);
        MARKS.put(Base64.getEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8)), name);
    }

    private static void assertNotIn(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> all = files.filter(Files::isRegularFile).toList();
            assertThat(all).isNotEmpty();
            boolean names = false;
            for (Path file : all) {
                byte[] bytes = Files.readAllBytes(file);
                String text = new String(bytes, StandardCharsets.ISO_8859_1);
                // H2 writes some texts with two bytes for each character.
                String wide = text.replace("\0", "");
                names |= text.contains("app/REFERENCE") || wide.contains("app/REFERENCE");
                MARKS.forEach((mark, name) -> assertThat(text.contains(mark) || wide.contains(mark))
                        .as("%s in %s", name, file.getFileName())
                        .isFalse());
            }
            assertThat(names).as("what may be there is found by this search").isTrue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What an operator could do at worst: each logger that the service quiets is turned up. */
    private static Map<String, String> everythingIsLogged() throws IOException {
        Map<String, String> levels = new HashMap<>();
        levels.put("logging.config", "classpath:secrecy-logback.xml");
        levels.put("logging.level.root", "TRACE");
        Map<?, ?> file = new Yaml().load(Files.readString(Path.of("config", "application.yaml")));
        Map<?, ?> quieted = (Map<?, ?>) ((Map<?, ?>) file.get("logging")).get("level");
        quieted.keySet().forEach(logger -> levels.put("logging.level." + logger, "TRACE"));
        for (String logger : List.of(
                "org.apache.http.wire",
                "org.apache.http.headers",
                "software.amazon.awssdk",
                "software.amazon.awssdk.request",
                "software.amazon.awssdk.auth.signer",
                "software.amazon.awssdk.http.auth.aws",
                "org.apache.coyote.http11.Http11InputBuffer",
                "org.springframework.web",
                "org.springframework.jdbc",
                "org.apache.camel")) {
            levels.put("logging.level." + logger, "TRACE");
        }
        return levels;
    }
}
