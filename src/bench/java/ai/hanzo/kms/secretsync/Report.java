package ai.hanzo.kms.secretsync;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was measured, as a Markdown table and as bars in SVG. */
final class Report {
    private static final int BAR = 20;
    private static final int LABELS = 260;
    private static final int WIDTH = 400;

    private final Path directory;
    private final List<String> rows = new ArrayList<>();
    private final List<String> peers = new ArrayList<>();
    private final List<String> engine = new ArrayList<>();
    private final List<String> scale = new ArrayList<>();
    private final Map<String, Double> ratios = new LinkedHashMap<>();
    private final Map<String, Double> idleCalls = new LinkedHashMap<>();
    private final Map<String, Double> perSecret = new LinkedHashMap<>();

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

    /** Microseconds, with half the width of their 99.9 % confidence interval. */
    void engine(String what, double micros, double error) {
        say(engine, format("| %s | %,.2f µs | ± %,.2f |", what, micros, error));
    }

    void scale(int count, double first, double idle, long calls) {
        double each = idle * 1e6 / count;
        say(
                scale,
                format(
                        "| %,d | %.1f s, %.2f ms each | %.1f s, %.0f µs each | %d |",
                        count, first, first * 1000 / count, idle, each, calls));
        perSecret.put(format("%,d secrets", count), each);
    }

    void write() throws IOException {
        StringBuilder text = new StringBuilder();
        table(text, "| case | target | measured | ratio to the floor |\n|---|---|---|---|", rows);
        table(text, "| 500 secrets | first sync | nothing to do | one changed |\n|---|---|---|---|", peers);
        table(text, "| of the engine, for itself | time | |\n|---|---|---|", engine);
        table(
                text,
                "| secrets in one destination, heap " + ServiceProcess.HEAP
                        + " | first sync | nothing to do | calls then |\n|---|---|---|---|",
                scale);
        Files.writeString(directory.resolve("benchmarks.md"), text);
        chart("ratios", "Ratio to the floor (1 is ideal)", ratios);
        chart("peers", "Calls when there is nothing to do, 500 secrets", idleCalls);
        chart("scale", "Microseconds a secret when there is nothing to do", perSecret);
    }

    private static void table(StringBuilder text, String head, List<String> lines) {
        if (!lines.isEmpty()) {
            text.append(head).append('\n').append(String.join("\n", lines)).append("\n\n");
        }
    }

    private void chart(String name, String title, Map<String, Double> values) throws IOException {
        if (values.isEmpty()) {
            return;
        }
        double most = values.values().stream().mapToDouble(Double::doubleValue).max().orElseThrow();
        StringBuilder svg = new StringBuilder(format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\""
                        + " font-size=\"12\">%n<text x=\"4\" y=\"16\" font-weight=\"bold\">%s</text>%n",
                LABELS + WIDTH + 70, (values.size() + 1) * (BAR + 6) + 10, title));
        int y = BAR + 10;
        for (Map.Entry<String, Double> value : values.entrySet()) {
            double width = most == 0 ? 0 : WIDTH * value.getValue() / most;
            svg.append(format(
                    "<text x=\"4\" y=\"%d\">%s</text><rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\""
                            + " fill=\"#2b6cb0\"/><text x=\"%.1f\" y=\"%d\">%.2f</text>%n",
                    y + 14, value.getKey(), LABELS, y, width, BAR, LABELS + width + 5, y + 14, value.getValue()));
            y += BAR + 6;
        }
        Files.writeString(directory.resolve(name + ".svg"), svg.append("</svg>\n"));
    }

    private static void say(List<String> lines, String line) {
        lines.add(line);
        System.out.println(line);
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
