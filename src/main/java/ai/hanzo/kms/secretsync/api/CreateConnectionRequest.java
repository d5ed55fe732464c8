package ai.hanzo.kms.secretsync.api;

/**
 * A valid request for a new AWS app connection.
 *
 * @param description null where there is none
 * @param projectId null for a connection of the whole organisation
 */
public record CreateConnectionRequest(String name, String description, String projectId, AwsCredentials credentials) {}
