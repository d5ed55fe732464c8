package ai.hanzo.kms.secretsync;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What was measured, as Markdown tables and as charts in SVG. */
final class Report {
    private final Path directory;
    private final List<String> rows = new ArrayList<>();
    private final List<String> peers = new ArrayList<>();
    private final List<String> scale = new ArrayList<>();
    private final Map<String, Double> ratios = new LinkedHashMap<>();
    private final Map<String, Double> idleCalls = new LinkedHashMap<>();
    private final List<Scaled> curve = new ArrayList<>();

    /**
     * One destination with so many secrets. Seconds are of the whole run, micros of processor time for each secret.
     *
     * @param idleCalls to AWS when there is nothing to do
     * @param changedSeconds of a run for one changed secret, which writes {@code changeWrites} times
     */
    record Scaled(
            int count,
            double firstSeconds,
            double firstMicros,
            double idleSeconds,
            double idleMicros,
            long idleCalls,
            long idleWrites,
            double changedSeconds,
            long changeWrites) {}

    Report(Path directory) {
        this.directory = directory;
    }

    /**
     * @param ratio to the floor, or to the target where there is no floor; null where there is neither
     */
    void row(String what, String target, String measured, Double ratio) {
        String shown = ratio == null ? "-" : format("%.2f", ratio);
        say(rows, "| " + what + " | " + target + " | " + measured + " | " + shown + " |");
        if (ratio != null) {
            ratios.put(what, ratio);
        }
    }

    void peer(String who, long created, double first, long looked, double idle, long changed) {
        say(
                peers,
                format(
                        "| %s | %d calls, %.1f s | %d calls, %.1f s | %d calls |",
                        who, created, first, looked, idle, changed));
        idleCalls.put(who, (double) looked);
    }

    /**
     * A part of the engine, by itself.
     *
     * @param micros with {@code error}, half the width of their 99.9 % confidence interval
     * @param secrets that it is about; 0 where the target for each of them says nothing about it
     */
    void engine(String what, double micros, double error, int secrets) {
        double each = secrets == 0 ? 0 : micros / secrets;
        row(
                "engine alone: " + what,
                secrets == 0 ? "-" : "<= " + Scale.TARGET_MICROS + " µs a secret",
                format("%,.2f µs ± %,.2f", micros, error) + (secrets == 0 ? "" : format("; %.2f µs a secret", each)),
                secrets == 0 ? null : each / Scale.TARGET_MICROS);
    }

    void scale(Scaled scaled) {
        say(
                scale,
                format(
                        "| %,d | %.1f s, %,.0f µs | %.1f s, %.0f µs, %,d calls | %.1f s, %d write |",
                        scaled.count,
                        scaled.firstSeconds,
                        scaled.firstMicros,
                        scaled.idleSeconds,
                        scaled.idleMicros,
                        scaled.idleCalls,
                        scaled.changedSeconds,
                        scaled.changeWrites));
        curve.add(scaled);
    }

    void write() throws IOException {
        StringBuilder text = new StringBuilder();
        table(text, "| case | target | measured | ratio to the floor |\n|---|---|---|---|", rows);
        table(text, "| 500 secrets | first sync | nothing to do | one changed |\n|---|---|---|---|", peers);
        table(
                text,
                "| secrets in one destination, heap " + ServiceProcess.HEAP
                        + " | first sync, processor time a secret | nothing to do, processor time a secret | one changed |\n"
                        + "|---|---|---|---|",
                scale);
        Files.writeString(directory.resolve("benchmarks.md"), text);
        chart("ratios", Chart.bars("Measured, as a ratio to the floor or the target", "the floor, or the target", ratios));
        chart("peers", Chart.bars("Calls to AWS when there is nothing to do, 500 secrets", null, idleCalls));
        Map<Integer, Double> micros = new TreeMap<>();
        curve.forEach(scaled -> micros.put(scaled.count, scaled.idleMicros));
        chart(
                "scale",
                Chart.curve(
                        "Processor time of a run that has nothing to do",
                        "secrets in one destination",
                        "µs a secret",
                        Scale.TARGET_MICROS,
                        micros));
    }

    private void chart(String name, String svg) throws IOException {
        if (!svg.isEmpty()) {
            Files.writeString(directory.resolve(name + ".svg"), svg);
        }
    }

    private static void table(StringBuilder text, String head, List<String> lines) {
        if (!lines.isEmpty()) {
            text.append(head).append('\n').append(String.join("\n", lines)).append("\n\n");
        }
    }

    private static void say(List<String> lines, String line) {
        lines.add(line);
        System.out.println(line);
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
