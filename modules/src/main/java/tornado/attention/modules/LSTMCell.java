package tornado.attention.modules;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.graph.DropoutTask;
import tornado.attention.tasks.graph.RecurTask;
import tornado.attention.tasks.graph.Value;

/**
 * DIANet's recurrent cell: Huang et al., DIANet: Dense-and-Implicit Attention Network, AAAI 2020 (arXiv 1905.10671).
 *
 * <pre>
 *   gates i, f, g, o = small_ih(x) + small_hh(h),  small(z) = W2 relu(W1 z + b1) + b2
 *   c' = sigmoid(f) c + sigmoid(i) tanh(g),  h' = sigmoid(o) sigmoid(c')
 *
 *   x [B,I] ─ ih [B,I/4] ─┐
 *   h [B,H] ─ hh [B,H/4] ─┼─ cell ─▶ h', c' [B,H]
 *   c [B,H] ──────────────┘
 * </pre>
 *
 * <p>The output passes through a sigmoid, not tanh. Further layers have plain linear layers into the gates and take the
 * (in training mode dropped out) output of the layer below. States and outputs are {@code [layers,B,H]}. Parameters of
 * one layer with I = H = C and q = C / 4: 10 C q + 2 q + 8 C, MACs 10 C q, 3 kernels: second linear layers, their sum,
 * gates and update are one.
 *
 * @param inputSize I, at least 4
 * @param hiddenSize H, at least 4
 * @param dropout rate between layers
 * @param seed of the dropout
 * @param layers {@code w_ih.0.seq.*}, {@code w_hh.0.seq.*}; further ones {@code w_ih.i.*}, {@code w_hh.i.*}
 */
public record LSTMCell(int inputSize, int hiddenSize, double dropout, int seed, List<LSTMCell.Layer> layers)
        implements Block {
    /** Name, paper and options. */
    public static final ModuleType TYPE = new ModuleType(
            "LSTMCell",
            "lstm",
            "DIANet: Dense-and-Implicit Attention Network, Huang et al., AAAI 2020",
            "1905.10671",
            List.of(
                    Option.required("input_size", Option.Kind.INTEGER, "features I of the input"),
                    Option.required("hidden_size", Option.Kind.INTEGER, "features H of the state"),
                    Option.of("nlayers", Option.Kind.INTEGER, 1, "layers"),
                    Option.of("dropout", Option.Kind.NUMBER, 0.1, "dropout between layers in training mode"),
                    Option.of("seed", Option.Kind.INTEGER, 0, "seed of the dropout")),
            List.of("input", "ht", "ct"),
            List.of(),
            LSTMCell::of,
            new ModuleType.Fit() {
                @Override
                public Map<String, Object> settings(Shape map) {
                    return Map.of("input_size", map.channels(), "hidden_size", map.channels());
                }

                @Override
                public List<Shape> inputs(Shape map, Settings settings) {
                    var state = Shape.of(settings.integer("nlayers"), map.batch(), settings.integer("hidden_size"));
                    return List.of(Shape.of(map.batch(), settings.integer("input_size")), state, state);
                }
            });

    /** Output and state of a layer, each {@code [B,H]}. */
    record State(Value h, Value c) {}

    /** Layers from an input or an output to the gates; the first is null where there is only one. */
    record Gates(LinearLayer first, LinearLayer second) {
        Value apply(Value x, String name) {
            return second.apply(first == null ? x : first.apply(x).relu().named(name));
        }
    }

    /** One layer of the cell. */
    record Layer(Gates input, Gates output) {
        /** The first layer of a cell, as a part of module {@code owner}. */
        static Layer first(String owner, Parameters p, int inputs, int hidden) {
            if (inputs < 4 || hidden < 4) {
                throw new IllegalArgumentException("Module " + owner
                        + " needs at least 4 features in input and state, because its"
                        + " hidden layers have a quarter of them, but they are " + inputs + " and " + hidden + ".");
            }
            return new Layer(
                    new Gates(
                            p.linear("w_ih.0.seq.0", inputs, inputs / 4, true),
                            p.linear("w_ih.0.seq.2", inputs / 4, 4 * hidden, true)),
                    new Gates(
                            p.linear("w_hh.0.seq.0", hidden, hidden / 4, true),
                            p.linear("w_hh.0.seq.2", hidden / 4, 4 * hidden, true)));
        }

        /** One step; kernels are named {@code scope + ih, hh} and {@code scope + cell}. */
        State step(Value x, State old, String scope, String cell) {
            var both = Value.of(
                            new RecurTask(), input.apply(x, scope + "ih"), output.apply(old.h(), scope + "hh"), old.c())
                    .named(scope + cell);
            int hidden = old.c().shape().dim(1);
            return new State(both.slice(1, 0, hidden), both.slice(1, hidden, hidden));
        }
    }

    /** Copies the list. */
    public LSTMCell {
        layers = List.copyOf(layers);
    }

    private static LSTMCell of(Parameters p, Settings s) {
        Layers.requirePositive("LSTMCell", "nlayers", s.integer("nlayers"));
        ScaledDotProductAttention.requireRate("LSTMCell", s.number("dropout"));
        int inputs = s.integer("input_size");
        int hidden = s.integer("hidden_size");
        var layers = new ArrayList<Layer>();
        layers.add(Layer.first("LSTMCell", p, inputs, hidden));
        for (int layer = 1; layer < s.integer("nlayers"); layer++) {
            layers.add(new Layer(
                    new Gates(null, p.linear("w_ih." + layer, hidden, 4 * hidden, true)),
                    new Gates(null, p.linear("w_hh." + layer, hidden, 4 * hidden, true))));
        }
        return new LSTMCell(inputs, hidden, s.number("dropout"), s.integer("seed"), layers);
    }

    @Override
    public List<Value> apply(List<Value> inputs) {
        var x = inputs.get(0);
        int batch = x.shape().rank() == 0 ? -1 : x.shape().dim(0);
        Inputs.requireShape("LSTMCell", x, -1, inputSize);
        Inputs.requireShape("LSTMCell", inputs.get(1), layers.size(), batch, hiddenSize);
        Inputs.requireShape("LSTMCell", inputs.get(2), layers.size(), batch, hiddenSize);
        var h = new ArrayList<Value>();
        var c = new ArrayList<Value>();
        var below = x;
        for (int layer = 0; layer < layers.size(); layer++) {
            var old = new State(entry(inputs.get(1), layer, "h" + layer), entry(inputs.get(2), layer, "c" + layer));
            var next = layers.get(layer).step(below, old, "", layer == 0 ? "cell" : "cell" + layer);
            h.add(next.h());
            c.add(next.c());
            boolean drops = dropout > 0 && layer + 1 < layers.size();
            below = drops
                    ? Value.of(new DropoutTask(dropout, seed + layer), next.h()).named("dropout" + layer)
                    : next.h();
        }
        return List.of(Value.stack(0, h).named("h"), Value.stack(0, c).named("c"));
    }

    /** One layer of states {@code [layers,B,H]}. */
    static Value entry(Value states, int layer, String name) {
        return states.slice(0, layer, 1)
                .named(name)
                .reshape(states.shape().dim(1), states.shape().dim(2));
    }
}
