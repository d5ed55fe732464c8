package ai.hanzo.kms.secretsync.api;

import static ai.hanzo.kms.secretsync.api.Examples.CREATE_CONNECTION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.hanzo.kms.secretsync.Contract;
import ai.hanzo.kms.secretsync.api.AwsCredentials.AccessKey;
import ai.hanzo.kms.secretsync.api.AwsCredentials.AssumeRole;
import ai.hanzo.kms.secretsync.sync.Rejection;
import ai.hanzo.kms.secretsync.sync.SecretText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every rule of {@code upstream-secret-sync.md} 1.6. */
class ConnectionRequestsTest {
    private static final String ASSUME_ROLE = """
            {"App":"aws","method":"assume-role","name":"aws-assume-role","projectId":"P",
             "credentials":{"roleArn":" arn:aws:iam::123456789012:role/sync "}}""";

    private final ConnectionRequests requests = new ConnectionRequests(new ApiJson(), Examples.NAMES);

    @Test
    void both_methods_are_read() {
        assertThat(requests.create(bytes(CREATE_CONNECTION)))
                .isEqualTo(new CreateConnectionRequest(
                        "aws-access-key",
                        "I am a test app connection",
                        null,
                        new AccessKey("AKIAEXAMPLE", SecretText.of("s/ecret+key"))));
        assertThat(requests.create(bytes(ASSUME_ROLE)))
                .isEqualTo(new CreateConnectionRequest(
                        "aws-assume-role", null, "P", new AssumeRole("arn:aws:iam::123456789012:role/sync", null)));
    }

    @Test
    void a_request_does_not_show_its_secret() {
        assertThat(requests.create(bytes(CREATE_CONNECTION)).toString()).doesNotContain("s/ecret+key");
        String wrong = Bodies.with(CREATE_CONNECTION, "credentials", "{\"accessKeyId\":{\"s/ecret+key\":5}}");
        ValidationException invalid =
                catchThrowableOfType(ValidationException.class, () -> requests.create(bytes(wrong)));
        assertThat(invalid.getMessage() + invalid.issues() + new String(new ApiJson().write(invalid.issues())))
                .doesNotContain("s/ecret+key");
    }

    /** field, value; all of them are accepted. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "description | null",
                "description | \"\"",
                "projectId | null",
                "projectId | \"\"",
                "isPlatformManagedCredentials | false",
                "isAutoRotationEnabled | false",
                "gatewayId | null",
                "rotation | null",
                "Method | 5",
                "credentials.stsEndpoint | 5"
            })
    void what_is_allowed(String field, String value) {
        assertThat(requests.create(bytes(Bodies.with(CREATE_CONNECTION, field, value)))
                        .projectId())
                .isNull();
        assertThat(Contract.requestProblems("createAwsAppConnection", Bodies.with(CREATE_CONNECTION, field, value)))
                .as("config/openapi.yaml allows it too")
                .isEmpty();
    }

    /** field, value, code, path, message. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "name ; - ; invalid_type ; name ; Required",
                "name ; \"\" ; too_small ; name ; name field must be at least 1 lowercase character",
                "name ; \"Bad Name\" ; custom ; name"
                        + " ; name field can only contain lowercase letters, numbers, and hyphens",
                "description ; 5 ; invalid_type ; description ; Expected string, received number",
                "name ; null ; invalid_type ; name ; Expected string, received null",
                "name ; 5 ; invalid_type ; name ; Expected string, received number",
                "credentials ; null ; invalid_type ; credentials ; Expected object, received null",
                "credentials ; [] ; invalid_type ; credentials ; Expected object, received array",
                "credentials.accessKeyId ; null ; invalid_type ; credentials,accessKeyId ; Expected string, received null",
                "credentials.accessKeyId ; 5 ; invalid_type ; credentials,accessKeyId ; Expected string, received number",
                "credentials.secretAccessKey ; null ; invalid_type ; credentials,secretAccessKey ; Expected string, received null",
                "credentials.secretAccessKey ; - ; invalid_type ; credentials,secretAccessKey ; Required",
                "method ; null ; invalid_union_discriminator ; method ; Invalid discriminator value. Expected 'assume-role' | 'access-key'",
                "isAutoRotationEnabled ; null ; invalid_literal ; isAutoRotationEnabled ; Not supported for AWS Connections",
                "gatewayId ; 5 ; invalid_type ; gatewayId ; Not supported for AWS Connections",
                "projectId ; 5 ; invalid_type ; projectId ; Expected string, received number",
                "method ; - ; invalid_union_discriminator ; method"
                        + " ; Invalid discriminator value. Expected 'assume-role' | 'access-key'",
                "method ; \"x\" ; invalid_union_discriminator ; method"
                        + " ; Invalid discriminator value. Expected 'assume-role' | 'access-key'",
                "method ; \"assume-role\" ; invalid_type ; credentials,roleArn ; Required",
                "credentials ; - ; invalid_type ; credentials ; Required",
                "credentials ; \"x\" ; invalid_type ; credentials ; Expected object, received string",
                "credentials.accessKeyId ; - ; invalid_type ; credentials,accessKeyId ; Required",
                "credentials.accessKeyId ; \" \" ; too_small ; credentials,accessKeyId ; Access Key ID required",
                "credentials.secretAccessKey ; \"\" ; too_small ; credentials,secretAccessKey"
                        + " ; Secret Access Key required",
                "credentials.secretAccessKey ; 5 ; invalid_type ; credentials,secretAccessKey"
                        + " ; Expected string, received number",
                "isPlatformManagedCredentials ; true ; invalid_literal ; isPlatformManagedCredentials"
                        + " ; Not supported for AWS Connections",
                "isPlatformManagedCredentials ; null ; invalid_literal ; isPlatformManagedCredentials"
                        + " ; Not supported for AWS Connections",
                "gatewayId ; \"x\" ; invalid_type ; gatewayId ; Not supported for AWS Connections",
                "isAutoRotationEnabled ; true ; invalid_literal ; isAutoRotationEnabled"
                        + " ; Not supported for AWS Connections",
                "rotation ; {} ; invalid_type ; rotation ; Not supported for AWS Connections"
            })
    void what_is_not_allowed(String field, String value, String code, String path, String message) {
        Issue issue = onlyIssue(Bodies.with(CREATE_CONNECTION, field, value.equals("-") ? null : value));
        assertThat(issue.code()).isEqualTo(code);
        assertThat(issue.path().stream().map(String::valueOf).collect(Collectors.joining(",")))
                .isEqualTo(path);
        assertThat(issue.message()).isEqualTo(message);
        assertThat(Contract.requestProblems(
                        "createAwsAppConnection",
                        Bodies.with(CREATE_CONNECTION, field, value.equals("-") ? null : value)))
                .as("config/openapi.yaml refuses it too")
                .isNotEmpty();
    }

    @Test
    void lengths_are_limited() {
        requests.create(bytes(Bodies.with(CREATE_CONNECTION, "name", "\"" + "x".repeat(64) + "\"")));
        assertThat(onlyIssue(Bodies.with(CREATE_CONNECTION, "name", "\"" + "x".repeat(65) + "\""))
                        .message())
                .isEqualTo("name field must be at most 64 lowercase characters");
        requests.create(bytes(Bodies.with(CREATE_CONNECTION, "description", "\"" + "x".repeat(256) + "\"")));
        assertThat(onlyIssue(Bodies.with(CREATE_CONNECTION, "description", "\"" + "x".repeat(257) + "\""))
                        .message())
                .isEqualTo("Description cannot exceed 256 characters");
        assertThat(onlyIssue(Bodies.with(ASSUME_ROLE, "credentials.roleArn", "\" \""))
                        .message())
                .isEqualTo("Role ARN required");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://sts.us-east-1.amazonaws.com",
                "https://STS.US-EAST-1.amazonaws.com/",
                "https://sts-fips.us-east-1.amazonaws.com:443",
                "https://vpce-0abc-x.sts.us-east-1.vpce.amazonaws.com",
                "https://sts.eu-central-1.amazonaws.com.cn"
            })
    void sts_endpoints_of_aws_are_accepted(String endpoint) {
        CreateConnectionRequest create = requests.create(bytes(withSts(endpoint)));
        assertThat(((AssumeRole) create.credentials()).stsEndpoint()).isEqualTo(endpoint);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://sts.amazonaws.com",
                "https://sts.eu-nowhere-1.amazonaws.com",
                "https://ec2.us-east-1.amazonaws.com",
                "https://sts.us-east-1.bucket.s3.amazonaws.com",
                "https://a.b.sts.us-east-1.amazonaws.com",
                "https://ec2-1-2-3-4.compute-1.amazonaws.com"
            })
    void other_hosts_of_aws_are_no_sts_endpoint(String endpoint) {
        assertThatThrownBy(() -> requests.create(bytes(withSts(endpoint))))
                .isInstanceOfSatisfying(
                        Rejection.class,
                        rejection -> assertThat(rejection.kind()).isEqualTo(Rejection.Kind.BAD_REQUEST))
                .hasMessage("STS endpoint must target a supported AWS region. \"" + endpoint
                        + "\" does not resolve to a supported region.");
        String update = "{\"credentials\":{\"roleArn\":\"x\",\"stsEndpoint\":\"" + endpoint + "\"}}";
        assertThatThrownBy(() -> requests.update(bytes(update))).isInstanceOf(Rejection.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "http://sts.us-east-1.amazonaws.com ; STS endpoint must use HTTPS",
                "https://sts.us-east-1.amazonaws.com.evil.org ; STS endpoint hostname must be an AWS-owned domain",
                "https://xamazonaws.com ; STS endpoint hostname must be an AWS-owned domain",
                "https://169.254.169.254 ; STS endpoint hostname must be an AWS-owned domain",
                "https://evil.org/.amazonaws.com ; STS endpoint hostname must be an AWS-owned domain",
                "https://evil.org#.amazonaws.com ; STS endpoint hostname must be an AWS-owned domain",
                "https://a@sts.us-east-1.amazonaws.com ; STS endpoint must be https:// and a hostname",
                "https://sts.us-east-1.amazonaws.com:8443 ; STS endpoint must be https:// and a hostname",
                "https://sts.us-east-1.amazonaws.com/x ; STS endpoint must be https:// and a hostname",
                "https://sts.us-east-1.amazonaws.com?x ; STS endpoint must be https:// and a hostname",
                "not a url ; STS endpoint must be a valid URL",
                "https://a b.amazonaws.com ; STS endpoint must be a valid URL",
                "https:///x ; STS endpoint must be a valid URL"
            })
    void other_urls_are_not_sts_endpoints(String endpoint, String message) {
        List<Issue> issues = issues(withSts(endpoint));
        assertThat(issues)
                .allSatisfy(issue -> assertThat(issue.path()).isEqualTo(List.of("credentials", "stsEndpoint")));
        assertThat(issues)
                .extracting(Issue::message)
                .anySatisfy(text -> assertThat(text).startsWith(message));
    }

    @Test
    void an_update_may_have_nothing() {
        assertThat(requests.update(bytes("{\"ID\":\"A\",\"App\":\"aws\",\"method\":5,\"projectId\":5}")))
                .isEqualTo(new UpdateConnectionRequest(null, Patch.absent(), null));
    }

    @Test
    void an_update_has_credentials_of_either_method() {
        UpdateConnectionRequest update = requests.update(bytes(CREATE_CONNECTION));
        assertThat(update)
                .isEqualTo(new UpdateConnectionRequest(
                        "aws-access-key",
                        Patch.of("I am a test app connection"),
                        new AccessKey("AKIAEXAMPLE", SecretText.of("s/ecret+key"))));
        assertThat(update.credentialsFor(ConnectionMethod.ACCESS_KEY)).isEqualTo(update.credentials());
        assertThatThrownBy(() -> update.credentialsFor(ConnectionMethod.ASSUME_ROLE))
                .isInstanceOf(Rejection.class)
                .hasMessage("Invalid credential format for AWS Connection with method Assume Role");

        UpdateConnectionRequest role = requests.update(bytes(ASSUME_ROLE));
        assertThat(role.description().given()).isFalse();
        assertThatThrownBy(() -> role.credentialsFor(ConnectionMethod.ACCESS_KEY))
                .hasMessage("Invalid credential format for AWS Connection with method Access Key");
        assertThat(requests.update(bytes("{}")).credentialsFor(ConnectionMethod.ACCESS_KEY))
                .isNull();
    }

    @Test
    void an_update_with_credentials_of_no_method_is_told_so() {
        Issue neither =
                updateIssues("{\"credentials\":{\"accessKeyId\":\"a\"}}").get(0);
        assertThat(neither.code()).isEqualTo("invalid_union");
        assertThat(neither.path()).isEqualTo(List.of("credentials"));
        assertThat(neither.message()).isEqualTo("Invalid input");
        assertThat((List<?>) neither.details().get("unionErrors")).hasSize(2);

        assertThat(updateIssues("{\"credentials\":{\"roleArn\":\"\"}}"))
                .extracting(Issue::message)
                .containsExactly("Role ARN required");
        assertThat(updateIssues("{\"credentials\":{\"accessKeyId\":\"\",\"secretAccessKey\":\"\"}}"))
                .extracting(Issue::message)
                .containsExactly("Access Key ID required", "Secret Access Key required");
        assertThat(updateIssues("{\"name\":null,\"isPlatformManagedCredentials\":true,\"gatewayId\":5}"))
                .extracting(issue -> issue.path().get(0))
                .containsExactly("name", "isPlatformManagedCredentials", "gatewayId");
    }

    @Test
    void parameters_have_issues_like_fields() {
        assertThat(requests.projectId(null)).isNull();
        assertThat(requests.projectId("projectId=")).isNull();
        assertThat(requests.projectId("projectId=P")).isEqualTo("P");
        assertThat(parameter(() -> requests.projectId("projectId=a&projectId=b"))
                        .message())
                .isEqualTo("Expected string, received array");
        assertThat(requests.projectType("")).isNull();
        assertThat(requests.projectType("projectType=kms")).isEqualTo("kms");
        assertThat(parameter(() -> requests.projectType("projectType=x")).code())
                .isEqualTo("invalid_enum_value");
        assertThat(requests.kmsKeys("region=us-east-1&destination=aws-secrets-manager"))
                .isEqualTo(new KmsKeysRequest("us-east-1", "aws-secrets-manager"));
        assertThat(catchThrowableOfType(ValidationException.class, () -> requests.kmsKeys("region=x"))
                        .issues())
                .extracting(issue -> issue.code() + issue.path())
                .containsExactly("invalid_enum_value[region]", "invalid_type[destination]");
        assertThat(requests.connectionName("a%20b")).isEqualTo("a b");
        assertThat(parameter(() -> requests.connectionName(" ")).message()).isEqualTo("Connection name required");
        assertThat(requests.connectionId(Examples.CONNECTION.toString())).isEqualTo(Examples.CONNECTION);
        assertThat(parameter(() -> requests.connectionId("x")))
                .isEqualTo(new Issue(
                        "invalid_string", List.of("connectionId"), "Invalid uuid", Map.of("validation", "uuid")));
    }

    private static Issue parameter(ThrowingCallable read) {
        List<Issue> issues =
                catchThrowableOfType(ValidationException.class, read).issues();
        assertThat(issues).hasSize(1);
        return issues.get(0);
    }

    private Issue onlyIssue(String body) {
        List<Issue> issues = issues(body);
        assertThat(issues).extracting(Issue::message).hasSize(1);
        return issues.get(0);
    }

    private List<Issue> issues(String body) {
        return catchThrowableOfType(ValidationException.class, () -> requests.create(bytes(body)))
                .issues();
    }

    private List<Issue> updateIssues(String body) {
        return catchThrowableOfType(ValidationException.class, () -> requests.update(bytes(body)))
                .issues();
    }

    private static String withSts(String endpoint) {
        return Bodies.with(ASSUME_ROLE, "credentials.stsEndpoint", "\"" + endpoint + "\"");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
