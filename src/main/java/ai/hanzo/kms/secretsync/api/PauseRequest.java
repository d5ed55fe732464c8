package ai.hanzo.kms.secretsync.api;

import java.util.UUID;

/**
 * Pauses or resumes: exactly one of the three is given.
 *
 * @param everything every sync of this installation
 * @param reason for people, or null
 */
public record PauseRequest(UUID syncId, UUID connectionId, boolean everything, String reason) {}
