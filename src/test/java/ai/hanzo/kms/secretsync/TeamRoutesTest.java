package ai.hanzo.kms.secretsync;

import static ai.hanzo.kms.secretsync.Operations.manual;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.errorhandler.NoErrorHandlerDefinition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a team's routes can do to a run by failing, by not answering, and by going away: end it, and never let it lose something. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TeamRoutesTest {
    private static final String MARKER = "MARKER-value";

    private RunningService service;
    private Operations operations;
    private String connection;
    private Path routes;

    /** Written without an error handler of their own, as somebody may who has not read all of it. Each fails for one sync. */
    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        routes = directory.resolve("team.camel.yaml");
        Files.writeString(routes, """
                - route:
                    id: team-source
                    from:
                      uri: direct:source-key
                      steps:
                        - choice:
                            when:
                              - simple: ${variable.sync.name} == 'bad-source' && ${body} == 'B'
                                steps:
                                  - throwException:
                                      exceptionType: java.lang.IllegalStateException
                                      message: not in the freeze window
                              - simple: ${variable.sync.name} == 'bad-expression'
                                steps:
                                  - setBody:
                                      simple: ${body.nosuch}
                              - simple: ${variable.sync.name} == 'import' && ${body} == 'A'
                                steps:
                                  - setBody:
                                      simple: A2
                - route:
                    id: team-deletions
                    from:
                      uri: direct:before-deletions
                      steps:
                        - choice:
                            when:
                              - simple: ${variable.sync.name} == 'bad-deletions'
                                steps:
                                  - throwException:
                                      exceptionType: java.io.IOException
                                      message: MARKER-message
                              - simple: ${variable.sync.name} == 'deletes'
                                steps:
                                  - setBody:
                                      constant: approved
                              - simple: ${variable.sync.name} == 'asks'
                                steps:
                                  - setBody:
                                      constant: "Ask the\\n  change board"
                                  - convertBodyTo:
                                      type: java.io.InputStream
                - route:
                    id: team-change
                    from:
                      uri: direct:before-change
                      steps:
                        - choice:
                            when:
                              - simple: ${variable.sync.name} == 'bad-change' && ${body.name} == 'bad-change/B'
                                steps:
                                  - throwException:
                                      exceptionType: java.io.IOException
                                      message: MARKER-message
                              - simple: ${variable.sync.name} == 'bad-use' && ${body.secret.value.reveal.nosuch} == 'x'
                                steps:
                                  - stop: {}
                - route:
                    id: team-after
                    from:
                      uri: direct:after-sync
                      steps:
                        - choice:
                            when:
                              - simple: ${variable.sync.name} == 'bad-after'
                                steps:
                                  - throwException:
                                      exceptionType: java.io.IOException
                                      message: MARKER-message
                - route:
                    id: team-mapping
                    from:
                      uri: direct:mapping-mine
                      steps:
                        - choice:
                            when:
                              - simple: ${variable.sync.name} == 'bad-mapping'
                                steps:
                                  - throwException:
                                      exceptionType: java.io.IOException
                                      message: MARKER-message
                        - to: direct:one-to-one
                """);
        service = RunningService.start(directory, Map.of("EXTRA_ROUTES", "file:" + routes));
        operations = new Operations(service);
        connection = service.connection();
    }

    @AfterAll
    void stop() {
        service.close();
    }

    /** In Camel's own error handler it would be logged, with the message of a library. */
    @Test
    void aRouteThatNamesNoConfigurationHasTheOneForSuchRoutes() {
        ModelCamelContext camel = service.context().getBean(ModelCamelContext.class);

        for (RouteDefinition route : camel.getRouteDefinitions()) {
            if (route.getRouteConfigurationId() == null) {
                assertThat(route.getAppliedRouteConfigurationIds())
                        .as(route.getRouteId())
                        .containsExactly("*");
                assertThat(route.getErrorHandlerFactory())
                        .as(route.getRouteId())
                        .isInstanceOf(NoErrorHandlerDefinition.class);
            } else {
                assertThat(route.getAppliedRouteConfigurationIds())
                        .as(route.getRouteId())
                        .doesNotContain("*");
            }
        }
        assertThat(camel.getRouteDefinition("team-change").getRouteConfigurationId())
                .isNull();
    }

    @Test
    void aRouteThatFailsForAKeyEndsTheRunAndNothingIsWritten() {
        String id = synced("bad-source");

        JsonNode sync = service.run(id);

        assertThat(sync.path("syncStatus").textValue()).isEqualTo("failed");
        assertThat(sync.path("lastSyncMessage").textValue())
                .contains("direct:source-key", "team.camel.yaml:", "not in the freeze window");
        assertThat(names("bad-source")).isEmpty();
    }

    /** An expression that cannot be evaluated, in a split of the service's, and a condition that reads a value. */
    @Test
    void theStepThatFailsIsToldByItsLine() throws IOException {
        String expression = synced("bad-expression");
        String use = synced("bad-use");

        assertThat(service.run(expression).path("lastSyncMessage").textValue())
                .endsWith("(team.camel.yaml:" + line("uri: direct:source-key") + ") failed at team.camel.yaml:"
                        + (line("${body.nosuch}") - 1) + ": RuntimeBeanExpressionException");
        assertThat(service.run(use).path("lastSyncMessage").textValue())
                .contains(") failed at team.camel.yaml:" + (line("uri: direct:before-change") + 2) + ": ")
                .doesNotContain("MARKER");
        assertThat(names("bad-use")).isEmpty();
    }

    /** The line that has a text, counted from 1. */
    private int line(String text) throws IOException {
        List<String> lines = Files.readAllLines(routes);
        return lines.indexOf(lines.stream()
                        .filter(line -> line.contains(text))
                        .findFirst()
                        .orElseThrow())
                + 1;
    }

    @Test
    void aSourceWithOtherKeysIsNotImportedInto() {
        Map<String, Object> sync = named("import", "one-to-one");
        operations.folder("import", Map.of("A", MARKER));
        String id = service.create(Operations.importing(sync, "import-prioritize-source"));

        JsonNode failed = service.run(id);

        assertThat(failed.path("lastSyncMessage").textValue()).contains("direct:source-key", "overwrite-destination");
        assertThat(operations.inKms("import")).containsOnlyKeys("A");
    }

    @Test
    void deletionsNeedTheWordApproved() {
        for (String name : new String[] {"says-nothing", "asks", "bad-deletions", "deletes"}) {
            String id = synced(name);
            service.run(id);
            service.kms.deleteSecret(service.project, "dev", "/" + name, "B");

            JsonNode sync = service.run(id);

            boolean deletes = name.equals("deletes");
            assertThat(sync.path("syncStatus").textValue()).as(name).isEqualTo(deletes ? "succeeded" : "failed");
            assertThat(names(name).contains(name + "/B")).as(name).isNotEqualTo(deletes);
            if (name.equals("asks")) {
                assertThat(sync.path("lastSyncMessage").textValue())
                        .contains("asks/B", "stays until that is approved: Ask the change board");
            }
        }
    }

    @Test
    void aRouteThatFailsForAChangeKeepsBackThatChangeOnly() {
        String id = synced("bad-change");

        JsonNode sync = service.run(id);

        assertThat(sync.path("lastSyncMessage").textValue())
                .contains("bad-change/B", "direct:before-change", "team.camel.yaml", "IOException")
                .doesNotContain("MARKER");
        assertThat(names("bad-change")).isEqualTo("bad-change/A");
    }

    @Test
    void aRouteThatFailsAfterASyncLeavesItsOutcomes() {
        String id = synced("bad-after");

        JsonNode sync = service.run(id);

        assertThat(sync.path("syncStatus").textValue()).isEqualTo("failed");
        assertThat(sync.path("lastSyncMessage").textValue())
                .contains("direct:after-sync", "IOException")
                .doesNotContain("MARKER");
        assertThat(operations.lastRun(id).path("outcomes").toString()).contains("bad-after/A", "bad-after/B");
        assertThat(names("bad-after")).isEqualTo("bad-after/A,bad-after/B");
    }

    @Test
    void aSyncMayNameTheMappingBehaviorsThatThereAre() {
        Map<String, Object> sync = named("unknown-mapping", "yours");
        ApiClient.Answer answer = service.api().send("POST", "/api/v1/secret-syncs/aws-secrets-manager", sync);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().at("/message/0/message").textValue())
                .isEqualTo("Invalid discriminator value. Expected 'one-to-one' | 'many-to-one' | 'mine'");
        assertThat(answer.json().at("/message/0/options/2").textValue()).isEqualTo("mine");
        operations.folder("known-mapping", Map.of("A", MARKER));
        String id = service.create(named("known-mapping", "mine"));
        assertThat(service.api()
                        .send(
                                "PATCH",
                                Operations.SYNCS + id,
                                Map.of("destinationConfig", Map.of("mappingBehavior", "yours", "region", "us-east-1")))
                        .status())
                .isEqualTo(422);
    }

    @Test
    void aMappingThatFailsOrIsGoneEndsTheRunAndNothingIsDeleted() throws Exception {
        operations.folder("bad-mapping", Map.of("A", MARKER));
        String bad = service.create(named("bad-mapping", "mine"));
        assertThat(service.run(bad).path("lastSyncMessage").textValue())
                .contains("direct:mapping-mine", "IOException")
                .doesNotContain("MARKER");

        operations.folder("gone", Map.of("A", MARKER, "B", MARKER));
        String id = service.create(named("gone", "mine"));
        assertThat(service.run(id).path("syncStatus").textValue()).isEqualTo("succeeded");
        service.kms.deleteSecret(service.project, "dev", "/gone", "B");
        service.restart(Map.of("EXTRA_ROUTES", ""));

        assertThat(service.run(id).path("lastSyncMessage").textValue())
                .contains("There is no mapping behavior \"mine\" any more", "direct:mapping-mine", "EXTRA_ROUTES");
        assertThat(names("gone")).isEqualTo("gone/A,gone/B");
        assertThat(service.api()
                        .send("POST", Operations.SYNCS + id + "/remove-secrets", null)
                        .status())
                .isEqualTo(200);
        assertThat(operations.await(id, "removeStatus").path("removeStatus").textValue())
                .isEqualTo("failed");
        assertThat(names("gone")).isEqualTo("gone/A,gone/B");

        // Files may name it too, as soon as it is there.
        Path file = Files.writeString(
                routes.resolveSibling("team-syncs.yaml"), """
                syncs:
                  - name: of-a-file
                    projectId: %s
                    connectionId: %s
                    environment: dev
                    secretPath: /gone
                    isAutoSyncEnabled: false
                    syncOptions: {initialSyncBehavior: overwrite-destination, keySchema: "of-a-file/{{secretKey}}"}
                    destinationConfig: {mappingBehavior: mine, region: us-east-1}
                """.formatted(service.project.id(), connection));
        service.restart(Map.of("EXTRA_ROUTES", "file:" + routes, "SECRET_SYNC_FILES", file.toString()));
        // The team's route does not approve the deletion, but it is planned again.
        assertThat(service.run(id).path("lastSyncMessage").textValue())
                .contains("gone/B", "stays until a route from direct:before-deletions approves it");
        assertThat(service.api()
                        .get("/api/v1/secret-syncs?projectId=" + service.project.id())
                        .toString())
                .contains("\"of-a-file\"");
        assertThat(service.context().getBean(CamelContext.class).getRoute("team-mapping"))
                .isNotNull();
    }

    /** A sync that has not run yet, of two secrets. */
    private String synced(String name) {
        operations.folder(name, Map.of("A", MARKER, "B", MARKER));
        return service.create(named(name, "one-to-one"));
    }

    private Map<String, Object> named(String name, String mappingBehavior) {
        Map<String, Object> sync = manual(service.oneToOne(connection, "/" + name, name + "/{{secretKey}}"));
        sync.put("name", name);
        sync.put("destinationConfig", Map.of("mappingBehavior", mappingBehavior, "region", RunningService.REGION));
        return sync;
    }

    /** What is in AWS of a sync, and not deleted. */
    private String names(String name) {
        return service.aws.secrets().stream()
                .filter(secret -> secret.name().startsWith(name + "/") && !secret.isDeleted())
                .map(secret -> secret.name())
                .sorted()
                .reduce((one, other) -> one + "," + other)
                .orElse("");
    }
}
