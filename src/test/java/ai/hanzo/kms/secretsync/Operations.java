package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.emulator.Call;
import ai.hanzo.kms.secretsync.emulator.Secret;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** What tests of the operations on a sync have in common. */
final class Operations {
    static final String SYNCS = "/api/v1/secret-syncs/aws-secrets-manager/";

    private final RunningService service;

    Operations(RunningService service) {
        this.service = service;
    }

    static Map<String, Object> manual(Map<String, Object> sync) {
        sync.put("isAutoSyncEnabled", false);
        return sync;
    }

    static Map<String, Object> importing(Map<String, Object> sync, String behavior) {
        RunningService.options(sync).put("initialSyncBehavior", behavior);
        return sync;
    }

    void folder(String name, Map<String, String> secrets) {
        service.kms.addFolder(service.project, "dev", "/" + name);
        service.kms.setSecrets(service.project, "dev", "/" + name, secrets);
    }

    Map<String, String> inKms(String name) {
        return service.kms.secrets(service.project, "dev", "/" + name);
    }

    JsonNode sync(String id) {
        return service.api().get(SYNCS + id).path("secretSync");
    }

    JsonNode plan(String id) {
        return service.api().get(SYNCS + id + "/plan").path("plan");
    }

    JsonNode runs(String id) {
        return service.api().get(SYNCS + id + "/runs").path("runs");
    }

    JsonNode lastRun(String id) {
        String run = runs(id).path(0).path("id").textValue();
        return service.api().get(SYNCS + id + "/runs/" + run).path("run");
    }

    /** Asks for something and waits until it has ended; the sync as it is then. */
    JsonNode ask(String id, String operation, String status) {
        service.api().post(SYNCS + id + "/" + operation, null);
        return await(id, status);
    }

    JsonNode imported(String id, String behavior) {
        return ask(id, "import-secrets?importBehavior=" + behavior, "importStatus");
    }

    JsonNode removed(String id) {
        return ask(id, "remove-secrets", "removeStatus");
    }

    /** Waits until a status says that what was asked for has ended. */
    JsonNode await(String id, String status) {
        AtomicReference<JsonNode> ended = new AtomicReference<>();
        await(() -> {
            ended.set(sync(id));
            return List.of("succeeded", "failed")
                    .contains(ended.get().path(status).asText());
        });
        return ended.get();
    }

    static void await(BooleanSupplier condition) {
        await(condition, RunningService.PATIENCE);
    }

    static void await(BooleanSupplier condition, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Not so after " + patience);
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    /** Waits until the service has asked the KMS about its sources some more times. */
    void awaitPolls(int more) {
        long before = service.kms.count("/api/v4/secrets");
        await(() -> service.kms.count("/api/v4/secrets") >= before + more);
    }

    List<String> writes() {
        return service.aws.writes().stream()
                .map(call -> call.operation() + " " + shortName(call))
                .toList();
    }

    private static String shortName(Call call) {
        return call.secretName() == null ? "" : call.secretName();
    }

    Secret secret(String name) {
        return service.aws.secret(name).orElseThrow();
    }

    int versions(String name) {
        return secret(name).versions().size();
    }
}
