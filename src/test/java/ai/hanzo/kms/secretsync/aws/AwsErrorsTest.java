package ai.hanzo.kms.secretsync.aws;

import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.sync.Rejection;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.NoSuchBeanException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.secretsmanager.model.SecretsManagerException;

class AwsErrorsTest {
    private final AwsErrors errors = new AwsErrors();

    static AwsServiceException aws(int status, String code, String message) {
        return SecretsManagerException.builder()
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(code)
                        .errorMessage(message)
                        .build())
                .statusCode(status)
                .message(message)
                .build();
    }

    @ParameterizedTest
    @DisplayName("U3.6-2: differs: every error of AWS has its class and its remedy (promise 6)")
    @CsvSource({
        "400, ThrottlingException, Rate exceeded, THROTTLED",
        "429, , , THROTTLED",
        "500, InternalServiceError, oops, TRANSIENT",
        "503, ServiceUnavailableException, oops, TRANSIENT",
        "500, , , TRANSIENT",
        "400, InvalidNextTokenException, x, TRANSIENT",
        "400, ResourceExistsException, The operation failed because the secret x already exists., CONFLICT",
        "400, ResourceExistsException, You can't use ClientRequestToken T because that value is already in use, CONFLICT",
        "400, ResourceNotFoundException, Secrets Manager can't find the specified secret., GONE",
        "400, InvalidRequestException, You can't create this secret because a secret with this name is already scheduled for deletion., SCHEDULED_FOR_DELETION",
        "400, InvalidRequestException, You can't perform this operation on the secret because it was marked for deletion., SCHEDULED_FOR_DELETION",
        "400, InvalidRequestException, You can't delete secret x that still has replica regions, SECRET_WRONG",
        "400, InvalidRequestException, This secret is managed by another service, CONFLICT",
        "400, InvalidParameterException, whatever, SECRET_WRONG",
        "400, ValidationException, Invalid name. Must be a valid name, SECRET_WRONG",
        "400, LimitExceededException, too many versions, QUOTA",
        "400, EncryptionFailure, cannot, KEY_WRONG",
        "400, DecryptionFailure, cannot, KEY_WRONG",
        "400, AccessDeniedException, Access to KMS is not allowed, KEY_WRONG",
        "400, AccessDeniedException, User: arn:aws:iam::1:user/u is not authorized to perform: kms:GenerateDataKey on resource: arn:aws:kms:x, KEY_WRONG",
        "400, AccessDeniedException, User: arn:aws:sts::1:assumed-role/r/hanzo-kms-sync-1 is not authorized to perform: secretsmanager:CreateSecret on resource: prod/kms, PERMISSION_MISSING",
        "400, UnrecognizedClientException, The security token included in the request is invalid., CONNECTION_WRONG",
        "400, InvalidSignatureException, x, CONNECTION_WRONG",
        "400, ExpiredTokenException, x, CONNECTION_WRONG",
        "403, InvalidClientTokenId, x, CONNECTION_WRONG",
        "404, , , CONNECTION_WRONG",
        "400, SomethingNew, x, OUR_BUG"
    })
    void every_error_of_aws_has_its_class(int status, String code, String message, FailureClass expected) {
        AwsFailure failure = errors.classify(new IllegalStateException(aws(status, code, message)));

        assertThat(failure.failureClass()).isEqualTo(expected);
        assertThat(failure.code()).isNotBlank();
        assertThat(failure.message()).isNotBlank();
        assertThat(failure.remedy()).isNotBlank();
        if (code != null) {
            assertThat(failure.code()).isEqualTo(code);
        }
    }

    @Test
    void a_missing_permission_is_named_with_action_resource_and_principal() {
        assertThat(errors.classify(
                                aws(
                                        400,
                                        "AccessDeniedException",
                                        "User: arn:aws:iam::1:user/sync is not authorized to perform: secretsmanager:TagResource on resource: dev/a because no identity-based policy allows the secretsmanager:TagResource action"))
                        .text())
                .startsWith("arn:aws:iam::1:user/sync is not authorized to perform secretsmanager:TagResource on dev/a")
                .contains("Allow secretsmanager:TagResource in the policy");
    }

    @ParameterizedTest
    @CsvSource({"ValidationException", "InvalidParameterException", "SomethingNew", "ResourceExistsException"})
    void the_text_of_errors_that_may_quote_a_value_goes_nowhere(String code) {
        AwsFailure failure = errors.classify(
                aws(
                        400,
                        code,
                        "1 validation error detected: Value 'MARKER-value' at 'secretString' failed to satisfy constraint: Member must have length less than or equal to 65536"));

        assertThat(failure.toString()).doesNotContain("MARKER");
    }

    @Test
    void the_refused_parameter_is_named() {
        assertThat(errors.classify(
                                aws(400, "ValidationException", "Value at 'secretString' failed to satisfy constraint"))
                        .message())
                .isEqualTo("AWS does not accept secretString");
    }

    static Stream<Arguments> without_answer() {
        return Stream.of(
                Arguments.of(new UnknownHostException("h"), FailureClass.TRANSIENT, AwsErrors.UNREACHABLE),
                Arguments.of(new ConnectException("h"), FailureClass.TRANSIENT, AwsErrors.UNREACHABLE),
                Arguments.of(new SSLHandshakeException("h"), FailureClass.TRANSIENT, AwsErrors.UNREACHABLE),
                Arguments.of(new SocketTimeoutException("h"), FailureClass.TRANSIENT, AwsErrors.TIMED_OUT));
    }

    @ParameterizedTest
    @MethodSource
    void without_answer(Exception cause, FailureClass expected, String code) {
        AwsFailure failure = errors.classify(SdkClientException.create("Unable to execute HTTP request", cause));

        assertThat(failure.failureClass()).isEqualTo(expected);
        assertThat(failure.code()).isEqualTo(code);
    }

    @Test
    @DisplayName(
            "U4-9: differs: what nobody thought of has a code and a remedy, and its text goes nowhere (promise " + "4)")
    void knows_time_outs_missing_credentials_replaced_connections_rejections_and_bugs() {
        assertThat(errors.classify(ApiCallTimeoutException.create(5)).code()).isEqualTo(AwsErrors.TIMED_OUT);
        assertThat(errors.classify(SdkClientException.create("Unable to load credentials from any of the providers")))
                .extracting(AwsFailure::failureClass, AwsFailure::code)
                .containsExactly(FailureClass.CONNECTION_WRONG, AwsErrors.NO_CREDENTIALS);
        assertThat(errors.classify(new RuntimeException(new NoSuchBeanException("aws-connection-1-eu-west-1-1"))))
                .extracting(AwsFailure::failureClass, AwsFailure::code)
                .containsExactly(FailureClass.TRANSIENT, AwsErrors.CONNECTION_CHANGED);
        assertThat(errors.classify(new RuntimeException(Rejection.notFound("no such connection")))
                        .failureClass())
                .isEqualTo(FailureClass.CONNECTION_WRONG);
        assertThat(errors.classify(new IllegalStateException("MARKER-value")))
                .extracting(AwsFailure::failureClass, AwsFailure::code)
                .containsExactly(FailureClass.OUR_BUG, AwsErrors.INTERNAL);
        assertThat(errors.classify(new IllegalStateException("MARKER-value")).toString())
                .doesNotContain("MARKER");
    }

    @Test
    void looks_through_what_camel_wraps_around_and_through_circles() {
        RuntimeException outer = new CamelExecutionException(
                "x", new DefaultExchange(new DefaultCamelContext()), aws(400, "ResourceNotFoundException", "x"));
        assertThat(errors.classify(outer).failureClass()).isEqualTo(FailureClass.GONE);

        RuntimeException one = new RuntimeException("one");
        one.initCause(new RuntimeException("two", one));
        assertThat(errors.classify(one).failureClass()).isEqualTo(FailureClass.OUR_BUG);
    }

    @Test
    void long_and_broken_texts_become_one_short_line() {
        String message = errors.classify(aws(400, "LimitExceededException", "a\n\u0007b" + "c".repeat(5_000)))
                .message();

        assertThat(message).doesNotContain("\n").hasSizeLessThan(500);
    }
}
