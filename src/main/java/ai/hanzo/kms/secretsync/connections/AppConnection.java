package ai.hanzo.kms.secretsync.connections;

import java.time.Instant;
import java.util.UUID;

/**
 * A connection as anyone who may see it may see it: everything but the secret.
 *
 * @param description null or text, as it was sent
 * @param projectId null for a connection of the whole organisation
 * @param accountId AWS account, as STS named it when the credentials were last checked; null if it was not told
 * @param accessKeyId with {@link ConnectionMethod#ACCESS_KEY}; otherwise null. Null too when the stored credentials cannot be
 *     decrypted, so that one damaged row hides no others and can still be replaced or deleted
 * @param stsEndpoint with {@link ConnectionMethod#ASSUME_ROLE}, when one was given; otherwise null
 * @param credentialsHash 64 hexadecimal digits: a keyed hash of the credentials. Terraform keeps it and, where it differs, takes the
 *     credentials for changed by others and sends them again. So it changes when the credentials are rotated and only then: its
 *     key is a {@linkplain DataKeys data key}, which stays the same when the master key is rotated, and upstream's hash of the
 *     ciphertext, which would not, is not copied
 * @param credentialsRevision grows with every rotation of the credentials; part of the names of SDK clients
 * @param version the generation of the rule for ExternalId, see {@link #externalId()}
 */
public record AppConnection(
        UUID id,
        String name,
        String description,
        ConnectionMethod method,
        String orgId,
        String projectId,
        String accountId,
        String accessKeyId,
        String stsEndpoint,
        String credentialsHash,
        int credentialsRevision,
        int version,
        Instant createdAt,
        Instant updatedAt) {
    /** The version that new connections have. */
    public static final int CURRENT_VERSION = 2;

    /**
     * The ExternalId sent with AssumeRole, which the role's trust policy may ask for: the project's id, or the organisation's
     * when there is no project; always the organisation's for connections of version 1 (upstream's rule).
     */
    public String externalId() {
        return version >= CURRENT_VERSION && projectId != null ? projectId : orgId;
    }
}
