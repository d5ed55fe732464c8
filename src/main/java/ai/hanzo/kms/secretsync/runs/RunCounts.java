package ai.hanzo.kms.secretsync.runs;

import java.util.List;

/** How many secrets of a run ended how; a secret that was changed in two ways counts twice. */
public record RunCounts(int succeeded, int unchanged, int skipped, int failed) {
    static RunCounts of(List<Outcome> outcomes) {
        return new RunCounts(
                count(outcomes, Outcome.Result.SUCCEEDED),
                count(outcomes, Outcome.Result.UNCHANGED),
                count(outcomes, Outcome.Result.SKIPPED),
                count(outcomes, Outcome.Result.FAILED));
    }

    private static int count(List<Outcome> outcomes, Outcome.Result result) {
        return Math.toIntExact(
                outcomes.stream().filter(outcome -> outcome.result() == result).count());
    }

    @Override
    public String toString() {
        return succeeded + " succeeded, " + unchanged + " unchanged, " + skipped + " skipped, " + failed + " failed";
    }
}
