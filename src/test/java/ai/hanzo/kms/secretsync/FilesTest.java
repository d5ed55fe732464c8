package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.hanzo.kms.secretsync.devkms.Fault;
import ai.hanzo.kms.secretsync.emulator.Secret;
import ai.hanzo.kms.secretsync.emulator.SecretsManagerEmulator;
import ai.hanzo.kms.secretsync.files.FileMistakesException;
import ai.hanzo.kms.secretsync.files.Mistake;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Connections and syncs as files. */
@ExtendWith(OutputCaptureExtension.class)
class FilesTest {
    private static final String FILES = "SECRET_SYNC_FILES";
    private static final String ROLE = "arn:aws:iam::" + SecretsManagerEmulator.ACCOUNT + ":role/secret-sync";

    @TempDir
    private Path directory;

    private RunningService service;

    @BeforeEach
    void start() {
        service = RunningService.start(directory, Map.of("SECRET_SYNC_FILES_RETRY_INTERVAL", "200ms"));
        write("key-id", SecretsManagerEmulator.ACCESS_KEY_ID + "\n");
        write("key", SecretsManagerEmulator.SECRET_ACCESS_KEY + "\n");
        service.kms.setSecrets(service.project, "dev", "/app", Map.of("A", "value-of-a"));
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private Path write(String name, String text) {
        try {
            return Files.writeString(directory.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String connection(String name) {
        return """
                  - name: %s
                    projectId: %s
                    method: access-key
                    credentials:
                      accessKeyId: {file: %s}
                      secretAccessKey: {file: %s}
                """.formatted(name, service.project.id(), directory.resolve("key-id"), directory.resolve("key"));
    }

    private String sync(String name, String keySchema) {
        return """
                  - name: %s
                    projectId: %s
                    connectionName: files
                    environment: dev
                    secretPath: /app
                    syncOptions:
                      initialSyncBehavior: overwrite-destination
                      keySchema: %s
                      tags: [{key: team, value: shop}, {key: area, value: web}]
                    destinationConfig: {mappingBehavior: one-to-one, region: %s}
                """.formatted(name, service.project.id(), keySchema, RunningService.REGION);
    }

    private String usual() {
        return "connections:\n" + connection("files") + "syncs:\n" + sync("shop", "shop/{{secretKey}}");
    }

    private void startWith(String text) {
        write("shop.yaml", text);
        service.restart(Map.of(FILES, directory.resolve("*.yaml").toString()));
    }

    private JsonNode named(String name) {
        return service.api()
                .get("/api/v1/secret-syncs/aws-secrets-manager/sync-name/" + name + "?projectId="
                        + service.project.id())
                .path("secretSync");
    }

    private JsonNode finished(String name) {
        return service.api().awaitSync(named(name).path("id").textValue(), RunningService.PATIENCE);
    }

    private List<String> audited() {
        JsonNode entries = service.api()
                .get("/api/v1/audit?limit=100&projectId=" + service.project.id())
                .path("auditEntries");
        return StreamSupport.stream(entries.spliterator(), false)
                .map(entry -> entry.path("event").textValue() + " by "
                        + entry.path("actor").textValue())
                .toList();
    }

    private List<Mistake> mistakes(String text) {
        Throwable failure = catchThrowable(() -> startWith(text));
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .filter(FileMistakesException.class::isInstance)
                .map(FileMistakesException.class::cast)
                .findFirst()
                .orElseThrow(() -> new AssertionError("The start did not say what is wrong", failure))
                .mistakes();
    }

    private void startWithout() {
        write("shop.yaml", "");
        service.startAgain();
    }

    @Test
    void whatIsInAFileIsMadeAsTheApiMakesItAndRuns() {
        startWith(usual());

        assertThat(finished("shop").path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(service.aws.value("shop/A")).isEqualTo("value-of-a");
        assertThat(audited())
                .contains(
                        "create-app-connection by file:shop.yaml",
                        "create-secret-sync by file:shop.yaml",
                        "secret-sync-sync-secrets by file:shop.yaml");
    }

    @Test
    void copiesPoliciesAndFurtherDestinationsAreAsTheFileSays() {
        String text = usual().replace(
                        "{mappingBehavior: one-to-one, region: " + RunningService.REGION + "}",
                        "{mappingBehavior: one-to-one, region: " + RunningService.REGION
                                + ", additionalDestinations: [{region: eu-west-2}, {connectionName: second, region: eu-central-1}]}")
                .replace(
                        "tags: [",
                        "resourcePolicy: {Version: '2012-10-17',"
                                + " Statement: [{Effect: Allow, Principal: {AWS: 'arn:aws:iam::222222222222:root'}, Action:"
                                + " 'secretsmanager:GetSecretValue', Resource: '*'}]}\n      tags: [")
                .replace("syncs:", connection("second") + "syncs:");
        String copies = sync("copies", "copies/{{secretKey}}")
                .replace("tags: [", "replicaRegions: [{region: eu-west-1}]\n      tags: [");
        startWith(text + copies);

        assertThat(finished("copies").path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(service.aws.secret("copies/A").orElseThrow().replicas())
                .extracting(Secret.Replica::region)
                .containsExactly("eu-west-1");

        assertThat(finished("shop").path("syncStatus").textValue()).isEqualTo("succeeded");
        Secret here = service.aws.secret("shop/A").orElseThrow();
        assertThat(here.resourcePolicy()).contains("222222222222");
        assertThat(service.aws.secret(SecretsManagerEmulator.ACCOUNT, "eu-west-2", "shop/A"))
                .isPresent();
        JsonNode additional = named("shop").at("/destinationConfig/additionalDestinations");
        assertThat(additional).hasSize(2);
        assertThat(additional.at("/1/connectionId").isTextual()).isTrue();
        int audited = audited().size();
        service.restart(Map.of());
        assertThat(audited()).as("nothing differs").hasSize(audited);

        startWith(usual());
        assertThat(named("shop").path("destinationConfig").has("additionalDestinations"))
                .isFalse();
        assertThat(mistakes(text.replace("connectionName: second", "connectionName: third")))
                .extracting(Mistake::toString)
                .anyMatch(mistake -> mistake.contains("The project has no connection \"third\""));
        startWithout();
    }

    @Test
    void whereNothingChangedNothingIsWrittenNobodyIsAskedAndNothingRuns() {
        startWith(usual().replace("environment:", "isAutoSyncEnabled: false\n    environment:"));
        JsonNode before = named("shop");
        List<String> audited = audited();
        service.stop();
        service.kms.clearRequests();
        service.aws.clearJournal();

        service.startAgain();

        assertThat(named("shop")).isEqualTo(before);
        assertThat(audited()).isEqualTo(audited);
        assertThat(service.aws.journal()).isEmpty();
        assertThat(service.kms.requests())
                .noneMatch(request -> request.toString().contains("folders"));
    }

    @Test
    void whatChangedIsUpdatedAndWhatTheApiChangedIsPutBack() {
        startWith(usual());
        String id = finished("shop").path("id").textValue();

        startWith(usual().replace("shop/{{secretKey}}", "new/{{secretKey}}"));
        assertThat(finished("shop").path("id").textValue()).isEqualTo(id);
        assertThat(service.aws.value("new/A")).isEqualTo("value-of-a");
        assertThat(audited()).containsOnlyOnce("update-secret-sync by file:shop.yaml");

        service.api().patch("/api/v1/secret-syncs/aws-secrets-manager/" + id, Map.of("description", "by hand"));
        service.restart(Map.of());
        assertThat(named("shop").path("description").isNull()).isTrue();
    }

    @Test
    void otherCredentialsAreStoredAndTheSameAreNot() {
        startWith(usual());
        finished("shop");
        String hash = hash();
        service.aws.addAccessKey("AKIAOTHER00000000000", "other/secret", SecretsManagerEmulator.ACCOUNT);
        write("key-id", "AKIAOTHER00000000000");
        write("key", "other/secret");

        service.restart(Map.of());

        assertThat(hash()).isNotEqualTo(hash);
        assertThat(audited()).containsOnlyOnce("update-app-connection by file:shop.yaml");
        JsonNode sync = finished("shop");
        assertThat(sync.path("syncStatus").textValue()).as("%s", sync).isEqualTo("succeeded");
    }

    private String hash() {
        return service.api()
                .get("/api/v1/app-connections/aws/connection-name/files?projectId=" + service.project.id())
                .at("/appConnection/credentialsHash")
                .textValue();
    }

    @Test
    void aSyncOfTheNameThatTheApiMadeIsTakenOver() {
        Map<String, Object> byHand = service.oneToOne(service.connection(), "/app", "hand/{{secretKey}}");
        byHand.put("name", "shop");
        String id = service.created(byHand).path("id").textValue();

        startWith(usual());

        assertThat(finished("shop").path("id").textValue()).isEqualTo(id);
        assertThat(service.aws.value("shop/A")).isEqualTo("value-of-a");
    }

    @Test
    void whatIsInNoFileAnyMoreStaysAndIsTold(CapturedOutput output) {
        startWith(usual());
        JsonNode before = finished("shop");

        startWith("connections:\n" + connection("files"));

        assertThat(named("shop").path("updatedAt")).isEqualTo(before.path("updatedAt"));
        assertThat(output.getAll())
                .contains("The sync \"shop\" of project " + service.project.id() + " was made by shop.yaml")
                .doesNotContain("The connection \"files\" of project");
    }

    @Test
    void aKmsThatDoesNotAnswerPutsItOffAndNothingElse() {
        service.stop();
        write("shop.yaml", usual());
        // Whom the service is asked by can log in all the same.
        service.kms.failNext(1_000_000, "/api/v1/projects", Fault.status(503));
        service.kms.failNext(1_000_000, "/api/v1/workspace", Fault.status(503));

        service.restart(Map.of(FILES, directory.resolve("*.yaml").toString()));

        assertThat(count("secret_sync")).isZero();
        assertThat(count("app_connection")).isZero();
        service.kms.clearFaults();
        Operations.await(() -> count("secret_sync") == 1);
        assertThat(finished("shop").path("syncStatus").textValue()).isEqualTo("succeeded");
    }

    private int count(String table) {
        return service.context()
                .getBean(org.springframework.jdbc.core.simple.JdbcClient.class)
                .sql("select count(*) from " + table)
                .query(Integer.class)
                .single();
    }

    @Test
    void allMistakesAreToldAtOnceAndNothingIsDone(CapturedOutput output) {
        String project = service.project.id();
        String literal = "Written-Down-Secret";
        String text = """
                connections:
                  - {name: one, projectId: %1$s, method: access-key,
                     credentials: {accessKeyId: {env: NOT_SET_ANYWHERE}, secretAccessKey: %2$s}}
                  - {name: two, projectId: %1$s, method: access-key,
                     credentials: {accessKeyId: {file: /nowhere}, secretAccessKey: {vault: x}}}
                  - {name: three, method: assume-role, credentials: {roleArn: %3$s}}
                  - {name: four, projectId: %1$s, method: assume-role, credentials: {}}
                  - {name: four, projectId: %1$s, method: assume-role, credentials: {roleArn: %3$s}}
                  - {name: four, projectId: %1$s, method: assume-role, credentials: {roleArn: %3$s}}
                  - nonsense
                syncs:
                  - {name: Shop, projectId: %1$s, environment: dev, secretPath: /app, region: us-east-1,
                     syncOptions: {initialSyncBehavior: overwrite-destination, keySchema: nothing, keyschema: x},
                     destinationConfig: {mappingBehavior: one-to-one, region: nowhere}}
                nothing: 1
                """.formatted(project, literal, ROLE);

        assertThat(mistakes(text))
                .extracting(mistake -> mistake.place() + ": " + mistake.reason())
                .satisfiesExactlyInAnyOrder(
                        said("connections[0].credentials.accessKeyId", "NOT_SET_ANYWHERE is not set"),
                        said("connections[0].credentials.secretAccessKey", "must not stand here itself"),
                        said("connections[1].credentials.accessKeyId", "/nowhere cannot be read"),
                        said("connections[1].credentials.secretAccessKey", "no reference"),
                        said("connections[2].projectId", "Required"),
                        said("connections[3].credentials.roleArn", "Required"),
                        said("connections[5].name", "another of this name", "connections[4]"),
                        said("connections[6]", "must have fields"),
                        said("syncs[0].region", "no such field"),
                        said("syncs[0].syncOptions.keyschema", "no such field", "keySchema"),
                        said("syncs[0].connectionName", "Give the name"),
                        said("syncs[0].name", "lowercase"),
                        said("syncs[0].syncOptions.keySchema", "exactly one {{secretKey}}"),
                        said("syncs[0].destinationConfig.region", "Invalid enum value"),
                        said("nothing", "no such field"));
        assertThat(output.getAll()).doesNotContain(literal);
        assertThat(output.getAll().lines().filter(line -> line.contains("Cannot start: ")))
                .hasSize(15);
        startWithout();
        assertThat(count("app_connection")).isZero();
    }

    private static java.util.function.Consumer<String> said(String... texts) {
        return line -> assertThat(line).startsWith(texts[0] + ": ").contains(texts);
    }

    @Test
    void whatOnlyTheKmsAndAwsKnowToBeWrongLeavesNothingHalfDone() {
        String unseen = usual().replace(service.project.id(), "00000000-0000-4000-8000-00000000ffff");
        assertThat(mistakes(unseen))
                .allSatisfy(mistake -> assertThat(mistake.reason()).endsWith("or correct the id."))
                .extracting(Mistake::place)
                .containsExactly("connections[0].projectId", "syncs[0].projectId");
        startWithout();
        String literalToo = unseen.replaceFirst("accessKeyId: .*", "accessKeyId: AKIAWRITTENDOWN00000");
        assertThat(mistakes(literalToo))
                .extracting(Mistake::place)
                .as("the KMS is asked once the files are right in themselves")
                .containsExactly("connections[0].credentials.accessKeyId");
        startWithout();

        String noFolder = usual().replace("secretPath: /app", "secretPath: /none");
        assertThat(mistakes(noFolder)).extracting(Mistake::place).containsExactly("syncs[0].secretPath");
        startWithout();

        write("wrong", "a-wrong-key-0000");
        String refused = usual() + "\n";
        refused = refused.replace(
                "syncs:\n",
                connection("wrong").replace(directory.resolve("key") + "}", directory.resolve("wrong") + "}")
                        + "syncs:\n");
        assertThat(mistakes(refused)).singleElement().satisfies(mistake -> {
            assertThat(mistake.place()).isEqualTo("connections[1]");
            assertThat(mistake.reason())
                    .contains("Unable to validate connection")
                    .doesNotContain("a-wrong-key");
        });
        startWithout();
        assertThat(count("app_connection"))
                .as("not even the connection that was right")
                .isZero();
        assertThat(count("audit_entry")).isZero();
    }

    @Test
    void whatIsNotYamlIsToldByPlaceWithoutWhatStandsThere(CapturedOutput output) {
        assertThat(mistakes("connections:\n  - name: 'Written-Down-Secret\n"))
                .singleElement()
                .satisfies(mistake -> assertThat(mistake.reason()).contains("not valid YAML", "line "));
        startWithout();
        assertThat(mistakes("&a [*a]")).singleElement();
        startWithout();
        assertThat(output.getAll()).doesNotContain("Written-Down-Secret");
    }

    @Test
    void aPatternThatFindsNothingIsToldUnlessItIsTheUsualOne() {
        Throwable failure = catchThrowable(() -> service.restart(
                Map.of(FILES, directory.resolve("nowhere/*.yaml").toString())));
        assertThat(failure).hasStackTraceContaining(FILES).hasStackTraceContaining("there is no file");
        service.restart(Map.of(FILES, ""));
    }

    @Test
    void instancesThatStartAtOnceDoItOnce() throws Exception {
        startWith("");
        write("shop.yaml", usual());
        ProducerTemplate routes = service.context().getBean(ProducerTemplate.class);
        int instances = 4;
        CyclicBarrier together = new CyclicBarrier(instances);
        ExecutorService threads = Executors.newFixedThreadPool(instances);
        try {
            Callable<Void> start = () -> {
                together.await();
                routes.sendBody("direct:apply-files-at-start", null);
                return null;
            };
            List<Future<Void>> starts = Stream.generate(() -> threads.submit(start))
                    .limit(instances)
                    .toList();
            for (Future<Void> one : starts) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(finished("shop").path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(audited())
                .containsOnlyOnce("create-app-connection by file:shop.yaml", "create-secret-sync by file:shop.yaml")
                .noneMatch(event -> event.startsWith("update-"));
    }

    @Test
    void theReadmesExampleWorks() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        String example = readme.substring(readme.indexOf("```yaml\nconnections:") + "```yaml\n".length());
        startWith(example.substring(0, example.indexOf("```"))
                .replace("<project id>", service.project.id())
                .replace("{env: PRODUCTION_ACCESS_KEY_ID}", "{file: " + directory.resolve("key-id") + "}")
                .replace("/run/secrets/production", directory.resolve("key").toString()));

        assertThat(finished("shop").path("syncStatus").textValue()).isEqualTo("succeeded");
    }

    @Test
    void theExampleThatIsShippedWorks() throws IOException {
        service.aws.addRole(ROLE, service.project.id());
        service.kms.addFolder(service.project, "prod", "/worker");
        write("legacy", SecretsManagerEmulator.SECRET_ACCESS_KEY);
        System.setProperty("aws.accessKeyId", SecretsManagerEmulator.ACCESS_KEY_ID);
        System.setProperty("aws.secretAccessKey", SecretsManagerEmulator.SECRET_ACCESS_KEY);
        try {
            startWith(Files.readString(Path.of("config/syncs/example.yaml.txt"))
                    .replace("00000000-0000-4000-8000-000000000001", service.project.id())
                    .replace("arn:aws:iam::123456789012:role/secret-sync", ROLE)
                    // Variables cannot be set from within: CommandSyncTest has one.
                    .replace("{env: LEGACY_ACCESS_KEY_ID}", "{file: " + directory.resolve("key-id") + "}")
                    .replace(
                            "/run/secrets/legacy-secret-access-key",
                            directory.resolve("legacy").toString()));

            assertThat(finished("shop").path("syncStatus").textValue()).isEqualTo("succeeded");
            assertThat(named("worker").path("isAutoSyncEnabled").booleanValue()).isFalse();
        } finally {
            System.clearProperty("aws.accessKeyId");
            System.clearProperty("aws.secretAccessKey");
        }
    }
}
