package ai.hanzo.kms.secretsync.sync;

import java.util.List;
import java.util.Map;

/**
 * The options of a sync exactly as the caller gave them: an absent option is null, so that a response can echo what was sent.
 *
 * @param initialSyncBehavior never null
 * @param keySchema name template; null or empty means none
 * @param disableSecretDeletion null means false
 * @param keyId id, ARN or alias of the AWS KMS key; null means the account's default key
 * @param tags null means that tags are left alone; empty means that this sync wants none of its own
 * @param syncSecretMetadataAsTags null means false
 * @param driftBehavior null means {@link DriftBehavior#CORRECT}
 * @param replicaRegions where AWS is to keep copies; null means that replicas are left alone, empty that this sync wants none
 * @param resourcePolicy a JSON object; null means that this sync wants none of its own
 */
public record SyncOptions(
        InitialSyncBehavior initialSyncBehavior,
        String keySchema,
        Boolean disableSecretDeletion,
        String keyId,
        List<Tag> tags,
        Boolean syncSecretMetadataAsTags,
        DriftBehavior driftBehavior,
        List<ReplicaRegion> replicaRegions,
        Map<String, Object> resourcePolicy) {

    /** The options that upstream has. */
    public SyncOptions(
            InitialSyncBehavior initialSyncBehavior,
            String keySchema,
            Boolean disableSecretDeletion,
            String keyId,
            List<Tag> tags,
            Boolean syncSecretMetadataAsTags) {
        this(initialSyncBehavior, keySchema, disableSecretDeletion, keyId, tags, syncSecretMetadataAsTags, null, null, null);
    }

    SyncOptions withoutKeySchema() {
        return new SyncOptions(
                initialSyncBehavior,
                null,
                disableSecretDeletion,
                keyId,
                tags,
                syncSecretMetadataAsTags,
                driftBehavior,
                replicaRegions,
                resourcePolicy);
    }

    /**
     * The same for an additional destination, which is never imported from: what the KMS has, be it from the first destination,
     * has precedence there.
     *
     * @param key KMS key there, null for the same
     */
    public SyncOptions forAdditionalDestination(String key) {
        return new SyncOptions(
                initialSyncBehavior == InitialSyncBehavior.IMPORT_PRIORITIZE_DESTINATION
                        ? InitialSyncBehavior.IMPORT_PRIORITIZE_SOURCE
                        : initialSyncBehavior,
                keySchema,
                disableSecretDeletion,
                key == null ? keyId : key,
                tags,
                syncSecretMetadataAsTags,
                driftBehavior,
                replicaRegions,
                resourcePolicy);
    }

    public boolean deletionDisabled() {
        return Boolean.TRUE.equals(disableSecretDeletion);
    }

    public boolean metadataAsTags() {
        return Boolean.TRUE.equals(syncSecretMetadataAsTags);
    }

    /** Whether what somebody changed at the destination is only told of. */
    public boolean reportsDrift() {
        return driftBehavior == DriftBehavior.REPORT;
    }

    /** Whether this sync has any say in tags: the tags of an existing secret are left alone otherwise. */
    public boolean managesTags() {
        return tags != null || metadataAsTags();
    }

    /** The resource policy that every secret is to have, null where none is asked for. */
    public PolicyDocument policy() {
        return resourcePolicy == null ? null : PolicyDocument.of(resourcePolicy);
    }

    /** Whether new secrets are to be copied to other regions. */
    public boolean replicates() {
        return replicaRegions != null && !replicaRegions.isEmpty();
    }
}
