package ai.hanzo.kms.secretsync.aws;

import java.util.Objects;
import java.util.UUID;

/** The port through which connections come to this package; whoever stores connections implements it. */
public interface AwsIdentities {

    /**
     * The identity of a connection as it is now.
     *
     * @throws ai.hanzo.kms.secretsync.sync.Rejection if there is no such connection, or it cannot be decrypted
     */
    Resolved resolve(UUID connectionId);

    /**
     * @param revision grows with every change of the credentials; clients are kept per revision
     * @param accountId AWS account that {@link CallerIdentity} found when the connection was saved
     */
    record Resolved(AwsIdentity identity, long revision, String accountId) {
        public Resolved {
            Objects.requireNonNull(identity);
            if (revision < 0) {
                throw new IllegalArgumentException("revision must not be negative");
            }
        }
    }
}
