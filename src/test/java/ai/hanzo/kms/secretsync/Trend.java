package ai.hanzo.kms.secretsync;

import java.util.List;

/**
 * The straight line that fits measurements best, by least squares.
 *
 * @param start what it is where the measurements begin
 * @param end what it is where they end
 */
record Trend(double start, double end) {
    /** A measurement, at a time in whatever unit. */
    record Point(double time, double value) {}

    /**
     * @param points two at least, of different times, in their order
     */
    static Trend of(List<Point> points) {
        double time = points.stream().mapToDouble(Point::time).average().orElseThrow();
        double value = points.stream().mapToDouble(Point::value).average().orElseThrow();
        double covariance = points.stream()
                .mapToDouble(point -> (point.time() - time) * (point.value() - value))
                .sum();
        double variance = points.stream()
                .mapToDouble(point -> square(point.time() - time))
                .sum();
        if (variance == 0) {
            throw new IllegalArgumentException("A trend takes two different times, not " + points);
        }
        double slope = covariance / variance;
        double first = points.get(0).time();
        double last = points.get(points.size() - 1).time();
        return new Trend(value + slope * (first - time), value + slope * (last - time));
    }

    private static double square(double number) {
        return number * number;
    }

    /** By how much it rises from start to end. */
    double rise() {
        return end - start;
    }
}
