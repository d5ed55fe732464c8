package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.devkms.DevelopmentKms;
import ai.hanzo.kms.secretsync.devkms.Grant;
import ai.hanzo.kms.secretsync.devkms.Project;
import ai.hanzo.kms.secretsync.emulator.SecretsManagerEmulator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The real program in a JVM of its own with the heap that it promises to do with; KMS and AWS are in this one. */
final class ServiceProcess implements AutoCloseable {
    static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();
    static final String HEAP = System.getProperty("benchmarks.heap", "512m");
    private static final Duration PATIENCE = Duration.ofHours(2);
    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration HAPPENS = Duration.ofMinutes(30);
    /** What a collection left, in megabytes, as the virtual machine's log has it. */
    private static final Pattern COLLECTED = Pattern.compile("Pause .* \\d+M->(\\d+)M\\(");

    final DevelopmentKms kms = DevelopmentKms.start(0);
    final SecretsManagerEmulator aws = SecretsManagerEmulator.start();
    final Project project = kms.addProject(kms.addOrganization("Example"), "Shop", "shop", "dev");
    private final Path home;
    private final Map<String, String> settings;
    private List<String> program;
    private Process process;
    private ApiClient api;
    private Duration started;

    /**
     * @param home a directory for its database and its log
     * @param settings as an operator would give them
     * @param program what the virtual machine is to run, with options of its own
     */
    ServiceProcess(Path home, Map<String, String> settings, List<String> program) {
        this.home = home;
        this.settings = settings;
        this.program = program;
        kms.addIdentity("service", "service-secret", Grant.write(project));
        kms.addIdentity("caller", "caller-secret", Grant.write(project));
        start();
    }

    private void start() {
        int port = freePort();
        int managementPort = freePort();
        long begin = System.nanoTime();
        process = start(port, managementPort);
        awaitReady(URI.create("http://127.0.0.1:" + managementPort + "/actuator/health/readiness"));
        started = Duration.ofNanos(System.nanoTime() - begin);
        api = login(URI.create("http://127.0.0.1:" + port), home);
    }

    /** Ends it and starts it again as another program, on the database that it has. */
    void restart(List<String> other) {
        process.destroy();
        process.onExit().join();
        program = other;
        start();
    }

    /** Its classes and their jars as they are on this machine. */
    static List<String> classPath() {
        String entries = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.endsWith("test-classes"))
                .collect(Collectors.joining(File.pathSeparator));
        return List.of("-cp", entries, SecretSyncApplication.class.getName());
    }

    /** From the start of the process until it said that it is ready. */
    Duration started() {
        return started;
    }

    private void awaitReady(URI readiness) {
        HttpRequest request = HttpRequest.newBuilder(readiness).build();
        until(
                () -> {
                    if (!process.isAlive()) {
                        throw new IllegalStateException("The service did not start; see " + home.resolve("log"));
                    }
                    try {
                        return HttpClient.newHttpClient()
                                        .send(request, HttpResponse.BodyHandlers.discarding())
                                        .statusCode()
                                == 200;
                    } catch (IOException e) {
                        return false;
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        throw new IllegalStateException(e);
                    }
                },
                START);
    }

    private Process start(int port, int managementPort) {
        List<String> command = new ArrayList<>(List.of(
                JAVA,
                "-XX:+UseSerialGC",
                "-Xms64m",
                "-Xmx" + HEAP,
                "-XX:+ExitOnOutOfMemoryError",
                "-Xlog:gc:file=gc.log"));
        command.addAll(program);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("log").toFile());
        Map<String, String> environment = builder.environment();
        environment.putAll(Map.of(
                "SERVER_PORT", Integer.toString(port),
                "MANAGEMENT_SERVER_PORT", Integer.toString(managementPort),
                "KMS_BASE_URL", kms.baseUrl().toString(),
                "KMS_CLIENT_ID", "service",
                "KMS_CLIENT_SECRET", "service-secret",
                "AWS_ENDPOINT_URL", aws.endpoint().toString(),
                "SECRET_SYNC_POLL_INTERVAL", "1s",
                "SECRET_SYNC_RATE_LIMIT", "1000000",
                "SECRET_SYNC_LOGIN_RATE_LIMIT", "1000000",
                "SECRET_SYNC_QUOTA_SHARE", "100"));
        environment.putAll(settings);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ApiClient login(URI base, Path home) {
        long deadline = System.nanoTime() + START.toNanos();
        while (true) {
            try {
                return ApiClient.login(base, "caller", "caller-secret");
            } catch (UncheckedIOException | AssertionError e) {
                if (System.nanoTime() > deadline || !process.isAlive()) {
                    close();
                    throw new IllegalStateException("The service did not start; see " + home.resolve("log"), e);
                }
                pause();
            }
        }
    }

    /** Processor time that it has used since it was started. */
    Duration cpu() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    /** Memory that it holds, in megabytes. */
    long resident() {
        try {
            Process asked = new ProcessBuilder("ps", "-o", "rss=", "-p", Long.toString(process.pid())).start();
            String kilobytes = new String(asked.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return Long.parseLong(kilobytes.trim()) / 1024;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The most that a collection has left on its heap, in megabytes. */
    long heap() {
        try (Stream<String> lines = Files.lines(home.resolve("gc.log"))) {
            return lines.map(COLLECTED::matcher)
                    .filter(Matcher::find)
                    .mapToLong(pause -> Long.parseLong(pause.group(1)))
                    .max()
                    .orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Quotas of AWS that nobody reaches. */
    static Map<String, String> unthrottled() {
        return Stream.of("CREATE", "WRITE", "DELETE", "LIST", "TAG", "RESTORE", "BATCH")
                .collect(Collectors.toMap(family -> "SECRET_SYNC_QUOTAS_" + family, family -> "100000"));
    }

    void folder(String name, Map<String, String> secrets) {
        kms.addFolder(project, "dev", "/" + name);
        kms.setSecrets(project, "dev", "/" + name, secrets);
    }

    String connection() {
        return connection(SecretsManagerEmulator.ACCESS_KEY_ID, SecretsManagerEmulator.SECRET_ACCESS_KEY);
    }

    String connection(String accessKeyId, String secretAccessKey) {
        return api.post(
                        "/api/v1/app-connections/aws",
                        Map.of(
                                "name", "connection-" + UUID.randomUUID(),
                                "method", "access-key",
                                "projectId", project.id(),
                                "credentials",
                                        Map.of("accessKeyId", accessKeyId, "secretAccessKey", secretAccessKey)))
                .at("/appConnection/id")
                .textValue();
    }

    /** A one-to-one sync of a folder of that name, made and not waited for. */
    String oneToOne(String connection, String folder, boolean automatic) {
        return oneToOne(connection, folder, automatic, folder + "/{{secretKey}}");
    }

    String oneToOne(String connection, String folder, boolean automatic, String keySchema) {
        return create(
                connection,
                folder,
                automatic,
                keySchema,
                Map.of("mappingBehavior", "one-to-one", "region", SecretsManagerEmulator.REGION));
    }

    /** A many-to-one sync of a folder into one secret, made and not waited for. */
    String manyToOne(String connection, String folder, String secretName) {
        return create(
                connection,
                folder,
                true,
                "",
                Map.of(
                        "mappingBehavior", "many-to-one",
                        "region", SecretsManagerEmulator.REGION,
                        "secretName", secretName));
    }

    private String create(
            String connection, String folder, boolean automatic, String keySchema, Map<String, String> destination) {
        Map<String, Object> sync = new HashMap<>();
        sync.put("name", "sync-" + UUID.randomUUID());
        sync.put("projectId", project.id());
        sync.put("connectionId", connection);
        sync.put("environment", "dev");
        sync.put("secretPath", "/" + folder);
        sync.put("isAutoSyncEnabled", automatic);
        sync.put("syncOptions", Map.of("initialSyncBehavior", "overwrite-destination", "keySchema", keySchema));
        sync.put("destinationConfig", destination);
        return api.post(Operations.SYNCS, sync).at("/secretSync/id").textValue();
    }

    /** Asks for a run and gives the time until its end, which is a success. */
    Duration run(String sync) {
        long start = System.nanoTime();
        ask(sync);
        await(sync);
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** Asks for a run. */
    void ask(String sync) {
        api.post(Operations.SYNCS + sync + "/sync-secrets", null);
    }

    void await(String sync) {
        JsonNode ended = api.awaitSync(sync, PATIENCE);
        if (!"succeeded".equals(ended.path("syncStatus").asText())) {
            throw new IllegalStateException("The run did not succeed: " + ended.path("lastSyncMessage"));
        }
    }

    /** Waits for something, for half an hour at most. */
    void until(BooleanSupplier condition) {
        until(condition, HAPPENS);
    }

    private static void until(BooleanSupplier condition, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("It did not happen within " + patience);
            }
            pause();
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void pause() {
        LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
        aws.close();
        kms.close();
    }
}
