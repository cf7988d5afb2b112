package tornado.attention.tasks.graph;

import java.util.Arrays;
import java.util.List;
import tornado.attention.tasks.Shape;

/**
 * 1 where the first of the largest elements over some axes lies, 0 elsewhere: the derivative of a maximum.
 *
 * @param axes the axes, ascending
 */
public record FirstMaxTask(List<Integer> axes) implements Task {
    /** Copies the axes. */
    public FirstMaxTask {
        axes = List.copyOf(axes);
    }

    @Override
    public String word() {
        return "first_max";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        return inputs.getFirst();
    }

    @Override
    public Array evaluate(List<Array> inputs, boolean training) {
        var x = inputs.getFirst();
        var kept = new ReduceTask(ReduceTask.Kind.MAX, 0, axes).kept(x.shape());
        var best = new int[kept.elementsOf("maxima")];
        Arrays.fill(best, -1);
        Walk.over(x.shape(), 0, Walk.broadcast(kept, x.shape()), (i, to, none) -> {
            if (best[to] < 0 || x.values()[i] > x.values()[best[to]]) {
                best[to] = i;
            }
        });
        var y = Array.zeros(x.shape());
        for (int i : best) {
            y.values()[i] = 1;
        }
        return y;
    }

    @Override
    public List<Value> adjoint(List<Value> inputs, Value output, Value gradient, boolean training) {
        return Arrays.asList((Value) null);
    }
}
