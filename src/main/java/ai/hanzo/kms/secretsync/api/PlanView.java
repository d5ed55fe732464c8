package ai.hanzo.kms.secretsync.api;

import ai.hanzo.kms.secretsync.sync.Change;
import ai.hanzo.kms.secretsync.sync.Plan;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What a run would do: names as they are in AWS, never a value.
 *
 * @param blocked why a run would not do it, or null
 * @param changedKeys with many-to-one the KMS secrets that change, by name in AWS; otherwise not there
 * @param warnings about the sync as a whole; not there where there are none
 */
public record PlanView(
        List<String> create,
        List<String> update,
        List<String> retag,
        List<String> restore,
        List<String> delete,
        List<String> adopt,
        List<Skipped> skipped,
        int unchanged,
        Blocked blocked,
        @JsonInclude(JsonInclude.Include.NON_NULL) SortedMap<String, SortedSet<String>> changedKeys,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> warnings) {
    /** A secret that would be left alone. */
    public record Skipped(String name, String reason) {}

    /** Why nothing would be done. */
    public record Blocked(String reason) {}

    public static PlanView of(Plan plan, boolean manyToOne) {
        return new PlanView(
                plan.create(),
                plan.update(),
                plan.retag(),
                plan.restore(),
                plan.delete(),
                plan.adopt(),
                plan.skipped().stream().map(PlanView::skipped).toList(),
                plan.unchanged(),
                plan.blocked() == null ? null : new Blocked(plan.blocked()),
                manyToOne ? plan.changedKeys() : null,
                plan.warnings());
    }

    /** The same with more to say about the sync as a whole. */
    public PlanView withWarnings(List<String> more) {
        return with(blocked, Stream.concat(warnings.stream(), more.stream()).toList());
    }

    /** The same of a sync whose id nobody knows, because it is not stored. */
    public PlanView withoutId(UUID id) {
        return blocked == null
                ? this
                : with(new Blocked(blocked.reason().replace(id.toString(), "{syncId}")), warnings);
    }

    private PlanView with(Blocked otherBlocked, List<String> otherWarnings) {
        return new PlanView(
                create,
                update,
                retag,
                restore,
                delete,
                adopt,
                skipped,
                unchanged,
                otherBlocked,
                changedKeys,
                otherWarnings);
    }

    private static Skipped skipped(Change.Skip skip) {
        return new Skipped(skip.name(), skip.reason());
    }
}
