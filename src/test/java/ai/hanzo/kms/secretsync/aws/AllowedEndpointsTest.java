package ai.hanzo.kms.secretsync.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.hanzo.kms.secretsync.sync.Rejection;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.awscore.AwsExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.InterceptorContext;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.secretsmanager.model.ListSecretsRequest;

class AllowedEndpointsTest {
    private static void sent(boolean others, String endpoint, String region) {
        ExecutionAttributes attributes =
                new ExecutionAttributes().putAttribute(AwsExecutionAttribute.AWS_REGION, Region.of(region));
        new AllowedEndpoints(others)
                .beforeTransmission(
                        InterceptorContext.builder()
                                .request(ListSecretsRequest.builder().build())
                                .httpRequest(SdkHttpFullRequest.builder()
                                        .method(SdkHttpMethod.POST)
                                        .uri(URI.create(endpoint))
                                        .build())
                                .build(),
                        attributes);
    }

    @ParameterizedTest
    @CsvSource({
        "https://secretsmanager.eu-central-1.amazonaws.com, eu-central-1",
        "https://secretsmanager-fips.us-east-1.amazonaws.com, us-east-1",
        "https://secretsmanager.us-east-1.api.aws, us-east-1",
        "https://secretsmanager.cn-north-1.amazonaws.com.cn, cn-north-1",
        "https://secretsmanager.us-gov-west-1.amazonaws.com, us-gov-west-1",
        "https://vpce-0a1b-2c.sts.eu-west-1.vpce.amazonaws.com, eu-west-1",
        "http://127.0.0.1:4566, eu-central-1",
        "http://localhost:4566, eu-central-1",
        "https://[::1]:4566, eu-central-1",
    })
    void awsIsCalledAndThisMachine(String endpoint, String region) {
        assertThatCode(() -> sent(false, endpoint, region)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://secretsmanager.eu-central-1.amazonaws.com",
                "https://amazonaws.com.example.com",
                "https://secretsmanager.eu-central-1.amazonaws.com.example.com",
                "https://notamazonaws.com",
                "https://10.0.0.5",
                "http://10.0.0.5:4566",
            })
    void anotherHostOnlyIfAnOperatorSaysSo(String endpoint) {
        assertThat(catchThrowable(() -> sent(false, endpoint, "eu-central-1")))
                .isInstanceOf(Rejection.class)
                .hasMessageContainingAll(URI.create(endpoint).getHost(), "SECRET_SYNC_AWS_CLIENT_OTHER_ENDPOINTS");
        assertThatCode(() -> sent(true, endpoint, "eu-central-1")).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://169.254.169.254",
                "https://169.254.169.254",
                "https://2852039166",
                "https://[fd00:ec2::254]",
                "https://[::ffff:169.254.169.254]",
                "https://metadata.google.internal",
                "https://100.100.100.200"
            })
    void metadataIsNeverCalled(String endpoint) {
        for (boolean others : new boolean[] {false, true}) {
            assertThat(catchThrowable(() -> sent(others, endpoint, "eu-central-1")))
                    .isInstanceOf(Rejection.class)
                    .hasMessageContaining("never called");
        }
    }

    @Test
    void everyClientLooks() {
        try (AwsFixture fixture = new AwsFixture(URI.create("http://198.51.100.1:4566"))) {
            Throwable failure = catchThrowable(() -> fixture.clients
                    .secretsManager(AwsFixture.CONNECTION, AwsFixture.REGION)
                    .listSecrets());

            assertThat(fixture.errors.classify(failure).text())
                    .contains("198.51.100.1 is not called", "SECRET_SYNC_AWS_CLIENT_OTHER_ENDPOINTS");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void aRedirectIsNotFollowed(int status) throws IOException {
        AtomicInteger elsewhere = new AtomicInteger();
        HttpServer other = server(exchange -> elsewhere.incrementAndGet(), 200, null);
        HttpServer redirecting = server(exchange -> {}, status, uri(other).toString());
        try (AwsFixture fixture = new AwsFixture(uri(redirecting))) {
            assertThat(catchThrowable(() -> fixture.clients
                            .secretsManager(AwsFixture.CONNECTION, AwsFixture.REGION)
                            .listSecrets()))
                    .isNotNull();
            assertThat(elsewhere).hasValue(0);
        } finally {
            redirecting.stop(0);
            other.stop(0);
        }
    }

    private static URI uri(HttpServer server) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private static HttpServer server(
            java.util.function.Consumer<com.sun.net.httpserver.HttpExchange> seen, int status, String location)
            throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            seen.accept(exchange);
            if (location != null) {
                exchange.getResponseHeaders().set("Location", location);
            }
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
        return server;
    }
}
