package ai.hanzo.kms.secretsync.aws;

import java.util.Map;

/** AWS has a secret as it should be, and could not copy it to another region. */
final class ReplicationFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Map<String, String> failed;

    /**
     * @param failed AWS's reason by region, null where it gave none
     */
    ReplicationFailedException(Map<String, String> failed) {
        super("replication failed to " + failed.keySet());
        this.failed = failed;
    }

    Map<String, String> failed() {
        return failed;
    }
}
