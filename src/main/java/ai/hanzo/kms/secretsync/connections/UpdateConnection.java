package ai.hanzo.kms.secretsync.connections;

/**
 * Asks for a change of a connection; what is null stays as it is.
 *
 * @param description null to leave it; {@code new Description(null)} to remove it
 */
public record UpdateConnection(String name, Description description, ConnectionCredentials credentials) {
    /** A description that was sent, be it a null. */
    public record Description(String text) {}
}
