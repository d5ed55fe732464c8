package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.emulator.Call;
import ai.hanzo.kms.secretsync.emulator.Secret;
import ai.hanzo.kms.secretsync.emulator.SecretValue;
import ai.hanzo.kms.secretsync.runs.SyncState;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Says what a run may have done, from what was at the destination before and after it and from what was asked of the syncs.
 * It never looks at what the service keeps for itself.
 */
final class ModelOracle {
    static final String OWNER_TAG = "hanzo-kms:sync-id";
    private static final Set<String> MARKS = Set.of("managed-by", "hashicorp:vault");
    private static final Duration WINDOW = Duration.ofDays(30);

    private static final Pattern OWN_VERSION = Pattern.compile("[0-9a-f]{64}");

    private final ModelWorld world;
    /** By ARN: the sync that wrote or took over the secret last, until it deletes it. */
    private final Map<String, UUID> holders = new HashMap<>();
    /** By ARN: every sync that ever did. */
    private final Map<String, Set<UUID>> ever = new HashMap<>();
    /** By ARN: syncs that may have taken over the secret in a run that failed elsewhere. */
    private final Map<String, Set<UUID>> perhaps = new HashMap<>();
    /** By ARN: secrets made in a run that did not succeed, of which their sync may never have heard. */
    private final Set<String> unheard = new HashSet<>();
    /** By region and name: every sync that ever held a secret of that name. */
    private final Map<String, Set<UUID>> earlier = new HashMap<>();
    /** By ARN: the sync that scheduled it for deletion. */
    private final Map<String, UUID> deleters = new HashMap<>();
    /** By ARN and sync: keys of the tags it wrote. */
    private final Map<String, Set<String>> writtenTags = new HashMap<>();
    /** By ARN and sync: members of the JSON object that it has ever wanted there. */
    private final Map<String, Set<String>> members = new HashMap<>();
    /** The same without those that it no longer wanted in a run since: what is there under their keys may be somebody else's. */
    private final Map<String, Set<String>> membersNow = new HashMap<>();
    /** By ARN and sync: regions it had the secret copied to. */
    private final Map<String, Set<String>> writtenReplicas = new HashMap<>();
    /** By ARN: secrets of which somebody removed a replica, which not every run looks for. */
    private final Set<String> touchedReplicas = new HashSet<>();
    /** By ARN and sync: resource policies that it put there. */
    private final Map<String, Set<String>> writtenPolicies = new HashMap<>();
    /** By ARN: secrets whose resource policy somebody else has put or removed. */
    private final Set<String> touchedPolicies = new HashSet<>();
    /** By sync: what it wanted when it last succeeded. */
    private final Map<UUID, SortedMap<String, String>> settled = new HashMap<>();
    /** By ARN and sync: the secret of the source that it was made of, one-to-one. */
    private final Map<String, String> keys = new HashMap<>();
    /** By ARN and sync: the key schema by which the sync wanted it last. */
    private final Map<String, String> schemas = new HashMap<>();
    /** By ARN and sync: since when all that the sync wants instead is there. */
    private final Map<String, Instant> replacedSince = new HashMap<>();
    /** Ids of syncs that were deleted without their secrets. */
    private final Set<String> retired = new HashSet<>();

    ModelOracle(ModelWorld world) {
        this.world = world;
    }

    /**
     * A run that has ended.
     *
     * @param reason why it was asked for
     * @param listed whether it listed its destination
     */
    record Ended(
            ModelSync sync,
            String action,
            String reason,
            boolean listed,
            boolean initial,
            boolean approved,
            ModelWorld.State before,
            ModelWorld.State after) {
        Map<String, String> source() {
            return after.source(sync);
        }

        boolean is(String word) {
            return action.equals(word);
        }

        boolean imports() {
            return is("import") || is("sync") && initial && sync.imports();
        }

        /** Whether it went by what the sync knew of its destination, if it got so far. */
        boolean recalled() {
            return is("sync") && !sync.manyToOne() && !listed;
        }
    }

    void forgotten(ModelSync sync) {
        retired.add(sync.id.toString());
        holders.values().removeIf(sync.id::equals);
        perhaps.values().forEach(syncs -> syncs.remove(sync.id));
        deleters.values().removeIf(sync.id::equals);
    }

    // After every run

    void judge(Ended run) {
        Set<String> names = new TreeSet<>(run.before().aws().keySet());
        names.addAll(run.after().aws().keySet());
        int deletions = 0;
        for (String name : names) {
            Secret before = run.before().aws().get(name);
            Secret after = run.after().aws().get(name);
            if (!same(before, after)) {
                changed(run, before, after);
                deletions += before != null && !before.isDeleted() && after.isDeleted() ? 1 : 0;
            }
        }
        forces();
        bounded(run, deletions);
        kms(run);
        secrecy(run);
        written(run);
        status(run);
        readable(run);
        takenOver(run);
        replaced(run);
    }

    void policyTouched(Secret secret) {
        touchedPolicies.add(secret.arn());
    }

    void replicaRemoved(Secret secret) {
        touchedReplicas.add(secret.arn());
    }

    private void changed(Ended run, Secret before, Secret after) {
        String what = ModelWorld.shown(before) + "\n    became " + ModelWorld.shown(after);
        check(after != null, run, "is gone for good: " + what);
        check(before == null || before.arn().equals(after.arn()), run, "was replaced: " + what);
        check(!run.is("import"), run, "an import changed " + what);
        if (before != null) {
            replicas(run, before, after, what);
            boolean onlyReplicas = after.replicas().size() < before.replicas().size()
                    && sameButReplicas(before, after)
                    && (run.is("remove") || !run.sync().wanted(run.source()).containsKey(after.name()));
            if (onlyReplicas) {
                check(world.writesMayFail(), run, "lost its replicas and stayed: " + what);
                return;
            }
        }
        if (run.is("remove")) {
            removed(run, before, after, what);
            return;
        }
        ModelSync sync = run.sync();
        if (before != null && !before.isDeleted() && isLeft(sync, before, run.source())) {
            departed(run, before, after, what);
            return;
        }
        check(!world.sourceUnreadable(sync), run, "changed though the source could not be read: " + what);
        check(!run.source().isEmpty(), run, "changed though the source is empty: " + what);
        check(after.region().equals(sync.region) && sync.covers(after.name()), run, "is not covered: " + what);
        if (before == null) {
            created(run, after, what);
            return;
        }
        String protection = protection(sync, before);
        check(protection == null, run, "is somebody else's (" + protection + "): " + what);
        untouched(run, before, after, what);
        if (!before.isDeleted() && after.isDeleted()) {
            deleted(run, before, after, what);
            return;
        }
        check(sync.wanted(run.source()).containsKey(after.name()), run, "is not wanted: " + what);
        if (sync.requireApproval && !run.approved()) {
            boolean known = owns(sync, before)
                    || ever.getOrDefault(before.arn(), Set.of()).contains(sync.id)
                    || perhaps.getOrDefault(before.arn(), Set.of()).contains(sync.id);
            check(known, run, "was taken over without approval: " + what);
        }
        if (before.isDeleted()) {
            boolean ours = owns(sync, before) || sync.id.equals(deleters.get(before.arn()));
            check(ours, run, "was scheduled for deletion by somebody: " + what);
            check(!after.isDeleted(), run, "changed while it is scheduled for deletion: " + what);
        }
        value(run, before, after, what);
        tags(run, before, after, what);
        check(
                sameKey(before.kmsKeyId(), after.kmsKeyId()) || sameKey(after.kmsKeyId(), sync.keyId),
                run,
                "has a key nobody asked for: " + what);
    }

    private void created(Ended run, Secret after, String what) {
        ModelSync sync = run.sync();
        String wanted = sync.wanted(run.source()).get(after.name());
        check(wanted != null && equal(sync, wanted, after), run, "was not to be created: " + what);
        Map<String, String> tags = world.tags(sync, after.name());
        tags.put(OWNER_TAG, sync.id.toString());
        check(tags.equals(after.tags()), run, "should have the tags " + tags + ": " + what);
        check(replicas(after).keySet().equals(regions(sync)), run, "is not replicated as asked for: " + what);
        check(sameKey(after.kmsKeyId(), sync.keyId), run, "has the wrong key: " + what);
        check(after.versions().size() == 1 && !after.isDeleted(), run, "is not as created: " + what);
    }

    private void deleted(Ended run, Secret before, Secret after, String what) {
        ModelSync sync = run.sync();
        check(!sync.deletionDisabled, run, "was deleted though deletion is disabled: " + what);
        check(!sync.inSource(after.name(), run.source()), run, "was deleted though the source has it: " + what);
        // What it had taken over, and deleted, is its own also after somebody has restored it.
        boolean ours =
                owns(sync, before) || ever.getOrDefault(before.arn(), Set.of()).contains(sync.id);
        check(ours || !sync.imports() && !sync.manyToOne(), run, "was deleted though it was nobody's: " + what);
        check(!sync.requireApproval || run.approved(), run, "was deleted without approval: " + what);
        check(
                ours
                        || sync.manyToOne()
                        || sync.keyOf(before.name()).map(sync::canBeCalled).orElse(false),
                run,
                "was deleted though no key can have its name: " + what);
        String key = keys.get(before.arn() + sync.id);
        if (key != null && run.source().containsKey(key) && !sync.manyToOne()) {
            Secret other = run.after().at(sync, sync.nameOf(key));
            check(other != null && !other.isDeleted(), run, "was deleted before its new name was there: " + what);
        }
        check(
                Duration.between(after.deletedDate(), after.purgeDate()).equals(WINDOW),
                run,
                "has not the recovery window: " + what);
        check(
                versions(before).equals(versions(after)) && before.tags().equals(after.tags()),
                run,
                "was changed before it was deleted: " + what);
    }

    private void removed(Ended run, Secret before, Secret after, String what) {
        ModelSync sync = run.sync();
        check(before != null && !before.isDeleted(), run, "a removal made or restored " + what);
        check(
                owns(sync, before)
                        || ever.getOrDefault(before.arn(), Set.of()).contains(sync.id)
                        || perhaps.getOrDefault(before.arn(), Set.of()).contains(sync.id),
                run,
                "was never this sync's: " + what);
        String protection = marks(sync, before);
        check(protection == null, run, "is somebody else's (" + protection + "): " + what);
        untouched(run, before, after, what);
        check(before.tags().equals(after.tags()) && sameKey(before.kmsKeyId(), after.kmsKeyId()), run, what);
        if (after.isDeleted()) {
            check(
                    Duration.between(after.deletedDate(), after.purgeDate()).equals(WINDOW),
                    run,
                    "has not the recovery window: " + what);
            return;
        }
        check(newVersions(before, after) <= 1, run, "has two new versions: " + what);
        SortedMap<String, String> lost =
                new TreeMap<>(ModelSync.members(before.secretString()).orElse(new TreeMap<>()));
        SortedMap<String, String> kept = ModelSync.members(after.secretString()).orElse(new TreeMap<>());
        String id = before.arn() + sync.id;
        boolean right = lost.entrySet().containsAll(kept.entrySet())
                && Collections.disjoint(kept.keySet(), membersNow.getOrDefault(id, Set.of()));
        lost.keySet().removeAll(kept.keySet());
        check(
                right && members.getOrDefault(id, Set.of()).containsAll(lost.keySet()),
                run,
                "lost or kept the wrong keys: " + what);
    }

    /** Whether a sync made it, and by its settings of now would not: it is in another region, or has its name otherwise. */
    private boolean isLeft(ModelSync sync, Secret secret, Map<String, String> source) {
        String id = secret.arn() + sync.id;
        boolean made = ever.getOrDefault(secret.arn(), Set.of()).contains(sync.id)
                || perhaps.getOrDefault(secret.arn(), Set.of()).contains(sync.id);
        if (!made) {
            return false;
        }
        if (!secret.region().equals(sync.region) || !sync.covers(secret.name())) {
            return true;
        }
        boolean named =
                sync.manyToOne() || schemas.getOrDefault(id, sync.template()).equals(sync.template());
        boolean mapped = sync.manyToOne() || !members.containsKey(id);
        return !sync.wanted(source).containsKey(secret.name()) && !(named && mapped);
    }

    /** What was left behind goes only as the sync says, and only where what takes its place is there. */
    private void departed(Ended run, Secret before, Secret after, String what) {
        ModelSync sync = run.sync();
        check(sync.graceDays != null, run, "was left behind, and nobody asked to move it: " + what);
        check(!sync.deletionDisabled, run, "was left behind and changed, though deletion is disabled: " + what);
        check(
                !world.sourceUnreadable(sync),
                run,
                "was left behind and changed though the source is not known: " + what);
        check(!run.source().isEmpty(), run, "was left behind and changed though the source is empty: " + what);
        check(!sync.requireApproval || run.approved(), run, "was left behind and changed without approval: " + what);
        Instant since = replacedSince.get(before.arn() + sync.id);
        check(since != null, run, "was left behind and changed before a run found all in place: " + what);
        Duration kept = Duration.between(since, world.now());
        check(
                kept.compareTo(Duration.ofDays(sync.graceDays)) >= 0,
                run,
                "was left behind and changed after " + kept + ": " + what);
        if (run.listed() && world.listIsFresh()) {
            for (String name : sync.wanted(run.source()).keySet()) {
                Secret there = run.after().at(sync, name);
                check(there != null && !there.isDeleted(), run, "went, and " + name + " is not there: " + what);
            }
        }
        removed(run, before, after, what);
    }

    /** From the end of which run on what was left behind can be done without. */
    private void replaced(Ended run) {
        String message = world.status(run.sync()).lastSyncMessage();
        boolean settles = run.is("sync")
                && ("succeeded".equals(world.status(run.sync()).syncStatus())
                        || message != null && message.contains("grace period is over"));
        if (settles) {
            for (Secret secret : run.after().aws().values()) {
                if (isLeft(run.sync(), secret, run.source())) {
                    replacedSince.putIfAbsent(secret.arn() + run.sync().id, world.now());
                }
            }
        }
    }

    /** What no run ever changes. */
    private void untouched(Ended run, Secret before, Secret after, String what) {
        boolean same = Objects.equals(before.description(), after.description())
                && Objects.equals(before.owningService(), after.owningService())
                && Objects.equals(before.type(), after.type())
                && Objects.equals(before.primaryRegion(), after.primaryRegion())
                && Objects.equals(before.rotationEnabled(), after.rotationEnabled())
                && before.createdDate().equals(after.createdDate());
        check(same, run, "was changed where nothing may change: " + what);
        if (!Objects.equals(before.resourcePolicy(), after.resourcePolicy())) {
            Set<String> written = writtenPolicies.getOrDefault(before.arn() + run.sync().id, Set.of());
            boolean put = run.is("sync")
                    && lets(after.resourcePolicy(), run.sync().policy)
                    && (before.resourcePolicy() == null || !written.isEmpty());
            boolean removed = run.is("sync")
                    && after.resourcePolicy() == null
                    && run.sync().policy == null
                    && written.contains(before.resourcePolicy());
            check(put || removed, run, "has a policy nobody asked for: " + what);
        }
    }

    private void value(Ended run, Secret before, Secret after, String what) {
        int added = newVersions(before, after);
        check(added <= 1, run, "has " + added + " new versions: " + what);
        String current = after.current().map(Secret.Version::id).orElse(null);
        if (Objects.equals(before.current().map(Secret.Version::id).orElse(null), current)) {
            check(added == 0, run, "has a version that is not current: " + what);
            return;
        }
        check(added == 1, run, "went back to an old version: " + what);
        ModelSync sync = run.sync();
        String wanted = sync.wanted(run.source()).get(after.name());
        if (sync.manyToOne() && sync.keepsForeignKeys()) {
            check(merged(sync, wanted, before, after), run, "lost or kept the wrong keys: " + what);
        } else {
            check(equal(sync, wanted, after), run, "has not the value of the source: " + what);
        }
        Optional<SecretValue> old = before.current().map(Secret.Version::value);
        boolean again = old.equals(after.current().map(Secret.Version::value));
        // Of a secret that is to be deleted AWS gives no value, and a version of somebody else or of another mapping
        // does
        // not tell it.
        boolean mapped = (sync.manyToOne() ? keys : members).containsKey(before.arn() + sync.id);
        boolean untold = before.current()
                .map(version -> !OWN_VERSION.matcher(version.id()).matches())
                .orElse(false);
        boolean unseen = before.isDeleted() && (mapped || untold);
        check(!again || unseen || world.readsMayFail(), run, "got the value it had, as another version: " + what);
    }

    private boolean merged(ModelSync sync, String wanted, Secret before, Secret after) {
        SortedMap<String, String> expected = ModelSync.members(wanted).orElseThrow();
        SortedMap<String, String> were = before.secretString() == null
                ? null
                : ModelSync.members(before.secretString()).orElse(null);
        if (were == null) {
            // It had no value: there was nothing to keep.
            return before.current().isEmpty() && equal(sync, wanted, after);
        }
        SortedMap<String, String> are = ModelSync.members(after.secretString()).orElse(new TreeMap<>());
        Set<String> ours = members.getOrDefault(before.arn() + sync.id, Set.of());
        for (Map.Entry<String, String> member : were.entrySet()) {
            boolean kept = member.getValue().equals(are.get(member.getKey()));
            if (!kept && !expected.containsKey(member.getKey()) && !ours.contains(member.getKey())) {
                return false;
            }
        }
        Set<String> known = new HashSet<>(were.keySet());
        known.addAll(expected.keySet());
        return are.entrySet().containsAll(expected.entrySet()) && known.containsAll(are.keySet());
    }

    private void tags(Ended run, Secret before, Secret after, String what) {
        ModelSync sync = run.sync();
        Map<String, String> wanted = world.tags(sync, after.name());
        Set<String> written = writtenTags.getOrDefault(before.arn() + sync.id, Set.of());
        Set<String> keys = new TreeSet<>(before.tags().keySet());
        keys.addAll(after.tags().keySet());
        for (String key : keys) {
            String was = before.tags().get(key);
            String is = after.tags().get(key);
            if (Objects.equals(was, is)) {
                continue;
            }
            check(sync.changesTags(), run, "this sync has no say in tags: " + what);
            check(
                    !key.startsWith("aws:") && !key.equals(OWNER_TAG),
                    run,
                    "the tag " + key + " is untouchable: " + what);
            boolean allowed = is == null
                    ? (sync.replacesTags() || written.contains(key)) && !wanted.containsKey(key)
                    : is.equals(wanted.get(key));
            check(allowed, run, "the tag " + key + " is not this sync's: " + what);
        }
    }

    private static boolean lets(String policy, String account) {
        return policy != null && account != null && policy.contains(":" + account + ":");
    }

    private boolean wrongPolicy(ModelSync sync, Secret secret) {
        if (touchedPolicies.contains(secret.arn())) {
            return false;
        }
        Set<String> written = writtenPolicies.getOrDefault(secret.arn() + sync.id, Set.of());
        if (sync.policy == null) {
            return secret.resourcePolicy() != null && written.contains(secret.resourcePolicy());
        }
        // What another sync has put there stays.
        boolean ofOthers = secret.resourcePolicy() != null && written.isEmpty();
        return !ofOthers && !lets(secret.resourcePolicy(), sync.policy);
    }

    private void replicas(Ended run, Secret before, Secret after, String what) {
        Map<String, Secret.Replica> were = replicas(before);
        Map<String, Secret.Replica> are = replicas(after);
        are.forEach((region, replica) -> {
            boolean asked = run.is("sync") && regions(run.sync()).contains(region);
            check(replica.equals(were.get(region)) || asked, run, "nobody asked for the replica in " + region + what);
        });
        Set<String> written = writtenReplicas.getOrDefault(before.arn() + run.sync().id, Set.of());
        were.keySet()
                .forEach(region -> check(
                        are.containsKey(region) || written.contains(region),
                        run,
                        "the replica in " + region + " is not this sync's: " + what));
    }

    private static SortedMap<String, Secret.Replica> replicas(Secret secret) {
        SortedMap<String, Secret.Replica> replicas = new TreeMap<>();
        secret.replicas().forEach(replica -> replicas.put(replica.region(), replica));
        return replicas;
    }

    private static Set<String> regions(ModelSync sync) {
        return sync.replicas == null ? Set.of() : sync.replicas.keySet();
    }

    private boolean replicatedByOthers(ModelSync sync, Secret secret) {
        return !writtenReplicas
                .getOrDefault(secret.arn() + sync.id, Set.of())
                .containsAll(replicas(secret).keySet());
    }

    private String wrongReplicas(ModelSync sync, Secret secret) {
        Map<String, Secret.Replica> are = replicas(secret);
        Set<String> written = writtenReplicas.getOrDefault(secret.arn() + sync.id, Set.of());
        for (String region : regions(sync)) {
            Secret.Replica replica = are.get(region);
            if (replica == null || !replica.status().equals("InSync")) {
                return "should have a replica in " + region;
            }
            if (written.contains(region) && !sameKey(replica.kmsKeyId(), sync.replicas.get(region))) {
                return "should have its replica in " + region + " under " + sync.replicas.get(region);
            }
        }
        Set<String> left = new TreeSet<>(are.keySet());
        left.retainAll(written);
        left.removeAll(regions(sync));
        return left.isEmpty() ? null : "should have no replicas in " + left;
    }

    /** Whether some region has another secret of that name, which is never overwritten. */
    private boolean cannotBeCopied(ModelSync sync, Secret secret) {
        return regions(sync).stream().anyMatch(region -> world.isTaken(region, secret));
    }

    private void forces() {
        for (Call call : world.service.aws.writes()) {
            boolean known = Set.of(
                            "CreateSecret",
                            "UpdateSecret",
                            "DeleteSecret",
                            "RestoreSecret",
                            "TagResource",
                            "UntagResource",
                            "ReplicateSecretToRegions",
                            "RemoveRegionsFromReplication",
                            "PutResourcePolicy",
                            "DeleteResourcePolicy")
                    .contains(call.operation());
            if (!known) {
                throw new AssertionError("Nobody asked for " + call);
            }
        }
    }

    private void bounded(Ended run, int deletions) {
        if (run.is("sync") && !run.approved()) {
            long covered = run.before().aws().values().stream()
                    .filter(secret -> secret.region().equals(run.sync().region)
                                    && run.sync().covers(secret.name())
                            || isLeft(run.sync(), secret, run.source()))
                    .count();
            check(deletions <= Math.max(10, covered / 5), run, deletions + " deletions of " + covered);
        }
        if (run.is("sync") && deletions > 0) {
            Set<String> deleteCalls = new HashSet<>();
            for (Call call : world.service.aws.writes()) {
                if (call.operation().equals("DeleteSecret") && call.succeeded()) {
                    check(
                            deleteCalls.add(call.region() + " " + call.secretName()),
                            run,
                            "deletes " + call.secretName() + " twice");
                }
            }
        }
    }

    /** Only an import writes into the KMS, and it takes nothing away. */
    private void kms(Ended run) {
        Set<String> here = new HashSet<>();
        for (Secret secret : run.before().aws().values()) {
            if (secret.region().equals(run.sync().region)
                    && run.sync().covers(secret.name())
                    && secret.secretString() != null
                    && marks(run.sync(), secret) == null) {
                here.add(secret.secretString().strip());
                ModelSync.members(secret.secretString())
                        .ifPresent(members -> members.values().forEach(value -> here.add(value.strip())));
            }
        }
        for (String path : run.before().kms().keySet()) {
            Map<String, String> before = run.before().kms().get(path);
            Map<String, String> after = run.after().kms().get(path);
            if (before.equals(after)) {
                continue;
            }
            check(run.imports() && path.equals(run.sync().path), run, "wrote into the KMS at " + path);
            check(after.keySet().containsAll(before.keySet()), run, "took secrets away from the KMS");
            after.forEach((key, value) ->
                    check(value.equals(before.get(key)) || here.contains(value), run, "made up the value of " + key));
            if (run.is("sync") && run.sync().behavior.equals(ModelSync.SOURCE_FIRST)) {
                before.forEach((key, value) -> check(
                        value.equals(after.get(key)), run, "changed " + key + " in the KMS, which has precedence"));
            }
        }
    }

    private void secrecy(Ended run) {
        for (String text : world.recorded(run.sync())) {
            check(!text.contains(ModelWorld.MARKER), run, "records a value: " + text);
            check(!text.contains("InternalError"), run, "records a fault of our own: " + text);
        }
    }

    /** What a run says of itself is so. */
    private void status(Ended run) {
        SyncState state = world.status(run.sync());
        String word = switch (run.action()) {
            case "sync" -> state.syncStatus();
            case "import" -> state.importStatus();
            default -> state.removeStatus();
        };
        check(Set.of("succeeded", "failed", "pending").contains(word), run, "ended as " + word);
        if (word.equals("failed") && run.is("sync")) {
            check(state.lastSyncMessage() != null, run, "failed and does not say why");
        }
        if (run.is("sync") && word.equals("succeeded")) {
            succeeded(run);
        }
        if (run.is("remove") && word.equals("succeeded") && world.listIsFresh() && !world.readsMayFail()) {
            run.after().aws().values().forEach(secret -> {
                boolean left = !secret.isDeleted()
                        && !replicatedByOthers(run.sync(), secret)
                        && owns(run.sync(), secret)
                        && marks(run.sync(), secret) == null;
                boolean shared = ModelSync.members(Objects.requireNonNullElse(secret.secretString(), ""))
                        .map(all -> !all.isEmpty())
                        .orElse(false);
                check(!left || shared, run, "succeeded, and left " + ModelWorld.shown(secret));
            });
        }
    }

    private void succeeded(Ended run) {
        SortedMap<String, String> before = settled.get(run.sync().id);
        SortedMap<String, String> wanted = run.sync().wanted(run.source());
        settled.put(run.sync().id, wanted);
        if (run.recalled()) {
            check(run.reason().equals("change"), run, "did not look at its destination, though it was to");
            check(!run.initial() && before != null, run, "knows a destination that it has not looked at");
        }
        if (!world.listIsFresh() && !run.recalled()) {
            return;
        }
        check(
                run.source().isEmpty() || !world.sourceUnreadable(run.sync()),
                run,
                "succeeded though the source could not be read");
        wanted.forEach((name, value) -> {
            // What somebody changed at the destination is for the next run that looks there.
            boolean leftAlone = run.recalled()
                    && value.equals(before.get(name))
                    && same(run.before().at(run.sync(), name), run.after().at(run.sync(), name));
            if (leftAlone) {
                return;
            }
            String wrong = wrong(run.sync(), name, run.after());
            Secret secret = run.after().at(run.sync(), name);
            boolean excused = excuse(run.sync(), name, run.after()) != null;
            boolean told =
                    wrong == null && !excused && run.sync().replicas != null && !touchedReplicas.contains(secret.arn());
            if (told) {
                wrong = wrongReplicas(run.sync(), secret);
            }
            if (wrong == null && !excused && wrongPolicy(run.sync(), secret)) {
                wrong = ModelWorld.shown(secret) + " should have the policy of " + run.sync().policy;
            }
            check(wrong == null, run, "succeeded, though " + wrong);
        });
        if (run.recalled() && !run.sync().deletionDisabled) {
            before.keySet().stream()
                    .filter(name -> !run.sync().inSource(name, run.source()))
                    .map(name -> run.after().at(run.sync(), name))
                    .filter(Objects::nonNull)
                    .filter(secret -> !replicatedByOthers(run.sync(), secret))
                    .forEach(secret -> check(
                            secret.isDeleted() || !owns(run.sync(), secret) || protection(run.sync(), secret) != null,
                            run,
                            "succeeded, and left " + ModelWorld.shown(secret)));
        }
    }

    /**
     * Workloads that read the object of a many-to-one sync find each key that was there before and stays, whatever the run has come
     * to: a shard is there before its index names it, and goes after.
     */
    private void readable(Ended run) {
        ModelSync sync = run.sync();
        if (!run.is("sync") || !sync.divides()) {
            return;
        }
        Set<String> lost = read(sync, run.before()).keySet();
        lost.retainAll(sync.calledAs(run.source()).keySet());
        lost.removeAll(read(sync, run.after()).keySet());
        check(lost.isEmpty(), run, "nobody finds " + lost + " any more");
    }

    /** As workloads are told to read the object of a many-to-one sync: what it holds, or what all the shards hold that it names. */
    private static SortedMap<String, String> read(ModelSync sync, ModelWorld.State state) {
        String object = value(state.at(sync, sync.target()));
        List<String> shards = ModelSync.shards(object);
        SortedMap<String, String> members = new TreeMap<>();
        (shards.isEmpty() ? List.of(sync.target()) : shards)
                .forEach(name -> ModelSync.members(value(state.at(sync, name))).ifPresent(members::putAll));
        return members;
    }

    private static String value(Secret secret) {
        return secret == null || secret.isDeleted() || secret.secretString() == null ? "" : secret.secretString();
    }

    private void written(Ended run) {
        UUID id = run.sync().id;
        SortedMap<String, String> wanted = run.sync().wanted(run.source());
        for (Map.Entry<String, Secret> entry : run.after().aws().entrySet()) {
            Secret before = run.before().aws().get(entry.getKey());
            Secret after = entry.getValue();
            boolean target = run.is("sync")
                    && run.sync().manyToOne()
                    && after.region().equals(run.sync().region)
                    && wanted.containsKey(after.name());
            if (target) {
                Set<String> keys = ModelSync.members(wanted.get(after.name()))
                        .orElseThrow()
                        .keySet();
                members.computeIfAbsent(after.arn() + id, arn -> new HashSet<>())
                        .addAll(keys);
                if ("succeeded".equals(world.status(run.sync()).syncStatus())) {
                    membersNow.put(after.arn() + id, new HashSet<>(keys));
                } else {
                    membersNow.getOrDefault(after.arn() + id, new HashSet<>()).retainAll(keys);
                }
            }
            if (!same(before, after)) {
                learn(run, before, after);
            }
        }
    }

    /** What a run found as it should be is the sync's from then on. */
    private void takenOver(Ended run) {
        ModelSync sync = run.sync();
        if (!run.is("sync")) {
            return;
        }
        boolean succeeded = "succeeded".equals(world.status(sync).syncStatus());
        String message = world.status(sync).lastSyncMessage();
        if (message != null && message.startsWith("Waiting for approval")) {
            return;
        }
        for (String name : sync.wanted(run.source()).keySet()) {
            Secret secret = run.after().at(sync, name);
            if (secret != null && protection(sync, secret) == null) {
                if (succeeded
                        && !run.recalled()
                        && excuse(sync, secret) == null
                        && wrong(sync, name, run.after()) == null) {
                    hold(secret, sync.id);
                    madeOf(run, secret);
                } else {
                    perhaps.computeIfAbsent(secret.arn(), arn -> new HashSet<>())
                            .add(sync.id);
                }
            }
        }
    }

    private void learn(Ended run, Secret before, Secret after) {
        UUID id = run.sync().id;
        if (after.isDeleted()) {
            holders.remove(after.arn(), id);
            deleters.put(after.arn(), id);
        } else {
            hold(after, id);
            madeOf(run, after);
            if (before == null && !"succeeded".equals(world.status(run.sync()).syncStatus())) {
                unheard.add(after.arn());
            }
        }
        Map<String, Secret.Replica> were = before == null ? Map.of() : replicas(before);
        replicas(after).forEach((region, replica) -> {
            if (!replica.equals(were.get(region))) {
                writtenReplicas
                        .computeIfAbsent(after.arn() + id, arn -> new HashSet<>())
                        .add(region);
            }
        });
        String policyBefore = before == null ? null : before.resourcePolicy();
        if (after.resourcePolicy() != null && !after.resourcePolicy().equals(policyBefore)) {
            writtenPolicies
                    .computeIfAbsent(after.arn() + id, arn -> new HashSet<>())
                    .add(after.resourcePolicy());
        }
        after.tags().forEach((key, value) -> {
            if (before == null || !value.equals(before.tags().get(key))) {
                writtenTags
                        .computeIfAbsent(after.arn() + id, arn -> new HashSet<>())
                        .add(key);
            }
        });
    }

    private void madeOf(Ended run, Secret secret) {
        ModelSync sync = run.sync();
        boolean wanted = run.is("sync")
                && secret.region().equals(sync.region)
                && sync.wanted(run.source()).containsKey(secret.name());
        if (wanted) {
            schemas.put(secret.arn() + sync.id, sync.template());
            replacedSince.remove(secret.arn() + sync.id);
        }
        if (run.is("sync") && !sync.manyToOne()) {
            run.source().keySet().stream()
                    .filter(key -> sync.nameOf(key).equals(secret.name()))
                    .findFirst()
                    .ifPresent(key -> keys.put(secret.arn() + sync.id, key));
        }
    }

    private void hold(Secret secret, UUID id) {
        holders.put(secret.arn(), id);
        unheard.remove(secret.arn());
        deleters.remove(secret.arn());
        earlier.computeIfAbsent(secret.region() + " " + secret.name(), name -> new HashSet<>())
                .add(id);
        ever.computeIfAbsent(secret.arn(), arn -> new HashSet<>()).add(id);
    }

    // What only shows

    void nothingChanged(String what, ModelWorld.State before, ModelWorld.State after) {
        if (!same(before, after) || !before.kms().equals(after.kms())) {
            throw new AssertionError(what + " changed something");
        }
    }

    /** A run right after its plan, with nothing in the way, does what the plan said. */
    void asPlanned(ModelSync sync, JsonNode plan, boolean blocked, ModelWorld.State before, ModelWorld.State after) {
        Set<String> created = new TreeSet<>();
        Set<String> deleted = new TreeSet<>();
        Set<String> stay = new TreeSet<>();
        before.aws().values().stream()
                .filter(secret -> secret.region().equals(sync.region) && replicatedByOthers(sync, secret))
                .forEach(secret -> stay.add(secret.name()));
        Set<String> waiting = new TreeSet<>();
        plan.path("skipped").forEach(skip -> {
            // An object is divided and joined in several looks of one run, each about what the one before has made
            // possible.
            if (skip.path("reason")
                    .textValue()
                    .matches(".*when (all its shards are there|the index no longer names it)")) {
                waiting.add(skip.path("name").textValue());
            }
        });
        Set<String> toDelete = names(plan.path("delete"));
        toDelete.removeAll(stay);
        Set<String> departures = new TreeSet<>();
        plan.path("leftBehind").forEach(left -> {
            if (left.path("reason").textValue().contains("its grace period is over: it is deleted")) {
                departures.add(left.path("name").textValue());
            }
        });
        Set<String> restored = new TreeSet<>();
        after.aws().forEach((key, secret) -> {
            Secret was = before.aws().get(key);
            if (waiting.contains(secret.name())) {
                return;
            }
            if (was == null) {
                created.add(secret.name());
            } else if (was.isDeleted() != secret.isDeleted()) {
                (secret.isDeleted() ? deleted : restored).add(secret.name());
            }
        });
        check(
                created.equals(blocked ? Set.of() : names(plan.path("create"))),
                sync + " did not create as planned " + plan);
        if (!blocked) {
            // Of what was left behind, what has become somebody else's stays.
            deleted.removeAll(departures);
            toDelete.removeAll(departures);
        }
        check(deleted.equals(blocked ? Set.of() : toDelete), sync + " did not delete as planned " + plan);
        check(
                restored.equals(blocked ? Set.of() : names(plan.path("restore"))),
                sync + " did not restore as planned " + plan);
    }

    private static Set<String> names(JsonNode list) {
        Set<String> names = new TreeSet<>();
        list.forEach(name -> names.add(name.textValue()));
        return names;
    }

    /** Nothing changes any more: is everything as it should be, and are the runs quiet? */
    void converged() {
        ModelWorld.State state = world.state();
        for (ModelSync sync : world.syncs) {
            expected(sync, state);
        }
    }

    private void expected(ModelSync sync, ModelWorld.State state) {
        Map<String, String> source = state.source(sync);
        SyncState status = world.status(sync);
        List<String> excused = new ArrayList<>();
        List<String> failing = new ArrayList<>();
        boolean perhaps = false;
        for (String name : sync.wanted(source).keySet()) {
            Secret secret = state.at(sync, name);
            String excuse = excuse(sync, name, state);
            if (excuse == null) {
                String wrong = wrong(sync, name, state);
                if (wrong == null && !PERHAPS.equals(excuse) && sync.replicas != null) {
                    wrong = wrongReplicas(sync, secret);
                    if (wrong != null && cannotBeCopied(sync, secret)) {
                        excused.add(name + UNCOPIED);
                        failing.add(name + UNCOPIED);
                        wrong = null;
                    }
                }
                if (wrong == null && !PERHAPS.equals(excuse) && wrongPolicy(sync, secret)) {
                    wrong = ModelWorld.shown(secret) + " should have the policy of " + sync.policy;
                }
                // Whether a policy is taken for the sync's own depends on who was there first.
                perhaps |= sync.policy != null
                        && secret != null
                        && secret.resourcePolicy() != null
                        && !lets(secret.resourcePolicy(), sync.policy);
                check(wrong == null, "Converged, though " + wrong + "; " + sync + ": " + status.lastSyncMessage());
            } else {
                excused.add(name + " " + excuse);
                perhaps |= excuse.equals(PERHAPS);
                if (!excuse.equals(BINARY) && !excuse.equals(PERHAPS)) {
                    failing.add(name + " " + excuse);
                }
            }
        }
        if (!source.isEmpty()) {
            state.aws().values().forEach(secret -> unwanted(sync, state, secret, status));
        }
        boolean fails = !failing.isEmpty() || sync.hasUnwritable(source);
        boolean failed = "failed".equals(status.syncStatus());
        boolean emptyAndBlocked = source.isEmpty() && failed;
        check(
                fails == failed || emptyAndBlocked || perhaps,
                sync + " ends as " + status.syncStatus() + " (" + status.lastSyncMessage() + ") though " + failing);
        quiet(sync, excused);
    }

    private static final String UNCOPIED = " has its name taken where it is to be copied to";
    private static final String BINARY = "is binary";
    private static final String PERHAPS = "may be another sync's";

    /** Why a sync may leave a secret as it is. */
    private String excuse(ModelSync sync, Secret secret) {
        String protection = protection(sync, secret);
        if (protection != null) {
            return protection;
        }
        boolean ours = owns(sync, secret);
        boolean others = perhaps.getOrDefault(secret.arn(), Set.of()).stream().anyMatch(id -> !id.equals(sync.id));
        // A sync that looks at other names now does not learn that a secret of its earlier ones is gone, and still
        // claims them.
        boolean claimed = earlier.getOrDefault(secret.region() + " " + secret.name(), Set.of()).stream()
                .anyMatch(id -> !id.equals(sync.id) && looksElsewhere(id, secret));
        if (isUnrecognisable(sync, secret) || !ours && (others || claimed)) {
            return PERHAPS;
        }
        if (secret.isDeleted() && !ours && !sync.id.equals(deleters.get(secret.arn()))) {
            return "was deleted by somebody";
        }
        boolean binary = secret.secretString() == null && secret.current().isPresent();
        if (sync.manyToOne()) {
            boolean object = secret.secretString() != null
                    && ModelSync.members(secret.secretString()).isPresent();
            return object || secret.current().isEmpty() ? null : "is no object";
        }
        return binary && !ours && sync.imports() ? BINARY : null;
    }

    /** The same for what is wanted under a name: an index also waits for shards that stay as they are. */
    private String excuse(ModelSync sync, String name, ModelWorld.State state) {
        List<String> names = new ArrayList<>(List.of(name));
        if (sync.manyToOne() && name.equals(sync.target())) {
            names.addAll(sync.wanted(state.source(sync)).keySet());
        }
        return names.stream()
                .map(each -> state.at(sync, each))
                .filter(Objects::nonNull)
                .map(secret -> excuse(sync, secret))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** Whether nothing tells that a sync has made it: the answer to that was lost, and so are now its tag and its value. */
    private boolean isUnrecognisable(ModelSync sync, Secret secret) {
        return unheard.contains(secret.arn())
                && !sync.id.toString().equals(secret.tags().get(OWNER_TAG))
                && secret.current()
                        .map(version -> !OWN_VERSION.matcher(version.id()).matches())
                        .orElse(true);
    }

    private boolean looksElsewhere(UUID id, Secret secret) {
        return world.syncs.stream()
                .filter(other -> other.id.equals(id))
                .anyMatch(other -> !other.region.equals(secret.region())
                        || !other.covers(secret.name())
                        || world.state().source(other).isEmpty());
    }

    private void unwanted(ModelSync sync, ModelWorld.State state, Secret secret, SyncState status) {
        Map<String, String> source = state.source(sync);
        boolean covered = secret.region().equals(sync.region) && sync.covers(secret.name());
        if (isLeft(sync, secret, source)) {
            stillThere(sync, source, secret, status);
            return;
        }
        if (!covered || sync.inSource(secret.name(), source) || secret.isDeleted()) {
            return;
        }
        boolean replaceable = sync.manyToOne()
                ? excuse(sync, sync.target(), state) == null
                : !members.containsKey(secret.arn() + sync.id);
        boolean goes = !sync.deletionDisabled
                && !PERHAPS.equals(excuse(sync, secret))
                && protection(sync, secret) == null
                && (owns(sync, secret)
                        || !sync.imports()
                                && !sync.manyToOne()
                                && sync.keyOf(secret.name())
                                        .map(sync::canBeCalled)
                                        .orElse(false))
                && !isCalledOtherwise(sync, source, secret)
                && !replicatedByOthers(sync, secret)
                && replaceable;
        check(
                !goes,
                "Converged, though " + ModelWorld.shown(secret) + " should be gone; " + sync + ": "
                        + status.lastSyncMessage());
    }

    /** What was left behind and may go is gone in the end. */
    private void stillThere(ModelSync sync, Map<String, String> source, Secret secret, SyncState status) {
        String key = keys.get(secret.arn() + sync.id);
        boolean goes = Integer.valueOf(0).equals(sync.graceDays)
                && !sync.deletionDisabled
                && "succeeded".equals(status.syncStatus())
                && !secret.isDeleted()
                && sync.id.equals(holders.get(secret.arn()))
                && !members.containsKey(secret.arn() + sync.id)
                && protection(sync, secret) == null
                && !replicatedByOthers(sync, secret)
                && !sync.wanted(source).isEmpty()
                && key != null
                && (!source.containsKey(key) || sync.wanted(source).containsKey(sync.nameOf(key)));
        check(
                !goes,
                "Converged, though " + ModelWorld.shown(secret) + " was left behind and should be gone; " + sync + ": "
                        + status.lastSyncMessage());
    }

    /** It stays as long as what its key is called now cannot be written. */
    private boolean isCalledOtherwise(ModelSync sync, Map<String, String> source, Secret secret) {
        String key = keys.get(secret.arn() + sync.id);
        return key != null && source.containsKey(key);
    }

    private void quiet(ModelSync sync, List<String> excused) {
        // The journal of calls is of the last run that was carried out: ask for one more of this sync.
        List<Call> calls = world.once(sync);
        // A copy that failed is asked for in every run.
        Set<String> again = excused.stream().anyMatch(excuse -> excuse.endsWith(UNCOPIED))
                ? Set.of("ReplicateSecretToRegions", "RemoveRegionsFromReplication")
                : Set.of();
        check(
                calls.stream().noneMatch(call -> call.isWrite() && !again.contains(call.operation())),
                "A run with nothing to do wrote: " + calls + "; " + sync);
        boolean read = calls.stream()
                .anyMatch(
                        call -> Set.of("GetSecretValue", "BatchGetSecretValue").contains(call.operation()));
        boolean importsAgain = sync.imports() && world.status(sync).initial();
        check(
                !read || !excused.isEmpty() || importsAgain,
                "A run with nothing to do read values: " + calls + "; " + sync);
    }

    // Whose it is, and whether it is right

    /** Why a sync must leave a secret alone, null where it need not. */
    private String protection(ModelSync sync, Secret secret) {
        String marks = marks(sync, secret);
        if (marks != null) {
            return marks;
        }
        UUID holder = holders.get(secret.arn());
        boolean tagged = sync.id.toString().equals(secret.tags().get(OWNER_TAG));
        return holder == null || tagged || holder.equals(sync.id) ? null : "another sync holds it";
    }

    private String marks(ModelSync sync, Secret secret) {
        if (secret.owningService() != null || secret.type() != null) {
            return "a service of AWS owns it";
        }
        if (secret.primaryRegion() != null && !secret.primaryRegion().equals(secret.region())) {
            return "it is a replica";
        }
        if (Boolean.TRUE.equals(secret.rotationEnabled())) {
            return "it is rotated";
        }
        String owner = secret.tags().get(OWNER_TAG);
        if (owner != null && !owner.equals(sync.id.toString()) && !retired.contains(owner)) {
            return "it has the tag of another sync";
        }
        boolean ours = owns(sync, secret);
        Set<String> written = writtenTags.getOrDefault(secret.arn() + sync.id, Set.of());
        for (Map.Entry<String, String> tag : secret.tags().entrySet()) {
            if (tag.getKey().startsWith("aws:")) {
                return "it has the tag " + tag.getKey();
            }
            boolean own = ours
                    && (written.contains(tag.getKey())
                            || sync.tags != null && tag.getValue().equals(sync.tags.get(tag.getKey())));
            if (MARKS.contains(tag.getKey()) && !own) {
                return "it has the tag " + tag.getKey();
            }
        }
        return null;
    }

    private boolean owns(ModelSync sync, Secret secret) {
        return sync.id.toString().equals(secret.tags().get(OWNER_TAG)) || sync.id.equals(holders.get(secret.arn()));
    }

    /** What is wrong with a secret that a sync wants and may write, null where it is as it should be. */
    private String wrong(ModelSync sync, String name, ModelWorld.State state) {
        Secret secret = state.at(sync, name);
        String excuse = excuse(sync, name, state);
        if (BINARY.equals(excuse) || PERHAPS.equals(excuse)) {
            return null;
        }
        if (secret == null) {
            return name + " is not there";
        }
        String shown = ModelWorld.shown(secret);
        if (excuse != null) {
            return shown + " " + excuse;
        }
        if (secret.isDeleted()) {
            return shown + " is deleted";
        }
        String wanted = sync.wanted(state.source(sync)).get(name);
        boolean right =
                sync.manyToOne() && sync.keepsForeignKeys() ? contains(secret, wanted) : equal(sync, wanted, secret);
        if (!right) {
            return shown + " should be " + (wanted.length() > 100 ? "long" : wanted);
        }
        if (sync.divides() && name.equals(sync.target()) && !readAsWanted(sync, state)) {
            return shown + " and its shards should together be all of the source";
        }
        if (!sameKey(secret.kmsKeyId(), sync.keyId)) {
            return shown + " should have the key " + sync.keyId;
        }
        if (sync.changesTags()) {
            Map<String, String> tags = world.tags(sync, name);
            Set<String> others = new TreeSet<>(secret.tags().keySet());
            others.removeAll(tags.keySet());
            others.remove(OWNER_TAG);
            if (sync.replacesTags() && !others.isEmpty()) {
                return shown + " should not have the tags " + others;
            }
            if (!secret.tags().entrySet().containsAll(tags.entrySet())) {
                return shown + " should have the tags " + tags;
            }
        }
        return null;
    }

    private static boolean readAsWanted(ModelSync sync, ModelWorld.State state) {
        return stripped(read(sync, state)).equals(stripped(sync.calledAs(state.source(sync))));
    }

    /** Blanks that the KMS does not keep are no difference, for an import may have taken the value. */
    private static boolean equal(ModelSync sync, String wanted, Secret secret) {
        String actual = secret.secretString();
        if (actual == null) {
            return false;
        }
        if (!sync.manyToOne()) {
            return actual.strip().equals(wanted.strip());
        }
        return ModelSync.members(actual)
                .map(members -> stripped(members)
                        .equals(stripped(ModelSync.members(wanted).orElseThrow())))
                .orElse(false);
    }

    private static boolean contains(Secret secret, String wanted) {
        return secret.secretString() != null
                && ModelSync.members(secret.secretString())
                        .map(members -> stripped(members)
                                .entrySet()
                                .containsAll(stripped(ModelSync.members(wanted).orElseThrow())
                                        .entrySet()))
                        .orElse(false);
    }

    private static SortedMap<String, String> stripped(SortedMap<String, String> members) {
        SortedMap<String, String> stripped = new TreeMap<>(members);
        stripped.replaceAll((key, value) -> value.strip());
        return stripped;
    }

    /** All of its versions, but for when each was read last. */
    private static List<List<Object>> versions(Secret secret) {
        return secret.versions().stream()
                .map(version -> List.of(version.id(), version.value(), version.createdDate(), version.stages()))
                .toList();
    }

    private static int newVersions(Secret before, Secret after) {
        Set<String> known = new HashSet<>();
        before.versions().forEach(version -> known.add(version.id()));
        return (int) after.versions().stream()
                .filter(version -> !known.contains(version.id()))
                .count();
    }

    private static boolean sameKey(String one, String other) {
        return key(one).equals(key(other));
    }

    private static String key(String spelling) {
        if (spelling == null || spelling.endsWith("alias/aws/secretsmanager")) {
            return "default";
        }
        if (spelling.endsWith(ModelWorld.KEY_ONE) || spelling.endsWith(ModelWorld.ALIAS_ONE)) {
            return ModelWorld.KEY_ONE;
        }
        return spelling.endsWith(ModelWorld.KEY_TWO) || spelling.endsWith(ModelWorld.ALIAS_TWO)
                ? ModelWorld.KEY_TWO
                : spelling;
    }

    static boolean same(ModelWorld.State one, ModelWorld.State other) {
        return one.kms().equals(other.kms())
                && one.aws().keySet().equals(other.aws().keySet())
                && one.aws().keySet().stream()
                        .allMatch(key -> same(one.aws().get(key), other.aws().get(key)));
    }

    /** Whether nothing but dates of access differs. */
    private static boolean same(Secret one, Secret other) {
        if (one == null || other == null) {
            return one == other;
        }
        return sameButReplicas(one, other) && replicas(one).equals(replicas(other));
    }

    private static boolean sameButReplicas(Secret one, Secret other) {
        return one.arn().equals(other.arn())
                && one.tags().equals(other.tags())
                && Objects.equals(one.kmsKeyId(), other.kmsKeyId())
                && Objects.equals(one.description(), other.description())
                && Objects.equals(one.deletedDate(), other.deletedDate())
                && Objects.equals(one.rotationEnabled(), other.rotationEnabled())
                && Objects.equals(one.owningService(), other.owningService())
                && Objects.equals(one.resourcePolicy(), other.resourcePolicy())
                && Objects.equals(
                        one.current().map(Secret.Version::id), other.current().map(Secret.Version::id))
                && one.versions().size() == other.versions().size();
    }

    private static void check(boolean holds, Ended run, String otherwise) {
        check(holds, otherwise + "\n    in a " + run.action() + " of " + run.sync());
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
