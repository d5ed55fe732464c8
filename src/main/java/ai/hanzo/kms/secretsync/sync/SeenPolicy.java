package ai.hanzo.kms.secretsync.sync;

/**
 * The resource policy that a secret has.
 *
 * @param digest {@link PolicyDocument#digest()}, null where it has none or it could not be read
 * @param trouble why it could not be read, with the remedy; null where it could
 */
public record SeenPolicy(String digest, String trouble) {}
