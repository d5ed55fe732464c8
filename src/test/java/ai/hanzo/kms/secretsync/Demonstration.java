package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.devkms.Project;
import ai.hanzo.kms.secretsync.emulator.Secret;
import ai.hanzo.kms.secretsync.emulator.SecretsManagerEmulator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.springframework.core.env.Environment;

/** Makes a connection and two syncs through the public API, waits until they have run, and says what to try next. */
final class Demonstration {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Environment settings;
    private final String kms;
    private final SecretsManagerEmulator emulator;
    private final Project project;
    private final PrintStream out = System.out;

    /**
     * @param emulator null where AWS was given
     * @param project null where a KMS was given
     */
    Demonstration(Environment settings, String kms, SecretsManagerEmulator emulator, Project project) {
        this.settings = settings;
        this.kms = kms;
        this.emulator = emulator;
        this.project = project;
    }

    void show() {
        String base = "http://localhost:" + settings.getRequiredProperty("local.server.port");
        out.println();
        out.println("KMS Secret Sync is running.");
        out.println("  Console              " + base + "/");
        out.println("  API                  " + base + "/api/v1");
        out.println("  Health               http://localhost:" + settings.getRequiredProperty("local.management.port")
                + "/actuator/health");
        out.println("  KMS                  " + kms + (project == null ? " (as you set it)" : " (development server)"));
        out.println("  AWS Secrets Manager  "
                + (emulator == null
                        ? "as you set it"
                        : emulator.endpoint() + " (emulator; nothing leaves this machine)"));
        if (project == null || emulator == null) {
            out.println("Nothing has been synced: make a connection and a sync as the README shows.");
            return;
        }
        ApiClient api = ApiClient.login(
                URI.create(base), TestSecretSyncApplication.CLIENT_ID, TestSecretSyncApplication.CLIENT_SECRET);
        String connection = api.post(
                        "/api/v1/app-connections/aws",
                        Map.of(
                                "name", "demo",
                                "method", "access-key",
                                "credentials",
                                        Map.of(
                                                "accessKeyId", SecretsManagerEmulator.ACCESS_KEY_ID,
                                                "secretAccessKey", SecretsManagerEmulator.SECRET_ACCESS_KEY)))
                .at("/appConnection/id")
                .textValue();
        String oneToOne = sync(
                api,
                connection,
                "webshop",
                "/",
                "webshop/{{environment}}/{{secretKey}}",
                Map.of("mappingBehavior", "one-to-one"));
        String manyToOne = sync(
                api,
                connection,
                "webshop-backend",
                "/backend",
                "webshop-{{environment}}/{{secretKey}}",
                Map.of("mappingBehavior", "many-to-one", "secretName", "backend"));
        api.awaitSync(oneToOne, PATIENCE);
        api.awaitSync(manyToOne, PATIENCE);

        out.println();
        out.println("Project \"Webshop\", environment \"prod\" has just been synced (region "
                + SecretsManagerEmulator.REGION + "):");
        for (Secret secret : emulator.secrets()) {
            out.println("  " + secret.name());
        }
        out.println("The first is one AWS secret for each secret in /, the other one JSON object for all in /backend.");
        out.println("Both follow the KMS: it sends a signed notice of every change, and is asked every "
                + settings.getRequiredProperty("secret-sync.poll-interval") + " in any case.");
        out.println();
        out.println(
                "Look at it: open " + base + "/ and log in with the client ID " + TestSecretSyncApplication.CLIENT_ID
                        + " and the client secret " + TestSecretSyncApplication.CLIENT_SECRET + ".");
        out.println();
        out.println("For connections of your own, AWS has the access key ID " + SecretsManagerEmulator.ACCESS_KEY_ID
                + " with the secret access key " + SecretsManagerEmulator.SECRET_ACCESS_KEY + ", and the role "
                + TestSecretSyncApplication.ROLE + ".");
        out.println();
        out.println("Try next:");
        out.println();
        out.println("1. Change a secret in the KMS, and two seconds later look at it in AWS:");
        out.println("   curl -X PUT --data 'a new value' " + kms + "/_dev/secrets/webshop/prod/SMTP_PASSWORD");
        out.println("   curl " + emulator.endpoint() + "/_emulator/secrets/webshop/prod/SMTP_PASSWORD");
        out.println();
        out.println("2. Make a sync of your own:");
        out.println("   TOKEN=$(curl -s " + base
                + "/api/v1/auth/universal-auth/login -H 'Content-Type: application/json' -d '{\"clientId\":\""
                + TestSecretSyncApplication.CLIENT_ID + "\",\"clientSecret\":\""
                + TestSecretSyncApplication.CLIENT_SECRET
                + "\"}' | sed 's/.*\"accessToken\":\"\\([^\"]*\\).*/\\1/')");
        out.println("   curl " + base
                + "/api/v1/secret-syncs/aws-secrets-manager -H \"Authorization: Bearer $TOKEN\" -H 'Content-Type: application/json' -d '{"
                + "\"name\":\"my-sync\",\"projectId\":\"" + project.id() + "\",\"connectionId\":\"" + connection
                + "\",\"environment\":\"prod\",\"secretPath\":\"/\",\"syncOptions\":{\"initialSyncBehavior\":"
                + "\"overwrite-destination\",\"keySchema\":\"mine/{{secretKey}}\"},\"destinationConfig\":{\"mappingBehavior\":"
                + "\"one-to-one\",\"region\":\"" + SecretsManagerEmulator.REGION + "\"}}'");
        out.println();
        out.println("3. Look at the status of all syncs:");
        out.println("   curl -s '" + base + "/api/v1/secret-syncs?projectId=" + project.id()
                + "' -H \"Authorization: Bearer $TOKEN\"");
        out.println();
        out.println("Stop with Ctrl-C; nothing is kept.");
    }

    private String sync(
            ApiClient api, String connection, String name, String path, String keySchema, Map<String, Object> mapping) {
        Map<String, Object> destination = new HashMap<>(mapping);
        destination.put("region", SecretsManagerEmulator.REGION);
        JsonNode sync = api.post(
                "/api/v1/secret-syncs/aws-secrets-manager",
                Map.of(
                        "name", name,
                        "projectId", project.id(),
                        "connectionId", connection,
                        "environment", "prod",
                        "secretPath", path,
                        "syncOptions",
                                Map.of(
                                        "initialSyncBehavior",
                                        "overwrite-destination",
                                        "keySchema",
                                        keySchema,
                                        "syncSecretMetadataAsTags",
                                        "/".equals(path)),
                        "destinationConfig", destination));
        return sync.at("/secretSync/id").textValue();
    }
}
