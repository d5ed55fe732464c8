package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.emulator.Secret;
import ai.hanzo.kms.secretsync.emulator.SecretsManagerEmulator;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The service with a file of {@code routes/examples}, and one folder of secrets that is synced, for the tests of such files. For a
 * file of your own: put it there, and copy one of those tests.
 */
final class ExampleService implements AutoCloseable {
    private static final String FOLDER = "shop";

    private final RunningService service;
    private final Operations operations;
    private final String connection;

    private ExampleService(RunningService service) {
        this.service = service;
        operations = new Operations(service);
        connection = service.connection();
        operations.folder(FOLDER, Map.of());
    }

    /**
     * @param directory for the database
     * @param example name of the file without its ending
     * @param settings that the file asks for, by name and value in turns
     */
    static ExampleService with(Path directory, String example, String... settings) {
        Map<String, String> all = new HashMap<>();
        all.put("EXTRA_ROUTES", "file:routes/examples/" + example + ".camel.yaml");
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        return new ExampleService(RunningService.start(directory, all));
    }

    /** What the KMS has from now on. */
    ExampleService secrets(Map<String, String> secrets) {
        operations.inKms(FOLDER).keySet().stream()
                .filter(key -> !secrets.containsKey(key))
                .forEach(key -> service.kms.deleteSecret(service.project, "dev", "/" + FOLDER, key));
        service.kms.setSecrets(service.project, "dev", "/" + FOLDER, secrets);
        return this;
    }

    /** Makes a sync of them to {@code shop/<key>} that runs only when it is told to, and runs it; its id. */
    String sync(String name, String mappingBehavior) {
        Map<String, Object> sync = service.oneToOne(connection, "/" + FOLDER, FOLDER + "/{{secretKey}}");
        sync.put("name", name);
        sync.put("isAutoSyncEnabled", false);
        sync.put("destinationConfig", Map.of("mappingBehavior", mappingBehavior, "region", RunningService.REGION));
        String id = service.create(sync);
        run(id);
        return id;
    }

    String sync() {
        return sync("shop", "one-to-one");
    }

    void rename(String id, String name) {
        service.api().patch(Operations.SYNCS + id, Map.of("name", name));
    }

    /** The sync as it is after another run. */
    JsonNode run(String id) {
        return service.run(id);
    }

    /** The sync as it is after something else was asked for, such as {@code sync-secrets?approveDeletions=true}. */
    JsonNode ask(String id, String operation, String status) {
        return operations.ask(id, operation, status);
    }

    /** Names in AWS, in the region of the sync, without what is scheduled for deletion. */
    List<String> names() {
        return names(RunningService.REGION);
    }

    List<String> names(String region) {
        return service.aws.secrets(SecretsManagerEmulator.ACCOUNT, region).stream()
                .filter(secret -> !secret.isDeleted())
                .map(Secret::name)
                .sorted()
                .toList();
    }

    /** The calls that AWS Secrets Manager got, by operation. */
    List<String> calls() {
        return service.aws.journal().stream().map(call -> call.operation()).toList();
    }

    RunningService running() {
        return service;
    }

    @Override
    public void close() {
        service.close();
    }
}
