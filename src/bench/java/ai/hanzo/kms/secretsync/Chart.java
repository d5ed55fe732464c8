package ai.hanzo.kms.secretsync;

import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Charts as SVG, on a ground of their own, so that they can be read in a dark page too. */
final class Chart {
    private static final int WIDTH = 760;
    private static final int MARGIN = 16;
    private static final int TITLE = 44;
    private static final int ROW = 26;
    private static final int BAR = 16;
    private static final int LABELS = 370;
    private static final int VALUES = 70;
    private static final String INK = "#1f2937";
    private static final String FAINT = "#d1d5db";
    private static final String MEASURED = "#2563eb";
    private static final String TARGET = "#dc2626";

    private Chart() {}

    /**
     * A bar for each value.
     *
     * @param one what a value of 1 is, to be marked by a line; null where it is nothing special
     * @return empty where there are no values
     */
    static String bars(String title, String one, Map<String, Double> values) {
        if (values.isEmpty()) {
            return "";
        }
        double most = Math.max(
                one == null ? 0 : 1,
                values.values().stream().mapToDouble(Double::doubleValue).max().orElseThrow());
        double room = WIDTH - LABELS - VALUES - 2.0 * MARGIN;
        int left = MARGIN + LABELS;
        int height = TITLE + values.size() * ROW + (one == null ? MARGIN : 2 * MARGIN + 8);
        StringBuilder svg = begin(title, height);
        int y = TITLE;
        for (Map.Entry<String, Double> value : values.entrySet()) {
            double width = most == 0 ? 0 : room * value.getValue() / most;
            text(svg, left - 8, y + 13, "end", INK, value.getKey());
            svg.append(format(
                    "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\" fill=\"%s\"/>%n",
                    left, y, Math.max(1, width), BAR, MEASURED));
            String shown = one == null ? number(value.getValue()) : format("%.2f", value.getValue());
            text(svg, left + width + 6, y + 13, "start", INK, shown);
            y += ROW;
        }
        if (one != null) {
            double x = left + room / most;
            svg.append(format(
                    "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"%s\" stroke-width=\"1.5\""
                            + " stroke-dasharray=\"5 4\"/>%n",
                    x, TITLE - 6, x, y, TARGET));
            text(svg, x, y + 16, "middle", TARGET, "1 = " + one);
        }
        return svg.append("</svg>\n").toString();
    }

    /**
     * A value over a count, which grows in powers of ten.
     *
     * @param target as high as a value may be, to be marked by a line
     * @return empty where there are no values
     */
    static String curve(String title, String counted, String unit, double target, Map<Integer, Double> values) {
        if (values.isEmpty()) {
            return "";
        }
        SortedMap<Integer, Double> points = new TreeMap<>(values);
        int top = TITLE + 20;
        int bottom = 330;
        int left = MARGIN + 60;
        int right = WIDTH - MARGIN - 30;
        double most = 1.2
                * Math.max(
                        target,
                        points.values().stream().mapToDouble(Double::doubleValue).max().orElseThrow());
        double from = Math.log10(points.firstKey());
        double decades = Math.max(0.1, Math.log10(points.lastKey()) - from);
        StringBuilder svg = begin(title, bottom + 60);
        double step = step(most);
        for (double value = 0; value <= most; value += step) {
            double y = bottom - (bottom - top) * value / most;
            svg.append(format(
                    "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"%s\"/>%n", left, y, right, y, FAINT));
            text(svg, left - 8, y + 4, "end", INK, number(value));
        }
        text(svg, MARGIN, top - 12, "start", INK, unit);
        double y = bottom - (bottom - top) * target / most;
        svg.append(format(
                "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"1.5\""
                        + " stroke-dasharray=\"5 4\"/>%n",
                left, y, right, y, TARGET));
        text(svg, right, top - 12, "end", TARGET, "- - -  target: at most " + number(target));
        StringBuilder line = new StringBuilder();
        StringBuilder marks = new StringBuilder();
        for (Map.Entry<Integer, Double> point : points.entrySet()) {
            double x = left + 30 + (right - left - 60) * (Math.log10(point.getKey()) - from) / decades;
            double at = bottom - (bottom - top) * point.getValue() / most;
            line.append(format("%.1f,%.1f ", x, at));
            marks.append(format("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\"/>%n", x, at, MEASURED));
            text(marks, x, at - 10, "middle", INK, number(point.getValue()));
            text(marks, x, bottom + 20, "middle", INK, format("%,d", point.getKey()));
        }
        svg.append(format(
                        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>%n",
                        line.toString().trim(), MEASURED))
                .append(marks);
        text(svg, (left + right) / 2.0, bottom + 44, "middle", INK, counted);
        return svg.append("</svg>\n").toString();
    }

    /** A round number of which four or more, and ten at most, make the whole. */
    private static double step(double whole) {
        double power = Math.pow(10, Math.floor(Math.log10(whole)));
        double share = whole / power;
        if (share >= 4) {
            return power;
        }
        return share >= 2 ? power / 2 : power / 5;
    }

    private static StringBuilder begin(String title, int height) {
        StringBuilder svg = new StringBuilder(format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
                        + " font-family=\"system-ui, sans-serif\" font-size=\"13\" role=\"img\" aria-label=\"%s\">%n"
                        + "<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>%n",
                WIDTH, height, WIDTH, height, escaped(title)));
        svg.append(format(
                "<text x=\"%d\" y=\"26\" font-size=\"16\" font-weight=\"600\" fill=\"%s\">%s</text>%n",
                MARGIN, INK, escaped(title)));
        return svg;
    }

    private static void text(StringBuilder svg, double x, double y, String anchor, String colour, String text) {
        svg.append(format(
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\">%s</text>%n",
                x, y, anchor, colour, escaped(text)));
    }

    private static String number(double value) {
        return value >= 20 || value == Math.rint(value) ? format("%,.0f", value) : format("%.2f", value);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
