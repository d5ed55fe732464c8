package ai.hanzo.kms.secretsync.aws;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;

/** Counts and times calls to AWS, with their retries and the wait for their turn. */
final class AwsMetrics implements ExecutionInterceptor {
    private static final ExecutionAttribute<Long> BEGIN = new ExecutionAttribute<>("SecretSyncBegin");

    private final MeterRegistry meters;

    AwsMetrics(MeterRegistry meters) {
        this.meters = meters;
    }

    @Override
    public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
        attributes.putAttribute(BEGIN, System.nanoTime());
    }

    @Override
    public void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
        record(attributes, "success");
    }

    @Override
    public void onExecutionFailure(Context.FailedExecution context, ExecutionAttributes attributes) {
        record(attributes, result(context.exception()));
    }

    private static String result(Throwable failure) {
        if (AwsErrors.throttled(failure)) {
            return "throttled";
        }
        return failure instanceof AwsServiceException refused && refused.awsErrorDetails() != null
                ? refused.awsErrorDetails().errorCode()
                : "no answer";
    }

    private void record(ExecutionAttributes attributes, String result) {
        Timer.builder("secret.sync.aws.calls")
                .description("Calls to AWS, from their wait for a turn to their answer, after retries")
                .tag("operation", attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME))
                .tag("result", result)
                .register(meters)
                .record(Duration.ofNanos(System.nanoTime() - attributes.getAttribute(BEGIN)));
    }
}
