package ai.hanzo.kms.secretsync.kms;

/**
 * What the KMS answered to somebody's login, to be passed on unchanged. Holds a token: it does not show itself.
 *
 * @param contentType null where the KMS named none
 * @param retryAfter header of a 429, in seconds; null where the KMS named none
 */
public record LoginReply(int status, String contentType, String retryAfter, byte[] body) {
    @Override
    public String toString() {
        return "LoginReply[" + status + "]";
    }
}
