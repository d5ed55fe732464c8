package ai.hanzo.kms.secretsync.api;

import ai.hanzo.kms.secretsync.sync.Change;
import ai.hanzo.kms.secretsync.sync.Plan;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.UUID;

/**
 * What a run would do: names as they are in AWS, never a value.
 *
 * @param replicate secrets whose replicas change; not there where none do
 * @param changePolicy secrets whose resource policy is put or removed; not there where none is
 * @param blocked why a run would not do it, or null
 * @param changedKeys with many-to-one the KMS secrets that change, by name in AWS; otherwise not there
 * @param warnings about the sync as a whole; not there where there are none
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
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<AtDestination> destinations) {
    /**
     * What a run would do at an additional destination.
     *
     * @param plan null where it could not be made
     * @param error why it could not be made, with the remedy; null where it could
     */
    public record AtDestination(
            UUID id,
            UUID connectionId,
            String region,
            @JsonInclude(JsonInclude.Include.NON_NULL) PlanView plan,
            @JsonInclude(JsonInclude.Include.NON_NULL) String error) {}

    /** A secret that would be left alone. */
    public record Skipped(String name, String reason) {}

    /** Why nothing would be done. */
    public record Blocked(String reason) {}

    public static PlanView of(Plan plan, boolean manyToOne) {
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
                List.of());
    }

    /** With those of the additional destinations. */
    public PlanView with(List<AtDestination> additional) {
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
                blocked,
                changedKeys,
                warnings,
                additional);
    }

    private static Skipped skipped(Change.Skip skip) {
        return new Skipped(skip.name(), skip.reason());
    }
}
