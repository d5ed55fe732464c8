package ai.hanzo.kms.secretsync;

import static ai.hanzo.kms.secretsync.Operations.SYNCS;
import static ai.hanzo.kms.secretsync.Operations.manual;
import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.emulator.ForeignSecret;
import ai.hanzo.kms.secretsync.emulator.SecretsManagerEmulator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** One sync for several places: each is kept right by itself, and the sync says how all of them stand. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DestinationsTest {
    private static final String DUBLIN = "eu-west-1";
    private static final String OTHER_ACCOUNT = "222222222222";
    private static int folders;

    private RunningService service;
    private Operations operations;
    private String connection;
    private String otherConnection;
    private String name;

    @BeforeAll
    void start(@TempDir Path directory) {
        service = RunningService.start(directory, Map.of("SECRET_SYNC_POLL_INTERVAL", "1s"));
        operations = new Operations(service);
        connection = service.connection();
        service.aws.addAccessKey("AKIAOTHERACCOUNTXMPL", "secret", OTHER_ACCOUNT);
        otherConnection = service.api()
                .post(
                        "/api/v1/app-connections/aws",
                        Map.of(
                                "name",
                                "other-account",
                                "method",
                                "access-key",
                                "projectId",
                                service.project.id(),
                                "credentials",
                                Map.of("accessKeyId", "AKIAOTHERACCOUNTXMPL", "secretAccessKey", "secret")))
                .at("/appConnection/id")
                .textValue();
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @BeforeEach
    void folder() {
        name = "places-" + ++folders;
        operations.folder(name, Map.of("A", "1"));
        service.aws.clearFaults();
    }

    private static Map<String, Object> place(String region) {
        return new HashMap<>(Map.of("region", region));
    }

    private Map<String, Object> otherAccount() {
        return new HashMap<>(Map.of("region", RunningService.REGION, "connectionId", otherConnection));
    }

    private Map<String, Object> body(List<Map<String, Object>> additional) {
        Map<String, Object> body = service.oneToOne(connection, "/" + name, name + "/{{secretKey}}");
        body.put("destinationConfig", config(additional));
        return body;
    }

    private static Map<String, Object> config(List<Map<String, Object>> additional) {
        Map<String, Object> config =
                new HashMap<>(Map.of("mappingBehavior", "one-to-one", "region", RunningService.REGION));
        if (additional != null) {
            config.put("additionalDestinations", additional);
        }
        return config;
    }

    private String value(String account, String region, String key) {
        return service.aws
                .secret(account, region, name + "/" + key)
                .filter(secret -> !secret.isDeleted())
                .map(secret -> secret.secretString())
                .orElse(null);
    }

    private String here(String key) {
        return value(SecretsManagerEmulator.ACCOUNT, RunningService.REGION, key);
    }

    private String dublin(String key) {
        return value(SecretsManagerEmulator.ACCOUNT, DUBLIN, key);
    }

    private String there(String key) {
        return value(OTHER_ACCOUNT, RunningService.REGION, key);
    }

    private JsonNode destinations(String id) {
        return service.api().get(SYNCS + id + "/destinations").path("destinations");
    }

    private String destination(String id, int number) {
        return destinations(id).path(number).path("id").textValue();
    }

    private JsonNode awaitEnd(String id) {
        return operations.await(id, "syncStatus");
    }

    private JsonNode run(String id) {
        service.api().post(SYNCS + id + "/sync-secrets", null);
        return awaitEnd(id);
    }

    @Test
    void everyPlaceGetsTheSecretsAndFollowsTheSource() {
        String id = service.create(body(List.of(place(DUBLIN), otherAccount())));

        JsonNode sync = awaitEnd(id);

        assertThat(sync.path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(sync.path("lastSyncedAt").isTextual()).isTrue();
        assertThat(sync.at("/destinationConfig/additionalDestinations").toString())
                .isEqualTo("[{\"region\":\"eu-west-1\"},{\"connectionId\":\"" + otherConnection
                        + "\",\"region\":\"us-east-1\"}]");
        assertThat(List.of(here("A"), dublin("A"), there("A"))).containsExactly("1", "1", "1");
        assertThat(destinations(id)).hasSize(3);
        // A poll may have made them run once more since.
        Operations.await(() -> destinations(id)
                .valueStream()
                .allMatch(each -> each.path("syncStatus").asText().equals("succeeded")));
        assertThat(destination(id, 0)).isEqualTo(id);

        service.kms.setSecret(service.project, "dev", "/" + name, "A", "2");
        Operations.await(() -> "2".equals(here("A")) && "2".equals(dublin("A")) && "2".equals(there("A")));
    }

    @Test
    void theSourceIsReadOnceForAllOfThem() {
        String id = service.create(manual(body(List.of(place(DUBLIN), otherAccount()))));
        service.kms.clearRequests();
        assertThat(run(id).path("syncStatus").textValue()).isEqualTo("succeeded");

        long complete = service.kms.requests().stream()
                .filter(request -> request.path().startsWith("/api/v4/secrets") && request.status() == 200)
                .filter(request -> request.query().contains(name))
                .count();
        assertThat(complete).isEqualTo(1);
    }

    @Test
    void whatFailsAtOnePlaceFailsThereOnlyAndIsToldAsThatOfTheSync() {
        service.aws.putForeign(ForeignSecret.named(name + "/A")
                .in(SecretsManagerEmulator.ACCOUNT, DUBLIN)
                .value("x")
                .owningService("rds"));
        String id = service.create(manual(body(List.of(place(DUBLIN), otherAccount()))));

        JsonNode sync = run(id);

        assertThat(sync.path("syncStatus").textValue()).isEqualTo("failed");
        assertThat(sync.path("lastSyncMessage").textValue())
                .startsWith("eu-west-1: ")
                .contains("is managed by the AWS service rds");
        assertThat(sync.path("lastSyncedAt").isNull()).isTrue();
        assertThat(here("A")).isEqualTo("1");
        assertThat(there("A")).isEqualTo("1");
        assertThat(destinations(id).path(0).path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(destinations(id).path(1).path("syncStatus").textValue()).isEqualTo("failed");
        assertThat(operations
                        .lastRun(destination(id, 1))
                        .at("/outcomes/0/errorCode")
                        .textValue())
                .isEqualTo("OTHER_OWNER");
        JsonNode listed = service.api().get("/api/v1/secret-syncs?projectId=" + service.project.id());
        assertThat(listed.findValuesAsText("id")).contains(id).doesNotContain(destination(id, 1));
        for (JsonNode each : listed.path("secretSyncs")) {
            if (each.path("id").asText().equals(id)) {
                assertThat(each.path("syncStatus").textValue()).isEqualTo("failed");
            }
        }
    }

    @Test
    void thePlanIsThatOfEachPlaceAndDeletionsAreApprovedForAll() {
        Map<String, String> many = new TreeMap<>();
        IntStream.range(0, 15).forEach(i -> many.put("M" + i, "1"));
        operations.folder(name + "-many", many);
        Map<String, Object> body = manual(body(List.of(place(DUBLIN))));
        body.put("secretPath", "/" + name + "-many");
        String id = service.create(body);
        JsonNode plan = operations.plan(id);
        assertThat(plan.path("create")).hasSize(15);
        assertThat(plan.at("/destinations/0/plan/create")).hasSize(15);
        assertThat(plan.at("/destinations/0/region").textValue()).isEqualTo(DUBLIN);
        assertThat(run(id).path("syncStatus").textValue()).isEqualTo("succeeded");

        IntStream.range(0, 14)
                .forEach(i -> service.kms.deleteSecret(service.project, "dev", "/" + name + "-many", "M" + i));
        assertThat(run(id).path("syncStatus").textValue()).isEqualTo("failed");
        assertThat(dublin("M3")).isEqualTo("1");
        assertThat(operations.plan(id).at("/destinations/0/plan/blocked").isNull())
                .isFalse();

        service.api().post(SYNCS + id + "/sync-secrets?approveDeletions=true", null);
        assertThat(awaitEnd(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(here("M3")).isNull();
        assertThat(dublin("M3")).isNull();
        assertThat(dublin("M14")).isEqualTo("1");
    }

    @Test
    void aSyncThatIsNotMadeYetIsPlannedAtEachPlace() {
        service.aws.putForeign(ForeignSecret.named(name + "/GONE")
                .in(SecretsManagerEmulator.ACCOUNT, DUBLIN)
                .value("hidden"));
        Map<String, Object> body = manual(body(List.of(place(DUBLIN), otherAccount())));
        service.aws.clearJournal();

        ApiClient.Answer answer = service.api().send("POST", SYNCS + "plan", body);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).doesNotContain("hidden");
        assertThat(operations.writes()).isEmpty();
        JsonNode plan = answer.json().path("plan");
        assertThat(plan.path("create").toString()).isEqualTo("[\"" + name + "/A\"]");
        assertThat(plan.path("delete")).isEmpty();
        JsonNode dublin = plan.at("/destinations/0");
        assertThat(dublin.path("region").textValue()).isEqualTo(DUBLIN);
        assertThat(dublin.path("connectionId").textValue()).isEqualTo(connection);
        assertThat(dublin.at("/plan/delete").toString()).isEqualTo("[\"" + name + "/GONE\"]");
        assertThat(plan.at("/destinations/1/connectionId").textValue()).isEqualTo(otherConnection);
        assertThat(plan.at("/destinations/1/plan/create")).hasSize(1);
        assertThat(plan.path("destinations")).hasSize(2).noneMatch(each -> each.has("id"));
        JsonNode made = operations.plan(service.create(body));
        assertThat(made.path("destinations")).allMatch(each -> each.has("id"));
        made.path("destinations").forEach(each -> ((ObjectNode) each).remove("id"));
        assertThat(made).isEqualTo(plan);
    }

    @Test
    void aFirstSyncThatIsNotMadeYetIsImportedFromItsFirstPlaceOnly() {
        for (String region : List.of(RunningService.REGION, DUBLIN)) {
            service.aws.putForeign(ForeignSecret.named(name + "/A")
                    .in(SecretsManagerEmulator.ACCOUNT, region)
                    .value("theirs"));
        }
        Map<String, Object> body =
                Operations.importing(manual(body(List.of(place(DUBLIN)))), "import-prioritize-destination");

        JsonNode plan = service.api().post(SYNCS + "plan", body).path("plan");

        assertThat(plan.path("adopt")).hasSize(1);
        assertThat(plan.path("update")).isEmpty();
        assertThat(plan.at("/destinations/0/plan/update").toString()).isEqualTo("[\"" + name + "/A\"]");
        assertThat(operations.plan(service.create(body)).at("/destinations/0/plan"))
                .isEqualTo(plan.at("/destinations/0/plan"));
    }

    @Test
    void aChangeOfThePlacesIsPlannedBeforeItIsMade() {
        String id = service.create(manual(body(List.of(place(DUBLIN)))));
        assertThat(run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        JsonNode before = operations.sync(id);
        JsonNode places = destinations(id);
        Map<String, Object> change = Map.of(
                "destinationConfig",
                body(List.of(otherAccount(), place(DUBLIN))).get("destinationConfig"));

        JsonNode plan = service.api().post(SYNCS + id + "/plan", change).path("plan");

        assertThat(plan.path("unchanged").asInt()).isEqualTo(1);
        assertThat(plan.path("destinations")).hasSize(2);
        assertThat(plan.at("/destinations/0/plan/create")).hasSize(1);
        assertThat(plan.at("/destinations/0").has("id")).isFalse();
        assertThat(plan.at("/destinations/1/plan/unchanged").asInt()).isEqualTo(1);
        assertThat(plan.at("/destinations/1/id").textValue()).isEqualTo(destination(id, 1));
        assertThat(operations.sync(id)).isEqualTo(before);
        assertThat(destinations(id)).isEqualTo(places);
        // What is not said stays, and what is left out goes.
        Map<String, Object> described = Map.of("description", "changed");
        assertThat(service.api().post(SYNCS + id + "/plan", described).at("/plan/destinations"))
                .hasSize(1);
        change = Map.of("destinationConfig", body(List.of()).get("destinationConfig"));
        assertThat(service.api().post(SYNCS + id + "/plan", change).path("plan").has("destinations"))
                .isFalse();
    }

    @Test
    void aPlaceThatIsNotStoredAndCannotBePlannedIsToldAndTheOthersAre() {
        service.aws.removeAccessKey("AKIAOTHERACCOUNTXMPL");
        try {
            JsonNode plan = service.api()
                    .post(SYNCS + "plan", body(List.of(otherAccount(), place(DUBLIN))))
                    .path("plan");
            assertThat(plan.path("create")).hasSize(1);
            assertThat(plan.at("/destinations/0/error").textValue()).contains("credentials");
            assertThat(plan.at("/destinations/0").has("plan")).isFalse();
            assertThat(plan.at("/destinations/1/plan/create")).hasSize(1);
        } finally {
            service.aws.addAccessKey("AKIAOTHERACCOUNTXMPL", "secret", OTHER_ACCOUNT);
        }
    }

    @Test
    void aPlaceThatIsNotStoredHasNoIdToApproveWith() {
        IntStream.range(0, 20)
                .forEach(i -> service.aws.putForeign(ForeignSecret.named(name + "/OLD-" + i)
                        .in(SecretsManagerEmulator.ACCOUNT, DUBLIN)
                        .value("x")));

        JsonNode plan =
                service.api().post(SYNCS + "plan", body(List.of(place(DUBLIN)))).path("plan");

        assertThat(plan.path("blocked").isNull()).isTrue();
        assertThat(plan.at("/destinations/0/plan/blocked/reason").textValue())
                .contains(SYNCS + "{syncId}/sync-secrets?approveDeletions=true");
    }

    @Test
    void aPlaceThatCannotBePlannedIsToldAndTheOthersAre() {
        String id = service.create(manual(body(List.of(otherAccount()))));
        service.aws.deny("ListSecrets");
        try {
            JsonNode of = service.api()
                    .send("GET", SYNCS + destination(id, 1) + "/plan", null)
                    .json();
            assertThat(of.path("message").toString()).contains("ListSecrets");
        } finally {
            service.aws.allow("ListSecrets");
        }
        service.aws.removeAccessKey("AKIAOTHERACCOUNTXMPL");
        try {
            JsonNode plan = operations.plan(id);
            assertThat(plan.path("create")).hasSize(1);
            assertThat(plan.at("/destinations/0/error").textValue()).contains("credentials");
            assertThat(plan.at("/destinations/0/plan").isMissingNode()).isTrue();
        } finally {
            service.aws.addAccessKey("AKIAOTHERACCOUNTXMPL", "secret", OTHER_ACCOUNT);
        }
    }

    @Test
    void aClientThatKnowsNothingOfThemLeavesThemAndAnEmptyListTakesThemOut() {
        String id = service.create(manual(body(List.of(place(DUBLIN)))));
        run(id);
        service.api().patch(SYNCS + id, Map.of("destinationConfig", config(null), "name", name + "-renamed"));
        assertThat(destinations(id))
                .hasSize(2)
                .noneMatch(each -> each.path("isDropped").asBoolean());

        service.api().patch(SYNCS + id, Map.of("destinationConfig", config(List.of())));
        assertThat(operations.sync(id).path("destinationConfig").has("additionalDestinations"))
                .isFalse();
        assertThat(destinations(id).path(1).path("isDropped").booleanValue()).isTrue();
        service.kms.setSecret(service.project, "dev", "/" + name, "A", "2");
        assertThat(run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(here("A")).isEqualTo("2");
        assertThat(dublin("A")).as("what is there stays").isEqualTo("1");
        assertThat(operations.plan(id).has("destinations")).isFalse();

        service.api().patch(SYNCS + id, Map.of("destinationConfig", config(List.of(place(DUBLIN)))));
        assertThat(run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(dublin("A")).isEqualTo("2");
        assertThat(service.aws
                        .secret(SecretsManagerEmulator.ACCOUNT, DUBLIN, name + "/A")
                        .orElseThrow()
                        .versions())
                .as("it went on with its journal")
                .hasSize(2);
    }

    @Test
    void placesThatAreExchangedTakeOverWhatTheOtherHasPutThere() {
        service.kms.setSecret(service.project, "dev", "/" + name, "B", "1");
        String id = service.create(manual(body(List.of(place(DUBLIN)))));
        assertThat(run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        Map<String, Object> exchanged = config(List.of(place(RunningService.REGION)));
        exchanged.put("region", DUBLIN);
        Map<String, Object> change = Map.of("destinationConfig", exchanged);

        JsonNode plan = service.api().post(SYNCS + id + "/plan", change).path("plan");
        service.api().patch(SYNCS + id, change);
        JsonNode sync = run(id);

        assertThat(plan.path("adopt")).hasSize(2);
        assertThat(plan.at("/destinations/0/plan/adopt")).hasSize(2);
        assertThat(plan.path("leftBehind"))
                .allMatch(left -> left.path("state").asText().equals("stays"));
        assertThat(sync.path("syncStatus").textValue()).as(sync.toString()).isEqualTo("succeeded");
        assertThat(versions(RunningService.REGION, "A")).isEqualTo(1);
        assertThat(versions(DUBLIN, "A")).isEqualTo(1);
        assertThat(operations.plan(id).path("leftBehind")).isEmpty();

        service.kms.setSecret(service.project, "dev", "/" + name, "A", "2");
        service.kms.deleteSecret(service.project, "dev", "/" + name, "B");
        assertThat(run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        for (String region : List.of(RunningService.REGION, DUBLIN)) {
            assertThat(value(SecretsManagerEmulator.ACCOUNT, region, "A")).isEqualTo("2");
            assertThat(value(SecretsManagerEmulator.ACCOUNT, region, "B")).isNull();
        }
    }

    private int versions(String region, String key) {
        return service.aws
                .secret(SecretsManagerEmulator.ACCOUNT, region, name + "/" + key)
                .orElseThrow()
                .versions()
                .size();
    }

    @Test
    void aRemovalIsOneFromAllPlacesAndADeletedSyncGoesAfterAllOfThem() {
        String id = service.create(manual(body(List.of(place(DUBLIN), otherAccount()))));
        run(id);
        service.api().patch(SYNCS + id, Map.of("destinationConfig", config(List.of(otherAccount()))));
        assertThat(operations.removed(id).path("removeStatus").textValue()).isEqualTo("succeeded");
        assertThat(here("A")).isNull();
        assertThat(dublin("A")).as("at the one that was taken out, too").isNull();
        assertThat(there("A")).isNull();

        assertThat(run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(there("A")).isEqualTo("1");
        String other = destination(id, 1);
        service.api().delete(SYNCS + id + "?removeSecrets=true");
        Operations.await(() -> service.api().send("GET", SYNCS + id, null).status() == 404);
        assertThat(service.api().send("GET", SYNCS + other, null).status()).isEqualTo(404);
        assertThat(here("A")).isNull();
        assertThat(there("A")).isNull();
    }

    @Test
    void aSyncStaysForAsLongAsSomethingOfItCannotBeRemoved() {
        String id = service.create(manual(body(List.of(otherAccount()))));
        run(id);
        service.aws.removeAccessKey("AKIAOTHERACCOUNTXMPL");
        try {
            service.api().delete(SYNCS + id + "?removeSecrets=true");
            JsonNode sync = operations.await(id, "removeStatus");
            assertThat(sync.path("removeStatus").textValue()).isEqualTo("failed");
            assertThat(sync.path("lastRemoveMessage").textValue()).startsWith("us-east-1 (other-account): ");
            assertThat(here("A")).isEqualTo("1");
        } finally {
            service.aws.addAccessKey("AKIAOTHERACCOUNTXMPL", "secret", OTHER_ACCOUNT);
        }
        service.api().delete(SYNCS + id);
        assertThat(service.api().send("GET", SYNCS + id, null).status()).isEqualTo(404);
        assertThat(there("A")).isEqualTo("1");
    }

    @Test
    void theFirstPlaceIsTheOneThatIsImportedFrom() {
        service.aws.putForeign(ForeignSecret.named(name + "/HERE")
                .in(SecretsManagerEmulator.ACCOUNT, RunningService.REGION)
                .value("h"));
        service.aws.putForeign(ForeignSecret.named(name + "/DUBLIN")
                .in(SecretsManagerEmulator.ACCOUNT, DUBLIN)
                .value("d"));
        String id = service.create(Operations.importing(body(List.of(place(DUBLIN))), "import-prioritize-destination"));
        Operations.await(() -> "h".equals(dublin("HERE")));
        assertThat(operations.inKms(name)).containsEntry("HERE", "h").doesNotContainKey("DUBLIN");
        assertThat(dublin("DUBLIN")).isEqualTo("d");
        assertThat(awaitEnd(id).path("syncStatus").textValue()).isEqualTo("succeeded");

        ApiClient.Answer refused = service.api()
                .send("POST", SYNCS + destination(id, 1) + "/import-secrets?importBehavior=prioritize-source", null);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text()).contains("which as a whole can be imported").contains(id);
    }

    @Test
    void aPauseOfTheSyncIsOneOfAllPlacesAndOnePlaceCanBePausedAlone() {
        String id = service.create(manual(body(List.of(place(DUBLIN)))));
        run(id);
        service.api().post("/api/v1/secret-syncs/pause", Map.of("syncId", id));
        service.kms.setSecret(service.project, "dev", "/" + name, "A", "2");
        service.api().post(SYNCS + id + "/sync-secrets", null);
        assertThat(destinations(id).path(1).path("warnings").toString()).contains("Paused since");
        service.api().post("/api/v1/secret-syncs/resume", Map.of("syncId", id));
        Operations.await(() -> "2".equals(here("A")) && "2".equals(dublin("A")));

        awaitEnd(id);
        service.api().post("/api/v1/secret-syncs/pause", Map.of("syncId", destination(id, 1)));
        service.kms.setSecret(service.project, "dev", "/" + name, "A", "3");
        service.api().post(SYNCS + id + "/sync-secrets", null);
        Operations.await(() -> "3".equals(here("A")));
        assertThat(dublin("A")).isEqualTo("2");
        service.api().post("/api/v1/secret-syncs/resume", Map.of("syncId", destination(id, 1)));
        Operations.await(() -> "3".equals(dublin("A")));
    }

    @Test
    void eachPlaceHasItsKeyAndItsPolicyAndOnlyTheSyncIsChanged() {
        String key = "22222222-0000-4000-8000-000000000001";
        service.aws.addKmsKey(SecretsManagerEmulator.ACCOUNT, DUBLIN, key, "alias/dublin");
        Map<String, Object> dublin = place(DUBLIN);
        dublin.put("keyId", "alias/dublin");
        String id = service.create(manual(body(List.of(dublin))));
        run(id);
        String other = destination(id, 1);
        assertThat(operations.sync(other).path("name"))
                .isEqualTo(operations.sync(id).path("name"));
        assertThat(service.aws
                        .secret(SecretsManagerEmulator.ACCOUNT, DUBLIN, name + "/A")
                        .orElseThrow()
                        .kmsKeyId())
                .isEqualTo("alias/dublin");
        assertThat(service.api().get(SYNCS + other + "/iam-policy").toString())
                .contains(":eu-west-1:", other)
                .doesNotContain(":us-east-1:");
        for (ApiClient.Answer refused : List.of(
                service.api().send("PATCH", SYNCS + other, Map.of("name", "another")),
                service.api().send("DELETE", SYNCS + other, null))) {
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.text()).contains("This is a destination of the sync");
        }
    }

    @Test
    void driftIsCorrectedAtEachPlace() {
        String id = service.create(manual(body(List.of(place(DUBLIN)))));
        run(id);
        service.aws.putForeign(ForeignSecret.named(name + "/A")
                .in(SecretsManagerEmulator.ACCOUNT, DUBLIN)
                .value("theirs"));
        assertThat(run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        assertThat(dublin("A")).isEqualTo("1");
        assertThat(service.aws.secret(name + "/A").orElseThrow().versions()).hasSize(1);
    }

    @Test
    void whatCannotBeADestinationIsRefusedByItsField() {
        Map<String, Object> twice = body(List.of(place(RunningService.REGION), place("eu-nowhere-1")));
        ApiClient.Answer answer = service.api().send("POST", SYNCS.substring(0, SYNCS.length() - 1), twice);
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.text()).contains("[\"destinationConfig\",\"additionalDestinations\",1,\"region\"]");
        ApiClient.Answer same = service.api()
                .send("POST", SYNCS.substring(0, SYNCS.length() - 1), body(List.of(place(RunningService.REGION))));
        assertThat(same.status()).isEqualTo(422);
        assertThat(same.text()).contains("Destinations must differ in connection or region");
        Map<String, Object> copied = body(List.of(place(DUBLIN)));
        RunningService.options(copied).put("replicaRegions", List.of(Map.of("region", DUBLIN)));
        assertThat(service.api()
                        .send("POST", SYNCS.substring(0, SYNCS.length() - 1), copied)
                        .text())
                .contains("A destination must be another region than the replica regions");
        Map<String, Object> unknown = place(DUBLIN);
        unknown.put("connectionId", UUID.randomUUID().toString());
        assertThat(service.api()
                        .send("POST", SYNCS.substring(0, SYNCS.length() - 1), body(List.of(unknown)))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void twoConnectionsToOneAccountDoNotMakeTwoPlaces() {
        String create = SYNCS.substring(0, SYNCS.length() - 1);
        Map<String, Object> same = place(RunningService.REGION);
        same.put("connectionId", service.connection());
        for (String path : List.of(create, SYNCS + "plan")) {
            ApiClient.Answer refused = service.api().send("POST", path, body(List.of(same)));
            assertThat(refused.status()).as(path).isEqualTo(400);
            assertThat(refused.json().path("message").textValue())
                    .startsWith("destinationConfig.additionalDestinations: the connections \"")
                    .endsWith(
                            "both lead to the AWS account 111111111111, and both destinations are in us-east-1. Use another"
                                    + " region, or a connection to another account");
        }
        assertThat(service.api()
                        .get(create + "?projectId=" + service.project.id())
                        .toString())
                .doesNotContain(name);

        same.put("region", DUBLIN);
        Map<String, Object> copied = body(List.of(same));
        RunningService.options(copied).put("replicaRegions", List.of(Map.of("region", "ap-southeast-2")));
        assertThat(service.api()
                        .send("POST", create, copied)
                        .json()
                        .path("message")
                        .textValue())
                .contains("both destinations would be copied to the same replica regions");
        String id = service.create(manual(body(List.of(same))));
        same.put("region", RunningService.REGION);
        ApiClient.Answer moved =
                service.api().send("PATCH", SYNCS + id, Map.of("destinationConfig", config(List.of(same))));
        assertThat(moved.status()).isEqualTo(400);
        assertThat(destinations(id)).hasSize(2);
    }

    @Test
    void aConnectionThatAPlaceUsesIsNotDeleted() {
        String id = service.create(manual(body(List.of(otherAccount()))));
        ApiClient.Answer refused = service.api().send("DELETE", "/api/v1/app-connections/aws/" + otherConnection, null);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(Optional.of(id)).isPresent();
    }
}
