package tornado.attention.modules;

import java.util.ArrayList;
import java.util.List;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.GatedSum;
import tornado.attention.tasks.Pooling;
import tornado.attention.tasks.Projection;
import tornado.attention.tasks.Recurrence;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;

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
 * q + 8 C with q = C / 4, MACs T (C^2 N + 10 C q), 6 T kernels; traffic 24 T CHW bytes an image: gate, addition and
 * ReLU are one pass.
 *
 * @param channels C, at least 4
 * @param layers T
 * @param reluAfter whether a ReLU follows each addition, as in dia_resnet.py
 * @param weights {@code ModuleList.t.conv.*} and the cell's behind {@code lstm.}
 */
public record DIANet(int channels, int layers, boolean reluAfter, Weights weights) implements FeatureMapModule {
    /** Name, paper and options. */
    public static final ModuleType TYPE = new ModuleType(
            "DIANet",
            "DIANet: Dense-and-Implicit Attention Network, Huang et al., AAAI 2020",
            "1905.10671",
            List.of(
                    Option.required("channels", Option.Kind.INTEGER, "channels C"),
                    Option.of("layers", Option.Kind.INTEGER, 1, "layers T of the stage"),
                    Option.of("relu_after", Option.Kind.FLAG, false, "ReLU behind each addition")),
            List.of("input"),
            DIANet::specs,
            (settings, weights) -> new DIANet(
                    settings.integer("channels"), settings.integer("layers"), settings.flag("relu_after"), weights),
            ModuleType.Fit.channels("channels"));

    private static List<WeightSpec> specs(Settings settings) {
        int channels = settings.integer("channels");
        Layers.requirePositive("DIANet", "layers", settings.integer("layers"));
        var specs = new ArrayList<WeightSpec>(LSTMCell.specs("DIANet", DIAUnit.CELL, channels, channels));
        for (int t = 0; t < settings.integer("layers"); t++) {
            specs.addAll(Layers.convolution1x1("ModuleList." + t + ".conv", channels, channels, true));
        }
        return specs;
    }

    @Override
    public ModuleType type() {
        return TYPE;
    }

    @Override
    public Tensor attach(TaskChain chain, Tensor x) {
        requireChannels(x, channels);
        var c = chain.scope("dianet");
        int batch = x.shape().batch();
        var zeros = c.view(c.zeros(batch * channels), Shape.of(batch, channels));
        var state = new Recurrence.State(zeros, zeros);
        var last = reluAfter ? Activation.RELU : Activation.IDENTITY;
        for (int t = 0; t < layers; t++) {
            var step = c.scope("layer" + t);
            var conv = "ModuleList." + t + ".conv.";
            var y = Projection.convolution1x1(
                    step, "conv", x, weights.get(conv + "weight"), weights.get(conv + "bias"), Activation.IDENTITY);
            state = LSTMCell.first(step, weights, DIAUnit.CELL, Pooling.average(step, "squeeze", y), state);
            step.attention(AttentionKind.CHANNEL_GATE, state.h());
            x = GatedSum.apply(step, "gate", y, state.h(), x, last);
        }
        return x;
    }

    @Override
    public long macsPerImage(Shape featureMap) {
        return layers * ((long) channels * channels * featureMap.pixels() + LSTMCell.macs(channels, channels));
    }
}
