package ai.hanzo.kms.secretsync.connections;

import java.util.UUID;

/** Asks AWS whether credentials work, before they are stored. */
@FunctionalInterface
public interface CredentialCheck {
    /**
     * @param externalId to send with AssumeRole
     * @param connectionId the id that the connection has or will have
     * @return the AWS account that the credentials belong to
     * @throws ai.hanzo.kms.secretsync.sync.Rejection if they do not work, 400 {@code Unable to validate connection: ...}
     */
    String accountId(ConnectionCredentials credentials, String externalId, UUID connectionId);
}
