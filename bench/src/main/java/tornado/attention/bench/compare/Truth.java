package tornado.attention.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tornado.attention.modules.float64.Array64;
import tornado.attention.tasks.graph.Array;
import tornado.attention.tasks.graph.Graph;
import tornado.attention.tasks.graph.Interpreter;
import tornado.attention.tasks.graph.MapTask;
import tornado.attention.tasks.graph.Value;

/**
 * What values are in double precision, and how far from that is right all the same.
 *
 * <p>The slope of a ReLU jumps at 0. A sum that is 1e-9 in double precision may be -1e-9 in single, which is no mistake, but takes the whole
 * gradient away that goes through it. Where something lies that close to such a kink, both slopes are right: the gradients are computed with
 * either, and what is between them is allowed, element by element. Everywhere else nothing is.
 *
 * @param values in double precision
 * @param slack of each element, beside which there is the tolerance
 * @param kinks how many slopes are either
 */
record Truth(List<Array64> values, List<Array64> slack, int kinks) {
    /** Distance to a kink, of the largest element of a value, within which rounding of a long sum in single precision may cross it. */
    private static final double ROUNDING = 1e-6;

    /**
     * Computes values, each by the definition of its task.
     *
     * @param outputs the values
     * @param inputs what they are made of
     * @param training whether norms use the statistics of the batch; rounding then moves all values of a channel, and what is near a kink is
     *     not told
     */
    static Truth of(List<Value> outputs, Map<Value, Array> inputs, boolean training) {
        var one = new Interpreter(training);
        inputs.forEach(one::with);
        var other = new Interpreter(training);
        inputs.forEach(other::with);
        int kinks = 0;
        var values = outputs.stream().map(one::valueOf).toList();
        for (var value : Graph.order(outputs)) {
            if (!training && value.task() instanceof MapTask slope && slope.order() == 1) {
                var from = one.valueOf(before(value.inputs().getFirst(), slope));
                var either = new Array(from.shape(), from.values().clone());
                int near = reflect(either.values(), slope);
                if (near > 0) {
                    kinks += near;
                    other.with(value, slope.evaluate(List.of(either), training));
                }
            }
        }
        var slack = new ArrayList<Array64>();
        for (int i = 0; i < values.size(); i++) {
            var gap = new double[values.get(i).values().length];
            if (kinks > 0) {
                var alternative = other.valueOf(outputs.get(i)).values();
                for (int j = 0; j < gap.length; j++) {
                    gap[j] = Math.abs(alternative[j] - values.get(i).values()[j]);
                }
            }
            slack.add(Array64.of(gap, outputs.get(i).shape().dims()));
        }
        return new Truth(
                values.stream()
                        .map(v -> Array64.of(v.values(), v.shape().dims()))
                        .toList(),
                slack,
                kinks);
    }

    /** Values that are known otherwise, without kinks. */
    static Truth of(List<Array64> values) {
        return new Truth(
                values,
                values.stream()
                        .map(v -> Array64.of(new double[v.size()], v.shape()))
                        .toList(),
                0);
    }

    /** What a function is of: a slope may be taken at its result instead, which is 0 on the whole of one side. */
    private static Value before(Value from, MapTask slope) {
        return from.task() instanceof MapTask map && map.isPlain() && map.function() == slope.function()
                ? from.inputs().getFirst()
                : from;
    }

    /** Puts what is near a kink on its other side; says how many. */
    private static int reflect(double[] values, MapTask slope) {
        double largest = 0;
        for (double value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        int near = 0;
        for (double kink : slope.function().kinks()) {
            double at = (kink - slope.beta()) / slope.alpha();
            double reach = ROUNDING * Math.max(largest, Math.abs(at));
            for (int i = 0; i < values.length; i++) {
                if (Math.abs(values[i] - at) <= reach) {
                    values[i] = otherSide(slope, values[i], at, 2 * reach);
                    near++;
                }
            }
        }
        return near;
    }

    /** Where the slope is another one; exactly at a kink it is that of one of the sides. */
    private static double otherSide(MapTask slope, double value, double kink, double away) {
        var function = slope.function();
        double here = function.derivative(slope.alpha() * value + slope.beta());
        double left = function.derivative(slope.alpha() * (kink - away) + slope.beta());
        double right = function.derivative(slope.alpha() * (kink + away) + slope.beta());
        return Math.abs(left - here) > Math.abs(right - here) ? kink - away : kink + away;
    }
}
