package tornado.attention.modules;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.Dropout;
import tornado.attention.tasks.Projection;
import tornado.attention.tasks.Rearrangement;
import tornado.attention.tasks.Recurrence;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;

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
 * @param layers number of layers
 * @param dropout rate between layers
 * @param seed of the dropout
 * @param weights {@code w_ih.0.seq.0.*}, {@code w_ih.0.seq.2.*}, {@code w_hh.0.seq.*} likewise; {@code w_ih.i.*},
 *     {@code w_hh.i.*} from the second layer on
 */
public record LSTMCell(int inputSize, int hiddenSize, int layers, double dropout, int seed, Weights weights)
        implements AttentionModule {
    /** Name, paper and options. */
    public static final ModuleType TYPE = new ModuleType(
            "LSTMCell",
            "DIANet: Dense-and-Implicit Attention Network, Huang et al., AAAI 2020",
            "1905.10671",
            List.of(
                    Option.required("input_size", Option.Kind.INTEGER, "features I of the input"),
                    Option.required("hidden_size", Option.Kind.INTEGER, "features H of the state"),
                    Option.of("nlayers", Option.Kind.INTEGER, 1, "layers"),
                    Option.of("dropout", Option.Kind.NUMBER, 0.1, "dropout between layers in training mode"),
                    Option.of("seed", Option.Kind.INTEGER, 0, "seed of the dropout")),
            List.of("input", "ht", "ct"),
            LSTMCell::specs,
            (settings, weights) -> new LSTMCell(
                    settings.integer("input_size"),
                    settings.integer("hidden_size"),
                    settings.integer("nlayers"),
                    settings.number("dropout"),
                    settings.integer("seed"),
                    weights),
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

    private static List<WeightSpec> specs(Settings settings) {
        Layers.requirePositive("LSTMCell", "nlayers", settings.integer("nlayers"));
        ScaledDotProductAttention.requireRate("LSTMCell", settings.number("dropout"));
        int hidden = settings.integer("hidden_size");
        var specs = new ArrayList<WeightSpec>(specs("LSTMCell", "", settings.integer("input_size"), hidden));
        for (int layer = 1; layer < settings.integer("nlayers"); layer++) {
            specs.addAll(Layers.linear("w_ih." + layer, hidden, 4 * hidden, true));
            specs.addAll(Layers.linear("w_hh." + layer, hidden, 4 * hidden, true));
        }
        return specs;
    }

    /** The first layer under a prefix. */
    static List<WeightSpec> specs(String module, String prefix, int inputs, int hidden) {
        if (inputs < 4 || hidden < 4) {
            throw new IllegalArgumentException(
                    "Module " + module + " needs at least 4 features in input and state, because its"
                            + " hidden layers have a quarter of them, but they are " + inputs + " and " + hidden + ".");
        }
        return Layers.join(
                Layers.linear(prefix + "w_ih.0.seq.0", inputs, inputs / 4, true),
                Layers.linear(prefix + "w_ih.0.seq.2", inputs / 4, 4 * hidden, true),
                Layers.linear(prefix + "w_hh.0.seq.0", hidden, hidden / 4, true),
                Layers.linear(prefix + "w_hh.0.seq.2", hidden / 4, 4 * hidden, true));
    }

    @Override
    public ModuleType type() {
        return TYPE;
    }

    @Override
    public List<Tensor> attach(TaskChain chain, List<Tensor> inputs) {
        Inputs.requireCount(TYPE, inputs);
        int batch =
                inputs.get(0).shape().rank() == 0 ? -1 : inputs.get(0).shape().dim(0);
        Inputs.requireShape(TYPE, inputs.get(0), -1, inputSize);
        Inputs.requireShape(TYPE, inputs.get(1), layers, batch, hiddenSize);
        Inputs.requireShape(TYPE, inputs.get(2), layers, batch, hiddenSize);
        var c = chain.scope("lstm");
        var h = new ArrayList<Tensor>();
        var states = new ArrayList<Tensor>();
        var below = inputs.get(0);
        for (int layer = 0; layer < layers; layer++) {
            var old = new Recurrence.State(
                    Rearrangement.entry(c, "h" + layer, inputs.get(1), layer),
                    Rearrangement.entry(c, "c" + layer, inputs.get(2), layer));
            var next = layer == 0 ? first(c, weights, "", below, old) : further(c, layer, below, old);
            h.add(next.h());
            states.add(next.c());
            below = layer + 1 < layers
                    ? Dropout.apply(c, "dropout" + layer, next.h(), dropout, seed + layer)
                    : next.h();
        }
        return List.of(Rearrangement.stack(c, "h", h), Rearrangement.stack(c, "c", states));
    }

    /** One step of the first layer. */
    static Recurrence.State first(TaskChain c, Weights weights, String prefix, Tensor x, Recurrence.State old) {
        var input = hidden(c, "ih", weights, prefix + "w_ih.0.seq.", x);
        var output = hidden(c, "hh", weights, prefix + "w_hh.0.seq.", old.h());
        return Recurrence.step(
                c,
                "cell",
                gates(weights, prefix + "w_ih.0.seq.2.", input),
                gates(weights, prefix + "w_hh.0.seq.2.", output),
                old.c());
    }

    private Recurrence.State further(TaskChain c, int layer, Tensor below, Recurrence.State old) {
        return Recurrence.step(
                c,
                "cell" + layer,
                gates(weights, "w_ih." + layer + ".", below),
                gates(weights, "w_hh." + layer + ".", old.h()),
                old.c());
    }

    private static Tensor hidden(TaskChain c, String name, Weights weights, String prefix, Tensor x) {
        return Projection.linear(
                c, name, x, weights.get(prefix + "0.weight"), weights.get(prefix + "0.bias"), Activation.RELU);
    }

    private static Recurrence.Gates gates(Weights weights, String prefix, Tensor x) {
        return new Recurrence.Gates(x, weights.get(prefix + "weight"), weights.get(prefix + "bias"));
    }

    @Override
    public long macsPerImage(List<Shape> inputs) {
        return macs(inputSize, hiddenSize) + (layers - 1) * 8L * hiddenSize * hiddenSize;
    }

    /** MACs of the first layer. */
    static long macs(long inputs, long hidden) {
        return inputs * (inputs / 4) + inputs / 4 * 4 * hidden + hidden * (hidden / 4) + hidden / 4 * 4 * hidden;
    }
}
