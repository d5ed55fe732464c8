package ai.hanzo.kms.secretsync.api;

import java.time.Instant;
import java.util.UUID;

/**
 * When something happens to a sync by itself; null where it does not.
 *
 * @param nextPollAt when the KMS is asked whether its source changed
 * @param nextDriftCheckAt when its destination is looked at
 * @param nextRetryAt when a run that failed is tried again
 * @param paused whether what is due waits until somebody resumes it
 */
public record ScheduleView(
        UUID syncId, Instant nextPollAt, Instant nextDriftCheckAt, Instant nextRetryAt, boolean paused) {}
