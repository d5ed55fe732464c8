package ai.hanzo.kms.secretsync;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What a soak measured: a table in Markdown, and a chart in SVG with a line for each of the vitals and its trend. */
final class SoakReport {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 110;
    private static final int MARGIN = 90;

    private final List<Moment> moments = new ArrayList<>();

    /**
     * @param at since the start of the program
     * @param calls to AWS since the last moment
     */
    record Moment(Duration at, Vitals.Reading vitals, int calls) {
        double minutes() {
            return at.toMillis() / 60_000.0;
        }
    }

    enum Vital {
        HEAP("heap after collection, MB", reading -> reading.heap() / 1e6),
        OTHER("other memory of the JVM, MB", reading -> reading.other() / 1e6),
        THREADS("threads", Vitals.Reading::threads),
        FILES("open files and sockets", Vitals.Reading::files);

        private final String label;
        private final ToDoubleFunction<Vitals.Reading> value;

        Vital(String label, ToDoubleFunction<Vitals.Reading> value) {
            this.label = label;
            this.value = value;
        }
    }

    void add(Moment moment) {
        moments.add(moment);
    }

    int size() {
        return moments.size();
    }

    /** Of the moments from this one on. */
    Trend trend(Vital vital, Duration from) {
        return Trend.of(points(vital).stream()
                .filter(point -> point.time() * 60_000 >= from.toMillis())
                .toList());
    }

    private List<Trend.Point> points(Vital vital) {
        return moments.stream()
                .map(moment -> new Trend.Point(moment.minutes(), vital.value.applyAsDouble(moment.vitals())))
                .toList();
    }

    /**
     * @param from where the trends begin
     * @param did what the program went through
     */
    void write(Path directory, Duration from, String did) throws IOException {
        Files.createDirectories(directory);
        StringBuilder text = new StringBuilder(
                format("# Soak%n%n%s%n%n| | at %d min | at the end |%n|---|--:|--:|%n", did, from.toMinutes()));
        for (Vital vital : Vital.values()) {
            Trend trend = trend(vital, from);
            text.append(format("| %s, by the trend | %.1f | %.1f |%n", vital.label, trend.start(), trend.end()));
        }
        text.append(format("%n| minute | heap MB | other MB | threads | files | calls to AWS |%n"));
        text.append(format("|--:|--:|--:|--:|--:|--:|%n"));
        for (Moment moment : moments) {
            Vitals.Reading vitals = moment.vitals();
            text.append(format(
                    "| %.1f | %.1f | %.1f | %d | %d | %d |%n",
                    moment.minutes(),
                    vitals.heap() / 1e6,
                    vitals.other() / 1e6,
                    vitals.threads(),
                    vitals.files(),
                    moment.calls()));
        }
        Files.writeString(directory.resolve("soak.md"), text);
        Files.writeString(directory.resolve("soak.svg"), chart(from));
    }

    private String chart(Duration from) {
        int panel = HEIGHT + 40;
        StringBuilder svg = new StringBuilder(format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\""
                        + " font-size=\"12\">%n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n",
                MARGIN + WIDTH + 90, Vital.values().length * panel + 10));
        for (Vital vital : Vital.values()) {
            svg.append(format("<g transform=\"translate(%d %d)\">%n", MARGIN, vital.ordinal() * panel + 24));
            panel(svg, vital, from);
            svg.append("</g>\n");
        }
        return svg.append("</svg>\n").toString();
    }

    /** From zero, so that what looks flat is. */
    private void panel(StringBuilder svg, Vital vital, Duration from) {
        List<Trend.Point> points = points(vital);
        double end = points.get(points.size() - 1).time();
        double most =
                1.1 * points.stream().mapToDouble(Trend.Point::value).max().orElseThrow();
        Trend trend = trend(vital, from);
        double start = points.stream()
                .mapToDouble(Trend.Point::time)
                .filter(time -> time * 60_000 >= from.toMillis())
                .min()
                .orElseThrow();
        svg.append(format("<text x=\"0\" y=\"-8\" font-weight=\"bold\">%s</text>%n", vital.label));
        svg.append(format("<path d=\"M0,0 V%d H%d\" fill=\"none\" stroke=\"#718096\"/>%n", HEIGHT, WIDTH));
        svg.append(format("<text x=\"-8\" y=\"%d\" text-anchor=\"end\">0</text>%n", HEIGHT));
        svg.append(format("<text x=\"-8\" y=\"10\" text-anchor=\"end\">%.0f</text>%n", most));
        svg.append(format("<text x=\"%d\" y=\"%d\">%.0f min</text>%n", WIDTH + 6, HEIGHT, end));
        StringBuilder line = new StringBuilder();
        points.forEach(point ->
                line.append(format("%.1f,%.1f ", WIDTH * point.time() / end, HEIGHT * (1 - point.value() / most))));
        svg.append(format(
                "<polyline points=\"%s\" fill=\"none\" stroke=\"#2b6cb0\" stroke-width=\"1.5\"/>%n",
                line.toString().strip()));
        svg.append(format(
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#c53030\" stroke-dasharray=\"5 3\"/>%n",
                WIDTH * start / end, HEIGHT * (1 - trend.start() / most), WIDTH, HEIGHT * (1 - trend.end() / most)));
        svg.append(format(
                "<text x=\"%d\" y=\"%.1f\" fill=\"#c53030\">%+.2f</text>%n",
                WIDTH + 6, HEIGHT * (1 - trend.end() / most) - 4, trend.rise()));
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
