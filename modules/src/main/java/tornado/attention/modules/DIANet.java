package tornado.attention.modules;

import java.util.ArrayList;
import java.util.List;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.graph.Array;
import tornado.attention.tasks.graph.Constant;
import tornado.attention.tasks.graph.Value;

/**
 * A stage of a network with dense-and-implicit attention, its layers 1x1 convolutions: Huang et al., DIANet:
 * Dense-and-Implicit Attention Network, AAAI 2020 (arXiv 1905.10671).
 *
 * <pre>
 *   for t = 1 .. T: y = W_t x + b_t; h, c = cell(GAP(y), h, c); x = y * h + x [relu]
 *
 *   x [B,C,H,W] ─┬─ conv ─┬─ squeeze ─ cell (h, c to the next layer) ─┐
 *                │        └──────────────────────────────────── gate ──┤
 *                └──────────────────────────────────────── residual ──┴─▶ next x
 * </pre>
 *
 * <p>One cell ({@link LSTMCell}) is shared by all layers and starts from h = c = 0. Parameters T (C^2 + C) + 10 C q + 2
 * q + 8 C with q = C / 4, MACs T (C^2 N + 10 C q), 6 T - 1 kernels (what the first step makes of a zero output is a constant); traffic 24 T CHW bytes an image: gate, addition and
 * ReLU are one pass.
 *
 * @param channels C, at least 4
 * @param reluAfter whether a ReLU follows each addition, as in dia_resnet.py
 * @param cell {@code lstm.*}, shared by all layers
 * @param convs {@code ModuleList.t.conv.*}
 */
public record DIANet(int channels, boolean reluAfter, LSTMCell.Layer cell, List<ConvolutionLayer> convs)
        implements Block.OfMap {
    /** Name, paper and options. */
    public static final ModuleType TYPE = ModuleType.of(
            "DIANet",
            "dianet",
            "DIANet: Dense-and-Implicit Attention Network, Huang et al., AAAI 2020",
            "1905.10671",
            List.of(
                    Option.required("channels", Option.Kind.INTEGER, "channels C"),
                    Option.of("layers", Option.Kind.INTEGER, 1, "layers T of the stage"),
                    Option.of("relu_after", Option.Kind.FLAG, false, "ReLU behind each addition")),
            DIANet::of,
            ModuleType.Fit.channels("channels"));

    /** Copies the list. */
    public DIANet {
        convs = List.copyOf(convs);
    }

    private static DIANet of(Parameters p, Settings s) {
        int channels = s.integer("channels");
        Layers.requirePositive("DIANet", "layers", s.integer("layers"));
        var cell = LSTMCell.Layer.first("DIANet", p.at("lstm"), channels, channels);
        var convs = new ArrayList<ConvolutionLayer>();
        for (int t = 0; t < s.integer("layers"); t++) {
            convs.add(p.at("ModuleList." + t).convolution1x1("conv", channels, channels, true));
        }
        return new DIANet(channels, s.flag("relu_after"), cell, convs);
    }

    @Override
    public Value apply(Value x) {
        requireChannels("DIANet", x, channels);
        var zeros =
                Value.of(new Constant("zeros", Array.zeros(Shape.of(x.shape().batch(), channels))));
        var state = new LSTMCell.State(zeros, zeros);
        var now = x;
        for (int t = 0; t < convs.size(); t++) {
            var scope = "layer" + t + ".";
            var y = convs.get(t).apply(now).named(scope + "conv");
            state = cell.step(y.mean(Value.PIXELS).named(scope + "squeeze"), state, scope, "cell");
            var gate = state.h().exposed(AttentionKind.CHANNEL_GATE);
            var sum = y.times(gate.perChannel()).plus(now);
            now = (reluAfter ? sum.relu() : sum).named(scope + "gate");
        }
        return now;
    }
}
