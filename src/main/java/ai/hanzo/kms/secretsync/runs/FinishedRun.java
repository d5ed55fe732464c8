package ai.hanzo.kms.secretsync.runs;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * A run that has ended, for whoever is to hear of it: what {@code seda:finished-runs} carries. Names and numbers, never a value.
 *
 * @param syncName null where the sync could not even be read
 * @param projectId likewise
 * @param action {@code sync}, {@code import} or {@code remove}
 * @param reason why it ran: {@code manual}, {@code configured}, {@code change}, {@code drift}, {@code retry}, {@code recovery}
 * @param status {@code succeeded}, {@code failed} or {@code needs-approval}
 * @param message what failed, or null
 * @param requestedAt when it was asked for, or null for a drift check
 */
public record FinishedRun(
        UUID id,
        UUID syncId,
        String syncName,
        String projectId,
        String action,
        String reason,
        String status,
        String message,
        RunCounts counts,
        int awsCalls,
        Instant requestedAt,
        Instant startedAt,
        Instant finishedAt) {

    /** Whether it did not do its work, also where somebody has to approve that first. */
    public boolean failed() {
        return !RunStatus.SUCCEEDED.word().equals(status);
    }

    public Duration duration() {
        return Duration.between(startedAt, finishedAt);
    }
}
