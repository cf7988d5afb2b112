package tornado.attention.report;

/**
 * A result against float64.
 *
 * @param maxAbs largest absolute difference over all outputs
 * @param maxRel largest difference of an output relative to that output's largest magnitude
 * @param tolerance what {@code maxRel} may be
 * @param why the reason of a tolerance other than the usual one; empty for that
 * @param images images of the batch that were computed in float64: all, or the first and the last
 */
public record Check(double maxAbs, double maxRel, double tolerance, String why, int images) {
    /** Whether the result is right; NaN is not. */
    public boolean passed() {
        return maxRel <= tolerance;
    }
}
