package ai.hanzo.kms.secretsync.sync;

import java.time.Instant;

/**
 * A secret that a sync wrote or took over and that its settings do not lead to any more: its region, connection, mapping
 * behaviour, secret name, key schema or environment was changed since.
 *
 * @param accountId AWS account it is in
 * @param region AWS region code
 * @param entry of the journal there
 * @param fate what becomes of it
 * @param deletedAfter when its grace period ends; null where it has none, or none that has begun
 * @param reason why, and what becomes of it, in words an operator understands
 */
public record LeftBehind(
        String accountId, String region, ManagedSecret entry, Fate fate, Instant deletedAfter, String reason) {
    /** What becomes of it. */
    public enum Fate {
        STAYS,
        /** It goes later: what takes its place must be there first, and the grace period be over. */
        WAITS,
        DUE,
        /** It would be due, if the deletion brake let it go. */
        HELD
    }

    public String name() {
        return entry.name();
    }

    /** Whether its grace period is over, be it held or not. */
    public boolean isOver() {
        return fate == Fate.DUE || fate == Fate.HELD;
    }

    LeftBehind held(String why) {
        return new LeftBehind(accountId, region, entry, Fate.HELD, deletedAfter, why);
    }
}
