package ai.hanzo.kms.secretsync.api;

/**
 * A valid request for a new AWS app connection.
 *
 * @param description null where there is none
 * @param projectId null for a connection of the whole organisation
 */
public record CreateConnectionRequest(String name, String description, String projectId, AwsCredentials credentials) {
    /**
     * The update that makes a connection of the same name like the one that this would make.
     *
     * @param withCredentials whether it has others than these
     */
    public UpdateConnectionRequest asUpdate(boolean withCredentials) {
        return new UpdateConnectionRequest(null, Patch.of(description), withCredentials ? credentials : null);
    }
}
