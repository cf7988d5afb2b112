package tornado.attention.tasks.graph;

import java.util.List;
import java.util.stream.IntStream;
import tornado.attention.tasks.Shape;

/**
 * The square root of symmetric positive definite matrices {@code [B, n, n]} by Newton-Schulz steps (arXiv 1712.01034): divided by
 * the trace first, multiplied with its root last.
 *
 * @param iterations T, at least 1
 */
public record SquareRootTask(int iterations) implements Composite {
    @Override
    public String word() {
        return "root";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        var a = inputs.getFirst();
        if (a.rank() != 3 || a.dim(1) != a.dim(2) || a.elements() == 0) {
            throw new IllegalArgumentException("A square root takes square matrices [batch, n, n], not " + a + ".");
        }
        if (iterations < 1) {
            throw new IllegalArgumentException("A square root needs at least 1 step, not " + iterations + ".");
        }
        return a;
    }

    @Override
    public long macs(List<Shape> inputs, Shape output) {
        return Math.max(3L * iterations - 3, 1) * output.elements() * output.dim(1);
    }

    @Override
    public Value expand(List<Value> inputs) {
        var a = inputs.getFirst();
        int batch = a.shape().dim(0);
        int n = a.shape().dim(1);
        var diagonal = IntStream.range(0, n).mapToObj(i -> i * n + i).toList();
        var trace = Value.of(new SelectTask(1, List.of(diagonal)), a.reshape(batch, n * n))
                .reshape(batch, 1, 1);
        var start = a.over(trace);
        if (iterations == 1) {
            return finished(start.product(halfOf(start)), trace);
        }
        var z = halfOf(start);
        var y = start.product(z);
        for (int step = 2; step < iterations; step++) {
            var half = halfOf(z.product(y));
            y = y.product(half);
            z = half.product(z);
        }
        return finished(y.product(halfOf(z.product(y))), trace);
    }

    private static Value finished(Value root, Value trace) {
        return root.times(trace.map(UnaryFunction.SQRT));
    }

    /** {@code (3 I - x) / 2}. */
    private static Value halfOf(Value x) {
        int n = x.shape().dim(1);
        var three = Array.zeros(Shape.of(n, n));
        for (int i = 0; i < n; i++) {
            three.values()[i * n + i] = 1.5;
        }
        return Value.of(new Constant("three_halves", three)).minus(x.times(0.5));
    }
}
