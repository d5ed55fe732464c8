package ai.hanzo.kms.secretsync.sync;

import ai.hanzo.kms.secretsync.sync.LeftBehind.Fate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What becomes of the secrets that a change of a sync's settings left behind. */
public final class Moves {
    private static final Set<String> OWN_MAPPINGS = Set.of(Destination.ONE_TO_ONE, Destination.MANY_TO_ONE);

    private final Planner.Input input;
    private final SecretSync sync;

    Moves(Planner.Input input) {
        this.input = input;
        this.sync = input.sync();
    }

    /** Something in another account or region than that of the destination. */
    LeftBehind leftBehind(Former former) {
        String account = input.elsewhere().accountId();
        if (!former.accountId().equals(account)) {
            return new LeftBehind(
                    former.accountId(),
                    former.region(),
                    former.entry(),
                    Fate.STAYS,
                    null,
                    "The sync wrote it before its connection was changed. It is in the AWS account "
                            + former.accountId()
                            + ", which the connection does not reach, and stays; delete it there if nothing reads it any more");
        }
        if (input.elsewhere().regionsInUse().contains(former.region())) {
            return new LeftBehind(
                    account,
                    former.region(),
                    former.entry(),
                    Fate.STAYS,
                    null,
                    "The sync wrote it before its region was changed; it stays, because another destination of the sync is there");
        }
        return leftBehind(former.region(), former.entry(), "region was changed, or through a route of a team");
    }

    /** Something where the destination is, under a name or from a mapping behaviour that is not the sync's any more. */
    LeftBehind leftBehind(ManagedSecret entry) {
        String changed = "key schema, path or environment was changed";
        if (!entry.mappingBehavior().equals(sync.destination().mappingBehavior())) {
            changed = "mapping behaviour was changed";
        } else if (entry.manyToOne()) {
            changed = "secret name, key schema or environment was changed";
        }
        return leftBehind(sync.destination().region(), entry, changed);
    }

    /** Whether there is nothing of the sync in it any more: others had put keys into it, and those stayed. */
    static boolean isEmptied(ManagedSecret entry) {
        return entry.manyToOne() && entry.keys().isEmpty();
    }

    private LeftBehind leftBehind(String region, ManagedSecret entry, String changed) {
        Move move = sync.options().move();
        Fate fate = Fate.STAYS;
        Instant deletedAfter = null;
        String then;
        if (move == null) {
            then =
                    "it stays. Remove it with remove-secrets, or set syncOptions.move to have it deleted once all that takes its"
                            + " place is there";
        } else if (!OWN_MAPPINGS.contains(entry.mappingBehavior())) {
            then = "it stays, for it was made by a route of a team";
        } else if (sync.options().deletionDisabled()) {
            then = "it stays: deletion is disabled";
        } else if (entry.supersededAt() == null) {
            fate = Fate.WAITS;
            then = "it stays until all that the sync wants is in place, and " + move.graceDays()
                    + " days more; then it is deleted, recoverably";
        } else {
            deletedAfter = entry.supersededAt().plus(move.grace());
            if (input.now().isBefore(deletedAfter)) {
                fate = Fate.WAITS;
                then = "it is kept until " + deletedAfter.truncatedTo(ChronoUnit.SECONDS)
                        + " and then deleted, recoverably";
            } else if (input.wanted().sourceEmpty()) {
                fate = Fate.WAITS;
                then = "it stays: the source has no secrets at all, and an empty source never deletes";
            } else {
                fate = Fate.DUE;
                then = "its grace period is over: it is deleted, recoverably";
            }
        }
        return new LeftBehind(
                input.elsewhere().accountId(),
                region,
                entry,
                fate,
                deletedAfter,
                "The sync wrote it before its " + changed + "; " + then);
    }

    /**
     * What a sync left behind in the account of its destination.
     *
     * @param there entries of the journal where the destination is
     */
    public static List<Former> formers(SecretSync sync, Elsewhere elsewhere, Collection<ManagedSecret> there) {
        Destination now = sync.destination();
        Coverage coverage = Coverage.of(sync);
        Stream<Former> here = there.stream()
                .filter(entry -> !entry.deleted())
                .filter(entry ->
                        !entry.mappingBehavior().equals(now.mappingBehavior()) || !coverage.covers(entry.name()))
                .map(entry -> new Former(elsewhere.accountId(), now.region(), entry));
        return Stream.concat(here, elsewhere.formers().stream())
                .filter(former -> former.accountId().equals(elsewhere.accountId()))
                .filter(former -> former.region().equals(now.region())
                        || !elsewhere.regionsInUse().contains(former.region()))
                .filter(former -> !isEmptied(former.entry()))
                .toList();
    }

    // After the changes of a run

    /**
     * Whether all that a sync wants is known to be at its destination.
     *
     * @param journal of the destination as it is now
     */
    public static boolean isComplete(Planner.Input input, Map<String, ManagedSecret> journal) {
        String mapping = input.sync().destination().mappingBehavior();
        return !input.wanted().secrets().isEmpty()
                && input.wanted().secrets().keySet().stream()
                        .map(journal::get)
                        .allMatch(entry -> entry != null
                                && entry.inPlace()
                                && entry.mappingBehavior().equals(mapping));
    }

    /**
     * Tells of a secret whether all that it was made of is also in what the sync wants now, or is no longer in the source or for
     * this sync.
     *
     * @param source that {@link Planner.Input#wanted} was made of
     */
    public static Predicate<ManagedSecret> isReplaced(Planner.Input input, SourceSnapshot source) {
        KeyRules rules = input.sync().options().rulesForKeys();
        Set<String> wanted = input.wanted().secrets().values().stream()
                .flatMap(secret -> secret.keys().stream())
                .collect(Collectors.toSet());
        return entry -> entry.keys().stream()
                .map(path -> source.secrets().get(path))
                .filter(secret ->
                        secret != null && rules.leavesOut(secret.called()).isEmpty())
                .allMatch(secret -> wanted.contains(secret.path()));
    }
}
