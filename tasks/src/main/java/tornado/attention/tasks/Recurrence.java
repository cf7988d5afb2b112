package tornado.attention.tasks;

import static tornado.attention.tasks.Step.out;

import tornado.attention.kernels.RecurrentCell;

/** The recurrent cell of DIANet (arXiv 1905.10671). */
public final class Recurrence {
    /**
     * Output and state of a cell.
     *
     * @param h output, {@code [batch, hidden]}
     * @param c state, {@code [batch, hidden]}
     */
    public record State(Tensor h, Tensor c) {}

    /**
     * One linear layer into the gates.
     *
     * @param x {@code [batch, inputs]}
     * @param weight {@code [4 * hidden, inputs]}, gates in the order input, forget, candidate, output
     * @param bias {@code [4 * hidden]}
     */
    public record Gates(Tensor x, Weight weight, Weight bias) {}

    private Recurrence() {}

    /**
     * Gates from two linear layers and the update of the state, in one kernel: {@code c' = sigmoid(f) c + sigmoid(i)
     * tanh(g)}, {@code h' = sigmoid(o) sigmoid(c')}.
     *
     * @param input the layer on the cell's input
     * @param output the layer on its old output
     * @param c old state, {@code [batch, hidden]}
     */
    public static State step(TaskChain chain, String name, Gates input, Gates output, Tensor c) {
        int batch = c.shape().dim(0);
        int hidden = c.shape().dim(1);
        int inputs = width(name, input, batch, hidden);
        int states = width(name, output, batch, hidden);
        var wIn = chain.transposedWeight(input.weight());
        var wState = chain.transposedWeight(output.weight());
        var bIn = chain.weight(input.bias());
        var bState = chain.weight(output.bias());
        var h = chain.tensor(name + ".h", c.shape());
        var next = chain.tensor(name + ".c", c.shape());
        chain.step(name)
                .macs((long) batch * 4 * hidden * (inputs + states))
                .launch(
                        RecurrentCell::advance,
                        input.x(),
                        output.x(),
                        wIn,
                        bIn,
                        wState,
                        bState,
                        c,
                        out(h),
                        out(next),
                        batch,
                        inputs,
                        states,
                        hidden);
        return new State(h, next);
    }

    private static int width(String name, Gates gates, int batch, int hidden) {
        int inputs = gates.x().shape().dim(-1);
        Shapes.requireElements(name, gates.x(), (long) batch * inputs, "one row an image");
        Shapes.requireMatrix(name, gates.weight(), inputs);
        Shapes.requireVector(name, gates.bias(), 4 * hidden);
        return inputs;
    }
}
