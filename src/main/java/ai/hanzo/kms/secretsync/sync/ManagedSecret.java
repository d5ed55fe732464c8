package ai.hanzo.kms.secretsync.sync;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;

/**
 * The journal's entry for an AWS secret that a sync put there or adopted.
 *
 * <p>A write is journalled twice: what is intended before the call ({@code pending...}), and what AWS answered after it. An
 * entry with a pending token is a call whose outcome is not known: it is replayed with the same token, so that AWS makes no
 * second version.
 *
 * @param mappingBehavior by which it was made: what was made many-to-one may hold keys of others
 * @param arn as AWS answered, null until the first write was confirmed
 * @param versionId version that was AWSCURRENT when the content was last known, null until then
 * @param fingerprint {@link VersionTokens#token} of that content's {@link DesiredSecret#basis()} under {@code generation};
 *     equals {@code versionId} where this service wrote it, and differs where it was adopted. Empty while a write over
 *     somebody's change is pending: {@code versionId} is then that change. Null until a first write or adoption was confirmed,
 *     and for a secret that was never this sync's but deleted by it: such an entry does not make the secret ours
 * @param generation what the fingerprint was made with
 * @param pendingToken token of a call that was begun and not confirmed, or null
 * @param pendingGeneration what the pending token was made with; meaningless without one
 * @param kmsKeyWanted {@code keyId} option of the last confirmed write that set the key, null for the default key,
 *     {@link KmsKeys#UNSEEN} where this sync never set it
 * @param kmsKeyReported what AWS reported as its key after that, null for the default key, {@link KmsKeys#UNSEEN} where it
 *     has reported nothing since
 * @param tagKeys keys of the tags this sync wrote; only these may ever be removed
 * @param keys the KMS secrets it was made of
 * @param deleted whether this sync scheduled it for deletion
 * @param budget how often this sync has written it lately
 * @param replicas by region
 * @param policy its resource policy, null where this sync knows nothing of it
 * @param keySchema the {@link KeySchema} by which it got its name, with environment and path in place; null where an instance that did not
 *     keep it wrote the entry
 * @param supersededAt since when all that takes its place is known to be there, where it is not wanted any more; null otherwise
 */
public record ManagedSecret(
        String name,
        String mappingBehavior,
        String arn,
        String versionId,
        String fingerprint,
        long generation,
        String pendingToken,
        long pendingGeneration,
        String kmsKeyWanted,
        String kmsKeyReported,
        Set<String> tagKeys,
        SortedSet<String> keys,
        boolean adopted,
        boolean deleted,
        VersionBudget budget,
        Map<String, ManagedReplica> replicas,
        ManagedPolicy policy,
        String keySchema,
        Instant supersededAt) {

    boolean manyToOne() {
        return Destination.MANY_TO_ONE.equals(mappingBehavior);
    }

    /** Whether what was there is known to have been put there, or taken over, by this sync. */
    public boolean confirmed() {
        return fingerprint != null;
    }

    /** Whether it is there with a value that this sync knows, and no write of it is in doubt. */
    public boolean inPlace() {
        return confirmed() && arn != null && pendingToken == null && !deleted;
    }
}
