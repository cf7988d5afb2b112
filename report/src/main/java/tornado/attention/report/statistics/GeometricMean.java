package tornado.attention.report.statistics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Geometric mean of ratios over a set of cases: a number only where the set is complete, since a mean over what
 * happened to work flatters.
 *
 * @param value the mean; empty where something is missing or there is nothing
 * @param count ratios there are
 * @param missing names of the cases without one
 */
public record GeometricMean(OptionalDouble value, int count, List<String> missing) {
    /** Copies the list. */
    public GeometricMean {
        missing = List.copyOf(missing);
    }

    /** The mean of ratios by case name; null or a value that is not positive is a missing one. */
    public static GeometricMean of(Map<String, Double> ratios) {
        var missing = new ArrayList<String>();
        double logs = 0;
        int count = 0;
        for (var entry : ratios.entrySet()) {
            var ratio = entry.getValue();
            if (ratio == null || !(ratio > 0) || ratio.isInfinite()) {
                missing.add(entry.getKey());
            } else {
                logs += Math.log(ratio);
                count++;
            }
        }
        boolean complete = missing.isEmpty() && count > 0;
        return new GeometricMean(
                complete ? OptionalDouble.of(Math.exp(logs / count)) : OptionalDouble.empty(), count, missing);
    }
}
