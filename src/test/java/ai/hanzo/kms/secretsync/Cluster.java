package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.emulator.Call;
import ai.hanzo.kms.secretsync.emulator.Secret;
import ai.hanzo.kms.secretsync.emulator.SecretsManagerEmulator;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Instances of the real program, each in a JVM of its own, that share a database on a real PostgreSQL and what is to be synced:
 * {@code sources} folders with one secret each, and {@code syncs} that spread over them.
 */
final class Cluster extends Surroundings {
    private final Path directory;
    private final EmbeddedPostgres postgres;
    private final List<Program.Running> instances = new ArrayList<>();
    private final int sources;
    private final int syncs;
    private String database = "postgres";

    Cluster(Path directory, int sources, int syncs) {
        this.directory = directory;
        this.sources = sources;
        this.syncs = syncs;
        try {
            postgres = EmbeddedPostgres.start();
            Files.writeString(directory.resolve("syncs.yaml"), file());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        IntStream.range(0, sources).forEach(source -> kms.addFolder(project, "dev", "/source-" + source));
        change("first");
    }

    private String file() {
        return """
            connections:
              - name: shared
                projectId: %s
                method: access-key
                credentials:
                  accessKeyId: {env: CLUSTER_ACCESS_KEY_ID}
                  secretAccessKey: {env: CLUSTER_SECRET_ACCESS_KEY}
            syncs:
            """.formatted(project.id())
                + IntStream.range(0, syncs)
                        .mapToObj(sync -> """
                              - name: sync-%1$s
                                projectId: %2$s
                                connectionName: shared
                                environment: dev
                                secretPath: /source-%3$s
                                syncOptions: {initialSyncBehavior: overwrite-destination, keySchema: "%1$s/{{secretKey}}"}
                                destinationConfig: {mappingBehavior: one-to-one, region: %4$s}
                            """.formatted(sync, project.id(), sync % sources, REGION))
                        .collect(Collectors.joining());
    }

    /** Gives every secret in the KMS another value. */
    void change(String value) {
        IntStream.range(0, sources).forEach(source -> kms.setSecret(project, "dev", "/source-" + source, "KEY", value));
    }

    /** Secrets that are not at the destination with this value. */
    List<String> without(String value) {
        return names().filter(name -> aws.secret(name).isEmpty() || !value.equals(aws.value(name)))
                .toList();
    }

    private Stream<String> names() {
        return IntStream.range(0, syncs).mapToObj(sync -> sync + "/KEY");
    }

    /** By how many versions secrets have: how many secrets. */
    Map<Integer, Long> versions() {
        return names().map(name -> aws.secret(name).orElseThrow())
                .map(Secret::versions)
                .collect(Collectors.groupingBy(versions -> versions.size(), Collectors.counting()));
    }

    /** Calls that made a version. */
    long written() {
        return aws.writes().stream().filter(Call::succeeded).count();
    }

    /** Instances that start from now on share an empty database, and find nothing at the destination. */
    void emptied(String name) {
        aws.reset();
        JdbcClient.create(postgres.getPostgresDatabase())
                .sql("create database " + name)
                .update();
        database = name;
    }

    Program.Running start(String name, Map<String, String> more) {
        return started(Program.start(directory.resolve(name), settings(more)));
    }

    /** An instance of another version. */
    Program.Running startJar(String name, Path jar, Map<String, String> more) {
        return started(Program.startJar(jar, directory.resolve(name), settings(more)));
    }

    /** Runs a command of the program to its end, on the database of the instances. */
    Program.Ended run(String name, Map<String, String> more, String... arguments) {
        return Program.run(directory.resolve(name), settings(more), arguments);
    }

    private Program.Running started(Program.Running instance) {
        instances.add(instance);
        return instance;
    }

    private Map<String, String> settings(Map<String, String> more) {
        Map<String, String> settings = settings();
        settings.put("SPRING_DATASOURCE_URL", "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/" + database);
        settings.put("SPRING_DATASOURCE_USERNAME", "postgres");
        settings.put("SECRET_SYNC_ENCRYPTION_KEY", Base64.getEncoder().encodeToString(new byte[32]));
        settings.put("SECRET_SYNC_FILES", directory.resolve("syncs.yaml").toString());
        settings.put("CLUSTER_ACCESS_KEY_ID", SecretsManagerEmulator.ACCESS_KEY_ID);
        settings.put("CLUSTER_SECRET_ACCESS_KEY", SecretsManagerEmulator.SECRET_ACCESS_KEY);
        String endpoint = aws.endpoint().toString();
        settings.put("AWS_ENDPOINT_URL_SECRETS_MANAGER", endpoint);
        settings.put("AWS_ENDPOINT_URL_STS", endpoint);
        settings.putAll(more);
        return settings;
    }

    JdbcClient database() {
        DataSource source = postgres.getDatabase("postgres", database);
        return JdbcClient.create(source);
    }

    @Override
    public void close() {
        instances.forEach(Program.Running::close);
        try {
            postgres.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        super.close();
    }
}
