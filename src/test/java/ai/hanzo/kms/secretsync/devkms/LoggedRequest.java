package ai.hanzo.kms.secretsync.devkms;

import java.time.Instant;

/**
 * A request that was received. Bodies and headers are not kept.
 *
 * @param query the raw query string, or null
 * @param status of the answer; 0 if the connection was dropped instead
 * @param identity name of the caller, or null before authentication
 */
public record LoggedRequest(Instant at, String method, String path, String query, int status, String identity) {}
