package tornado.attention.tasks.graph;

import java.util.List;
import tornado.attention.tasks.Shape;

/**
 * One step of DIANet's recurrent cell (arXiv 1905.10671): inputs are the gates' parts from input and output, each {@code [B, 4 H]} in
 * the order input, forget, candidate, output, and the old state {@code [B, H]}. Makes output and state, {@code [B, 2 H]}: {@code c' =
 * sigmoid(f) c + sigmoid(i) tanh(g)}, {@code h' = sigmoid(o) sigmoid(c')}.
 */
public record RecurTask() implements Composite {
    @Override
    public String word() {
        return "cell";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        var c = inputs.get(2);
        boolean fits = c.rank() == 2
                && inputs.get(0).equals(inputs.get(1))
                && inputs.get(0).equals(Shape.of(c.dim(0), 4 * c.dim(1)));
        if (!fits) {
            throw new IllegalArgumentException("A cell with the state " + c
                    + " takes two parts of four gates each, not " + inputs.get(0) + " and " + inputs.get(1) + ".");
        }
        return Shape.of(c.dim(0), 2 * c.dim(1));
    }

    @Override
    public Value expand(List<Value> inputs) {
        var z = inputs.get(0).plus(inputs.get(1));
        int hidden = inputs.get(2).shape().dim(1);
        var i = z.slice(1, 0, hidden).sigmoid();
        var f = z.slice(1, hidden, hidden).sigmoid();
        var g = z.slice(1, 2 * hidden, hidden).map(UnaryFunction.TANH);
        var o = z.slice(1, 3 * hidden, hidden).sigmoid();
        var c = f.times(inputs.get(2)).plus(i.times(g));
        return Value.concat(1, List.of(o.times(c.sigmoid()), c));
    }
}
