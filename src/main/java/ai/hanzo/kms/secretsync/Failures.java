package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.aws.AwsErrors;
import ai.hanzo.kms.secretsync.aws.AwsFailure;
import ai.hanzo.kms.secretsync.aws.FailureClass;
import ai.hanzo.kms.secretsync.kms.KmsException;
import ai.hanzo.kms.secretsync.kms.KmsSource;
import ai.hanzo.kms.secretsync.runs.ApprovalNeededException;
import ai.hanzo.kms.secretsync.runs.Course;
import ai.hanzo.kms.secretsync.runs.FailureExplainer;
import ai.hanzo.kms.secretsync.sync.Rejection;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import software.amazon.awssdk.core.exception.SdkException;

/** Explains the failures of a run, wherever they come from. */
@Component("failures")
public class Failures implements FailureExplainer {
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);
    private static final int FRAMES = 12;

    /** The destination is not as it was listed. */
    private static final Set<FailureClass> STALE =
            EnumSet.of(FailureClass.CONFLICT, FailureClass.GONE, FailureClass.SCHEDULED_FOR_DELETION);

    /** Whether the call took effect is not known: its answer was lost, or a first attempt may have arrived. */
    private static final Set<FailureClass> UNKNOWN = EnumSet.of(
            FailureClass.TRANSIENT,
            FailureClass.THROTTLED,
            FailureClass.CONFLICT,
            FailureClass.REPLICA_WRONG,
            FailureClass.OUR_BUG);

    private final AwsErrors aws;

    Failures(AwsErrors aws) {
        this.aws = aws;
    }

    @Override
    public Explanation explain(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof KmsException kms) {
                return new Explanation(kms.failure().name(), kms.getMessage(), kms.remedy(), false, false, course(kms));
            }
            if (cause instanceof ApprovalNeededException needed) {
                // Trying again would only ask for the same approval.
                return new Explanation(
                        ApprovalNeededException.CODE, needed.getMessage(), null, false, true, Course.WAIT_FOR_CHANGE);
            }
            if (cause instanceof Rejection rejection) {
                return new Explanation(
                        rejection.kind().error(), rejection.getMessage(), null, false, true, Course.RETRY_SOON);
            }
        }
        AwsFailure explained = aws.classify(failure);
        if (explained.failureClass() == FailureClass.OUR_BUG) {
            LOG.error("Unexpected failure{}", trace(failure));
        }
        return new Explanation(
                explained.code(),
                explained.message(),
                explained.remedy(),
                STALE.contains(explained.failureClass()),
                !UNKNOWN.contains(explained.failureClass()),
                course(explained.failureClass()));
    }

    private static Course course(KmsException kms) {
        return kms.failure().passing() ? Course.RETRY_SOON : Course.RETRY_SLOWLY;
    }

    private static Course course(FailureClass failure) {
        return switch (failure) {
            case THROTTLED, TRANSIENT, CONFLICT, GONE, SCHEDULED_FOR_DELETION -> Course.RETRY_SOON;
            case CONNECTION_WRONG -> Course.TRY_CONNECTION;
            case PERMISSION_MISSING, KEY_WRONG, QUOTA, REPLICA_WRONG, OUR_BUG -> Course.RETRY_SLOWLY;
            case SECRET_WRONG -> Course.WAIT_FOR_CHANGE;
        };
    }

    /**
     * Makes a failure of KMS or AWS, which a caller of the API may mend, one that the API answers in its own words; for
     * {@code onException} of its routes. Others stay as they are.
     */
    public void tell(Exchange exchange) {
        Throwable failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof KmsException kms) {
                exchange.setProperty(Exchange.EXCEPTION_CAUGHT, KmsSource.rejection(kms));
                return;
            }
            if (cause instanceof SdkException) {
                rejection(aws.classify(failure))
                        .ifPresent(rejection -> exchange.setProperty(Exchange.EXCEPTION_CAUGHT, rejection));
                return;
            }
        }
    }

    private static Optional<Rejection> rejection(AwsFailure failure) {
        Rejection.Kind kind = switch (failure.failureClass()) {
            case THROTTLED -> Rejection.Kind.RATE_LIMITED;
            case TRANSIENT -> Rejection.Kind.UPSTREAM_UNAVAILABLE;
            case OUR_BUG -> null;
            default -> Rejection.Kind.BAD_REQUEST;
        };
        return Optional.ofNullable(kind).map(known -> new Rejection(known, failure.text()));
    }

    /** Where it happened. Messages are left out: those of JSON readers and SDKs quote what they were given. */
    private static String trace(Throwable failure) {
        StringBuilder trace = new StringBuilder();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            trace.append("\n  ").append(cause.getClass().getName());
            Arrays.stream(cause.getStackTrace())
                    .limit(FRAMES)
                    .forEach(frame -> trace.append("\n    at ").append(frame));
        }
        return trace.toString();
    }
}
