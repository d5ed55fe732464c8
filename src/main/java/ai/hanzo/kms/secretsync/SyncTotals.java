package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.runs.SyncState;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Where a sync with several destinations stands as a whole: it has succeeded only where all have, and is under way for as long as one
 * is.
 */
final class SyncTotals {
    /** What counts most first. */
    private static final List<String> STATUSES = List.of("running", "pending", "failed", "succeeded");

    private SyncTotals() {}

    /**
     * One destination.
     *
     * @param place in words
     * @param dropped whether it was taken out, so that only what is removed there counts
     */
    record At(String place, SyncState state, boolean dropped) {}

    /**
     * @param all destinations, the first one first
     */
    static SyncState of(List<At> all) {
        SyncState first = all.get(0).state();
        List<At> running = all.stream().filter(at -> !at.dropped()).toList();
        return new SyncState(
                first.syncId(),
                first.initial(),
                status(running, SyncState::syncStatus),
                first.lastSyncJobId(),
                message(running, SyncState::lastSyncMessage),
                earliest(running, SyncState::lastSyncedAt),
                first.importStatus(),
                first.lastImportJobId(),
                first.lastImportMessage(),
                first.lastImportedAt(),
                status(all, SyncState::removeStatus),
                first.lastRemoveJobId(),
                message(all, SyncState::lastRemoveMessage),
                earliest(running, SyncState::lastRemovedAt),
                first.failures(),
                first.approvedDeletions());
    }

    private static String status(List<At> all, Function<SyncState, String> status) {
        List<String> there = all.stream()
                .map(at -> status.apply(at.state()))
                .filter(Objects::nonNull)
                .toList();
        return STATUSES.stream().filter(there::contains).findFirst().orElse(null);
    }

    private static String message(List<At> all, Function<SyncState, String> message) {
        String joined = all.stream()
                .filter(at -> message.apply(at.state()) != null)
                .map(at -> at.place() + ": " + message.apply(at.state()))
                .collect(Collectors.joining(" "));
        return joined.isEmpty() ? null : joined;
    }

    /** Since when all of them are as they are; null where one of them never was. */
    private static Instant earliest(List<At> all, Function<SyncState, Instant> at) {
        List<Instant> times = all.stream()
                .map(each -> at.apply(each.state()))
                .filter(Objects::nonNull)
                .toList();
        return times.size() < all.size()
                ? null
                : times.stream().min(Instant::compareTo).orElse(null);
    }
}
