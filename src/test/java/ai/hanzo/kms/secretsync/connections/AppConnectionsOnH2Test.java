package ai.hanzo.kms.secretsync.connections;

import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.connections.ConnectionCredentials.AccessKey;
import ai.hanzo.kms.secretsync.connections.ConnectionCredentials.AssumeRole;
import ai.hanzo.kms.secretsync.sync.SecretText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

class AppConnectionsOnH2Test extends AppConnectionsContract {
    @TempDir
    static Path directory;

    @Override
    Map<String, ?> database() {
        return at("contract");
    }

    private static Map<String, ?> at(String name) {
        return Map.of(
                "spring.datasource.url",
                "jdbc:h2:file:" + directory.resolve(name) + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE",
                "spring.datasource.username",
                "sa");
    }

    @Test
    void noCredentialIsInTheDatabaseFile() throws IOException {
        String key = KeyFile.newKey().reveal();
        try (AnnotationConfigApplicationContext service = ConnectionsSlice.start(at("secrecy"), key)) {
            AppConnections connections = service.getBean(AppConnections.class);
            for (int i = 0; i < 20; i++) {
                UUID id = connections
                        .create(new CreateConnection(
                                "PLAIN-NAME-" + i,
                                null,
                                ConnectionMethod.ACCESS_KEY,
                                new AccessKey("MARKER-ID-" + i, SecretText.of("MARKER-SECRET-" + i)),
                                "org",
                                null))
                        .id();
                connections.update(
                        id,
                        new UpdateConnection(
                                null, null, new AccessKey("MARKER-ID2-" + i, SecretText.of("MARKER-SECRET2-" + i))));
                if (i % 2 == 0) {
                    connections.delete(id);
                }
            }
            connections.create(new CreateConnection(
                    "role",
                    null,
                    ConnectionMethod.ASSUME_ROLE,
                    new AssumeRole("MARKER-ROLE", "MARKER-ENDPOINT"),
                    "org",
                    "project"));
            service.getBean(KeyRotation.class).reencrypt();
        }

        List<String> files = contents("secrecy");
        assertThat(files).as("the scan finds what is not encrypted").anyMatch(text -> text.contains("PLAIN-NAME-7"));
        assertThat(files).noneMatch(text -> text.contains("MARKER") || text.contains(key));
    }

    @Test
    void withoutAKeyTheDatabaseGetsAKeyFile() throws IOException {
        Path file = directory.resolve("made/encryption.key");
        Map<String, Object> settings = new java.util.HashMap<>(at("made/database"));
        settings.put("secret-sync.encryption.key-file", file.toString());
        UUID id;
        try (AnnotationConfigApplicationContext service = ConnectionsSlice.start(settings, "")) {
            id = service.getBean(AppConnections.class)
                    .create(new CreateConnection(
                            "name", null, ConnectionMethod.ASSUME_ROLE, new AssumeRole("arn", null), "org", null))
                    .id();
        }

        assertThat(file).isRegularFile();
        try (AnnotationConfigApplicationContext again = ConnectionsSlice.start(settings, "")) {
            assertThat(again.getBean(AppConnections.class).credentials(id).credentials())
                    .isEqualTo(new AssumeRole("arn", null));
        }
    }

    private static List<String> contents(String prefix) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix))
                    .map(AppConnectionsOnH2Test::bytes)
                    .toList();
        }
    }

    private static String bytes(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
