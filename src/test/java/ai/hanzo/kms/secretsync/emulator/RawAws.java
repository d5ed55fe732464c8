package ai.hanzo.kms.secretsync.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.utils.StringInputStream;

/** Signed requests that the SDK's clients refuse to send. */
final class RawAws {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final URI endpoint;
    private final AwsCredentials credentials;
    private final String region;

    RawAws(URI endpoint, AwsCredentials credentials, String region) {
        this.endpoint = endpoint;
        this.credentials = credentials;
        this.region = region;
    }

    /** @param code AWS's error code, null for success */
    record Answer(int status, String code, String body) {
        JsonNode json() throws IOException {
            return Json.MAPPER.readTree(body);
        }
    }

    Answer secretsManager(String operation, String body) throws Exception {
        return send(
                signed(
                        "secretsmanager",
                        Map.of(
                                "Content-Type",
                                "application/x-amz-json-1.1",
                                "X-Amz-Target",
                                "secretsmanager." + operation),
                        body),
                body);
    }

    Answer sts(String form) throws Exception {
        return send(signed("sts", Map.of("Content-Type", "application/x-www-form-urlencoded"), form), form);
    }

    SdkHttpRequest signed(String service, Map<String, String> headers, String body) {
        SdkHttpRequest.Builder request =
                SdkHttpRequest.builder().method(SdkHttpMethod.POST).uri(endpoint.resolve("/"));
        headers.forEach(request::putHeader);
        return AwsV4HttpSigner.create()
                .sign(signing -> signing.identity(credentials)
                        .request(request.build())
                        .payload(() -> new StringInputStream(body))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service)
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region))
                .request();
    }

    Answer send(SdkHttpRequest request, String body) throws Exception {
        HttpRequest.Builder http =
                HttpRequest.newBuilder(request.getUri()).POST(HttpRequest.BodyPublishers.ofString(body));
        request.headers().forEach((name, values) -> {
            if (!name.equalsIgnoreCase("Host") && !name.equalsIgnoreCase("Content-Length")) {
                values.forEach(value -> http.header(name, value));
            }
        });
        HttpResponse<String> response = HTTP.send(http.build(), HttpResponse.BodyHandlers.ofString());
        return new Answer(response.statusCode(), code(response), response.body());
    }

    private static String code(HttpResponse<String> response) throws IOException {
        if (response.statusCode() == 200) {
            return null;
        }
        String body = response.body();
        return body.startsWith("<")
                ? body.replaceAll("(?s).*<Code>(.*)</Code>.*", "$1")
                : Json.MAPPER.readTree(body).path("__type").asText().replaceFirst("^.*#", "");
    }
}
