package ai.hanzo.kms.secretsync.runs;

import ai.hanzo.kms.secretsync.runs.FailureExplainer.Explanation;
import ai.hanzo.kms.secretsync.sync.Change;
import ai.hanzo.kms.secretsync.sync.LeftBehind;
import ai.hanzo.kms.secretsync.sync.Plan;
import ai.hanzo.kms.secretsync.sync.SkipReason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** What became of each secret. A failure is one secret's outcome and no more. */
@Component("outcomes")
public class Outcomes {
    /** Marks a failure that may be due to a list that was out of date. */
    private static final String NOT_AS_LISTED = "NotAsListed:";

    private final FailureExplainer explainer;

    Outcomes(FailureExplainer explainer) {
        this.explainer = explainer;
    }

    public Outcome succeeded(Change change) {
        return new Outcome(change.name(), change.kind(), Outcome.Result.SUCCEEDED, null, change.reason(), null);
    }

    /** What a drift check found, of a sync that only tells of it. */
    public List<Outcome> drifted(Plan plan) {
        List<Outcome> outcomes = ofPlan(plan);
        plan.changes().stream()
                .filter(change -> !(change instanceof Change.Keep || change instanceof Change.Skip))
                .map(change -> new Outcome(
                        change.name(),
                        change.kind(),
                        Outcome.Result.SKIPPED,
                        Outcome.DRIFT,
                        change.reason() == null ? "The destination is not as the sync left it" : change.reason(),
                        "Run the sync to correct it, or change the source"))
                .forEach(outcomes::add);
        return outcomes;
    }

    /** The last look refused it. What was only to go may stay; anything else is not as it should be. */
    public Outcome refused(Change change, Refusal refusal) {
        boolean mayStay = change instanceof Change.Delete && !refusal.lookAgain();
        Outcome.Result result = mayStay ? Outcome.Result.SKIPPED : Outcome.Result.FAILED;
        String code = refusal.lookAgain() ? NOT_AS_LISTED + "Refused" : "Refused";
        return new Outcome(change.name(), change.kind(), result, code, refusal.reason(), null);
    }

    public Explanation explain(Throwable failure) {
        return explainer.explain(failure);
    }

    public Outcome failed(Change change, Explanation why) {
        String code = why.staleView() ? NOT_AS_LISTED + why.code() : why.code();
        return new Outcome(
                change.name(), change.kind(), Outcome.Result.FAILED, code, why.message(), why.remedy(), why.course());
    }

    /**
     * Names that are to be looked at once more: where the destination was not as the list had shown it, where a deletion was
     * taken back, for what is in such a secret can be read only now, and what waited for others.
     *
     * @param plan that brought these outcomes
     */
    public Set<String> toLookAtAgain(List<Outcome> outcomes, Plan plan) {
        Set<String> names = outcomes.stream()
                .filter(Outcome::failed)
                .filter(outcome -> outcome.errorCode().startsWith(NOT_AS_LISTED))
                .map(Outcome::name)
                .collect(Collectors.toCollection(TreeSet::new));
        names.addAll(unfinished(outcomes, plan));
        return names;
    }

    /**
     * Names of what waited for others or was only restored, and can be finished after another look.
     *
     * @param plan of the last look; where nothing was changed or found out, nothing comes of another one
     */
    public Set<String> unfinished(List<Outcome> outcomes, Plan plan) {
        boolean nothingNew = plan.changes().stream()
                .allMatch(change ->
                        change instanceof Change.Skip || change instanceof Change.Keep keep && keep.learned() == null);
        if (nothingNew) {
            return Set.of();
        }
        Set<String> restored = plan.changes().stream()
                .filter(change -> change instanceof Change.Restore restore && !restore.writesValue())
                .map(Change::name)
                .collect(Collectors.toSet());
        return outcomes.stream()
                .filter(outcome -> !outcome.failed())
                .filter(outcome -> outcome.waits() || restored.contains(outcome.name()))
                .map(Outcome::name)
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Outcomes of a first attempt, with the failures at some names replaced by what a second one brought.
     *
     * @param plan of the second attempt
     */
    public List<Outcome> corrected(List<Outcome> first, Set<String> names, List<Outcome> second, Plan plan) {
        List<Outcome> all = all(ofPlan(plan), second);
        first.stream()
                .filter(outcome -> !names.contains(outcome.name()) || outcome.result() == Outcome.Result.SUCCEEDED)
                .forEach(all::add);
        return all;
    }

    /** What is said of the secrets that a plan does not change; what is left out of the sync is none of its secrets. */
    public List<Outcome> ofPlan(Plan plan) {
        List<Outcome> outcomes = new ArrayList<>();
        for (Change change : plan.changes()) {
            if (change instanceof Change.Keep) {
                outcomes.add(Outcome.unchanged(change.name()));
            } else if (change instanceof Change.Skip skip && skip.code() != SkipReason.LEFT_OUT) {
                outcomes.add(Outcome.of(skip));
            }
        }
        return outcomes;
    }

    /** What was done, and that something after it failed, which undoes none of it. */
    public List<Outcome> alsoFailed(List<Outcome> done, String what, Explanation why) {
        Outcome failed =
                new Outcome(what, "skip", Outcome.Result.FAILED, why.code(), why.message(), why.remedy(), why.course());
        return all(done, List.of(failed));
    }

    /** Secrets that were to go and of which nothing could be found out. */
    public List<Outcome> notGone(Set<String> names, Explanation why) {
        return names.stream()
                .map(name -> new Outcome(
                        name, "delete", Outcome.Result.FAILED, why.code(), why.message(), why.remedy(), why.course()))
                .toList();
    }

    /** What was left behind and would go, if a run were allowed to delete so much. */
    public List<Outcome> held(List<LeftBehind> leftBehind) {
        return leftBehind.stream()
                .filter(left -> left.fate() == LeftBehind.Fate.HELD)
                .map(left -> Outcome.of(new Change.Skip(left.name(), SkipReason.AWAITS_APPROVAL, left.reason())))
                .toList();
    }

    /** The others after the one, in the order of names: they come in the order in which AWS answered. */
    public List<Outcome> all(List<Outcome> some, List<Outcome> others) {
        List<Outcome> all = new ArrayList<>(some);
        others.stream().sorted(Comparator.comparing(Outcome::name)).forEach(all::add);
        return all;
    }
}
