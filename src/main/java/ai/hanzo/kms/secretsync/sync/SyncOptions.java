package ai.hanzo.kms.secretsync.sync;

import java.util.List;

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
 * @param sharding whether the object of a many-to-one sync may be divided among several secrets; null means false
 */
public record SyncOptions(
        InitialSyncBehavior initialSyncBehavior,
        String keySchema,
        Boolean disableSecretDeletion,
        String keyId,
        List<Tag> tags,
        Boolean syncSecretMetadataAsTags,
        DriftBehavior driftBehavior,
        Boolean sharding) {

    /** The options that upstream has. */
    public SyncOptions(
            InitialSyncBehavior initialSyncBehavior,
            String keySchema,
            Boolean disableSecretDeletion,
            String keyId,
            List<Tag> tags,
            Boolean syncSecretMetadataAsTags) {
        this(initialSyncBehavior, keySchema, disableSecretDeletion, keyId, tags, syncSecretMetadataAsTags, null, null);
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
                sharding);
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

    public boolean sharded() {
        return Boolean.TRUE.equals(sharding);
    }

    /** Whether this sync has any say in tags: the tags of an existing secret are left alone otherwise. */
    public boolean managesTags() {
        return tags != null || metadataAsTags();
    }
}
