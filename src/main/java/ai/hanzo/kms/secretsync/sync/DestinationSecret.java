package ai.hanzo.kms.secretsync.sync;

import java.time.Instant;
import java.util.Map;

/**
 * An AWS secret as ListSecrets or DescribeSecret shows it: everything but its value.
 *
 * @param versionId version that carries AWSCURRENT; null where the secret has no value yet
 * @param kmsKeyId as AWS reports it; null for the account's default key
 * @param owningService AWS service that manages it, or null
 * @param type kind of managed external secret, or null
 * @param primaryRegion region of the primary where this one is a replica (or has replicas), or null
 * @param deletedDate when its deletion was asked for, null unless it is scheduled for deletion
 */
public record DestinationSecret(
        String name,
        String arn,
        String versionId,
        String kmsKeyId,
        Map<String, String> tags,
        String owningService,
        String type,
        String primaryRegion,
        boolean rotationEnabled,
        Instant deletedDate,
        Instant lastChangedDate) {

    public DestinationSecret {
        tags = tags == null ? Map.of() : Map.copyOf(tags);
    }

    /** The same secret with what a read, which is fresher than a list, told about its current version. */
    public DestinationSecret withVersionId(String version) {
        return new DestinationSecret(
                name,
                arn,
                version,
                kmsKeyId,
                tags,
                owningService,
                type,
                primaryRegion,
                rotationEnabled,
                deletedDate,
                lastChangedDate);
    }

    public boolean scheduledForDeletion() {
        return deletedDate != null;
    }
}
