package ai.hanzo.kms.secretsync.connections;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.hanzo.kms.secretsync.sync.Rejection;
import ai.hanzo.kms.secretsync.sync.SecretText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.SystemEnvironmentPropertySource;

@ExtendWith(OutputCaptureExtension.class)
class MasterKeysTest {
    private static final KeyService NO_SERVICE = new KeyServiceInMemory();
    private static final String EMBEDDED = "jdbc:h2:file:./data/secret-sync;MODE=PostgreSQL";

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void inADirectoryThatIsNotThereYet() {
        file = directory.resolve("data/encryption.key");
    }

    @Test
    void theGivenKeyIsUsedWithAnyDatabaseAndNoFileIsMade() {
        SecretText key = KeyFile.newKey();

        for (String url : List.of(EMBEDDED, "jdbc:postgresql://db/secrets")) {
            Encryption encryption =
                    MasterKeys.open(new EncryptionProperties(key, null, List.of(), file), url, NO_SERVICE);
            byte[] ciphertext = Encryption.of(key, List.of(), "test").encrypt(new byte[] {1}, "r");
            assertThat(encryption.decrypt(ciphertext, "r")).containsExactly(1);
            assertThat(encryption.keySource()).isEqualTo("SECRET_SYNC_ENCRYPTION_KEY");
        }
        assertThat(file).doesNotExist();
    }

    @Test
    void theEmbeddedDatabaseGetsAKeyFileOfItsOwnerOnly(CapturedOutput output) throws IOException {
        byte[] ciphertext = embedded().encrypt(new byte[] {1}, "r");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .isEqualTo("rwx------");
        String key = Files.readString(file).strip();
        assertThat(Base64.getDecoder().decode(key)).hasSize(32);
        assertThat(output.getAll().lines().filter(line -> line.contains(file.toString())))
                .singleElement()
                .asString()
                .contains("Made an encryption key", "Back it up");

        assertThat(embedded().decrypt(ciphertext, "r"))
                .as("the same at the next start")
                .containsExactly(1);
        assertThat(Files.readString(file).strip()).isEqualTo(key);
        assertThat(output.getAll()).doesNotContain(key).containsOnlyOnce("Made an encryption key");
    }

    @Test
    void aKeyThatOthersCanReadIsReported(CapturedOutput output) throws IOException {
        embedded();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

        embedded();

        assertThat(output.getAll()).contains("can be read by others than its owner: chmod 600 it");
    }

    @Test
    void aDamagedKeyFileIsNamed() throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "oops");

        assertThatThrownBy(this::embedded)
                .isInstanceOf(EncryptionKeyException.class)
                .hasMessage(
                        "the key file " + file + " is base64 of 3 bytes; a key is base64 of 32 bytes, make one with:"
                                + " openssl rand -base64 32");
    }

    @Test
    void aKeyFileThatCannotBeMadeIsNamed() throws IOException {
        Files.writeString(file.getParent(), "not a directory");

        assertThatThrownBy(this::embedded)
                .isInstanceOf(EncryptionKeyException.class)
                .hasMessageStartingWith("Cannot read or make the key file " + file)
                .hasMessageEndingWith("set SECRET_SYNC_ENCRYPTION_KEY instead: make one with: openssl rand -base64 32");
    }

    @Test
    void aDatabaseInMemoryLeavesNoFile() {
        MasterKeys.open(new EncryptionProperties(null, null, List.of(), file), "jdbc:h2:mem:test", NO_SERVICE);

        assertThat(file.getParent()).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc:postgresql://db/secrets", "jdbc:h2:tcp://db/secrets"})
    void aSharedDatabaseNeedsAKey(String url) {
        for (SecretText absent : new SecretText[] {null, SecretText.of(""), SecretText.of(" ")}) {
            assertThatThrownBy(() ->
                            MasterKeys.open(new EncryptionProperties(absent, null, List.of(), file), url, NO_SERVICE))
                    .isInstanceOf(EncryptionKeyException.class)
                    .hasMessage(
                            "SECRET_SYNC_ENCRYPTION_KEY is not set, and a database other than the embedded one needs"
                                    + " it: make one with: openssl rand -base64 32 and give every instance the same; or set"
                                    + " SECRET_SYNC_ENCRYPTION_KMS_KEY_ID");
        }
        assertThat(file).doesNotExist();
    }

    // A key in AWS KMS

    private static final String KMS_KEY = "arn:aws:kms:eu-central-1:123456789012:alias/secret-sync";
    private static final SecretText LOCAL_KEY = KeyFile.newKey();
    private final KeyServiceInMemory service = new KeyServiceInMemory();

    private Encryption with(SecretText key, String kmsKeyId, String... previous) {
        List<SecretText> previousKeys = Stream.of(previous).map(SecretText::of).toList();
        return MasterKeys.open(
                new EncryptionProperties(key, kmsKeyId, previousKeys, file), "jdbc:postgresql://db/secrets", service);
    }

    @Test
    void aKeyOfAwsKmsNeedsNoKeyOfOurOwn() {
        Encryption encryption = with(SecretText.of(""), " " + KMS_KEY + "\n");

        byte[] ciphertext = encryption.encrypt(new byte[] {1, 2}, "table:1");

        assertThat(encryption.decrypt(ciphertext, "table:1")).containsExactly(1, 2);
        assertThatThrownBy(() -> encryption.decrypt(ciphertext, "table:2")).isInstanceOf(UndecryptableException.class);
        assertThat(encryption.keySource()).isEqualTo("SECRET_SYNC_ENCRYPTION_KMS_KEY_ID");
        assertThat(file).doesNotExist();
    }

    @Test
    void whatIsReadOftenIsAskedForOnce() {
        Encryption encryption = with(null, KMS_KEY);
        byte[] ciphertext = encryption.encrypt(new byte[] {1}, "table:1");

        for (int i = 0; i < 5; i++) {
            encryption.decrypt(ciphertext, "table:1");
        }
        assertThat(service.decryptions).hasValue(1);

        service.refused.add(KMS_KEY);
        assertThat(encryption.decrypt(ciphertext, "table:1")).containsExactly(1);
        assertThatThrownBy(() -> with(null, KMS_KEY).decrypt(ciphertext, "table:1"))
                .isInstanceOf(Rejection.class)
                .hasMessageContaining("cannot be used");
    }

    @Test
    void keysOfBothKindsReadWhatTheyOnceEncrypted() {
        String next = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-4333-8444-555555555555";
        byte[] local = with(LOCAL_KEY, null).encrypt(new byte[] {1}, "r");
        byte[] managed = with(null, KMS_KEY).encrypt(new byte[] {2}, "r");

        for (Encryption both : List.of(
                with(null, KMS_KEY, LOCAL_KEY.reveal()),
                with(LOCAL_KEY, null, KMS_KEY),
                with(null, next, KMS_KEY, LOCAL_KEY.reveal()))) {
            assertThat(both.decrypt(local, "r")).containsExactly(1);
            assertThat(both.decrypt(managed, "r")).containsExactly(2);
        }
        assertThatThrownBy(() -> with(null, next).decrypt(managed, "r")).isInstanceOf(UndecryptableException.class);
        assertThatThrownBy(() -> with(null, KMS_KEY).decrypt(local, "r")).isInstanceOf(UndecryptableException.class);
        assertThatThrownBy(() -> with(LOCAL_KEY, null).decrypt(managed, "r"))
                .isInstanceOf(UndecryptableException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alias/secret-sync",
                "11111111-2222-4333-8444-555555555555",
                "arn:aws:kms:eu-central-1:123456789012:other/x",
                "arn:aws:kms:eu-central-1:12345:key/x"
            })
    void aKeyOfAwsKmsIsNamedByItsArn(String name) {
        assertThatThrownBy(() -> with(null, name))
                .isInstanceOf(EncryptionKeyException.class)
                .hasMessageStartingWith("SECRET_SYNC_ENCRYPTION_KMS_KEY_ID is not the ARN of a KMS key");
    }

    @Test
    void oneOfTwoKeysMustBeTheCurrentOne() {
        assertThatThrownBy(() -> with(LOCAL_KEY, KMS_KEY))
                .isInstanceOf(EncryptionKeyException.class)
                .hasMessageContainingAll(
                        "SECRET_SYNC_ENCRYPTION_KEY and SECRET_SYNC_ENCRYPTION_KMS_KEY_ID",
                        "SECRET_SYNC_ENCRYPTION_PREVIOUS_KEYS")
                .hasMessageNotContainingAny(LOCAL_KEY.reveal());
    }

    @Test
    void processesThatStartTogetherShareOneKey() throws Exception {
        int rounds = 40;
        String start = Long.toString(System.currentTimeMillis() + 1_500);
        List<Process> starters = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            starters.add(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Starter.class.getName(),
                            directory.toString(),
                            start,
                            Integer.toString(rounds))
                    .redirectErrorStream(true)
                    .start());
        }
        Set<List<String>> keys = new HashSet<>();
        int made = 0;
        for (Process starter : starters) {
            String output = new String(starter.getInputStream().readAllBytes(), UTF_8);
            assertThat(starter.waitFor()).as(output).isZero();
            keys.add(output.lines().filter(line -> line.startsWith("key ")).toList());
            made += (int) output.lines()
                    .filter(line -> line.contains("Made an encryption key"))
                    .count();
        }

        assertThat(keys).as("what the starters read").hasSize(1);
        assertThat(keys.iterator().next()).hasSize(rounds);
        assertThat(made).as("keys that were made").isEqualTo(rounds);
    }

    @Test
    void theVariablesOfTheHandbookReachTheSettings() {
        new ApplicationContextRunner()
                .withInitializer(context -> context.getEnvironment()
                        .getPropertySources()
                        .addFirst(new SystemEnvironmentPropertySource(
                                "test-systemEnvironment",
                                Map.of(
                                        "SECRET_SYNC_ENCRYPTION_KEY", "one",
                                        "SECRET_SYNC_ENCRYPTION_KMS_KEY_ID",
                                                "arn:aws:kms:eu-central-1:123456789012:alias/sync",
                                        "SECRET_SYNC_ENCRYPTION_PREVIOUS_KEYS", "two, three",
                                        "SECRET_SYNC_ENCRYPTION_KEY_FILE", "/run/secrets/key"))))
                .withUserConfiguration(Settings.class)
                .run(context -> {
                    EncryptionProperties settings = context.getBean(EncryptionProperties.class);
                    assertThat(settings)
                            .isEqualTo(new EncryptionProperties(
                                    SecretText.of("one"),
                                    "arn:aws:kms:eu-central-1:123456789012:alias/sync",
                                    List.of(SecretText.of("two"), SecretText.of("three")),
                                    Path.of("/run/secrets/key")));
                    assertThat(settings.toString()).doesNotContain("one", "two", "three");
                });
    }

    @Test
    void withoutSettingsTheKeyIsKeptNextToTheDatabase() {
        new ApplicationContextRunner()
                .withUserConfiguration(Settings.class)
                .withPropertyValues("secret-sync.encryption.previous-keys=")
                .run(context -> assertThat(context.getBean(EncryptionProperties.class))
                        .isEqualTo(new EncryptionProperties(null, null, List.of(), Path.of("data/encryption.key"))));
    }

    private Encryption embedded() {
        return MasterKeys.open(new EncryptionProperties(null, null, List.of(), file), EMBEDDED, NO_SERVICE);
    }

    @EnableConfigurationProperties(EncryptionProperties.class)
    static class Settings {}

    /** Opens key files as a starting instance does, each at the same moment as the other starters, and prints the keys. */
    static final class Starter {
        public static void main(String[] args) {
            long start = Long.parseLong(args[1]);
            for (int round = 0; round < Integer.parseInt(args[2]); round++) {
                while (System.currentTimeMillis() < start + 10L * round) {
                    Thread.onSpinWait();
                }
                KeyFile file = new KeyFile(Path.of(args[0], "round-" + round, "key"));
                System.out.println("key " + file.readOrCreate().reveal());
            }
        }
    }
}
