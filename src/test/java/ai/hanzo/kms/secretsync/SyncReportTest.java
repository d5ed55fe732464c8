package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import ai.hanzo.kms.secretsync.SyncReport.Row;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.junit.jupiter.api.Test;

class SyncReportTest {
    private final StringWriter out = new StringWriter();
    private final List<String> bars = new CopyOnWriteArrayList<>();

    private SyncReport report(boolean dryRun, ProgressBarBuilder terminal) {
        return new SyncReport(new PrintWriter(out), new PrintWriter(out), dryRun, terminal);
    }

    private ProgressBarBuilder terminal() {
        return new ProgressBarBuilder()
                .setUpdateIntervalMillis(20)
                .setConsumer(new DelegatingProgressBarConsumer(bars::add, 100));
    }

    @Test
    void onATerminalItSaysAtOnceThatItStarts() {
        report(false, terminal()).starting();
        assertThat(out).hasToString("Starting ..." + System.lineSeparator());
    }

    @Test
    void whereItIsKeptThereIsNoBar() {
        try (SyncReport report = report(false, null)) {
            report.starting();
            report.begin(1);
            report.progress(0, 400);
            report.add(Row.failed("shop", null));
        }
        assertThat(out.toString()).startsWith("shop: failed").doesNotContain("400");
    }

    @Test
    void theBarMovesWithinASync() {
        try (SyncReport report = report(false, terminal())) {
            report.begin(1);
            report.progress(100, 399);
            Operations.await(() -> bars.stream().anyMatch(bar -> bar.contains("100 of 399 changes, 0 of 1 syncs")));
            assertThat(bars).last().asString().contains(" 25% ");

            report.progress(399, 399);
            Operations.await(() -> bars.stream().anyMatch(bar -> bar.contains("399 of 399")));
            assertThat(bars).last().asString().as("not before it is recorded").contains(" 99% ");

            report.add(Row.failed("shop", null));
            report.progress(399, 399);
        }
        assertThat(bars).last().asString().contains("100%", "1 of 1 syncs");
    }

    @Test
    void theClockOfTheBarGoesOnByItself() {
        try (SyncReport report = report(false, terminal())) {
            report.begin(1);
            Operations.await(() -> bars.stream().anyMatch(bar -> bar.contains("0:00:01")));
            report.add(Row.failed("shop", null));
        }
    }

    @Test
    void aDryRunSaysWhatIsToBeDone() {
        for (boolean dryRun : List.of(true, false)) {
            try (SyncReport report = report(dryRun, null)) {
                report.add(new Row("shop", "changes", 1, 2, 3, 4, 5, null));
            }
        }
        assertThat(out.toString()
                        .lines()
                        .filter(line -> line.startsWith("SYNC"))
                        .map(line -> line.replaceAll(" +", " ")))
                .containsExactly(
                        "SYNC STATUS TO CREATE TO UPDATE TO DELETE WOULD FAIL TO SKIP MESSAGE",
                        "SYNC STATUS CREATED UPDATED DELETED FAILED SKIPPED MESSAGE");
    }
}
