package tornado.attention.bench.verify;

import java.util.Locale;
import tornado.attention.bench.verify.ReferenceCase.Expected;
import tornado.attention.tasks.Shape;

/** Compares tensors and keeps the worst. */
final class TensorComparison {
    private final double tolerance;
    private double maxAbs;
    private double maxRel;
    private String reason;

    TensorComparison(double tolerance) {
        this.tolerance = tolerance;
    }

    /** Compares one tensor; NaN and infinity must stand where they are expected. */
    void add(Expected expected, Shape shape, float[] actual) {
        add(expected, shape, actual, 0, tolerance);
    }

    /** Compares one tensor, relative to its largest magnitude or to a larger one, with a tolerance of its own. */
    void add(Expected expected, Shape shape, float[] actual, double floor, double allowed) {
        if (!expected.shape().equals(shape)) {
            fail(expected.name() + ": the result has shape " + shape + " instead of " + expected.shape() + ".");
            maxRel = Double.POSITIVE_INFINITY;
            return;
        }
        double scale = floor;
        for (double value : expected.values()) {
            scale = Double.isFinite(value) ? Math.max(scale, Math.abs(value)) : scale;
        }
        double worst = 0;
        int at = 0;
        for (int i = 0; i < actual.length; i++) {
            double error = error(expected.values()[i], actual[i]);
            if (error > worst) {
                worst = error;
                at = i;
            }
        }
        // Where all expected values are 0 there is no magnitude to compare with: the error counts as it is.
        double relative = scale > 0 ? worst / scale : worst;
        maxAbs = Math.max(maxAbs, worst);
        maxRel = Math.max(maxRel, relative);
        if (relative > allowed) {
            fail(String.format(
                    Locale.ROOT,
                    "%s: element %d is %s instead of %s, off by %.2e of the largest value, more than %.1e.",
                    expected.name(),
                    at,
                    actual[at],
                    expected.values()[at],
                    relative,
                    allowed));
        }
    }

    private static double error(double expected, float actual) {
        if (Double.isNaN(expected) || Double.isInfinite(expected)) {
            return Double.compare(expected, actual) == 0 ? 0 : Double.POSITIVE_INFINITY;
        }
        double error = Math.abs(expected - actual);
        return Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
    }

    /** Keeps the first reason. */
    void fail(String why) {
        reason = reason == null ? why : reason;
    }

    /** Largest absolute error; infinite where something that is not finite stands in the wrong place. */
    double maxAbs() {
        return maxAbs;
    }

    double maxRel() {
        return maxRel;
    }

    /** Why the comparison failed, or null. */
    String reason() {
        return reason;
    }
}
