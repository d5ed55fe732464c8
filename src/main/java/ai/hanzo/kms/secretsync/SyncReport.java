package ai.hanzo.kms.secretsync;

import ai.hanzo.kms.secretsync.runs.Outcome;
import ai.hanzo.kms.secretsync.runs.RunStatus;
import ai.hanzo.kms.secretsync.sync.Change;
import ai.hanzo.kms.secretsync.sync.LeftBehind;
import ai.hanzo.kms.secretsync.sync.Plan;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** What a command that syncs shows: how far it is, and a table at the end. Names and numbers, never a value. */
final class SyncReport implements AutoCloseable {
    private static final List<String> HEAD =
            List.of("SYNC", "STATUS", "CREATED", "UPDATED", "DELETED", "FAILED", "SKIPPED", "MESSAGE");
    private static final List<String> HEAD_OF_DRY_RUN =
            List.of("SYNC", "STATUS", "TO CREATE", "TO UPDATE", "TO DELETE", "WOULD FAIL", "TO SKIP", "MESSAGE");

    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean dryRun;
    private final ProgressBarBuilder terminal;
    private final List<Row> rows = new ArrayList<>();
    private ProgressBar bar;
    private int syncs;

    /**
     * @param dryRun whether it is about what would be done
     * @param terminal makes the bar there; null where what is shown is kept
     */
    SyncReport(PrintWriter out, PrintWriter err, boolean dryRun, ProgressBarBuilder terminal) {
        this.out = out;
        this.err = err;
        this.dryRun = dryRun;
        this.terminal = terminal;
    }

    /** Where somebody looks, who would otherwise see nothing for as long as the start takes. */
    void starting() {
        if (terminal != null) {
            line("Starting ...");
        }
    }

    /**
     * What became of a sync, or would.
     *
     * @param status {@code succeeded}, {@code failed}, {@code paused}; of a dry run {@code unchanged} or {@code changes}
     * @param message null where there is nothing to say
     */
    record Row(
            String name,
            String status,
            int created,
            int updated,
            int deleted,
            int failed,
            int skipped,
            String message) {
        static Row failed(String name, String message) {
            return new Row(name, RunStatus.FAILED.word(), 0, 0, 0, 0, 0, message);
        }

        static Row of(String name, String status, List<Outcome> outcomes, String message) {
            return new Row(
                    name,
                    status,
                    done(outcomes, "create", "restore"),
                    done(outcomes, "update", "adopt", "retag", "change-kms-key", "replicate", "change-policy"),
                    done(outcomes, "delete"),
                    count(outcomes.stream().filter(Outcome::failed)),
                    count(outcomes.stream().filter(outcome -> outcome.result() == Outcome.Result.SKIPPED)),
                    message);
        }

        private static int done(List<Outcome> outcomes, String... changes) {
            Set<String> kinds = Set.of(changes);
            return count(outcomes.stream()
                    .filter(outcome ->
                            outcome.result() == Outcome.Result.SUCCEEDED && kinds.contains(outcome.change())));
        }

        private static int count(Stream<Outcome> outcomes) {
            return Math.toIntExact(outcomes.map(Outcome::name).distinct().count());
        }

        /** What a plan would do. */
        static Row of(String name, Plan plan) {
            Set<String> updated = new TreeSet<>(plan.update());
            updated.addAll(plan.retag());
            updated.addAll(plan.replicate());
            updated.addAll(plan.changePolicy());
            updated.addAll(plan.adopt());
            long failed = plan.skipped().stream()
                    .filter(skip -> skip.code().failure())
                    .count();
            List<String> told = new ArrayList<>(plan.warnings());
            if (plan.blocked() != null) {
                told.add(0, plan.blocked());
            }
            return new Row(
                    name,
                    plan.isEmpty() ? "unchanged" : "changes",
                    plan.create().size() + plan.restore().size(),
                    updated.size(),
                    plan.delete().size() + departures(plan).size(),
                    Math.toIntExact(failed),
                    Math.toIntExact(plan.skipped().size() - failed),
                    told.isEmpty() ? null : String.join(" ", told));
        }

        private static List<LeftBehind> departures(Plan plan) {
            return plan.leftBehind().stream()
                    .filter(left -> left.fate() == LeftBehind.Fate.DUE)
                    .toList();
        }

        private List<String> cells() {
            return Stream.of(
                            name,
                            status,
                            created,
                            updated,
                            deleted,
                            failed,
                            skipped,
                            Objects.requireNonNullElse(message, ""))
                    .map(String::valueOf)
                    .map(text -> text.replaceAll("\\s+", " "))
                    .toList();
        }
    }

    /** A bar where somebody looks, and lines where they are kept. */
    void begin(int syncs) {
        this.syncs = syncs;
        if (terminal != null) {
            bar = terminal.setTaskName("Syncing")
                    .setInitialMax(syncs)
                    .setStyle(ProgressBarStyle.ASCII)
                    .continuousUpdate()
                    .build();
        }
    }

    /**
     * How far the bar is: each change is a step, and the end of each sync, so that it is not full before all have ended.
     *
     * @param changes that were made, refused or failed
     * @param planned changes, as far as syncs have been planned
     */
    void progress(long changes, long planned) {
        if (bar != null) {
            bar.maxHint(syncs + planned)
                    .stepTo(rows.size() + changes)
                    .setExtraMessage(
                            changes + " of " + planned + " changes, " + rows.size() + " of " + syncs + " syncs");
        }
    }

    void add(Row row) {
        rows.add(row);
        if (bar == null) {
            line(row.name() + ": " + row.status());
        }
    }

    /** What would be done with each secret. */
    void plan(Plan plan) {
        for (Change change : plan.changes()) {
            if (!(change instanceof Change.Keep)) {
                line("  " + change.kind() + " " + change.name());
            }
        }
        for (LeftBehind left : plan.leftBehind()) {
            line("  left behind " + left.name() + " (" + left.region() + "): " + left.reason());
        }
    }

    void line(String text) {
        out.println(text);
        out.flush();
    }

    void error(String text) {
        err.println(text);
        err.flush();
    }

    void unknown(Collection<String> names, Collection<String> known) {
        names.forEach(name -> error("There is no sync \"" + name + "\". "
                + (known.isEmpty()
                        ? "There are none."
                        : "There are: " + String.join(", ", new TreeSet<>(known)) + ".")));
    }

    boolean failed() {
        return rows.stream()
                .anyMatch(row -> !Set.of("succeeded", "unchanged", "changes").contains(row.status()));
    }

    boolean changes() {
        return rows.stream().anyMatch(row -> row.status().equals("changes"));
    }

    /** Ends the bar and shows the table. */
    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
        if (rows.isEmpty()) {
            line("There is no sync.");
            return;
        }
        List<List<String>> table = new ArrayList<>(List.of(dryRun ? HEAD_OF_DRY_RUN : HEAD));
        rows.forEach(row -> table.add(row.cells()));
        int[] widths = new int[HEAD.size()];
        table.forEach(cells -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], cells.get(i).length());
            }
        });
        for (List<String> cells : table) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append(cells.get(i))
                        .append(" ".repeat(widths[i] - cells.get(i).length() + 2));
            }
            line(line.toString().stripTrailing());
        }
    }
}
