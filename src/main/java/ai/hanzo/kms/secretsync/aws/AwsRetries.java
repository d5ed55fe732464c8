package ai.hanzo.kms.secretsync.aws;

import java.time.Duration;
import java.util.function.LongSupplier;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.retries.api.AcquireInitialTokenRequest;
import software.amazon.awssdk.retries.api.AcquireInitialTokenResponse;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.retries.api.RecordSuccessRequest;
import software.amazon.awssdk.retries.api.RecordSuccessResponse;
import software.amazon.awssdk.retries.api.RefreshRetryTokenRequest;
import software.amazon.awssdk.retries.api.RefreshRetryTokenResponse;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.retries.api.RetryToken;
import software.amazon.awssdk.retries.api.TokenAcquisitionFailedException;

/**
 * The SDK's standard retries with two limits instead of one: so many attempts that failed otherwise, and so much time for those
 * that were throttled. The {@link Pacer} slows down on those; a call that only has to wait longer is no failure.
 */
final class AwsRetries implements RetryStrategy {
    /** The pacer makes a retry wait for its turn; this only spreads retries that would have it at once. With full jitter. */
    private static final Duration THROTTLED_FIRST = Duration.ofMillis(100);

    private static final Duration THROTTLED_MOST = Duration.ofSeconds(5);

    private final RetryStrategy standard;
    private final int maxAttempts;
    private final Duration throttledFor;
    private final Pacer pacer;
    private final LongSupplier nanoTime;

    /**
     * @param maxAttempts that fail for another reason than throttling
     * @param throttledFor how long after its beginning a throttled call is tried again
     */
    AwsRetries(int maxAttempts, Duration throttledFor, Pacer pacer, LongSupplier nanoTime) {
        this.maxAttempts = maxAttempts;
        this.throttledFor = throttledFor;
        this.pacer = pacer;
        this.nanoTime = nanoTime;
        standard = AwsRetryStrategy.standardRetryStrategy().toBuilder()
                .maxAttempts(Integer.MAX_VALUE)
                // It would let calls fail after some hundred throttled ones, which a first sync of many secrets has.
                .circuitBreakerEnabled(false)
                .throttlingBackoffStrategy(BackoffStrategy.exponentialDelay(THROTTLED_FIRST, THROTTLED_MOST))
                .build();
    }

    /**
     * @param failed attempts, without throttled ones
     */
    private record Attempts(RetryToken token, int failed, long begin) implements RetryToken {
        Attempts and(RetryToken next, boolean throttled) {
            return new Attempts(next, throttled ? failed : failed + 1, begin);
        }
    }

    @Override
    public AcquireInitialTokenResponse acquireInitialToken(AcquireInitialTokenRequest request) {
        AcquireInitialTokenResponse response = standard.acquireInitialToken(request);
        return AcquireInitialTokenResponse.create(
                new Attempts(response.token(), 0, nanoTime.getAsLong()), response.delay());
    }

    @Override
    public RefreshRetryTokenResponse refreshRetryToken(RefreshRetryTokenRequest request) {
        Attempts attempts = (Attempts) request.token();
        boolean throttled = AwsErrors.throttled(request.failure());
        pacer.answered(throttled);
        if (!throttled && attempts.failed() + 1 >= maxAttempts) {
            throw new TokenAcquisitionFailedException("no attempts left", attempts, request.failure());
        }
        RefreshRetryTokenResponse response;
        try {
            response = standard.refreshRetryToken(
                    request.toBuilder().token(attempts.token()).build());
        } catch (TokenAcquisitionFailedException e) {
            throw new TokenAcquisitionFailedException(e.getMessage(), attempts.and(e.token(), throttled), e);
        }
        long again = nanoTime.getAsLong() + response.delay().toNanos();
        if (throttled && again - attempts.begin() > throttledFor.toNanos()) {
            throw new TokenAcquisitionFailedException("no time left", attempts, request.failure());
        }
        return RefreshRetryTokenResponse.create(attempts.and(response.token(), throttled), response.delay());
    }

    @Override
    public RecordSuccessResponse recordSuccess(RecordSuccessRequest request) {
        pacer.answered(false);
        Attempts attempts = (Attempts) request.token();
        RecordSuccessResponse response = standard.recordSuccess(RecordSuccessRequest.create(attempts.token()));
        return RecordSuccessResponse.create(new Attempts(response.token(), attempts.failed(), attempts.begin()));
    }

    @Override
    public int maxAttempts() {
        return standard.maxAttempts();
    }

    @Override
    public boolean useClientDefaults() {
        return false;
    }

    @Override
    public Builder<?, ?> toBuilder() {
        throw new UnsupportedOperationException("made once, for all clients");
    }
}
