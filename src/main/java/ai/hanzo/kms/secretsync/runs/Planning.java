package ai.hanzo.kms.secretsync.runs;

import ai.hanzo.kms.secretsync.runs.ManagedSecrets.Place;
import ai.hanzo.kms.secretsync.sync.CanonicalJson;
import ai.hanzo.kms.secretsync.sync.Change;
import ai.hanzo.kms.secretsync.sync.Coverage;
import ai.hanzo.kms.secretsync.sync.Destination;
import ai.hanzo.kms.secretsync.sync.DestinationSecret;
import ai.hanzo.kms.secretsync.sync.Elsewhere;
import ai.hanzo.kms.secretsync.sync.ForeignSecrets;
import ai.hanzo.kms.secretsync.sync.KmsKeys;
import ai.hanzo.kms.secretsync.sync.LeftBehind;
import ai.hanzo.kms.secretsync.sync.ManagedSecret;
import ai.hanzo.kms.secretsync.sync.Moves;
import ai.hanzo.kms.secretsync.sync.Plan;
import ai.hanzo.kms.secretsync.sync.Planner;
import ai.hanzo.kms.secretsync.sync.Reading;
import ai.hanzo.kms.secretsync.sync.Recall;
import ai.hanzo.kms.secretsync.sync.Rejection;
import ai.hanzo.kms.secretsync.sync.SecretSync;
import ai.hanzo.kms.secretsync.sync.SeenPolicy;
import ai.hanzo.kms.secretsync.sync.SkipReason;
import ai.hanzo.kms.secretsync.sync.SourceSnapshot;
import ai.hanzo.kms.secretsync.sync.Tags;
import ai.hanzo.kms.secretsync.sync.VersionTokens;
import ai.hanzo.kms.secretsync.sync.Wanted;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** Brings the journal and the planner together, a step at a time; the routes say in which order. */
@Component("planning")
public class Planning {
    private static final String APPROVED = "approved";
    /** In characters: more than a person reads is a page that an approval service answered, not a reason. */
    private static final int LONGEST_ANSWER = 200;

    private static final Function<String, Change> NOT_APPROVED = name -> new Change.Skip(
            name,
            SkipReason.NOT_APPROVED,
            "It is not as in the plan that was approved; look at the plan of now, and approve that");

    private final ManagedSecrets journal;
    private final SyncNames syncs;
    private final VersionTokenKey tokenKey;
    private final Clock clock;
    private final RunProgress progress;
    private final ForeignSecrets foreignSecrets;

    Planning(
            ManagedSecrets journal,
            SyncNames syncs,
            VersionTokenKey tokenKey,
            RunProperties properties,
            Clock clock,
            RunProgress progress) {
        this.journal = journal;
        this.syncs = syncs;
        this.tokenKey = tokenKey;
        this.clock = clock;
        this.progress = progress;
        this.foreignSecrets = properties.foreignSecrets();
    }

    /** The key under which version tokens are made; whoever keeps keys gives it. */
    @FunctionalInterface
    public interface VersionTokenKey {
        byte[] bytes();
    }

    /** What is known of other syncs; whoever keeps syncs gives it. */
    public interface SyncNames {
        /**
         * How to speak of those that there are to somebody of a project: by name if they are the project's own, and otherwise
         * without saying which.
         */
        Map<UUID, String> named(Set<UUID> ids, String projectId);

        /** Those that were deleted here. */
        Set<UUID> retired(Set<UUID> ids);
    }

    /**
     * What a run wants and what it knows so far.
     *
     * @param listed the destination as a list shows it; may be empty where the few names that matter are described
     */
    public PlannedRun begin(
            Run run, SecretSync sync, String accountId, SourceSnapshot source, List<DestinationSecret> listed) {
        Place place = new Place(sync.id(), accountId, sync.destination().region());
        Map<String, DestinationSecret> byName =
                listed.stream().collect(Collectors.toMap(DestinationSecret::name, Function.identity()));
        Wanted wanted = Wanted.of(source, sync, foreignSecrets);
        Planner.Input input = input(run, sync, place, wanted, byName, journal.at(place), elsewhere(sync, accountId));
        return new PlannedRun(place, input, false, null);
    }

    /**
     * The same from the journal alone, where it suffices: see {@link Looks}.
     *
     * @param last the look at everything that it goes on from
     */
    public PlannedRun recall(Looks.LastLook last, Run run, SecretSync sync, String accountId, SourceSnapshot source) {
        Place place = new Place(sync.id(), accountId, sync.destination().region());
        Wanted wanted = Wanted.of(source, sync, foreignSecrets);
        Map<String, ManagedSecret> entries = journal.at(place);
        Map<String, DestinationSecret> recalled = Recall.destination(sync, wanted, entries, last.unwanted());
        Elsewhere elsewhere = sync.options().move() == null
                ? new Elsewhere(accountId, List.of(), Set.of())
                : elsewhere(sync, accountId);
        return new PlannedRun(place, input(run, sync, place, wanted, recalled, entries, elsewhere), true, null);
    }

    /** What a sync has left in other places than where it is in this account. */
    public Elsewhere elsewhere(SecretSync sync, String accountId) {
        Place now = new Place(sync.id(), accountId, sync.destination().region());
        return new Elsewhere(accountId, journal.elsewhere(now), sync.siblings().regionsInUse());
    }

    private Planner.Input input(
            Run run,
            SecretSync sync,
            Place place,
            Wanted wanted,
            Map<String, DestinationSecret> listed,
            Map<String, ManagedSecret> entries,
            Elsewhere elsewhere) {
        return new Planner.Input(
                sync,
                wanted,
                listed,
                Map.of(),
                entries,
                heldByOthers(place, sync),
                retired(sync, listed.values()),
                VersionTokens.of(tokenKey.bytes(), sync.id(), place.accountId(), place.region()),
                run.generation(),
                foreignSecrets,
                KmsKeys.of(place.accountId(), Map.of()),
                clock.instant(),
                run.approvedDeletions(),
                elsewhere);
    }

    /** The same where the names that matter are few and known, so that they are described instead of listed. */
    public PlannedRun begin(Run run, SecretSync sync, String accountId, SourceSnapshot source) {
        return begin(run, sync, accountId, source, List.of());
    }

    private Map<String, String> heldByOthers(Place place, SecretSync sync) {
        Map<String, UUID> holders = journal.ofOthers(place, Coverage.of(sync).prefix());
        holders.values().removeAll(sync.siblings().predecessors(place.region()));
        Map<UUID, String> names =
                syncs.named(Set.copyOf(holders.values()), sync.source().projectId());
        return holders.entrySet().stream()
                .filter(holder -> names.containsKey(holder.getValue()))
                .collect(Collectors.toMap(Map.Entry::getKey, holder -> names.get(holder.getValue())));
    }

    private Set<String> retired(SecretSync sync, Collection<DestinationSecret> secrets) {
        Set<String> retired = new TreeSet<>(retiredOwners(secrets));
        sync.siblings().predecessors(sync.destination().region()).forEach(id -> retired.add(id.toString()));
        return retired;
    }

    private Set<String> retiredOwners(Collection<DestinationSecret> secrets) {
        Set<UUID> owners = secrets.stream()
                .map(secret -> secret.tags().get(Tags.OWNER_TAG))
                .distinct()
                .filter(Planning::isUuid)
                .map(UUID::fromString)
                .collect(Collectors.toSet());
        return syncs.retired(owners).stream().map(UUID::toString).collect(Collectors.toSet());
    }

    private static boolean isUuid(String text) {
        return text != null && text.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    }

    /**
     * Names that a list, which may be five minutes old, cannot be trusted with; and those whose replicas are to be seen: all of
     * them where somebody may have changed them and the run is to find that out.
     */
    public Set<String> toDescribe(Run run, PlannedRun planned) {
        Set<String> names = new TreeSet<>(Planner.descriptionsNeeded(planned.input()));
        boolean thorough = run.reason() == RunReason.DRIFT || run.reason() == RunReason.MANUAL;
        names.addAll(Planner.replicasToSee(planned.input(), thorough));
        names.addAll(toSeePolicies(run, planned));
        names.removeAll(planned.input().described().keySet());
        return names;
    }

    /** Names whose resource policy is to be seen, from a quota that is soon used up: all of them in drift checks only. */
    public Set<String> toSeePolicies(Run run, PlannedRun planned) {
        return Planner.policiesToSee(planned.input(), run.reason() == RunReason.DRIFT);
    }

    /** With the resource policies of secrets that have been described. */
    public PlannedRun policiesSeen(PlannedRun planned, Map<String, SeenPolicy> policies) {
        Map<String, Optional<DestinationSecret>> seen = new TreeMap<>();
        policies.forEach((name, policy) -> {
            Optional<DestinationSecret> described = planned.input().described().get(name);
            if (described != null && described.isPresent()) {
                seen.put(name, Optional.of(described.get().withPolicy(policy)));
            }
        });
        return planned.with(planned.input().withDescribed(seen));
    }

    public PlannedRun described(PlannedRun planned, Map<String, Optional<DestinationSecret>> fresh) {
        Planner.Input input = planned.input().withDescribed(fresh);
        Set<String> retired = new TreeSet<>(input.retiredSyncs());
        retired.addAll(
                retiredOwners(fresh.values().stream().flatMap(Optional::stream).toList()));
        return planned.with(input.withRetiredSyncs(retired));
    }

    /** KMS aliases of which it must be known what key they stand for. None where nobody has spelt a key in another way. */
    public Set<String> toResolve(PlannedRun planned) {
        return Planner.aliasesNeeded(planned.input());
    }

    public PlannedRun resolved(PlannedRun planned, Map<String, String> aliases) {
        return planned.with(planned.input().withKmsAliases(aliases));
    }

    /** Names whose version says nothing about their value. None where everything is as the sync left it. */
    public Set<String> toRead(PlannedRun planned) {
        return Planner.valuesNeeded(planned.input());
    }

    /** With what reading values told of the values that are wanted: many-to-one keeps keys of others. */
    public PlannedRun seen(PlannedRun planned, Planner.Input input) {
        return planned.with(input);
    }

    public Plan plan(PlannedRun planned, Map<String, Reading> readings) {
        return Planner.plan(planned.input(), readings);
    }

    /** What a removal wants at the destination, for which the source need not even be readable: nothing. */
    public SourceSnapshot nothing() {
        return new SourceSnapshot(Collections.emptySortedMap(), Set.of(), null);
    }

    /**
     * The sync as it is, and as it was wherever it has put something in this account before its region, mapping behaviour or secret
     * name was changed.
     */
    public List<SecretSync> destinations(SecretSync sync, String accountId) {
        List<SecretSync> all = new ArrayList<>(List.of(sync));
        Destination now = sync.destination();
        for (ManagedSecrets.Known known : journal.destinations(sync.id())) {
            boolean present = known.region().equals(now.region())
                    && known.mappingBehavior().equals(now.mappingBehavior())
                    && (known.name() == null || Coverage.of(sync).covers(known.name()));
            if (known.accountId().equals(accountId) && !present) {
                all.add(sync.before(known.region(), known.mappingBehavior(), known.name()));
            }
        }
        return all;
    }

    /** What a sync has put into other accounts, before it got the connection that it has. */
    public List<Outcome> outOfReach(SecretSync sync, String accountId) {
        return journal.destinations(sync.id()).stream()
                .filter(known -> !known.accountId().equals(accountId))
                .map(known -> new Place(sync.id(), known.accountId(), known.region()))
                .distinct()
                .flatMap(place -> journal.at(place).values().stream()
                        .filter(entry -> !entry.deleted())
                        .map(entry -> Outcome.of(new Change.Skip(
                                entry.name(),
                                SkipReason.NOT_REMOVED,
                                "It stays: it is in the AWS account " + place.accountId() + " (" + place.region()
                                        + "), which the sync's connection does not reach; remove it there"))))
                .toList();
    }

    /**
     * Ends moves as far as they have come: where all that a sync wants is in place, the grace period of what it left behind begins,
     * or is over.
     *
     * @param source that the sync was made like
     * @param leftBehind of the plan of the run
     * @param outcomes of the run so far; where one is a failure, nothing begins and nothing is over
     * @return what is to go now
     */
    public List<Departure> departures(
            SecretSync sync,
            SourceSnapshot source,
            PlannedRun planned,
            List<LeftBehind> leftBehind,
            List<Outcome> outcomes) {
        if (sync.options().move() == null
                || outcomes.stream().anyMatch(Outcome::failed)
                || !Moves.isComplete(planned.input(), journal.at(planned.place()))) {
            return List.of();
        }
        Map<String, Set<String>> begun = new TreeMap<>();
        Map<SecretSync, Set<String>> due = new LinkedHashMap<>();
        Predicate<ManagedSecret> isReplaced = Moves.isReplaced(planned.input(), source);
        for (LeftBehind left : leftBehind) {
            ManagedSecret entry = left.entry();
            boolean begins = left.fate() == LeftBehind.Fate.WAITS && entry.supersededAt() == null;
            if (begins && isReplaced.test(entry)) {
                begun.computeIfAbsent(left.region(), region -> new TreeSet<>()).add(left.name());
            } else if (left.fate() == LeftBehind.Fate.DUE && isFor(planned, sync)) {
                String one = Destination.MANY_TO_ONE.equals(entry.mappingBehavior()) ? left.name() : null;
                due.computeIfAbsent(sync.before(left.region(), entry.mappingBehavior(), one), before -> new TreeSet<>())
                        .add(left.name());
            }
        }
        begun.forEach((region, names) ->
                journal.supersede(new Place(sync.id(), planned.place().accountId(), region), names, clock.instant()));
        return due.entrySet().stream()
                .map(entry -> new Departure(entry.getKey(), entry.getValue()))
                .toList();
    }

    /** A run that goes by the journal does no more than it must; one that looks at everything comes within a drift interval. */
    private static boolean isFor(PlannedRun planned, SecretSync sync) {
        return !planned.recalled() || sync.options().reportsDrift();
    }

    /**
     * Secrets that were left behind and are to go.
     *
     * @param sync as it was when it wrote them
     */
    public record Departure(SecretSync sync, Set<String> names) {}

    /** What a departure wants where the sync was: nothing. What has been written there since it was planned does not go. */
    public PlannedRun depart(Run run, Departure departure, String accountId) {
        PlannedRun planned = begin(run, departure.sync(), accountId, nothing());
        Map<String, ManagedSecret> entries = planned.input().journal();
        Set<String> names = departure.names().stream()
                .filter(name -> entries.containsKey(name) && entries.get(name).supersededAt() != null)
                .collect(Collectors.toCollection(TreeSet::new));
        return new PlannedRun(planned.place(), planned.input(), false, names);
    }

    /** Names that the journal knows, also earlier ones, and of which nothing has been seen yet. */
    public Set<String> unseen(PlannedRun planned) {
        Planner.Input input = planned.input();
        Set<String> names = new TreeSet<>(planned.departs() ? planned.departing() : Planner.removable(input));
        names.removeIf(name -> input.at(name).isPresent() || input.described().containsKey(name));
        return names;
    }

    /** Names whose value tells whether others have put keys into it: only with many-to-one. */
    public Set<String> toOpen(PlannedRun planned) {
        Planner.Input input = planned.input();
        if (planned.departs()) {
            return Planner.bodiesNeeded(input, planned.departing());
        }
        Set<String> names = new TreeSet<>(planned.names());
        names.addAll(Planner.removable(input));
        return Planner.bodiesNeeded(input, names);
    }

    /**
     * What takes away all that the sync put there, or what departs of it.
     *
     * @param bodies of {@link #toOpen}
     */
    public Plan removal(PlannedRun planned, Map<String, CanonicalJson.Parsed> bodies) {
        return planned.departs()
                ? Planner.departure(planned.input(), planned.departing(), bodies)
                : Planner.removal(planned.input(), bodies);
    }

    /** Names that an import may read. */
    public SortedSet<String> importable(PlannedRun planned) {
        return Planner.importable(planned.input());
    }

    /** Whether a run only looks for what somebody changed at the destination. */
    public boolean onlyReports(Run run, SecretSync sync) {
        return run.reason() == RunReason.DRIFT && sync.options().reportsDrift();
    }

    /**
     * @throws Rejection where the plan must not be carried out, with the reason and how to go on
     * @throws ApprovalNeededException where somebody has to approve it first
     */
    public void guard(Plan plan) {
        if (plan.blocked() != null) {
            if (plan.toApprove() != null) {
                throw new ApprovalNeededException(plan.blocked());
            }
            throw Rejection.badRequest(plan.blocked());
        }
    }

    /** Whether somebody approved exactly the deletions of a plan through the API, or the whole plan where the sync requires that. */
    public boolean isApproved(Run run, Plan plan) {
        String toApprove = plan.toApprove() == null ? plan.deletionDigest() : plan.toApprove();
        return toApprove.equals(run.approvedDeletions());
    }

    /**
     * The plan as it is where its deletions are approved, and otherwise without them.
     *
     * @param answer of whoever was asked: the text {@code approved}, and nothing else, is a yes; any other text says why not, or
     *     what is to be done; what is no text is no answer
     */
    public Plan deletingIfApproved(Plan plan, Object answer) {
        String text = answer instanceof String given ? given.strip() : "";
        if (text.equals(APPROVED)) {
            return plan;
        }
        String until = text.isEmpty()
                ? "until a route from direct:before-deletions approves it"
                : "until that is approved: " + inOneLine(text);
        List<Change> changes = plan.changes().stream()
                .map(change -> change instanceof Change.Delete
                        ? new Change.Skip(
                                change.name(),
                                SkipReason.AWAITS_APPROVAL,
                                "It is to be deleted (" + change.reason() + ") and stays " + until)
                        : change)
                .toList();
        return new Plan(
                changes,
                plan.blocked(),
                plan.warnings(),
                plan.gone(),
                plan.changedKeys(),
                plan.toApprove(),
                plan.leftBehind());
    }

    private static String inOneLine(String answer) {
        String line = answer.replaceAll("[\\p{Cntrl}\\s]+", " ");
        return line.length() > LONGEST_ANSWER ? line.substring(0, LONGEST_ANSWER) + "..." : line;
    }

    /** The same sync at the same connection in another region, where it has a journal of its own. */
    public SecretSync inRegion(SecretSync sync, String region) {
        return sync.inRegion(region);
    }

    /**
     * The changes to carry out: first those of secrets that come, change or stay, then those that only go. A name that replaces
     * another is there before the other goes, and nobody waits for what only goes. {@link RunProgress} knows of them from now on.
     *
     * @return waves, none of them empty, of secrets, each with its changes in their order
     */
    public List<List<List<Change>>> waves(Plan plan) {
        List<List<Change>> secrets = plan.byName().values().stream()
                .map(changes -> changes.stream().filter(Planning::calls).toList())
                .filter(Predicate.not(List::isEmpty))
                .toList();
        progress.plan(secrets.stream().mapToInt(List::size).sum());
        return secrets.stream()
                .collect(Collectors.groupingBy(
                        changes -> changes.get(0) instanceof Change.Delete, TreeMap::new, Collectors.toList()))
                .values()
                .stream()
                .toList();
    }

    /** Whether somebody waits for a change. */
    public boolean urgent(Run run, Change change) {
        return run.urgent(change);
    }

    private static boolean calls(Change change) {
        return !(change instanceof Change.Keep || change instanceof Change.Skip);
    }

    /**
     * Why a change must not be made after all; null where it may.
     *
     * @param fresh what is there now, null where there is nothing: AWS then says so to whatever is not a deletion, and the
     *     second look plans anew
     */
    public Refusal refusal(PlannedRun planned, Change change, DestinationSecret fresh) {
        if (change instanceof Change.Delete delete
                && delete.replacedBy() != null
                && !journal.find(planned.place(), delete.replacedBy())
                        .map(ManagedSecret::inPlace)
                        .orElse(false)) {
            return new Refusal("It stays until " + delete.replacedBy() + ", which takes its place, is there", false);
        }
        if (planned.recalls(change.name())) {
            boolean asJournalled = fresh != null && Planner.isAsRecalled(change, fresh, planned.input());
            return asJournalled ? null : Refusal.NOT_AS_JOURNALLED;
        }
        if (fresh == null) {
            return change instanceof Change.Delete ? new Refusal("It is gone already", false) : null;
        }
        ManagedSecret entry = journal.find(planned.place(), change.name()).orElse(null);
        return Planner.refusal(change, fresh, entry, planned.input())
                .map(reason -> new Refusal(reason, false))
                .orElse(null);
    }

    /**
     * The part of a plan that is about some names only. What of it had to be approved was not, for it was not in the plan that was:
     * it is left as it is, and told, while the rest goes on.
     */
    public Plan only(Plan plan, Set<String> names) {
        Set<String> unapproved = plan.toApprove() == null
                ? Set.of()
                : plan.changes().stream()
                        .filter(Plan::needsApproval)
                        .map(Change::name)
                        .collect(Collectors.toSet());
        List<Change> changes = new ArrayList<>();
        plan.changes().stream()
                .filter(change -> names.contains(change.name()))
                .filter(change -> !unapproved.contains(change.name()))
                .forEach(changes::add);
        unapproved.stream().filter(names::contains).sorted().forEach(name -> changes.add(NOT_APPROVED.apply(name)));
        changes.sort(Comparator.comparing(Change::name));
        String blocked = plan.toApprove() == null ? plan.blocked() : null;
        return new Plan(changes, blocked, plan.warnings(), new TreeSet<>(), new TreeMap<>(), null, List.of());
    }

    /** With the journal and some secrets as they are now, for a second look in the same run. */
    public PlannedRun again(PlannedRun planned, Map<String, Optional<DestinationSecret>> fresh) {
        Planner.Input input = planned.input().withJournal(journal.at(planned.place()));
        return described(planned.with(input), fresh);
    }
}
