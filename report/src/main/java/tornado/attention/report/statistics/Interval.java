package tornado.attention.report.statistics;

/**
 * An interval that holds the true value with some confidence.
 *
 * @param low its lower end
 * @param high its upper end
 */
public record Interval(double low, double high) {
    /** Whether a value lies in it. */
    public boolean contains(double value) {
        return low <= value && value <= high;
    }
}
