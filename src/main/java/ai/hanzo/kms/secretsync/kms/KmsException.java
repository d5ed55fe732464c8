package ai.hanzo.kms.secretsync.kms;

import java.time.Duration;

/** The KMS could not be read or written. The message names what happened; never a value, token or body. */
public class KmsException extends RuntimeException {
    private final SourceFailure failure;
    private final Duration retryAfter;

    KmsException(SourceFailure failure, String message) {
        this(failure, message, null, null);
    }

    /**
     * @param retryAfter see {@link #retryAfter()}
     * @param cause null where the KMS answered; otherwise a failure of the connection, which holds no content
     */
    KmsException(SourceFailure failure, String message, Duration retryAfter, Throwable cause) {
        super(message, cause);
        this.failure = failure;
        this.retryAfter = retryAfter;
    }

    public SourceFailure failure() {
        return failure;
    }

    /** What an operator does about it. */
    public String remedy() {
        return failure.remedy();
    }

    /** How long the KMS must be left alone before the next try; null where nothing is known. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
