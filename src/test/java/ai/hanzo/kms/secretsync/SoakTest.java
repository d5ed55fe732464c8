package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.SoakReport.Vital;
import ai.hanzo.kms.secretsync.emulator.Call;
import ai.hanzo.kms.secretsync.emulator.Fault;
import ai.hanzo.kms.secretsync.emulator.ForeignSecret;
import ai.hanzo.kms.secretsync.emulator.Secret;
import ai.hanzo.kms.secretsync.emulator.SecretsManagerEmulator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The program for {@code -Dsoak.minutes} (30) with everything that happens to it in months: changes, drift, throttling, answers
 * that are lost, a KMS that fails, people who ask, webhooks, syncs that come and go. What it takes up must not grow: by the
 * trend after the first third, in which caches fill and code is compiled.
 *
 * <p>Written down in {@code target/soak}.
 */
@Tag("soak")
class SoakTest {
    private static final Duration LENGTH = Duration.ofMinutes(Integer.getInteger("soak.minutes", 30));
    private static final Duration WARM_UP = LENGTH.dividedBy(3);
    /** Between two happenings; in a longer soak longer, so that no secret meets the budget of versions a day. */
    private static final Duration PAUSE = Duration.ofMillis(Math.max(250, LENGTH.toMinutes() * 250 / 30));

    private static final Duration LOOK_EVERY = Duration.ofSeconds(15);
    private static final int FOLDERS = 32;
    private static final int KEYS = 20;
    /** Of the heap and of what else the JVM takes: in this part of itself, over two thirds of the time. */
    private static final double MOST = 0.05;

    private static final List<Fault.Kind> FAULTS = List.of(
            Fault.Kind.THROTTLE,
            Fault.Kind.INTERNAL_500,
            Fault.Kind.UNAVAILABLE_503,
            Fault.Kind.DROP_BEFORE,
            Fault.Kind.DROP_AFTER,
            Fault.Kind.ENCRYPTION_FAILURE,
            Fault.Kind.LIMIT_EXCEEDED);

    private final Random random = new Random(Long.getLong("soak.seed", 1));
    private final Surroundings surroundings = new Surroundings();
    private final SoakReport report = new SoakReport();
    private final Map<String, Integer> happened = new TreeMap<>();
    private final List<String> syncs = new ArrayList<>();
    private ApiClient api;
    private String connection;
    private int count;
    private int calls;

    @Test
    void whatItTakesUpDoesNotGrow(@TempDir Path directory) throws IOException {
        long start = System.nanoTime();
        try (Program.Running program = Program.start(directory.resolve("home"), settings());
                Vitals vitals = Vitals.of(program.started().pid())) {
            prepare(program.base());
            Duration next = Duration.ZERO;
            for (Duration now = since(start); now.compareTo(LENGTH) < 0; now = since(start)) {
                if (now.compareTo(next) >= 0) {
                    look(now, vitals);
                    next = next.plus(LOOK_EVERY);
                }
                somethingHappens();
                LockSupport.parkNanos(PAUSE.toNanos());
            }
            report.write(Path.of("target", "soak"), WARM_UP, summary());
            converges();
            assertThat(program.isAlive()).isTrue();
            assertThat(program.lines()).noneMatch(line -> line.matches("\\S+ +ERROR .*"));
        } finally {
            surroundings.close();
        }
        assertThat(report.size()).isGreaterThan(10);
        for (Vital vital : List.of(Vital.HEAP, Vital.OTHER)) {
            Trend trend = report.trend(vital, WARM_UP);
            assertThat(trend.rise()).as("%s: %s", vital, trend).isLessThan(MOST * trend.start());
        }
        for (Vital vital : List.of(Vital.THREADS, Vital.FILES)) {
            Trend trend = report.trend(vital, WARM_UP);
            assertThat(trend.rise()).as("%s: %s", vital, trend).isLessThan(3);
        }
    }

    private Map<String, String> settings() {
        Map<String, String> settings = surroundings.settings();
        String endpoint = surroundings.aws.endpoint().toString();
        settings.put("AWS_ENDPOINT_URL_SECRETS_MANAGER", endpoint);
        settings.put("AWS_ENDPOINT_URL_STS", endpoint);
        settings.put("SECRET_SYNC_DRIFT_INTERVAL", "30s");
        settings.put("SECRET_SYNC_POLL_INTERVAL", "2s");
        return settings;
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private void prepare(URI base) {
        api = ApiClient.login(base, Surroundings.CALLER_ID, Surroundings.CALLER_SECRET);
        connection = api.post(
                        "/api/v1/app-connections/aws",
                        Map.of(
                                "name",
                                "soak",
                                "method",
                                "access-key",
                                "projectId",
                                surroundings.project.id(),
                                "credentials",
                                Map.of(
                                        "accessKeyId", SecretsManagerEmulator.ACCESS_KEY_ID,
                                        "secretAccessKey", SecretsManagerEmulator.SECRET_ACCESS_KEY)))
                .at("/appConnection/id")
                .textValue();
        surroundings.kms.addWebhook(
                surroundings.project,
                "dev",
                "/folder-0",
                base.resolve("/api/v1/webhooks/kms"),
                Surroundings.WEBHOOK_SECRET);
        for (int folder = 0; folder < FOLDERS; folder++) {
            for (int key = 0; key < KEYS; key++) {
                set(folder, "KEY_" + key);
            }
            syncs.add(api.post(Operations.SYNCS, sync("folder-" + folder, isOneToOne(folder)))
                    .at("/secretSync/id")
                    .textValue());
        }
    }

    private static boolean isOneToOne(int folder) {
        return folder % 4 != 3;
    }

    private Map<String, Object> sync(String folder, boolean oneToOne) {
        Map<String, Object> sync = new HashMap<>();
        sync.put("name", folder);
        sync.put("projectId", surroundings.project.id());
        sync.put("connectionId", connection);
        sync.put("environment", "dev");
        sync.put("secretPath", "/" + folder);
        sync.put(
                "syncOptions",
                Map.of(
                        "initialSyncBehavior",
                        "overwrite-destination",
                        "keySchema",
                        oneToOne ? folder + "/{{secretKey}}" : ""));
        sync.put(
                "destinationConfig",
                oneToOne
                        ? Map.of("mappingBehavior", "one-to-one", "region", Surroundings.REGION)
                        : Map.of(
                                "mappingBehavior", "many-to-one", "region", Surroundings.REGION, "secretName", folder));
        return sync;
    }

    private void look(Duration now, Vitals vitals) {
        List<Call> journal = surroundings.aws.journal();
        surroundings.aws.clearJournal();
        surroundings.kms.clearRequests();
        calls += journal.size();
        report.add(new SoakReport.Moment(now, vitals.read(), journal.size()));
    }

    private void somethingHappens() {
        int folder = random.nextInt(FOLDERS);
        String key = "KEY_" + random.nextInt(KEYS);
        String sync = syncs.get(folder);
        switch (random.nextInt(20)) {
            case 0, 1, 2, 3, 4, 5, 6 -> did("changes of a secret", () -> set(folder, key));
            case 7 ->
                did(
                        "secrets removed",
                        () -> surroundings.kms.deleteSecret(surroundings.project, "dev", "/folder-" + folder, key));
            case 8, 9 -> did("changes by somebody else in AWS", () -> drift(folder, key));
            case 10, 11 ->
                did(
                        "faults of AWS",
                        () -> surroundings.aws.inject(Fault.of(oneOf(FAULTS)).times(1 + random.nextInt(4))));
            case 12 -> did("faults of the KMS", this::troubleTheKms);
            case 13 -> did("old lists", () -> surroundings.aws.listLag(Duration.ofSeconds(random.nextInt(2) * 300L)));
            case 14 -> did("runs by hand", () -> api.post(Operations.SYNCS + sync + "/sync-secrets", null));
            case 15, 16 -> did("questions", () -> ask(sync));
            case 17 -> did("mistakes of callers", this::mistake);
            case 18 -> did("pauses", () -> pause(sync));
            default -> did("syncs that came and went", this::comeAndGo);
        }
    }

    private void did(String what, Runnable action) {
        action.run();
        happened.merge(what, 1, Integer::sum);
    }

    private <T> T oneOf(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    private void set(int folder, String key) {
        count++;
        surroundings.kms.setSecret(surroundings.project, "dev", "/folder-" + folder, key, "value-" + count);
    }

    private void drift(int folder, String key) {
        String name = isOneToOne(folder) ? "folder-" + folder + "/" + key : "folder-" + folder;
        boolean there = surroundings
                .aws
                .secret(name)
                .filter(secret -> !secret.isDeleted())
                .isPresent();
        if (there) {
            switch (random.nextInt(3)) {
                case 0 -> surroundings.aws.putForeign(name, isOneToOne(folder) ? "theirs" : "{\"KEY_1\":\"theirs\"}");
                case 1 -> surroundings.aws.putForeign(ForeignSecret.named(name).tag("theirs", "" + count));
                default -> surroundings.aws.deleteForeign(name);
            }
        }
    }

    private void troubleTheKms() {
        ai.hanzo.kms.secretsync.devkms.Fault fault = switch (random.nextInt(4)) {
            case 0 -> ai.hanzo.kms.secretsync.devkms.Fault.status(500);
            case 1 -> ai.hanzo.kms.secretsync.devkms.Fault.status(429, Map.of("Retry-After", "1"));
            case 2 -> ai.hanzo.kms.secretsync.devkms.Fault.drop();
            default -> ai.hanzo.kms.secretsync.devkms.Fault.truncate();
        };
        surroundings.kms.failNext(1 + random.nextInt(3), "/api/v4/secrets", fault);
    }

    private void ask(String sync) {
        String project = "?projectId=" + surroundings.project.id();
        switch (random.nextInt(7)) {
            case 0 -> api.get("/api/v1/secret-syncs" + project);
            case 1 -> api.send("GET", Operations.SYNCS + sync + "/plan", null);
            case 2 -> {
                JsonNode runs = api.get(Operations.SYNCS + sync + "/runs").path("runs");
                if (!runs.isEmpty()) {
                    api.get(Operations.SYNCS + sync + "/runs/"
                            + oneOf(List.of(runs.path(0), runs.path(runs.size() - 1)))
                                    .path("id")
                                    .textValue());
                }
            }
            case 3 -> api.get(Operations.SYNCS + sync + "/iam-policy");
            case 4 -> api.get("/api/v1/audit" + project);
            case 5 -> api.send("POST", "/api/v1/app-connections/aws/" + connection + "/check", null);
            default -> api.get(Operations.SYNCS + sync);
        }
    }

    private void mistake() {
        switch (random.nextInt(3)) {
            case 0 -> api.send("POST", Operations.SYNCS, Map.of("name", "No Slug"));
            case 1 -> api.send("GET", Operations.SYNCS + new UUID(random.nextLong(), count), null);
            default -> api.send("POST", Operations.SYNCS, "{\"name\": ");
        }
    }

    private void pause(String sync) {
        api.post("/api/v1/secret-syncs/pause", Map.of("syncId", sync));
        api.post("/api/v1/secret-syncs/resume", Map.of("syncId", sync));
    }

    /** Each has a folder and names of its own; there is one of them at a time. */
    private void comeAndGo() {
        if (syncs.size() > FOLDERS) {
            String gone = syncs.remove(FOLDERS);
            api.send("DELETE", Operations.SYNCS + gone + "?removeSecrets=true", null);
            return;
        }
        String folder = "guest-" + ++count;
        surroundings.kms.setSecret(surroundings.project, "dev", "/" + folder, "A", "value");
        ApiClient.Answer answer = api.send("POST", Operations.SYNCS, sync(folder, true));
        // The KMS may be in trouble just now.
        if (answer.status() == 200) {
            syncs.add(answer.json().at("/secretSync/id").textValue());
        }
    }

    private String summary() {
        StringBuilder text = new StringBuilder("In " + LENGTH.toMinutes() + " minutes: " + calls + " calls to AWS");
        happened.forEach(
                (what, times) -> text.append(", ").append(times).append(' ').append(what));
        return text.append('.').toString();
    }

    /** Left to itself, and asked to run once more, it has everything right. */
    private void converges() throws IOException {
        surroundings.aws.clearFaults();
        surroundings.aws.listLag(Duration.ZERO);
        surroundings.kms.clearFaults();
        for (int folder = 0; folder < FOLDERS; folder++) {
            String name = "folder-" + folder;
            api.post(Operations.SYNCS + syncs.get(folder) + "/sync-secrets?approveDeletions=true", null);
            JsonNode ended = api.awaitSync(syncs.get(folder), Program.PATIENCE);
            assertThat(ended.path("syncStatus").textValue()).as("%s", ended).isEqualTo("succeeded");
            Map<String, String> wanted = surroundings.kms.secrets(surroundings.project, "dev", "/" + name);
            if (isOneToOne(folder)) {
                assertThat(there(name)).isEqualTo(wanted);
            } else {
                assertThat(surroundings.aws.value(name))
                        .isEqualTo(new ObjectMapper().writeValueAsString(new TreeMap<>(wanted)));
            }
        }
    }

    private Map<String, String> there(String folder) {
        Map<String, String> there = new TreeMap<>();
        surroundings.aws.secrets().stream()
                .filter(secret -> secret.name().startsWith(folder + "/") && !secret.isDeleted())
                .forEach((Secret secret) ->
                        there.put(secret.name().substring(folder.length() + 1), secret.secretString()));
        return there;
    }
}
