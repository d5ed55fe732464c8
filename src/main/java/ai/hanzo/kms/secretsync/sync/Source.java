package ai.hanzo.kms.secretsync.sync;

/**
 * Where secrets are read from in the KMS.
 *
 * @param projectId id of the KMS project
 * @param environment slug of the environment
 * @param secretPath folder path, {@code /} for the root, never with a trailing slash otherwise
 */
public record Source(String projectId, String environment, String secretPath) {}
