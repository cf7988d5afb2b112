package tornado.attention.tasks.graph;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import tornado.attention.tasks.Shape;

/**
 * {@code f(alpha x + beta)} element by element, or its derivative with respect to x.
 *
 * @param function f
 * @param alpha factor before it
 * @param beta term before it
 * @param order 0 for the function, 1 for the derivative
 */
public record MapTask(UnaryFunction function, double alpha, double beta, int order) implements Task {
    @Override
    public String word() {
        return function.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        return inputs.getFirst();
    }

    /** Whether it is the function alone, which kernels apply in passing. */
    public boolean isPlain() {
        return alpha == 1 && beta == 0 && order == 0;
    }

    @Override
    public Array evaluate(List<Array> inputs, boolean training) {
        return inputs.getFirst()
                .map(x ->
                        order == 0 ? function.apply(alpha * x + beta) : alpha * function.derivative(alpha * x + beta));
    }

    @Override
    public List<Value> adjoint(List<Value> inputs, Value output, Value gradient, boolean training) {
        if (order > 0) {
            throw new UnsupportedOperationException(
                    "The derivative of " + word() + " has no adjoint here; gradients of gradients are not supported.");
        }
        if (function == UnaryFunction.IDENTITY) {
            return Arrays.asList(gradient.times(alpha));
        }
        // Where the result tells the slope, what was before it need not be kept.
        boolean told = isPlain() && (function == UnaryFunction.RELU || function == UnaryFunction.RELU6);
        var from = told ? output : inputs.getFirst();
        return Arrays.asList(gradient.times(Value.of(new MapTask(function, alpha, beta, 1), from)));
    }
}
