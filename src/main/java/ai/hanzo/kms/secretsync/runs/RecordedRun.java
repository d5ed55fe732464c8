package ai.hanzo.kms.secretsync.runs;

import java.time.Instant;
import java.util.UUID;

/**
 * A run as it is on record.
 *
 * @param action {@link RunAction#word()}
 * @param reason {@link RunReason#word()}
 * @param status {@link RunStatus#word()}
 * @param message as on the sync, or null
 * @param finishedAt null while it is under way
 * @param counts null while it is under way, and of a run that a crash cut off
 * @param awsCalls likewise
 */
public record RecordedRun(
        UUID id,
        String action,
        String reason,
        String status,
        String message,
        Instant startedAt,
        Instant finishedAt,
        RunCounts counts,
        Integer awsCalls) {}
