package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.devkms.Grant;
import ai.hanzo.kms.secretsync.devkms.Identity;
import ai.hanzo.kms.secretsync.emulator.SecretsManagerEmulator;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The whole service on free ports, between a development KMS and an emulator of AWS that live as long as this object; the
 * service itself can be stopped and started again on the same database.
 */
final class RunningService extends Surroundings {
    private Identity identity = ownIdentity;
    private final Map<String, Object> settings = new HashMap<>();
    private ConfigurableApplicationContext service;
    private ApiClient api;

    private RunningService(URI peer, Map<String, String> overrides) {
        String endpoint = (peer == null ? aws.endpoint() : peer).toString();
        // The SDK takes these from system properties or the environment only.
        System.setProperty("aws.endpointUrlSecretsManager", endpoint);
        System.setProperty("aws.endpointUrlSts", endpoint);
        System.setProperty("aws.endpointUrlKms", endpoint);
        settings.putAll(settings());
        // A fault that stays is told within a test's patience.
        settings.put("secret-sync.aws-client.max-attempts", 2);
        settings.putAll(overrides);
        if (overrides.containsKey("KMS_CLIENT_SECRET")) {
            regrant(Grant.write(project));
        }
    }

    /**
     * @param directory for the embedded database and its key
     */
    static RunningService start(Path directory) {
        return start(directory, Map.of());
    }

    /**
     * @param overrides settings by the names that an operator would use
     */
    static RunningService start(Path directory, Map<String, String> overrides) {
        return start(directory, null, overrides);
    }

    /**
     * @param peer somebody else's AWS, instead of the emulator; null: the emulator
     */
    static RunningService start(Path directory, URI peer, Map<String, String> overrides) {
        Map<String, String> settings = new HashMap<>();
        settings.put(
                "SPRING_DATASOURCE_URL",
                "jdbc:h2:file:" + directory.resolve("database")
                        + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE");
        settings.put(
                "SECRET_SYNC_ENCRYPTION_KEY_FILE",
                directory.resolve("encryption.key").toString());
        // Whoever runs the tests may have files of their own in config/syncs.
        settings.put("SECRET_SYNC_FILES", "");
        settings.putAll(overrides);
        RunningService running = new RunningService(peer, settings);
        running.startAgain();
        return running;
    }

    void startAgain() {
        // Settings of the operator are environment variables; whatever else there is overrules the service's own file.
        String[] arguments = settings.entrySet().stream()
                .filter(setting ->
                        setting.getKey().matches("[a-z].*") && !setting.getKey().startsWith("secret-sync."))
                .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                .toArray(String[]::new);
        service = new SpringApplicationBuilder(SecretSyncApplication.class)
                .properties(settings)
                .run(arguments);
        api = ApiClient.login(base(), CALLER_ID, CALLER_SECRET);
    }

    void stop() {
        service.close();
    }

    /** Stops it and starts it again with other settings. */
    void restart(Map<String, String> overrides) {
        stop();
        settings.putAll(overrides);
        startAgain();
    }

    @Override
    public void close() {
        letRunsEnd();
        service.close();
        super.close();
    }

    /** A thread that is interrupted while it logs closes the channel on which Surefire hears of the tests. */
    private void letRunsEnd() {
        if (!service.isActive()) {
            return;
        }
        Scheduler scheduler = service.getBean(Scheduler.class);
        try {
            scheduler.standby();
            Awaitility.await()
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> scheduler.getCurrentlyExecutingJobs().isEmpty());
        } catch (SchedulerException e) {
            throw new IllegalStateException(e);
        }
    }

    ConfigurableApplicationContext context() {
        return service;
    }

    URI base() {
        return URI.create("http://127.0.0.1:" + service.getEnvironment().getRequiredProperty("local.server.port"));
    }

    URI management() {
        return URI.create("http://127.0.0.1:" + service.getEnvironment().getRequiredProperty("local.management.port"));
    }

    /** Where the KMS sends its notices. */
    URI webhook() {
        return base().resolve("/api/v1/webhooks/kms");
    }

    /** Lets the service's identity in the KMS do this and nothing else from now on. */
    void regrant(Grant... grants) {
        Identity before = identity;
        identity = kms.addIdentity(CLIENT_ID, settings.get("KMS_CLIENT_SECRET").toString(), grants);
        kms.revokeTokens(before);
    }

    /** As the identity that the tests call with, which may write everything in the project. */
    ApiClient api() {
        return api;
    }

    /** A connection to the emulator's account; its id. */
    String connection() {
        return connection(api, project.id());
    }

    /** The same for another caller and project. */
    String connection(ApiClient client, String projectId) {
        return connection(
                client, projectId, SecretsManagerEmulator.ACCESS_KEY_ID, SecretsManagerEmulator.SECRET_ACCESS_KEY);
    }

    /** The same with another access key. */
    String connection(String accessKeyId, String secretAccessKey) {
        return connection(api, project.id(), accessKeyId, secretAccessKey);
    }

    private static String connection(ApiClient client, String projectId, String accessKeyId, String secretAccessKey) {
        return client.post(
                        "/api/v1/app-connections/aws",
                        Map.of(
                                "name",
                                "connection-" + UUID.randomUUID(),
                                "method",
                                "access-key",
                                "projectId",
                                projectId,
                                "credentials",
                                Map.of("accessKeyId", accessKeyId, "secretAccessKey", secretAccessKey)))
                .at("/appConnection/id")
                .textValue();
    }

    /** Body of a request for a one-to-one sync of {@code dev} and a path; maps can be changed. */
    Map<String, Object> oneToOne(String connection, String path, String keySchema) {
        return sync(connection, path, keySchema, Map.of("mappingBehavior", "one-to-one", "region", REGION));
    }

    /** Body of a request for a many-to-one sync of {@code dev} and a path; maps can be changed. */
    Map<String, Object> manyToOne(String connection, String path, String secretName) {
        return sync(
                connection,
                path,
                "",
                Map.of("mappingBehavior", "many-to-one", "region", REGION, "secretName", secretName));
    }

    private Map<String, Object> sync(
            String connection, String path, String keySchema, Map<String, Object> destinationConfig) {
        Map<String, Object> options = new HashMap<>();
        options.put("initialSyncBehavior", "overwrite-destination");
        options.put("keySchema", keySchema);
        Map<String, Object> sync = new HashMap<>();
        sync.put("name", "sync-" + UUID.randomUUID());
        sync.put("projectId", project.id());
        sync.put("connectionId", connection);
        sync.put("environment", "dev");
        sync.put("secretPath", path);
        sync.put("syncOptions", options);
        sync.put("destinationConfig", new HashMap<>(destinationConfig));
        return sync;
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> options(Map<String, Object> sync) {
        return (Map<String, Object>) sync.get("syncOptions");
    }

    /** Creates a sync; its id. */
    String create(Map<String, Object> sync) {
        return api.post("/api/v1/secret-syncs/aws-secrets-manager", sync)
                .at("/secretSync/id")
                .textValue();
    }

    /** Creates a sync and waits for its first run; the sync as it is then. */
    JsonNode created(Map<String, Object> sync) {
        return api.awaitSync(create(sync), PATIENCE);
    }

    /** Asks for a run and waits for its end; the sync as it is then. */
    JsonNode run(String syncId) {
        api.post("/api/v1/secret-syncs/aws-secrets-manager/" + syncId + "/sync-secrets", null);
        return api.awaitSync(syncId, PATIENCE);
    }
}
