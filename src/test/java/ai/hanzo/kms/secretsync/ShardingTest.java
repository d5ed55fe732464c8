package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.emulator.Call;
import ai.hanzo.kms.secretsync.emulator.Fault;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A JSON object that is too large for one AWS secret, through the routes, into the emulator. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShardingTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private RunningService service;
    private Operations operations;
    private String connection;

    @BeforeAll
    void start(@TempDir Path directory) {
        service = RunningService.start(directory);
        operations = new Operations(service);
        connection = service.connection();
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @AfterEach
    void noFaults() {
        service.aws.clearFaults();
    }

    @Test
    void oneRunDividesAnObjectAndJoinsItAgain() {
        Map<String, String> secrets = secrets("grow", 5);
        String id = created("grow");
        assertThat(service.run(id).path("lastSyncMessage").textValue()).isNull();
        assertThat(written()).endsWith("grow/all").hasSizeGreaterThan(2);
        assertThat(read("grow/all")).isEqualTo(secrets);

        service.kms.setSecret(service.project, "dev", "/grow", "KEY_3", "changed");
        secrets.put("KEY_3", "changed");
        service.aws.clearJournal();
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(written()).singleElement().asString().startsWith("grow/all/shard-");
        assertThat(read("grow/all")).isEqualTo(secrets);

        for (int key : List.of(0, 1, 2, 4)) {
            service.kms.deleteSecret(service.project, "dev", "/grow", "KEY_" + key);
            secrets.remove("KEY_" + key);
        }
        service.aws.clearJournal();
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(written().get(0)).isEqualTo("grow/all");
        assertThat(written().stream().skip(1)).isNotEmpty().allMatch(name -> name.startsWith("grow/all/shard-"));
        assertThat(read("grow/all")).isEqualTo(secrets);
        assertThat(live("grow/all")).containsExactly("grow/all");

        service.aws.clearJournal();
        service.run(id);
        assertThat(written()).isEmpty();
    }

    @Test
    void whileAShardFailsTheIndexStaysAsItWas() {
        Map<String, String> secrets = secrets("fails", 5);
        String id = created("fails");
        service.aws.inject(
                Fault.of(Fault.Kind.ACCESS_DENIED).operation("CreateSecret").times(1));
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("failed");
        assertThat(live("fails/all")).doesNotContain("fails/all");

        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(read("fails/all")).isEqualTo(secrets);
    }

    /** The next run only finds that they are there, which is all that the index waits for. */
    @Test
    void shardsWhoseAnswersWereLostHoldTheIndexUpNoLongerThanThat() {
        Map<String, String> secrets = secrets("lost", 5);
        String id = created("lost");
        service.aws.inject(
                Fault.of(Fault.Kind.DROP_AFTER).operation("CreateSecret").always());
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("failed");
        service.aws.clearFaults();
        assertThat(live("lost/all")).hasSizeGreaterThan(1).doesNotContain("lost/all");

        service.aws.clearJournal();
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(written()).containsExactly("lost/all");
        assertThat(read("lost/all")).isEqualTo(secrets);
    }

    @Test
    void removalTakesAllOfIt() {
        secrets("gone", 5);
        String id = created("gone");
        service.run(id);
        assertThat(live("gone/all")).hasSizeGreaterThan(2);
        assertThat(operations.removed(id).path("removeStatus").textValue()).isEqualTo("succeeded");
        assertThat(live("gone/all")).isEmpty();
    }

    /** What policy a secret has AWS tells only once it is restored: shards and index are restored first, and then written. */
    @Test
    void oneRunRestoresAnObjectAndDividesItOtherwise() {
        secrets("again", 5);
        Map<String, Object> statement = Map.of(
                "Effect",
                "Allow",
                "Principal",
                Map.of("AWS", "arn:aws:iam::222222222222:root"),
                "Action",
                "secretsmanager:GetSecretValue",
                "Resource",
                "*");
        Map<String, Object> sync = sync("again");
        RunningService.options(sync)
                .put("resourcePolicy", Map.of("Version", "2012-10-17", "Statement", List.of(statement)));
        String id = service.create(sync);
        service.run(id);
        List<String> before = live("again/all");
        operations.removed(id);
        Map<String, String> secrets = secrets("again", 12);

        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(live("again/all")).isNotEqualTo(before);
        assertThat(read("again/all")).isEqualTo(secrets);
        service.aws.clearJournal();
        service.run(id);
        assertThat(written()).isEmpty();
    }

    @Test
    void anImportBringsWhatIsInTheShards() {
        Map<String, String> secrets = secrets("back", 5);
        String id = created("back");
        service.run(id);
        service.kms.deleteSecret(service.project, "dev", "/back", "KEY_2");
        service.api()
                .post(
                        "/api/v1/secret-syncs/aws-secrets-manager/" + id
                                + "/import-secrets?importBehavior=prioritize-destination",
                        null);
        assertThat(operations.await(id, "importStatus").path("importStatus").textValue())
                .isEqualTo("succeeded");
        service.run(id);
        assertThat(read("back/all")).isEqualTo(secrets);
    }

    private Map<String, String> secrets(String name, int keys) {
        Map<String, String> secrets = new TreeMap<>();
        for (int i = 0; i < keys; i++) {
            secrets.put("KEY_" + i, String.valueOf((char) ('a' + i)).repeat(30_000));
        }
        service.kms.addFolder(service.project, "dev", "/" + name);
        service.kms.setSecrets(service.project, "dev", "/" + name, secrets);
        return secrets;
    }

    private String created(String name) {
        service.aws.clearJournal();
        return service.create(sync(name));
    }

    private Map<String, Object> sync(String name) {
        Map<String, Object> sync = service.manyToOne(connection, "/" + name, name + "/all");
        sync.put("isAutoSyncEnabled", false);
        RunningService.options(sync).put("sharding", true);
        return sync;
    }

    /** Names that were written or deleted, in the order in which that was. */
    private List<String> written() {
        return service.aws.writes().stream().map(Call::secretName).distinct().toList();
    }

    private Stream<String> liveNames(String name) {
        return service.aws.secrets().stream()
                .filter(secret -> !secret.isDeleted() && secret.name().startsWith(name))
                .map(secret -> secret.name());
    }

    private List<String> live(String name) {
        return liveNames(name).toList();
    }

    /** As the README tells workloads to. */
    private Map<String, String> read(String name) {
        Map<String, String> values = new TreeMap<>();
        JsonNode object = json(name);
        if (object.has("kms-secret-sync/shards")) {
            object.get("kms-secret-sync/shards")
                    .forEach(shard -> json(shard.textValue())
                            .properties()
                            .forEach(member -> values.put(
                                    member.getKey(), member.getValue().textValue())));
        } else {
            object.properties()
                    .forEach(member ->
                            values.put(member.getKey(), member.getValue().textValue()));
        }
        return values;
    }

    private JsonNode json(String name) {
        try {
            return JSON.readTree(service.aws.value(name));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(name + " is no JSON");
        }
    }
}
