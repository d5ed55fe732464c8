package ai.hanzo.kms.secretsync.runs;

import java.time.Instant;
import java.util.UUID;

/**
 * A run under way.
 *
 * @param id also the {@code lastSyncJobId} of the contract
 * @param reason why it runs: see {@link RunReason}
 * @param generation a number no other run has; version tokens of what this run writes are made with it
 */
public record Run(UUID id, UUID syncId, RunAction action, RunReason reason, long generation, Instant startedAt) {}
