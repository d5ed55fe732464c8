package ai.hanzo.kms.secretsync.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A run on record.
 *
 * @param action {@code sync}, {@code import} or {@code remove}
 * @param reason {@code manual}, {@code configured}, {@code change}, {@code drift}, {@code retry}, {@code recovery}
 * @param status {@code running}, {@code succeeded} or {@code failed}
 * @param finishedAt null while it is under way
 * @param counts null while it is under way, and where a crash cut it off
 * @param awsCalls likewise
 * @param outcomes secrets that it changed, could not change, or left alone on purpose; not there in a list of runs
 */
public record RunView(
        UUID id,
        String action,
        String reason,
        String status,
        String message,
        Instant startedAt,
        Instant finishedAt,
        Counts counts,
        Integer awsCalls,
        @JsonInclude(JsonInclude.Include.NON_NULL) List<Outcome> outcomes) {
    /** Secrets by what became of them. */
    public record Counts(int succeeded, int unchanged, int skipped, int failed) {}

    /**
     * What became of one secret; never a value.
     *
     * @param change what was planned for it
     * @param result {@code succeeded}, {@code skipped} or {@code failed}
     */
    public record Outcome(String name, String change, String result, String errorCode, String message, String remedy) {}
}
