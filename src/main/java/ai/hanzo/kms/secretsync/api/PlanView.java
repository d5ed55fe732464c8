package ai.hanzo.kms.secretsync.api;

import ai.hanzo.kms.secretsync.sync.Change;
import ai.hanzo.kms.secretsync.sync.Destination;
import ai.hanzo.kms.secretsync.sync.KeyRules;
import ai.hanzo.kms.secretsync.sync.LeftBehind;
import ai.hanzo.kms.secretsync.sync.Plan;
import ai.hanzo.kms.secretsync.sync.SecretSync;
import ai.hanzo.kms.secretsync.sync.SourceSecret;
import ai.hanzo.kms.secretsync.sync.SourceSnapshot;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What a run would do: names as they are in AWS, never a value.
 *
 * @param replicate secrets whose replicas change; not there where none do
 * @param changePolicy secrets whose resource policy is put or removed; not there where none is
 * @param blocked why a run would not do it, or null
 * @param changedKeys with many-to-one the KMS secrets that change, by name in AWS; otherwise not there
 * @param warnings about the sync as a whole; not there where there are none
 * @param renamed secrets of the source that are called otherwise at the destination, among those that would change; not there
 *     where there are none
 * @param approval not there where the plan needs none
 * @param leftBehind what the sync wrote and its settings do not lead to any more; not there where there is none
 * @param destinations the plans for its additional destinations; not there where it has none
 */
public record PlanView(
        List<String> create,
        List<String> update,
        List<String> retag,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> replicate,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> changePolicy,
        List<String> restore,
        List<String> delete,
        List<String> adopt,
        List<Skipped> skipped,
        int unchanged,
        Blocked blocked,
        @JsonInclude(JsonInclude.Include.NON_NULL) SortedMap<String, SortedSet<String>> changedKeys,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> warnings,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Renamed> renamed,
        @JsonInclude(JsonInclude.Include.NON_NULL) Approval approval,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Left> leftBehind,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<AtDestination> destinations) {
    /**
     * What a run would do at an additional destination.
     *
     * @param id null where it is not stored yet
     * @param plan null where it could not be made
     * @param error why it could not be made, with the remedy; null where it could
     */
    public record AtDestination(
            @JsonInclude(JsonInclude.Include.NON_NULL) UUID id,
            UUID connectionId,
            String region,
            @JsonInclude(JsonInclude.Include.NON_NULL) PlanView plan,
            @JsonInclude(JsonInclude.Include.NON_NULL) String error) {}

    /**
     * What somebody has to approve before a run does it.
     *
     * @param planDigest to be given with the approval, which holds for exactly this plan
     */
    public record Approval(String planDigest) {}

    /**
     * @param secretKey in the KMS
     * @param key what the rules make of it, before the key schema is applied
     * @param rule the one that decided
     */
    public record Renamed(String secretKey, String key, KeyRules.Rename rule) {}

    /**
     * A secret that a change of the sync's settings left behind.
     *
     * @param state {@code stays}, {@code waits} for the end of its grace period, is {@code due} and would be deleted, or is {@code held}
     *     by the limit of deletions until that is approved
     * @param deletedAfter when its grace period ends; null where it is not to be deleted, or that period has not begun
     * @param reason why it was left, and what becomes of it
     */
    public record Left(
            String name, String region, String accountId, String state, Instant deletedAfter, String reason) {
        static Left of(LeftBehind left) {
            return new Left(
                    left.name(),
                    left.region(),
                    left.accountId(),
                    left.fate().name().toLowerCase(Locale.ROOT),
                    left.deletedAfter(),
                    left.reason());
        }
    }

    /** A secret that would be left alone. */
    public record Skipped(String name, String reason) {}

    /** Why nothing would be done. */
    public record Blocked(String reason) {}

    /** @param source whose secrets the sync may call otherwise */
    public static PlanView of(Plan plan, SecretSync sync, SourceSnapshot source) {
        boolean manyToOne = Destination.MANY_TO_ONE.equals(sync.destination().mappingBehavior());
        return new PlanView(
                plan.create(),
                plan.update(),
                plan.retag(),
                plan.replicate(),
                plan.changePolicy(),
                plan.restore(),
                plan.delete(),
                plan.adopt(),
                plan.skipped().stream().map(PlanView::skipped).toList(),
                plan.unchanged(),
                plan.blocked() == null ? null : new Blocked(plan.blocked()),
                manyToOne ? plan.changedKeys() : null,
                plan.warnings(),
                renamed(plan, sync, source, manyToOne),
                plan.toApprove() == null ? null : new Approval(plan.toApprove()),
                plan.leftBehind().stream().map(Left::of).toList(),
                List.of());
    }

    /** With those of the additional destinations. */
    public PlanView with(List<AtDestination> additional) {
        return with(blocked, warnings, additional);
    }

    private static List<Renamed> renamed(Plan plan, SecretSync sync, SourceSnapshot source, boolean manyToOne) {
        KeyRules rules = sync.options().rulesForKeys();
        if (rules.rename() == null || source == null) {
            return List.of();
        }
        Set<String> changed = new HashSet<>();
        plan.changedKeys().values().forEach(changed::addAll);
        if (!manyToOne) {
            plan.changes().stream()
                    .filter(change -> !(change instanceof Change.Keep || change instanceof Change.Skip))
                    .flatMap(change -> sync.keySchema().strip(change.name()).stream())
                    .forEach(changed::add);
        }
        List<Renamed> renamed = new ArrayList<>();
        for (SourceSecret secret : source.secrets().values()) {
            String key = secret.called();
            if (changed.contains(rules.apply(key)) && rules.leavesOut(key).isEmpty()) {
                rules.renaming(key).ifPresent(rule -> renamed.add(new Renamed(key, rules.apply(key), rule)));
            }
        }
        return renamed;
    }

    /** The same with more to say about the sync as a whole. */
    public PlanView withWarnings(List<String> more) {
        return with(blocked, Stream.concat(warnings.stream(), more.stream()).toList(), destinations);
    }

    /** The same of a sync whose id nobody knows, because it is not stored. */
    public PlanView withoutId(UUID id) {
        return blocked == null
                ? this
                : with(new Blocked(blocked.reason().replace(id.toString(), "{syncId}")), warnings, destinations);
    }

    private PlanView with(Blocked otherBlocked, List<String> otherWarnings, List<AtDestination> otherDestinations) {
        return new PlanView(
                create,
                update,
                retag,
                replicate,
                changePolicy,
                restore,
                delete,
                adopt,
                skipped,
                unchanged,
                otherBlocked,
                changedKeys,
                otherWarnings,
                renamed,
                approval,
                leftBehind,
                otherDestinations);
    }

    private static Skipped skipped(Change.Skip skip) {
        return new Skipped(skip.name(), skip.reason());
    }
}
