package ai.hanzo.kms.secretsync.aws;

/**
 * Who a connection is, or why AWS does not say.
 *
 * @param accountId null where the connection does not work
 * @param arn null likewise
 * @param problem what is wrong and what to do about it; null where it works
 */
public record CheckedIdentity(String accountId, String arn, String problem) {
    public boolean isValid() {
        return problem == null;
    }
}
