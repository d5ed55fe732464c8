package ai.hanzo.kms.secretsync.aws;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/**
 * Takes out of AWS's exceptions what may quote the request - a value, or the canonical request with its session token - before
 * anybody, Camel's error handler included, can log them. The names of refused parameters stay.
 */
final class UnquotedErrors implements ExecutionInterceptor {
    private static final Set<String> QUOTING = Set.of(
            "ValidationException",
            "ValidationError",
            "InvalidParameterException",
            "SerializationException",
            "InvalidSignatureException",
            "SignatureDoesNotMatch",
            "IncompleteSignature",
            "IncompleteSignatureException");
    private static final Pattern PARAMETER = Pattern.compile("at '([A-Za-z.0-9]{1,80})' failed to satisfy");

    @Override
    public Throwable modifyException(Context.FailedExecution context, ExecutionAttributes attributes) {
        if (!(context.exception() instanceof AwsServiceException e)) {
            return context.exception();
        }
        AwsErrorDetails details = e.awsErrorDetails();
        if (details == null || details.errorCode() != null && !QUOTING.contains(details.errorCode())) {
            return e;
        }
        String message = unquoted(String.valueOf(details.errorMessage()));
        AwsServiceException unquoted = e.toBuilder()
                .message(message)
                // Its body is what was quoted from.
                .awsErrorDetails(details.toBuilder()
                        .errorMessage(message)
                        .rawResponse(null)
                        .build())
                .cause(null)
                .build();
        unquoted.setStackTrace(e.getStackTrace());
        return unquoted;
    }

    private static String unquoted(String message) {
        Set<String> parameters = new TreeSet<>();
        Matcher matcher = PARAMETER.matcher(message);
        while (matcher.find()) {
            parameters.add(matcher.group(1));
        }
        if (message.startsWith("Invalid name")) {
            parameters.add("name");
        }
        StringBuilder text = new StringBuilder("AWS's words may quote the request and are left out.");
        parameters.forEach(name -> text.append(" Value at '").append(name).append("' failed to satisfy constraint."));
        return text.toString();
    }
}
