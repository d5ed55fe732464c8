package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.devkms.LoggedRequest;
import ai.hanzo.kms.secretsync.emulator.Fault;
import ai.hanzo.kms.secretsync.emulator.Secret;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An AWS on a bad day: nothing is lost, nothing is written twice, and nothing is deleted that should not be. */
class ConvergenceTest {
    private static final int SECRETS = 120;
    private static final Duration LISTS_BEHIND = Duration.ofSeconds(300);

    @Test
    void withQuotasThrottlingOldListsAndLostAnswersEverythingArrivesOnce(@TempDir Path directory) {
        Map<String, String> settings = new HashMap<>();
        settings.put("SECRET_SYNC_QUOTA_SHARE", "40");
        List.of("CREATE", "WRITE", "DELETE", "LIST", "TAG", "RESTORE")
                .forEach(family -> settings.put("SECRET_SYNC_QUOTAS_" + family, "50"));
        // As it is outside of tests.
        settings.put("secret-sync.aws-client.max-attempts", "5");
        try (RunningService service = RunningService.start(directory, settings)) {
            Operations operations = new Operations(service);
            operations.folder("app", values("first", SECRETS));
            String id = service.create(service.oneToOne(service.connection(), "/app", "app/{{secretKey}}"));
            service.aws.quotas().enable();
            service.aws.listLag(LISTS_BEHIND);
            service.aws.inject(Fault.of(Fault.Kind.DROP_AFTER)
                    .operation("CreateSecret")
                    .after(3)
                    .times(5));
            service.aws.inject(Fault.of(Fault.Kind.DROP_AFTER)
                    .operation("UpdateSecret")
                    .after(3)
                    .times(5));
            service.aws.inject(Fault.of(Fault.Kind.THROTTLE).everySecondCall());

            awaitInStep(service, "first", SECRETS);
            assertThat(versions(service)).containsOnly(1);

            service.kms.setSecrets(service.project, "dev", "/app", values("second", SECRETS));
            awaitInStep(service, "second", SECRETS);
            assertThat(versions(service)).as("a value that was answered or not").containsOnly(2);

            IntStream.range(0, 10).forEach(i -> service.kms.deleteSecret(service.project, "dev", "/app", "KEY_" + i));
            Operations.await(() ->
                    service.aws.secrets().stream().filter(Secret::isDeleted).count() >= 10);
            assertThat(operations.await(id, "syncStatus").path("syncStatus").textValue())
                    .isEqualTo("succeeded");
            assertThat(service.aws.secrets().stream().filter(Secret::isDeleted).map(Secret::name))
                    .as("only what went from the source")
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, 10).mapToObj(i -> "app/KEY_" + i).toList());
        }
    }

    private static Map<String, String> values(String value, int count) {
        return IntStream.range(0, count)
                .boxed()
                .collect(Collectors.toMap(i -> "KEY_" + i, i -> value + "-" + i, (a, b) -> a, LinkedHashMap::new));
    }

    private static void awaitInStep(RunningService service, String value, int count) {
        Operations.await(
                () -> IntStream.range(0, count)
                        .allMatch(i -> service.aws
                                .secret("app/KEY_" + i)
                                .map(there -> (value + "-" + i).equals(service.aws.value(there.name())))
                                .orElse(false)),
                Duration.ofSeconds(120));
    }

    private static List<Integer> versions(RunningService service) {
        return service.aws.secrets().stream()
                .filter(secret -> secret.name().startsWith("app/KEY_"))
                .map(secret -> secret.versions().size())
                .distinct()
                .toList();
    }

    @Tag("disasters")
    @Test
    void aThousandSyncsThatHaveNothingToDoAskOncePerSourceAndAwsNever(@TempDir Path directory) {
        int sources = 100;
        int syncs = 1000;
        Duration interval = Duration.ofSeconds(10);
        try (RunningService service = RunningService.start(
                directory,
                Map.of("SECRET_SYNC_POLL_INTERVAL", interval.toSeconds() + "s", "SECRET_SYNC_DRIFT_INTERVAL", "30d"))) {
            Operations operations = new Operations(service);
            String connection = service.connection();
            IntStream.range(0, sources).forEach(source -> operations.folder("s" + source, Map.of("KEY", "value")));
            for (int sync = 0; sync < syncs; sync++) {
                service.create(service.oneToOne(connection, "/s" + sync % sources, sync + "/{{secretKey}}"));
            }
            Operations.await(
                    () -> service.aws.secrets().size() == syncs && allSucceeded(service, syncs),
                    Duration.ofSeconds(120));
            awaitPolls(service, 2 * sources, interval);

            service.kms.clearRequests();
            service.aws.clearJournal();
            awaitPolls(service, 3 * sources, interval);

            Map<String, Long> requests = service.kms.requests().stream()
                    .filter(request -> request.path().startsWith("/api/v4/secrets"))
                    .collect(Collectors.groupingBy(LoggedRequest::query, Collectors.counting()));
            assertThat(requests).as("every source").hasSize(sources);
            assertThat(requests.values()).as("once an interval").allMatch(count -> count >= 2 && count <= 4);
            assertThat(service.aws.journal()).isEmpty();
        }
    }

    private static boolean allSucceeded(RunningService service, int syncs) {
        JsonNode all = service.api()
                .get("/api/v1/secret-syncs?projectId=" + service.project.id())
                .path("secretSyncs");
        return all.size() == syncs
                && all.findValuesAsText("syncStatus").stream().allMatch("succeeded"::equals);
    }

    private static void awaitPolls(RunningService service, int more, Duration interval) {
        long before = service.kms.count("/api/v4/secrets");
        Operations.await(() -> service.kms.count("/api/v4/secrets") >= before + more, interval.multipliedBy(6));
    }
}
