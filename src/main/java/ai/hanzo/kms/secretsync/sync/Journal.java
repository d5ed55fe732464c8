package ai.hanzo.kms.secretsync.sync;

import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the journal must say before a call and after its outcome. The storage only keeps what these functions give; where they
 * give nothing, the entry goes.
 *
 * <p>The order that makes every crash harmless: store {@link #intended} - call AWS - store {@link #written} (or
 * {@link #refused} where AWS certainly did nothing). After a time-out or a lost connection the outcome is not known: store
 * nothing, the pending token stays and the next run replays the call under it.
 */
public final class Journal {
    private final VersionTokens tokens;
    private final String kmsKey;
    private final String mappingBehavior;
    private final List<ReplicaRegion> replicaRegions;
    private final PolicyDocument policy;
    private final String keySchema;
    private final Instant now;

    private Journal(
            VersionTokens tokens,
            String kmsKey,
            String mappingBehavior,
            List<ReplicaRegion> replicaRegions,
            PolicyDocument policy,
            String keySchema,
            Instant now) {
        this.policy = policy;
        this.keySchema = keySchema;
        this.now = now;
        this.tokens = tokens;
        this.kmsKey = kmsKey;
        this.mappingBehavior = mappingBehavior;
        this.replicaRegions = replicaRegions == null ? List.of() : replicaRegions;
    }

    /**
     * @param now counts against {@link VersionBudget}
     */
    public static Journal of(SecretSync sync, VersionTokens tokens, Instant now) {
        return new Journal(
                tokens,
                sync.options().keyId(),
                sync.destination().mappingBehavior(),
                sync.options().replicaRegions(),
                sync.options().policy(),
                sync.keySchema().toString(),
                now);
    }

    /**
     * Before a value is written.
     *
     * @param entry as it is stored, or null
     */
    public ManagedSecret intended(ManagedSecret entry, Change.Write change) {
        Draft draft;
        if (change instanceof Change.Create) {
            // A new secret, even if the name is known: the one that was there is gone, with its ARN and its versions.
            draft = new Draft(change.name());
            draft.tagKeys.addAll(change.secret().tags().keySet());
            replicaRegions.forEach(draft::replicaAskedFor);
        } else {
            DestinationSecret current = currentOf(change);
            draft = draft(Ownership.entryOf(current, entry), change.name());
            if (change instanceof Change.Restore restore && !restore.writesValue()) {
                return draft.build();
            }
            draft.arn = current.arn();
            if (current.versionId() != null && !current.versionId().equals(draft.versionId)) {
                // What we write over. While it is still there, a replay is the same write; anything else would be news.
                boolean adopting = change instanceof Change.Update update && update.adopted();
                draft.versionId = current.versionId();
                draft.fingerprint = adopting ? null : "";
            }
            draft.adopted |= change instanceof Change.Update update && update.adopted();
        }
        draft.mapping = mappingBehavior;
        draft.pendingToken = change.token();
        draft.pendingGeneration = change.generation();
        // Until the answer is there, either may be at the destination.
        draft.keys.addAll(change.secret().keys());
        return draft.build();
    }

    /**
     * After AWS confirmed that a value was written, or for a {@link Change.Restore} that writes none that it was restored.
     *
     * @param entry as {@link #intended} gave it
     * @param arn from the answer
     * @param versionId from the answer
     */
    public ManagedSecret written(ManagedSecret entry, Change.Write change, String arn, String versionId) {
        Draft draft = draft(entry, change.name());
        draft.arn = arn;
        draft.deleted = false;
        draft.wanted();
        boolean valueWritten = !(change instanceof Change.Restore restore) || restore.writesValue();
        if (valueWritten) {
            draft.versionId = versionId;
            draft.confirm(change.secret(), change.generation());
            draft.budget = draft.budget.written(now);
        }
        if (setsKmsKey(change)) {
            draft.kmsKeySet(kmsKey);
        }
        return draft.build();
    }

    /**
     * AWS refused the write and certainly did nothing: there is no call to replay. Empty where nothing remains to be known.
     */
    public Optional<ManagedSecret> refused(ManagedSecret entry) {
        Draft draft = draft(entry, entry.name());
        draft.pendingToken = null;
        draft.pendingGeneration = 0;
        return draft.fingerprint == null && !draft.deleted ? Optional.empty() : Optional.of(draft.build());
    }

    /** An equal secret was taken over. */
    public ManagedSecret adopted(ManagedSecret entry, Change.Adopt change) {
        Draft draft = draft(Ownership.entryOf(change.current(), entry), change.name());
        draft.arn = change.current().arn();
        draft.versionId = change.current().versionId();
        draft.confirm(change.secret(), change.generation());
        draft.adopted = true;
        draft.deleted = false;
        draft.replicasLearned(change.current());
        draft.policyLearned(change.current());
        return draft.build();
    }

    /** UpdateSecret without a value, for the KMS key, was confirmed. */
    public ManagedSecret kmsKeyChanged(ManagedSecret entry, Change.ChangeKmsKey change) {
        Draft draft = draft(entry, change.name());
        draft.kmsKeySet(kmsKey);
        return draft.build();
    }

    /**
     * TagResource and UntagResource were confirmed. Nothing is stored before them: it would claim tags that somebody else
     * may have written.
     */
    public ManagedSecret retagged(ManagedSecret entry, Change.Retag change) {
        Draft draft = draft(entry, change.name());
        draft.tagKeys.removeAll(change.remove());
        draft.tagKeys.addAll(change.set().keySet());
        return draft.build();
    }

    /**
     * Before AWS is asked to replicate a secret, or not to any more. From then on the replica counts as this sync's: were it
     * stored afterwards, one whose answer was lost would be nobody's, and stand in the way of a deletion for ever.
     */
    public ManagedSecret replicating(ManagedSecret entry, Change.Replicate change) {
        Draft draft = draft(entry, change.name());
        change.remove().forEach(draft::replicaDoubtful);
        change.add().forEach(draft::replicaAskedFor);
        return draft.build();
    }

    /**
     * After AWS has answered that.
     *
     * @param replicas as AWS told of them
     */
    public ManagedSecret replicated(ManagedSecret entry, Change.Replicate change, Map<String, Replica> replicas) {
        Draft draft = draft(entry, change.name());
        draft.replicas.keySet().removeAll(change.remove());
        change.add().forEach(draft::replicaAskedFor);
        draft.replicasSeen(replicas);
        return draft.build();
    }

    /** AWS refused to replicate and certainly did nothing: what it was asked for anew is nobody's. */
    public ManagedSecret refused(ManagedSecret entry, Change.Replicate change) {
        Draft draft = draft(entry, change.name());
        Map<String, Replica> were = change.current().replicas();
        change.add().stream()
                .map(ReplicaRegion::region)
                .filter(region -> were == null || !were.containsKey(region))
                .forEach(draft.replicas::remove);
        return draft.build();
    }

    /** What the answer to a CreateSecret told of the replicas. */
    public ManagedSecret replicated(ManagedSecret entry, Change.Create change, Map<String, Replica> replicas) {
        Draft draft = draft(entry, change.name());
        draft.replicasSeen(replicas);
        return draft.build();
    }

    /**
     * Before the resource policy is put or removed: one whose answer was lost would otherwise look like somebody else's.
     *
     * @param entry as it is stored
     */
    public ManagedSecret policyChanging(ManagedSecret entry, Change change) {
        Draft draft = draft(entry, change.name());
        boolean removes = change instanceof Change.ChangePolicy policies && policies.remove();
        draft.policy = removes ? draft.policy.inDoubt() : draft.policyToPut();
        return draft.build();
    }

    /** After AWS confirmed that. */
    public ManagedSecret policyChanged(ManagedSecret entry, Change change) {
        Draft draft = draft(entry, change.name());
        boolean removes = change instanceof Change.ChangePolicy policies && policies.remove();
        draft.policy = removes ? null : new ManagedPolicy(policy.digest(), null, true, true);
        return draft.build();
    }

    /** AWS refused to change the resource policy and certainly did nothing: what was there before is what is there. */
    public ManagedSecret policyRefused(ManagedSecret entry, Change change) {
        Draft draft = draft(entry, change.name());
        ManagedPolicy last = entry.policy();
        boolean removes = change instanceof Change.ChangePolicy policies && policies.remove();
        if (last != null && !last.confirmed() && last.ours()) {
            String left = removes ? last.digest() : last.before();
            draft.policy = left == null ? null : new ManagedPolicy(left, null, true, true);
        }
        return draft.build();
    }

    /** Before the replicas are removed because the secret is to be deleted. */
    public ManagedSecret withdrawing(ManagedSecret entry, Change.Delete change) {
        Draft draft = draft(Ownership.entryOf(change.current(), entry), change.name());
        draft.replicas.keySet().forEach(draft::replicaDoubtful);
        return draft.build();
    }

    /**
     * DeleteSecret was confirmed. The entry stays while AWS keeps the secret, so that a name that comes back is restored.
     *
     * @param entry as it is stored, or null
     */
    public ManagedSecret deleted(ManagedSecret entry, Change.Delete change) {
        Draft draft = draft(Ownership.entryOf(change.current(), entry), change.name());
        draft.arn = change.current().arn();
        draft.versionId = draft.versionId == null ? change.current().versionId() : draft.versionId;
        draft.adopted |= change.foreign();
        // A write that had arrived unheard says what is in the secret, should it come back.
        if (!Objects.equals(draft.pendingToken, change.current().versionId())) {
            draft.pendingToken = null;
            draft.pendingGeneration = 0;
        }
        draft.deleted = true;
        draft.supersededAt = null;
        draft.replicas.clear();
        draft.policy = draft.policy == null ? null : draft.policy.inDoubt();
        return draft.build();
    }

    /** A value turned out to be the wanted one. Null where there is nothing new in that. */
    ManagedSecret learned(
            ManagedSecret entry, DesiredSecret secret, DestinationSecret current, long generation, KmsKeys kmsKeys) {
        boolean known = entry != null
                && entry.fingerprint() != null
                && current.versionId().equals(entry.versionId())
                && mappingBehavior.equals(entry.mappingBehavior())
                && tokens.isOf(entry.fingerprint(), secret.name(), secret.basis(), entry.generation());
        if (known && isSettled(entry, current, kmsKeys)) {
            return null;
        }
        Draft draft = draft(entry, secret.name());
        draft.arn = current.arn() == null ? draft.arn : current.arn();
        draft.deleted = false;
        draft.wanted();
        if (!known) {
            boolean arrived = entry != null && current.versionId().equals(entry.pendingToken());
            draft.versionId = current.versionId();
            draft.confirm(secret, arrived ? entry.pendingGeneration() : generation);
        }
        if (keyIsUnseen(draft.kmsKeyWanted, draft.kmsKeyReported)
                && !kmsKeys.speltAlike(kmsKey, current.kmsKeyId())
                && kmsKeys.inPlace(kmsKey, current.kmsKeyId(), entry)) {
            draft.kmsKeyReported = current.kmsKeyId();
        }
        draft.replicasLearned(current);
        draft.policyLearned(current);
        ManagedSecret learned = draft.build();
        return learned.equals(entry) ? null : learned;
    }

    /** Whether there is nothing to learn of a secret but its content. */
    private boolean isSettled(ManagedSecret entry, DestinationSecret current, KmsKeys kmsKeys) {
        boolean sameArn = current.arn() == null || current.arn().equals(entry.arn());
        boolean keySeen = !keyIsUnseen(entry.kmsKeyWanted(), entry.kmsKeyReported())
                || kmsKeys.speltAlike(kmsKey, current.kmsKeyId());
        boolean named = keySchema.equals(entry.keySchema()) && entry.supersededAt() == null;
        return sameArn && !entry.deleted() && keySeen && named;
    }

    /** AWS has not named the key since it was set. */
    private static boolean keyIsUnseen(String wanted, String reported) {
        return KmsKeys.UNSEEN.equals(reported) && !KmsKeys.UNSEEN.equals(wanted);
    }

    private static boolean setsKmsKey(Change.Write change) {
        if (change instanceof Change.Update update) {
            return update.changeKmsKey();
        }
        return !(change instanceof Change.Restore restore) || restore.changeKmsKey();
    }

    private static DestinationSecret currentOf(Change.Write change) {
        return change instanceof Change.Update update ? update.current() : ((Change.Restore) change).current();
    }

    private Draft draft(ManagedSecret entry, String name) {
        Draft draft = new Draft(name);
        if (entry != null) {
            draft.mapping = entry.mappingBehavior();
            draft.arn = entry.arn();
            draft.versionId = entry.versionId();
            draft.fingerprint = entry.fingerprint();
            draft.generation = entry.generation();
            draft.pendingToken = entry.pendingToken();
            draft.pendingGeneration = entry.pendingGeneration();
            draft.kmsKeyWanted = entry.kmsKeyWanted();
            draft.kmsKeyReported = entry.kmsKeyReported();
            draft.tagKeys = new HashSet<>(entry.tagKeys());
            draft.keys = new TreeSet<>(entry.keys());
            draft.adopted = entry.adopted();
            draft.deleted = entry.deleted();
            draft.budget = entry.budget();
            draft.replicas = new TreeMap<>(entry.replicas());
            draft.policy = entry.policy();
            draft.schema = entry.keySchema();
            draft.supersededAt = entry.supersededAt();
        }
        return draft;
    }

    /** An entry while it is changed. */
    private final class Draft {
        private final String name;
        private String mapping = mappingBehavior;
        private String arn;
        private String versionId;
        private String fingerprint;
        private long generation;
        private String pendingToken;
        private long pendingGeneration;
        private String kmsKeyWanted = KmsKeys.UNSEEN;
        private String kmsKeyReported = KmsKeys.UNSEEN;
        private Set<String> tagKeys = new HashSet<>();
        private SortedSet<String> keys = new TreeSet<>();
        private boolean adopted;
        private boolean deleted;
        private VersionBudget budget = VersionBudget.UNSPENT;
        private Map<String, ManagedReplica> replicas = new TreeMap<>();
        private ManagedPolicy policy;
        private String schema = keySchema;
        private Instant supersededAt;

        private Draft(String name) {
            this.name = name;
        }

        /** The content is known: it is what is wanted. */
        private void confirm(DesiredSecret secret, long madeWith) {
            mapping = mappingBehavior;
            fingerprint = tokens.token(name, secret.basis(), madeWith);
            generation = madeWith;
            pendingToken = null;
            pendingGeneration = 0;
            keys = new TreeSet<>(secret.keys());
            wanted();
        }

        /** By the key schema of now, and so by nothing else any more. */
        private void wanted() {
            schema = keySchema;
            supersededAt = null;
        }

        private void kmsKeySet(String wanted) {
            kmsKeyWanted = wanted;
            kmsKeyReported = KmsKeys.UNSEEN;
        }

        private ManagedPolicy policyToPut() {
            String wanted = Journal.this.policy.digest();
            String before = policy == null || !policy.ours() || policy.digest().equals(wanted) ? null : policy.digest();
            return new ManagedPolicy(wanted, before, true, false);
        }

        private void policyLearned(DestinationSecret current) {
            SeenPolicy seen = current.policy();
            if (seen == null || seen.trouble() != null) {
                return;
            }
            PolicyDocument wanted = Journal.this.policy;
            if (wanted != null && wanted.digest().equals(seen.digest())) {
                boolean ours = policy != null && policy.wrote(seen.digest());
                policy = new ManagedPolicy(wanted.digest(), null, ours, true);
            } else if (wanted == null && policy != null && !policy.wrote(seen.digest())) {
                // What this sync had put there is gone, or somebody else's now.
                policy = null;
            }
        }

        private void replicaAskedFor(ReplicaRegion wanted) {
            replicas.put(wanted.region(), new ManagedReplica(wanted.keyId(), true, false));
        }

        private void replicaDoubtful(String region) {
            replicas.computeIfPresent(region, (at, known) -> new ManagedReplica(known.keyId(), known.ours(), false));
        }

        /** One that is there without this sync having asked for it. */
        private void replicaMet(ReplicaRegion wanted, Map<String, Replica> actual) {
            if (actual.containsKey(wanted.region())) {
                replicas.putIfAbsent(wanted.region(), new ManagedReplica(wanted.keyId(), false, false));
            }
        }

        private void replicasLearned(DestinationSecret current) {
            if (current.replicas() != null) {
                replicaRegions.forEach(wanted -> replicaMet(wanted, current.replicas()));
                replicasSeen(current.replicas());
            }
        }

        private void replicasSeen(Map<String, Replica> actual) {
            replicas.replaceAll((region, known) -> {
                Replica replica = actual.get(region);
                boolean inSync = replica != null && replica.status() == Replica.Status.IN_SYNC;
                return new ManagedReplica(known.keyId(), known.ours(), inSync);
            });
        }

        private ManagedSecret build() {
            return new ManagedSecret(
                    name,
                    mapping,
                    arn,
                    versionId,
                    fingerprint,
                    generation,
                    pendingToken,
                    pendingGeneration,
                    kmsKeyWanted,
                    kmsKeyReported,
                    Set.copyOf(tagKeys),
                    Collections.unmodifiableSortedSet(keys),
                    adopted,
                    deleted,
                    budget,
                    Map.copyOf(replicas),
                    policy,
                    schema,
                    supersededAt);
        }
    }
}
