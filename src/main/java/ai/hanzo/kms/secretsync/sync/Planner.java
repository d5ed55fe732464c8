package ai.hanzo.kms.secretsync.sync;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Works out what a sync would change, and why. Pure: the same input gives the same plan.
 *
 * <p>The order of use, of which all but the last usually need no call:
 *
 * <ol>
 *   <li>{@link #descriptionsNeeded}: what a list, which may be five minutes old, cannot be trusted with. DescribeSecret each,
 *       and put the answers into the input with {@link Input#withDescribed};
 *   <li>{@link #aliasesNeeded}: KMS aliases that are to be looked up;
 *   <li>{@link #valuesNeeded}: secrets whose version says nothing about their value. Read each, and make a {@link Reading};
 *   <li>{@link #plan}.
 * </ol>
 */
public final class Planner {
    /** A run may delete this many secrets whatever the share. */
    public static final int BRAKE_COUNT = 10;

    /** A run may delete one in this many of all that it covers. */
    public static final int BRAKE_SHARE = 5;

    private Planner() {}

    /**
     * @param listed what ListSecrets gave, by name, secrets scheduled for deletion included; names that are not covered do not
     *     matter. With many-to-one it may be empty if {@code described} has the one secret
     * @param described what DescribeSecret gave, by name; empty where there is no such secret. Fresher than {@code listed} and
     *     takes its place
     * @param journal what this sync put to, or took over at, this destination, by name
     * @param heldByOthers names in the journals of other syncs of the same account and region, with the sync's name
     * @param retiredSyncs ids of syncs that were deleted here and left their secrets, and of other destinations of
     *     this sync that left theirs to it: those are nobody's
     * @param generation of this run; no other run of this sync ever has the same
     * @param now for {@link VersionBudget}
     * @param approvedDeletions {@link Plan#deletionDigest()} of the plan whose deletions were approved, or, where the sync requires
     *     approval, {@link Plan#toApprove()} of the plan that was; null where nothing was
     * @param elsewhere where the sync was before
     */
    public record Input(
            SecretSync sync,
            Wanted wanted,
            Map<String, DestinationSecret> listed,
            Map<String, Optional<DestinationSecret>> described,
            Map<String, ManagedSecret> journal,
            Map<String, String> heldByOthers,
            Set<String> retiredSyncs,
            VersionTokens tokens,
            long generation,
            ForeignSecrets foreignSecrets,
            KmsKeys kmsKeys,
            Instant now,
            String approvedDeletions,
            Elsewhere elsewhere) {

        public Input {
            listed = Map.copyOf(listed);
            described = Map.copyOf(described);
            journal = Map.copyOf(journal);
            heldByOthers = Map.copyOf(heldByOthers);
            retiredSyncs = Set.copyOf(retiredSyncs);
        }

        /** With more descriptions; a later one takes the place of an earlier one. */
        public Input withDescribed(Map<String, Optional<DestinationSecret>> more) {
            Map<String, Optional<DestinationSecret>> all = new HashMap<>(described);
            all.putAll(more);
            return with(wanted, all);
        }

        /** With the journal as it is now. */
        public Input withJournal(Map<String, ManagedSecret> entries) {
            return with(wanted, described, entries, retiredSyncs);
        }

        /** With the ids of more syncs that were deleted here. */
        public Input withRetiredSyncs(Set<String> ids) {
            return with(wanted, described, journal, ids);
        }

        /**
         * With the keys that KMS aliases stand for.
         *
         * @param aliases alias to key id
         */
        public Input withKmsAliases(Map<String, String> aliases) {
            return with(wanted, described, journal, retiredSyncs, kmsKeys.with(aliases));
        }

        Input with(Wanted other) {
            return with(other, described);
        }

        private Input with(Wanted other, Map<String, Optional<DestinationSecret>> descriptions) {
            return with(other, descriptions, journal, retiredSyncs);
        }

        private Input with(
                Wanted other,
                Map<String, Optional<DestinationSecret>> descriptions,
                Map<String, ManagedSecret> entries,
                Set<String> retired) {
            return with(other, descriptions, entries, retired, kmsKeys);
        }

        private Input with(
                Wanted other,
                Map<String, Optional<DestinationSecret>> descriptions,
                Map<String, ManagedSecret> entries,
                Set<String> retired,
                KmsKeys keys) {
            return new Input(
                    sync,
                    other,
                    listed,
                    descriptions,
                    entries,
                    heldByOthers,
                    retired,
                    tokens,
                    generation,
                    foreignSecrets,
                    keys,
                    now,
                    approvedDeletions,
                    elsewhere);
        }

        /** What is at the destination under a name, as far as is known. */
        public Optional<DestinationSecret> at(String name) {
            Optional<DestinationSecret> fresh = described.get(name);
            return fresh != null ? fresh : Optional.ofNullable(listed.get(name));
        }

        /** As an object, and not by content: Camel asks for it at every expression that has this in it. */
        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }

        private boolean certainlyAbsent(String name) {
            return described.containsKey(name) && described.get(name).isEmpty();
        }

        private Ownership.Context context() {
            return new Ownership.Context(
                    sync.id().toString(), sync.destination().region(), heldByOthers, retiredSyncs);
        }
    }

    /**
     * Names to be looked at with DescribeSecret, because a list alone is no proof that a secret is gone, or that it is there
     * (aws-and-peers 4.4, U4 to U6): what the journal knows and the list does not show, and the other way round. Nor is it proof
     * that a secret is nobody's: what is about to be taken over is looked at, once.
     */
    public static Set<String> descriptionsNeeded(Input input) {
        Coverage coverage = Coverage.of(input.sync());
        Ownership.Context context = input.context();
        SortedSet<String> names = new TreeSet<>();
        for (ManagedSecret entry : input.journal().values()) {
            String name = entry.name();
            if (input.described().containsKey(name)) {
                continue;
            }
            DestinationSecret listed = input.listed().get(name);
            boolean needed;
            if (listed == null) {
                // What is no longer covered is not listed either: looking at each of those again and again would cost.
                needed = coverage.covers(name) || input.wanted().secrets().containsKey(name);
            } else if (Ownership.entryOf(listed, entry) == null) {
                // Another secret of the same name: either it is new, or the list still shows the one before.
                needed = true;
            } else {
                boolean wanted = input.wanted().secrets().containsKey(name);
                // Restored and deleted again since the list was made: what is in it is not what the list tells.
                boolean older = wanted && !Objects.equals(listed.versionId(), entry.versionId());
                needed = entry.deleted()
                        ? !listed.scheduledForDeletion() || older
                        : listed.scheduledForDeletion() && wanted;
            }
            if (needed) {
                names.add(name);
            }
        }
        for (DesiredSecret secret : input.wanted().secrets().values()) {
            DestinationSecret listed = input.listed().get(secret.name());
            if (listed != null
                    && !input.described().containsKey(secret.name())
                    && ownership(listed, secret.tags(), input, context).kind() == Ownership.Kind.FOREIGN) {
                names.add(secret.name());
            }
        }
        return Collections.unmodifiableSortedSet(names);
    }

    /**
     * Names to be looked at with DescribeSecret for their replicas, of which a list tells nothing: those of which the journal does
     * not know that they are in place. None where the sync has no say in replicas.
     *
     * @param thorough whether to look at all that this sync replicates, to see what somebody changed
     */
    public static Set<String> replicasToSee(Input input, boolean thorough) {
        SyncOptions options = input.sync().options();
        SortedSet<String> names = new TreeSet<>();
        if (options.replicaRegions() == null) {
            return names;
        }
        Ownership.Context context = input.context();
        for (DesiredSecret secret : input.wanted().secrets().values()) {
            DestinationSecret current = input.at(secret.name()).orElse(null);
            if (current == null
                    || current.scheduledForDeletion()
                    || input.described().containsKey(secret.name())) {
                continue;
            }
            ManagedSecret entry = Ownership.entryOf(current, input.journal().get(secret.name()));
            boolean ours = ownership(current, secret.tags(), input, context).kind() == Ownership.Kind.OURS;
            if (ours && (Replicas.mustBeSeen(options, entry) || thorough && Replicas.any(options, entry))) {
                names.add(secret.name());
            }
        }
        return names;
    }

    /**
     * Names whose resource policy must be read: those of which the journal does not know that it is as it is wanted. None where no
     * policy is asked for and this sync has put none. To be described as well, and then put into the input with
     * {@link DestinationSecret#withPolicy}.
     *
     * @param thorough whether to look at all of them, to see what somebody changed
     */
    public static Set<String> policiesToSee(Input input, boolean thorough) {
        PolicyDocument wanted = input.sync().options().policy();
        Ownership.Context context = input.context();
        SortedSet<String> names = new TreeSet<>();
        for (DesiredSecret secret : input.wanted().secrets().values()) {
            DestinationSecret current = input.at(secret.name()).orElse(null);
            if (current == null || current.scheduledForDeletion() || current.policy() != null) {
                continue;
            }
            ManagedSecret entry = Ownership.entryOf(current, input.journal().get(secret.name()));
            boolean look = Policies.mustBeSeen(wanted, entry) || thorough && Policies.any(wanted, entry);
            if (look) {
                Ownership.Kind kind =
                        ownership(current, secret.tags(), input, context).kind();
                if (kind == Ownership.Kind.OURS || kind == Ownership.Kind.FOREIGN) {
                    names.add(secret.name());
                }
            }
        }
        return names;
    }

    /**
     * Names whose value must be read to decide: wanted, there, not somebody else's, and neither journal nor token tells what
     * they hold. None of them where everything is as this sync left it.
     */
    public static Set<String> valuesNeeded(Input input) {
        Ownership.Context context = input.context();
        SortedSet<String> names = new TreeSet<>();
        for (DesiredSecret secret : input.wanted().secrets().values()) {
            DestinationSecret current = input.at(secret.name()).orElse(null);
            if (current == null || current.scheduledForDeletion()) {
                continue;
            }
            ManagedSecret entry = Ownership.entryOf(current, input.journal().get(secret.name()));
            Ownership.Kind kind =
                    Ownership.of(current, entry, secret.tags(), context).kind();
            if (kind != Ownership.Kind.OURS && kind != Ownership.Kind.FOREIGN) {
                continue;
            }
            Content content = content(secret, current, entry, input);
            if (content == Content.UNKNOWN
                    || (content == Content.OUTDATED && input.wanted().keepsForeignKeys())) {
                names.add(secret.name());
            }
        }
        return Collections.unmodifiableSortedSet(names);
    }

    /**
     * KMS aliases that decide whether a secret has the right key: looked up, they spare a change of the key to itself. None where
     * keys are written as AWS reports them, or the journal knows how AWS has called them.
     */
    public static Set<String> aliasesNeeded(Input input) {
        String wanted = input.sync().options().keyId();
        SortedSet<String> aliases = new TreeSet<>();
        for (String name : input.wanted().secrets().keySet()) {
            DestinationSecret current = input.at(name).orElse(null);
            if (current == null) {
                continue;
            }
            ManagedSecret entry = Ownership.entryOf(current, input.journal().get(name));
            boolean inPlace = input.kmsKeys().inPlace(wanted, current.kmsKeyId(), entry);
            if (!inPlace || input.kmsKeys().onTrust(wanted, current.kmsKeyId(), entry)) {
                aliases.addAll(input.kmsKeys().aliasesBetween(wanted, current.kmsKeyId()));
            }
        }
        return Collections.unmodifiableSortedSet(aliases);
    }

    /**
     * Names an import may read: covered, there, and not somebody else's. What belongs to others is not brought into the KMS,
     * where it would only ask to be written over.
     */
    public static SortedSet<String> importable(Input input) {
        Coverage coverage = Coverage.of(input.sync());
        Ownership.Context context = input.context();
        Map<String, String> tags = Tags.configured(input.sync().options()).tags();
        SortedSet<String> names = new TreeSet<>();
        for (String name : namesAtDestination(input)) {
            DestinationSecret current = input.at(name).orElse(null);
            if (current == null || current.scheduledForDeletion() || !coverage.covers(name)) {
                continue;
            }
            ManagedSecret entry = Ownership.entryOf(current, input.journal().get(name));
            Ownership.Kind kind = Ownership.of(current, entry, tags, context).kind();
            if (kind == Ownership.Kind.OURS || kind == Ownership.Kind.FOREIGN) {
                names.add(name);
            }
        }
        return Collections.unmodifiableSortedSet(names);
    }

    /**
     * @param readings of the names {@link #valuesNeeded} asked for; one that is missing counts as refused
     */
    public static Plan plan(Input input, Map<String, Reading> readings) {
        return new Run(input, readings).plan();
    }

    /** Names that the journal has from this sync's mapping behaviour, covered or not: what {@link #removal} is about. */
    public static Set<String> removable(Input input) {
        boolean manyToOne =
                Destination.MANY_TO_ONE.equals(input.sync().destination().mappingBehavior());
        SortedSet<String> names = new TreeSet<>();
        for (ManagedSecret entry : input.journal().values()) {
            if (entry.manyToOne() == manyToOne) {
                names.add(entry.name());
            }
        }
        return Collections.unmodifiableSortedSet(names);
    }

    /**
     * Of these names those that are read before {@link #removal} or {@link #departure}: with many-to-one what is there and this
     * sync's. With any other mapping behaviour none.
     */
    public static Set<String> bodiesNeeded(Input input, Set<String> names) {
        if (!Destination.MANY_TO_ONE.equals(input.sync().destination().mappingBehavior())) {
            return Set.of();
        }
        Ownership.Context context = input.context();
        Map<String, String> tags = Tags.configured(input.sync().options()).tags();
        SortedSet<String> needed = new TreeSet<>();
        for (String name : names) {
            DestinationSecret current = input.at(name).orElse(null);
            if (current != null
                    && !current.scheduledForDeletion()
                    && ownership(current, tags, input, context).kind() == Ownership.Kind.OURS) {
                needed.add(name);
            }
        }
        return Collections.unmodifiableSortedSet(needed);
    }

    /**
     * What takes away all that this sync put there or took over by its mapping behaviour, also under names it no longer covers.
     * Asked for explicitly, so that neither the brake nor {@code disableSecretDeletion} applies; somebody else's secrets stay.
     * For what it put elsewhere, or by another mapping behaviour, before it was changed: {@link SecretSync#before}.
     *
     * <p>Needs descriptions of every journalled name that is not listed.
     *
     * @param bodies of {@link #bodiesNeeded}, by name: one that others put keys into loses only ours
     */
    public static Plan removal(Input input, Map<String, CanonicalJson.Parsed> bodies) {
        Run run = new Run(input, Map.of());
        Set<String> names = namesAtDestination(input);
        names.addAll(input.journal().keySet());
        return run.removal(names, bodies, "Removal was asked for");
    }

    /**
     * The same for what was left behind, once its grace period is over: {@link LeftBehind}. Whether that is so, and whether so much
     * may go, the plan of the sync has told.
     *
     * @param names that are to go; each needs a description
     * @param bodies of {@link #bodiesNeeded}, by name
     */
    public static Plan departure(Input input, Set<String> names, Map<String, CanonicalJson.Parsed> bodies) {
        Run run = new Run(input, Map.of());
        run.departure = true;
        return run.removal(names, bodies, "It was moved, and its grace period is over");
    }

    /**
     * The last look before a change of a secret that exists: why it must not be made after all, judged by a fresh
     * DescribeSecret; empty where it may. A deletion is never made without; for the others it closes the minutes by which a
     * list may be behind, in which a secret can have become somebody else's.
     *
     * @param change a deletion, update, restoration, new KMS key or new tags; anything else has nothing to lose and may be made
     * @param fresh what is there now; whoever finds nothing there has nothing to change
     * @param entry the journal's as it is now, which an earlier change of the same run may have made; or null
     */
    public static Optional<String> refusal(Change change, DestinationSecret fresh, ManagedSecret entry, Input input) {
        DestinationSecret planned = existing(change);
        if (planned == null) {
            return Optional.empty();
        }
        if (!Objects.equals(fresh.arn(), planned.arn())) {
            return Optional.of("It was deleted and made again by somebody since the plan was made");
        }
        if (fresh.scheduledForDeletion() && !(change instanceof Change.Restore)) {
            return Optional.of("It is scheduled for deletion already");
        }
        DesiredSecret wanted = input.wanted().secrets().get(change.name());
        Map<String, String> tags =
                wanted == null ? Tags.configured(input.sync().options()).tags() : wanted.tags();
        Ownership.Context context = input.context();
        Ownership.Kind before = ownership(planned, tags, input, context).kind();
        ManagedSecret about = Ownership.entryOf(fresh, entry);
        Ownership now = Ownership.of(fresh, about, tags, context);
        SortedSet<String> others =
                change instanceof Change.Delete ? Replicas.ofOthers(fresh, about) : Collections.emptySortedSet();
        if (!others.isEmpty()) {
            return Optional.of(replicatedForOthers(others));
        }
        // What has become ours in between may be written, but was not what was to be deleted.
        boolean becameOurs = now.kind() == Ownership.Kind.OURS && !(change instanceof Change.Delete);
        // Whoever took it for somebody else's would not have planned this: then nothing tells any more that it is ours.
        boolean somebodyElses = now.detail() != null;
        if (!somebodyElses && (now.kind() == before || becameOurs)) {
            return Optional.empty();
        }
        return Optional.of(
                now.detail() == null ? "It has another owner than when the plan was made" : "It " + now.detail());
    }

    private static String replicatedForOthers(SortedSet<String> regions) {
        return "It stays: AWS deletes no secret that has replicas, and somebody else had it replicated to "
                + String.join(", ", regions) + ". Remove it from there to have it deleted";
    }

    /**
     * The last look before a change that was planned from the journal ({@link Recall}): whether the secret is what the journal
     * says in all that the plan went by. Where it is not, it is planned anew.
     */
    public static boolean isAsRecalled(Change change, DestinationSecret fresh, Input input) {
        ManagedSecret entry = input.journal().get(change.name());
        if (refusal(change, fresh, entry, input).isPresent()) {
            return false;
        }
        DestinationSecret recalled = existing(change);
        if (recalled == null || change instanceof Change.Delete) {
            return true;
        }
        SyncOptions options = input.sync().options();
        DesiredSecret wanted = input.wanted().secrets().get(change.name());
        boolean tagged = !options.changesTags()
                || wanted == null
                || Tags.difference(fresh.tags(), wanted.tags(), entry.tagKeys()).isEmpty();
        return Objects.equals(fresh.versionId(), recalled.versionId())
                && input.kmsKeys().inPlace(options.keyId(), fresh.kmsKeyId(), entry)
                && tagged;
    }

    /** The secret as the plan saw it, null where the change is not about one that exists. */
    private static DestinationSecret existing(Change change) {
        if (change instanceof Change.Delete delete) {
            return delete.current();
        }
        if (change instanceof Change.Update update) {
            return update.current();
        }
        if (change instanceof Change.Restore restore) {
            return restore.current();
        }
        if (change instanceof Change.ChangeKmsKey key) {
            return key.current();
        }
        if (change instanceof Change.Replicate replicate) {
            return replicate.current();
        }
        if (change instanceof Change.ChangePolicy policy) {
            return policy.current();
        }
        return change instanceof Change.Retag retag ? retag.current() : null;
    }

    private static Ownership ownership(
            DestinationSecret secret, Map<String, String> tags, Input input, Ownership.Context context) {
        ManagedSecret entry = Ownership.entryOf(secret, input.journal().get(secret.name()));
        return Ownership.of(secret, entry, tags, context);
    }

    private static Set<String> namesAtDestination(Input input) {
        Set<String> names = new TreeSet<>(input.listed().keySet());
        names.addAll(input.described().keySet());
        return names;
    }

    /** What is known of a value without reading it. */
    private enum Content {
        /** The journal knows this version, and it is what is wanted. */
        RIGHT,
        /** A write whose answer was lost has arrived, and it is what is wanted. */
        ARRIVED,
        /** We wrote it, and something else is wanted now. */
        OUTDATED,
        /** Somebody else wrote it, or the list is older than our last write. */
        UNKNOWN
    }

    private static Content content(DesiredSecret secret, DestinationSecret current, ManagedSecret entry, Input input) {
        VersionTokens tokens = input.tokens();
        String version = current.versionId();
        if (version == null || entry == null) {
            return Content.UNKNOWN;
        }
        boolean known = version.equals(entry.versionId())
                && entry.fingerprint() != null
                && !entry.fingerprint().isEmpty();
        if (known && !entry.mappingBehavior().equals(input.sync().destination().mappingBehavior())) {
            // With many-to-one a fingerprint is of what came from the source, and keys of others may be beside that.
            return Content.UNKNOWN;
        }
        if (known) {
            return tokens.isOf(entry.fingerprint(), secret.name(), secret.basis(), entry.generation())
                    ? Content.RIGHT
                    : Content.OUTDATED;
        }
        if (version.equals(entry.pendingToken())) {
            return pendingIsWanted(secret, entry, tokens) ? Content.ARRIVED : Content.OUTDATED;
        }
        return Content.UNKNOWN;
    }

    private static boolean pendingIsWanted(DesiredSecret secret, ManagedSecret entry, VersionTokens tokens) {
        return entry.pendingToken() != null
                && entry.pendingToken().equals(tokens.token(secret.name(), secret.value(), entry.pendingGeneration()));
    }

    /** One planning, while it collects. */
    private static final class Run {
        private final Input input;
        private final Map<String, Reading> readings;
        private final Coverage coverage;
        private final Ownership.Context context;
        private final SyncOptions options;
        private final Journal journal;
        private final boolean manyToOne;
        private final Map<String, String> configuredTags;
        private final PolicyDocument wantedPolicy;
        private final Moves moves;

        private final List<Change> changes = new ArrayList<>();
        private final List<LeftBehind> leftBehind = new ArrayList<>();
        private final SortedSet<String> gone = new TreeSet<>();
        private final SortedMap<String, SortedSet<String>> changedKeys = new TreeMap<>();
        /** Secrets within the coverage that nobody else owns, what the brake's share is taken of. */
        private int ourRealm;

        private int deletions;
        /** Of what was left behind, how many are to go as well. */
        private int departures;
        /** Why all that goes is to go, where that is the same for all of it; null otherwise. */
        private String removal;
        /** Whether it is what was left behind that goes. */
        private boolean departure;

        private final KeyRules rules;
        private final KeySchema schema;
        /** Names that only {@link KeyRules} keep this sync from. */
        private final Set<String> leftOut = new HashSet<>();
        /** Names that the source has, and that cannot be written. */
        private final Set<String> stillInSource = new HashSet<>();
        /** Names of wanted secrets that are there or will be; made when it is first needed. */
        private Set<String> caredFor;

        Run(Input input, Map<String, Reading> readings) {
            this.input = input;
            this.readings = readings;
            coverage = Coverage.of(input.sync());
            context = input.context();
            options = input.sync().options();
            journal = Journal.of(input.sync(), input.tokens(), input.now());
            manyToOne =
                    Destination.MANY_TO_ONE.equals(input.sync().destination().mappingBehavior());
            configuredTags = Tags.configured(options).tags();
            wantedPolicy = options.policy();
            rules = options.rulesForKeys();
            schema = input.sync().keySchema();
            moves = new Moves(input);
        }

        Plan plan() {
            Wanted wanted = input.wanted();
            for (Change.Skip skip : wanted.skips()) {
                (skip.code() == SkipReason.LEFT_OUT ? leftOut : stillInSource).add(skip.name());
            }
            // What is in the shards of an object that cannot be written is in the source all the same.
            boolean nothingGoes = manyToOne && wanted.secrets().isEmpty();
            for (DesiredSecret secret : wanted.secrets().values()) {
                if (secret.name().equals(wanted.index()) && !shardsAreThere()) {
                    planIndexLater(secret);
                } else {
                    planWanted(secret);
                }
            }
            unwanted().forEach(name -> planUnwanted(name, nothingGoes || stillInSource.contains(name)));
            changes.addAll(wanted.skips());
            changes.sort(Comparator.comparing(Change::name));
            input.elsewhere().formers().stream()
                    .filter(former -> !Moves.isEmptied(former.entry()))
                    .map(moves::leftBehind)
                    .forEach(leftBehind::add);
            departures = Math.toIntExact(
                    leftBehind.stream().filter(LeftBehind::isOver).count());
            String blocked = blocked();
            if (blocked == null) {
                brakeDepartures();
            }
            return finished(blocked);
        }

        /** Sorted, and without the many that are wanted: those are sorted already. */
        private SortedSet<String> unwanted() {
            SortedSet<String> names = new TreeSet<>();
            for (Map<String, ?> known : List.of(input.listed(), input.described(), input.journal())) {
                for (String name : known.keySet()) {
                    if (!input.wanted().secrets().containsKey(name)) {
                        names.add(name);
                    }
                }
            }
            return names;
        }

        /** What has to be approved before anything is done; null where nothing has to. */
        private String toApprove() {
            // Nobody can approve of what an empty source would delete.
            boolean approvable =
                    removal == null && (deletions == 0 || !input.wanted().sourceEmpty());
            boolean needed = approvable
                    && options.approvalRequired()
                    && (departures > 0 || changes.stream().anyMatch(Plan::needsApproval));
            return needed ? PlanDigest.of(changes, leftBehind, input) : null;
        }

        private String unapproved() {
            String digest = toApprove();
            if (digest == null || digest.equals(input.approvedDeletions())) {
                return null;
            }
            long adoptions = changes.stream()
                    .filter(Plan::needsApproval)
                    .filter(change -> !(change instanceof Change.Delete))
                    .count();
            return "Waiting for approval: this run would delete " + (deletions + departures) + " secrets and take over "
                    + adoptions
                    + ", and this sync does neither without. Nothing was changed. Look at the plan, and approve it with POST"
                    + " /api/v1/secret-syncs/aws-secrets-manager/"
                    + input.sync().id() + "/approve-plan and {\"planDigest\": \"" + digest + "\"}";
        }

        private Plan finished(String blocked) {
            // Stable: what was said first about a name stays first.
            changes.sort(Comparator.comparing(Change::name));
            List<String> warnings = new ArrayList<>(input.wanted().warnings());
            if (manyToOne && !options.sharded()) {
                // A JSON object grows with every secret; a secret of its own is as large as it is.
                warnings.addAll(input.wanted().sizeWarnings());
            }
            return new Plan(changes, blocked, warnings, gone, changedKeys, toApprove(), leftBehind);
        }

        private String blocked() {
            if (deletions > 0 && input.wanted().sourceEmpty()) {
                return (leftOut.isEmpty()
                                ? "The source has no secrets at all, and an empty source never deletes: "
                                : "The key rules leave out every secret of the source, and an empty source never deletes: ")
                        + deletions
                        + " secrets at the destination stay. If they are to go, remove them with POST"
                        + " /api/v1/secret-syncs/aws-secrets-manager/"
                        + input.sync().id() + "/remove-secrets";
            }
            if (options.approvalRequired()) {
                // Whoever approves the whole plan approves of how much it deletes.
                return unapproved();
            }
            if (isWithin(deletions, ourRealm) || isApproved()) {
                return null;
            }
            return "This run would delete " + deletions + " of the " + ourRealm
                    + " secrets it covers; without approval it"
                    + " deletes at most " + Math.max(BRAKE_COUNT, ourRealm / BRAKE_SHARE)
                    + ". Nothing was changed. Look at"
                    + " the plan, and approve it with POST /api/v1/secret-syncs/aws-secrets-manager/"
                    + input.sync().id() + "/sync-secrets?approveDeletions=true";
        }

        private static boolean isWithin(int gone, int realm) {
            return gone <= BRAKE_COUNT || (long) gone * BRAKE_SHARE <= realm;
        }

        private boolean isApproved() {
            return Plan.deletionDigest(changes, leftBehind).equals(input.approvedDeletions());
        }

        /** What was left behind waits by itself: what the source changed goes on. */
        private void brakeDepartures() {
            int realm = ourRealm + leftBehind.size();
            if (options.approvalRequired() || isWithin(deletions + departures, realm) || isApproved()) {
                return;
            }
            String why = "Its grace period is over, and it stays: with it this run would delete "
                    + (deletions + departures)
                    + " secrets, and without approval it deletes at most " + Math.max(BRAKE_COUNT, realm / BRAKE_SHARE)
                    + ". Look at the plan, and approve it with POST /api/v1/secret-syncs/aws-secrets-manager/"
                    + input.sync().id() + "/sync-secrets?approveDeletions=true";
            leftBehind.replaceAll(left -> left.isOver() ? left.held(why) : left);
        }

        // What the source asks for

        private void planWanted(DesiredSecret secret) {
            String name = secret.name();
            DestinationSecret current = input.at(name).orElse(null);
            if (current == null) {
                create(secret);
                return;
            }
            ManagedSecret entry = Ownership.entryOf(current, input.journal().get(name));
            Ownership owner = Ownership.of(current, entry, secret.tags(), context);
            if (owner.kind() == Ownership.Kind.OTHER_SYNC || owner.kind() == Ownership.Kind.OTHER_OWNER) {
                SkipReason code =
                        owner.kind() == Ownership.Kind.OTHER_SYNC ? SkipReason.OTHER_SYNC : SkipReason.OTHER_OWNER;
                skip(name, code, "It " + owner.detail() + ", so it is not changed; rename one of the two");
                return;
            }
            boolean foreign = owner.kind() == Ownership.Kind.FOREIGN;
            if (current.scheduledForDeletion()) {
                if (foreign) {
                    skip(
                            name,
                            SkipReason.SCHEDULED_FOR_DELETION,
                            "Somebody else scheduled it for deletion; restore it or wait until it is gone");
                } else {
                    restore(secret, current, entry);
                }
                return;
            }
            ourRealm++;
            Reading reading = readings.get(name);
            if (reading != null && reading.versionId() != null) {
                current = current.withVersionId(reading.versionId());
            }
            planValue(secret, current, entry, foreign, reading);
        }

        /** An index names what is there: it is written after its shards, and not at all while one of them is missing. */
        private void planIndexLater(DesiredSecret index) {
            int before = changes.size();
            planWanted(index);
            List<Change> planned = changes.subList(before, changes.size());
            if (planned.stream().anyMatch(Change.Write.class::isInstance)) {
                planned.clear();
                changedKeys.remove(index.name());
                skip(
                        index.name(),
                        SkipReason.WAITING,
                        "The object is divided, and this is to be its index: it is written when all its shards are there");
            }
        }

        private boolean shardsAreThere() {
            Wanted wanted = input.wanted();
            return wanted.secrets().values().stream()
                    .filter(secret -> !secret.name().equals(wanted.index()))
                    .allMatch(this::isWritten);
        }

        /** Whether AWS has confirmed it, as far as the journal knows. */
        private boolean isWritten(DesiredSecret secret) {
            ManagedSecret entry = input.journal().get(secret.name());
            return entry != null
                    && !entry.deleted()
                    && input.tokens()
                            .token(secret.name(), secret.basis(), entry.generation())
                            .equals(entry.fingerprint());
        }

        private void create(DesiredSecret secret) {
            String name = secret.name();
            ManagedSecret entry = input.journal().get(name);
            boolean replay = entry != null && entry.arn() == null && pendingIsWanted(secret, entry, input.tokens());
            if (entry != null && !replay && !input.certainlyAbsent(name)) {
                skip(
                        name,
                        SkipReason.UNREADABLE,
                        "The journal knows it and the list, which may be minutes old, does not show it; it is neither made"
                                + " nor changed until DescribeSecret tells (is secretsmanager:DescribeSecret allowed?)");
                return;
            }
            String token = replay ? entry.pendingToken() : newToken(secret);
            changes.add(new Change.Create(secret, token, replay ? entry.pendingGeneration() : input.generation()));
            if (manyToOne) {
                changedKeys.put(name, secret.keys());
            }
        }

        private void restore(DesiredSecret secret, DestinationSecret current, ManagedSecret entry) {
            Content content = content(secret, current, entry, input);
            boolean right = content == Content.RIGHT || content == Content.ARRIVED;
            // AWS gives no value of a secret that is scheduled for deletion: keys of others are merged after another
            // look.
            // Nor does it tell which resource policy it has.
            boolean lookAgain = input.wanted().keepsForeignKeys() || Policies.mustBeSeen(wantedPolicy, entry);
            boolean writes = !right && !lookAgain;
            boolean changeKmsKey = kmsKeyDiffers(current, entry);
            Attempt attempt = attempt(secret, current, entry);
            changes.add(new Change.Restore(
                    secret, current, writes && changeKmsKey, writes, attempt.token, attempt.generation));
            if (!writes && changeKmsKey) {
                changes.add(new Change.ChangeKmsKey(current));
            }
            retag(secret, current, entry);
            replicate(secret, current, entry, changes);
            if (manyToOne && writes) {
                changedKeys.put(secret.name(), secret.keys());
            }
        }

        private void planValue(
                DesiredSecret secret,
                DestinationSecret current,
                ManagedSecret entry,
                boolean foreign,
                Reading reading) {
            Content content = content(secret, current, entry, input);
            Observation seen = reading == null ? Observation.UNREADABLE : reading.observation();
            if (content == Content.RIGHT || content == Content.ARRIVED) {
                keep(secret, current, entry);
                return;
            }
            if (content == Content.OUTDATED && !input.wanted().keepsForeignKeys() && seen == Observation.UNREADABLE) {
                update(secret, current, entry, false, "The source changed", reading);
                return;
            }
            switch (seen) {
                case EQUAL -> {
                    if (foreign) {
                        adopt(secret, current, entry);
                    } else {
                        keep(secret, current, entry);
                    }
                }
                case EQUIVALENT -> {
                    if (foreign && imports()) {
                        adopt(secret, current, entry);
                    } else {
                        different(secret, current, entry, foreign, reading, content);
                    }
                }
                case DIFFERENT -> different(secret, current, entry, foreign, reading, content);
                case NO_VALUE -> update(secret, current, entry, foreign, "It has no value yet", reading);
                case BINARY -> binary(secret, current, entry, foreign, reading);
                case NOT_AN_OBJECT -> notAnObject(secret.name());
                case UNREADABLE -> unreadable(secret, current, entry, foreign, reading);
            }
        }

        private void different(
                DesiredSecret secret,
                DestinationSecret current,
                ManagedSecret entry,
                boolean foreign,
                Reading reading,
                Content content) {
            boolean destinationFirst = input.sync().initial()
                    && options.initialSyncBehavior() == InitialSyncBehavior.IMPORT_PRIORITIZE_DESTINATION;
            if (foreign
                    && destinationFirst
                    && (!manyToOne || !reading.conflicts().isEmpty())) {
                String keys = manyToOne ? " (keys: " + String.join(", ", reading.conflicts()) + ")" : "";
                skip(
                        secret.name(),
                        SkipReason.CONFLICT,
                        "The destination's value has precedence and is not in the KMS" + keys
                                + "; import it, or make one like the other");
                return;
            }
            String reason;
            if (foreign) {
                reason = "It was nobody's and has another value than the source";
            } else if (content == Content.OUTDATED) {
                reason = "The source changed";
            } else {
                reason = "It was changed at the destination";
            }
            update(secret, current, entry, foreign, reason, reading);
        }

        private void binary(
                DesiredSecret secret,
                DestinationSecret current,
                ManagedSecret entry,
                boolean foreign,
                Reading reading) {
            if (manyToOne) {
                notAnObject(secret.name());
            } else if (foreign && imports()) {
                skip(
                        secret.name(),
                        SkipReason.BINARY_VALUE,
                        "Its value is binary, which the KMS cannot hold and an import never overwrites; delete it at the"
                                + " destination to have it synced");
            } else {
                update(secret, current, entry, foreign, "It has a binary value at the destination", reading);
            }
        }

        private void unreadable(
                DesiredSecret secret,
                DestinationSecret current,
                ManagedSecret entry,
                boolean foreign,
                Reading reading) {
            if (!foreign && !input.wanted().keepsForeignKeys()) {
                update(secret, current, entry, false, "It was changed at the destination", reading);
                return;
            }
            String why = foreign
                    ? "It is not this sync's yet, and whether its value may be replaced shows only in the value"
                    : "Keys of others are to stay in it, and which there are shows only in the value";
            skip(
                    secret.name(),
                    SkipReason.UNREADABLE,
                    why + "; allow secretsmanager:GetSecretValue and kms:Decrypt for it");
        }

        private void notAnObject(String name) {
            skip(
                    name,
                    SkipReason.NOT_A_JSON_OBJECT,
                    "Its value is not a JSON object, so it is left untouched; delete it or choose another secretName");
        }

        private void keep(DesiredSecret secret, DestinationSecret current, ManagedSecret entry) {
            ManagedSecret learned = journal.learned(entry, secret, current, input.generation(), input.kmsKeys());
            List<Change> others = keyAndTags(secret, current, entry);
            if (learned != null || others.isEmpty()) {
                changes.add(new Change.Keep(secret.name(), learned));
            }
            changes.addAll(others);
        }

        private void adopt(DesiredSecret secret, DestinationSecret current, ManagedSecret entry) {
            changes.add(new Change.Adopt(secret, current, input.generation()));
            changes.addAll(keyAndTags(secret, current, entry));
        }

        private List<Change> keyAndTags(DesiredSecret secret, DestinationSecret current, ManagedSecret entry) {
            List<Change> others = new ArrayList<>(2);
            if (kmsKeyDiffers(current, entry)) {
                others.add(new Change.ChangeKmsKey(current));
            }
            retag(secret, current, entry, others);
            replicate(secret, current, entry, others);
            policy(secret, current, entry, others);
            return others;
        }

        private void update(
                DesiredSecret secret,
                DestinationSecret current,
                ManagedSecret entry,
                boolean adopted,
                String reason,
                Reading reading) {
            Attempt attempt = attempt(secret, current, entry);
            if (entry != null && entry.budget().isSpent(input.now())) {
                skip(
                        secret.name(),
                        SkipReason.DEFERRED,
                        "It was written " + VersionBudget.PER_DAY
                                + " times in 24 hours, and AWS would soon take no more"
                                + " versions of it; it is written again after "
                                + entry.budget().availableAgain(input.now())
                                + ". Find out who else writes it");
                return;
            }
            changes.add(new Change.Update(
                    secret,
                    current,
                    kmsKeyDiffers(current, entry),
                    adopted,
                    reason,
                    attempt.token,
                    attempt.generation));
            retag(secret, current, entry);
            replicate(secret, current, entry, changes);
            policy(secret, current, entry, changes);
            if (manyToOne) {
                changedKeys.put(secret.name(), changedKeys(secret, entry, reading));
            }
        }

        private static SortedSet<String> changedKeys(DesiredSecret secret, ManagedSecret entry, Reading reading) {
            if (reading != null && reading.changedKeys() != null) {
                return reading.changedKeys();
            }
            // Without the old values only what came and what went is known.
            SortedSet<String> keys = new TreeSet<>(secret.keys());
            if (entry != null) {
                keys.removeAll(entry.keys());
                SortedSet<String> left = new TreeSet<>(entry.keys());
                left.removeAll(secret.keys());
                keys.addAll(left);
            }
            return Collections.unmodifiableSortedSet(keys);
        }

        private record Attempt(String token, long generation) {}

        /**
         * A write that was begun and whose outcome is not known is made again under its token, as long as what it was to
         * replace is still there: AWS then makes no second version. Everything else gets a token that was never used, because
         * AWS ignores a write under one that was, and would leave another value current (aws-and-peers 3.4).
         */
        private Attempt attempt(DesiredSecret secret, DestinationSecret current, ManagedSecret entry) {
            boolean replay = entry != null
                    && Objects.equals(current.versionId(), entry.versionId())
                    && pendingIsWanted(secret, entry, input.tokens());
            return replay
                    ? new Attempt(entry.pendingToken(), entry.pendingGeneration())
                    : new Attempt(newToken(secret), input.generation());
        }

        private String newToken(DesiredSecret secret) {
            return input.tokens().token(secret.name(), secret.value(), input.generation());
        }

        private boolean kmsKeyDiffers(DestinationSecret current, ManagedSecret entry) {
            return !input.kmsKeys().inPlace(options.keyId(), current.kmsKeyId(), entry);
        }

        private void retag(DesiredSecret secret, DestinationSecret current, ManagedSecret entry) {
            retag(secret, current, entry, changes);
        }

        private void retag(DesiredSecret secret, DestinationSecret current, ManagedSecret entry, List<Change> to) {
            if (!options.changesTags()) {
                return;
            }
            Set<String> written = entry == null ? Set.of() : entry.tagKeys();
            if (options.tagMode() == TagMode.REPLACE) {
                written = current.tags().keySet();
            }
            Tags.Difference difference = Tags.difference(current.tags(), secret.tags(), written);
            if (!difference.isEmpty()) {
                to.add(new Change.Retag(current, difference.set(), difference.remove()));
            }
            if (!difference.dropped().isEmpty()) {
                to.add(new Change.Skip(
                        secret.name(),
                        SkipReason.INVALID_TAG,
                        "Not all tags fit: " + String.join("; ", difference.dropped())));
            }
        }

        private void replicate(DesiredSecret secret, DestinationSecret current, ManagedSecret entry, List<Change> to) {
            Replicas.Difference difference = Replicas.difference(options, entry, current, input.kmsKeys());
            if (!difference.isEmpty()) {
                to.add(new Change.Replicate(
                        current, difference.add(), difference.remove(), String.join("; ", difference.reasons())));
            }
            if (!difference.kept().isEmpty()) {
                to.add(new Change.Skip(
                        secret.name(), SkipReason.REPLICA_OF_OTHERS, String.join("; ", difference.kept())));
            }
        }

        private void policy(DesiredSecret secret, DestinationSecret current, ManagedSecret entry, List<Change> to) {
            switch (Policies.step(wantedPolicy, entry, current)) {
                case PUT ->
                    to.add(new Change.ChangePolicy(current, false, "Its resource policy is to be that of the sync"));
                case REMOVE ->
                    to.add(new Change.ChangePolicy(current, true, "The sync wants no resource policy any more"));
                case LEAVE ->
                    to.add(new Change.Skip(
                            secret.name(),
                            SkipReason.POLICY_OF_OTHERS,
                            "It has a resource policy that is not this sync's and stays; remove it, or take resourcePolicy out"
                                    + " of the sync"));
                case UNKNOWN ->
                    to.add(new Change.Skip(
                            secret.name(),
                            SkipReason.UNREADABLE,
                            "Its resource policy cannot be seen, so it stays as it is: "
                                    + current.policy().trouble()));
                case NOTHING -> {}
            }
        }

        // What the source does not ask for

        private void planUnwanted(String name, boolean stillInSource) {
            DestinationSecret current = input.at(name).orElse(null);
            ManagedSecret journalled = input.journal().get(name);
            boolean covered = coverage.covers(name);
            if (current == null) {
                if (input.certainlyAbsent(name)) {
                    gone.add(name);
                } else if (!covered && !stillInSource && !journalled.deleted()) {
                    leaveBehind(journalled);
                }
                return;
            }
            ManagedSecret entry = Ownership.entryOf(current, journalled);
            Ownership owner = Ownership.of(current, entry, configuredTags, context);
            boolean ours = owner.kind() == Ownership.Kind.OURS;
            if (current.scheduledForDeletion()) {
                return;
            }
            if (!covered) {
                if (ours && entry != null && !stillInSource) {
                    leaveBehind(entry);
                }
                return;
            }
            if (owner.kind() == Ownership.Kind.FOREIGN && !stillInSource && noKeyCanHave(name)) {
                if (!leftOut.contains(name)) {
                    skip(
                            name,
                            SkipReason.NOT_REMOVED,
                            "It is nobody's and stays: by the key rules no secret of this sync can have its name");
                }
                return;
            }
            if (ours || owner.kind() == Ownership.Kind.FOREIGN) {
                ourRealm++;
            }
            boolean madeAnew = journalled != null && entry == null;
            if (madeAnew && input.described().containsKey(name)) {
                gone.add(name);
            }
            if (stillInSource) {
                // Its value is empty, too large, ...: the source still has it, so it stays as it is.
                return;
            }
            if (ours) {
                planOrphan(name, current, entry);
            } else if (owner.kind() == Ownership.Kind.FOREIGN) {
                planForeign(name, current);
            } else {
                skip(name, SkipReason.NOT_REMOVED, "It is not in the source and stays: it " + owner.detail());
            }
        }

        private void planOrphan(String name, DestinationSecret current, ManagedSecret entry) {
            boolean listOnly = !input.described().containsKey(name);
            if (entry != null && entry.deleted() && listOnly) {
                // We deleted it and the list has not heard of that yet.
                return;
            }
            if (entry != null && (entry.manyToOne() && !manyToOne || isNamedOtherwise(name, entry))) {
                leaveBehind(entry);
            } else if (options.deletionDisabled()) {
                skip(name, SkipReason.NOT_REMOVED, noLonger(name, entry) + " and stays: deletion is disabled");
            } else if (manyToOne && !isWritten(input.wanted().secrets().get(coverage.prefix()))) {
                skip(name, SkipReason.WAITING, "It is no longer a shard, and goes when the index no longer names it");
            } else {
                planReplaced(current, entry);
            }
        }

        /** What is only called otherwise from now on goes after what it is called then is there. */
        private void planReplaced(DestinationSecret current, ManagedSecret entry) {
            String name = current.name();
            String replacedBy = otherName(name, entry);
            if (replacedBy != null && !isCaredFor(replacedBy)) {
                skip(
                        name,
                        SkipReason.NOT_REMOVED,
                        noLonger(name, entry) + " and stays, because " + replacedBy + " cannot be written");
            } else {
                delete(current, false, noLonger(name, entry), replacedBy);
            }
        }

        private boolean isCaredFor(String wanted) {
            if (caredFor == null) {
                caredFor = new HashSet<>();
                changes.stream()
                        .filter(change -> !(change instanceof Change.Skip))
                        .forEach(change -> caredFor.add(change.name()));
            }
            return caredFor.contains(wanted);
        }

        /** Why what this sync wrote is not wanted any more. */
        private String noLonger(String name, ManagedSecret entry) {
            String otherName = otherName(name, entry);
            if (otherName != null) {
                return "Its secret " + entry.keys().first() + " is called " + otherName + " now";
            }
            return leftOut.contains(name)
                    ? "The key rules leave its secret out of this sync"
                    : "It is no longer in the source";
        }

        /**
         * What the one secret that an entry was made of is called now, whether it can be written or not; null where the source has
         * it no more, or not for this sync.
         */
        private String otherName(String name, ManagedSecret entry) {
            if (manyToOne || entry == null || entry.keys().size() != 1) {
                return null;
            }
            String path = entry.keys().first();
            String renamed = input.wanted().renamed().get(path);
            String other = renamed == null ? called(path) : renamed;
            if (other == null || other.equals(name)) {
                return null;
            }
            DesiredSecret there = input.wanted().secrets().get(other);
            boolean has =
                    there == null ? stillInSource.contains(other) : there.keys().contains(path);
            return has ? other : null;
        }

        /** What a secret of that path is called in AWS, null where it is left out. */
        private String called(String path) {
            int border = path.lastIndexOf('/');
            String key = path.substring(border + 1);
            return rules.leavesOut(key).isPresent()
                    ? null
                    : schema.apply(border < 0 ? "" : path.substring(0, border), rules.apply(key));
        }

        private boolean noKeyCanHave(String name) {
            return !manyToOne
                    && options.keyRules() != null
                    && schema.strip(name)
                            .map(rest -> rules.keysOf(rest).isEmpty())
                            .orElse(false);
        }

        private void planForeign(String name, DestinationSecret current) {
            String why = null;
            if (manyToOne) {
                why = "with many-to-one only this sync's own secrets are removed";
            } else if (options.deletionDisabled()) {
                why = "deletion is disabled";
            } else if (imports()) {
                why = "with " + options.initialSyncBehavior().wireName() + " only this sync's own secrets are removed";
            } else if (input.foreignSecrets() == ForeignSecrets.KEEP) {
                why = "this installation keeps foreign secrets";
            }
            if (why == null) {
                delete(
                        current,
                        true,
                        "It is nobody's and not in the source, and overwrite-destination removes such secrets");
            } else {
                skip(name, SkipReason.NOT_REMOVED, "It is not in the source and stays: " + why);
            }
        }

        private void delete(DestinationSecret current, boolean foreign, String reason) {
            delete(current, foreign, reason, null);
        }

        private void delete(DestinationSecret current, boolean foreign, String reason, String replacedBy) {
            ManagedSecret entry = Ownership.entryOf(current, input.journal().get(current.name()));
            SortedSet<String> others = Replicas.ofOthers(current, entry);
            if (!others.isEmpty()) {
                skip(current.name(), SkipReason.NOT_REMOVED, replicatedForOthers(others));
                return;
            }
            gone.remove(current.name());
            deletions++;
            changes.add(new Change.Delete(current, foreign, reason, replacedBy));
        }

        /** Whether it has its name from an earlier key schema, of which the one of now covers it all the same. */
        private boolean isNamedOtherwise(String name, ManagedSecret entry) {
            if (manyToOne) {
                return false;
            }
            return entry.keySchema() == null
                    ? otherName(name, entry) != null
                    : !entry.keySchema().equals(schema.toString());
        }

        /** What the sync wrote and would not write there any more, though the source may well have it. */
        private void leaveBehind(ManagedSecret entry) {
            if (Moves.isEmptied(entry)) {
                skip(entry.name(), SkipReason.NOT_REMOVED, "It stays: it holds no key of this sync any more");
                return;
            }
            LeftBehind left = moves.leftBehind(entry);
            leftBehind.add(left);
            if (!left.isOver()) {
                skip(left.name(), SkipReason.NOT_REMOVED, left.reason());
            }
        }

        private boolean imports() {
            return options.initialSyncBehavior() != InitialSyncBehavior.OVERWRITE_DESTINATION;
        }

        private void skip(String name, SkipReason code, String reason) {
            changes.add(new Change.Skip(name, code, reason));
        }

        // Removal on request

        private Plan removal(Set<String> names, Map<String, CanonicalJson.Parsed> bodies, String reason) {
            removal = reason;
            for (String name : new TreeSet<>(names)) {
                planRemoval(name, bodies);
            }
            return finished(null);
        }

        private void planRemoval(String name, Map<String, CanonicalJson.Parsed> bodies) {
            DestinationSecret current = input.at(name).orElse(null);
            ManagedSecret journalled = input.journal().get(name);
            if (journalled != null && journalled.manyToOne() != manyToOne) {
                // Made by another mapping behaviour: removed on its own, see SecretSync.before.
                return;
            }
            if (current == null) {
                if (input.certainlyAbsent(name)) {
                    gone.add(name);
                } else if (!journalled.deleted()) {
                    skip(
                            name,
                            SkipReason.UNREADABLE,
                            "The list does not show it, and DescribeSecret did not tell whether it is there");
                }
                return;
            }
            ManagedSecret entry = Ownership.entryOf(current, journalled);
            Ownership owner = Ownership.of(current, entry, configuredTags, context);
            if (current.scheduledForDeletion()) {
                return;
            }
            if (owner.kind() == Ownership.Kind.FOREIGN || (owner.kind() != Ownership.Kind.OURS && entry == null)) {
                // Never this sync's.
                if (departure && entry == null) {
                    gone.add(name);
                }
                return;
            }
            if (owner.kind() != Ownership.Kind.OURS) {
                skip(name, SkipReason.NOT_REMOVED, "It stays: it " + owner.detail());
            } else if (manyToOne) {
                removeKeys(name, current, entry, bodies.get(name));
            } else {
                delete(current, false, removal);
            }
        }

        /** Somebody has replaced what this sync left there: it is not looked at again. */
        private void nothingOfOurs(String name) {
            gone.add(name);
            skip(name, SkipReason.NOT_REMOVED, "It stays: it holds no key of this sync any more");
        }

        private void removeKeys(
                String name, DestinationSecret current, ManagedSecret entry, CanonicalJson.Parsed parsed) {
            if (parsed == null) {
                skip(name, SkipReason.UNREADABLE, "Others may have put keys into it, which only its value tells");
                return;
            }
            if (!(parsed instanceof CanonicalJson.Body body)) {
                if (departure) {
                    nothingOfOurs(name);
                } else {
                    notAnObject(name);
                }
                return;
            }
            DesiredSecret wanted = input.wanted().secrets().get(name);
            Set<String> ours = Set.of();
            if (entry != null) {
                ours = entry.keys();
            } else if (wanted != null) {
                ours = wanted.keys();
            }
            CanonicalJson.Body rest = body.without(ours).orElse(null);
            if (rest == null) {
                delete(current, false, removal + ", and it holds nothing of others");
            } else if (rest.equals(body)) {
                if (departure) {
                    nothingOfOurs(name);
                } else {
                    skip(name, SkipReason.NOT_REMOVED, "It holds no key of this sync");
                }
            } else {
                SortedSet<String> removed = rest.differences(body);
                DesiredSecret secret = new DesiredSecret(name, rest.text(), Map.of(), Collections.emptySortedSet());
                Attempt attempt = attempt(secret, current, entry);
                changes.add(new Change.Update(
                        secret,
                        current,
                        false,
                        false,
                        removal + ", and it holds keys of others",
                        attempt.token,
                        attempt.generation));
                changedKeys.put(name, removed);
            }
        }
    }
}
