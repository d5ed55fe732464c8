package ai.hanzo.kms.secretsync.sync;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

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
 * @param keyRules null means every key, under its own name
 * @param replicaRegions where AWS is to keep copies; null means that replicas are left alone, empty that this sync wants none
 * @param sharding whether the object of a many-to-one sync may be divided among several secrets; null means false
 * @param tagMode null means {@link TagMode#UPSERT}
 * @param requireApproval null means false
 * @param resourcePolicy a JSON object; null means that this sync wants none of its own
 * @param includeAllSubFolders null means false
 * @param move what becomes of secrets at names, in regions or in accounts that a change of settings left; null means that they stay
 */
public record SyncOptions(
        InitialSyncBehavior initialSyncBehavior,
        String keySchema,
        Boolean disableSecretDeletion,
        String keyId,
        List<Tag> tags,
        Boolean syncSecretMetadataAsTags,
        DriftBehavior driftBehavior,
        KeyRules keyRules,
        List<ReplicaRegion> replicaRegions,
        Boolean sharding,
        TagMode tagMode,
        Boolean requireApproval,
        Map<String, Object> resourcePolicy,
        Boolean includeAllSubFolders,
        Move move) {

    /** The options that upstream has. */
    public SyncOptions(
            InitialSyncBehavior initialSyncBehavior,
            String keySchema,
            Boolean disableSecretDeletion,
            String keyId,
            List<Tag> tags,
            Boolean syncSecretMetadataAsTags) {
        this(
                initialSyncBehavior,
                keySchema,
                disableSecretDeletion,
                keyId,
                tags,
                syncSecretMetadataAsTags,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    /** The same with some options changed. */
    public SyncOptions with(Consumer<Draft> changes) {
        Draft draft = new Draft(this);
        changes.accept(draft);
        return draft.finished();
    }

    SyncOptions withoutKeySchema() {
        return with(draft -> draft.keySchema = null);
    }

    /**
     * The same for an additional destination, which is never imported from: what the KMS has, be it from the first destination,
     * has precedence there.
     *
     * @param key KMS key there, null for the same
     */
    public SyncOptions forAdditionalDestination(String key) {
        return with(draft -> {
            if (initialSyncBehavior == InitialSyncBehavior.IMPORT_PRIORITIZE_DESTINATION) {
                draft.initialSyncBehavior = InitialSyncBehavior.IMPORT_PRIORITIZE_SOURCE;
            }
            draft.keyId = key == null ? keyId : key;
        });
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

    /** The resource policy that every secret is to have, null where none is asked for. */
    public PolicyDocument policy() {
        return resourcePolicy == null ? null : PolicyDocument.of(resourcePolicy);
    }

    /** Whether new secrets are to be copied to other regions. */
    public boolean replicates() {
        return replicaRegions != null && !replicaRegions.isEmpty();
    }

    /** Whether the tags of a secret that is there are ever changed. */
    public boolean changesTags() {
        return managesTags() && tagMode != TagMode.NEVER;
    }

    /** Whether a plan that deletes or takes over is carried out only once somebody has approved exactly that plan. */
    public boolean approvalRequired() {
        return Boolean.TRUE.equals(requireApproval);
    }

    /** Whether all folders below the source belong to it. */
    public boolean subFolders() {
        return Boolean.TRUE.equals(includeAllSubFolders);
    }

    /** What becomes of keys, also where nothing was said about them. */
    public KeyRules rulesForKeys() {
        return keyRules == null ? KeyRules.none() : keyRules;
    }

    /** Options while some of them are changed. */
    public static final class Draft {
        private InitialSyncBehavior initialSyncBehavior;
        private String keySchema;
        private final Boolean disableSecretDeletion;
        private String keyId;
        private final List<Tag> tags;
        private final Boolean syncSecretMetadataAsTags;
        private final DriftBehavior driftBehavior;
        private KeyRules keyRules;
        private List<ReplicaRegion> replicaRegions;
        private Boolean sharding;
        private TagMode tagMode;
        private Boolean requireApproval;
        private Map<String, Object> resourcePolicy;
        private Boolean includeAllSubFolders;
        private Move move;

        private Draft(SyncOptions options) {
            initialSyncBehavior = options.initialSyncBehavior;
            keySchema = options.keySchema;
            disableSecretDeletion = options.disableSecretDeletion;
            keyId = options.keyId;
            tags = options.tags;
            syncSecretMetadataAsTags = options.syncSecretMetadataAsTags;
            driftBehavior = options.driftBehavior;
            keyRules = options.keyRules;
            replicaRegions = options.replicaRegions;
            sharding = options.sharding;
            tagMode = options.tagMode;
            requireApproval = options.requireApproval;
            resourcePolicy = options.resourcePolicy;
            includeAllSubFolders = options.includeAllSubFolders;
            move = options.move;
        }

        public Draft keyRules(KeyRules rules) {
            keyRules = rules;
            return this;
        }

        public Draft replicaRegions(List<ReplicaRegion> regions) {
            replicaRegions = regions;
            return this;
        }

        public Draft resourcePolicy(Map<String, Object> policy) {
            resourcePolicy = policy;
            return this;
        }

        public Draft sharding(Boolean divided) {
            sharding = divided;
            return this;
        }

        public Draft tagMode(TagMode mode) {
            tagMode = mode;
            return this;
        }

        public Draft requireApproval(Boolean required) {
            requireApproval = required;
            return this;
        }

        public Draft includeAllSubFolders(Boolean included) {
            includeAllSubFolders = included;
            return this;
        }

        public Draft move(Move moved) {
            move = moved;
            return this;
        }

        private SyncOptions finished() {
            return new SyncOptions(
                    initialSyncBehavior,
                    keySchema,
                    disableSecretDeletion,
                    keyId,
                    tags,
                    syncSecretMetadataAsTags,
                    driftBehavior,
                    keyRules,
                    replicaRegions,
                    sharding,
                    tagMode,
                    requireApproval,
                    resourcePolicy,
                    includeAllSubFolders,
                    move);
        }
    }
}
