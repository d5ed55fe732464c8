package ai.hanzo.kms.secretsync.api;

import static ai.hanzo.kms.secretsync.api.Examples.AT;
import static ai.hanzo.kms.secretsync.api.Examples.CONNECTION;
import static ai.hanzo.kms.secretsync.api.Examples.SYNC;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

/** The responses, field by field, against those recorded with the Terraform provider ({@code clients.md} 2) and C1-C22. */
class ApiAnswersTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Step 7, with the recorded letters instead of ids. */
    private static final String RECORDED_MANY_TO_ONE = """
            {"secretSync":{"id":"M","name":"sync-many","description":"all options","destination":"aws-secrets-manager",
            "isAutoSyncEnabled":true,"version":1,"projectId":"P","folderId":"F","connectionId":"A","createdAt":"...",
            "updatedAt":"...","syncStatus":null,"lastSyncJobId":null,"lastSyncMessage":null,"lastSyncedAt":null,
            "importStatus":null,"lastImportJobId":null,"lastImportMessage":null,"lastImportedAt":null,"removeStatus":null,
            "lastRemoveJobId":null,"lastRemoveMessage":null,"lastRemovedAt":null,
            "destinationConfig":{"mappingBehavior":"many-to-one","secretName":"prod/app","region":"us-east-1"},
            "syncOptions":{"initialSyncBehavior":"overwrite-destination","keySchema":"INFISICAL_{{secretKey}}",
            "disableSecretDeletion":true,"keyId":"alias/my-key","tags":[{"key":"tag-1","value":"v1"},
            {"key":"tag-2","value":"a&b"}],"syncSecretMetadataAsTags":false},
            "connection":{"app":"aws","name":"aws-access-key","id":"A"},"environment":{"id":"E","name":"Dev","slug":"dev"},
            "folder":{"id":"F","path":"/app"}}}""";

    /** Step 5, and the three fields that {@code upstream-secret-sync.md} 1.6 adds. */
    private static final String RECORDED_ACCESS_KEY = """
            {"appConnection":{"id":"A","name":"aws-access-key","description":"I am a test app connection","app":"aws",
            "method":"access-key","version":1,"orgId":"O","projectId":null,"gatewayId":null,
            "isPlatformManagedCredentials":false,"createdAt":"2026-11-23T18:37:23.369Z",
            "updatedAt":"2026-11-23T18:37:23.369Z","credentialsHash":"H1","credentials":{"accessKeyId":"AKIAEXAMPLE"},
            "gatewayPoolId":null,"isAutoRotationEnabled":false,"project":null}}""";

    /** Step 6, likewise. */
    private static final String RECORDED_ASSUME_ROLE = """
            {"appConnection":{"id":"A","name":"aws-assume-role","description":null,"app":"aws","method":"assume-role",
            "version":1,"orgId":"O","projectId":"P","gatewayId":null,"isPlatformManagedCredentials":false,
            "createdAt":"2026-11-23T18:37:23.369Z","updatedAt":"2026-11-23T18:37:23.369Z","credentialsHash":"H2",
            "credentials":{},"gatewayPoolId":null,"isAutoRotationEnabled":false,
            "project":{"name":"Example","id":"P","type":"secret-manager","slug":"example"}}}""";

    private final ApiAnswers answers = new ApiAnswers(new ApiJson());

    @Test
    void a_many_to_one_sync_is_what_was_recorded() throws IOException {
        String expected = RECORDED_MANY_TO_ONE
                .replace("\"M\"", quoted(SYNC))
                .replace("\"A\"", quoted(CONNECTION))
                .replace("\"...\"", "\"2026-11-23T18:37:23.369Z\"");
        assertThat(answer(exchange -> answers.secretSync(Examples.view(Examples.manyToOne()), exchange)))
                .isEqualTo(JSON.readTree(expected));
    }

    @Test
    void a_one_to_one_sync_has_no_field_that_nobody_gave() throws IOException {
        JsonNode sync = answer(exchange -> answers.secretSync(Examples.view(Examples.oneToOne()), exchange))
                .get("secretSync");
        assertThat(sync.get("destinationConfig"))
                .isEqualTo(JSON.readTree("{\"mappingBehavior\":\"one-to-one\",\"region\":\"us-east-1\"}"));
        assertThat(sync.get("syncOptions"))
                .isEqualTo(JSON.readTree("{\"initialSyncBehavior\":\"import-prioritize-source\",\"keySchema\":\"\","
                        + "\"disableSecretDeletion\":false,\"syncSecretMetadataAsTags\":true}"));
        assertThat(sync.get("description").asText()).isEmpty();
    }

    @Test
    void what_was_sent_comes_back() throws IOException {
        SyncRequests requests = new SyncRequests(new ApiJson(), Examples.NAMES);
        for (String options : List.of(
                "{\"initialSyncBehavior\":\"overwrite-destination\"}",
                "{\"initialSyncBehavior\":\"overwrite-destination\",\"tags\":[],\"disableSecretDeletion\":false}",
                "{\"initialSyncBehavior\":\"overwrite-destination\",\"keySchema\":\"\",\"keyId\":\"k\","
                        + "\"tags\":[{\"key\":\"ü\",\"value\":\"\"}],\"syncSecretMetadataAsTags\":false}")) {
            byte[] body = ("{\"syncOptions\":" + options + "}").getBytes(StandardCharsets.UTF_8);
            SecretSyncView view = Examples.view(requests.update(body).applyTo(Examples.manyToOne()));
            assertThat(answer(exchange -> answers.secretSync(view, exchange)).at("/secretSync/syncOptions"))
                    .isEqualTo(JSON.readTree(options));
        }
    }

    @Test
    void jobs_environment_and_folder_may_be_there_or_not() throws IOException {
        Instant odd = Instant.parse("2026-01-02T03:04:05.678901Z");
        SecretSyncView view = SecretSyncView.of(
                Examples.manyToOne(),
                "c",
                null,
                null,
                AT,
                Instant.parse("2026-01-02T03:04:05Z"),
                new SecretSyncView.Job("failed", "1", "x".repeat(2000), odd),
                new SecretSyncView.Job("pending", "2", null, null),
                new SecretSyncView.Job("succeeded", "3", "ok", odd),
                List.of());
        ObjectNode sync = (ObjectNode)
                answer(exchange -> answers.secretSync(view, exchange)).get("secretSync");
        assertThat(sync.get("updatedAt").asText()).isEqualTo("2026-01-02T03:04:05.000Z");
        assertThat(sync.get("syncStatus").asText()).isEqualTo("failed");
        assertThat(sync.get("lastSyncJobId").asText()).isEqualTo("1");
        assertThat(sync.get("lastSyncMessage").asText()).hasSize(1024);
        assertThat(sync.get("lastSyncedAt").asText()).isEqualTo("2026-01-02T03:04:05.678Z");
        assertThat(sync.get("importStatus").asText()).isEqualTo("pending");
        assertThat(sync.get("lastImportJobId").asText()).isEqualTo("2");
        assertThat(sync.get("removeStatus").asText()).isEqualTo("succeeded");
        assertThat(sync.get("lastRemoveMessage").asText()).isEqualTo("ok");
        assertThat(sync.get("lastRemovedAt").isTextual()).isTrue();
        for (String gone : List.of("folderId", "environment", "folder", "lastImportMessage", "lastImportedAt")) {
            assertThat(sync.has(gone)).isTrue();
            assertThat(sync.get(gone).isNull()).isTrue();
        }
    }

    @Test
    void connections_are_what_was_recorded() throws IOException {
        AppConnectionView accessKey = new AppConnectionView(
                CONNECTION,
                "aws-access-key",
                "I am a test app connection",
                1,
                "O",
                null,
                AT,
                AT,
                "H1",
                AppConnectionView.Credentials.accessKey("AKIAEXAMPLE"),
                null);
        AppConnectionView assumeRole = new AppConnectionView(
                CONNECTION,
                "aws-assume-role",
                null,
                1,
                "O",
                new AppConnectionView.Project("Example", "P", "secret-manager", "example"),
                AT,
                AT,
                "H2",
                AppConnectionView.Credentials.assumeRole(null),
                null);
        JsonNode recordedKey = JSON.readTree(RECORDED_ACCESS_KEY.replace("\"A\"", quoted(CONNECTION)));
        JsonNode recordedRole = JSON.readTree(RECORDED_ASSUME_ROLE.replace("\"A\"", quoted(CONNECTION)));
        assertThat(answer(exchange -> answers.appConnection(accessKey, exchange)))
                .isEqualTo(recordedKey);
        assertThat(answer(exchange -> answers.appConnection(assumeRole, exchange)))
                .isEqualTo(recordedRole);
        assertThat(answer(exchange -> answers.appConnections(List.of(accessKey, assumeRole), exchange)))
                .isEqualTo(JSON.createObjectNode()
                        .set(
                                "appConnections",
                                JSON.createArrayNode()
                                        .add(recordedKey.get("appConnection"))
                                        .add(recordedRole.get("appConnection"))));
        assertThat(new ObjectMapper()
                        .readTree(new ApiJson().write(AppConnectionView.Credentials.assumeRole("https://sts"))))
                .isEqualTo(JSON.readTree("{\"stsEndpoint\":\"https://sts\"}"));
    }

    @Test
    void the_small_envelopes() throws IOException {
        assertThat(answer(answers::secretSyncOptions))
                .isEqualTo(JSON.readTree(
                        "{\"secretSyncOptions\":[{\"name\":\"AWS Secrets Manager\",\"connection\":\"aws\","
                                + "\"destination\":\"aws-secrets-manager\",\"canImportSecrets\":true}]}"));
        assertThat(answer(answers::appConnectionOptions))
                .isEqualTo(JSON.readTree("{\"appConnectionOptions\":[{\"name\":\"AWS\",\"app\":\"aws\","
                        + "\"methods\":[\"assume-role\",\"access-key\"]}]}"));
        assertThat(answer(exchange -> answers.checkedDestination(new CheckedDestinationView(false, null), exchange)))
                .isEqualTo(JSON.readTree("{\"hasDuplicate\":false}"));
        assertThat(answer(exchange -> answers.checkedDestination(new CheckedDestinationView(true, null), exchange)))
                .isEqualTo(JSON.readTree("{\"hasDuplicate\":true}"));
        assertThat(answer(exchange -> answers.checkedDestination(new CheckedDestinationView(true, "P"), exchange)))
                .isEqualTo(JSON.readTree("{\"hasDuplicate\":true,\"duplicateProjectId\":\"P\"}"));
        assertThat(answer(exchange -> answers.secretSyncs(List.of(), exchange)))
                .isEqualTo(JSON.readTree("{\"secretSyncs\":[]}"));
        assertThat(answer(exchange -> answers.kmsKeys(List.of(new KmsKeyView("alias/a", "1")), exchange)))
                .isEqualTo(JSON.readTree("{\"kmsKeys\":[{\"alias\":\"alias/a\",\"id\":\"1\"}]}"));
        assertThat(answer(exchange -> answers.availableConnections(
                        List.of(
                                new AvailableConnectionView("a", CONNECTION, "P", "O"),
                                new AvailableConnectionView("b", CONNECTION, null, "O")),
                        exchange)))
                .isEqualTo(JSON.readTree(("{\"appConnections\":[{\"app\":\"aws\",\"name\":\"a\",\"id\":%1$s,"
                                + "\"projectId\":\"P\",\"orgId\":\"O\"},{\"app\":\"aws\",\"name\":\"b\",\"id\":%1$s,"
                                + "\"orgId\":\"O\"}]}")
                        .formatted(quoted(CONNECTION))));
    }

    @Test
    void an_error_with_half_a_character_can_be_written() {
        assertThat(new ApiJson().write(new ErrorView("req", 422, "\ud800", "x")))
                .isNotEmpty();
    }

    private static JsonNode answer(Consumer<Exchange> answer) throws IOException {
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.getMessage().setHeader("Content-Type", "text/plain");
        answer.accept(exchange);
        assertThat(exchange.getMessage().getHeader("Content-Type")).isEqualTo("application/json; charset=utf-8");
        assertThat(exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE)).isEqualTo(200);
        return JSON.readTree(exchange.getMessage().getBody(byte[].class));
    }

    private static String quoted(UUID id) {
        return "\"" + id + "\"";
    }
}
