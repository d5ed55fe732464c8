package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.devkms.DevelopmentKms;
import ai.hanzo.kms.secretsync.devkms.Grant;
import ai.hanzo.kms.secretsync.devkms.Metadata;
import ai.hanzo.kms.secretsync.devkms.Project;
import ai.hanzo.kms.secretsync.emulator.SecretsManagerEmulator;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The service together with what it needs to be tried out: a development KMS and an emulator of AWS Secrets Manager, a project
 * with a handful of secrets, a connection and two syncs. {@code mvn spring-boot:test-run}
 *
 * <p>Where a KMS or AWS is given in the environment, that is used instead, and nothing is written to it unasked.
 */
public final class TestSecretSyncApplication {
    static final String CLIENT_ID = "demo-identity";
    static final String CLIENT_SECRET = "demo-secret";
    /** The one that the README makes a connection with. */
    static final String ROLE = "arn:aws:iam::123456789012:role/secret-sync";

    private static final String WEBHOOK_SECRET = randomKey();
    private static final int KMS_PORT = 8090;
    private static final int AWS_PORT = 8091;
    private static final Map<String, Integer> SERVICE_PORTS =
            Map.of("SERVER_PORT", 8080, "MANAGEMENT_SERVER_PORT", 8081);

    private DevelopmentKms developmentKms;
    private Project project;
    private SecretsManagerEmulator emulator;

    private TestSecretSyncApplication() {}

    public static void main(String[] args) {
        TestSecretSyncApplication demonstration = new TestSecretSyncApplication();
        try {
            demonstration.start(args);
        } catch (Throwable failure) {
            demonstration.stop();
            throw failure;
        }
    }

    private void start(String[] args) {
        String kms = given("KMS_BASE_URL");
        String aws =
                firstGiven("AWS_ENDPOINT_URL_SECRETS_MANAGER", "AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_PROFILE");
        if (kms == null) {
            developmentKms = DevelopmentKms.start(free(KMS_PORT));
            project = fill(developmentKms);
            kms = developmentKms.baseUrl().toString();
            System.setProperty("KMS_BASE_URL", kms);
            System.setProperty("KMS_CLIENT_ID", CLIENT_ID);
            System.setProperty("KMS_CLIENT_SECRET", CLIENT_SECRET);
            System.setProperty("SECRET_SYNC_WEBHOOK_SECRETS", project.id() + "=" + WEBHOOK_SECRET);
        }
        if (aws == null) {
            emulator = SecretsManagerEmulator.start(free(AWS_PORT));
            String endpoint = emulator.endpoint().toString();
            System.setProperty("aws.endpointUrlSecretsManager", endpoint);
            System.setProperty("aws.endpointUrlSts", endpoint);
            System.setProperty("aws.endpointUrlKms", endpoint);
            System.setProperty("aws.accessKeyId", SecretsManagerEmulator.ACCESS_KEY_ID);
            System.setProperty("aws.secretAccessKey", SecretsManagerEmulator.SECRET_ACCESS_KEY);
            if (project != null) {
                emulator.addRole(ROLE, project.id());
            }
        }
        if (given("SPRING_DATASOURCE_URL") == null) {
            // Gone when the program ends, so that every start is a first one.
            System.setProperty(
                    "SPRING_DATASOURCE_URL",
                    "jdbc:h2:mem:demo;DB_CLOSE_DELAY=-1;MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE");
        }
        if (given("SECRET_SYNC_ENCRYPTION_KEY") == null) {
            System.setProperty("SECRET_SYNC_ENCRYPTION_KEY", randomKey());
        }
        if (given("SECRET_SYNC_FILES") == null) {
            // Files where they usually are would be about another KMS.
            System.setProperty("SECRET_SYNC_FILES", "");
        }
        SERVICE_PORTS.forEach((name, port) -> {
            if (given(name) == null) {
                System.setProperty(name, Integer.toString(free(port)));
            }
        });
        ConfigurableApplicationContext service = SpringApplication.run(SecretSyncApplication.class, args);
        if (developmentKms != null) {
            developmentKms.setWebhookDebounce(Duration.ofSeconds(1));
            developmentKms.addWebhook(
                    project,
                    "prod",
                    "/**",
                    URI.create("http://localhost:" + service.getEnvironment().getRequiredProperty("local.server.port")
                            + "/api/v1/webhooks/kms"),
                    WEBHOOK_SECRET);
        }
        new Demonstration(service.getEnvironment(), kms, emulator, project).show();
    }

    /** Their threads would keep the program alive, with their ports. */
    private void stop() {
        if (developmentKms != null) {
            developmentKms.close();
        }
        if (emulator != null) {
            emulator.close();
        }
    }

    private static Project fill(DevelopmentKms kms) {
        Project project = kms.addProject(kms.addOrganization("Demo"), "Webshop", "webshop", "dev", "prod");
        kms.addIdentity(CLIENT_ID, CLIENT_SECRET, Grant.write(project));
        kms.setSecrets(
                project,
                "prod",
                "/",
                Map.of(
                        "DATABASE_URL", "postgres://shop:" + randomKey().substring(0, 12) + "@db.internal/shop",
                        "STRIPE_API_KEY", "demo-" + randomKey().substring(0, 16),
                        "SMTP_PASSWORD", randomKey().substring(0, 16)));
        kms.setMetadata(project, "prod", "/", "DATABASE_URL", new Metadata("owner", "payments team", false));
        kms.addFolder(project, "prod", "/backend");
        kms.setSecrets(
                project, "prod", "/backend", Map.of("SESSION_KEY", randomKey(), "FEATURE_FLAGS", "search,checkout-v2"));
        return project;
    }

    private static String randomKey() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }

    private static String firstGiven(String... names) {
        for (String name : names) {
            if (given(name) != null) {
                return given(name);
            }
        }
        return null;
    }

    private static String given(String name) {
        String value = System.getProperty(name, System.getenv(name));
        return value == null || value.isBlank() ? null : value;
    }

    /** The wished-for port, so that the printed commands are the same each time; any other where it is taken. */
    private static int free(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return socket.getLocalPort();
        } catch (IOException taken) {
            return 0;
        }
    }
}
