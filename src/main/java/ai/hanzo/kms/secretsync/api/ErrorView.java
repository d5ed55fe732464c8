package ai.hanzo.kms.secretsync.api;

/**
 * The error envelope: {@code upstream-secret-sync.md} 1.1.
 *
 * @param message a text; for a {@code ValidationFailure} the list of {@link Issue}
 */
public record ErrorView(String reqId, int statusCode, Object message, String error) {}
