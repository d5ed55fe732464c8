package ai.hanzo.kms.secretsync.sync;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * The other destinations of the same sync.
 *
 * @param regions AWS region of each that is in use, by its id
 * @param takenOut ids of those that were in use once
 */
public record Siblings(Map<UUID, String> regions, Set<UUID> takenOut) {
    public static final Siblings NONE = new Siblings(Map.of(), Set.of());

    public Siblings {
        regions = Map.copyOf(regions);
        takenOut = Set.copyOf(takenOut);
    }

    /**
     * @param id of the destination whose siblings they are, which may be among the regions
     */
    public static Siblings of(UUID id, Map<UUID, String> regions, Set<UUID> takenOut) {
        Map<UUID, String> others = new HashMap<>(regions);
        others.remove(id);
        return new Siblings(others, takenOut);
    }

    public Set<String> regionsInUse() {
        return Set.copyOf(regions.values());
    }

    /** Ids of those that have left a region to the one that is there now: what is theirs there is for that one to take over. */
    public Set<UUID> predecessors(String region) {
        Set<UUID> predecessors = new HashSet<>(takenOut);
        regions.forEach((id, other) -> {
            if (!other.equals(region)) {
                predecessors.add(id);
            }
        });
        return predecessors;
    }
}
