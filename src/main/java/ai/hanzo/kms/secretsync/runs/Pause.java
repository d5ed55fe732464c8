package ai.hanzo.kms.secretsync.runs;

import java.time.Instant;

/**
 * Runs of what is paused wait, and a run under way makes no further change.
 *
 * @param reason as whoever paused it gave it, or null
 */
public record Pause(PauseTarget target, Instant since, String reason) {}
