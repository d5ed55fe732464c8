package ai.hanzo.kms.secretsync.aws;

import static ai.hanzo.kms.secretsync.aws.FailureClass.*;

import ai.hanzo.kms.secretsync.sync.Rejection;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import org.apache.camel.NoSuchBeanException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;

/**
 * Says what an exception of the SDK, or of Camel around it, means.
 *
 * <p>Messages are ours. Of AWS's own words only these pass: action, resource and principal of a refused permission, the name of a
 * parameter, and the text of errors that speak of a state (limits, KMS keys, requests that the state does not allow). The text of
 * {@code ValidationException} and {@code InvalidParameterException} does not: it may quote what was sent.
 *
 * @see <a href="https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html">common errors</a>
 */
public class AwsErrors {
    /** Code of a call that ended without an answer. */
    public static final String UNREACHABLE = "Unreachable";
    /** Code of a call that took too long. */
    public static final String TIMED_OUT = "TimedOut";
    /** Code of a call that was not made, because others of this service took all the turns. */
    public static final String PACED = "Paced";
    /** Code of a connection whose credentials were replaced during the run. */
    public static final String CONNECTION_CHANGED = "ConnectionChanged";
    /** Code of a connection that cannot be used at all. */
    public static final String CONNECTION_UNUSABLE = "ConnectionUnusable";
    /** Code where this service has no credentials to assume a role with. */
    public static final String NO_CREDENTIALS = "NoCredentials";
    /** Code of a secret that AWS could not copy to another region. */
    public static final String REPLICATION_FAILED = "ReplicationFailed";
    /** Code of everything that is our own fault. */
    public static final String INTERNAL = "InternalError";

    private static final int LONGEST = 400;
    private static final Pattern ACTION =
            Pattern.compile("not authorized to perform:?\\s+([a-z0-9-]{1,40}:[A-Za-z]{1,60})");
    private static final Pattern RESOURCE = Pattern.compile("on resource:?\\s+([A-Za-z0-9:/_+=.@*-]{1,700})");
    private static final Pattern PRINCIPAL = Pattern.compile("User:?\\s+(arn:[A-Za-z0-9:/_+=,.@-]{1,300})");
    private static final Pattern PARAMETER = Pattern.compile("at '([A-Za-z.0-9]{1,80})' failed to satisfy constraint");

    private static final Set<String> BAD_CREDENTIALS = Set.of(
            "UnrecognizedClientException",
            "InvalidClientTokenId",
            "InvalidSignatureException",
            "SignatureDoesNotMatch",
            "IncompleteSignature",
            "IncompleteSignatureException",
            "MissingAuthenticationToken",
            "MissingAuthenticationTokenException",
            "AuthFailure",
            "InvalidAccessKeyId");
    private static final Set<String> EXPIRED =
            Set.of("ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired");
    private static final Set<String> NO_REGION = Set.of("OptInRequired", "RegionDisabledException");
    private static final Set<String> DENIED = Set.of(
            "AccessDenied",
            "AccessDeniedException",
            "UnauthorizedOperation",
            "NotAuthorized",
            "NotAuthorizedException");
    private static final Set<String> THROTTLING =
            Set.of("ThrottlingException", "Throttling", "TooManyRequestsException");
    private static final Set<String> INTERNAL_AT_AWS =
            Set.of("InternalServiceError", "InternalServiceErrorException", "InternalFailure", "ServiceUnavailable");
    private static final Map<String, String> KEY_STATES = Map.of(
            "KMSInvalidStateException", "is in a state that does not allow it",
            "DisabledException", "is disabled",
            "KMSDisabledException", "is disabled",
            "KMSNotFoundException", "does not exist",
            "KMSAccessDeniedException", "may not be used by this connection");

    /** Whether a code means that AWS does not know, or does not believe, the credentials. */
    static boolean refusesCredentials(String code) {
        return BAD_CREDENTIALS.contains(code);
    }

    /** Whether AWS refused a call for the rate of calls. */
    static boolean throttled(Throwable failure) {
        return failure instanceof AwsServiceException e
                && (e.isThrottlingException()
                        || e.awsErrorDetails() != null
                                && e.awsErrorDetails().errorCode() != null
                                && THROTTLING.contains(e.awsErrorDetails().errorCode()));
    }

    /** Classifies any failure of a call to AWS. Never throws, never returns null. */
    public AwsFailure classify(Throwable failure) {
        AwsServiceException answered = cause(failure, AwsServiceException.class, e -> true);
        if (answered != null) {
            return answered(answered);
        }
        Rejection rejection = cause(failure, Rejection.class, e -> true);
        if (rejection != null) {
            return new AwsFailure(
                    CONNECTION_WRONG,
                    CONNECTION_UNUSABLE,
                    "The AWS connection cannot be used: " + trimmed(rejection.getMessage()),
                    "Check the AWS connection of this sync.");
        }
        if (cause(failure, NoSuchBeanException.class, e -> text(e).contains("aws-connection-")) != null) {
            return new AwsFailure(
                    TRANSIENT,
                    CONNECTION_CHANGED,
                    "The credentials of the AWS connection were changed during the run",
                    "The next run uses the new ones.");
        }
        return unanswered(failure);
    }

    /** Classifies an error by what AWS says of it; also one that stands in place of a secret in a BatchGetSecretValue answer. */
    AwsFailure classify(String code, String message, int status) {
        String why = message == null ? "" : message;
        if (code == null || code.isEmpty()) {
            return withoutCode(status);
        }
        if (BAD_CREDENTIALS.contains(code)) {
            return new AwsFailure(
                    CONNECTION_WRONG,
                    code,
                    "AWS does not accept the credentials of the connection",
                    "Check that the access key exists, is active and belongs to this secret access key, then save the connection again.");
        }
        if (EXPIRED.contains(code)) {
            return new AwsFailure(
                    CONNECTION_WRONG,
                    code,
                    "The credentials have expired, or the clock of this machine is wrong",
                    "Renew the credentials that this service was given, and check its clock.");
        }
        if (NO_REGION.contains(code)) {
            return new AwsFailure(
                    CONNECTION_WRONG,
                    code,
                    "The account has not enabled this AWS region",
                    "Enable the region in the account, or choose another one for the sync.");
        }
        if (KEY_STATES.containsKey(code)) {
            return key(code, "The KMS key " + KEY_STATES.get(code));
        }
        if (DENIED.contains(code)) {
            return denied(code, why);
        }
        switch (code) {
            case "ResourceExistsException":
                return why.contains("ClientRequestToken")
                        ? new AwsFailure(
                                CONFLICT,
                                code,
                                "This version id is in use for another value of the secret",
                                "Run the sync again: it looks at the secret and chooses another one.")
                        : new AwsFailure(
                                CONFLICT,
                                code,
                                "A secret with this name exists already",
                                "Run the sync again: it looks at the secret and decides whose it is.");
            case "ResourceNotFoundException":
                return new AwsFailure(
                        GONE, code, "AWS has no such secret (any more)", "Run the sync again: it will be created.");
            case "InvalidRequestException":
                return invalidRequest(code, why);
            case "InvalidParameterException":
            case "ValidationException":
            case "ValidationError":
                return invalidParameter(code, why);
            case "LimitExceededException":
                return new AwsFailure(
                        QUOTA,
                        code,
                        "AWS refuses for a quota: " + state(why),
                        "Too many secrets in the region: ask AWS to raise the quota. Too many versions of one secret: the oldest become free after 24 hours.");
            case "EncryptionFailure":
            case "EncryptionFailureException":
                return key(code, "AWS could not encrypt with the KMS key: " + state(why));
            case "DecryptionFailure":
            case "DecryptionFailureException":
                return key(code, "AWS could not decrypt with the KMS key: " + state(why));
            case "NotFoundException":
                return key(code, "The KMS key, or its alias, does not exist in this region");
            case "PreconditionNotMetException":
            case "MalformedPolicyDocumentException":
            case "MalformedPolicyDocument":
            case "PublicPolicyException":
                return new AwsFailure(
                        SECRET_WRONG,
                        code,
                        "AWS refuses: " + state(why),
                        "Correct what AWS names, then run the sync again.");
            case "InvalidNextTokenException":
                return new AwsFailure(
                        TRANSIENT, code, "AWS lost its place in the list of secrets", "The next run lists them again.");
            default:
                return other(code, status);
        }
    }

    private AwsFailure answered(AwsServiceException e) {
        String code = e.awsErrorDetails() == null ? null : e.awsErrorDetails().errorCode();
        String message =
                e.awsErrorDetails() == null ? null : e.awsErrorDetails().errorMessage();
        if (throttled(e)) {
            return throttled(code == null ? "Throttling" : code);
        }
        return classify(code, message, e.statusCode());
    }

    private static AwsFailure throttled(String code) {
        return new AwsFailure(
                THROTTLED,
                code,
                "AWS refused the call for the rate of calls in this account and region",
                "This often passes. If it stays, see who else calls Secrets Manager in this account.");
    }

    private static AwsFailure denied(String code, String why) {
        String action = first(ACTION, why);
        // Not any "kms": names of secrets, roles and our own sessions have it, too.
        if (action == null ? why.contains("Access to KMS") : action.startsWith("kms:")) {
            return key(
                    code,
                    "The connection may not use the KMS key" + (action == null ? "" : ": " + action + " is missing"));
        }
        String principal = first(PRINCIPAL, why);
        String resource = first(RESOURCE, why);
        String who = principal == null ? "The connection" : principal;
        if ("sts:AssumeRole".equals(action)) {
            return new AwsFailure(
                    CONNECTION_WRONG,
                    code,
                    who + " is not authorized to perform sts:AssumeRole" + on(resource),
                    "Let the role's trust policy allow this principal, with the connection's external id as sts:ExternalId, and allow the principal sts:AssumeRole on the role.");
        }
        return new AwsFailure(
                PERMISSION_MISSING,
                code,
                who + " is not authorized to perform " + (action == null ? "this call" : action) + on(resource),
                "Allow " + (action == null ? "the call" : action)
                        + " in the policy of the connection's user or role; look also at the secret's resource policy and at the organisation's control policies.");
    }

    private static String on(String resource) {
        return resource == null ? "" : " on " + resource;
    }

    private static AwsFailure key(String code, String message) {
        return new AwsFailure(
                KEY_WRONG,
                code,
                message,
                "Check that the key exists in this region and is enabled, and that key policy and connection allow kms:GenerateDataKey, kms:Encrypt and kms:Decrypt.");
    }

    private static AwsFailure invalidRequest(String code, String why) {
        String lower = why.toLowerCase(Locale.ROOT);
        if (lower.contains("deletion") || lower.contains("deleted")) {
            return new AwsFailure(
                    SCHEDULED_FOR_DELETION,
                    code,
                    "The secret, or another one with its name, is scheduled for deletion",
                    "Restore it in AWS, wait until AWS has deleted it, or choose another name.");
        }
        if (lower.contains("managed by") || lower.contains("owned by") || lower.contains("owning service")) {
            return new AwsFailure(
                    CONFLICT,
                    code,
                    "The secret belongs to another AWS service",
                    "Rename the secret in the KMS, or change the key schema.");
        }
        return new AwsFailure(
                SECRET_WRONG,
                code,
                "The state of the secret does not allow it: " + state(why),
                "Look at the secret in AWS: replicas, rotation or its owner may stand in the way.");
    }

    private static AwsFailure invalidParameter(String code, String why) {
        String parameter = first(PARAMETER, why);
        String lower = why.toLowerCase(Locale.ROOT);
        String what = parameter != null
                ? parameter
                : lower.contains("kms key") ? "kmsKeyId" : lower.contains("invalid name") ? "name" : null;
        if ("kmsKeyId".equalsIgnoreCase(what)) {
            return key(code, "AWS does not accept the KMS key id");
        }
        return new AwsFailure(
                SECRET_WRONG,
                code,
                what == null ? "AWS does not accept the request" : "AWS does not accept " + what,
                "Check the secret against AWS's rules: name of at most 512 characters out of A-Z a-z 0-9 / _ + = . @ -, value of 1 to 65,536 bytes, at most 50 valid tags.");
    }

    private static AwsFailure other(String code, int status) {
        String shown = code.matches("[A-Za-z0-9._:-]{1,100}") ? code : INTERNAL;
        if (status >= 500 || INTERNAL_AT_AWS.contains(code)) {
            return new AwsFailure(
                    TRANSIENT,
                    shown,
                    "AWS failed to carry out the call",
                    "This often passes. If it stays, see the AWS Health Dashboard.");
        }
        return new AwsFailure(
                status == 401 || status == 403 ? CONNECTION_WRONG : OUR_BUG,
                shown,
                "AWS refused the call with HTTP status " + status,
                "See AWS's documentation of this error code; if it does not help, report it to the maintainers.");
    }

    private static AwsFailure withoutCode(int status) {
        if (status == 429) {
            return throttled("Throttling");
        }
        if (status >= 500) {
            return new AwsFailure(
                    TRANSIENT,
                    "HTTP " + status,
                    "AWS failed to carry out the call",
                    "This often passes. If it stays, see the AWS Health Dashboard.");
        }
        return new AwsFailure(
                CONNECTION_WRONG,
                "HTTP " + status,
                "The endpoint did not answer as AWS does",
                "Check AWS_ENDPOINT_URL and the proxy: something that is not AWS may have answered.");
    }

    private static AwsFailure replication(ReplicationFailedException failure) {
        String regions = failure.failed().entrySet().stream()
                .map(region -> region.getKey() + " (" + state(String.valueOf(region.getValue())) + ")")
                .collect(Collectors.joining(", "));
        return new AwsFailure(
                REPLICA_WRONG,
                REPLICATION_FAILED,
                "The secret is as it should be here, and AWS could not copy it to " + regions,
                "Delete or rename what has its name there, or correct the KMS key of the region; or take the region out of"
                        + " replicaRegions. It is tried again now and then, and at the next run.");
    }

    private static AwsFailure unanswered(Throwable failure) {
        ReplicationFailedException replication = cause(failure, ReplicationFailedException.class, e -> true);
        if (replication != null) {
            return replication(replication);
        }
        if (cause(failure, TurnNotReachedException.class, e -> true) != null) {
            return throttled(PACED);
        }
        if (cause(failure, ApiCallTimeoutException.class, e -> true) != null
                || cause(failure, ApiCallAttemptTimeoutException.class, e -> true) != null) {
            return timedOut();
        }
        if (cause(failure, UnknownHostException.class, e -> true) != null) {
            return unreachable("The name of the AWS endpoint does not resolve");
        }
        if (cause(failure, SSLException.class, e -> true) != null) {
            return unreachable("The TLS connection to the AWS endpoint failed");
        }
        if (cause(failure, ConnectException.class, e -> true) != null
                || cause(failure, NoRouteToHostException.class, e -> true) != null) {
            return unreachable("The AWS endpoint does not accept connections");
        }
        if (cause(failure, InterruptedIOException.class, e -> true) != null) {
            return timedOut();
        }
        if (cause(failure, AbortedException.class, e -> true) != null
                || cause(failure, InterruptedException.class, e -> true) != null) {
            return new AwsFailure(
                    TRANSIENT, "Interrupted", "The call was interrupted by the end of the service", "This passes.");
        }
        SdkClientException client = cause(failure, SdkClientException.class, e -> true);
        if (client == null) {
            return new AwsFailure(
                    OUR_BUG,
                    INTERNAL,
                    "An unexpected " + failure.getClass().getSimpleName() + " in this service",
                    "Report it to the maintainers; the log has the details.");
        }
        String lower = text(client).toLowerCase(Locale.ROOT);
        if (lower.contains("credentials") || lower.contains("profile")) {
            return new AwsFailure(
                    CONNECTION_WRONG,
                    NO_CREDENTIALS,
                    "This service has no AWS credentials of its own to assume the role with",
                    "Give it some as the AWS SDK expects them: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or the role of its container or instance.");
        }
        return unreachable("The call to AWS got no usable answer");
    }

    private static AwsFailure timedOut() {
        return new AwsFailure(
                TRANSIENT,
                TIMED_OUT,
                "AWS did not answer in time",
                "This often passes. If it stays, check network and proxy.");
    }

    private static AwsFailure unreachable(String message) {
        return new AwsFailure(
                TRANSIENT,
                UNREACHABLE,
                message,
                "This often passes. If it stays, check network, proxy, region and AWS_ENDPOINT_URL.");
    }

    /** AWS's own words about a state, in one line and cut. */
    private static String state(String why) {
        String line = why.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        while (line.endsWith(".")) {
            line = line.substring(0, line.length() - 1);
        }
        return line.isEmpty() ? "AWS gives no reason" : trimmed(line);
    }

    private static String trimmed(String line) {
        if (line == null) {
            return "";
        }
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
    }

    private static String text(Throwable e) {
        return String.valueOf(e.getMessage());
    }

    private static String first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? matcher.group(1) : null;
    }

    /** The first of its kind in a chain of causes, which may be a circle. */
    static <T extends Throwable> T cause(Throwable failure, Class<T> type, Predicate<T> which) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Throwable at = failure; at != null && seen.add(at); at = at.getCause()) {
            if (type.isInstance(at) && which.test(type.cast(at))) {
                return type.cast(at);
            }
        }
        return null;
    }
}
