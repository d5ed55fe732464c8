package ai.hanzo.kms.secretsync.api;

import ai.hanzo.kms.secretsync.sync.Rejection;

/**
 * A valid request to change an AWS app connection.
 *
 * @param name null to keep it
 * @param credentials null to keep them
 */
public record UpdateConnectionRequest(String name, Patch<String> description, AwsCredentials credentials) {
    /**
     * The new credentials, for a connection whose method never changes.
     *
     * @return null to keep the old ones
     * @throws Rejection where they are for the other method
     */
    public AwsCredentials credentialsFor(ConnectionMethod method) {
        if (credentials != null && credentials.method() != method) {
            throw Rejection.badRequest("Invalid credential format for AWS Connection with method " + method.title());
        }
        return credentials;
    }
}
