package ai.hanzo.kms.secretsync.sync;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What is to be done about the replicas of a secret. Only DescribeSecret tells how they are, and a list does not (aws-and-peers
 * 3.3), so that where the journal knows that all are in place, nothing is asked until the next drift check.
 *
 * <p>Replicas of others stay: a region that somebody else asked for is taken as it is, and never removed.
 */
final class Replicas {
    private static final Difference NONE =
            new Difference(List.of(), Collections.emptySortedSet(), List.of(), List.of());

    private Replicas() {}

    /**
     * @param add regions to ask AWS for, with those whose replication failed, which is tried again
     * @param remove regions this sync asked for and no longer wants, or wants under another key: AWS cannot change the key of
     *     a replica, so that it is removed first and then asked for again
     * @param reasons why, one sentence each
     * @param kept what stays otherwise than it was asked for, because it is somebody else's, one sentence each
     */
    record Difference(List<ReplicaRegion> add, SortedSet<String> remove, List<String> reasons, List<String> kept) {
        boolean isEmpty() {
            return add.isEmpty() && remove.isEmpty();
        }
    }

    /** Whether the journal does not know that the replicas are as they are wanted. */
    static boolean mustBeSeen(SyncOptions options, ManagedSecret entry) {
        if (options.replicaRegions() == null) {
            return false;
        }
        Map<String, ManagedReplica> known = entry == null ? Map.of() : entry.replicas();
        for (ReplicaRegion wanted : options.replicaRegions()) {
            ManagedReplica replica = known.get(wanted.region());
            boolean inPlace = replica != null
                    && replica.inSync()
                    && (!replica.ours() || Objects.equals(replica.keyId(), wanted.keyId()));
            if (!inPlace) {
                return true;
            }
        }
        Set<String> regions = regions(options);
        return known.entrySet().stream()
                .anyMatch(replica -> replica.getValue().ours() && !regions.contains(replica.getKey()));
    }

    /** Whether this sync has any replica to look at now and then. */
    static boolean any(SyncOptions options, ManagedSecret entry) {
        return options.replicaRegions() != null
                && (!options.replicaRegions().isEmpty()
                        || entry != null && !entry.replicas().isEmpty());
    }

    /**
     * @param current as described; where it was only listed, nothing is to be done
     */
    static Difference difference(SyncOptions options, ManagedSecret entry, DestinationSecret current, KmsKeys keys) {
        // AWS schedules nothing for deletion that has replicas.
        Map<String, Replica> actual = current.scheduledForDeletion() ? Map.of() : current.replicas();
        if (options.replicaRegions() == null || actual == null) {
            return NONE;
        }
        Map<String, ManagedReplica> known = entry == null ? Map.of() : entry.replicas();
        List<ReplicaRegion> add = new ArrayList<>();
        SortedSet<String> remove = new TreeSet<>();
        List<String> reasons = new ArrayList<>();
        List<String> kept = new ArrayList<>();
        for (ReplicaRegion wanted : options.replicaRegions()) {
            String region = wanted.region();
            Replica replica = actual.get(region);
            ManagedReplica journalled = known.get(region);
            boolean ours = journalled != null && journalled.ours();
            boolean otherKey = replica != null
                    && (ours && !Objects.equals(journalled.keyId(), wanted.keyId())
                            || keys.certainlyDiffer(wanted.keyId(), replica.keyId()));
            if (replica == null) {
                add.add(wanted);
                reasons.add(
                        ours && journalled.inSync()
                                ? "Its replica in " + region + " was removed by somebody"
                                : "It is to be replicated to " + region);
            } else if (otherKey && ours) {
                remove.add(region);
                add.add(wanted);
                reasons.add("Its replica in " + region + " is to have another KMS key");
            } else if (replica.failed()) {
                add.add(wanted);
                reasons.add("Its replication to " + region + " had failed");
            } else if (otherKey) {
                kept.add("Its replica in " + region
                        + " has another KMS key and is somebody else's; remove it there to have it made anew");
            }
        }
        Set<String> regions = regions(options);
        known.forEach((region, replica) -> {
            if (replica.ours() && !regions.contains(region) && actual.containsKey(region)) {
                remove.add(region);
                reasons.add("It is no longer to be replicated to " + region);
            }
        });
        return new Difference(List.copyOf(add), Collections.unmodifiableSortedSet(remove), reasons, kept);
    }

    /** Regions to which a secret is replicated for somebody else. */
    static SortedSet<String> ofOthers(DestinationSecret current, ManagedSecret entry) {
        SortedSet<String> others = new TreeSet<>();
        if (current.replicas() != null) {
            others.addAll(current.replicas().keySet());
        }
        if (entry != null) {
            others.removeIf(region -> entry.replicas().containsKey(region)
                    && entry.replicas().get(region).ours());
        }
        return others;
    }

    private static Set<String> regions(SyncOptions options) {
        Set<String> regions = new HashSet<>();
        options.replicaRegions().forEach(wanted -> regions.add(wanted.region()));
        return regions;
    }
}
