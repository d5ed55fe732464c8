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
 * @param replicas by region; null where they are not known, as in a list
 * @param policy its resource policy; null where it was not asked for, as it is nowhere by itself
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
        Instant lastChangedDate,
        Map<String, Replica> replicas,
        SeenPolicy policy) {

    public DestinationSecret {
        tags = tags == null ? Map.of() : Map.copyOf(tags);
        replicas = replicas == null ? null : Map.copyOf(replicas);
    }

    /** One as a list shows it. */
    public DestinationSecret(
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
        this(
                name,
                arn,
                versionId,
                kmsKeyId,
                tags,
                owningService,
                type,
                primaryRegion,
                rotationEnabled,
                deletedDate,
                lastChangedDate,
                null,
                null);
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
                lastChangedDate,
                replicas,
                policy);
    }

    /** The same secret with the resource policy that was read. */
    public DestinationSecret withPolicy(SeenPolicy seen) {
        return new DestinationSecret(
                name,
                arn,
                versionId,
                kmsKeyId,
                tags,
                owningService,
                type,
                primaryRegion,
                rotationEnabled,
                deletedDate,
                lastChangedDate,
                replicas,
                seen);
    }

    /** Whether it certainly has copies in other regions. */
    public boolean replicated() {
        return replicas != null && !replicas.isEmpty();
    }

    public boolean scheduledForDeletion() {
        return deletedDate != null;
    }
}
