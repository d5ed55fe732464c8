package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.devkms.DevelopmentKms;
import ai.hanzo.kms.secretsync.devkms.Grant;
import ai.hanzo.kms.secretsync.devkms.Identity;
import ai.hanzo.kms.secretsync.devkms.Organization;
import ai.hanzo.kms.secretsync.devkms.Project;
import ai.hanzo.kms.secretsync.emulator.SecretsManagerEmulator;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the service stands between, however many instances of it there are: a development KMS and an emulator of AWS. */
class Surroundings implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(30);
    static final String REGION = SecretsManagerEmulator.REGION;
    /** How often a source is asked where a test does not say otherwise. */
    static final Duration POLL_INTERVAL = Duration.ofSeconds(1);
    /** The service's own identity in the KMS. */
    static final String CLIENT_ID = "service-identity";

    static final String CLIENT_SECRET = "service-identity-secret";
    /** Whoever calls the API in tests. */
    static final String CALLER_ID = "caller-identity";

    static final String CALLER_SECRET = "caller-identity-secret";

    /** With which the KMS signs its notices about the project. */
    static final String WEBHOOK_SECRET = "webhook-secret";

    final DevelopmentKms kms = DevelopmentKms.start(0);
    final SecretsManagerEmulator aws = SecretsManagerEmulator.start();
    final Organization organization = kms.addOrganization("Example");
    final Project project = kms.addProject(organization, "Shop", "shop", "dev", "prod");
    final Identity caller = kms.addIdentity(CALLER_ID, CALLER_SECRET, Grant.write(project));
    final Identity ownIdentity = kms.addIdentity(CLIENT_ID, CLIENT_SECRET, Grant.write(project));

    /** What every instance is told, by the names that an operator would use. */
    Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        settings.put("SERVER_PORT", "0");
        settings.put("MANAGEMENT_SERVER_PORT", "0");
        settings.put("KMS_BASE_URL", kms.baseUrl().toString());
        settings.put("KMS_CLIENT_ID", CLIENT_ID);
        settings.put("KMS_CLIENT_SECRET", CLIENT_SECRET);
        settings.put("SECRET_SYNC_POLL_INTERVAL", POLL_INTERVAL.toSeconds() + "s");
        settings.put("SECRET_SYNC_WEBHOOK_SECRETS", project.id() + "=" + WEBHOOK_SECRET);
        // Tests are not to wait for AWS's quotas; those that are about them say so.
        settings.put("SECRET_SYNC_QUOTA_SHARE", "100");
        for (String family : List.of("CREATE", "WRITE", "DELETE", "LIST", "TAG", "RESTORE", "BATCH", "KMS", "STS")) {
            settings.put("SECRET_SYNC_QUOTAS_" + family, "10000");
        }
        // Tests ask more often than anybody else would.
        settings.put("SECRET_SYNC_RATE_LIMIT", "1000000");
        settings.put("SECRET_SYNC_LOGIN_RATE_LIMIT", "1000000");
        return settings;
    }

    @Override
    public void close() {
        aws.close();
        kms.close();
    }
}
