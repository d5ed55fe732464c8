package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Health, on a port of its own, and nothing else about the inside of the service. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HealthTest {
    private RunningService service;

    @BeforeAll
    void start(@TempDir Path directory) {
        service = RunningService.start(directory);
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness"})
    void healthIsAnsweredOnTheManagementPortWithoutAToken(String path) {
        ApiClient.Answer answer = ApiClient.with(service.management(), null).send("GET", path, null);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("status").textValue()).isEqualTo("UP");
        assertThat(answer.json().has("components")).isFalse();
    }

    @Test
    void healthIsNotOnTheApisPort() {
        assertThat(service.base()).isNotEqualTo(service.management());
        for (ApiClient client : new ApiClient[] {ApiClient.with(service.base(), null), service.api()}) {
            ApiClient.Answer answer = client.send("GET", "/actuator/health", null);

            assertThat(answer.status()).isIn(401, 404);
            assertThat(answer.text()).doesNotContain("UP");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "env",
                "heapdump",
                "threaddump",
                "camelroutes",
                "camel",
                "beans",
                "configprops",
                "loggers",
                "mappings",
                "quartz",
                "flyway",
                "metrics",
                "httpexchanges",
                "shutdown"
            })
    void nothingElseIsExposed(String endpoint) {
        for (String method : new String[] {"GET", "POST"}) {
            assertThat(ApiClient.with(service.management(), null)
                            .send(method, "/actuator/" + endpoint, null)
                            .status())
                    .isEqualTo(404);
        }
    }

    @Test
    void metricsAreThereForPrometheus() {
        ApiClient nobody = ApiClient.with(service.management(), null);

        assertThat(nobody.send("GET", "/actuator/prometheus", null).text()).contains("jvm_memory_used_bytes");
        assertThat(nobody.send("GET", "/actuator/info", null).status()).isEqualTo(200);
        for (String path : new String[] {"prometheus", "info"}) {
            ApiClient.Answer answer = service.api().send("GET", "/actuator/" + path, null);
            assertThat(answer.status()).isIn(401, 404);
            assertThat(answer.text()).doesNotContain("jvm_memory");
        }
    }

    @Test
    void theApiIsNotOnTheManagementPort() {
        ApiClient.Answer answer = ApiClient.with(service.management(), null)
                .send("GET", "/api/v1/secret-syncs?projectId=" + service.project.id(), null);

        assertThat(answer.status()).isIn(401, 404);
    }
}
