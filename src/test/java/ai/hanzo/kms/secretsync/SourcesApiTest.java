package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.devkms.Fault;
import ai.hanzo.kms.secretsync.devkms.Grant;
import ai.hanzo.kms.secretsync.devkms.LoggedRequest;
import ai.hanzo.kms.secretsync.devkms.Project;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What somebody who makes a sync picks its source from: projects, environments, folders. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SourcesApiTest {
    private static final String PROJECTS = "/api/v1/secret-syncs/projects";

    private final OidcIssuerServer issuer = new OidcIssuerServer();
    private RunningService service;
    private Project other;

    @BeforeAll
    void start(@TempDir Path directory) {
        service = RunningService.start(
                directory,
                Map.of(
                        "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_ISSUER_URI",
                        issuer.uri().toString(),
                        "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_AUDIENCES",
                        OidcIssuerServer.AUDIENCE));
        other = service.kms.addProject(service.organization, "Accounts", "accounts", "prod");
        service.regrant(Grant.write(service.project), Grant.write(other));
        service.kms.addFolder(service.project, "dev", "/web");
        service.kms.addFolder(service.project, "dev", "/app/worker");
        service.kms.addFolder(service.project, "dev", "/app/api");
        service.kms.setSecret(service.project, "dev", "/app", "HIDDEN_KEY", "hidden");
    }

    @AfterAll
    void stop() {
        service.close();
        issuer.close();
    }

    private ApiClient byOidc(String... projects) {
        return ApiClient.with(
                service.base(),
                issuer.token(claims -> claims.claim("roles", "viewer").claim("projects", List.of(projects))));
    }

    private String folders(String path) {
        return "/api/v1/secret-syncs/folders?projectId=" + service.project.id() + "&environment=dev&path=" + path;
    }

    @Test
    void aCallerSeesTheProjectsThatTheKmsShowsThem() throws Exception {
        JsonNode expected = JsonMapper.builder().build().readTree("""
                {"projects":[{"id":"%s","name":"Shop","slug":"shop","environments":[
                {"id":"%s","slug":"dev","name":"Development"},{"id":"%s","slug":"prod","name":"Production"}]}]}
                """.formatted(
                        service.project.id(),
                        service.project.environment("dev").id(),
                        service.project.environment("prod").id()));

        assertThat(service.api().get(PROJECTS)).isEqualTo(expected);
    }

    @Test
    void aCallerByOidcSeesThoseOfTheirToken() {
        assertThat(names(byOidc(other.id()))).containsExactly("Accounts");
        assertThat(names(byOidc("*"))).containsExactly("Accounts", "Shop");
        assertThat(names(byOidc())).isEmpty();
    }

    private static List<String> names(ApiClient caller) {
        List<String> names = new ArrayList<>();
        caller.get(PROJECTS)
                .path("projects")
                .forEach(project -> names.add(project.path("name").textValue()));
        return names;
    }

    @Test
    void foldersAreNamedOneLevelAtATime() throws Exception {
        service.kms.clearRequests();

        assertThat(service.api().get(folders("/")).toString())
                .isEqualTo("{\"folders\":[{\"name\":\"app\",\"path\":\"/app\"},{\"name\":\"web\",\"path\":\"/web\"}]}");
        for (String path : List.of("/app", "/app/", "%2Fapp")) {
            assertThat(service.api().get(folders(path)).toString())
                    .isEqualTo("{\"folders\":[{\"name\":\"api\",\"path\":\"/app/api\"},"
                            + "{\"name\":\"worker\",\"path\":\"/app/worker\"}]}");
        }
        assertThat(service.api().get(folders("/app/api")).path("folders")).isEmpty();
        assertThat(service.kms.requests())
                .as("no secret is read for it")
                .filteredOn(request -> RunningService.CALLER_ID.equals(request.identity()))
                .extracting(LoggedRequest::path)
                .containsOnly("/api/v2/folders", "/api/v1/projects/" + service.project.id());
    }

    @Test
    void withoutAPathItIsTheRoot() {
        assertThat(service.api().get(folders("/").replace("&path=/", "")))
                .isEqualTo(service.api().get(folders("/")));
    }

    @ParameterizedTest
    @CsvSource({"dev,/nowhere", "dev,/app/app", "dev,/web/app", "nowhere,/", "dev,/../app"})
    void whatIsNotThereIsToldSo(String environment, String path) {
        ApiClient.Answer answer = service.api().send("GET", folders(path).replace("=dev", "=" + environment), null);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("message").textValue())
                .isEqualTo("Could not find folder with path \"" + path + "\" in environment \"" + environment
                        + "\" for project with ID \"" + service.project.id() + "\"");
    }

    @Test
    void foldersAreForWhomTheKmsShowsThemTo() {
        service.kms.addIdentity("stranger", "stranger-secret", Grant.write(other));
        ApiClient stranger = ApiClient.login(service.base(), "stranger", "stranger-secret");

        assertThat(stranger.send("GET", folders("/"), null).status()).isEqualTo(403);
        assertThat(byOidc(other.id()).send("GET", folders("/"), null).status()).isEqualTo(403);
        assertThat(byOidc(service.project.id()).get(folders("/app")).path("folders"))
                .hasSize(2);
    }

    @Test
    void aKmsInTroubleIsNoEmptyFolder() {
        service.kms.failNext(100, "/api/v2/folders", Fault.status(500));
        service.kms.failNext(100, "/api/v1/folders", Fault.status(500));
        try {
            assertThat(service.api().send("GET", folders("/"), null).status()).isEqualTo(503);
        } finally {
            service.kms.clearFaults();
        }
    }

    @Test
    void mistakesAreToldByField() {
        ApiClient.Answer answer =
                service.api().send("GET", "/api/v1/secret-syncs/folders?environment=No_Slug&path=", null);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().path("message").findValues("path").toString())
                .isEqualTo("[[\"projectId\"], [\"environment\"], [\"path\"]]");
    }
}
