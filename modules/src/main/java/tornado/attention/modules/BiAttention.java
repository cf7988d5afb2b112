package tornado.attention.modules;

import java.util.ArrayList;
import java.util.List;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.BilinearPooling;
import tornado.attention.tasks.Convolution;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;

/**
 * Bilinear attention, "attention in attention": Fang et al., Bilinear Attention Networks for Person Retrieval, ICCV 2019.
 *
 * <pre>
 *   p_n = relu(BN(W1 x_n + b1))                      C to m = C / reduction channels at each pixel
 *   q_n = all p_i p_j with i &gt;= j, by diagonals     P = m (m + 1) / 2
 *   c   = relu(BN(W3 GAP(q) + b3))                   C
 *   v_n = relu(BN(W2 q_n + b2))                      C
 *   Y_n = sigmoid(c * v_n) X_n
 *
 *   X [B,C,H,W] ─┬─ reduce [B,m,H,W] ─┬─ pool [B,P] ─ context [B,C] ─┐
 *                │                    └──────────────────────── gate ┤
 *                └───────────────────────────────────────────────────┴─▶ Y
 * </pre>
 *
 * <p>Parameters Cm + 3m + 2(PC + 3C). MACs CmN + PN + PCN + PC. 4 kernels; traffic (12 C + 12 m) HW bytes an image: X is read
 * twice and Y written once. The products q (P maps) and the local maps v (C maps) are never stored: pool and gate multiply where
 * they read, and gate applies its result at once; the original writes and reads both. In training mode, and where the gates are
 * exposed as attention, v and the gates are stored. Training needs at least two images, because c is normalised over the batch.
 *
 * @param channels C
 * @param reduction C / m
 * @param weights {@code dimReduceLayer1 .. 3.conv.conv.*} and {@code .conv.bn.*}: 1 is W1, 2 is W2 (each pixel), 3 is W3 (pooled)
 */
public record BiAttention(int channels, int reduction, Weights weights) implements FeatureMapModule {
    /** Name, paper and options. */
    public static final ModuleType TYPE = new ModuleType(
            "BiAttention",
            "Bilinear Attention Networks for Person Retrieval, Fang et al., ICCV 2019",
            "",
            List.of(
                    Option.required("channels", Option.Kind.INTEGER, "channels C"),
                    Option.of("reduction", Option.Kind.INTEGER, 16, "C / channels that are multiplied")),
            List.of("input"),
            BiAttention::specs,
            (settings, weights) ->
                    new BiAttention(settings.integer("channels"), settings.integer("reduction"), weights),
            ModuleType.Fit.channels("channels"));

    private static List<WeightSpec> specs(Settings settings) {
        int channels = settings.integer("channels");
        int middle = Reduction.divided("BiAttention", channels, settings.integer("reduction"));
        int products = BilinearPooling.products(middle);
        var specs = new ArrayList<WeightSpec>();
        specs.addAll(layer(1, channels, middle));
        specs.addAll(layer(2, products, channels));
        specs.addAll(layer(3, products, channels));
        return specs;
    }

    private static List<WeightSpec> layer(int number, int inputs, int outputs) {
        return Layers.join(
                Layers.convolution1x1(prefix(number) + "conv", inputs, outputs, true),
                Layers.batchNorm(prefix(number) + "bn", outputs));
    }

    private static String prefix(int number) {
        return "dimReduceLayer" + number + ".conv.";
    }

    @Override
    public ModuleType type() {
        return TYPE;
    }

    @Override
    public Tensor attach(TaskChain chain, Tensor x) {
        requireChannels(x, channels);
        var c = chain.scope("bi");
        var one = layer(1);
        var p = Convolution.pointwise(c, "reduce", x, one.weight(), one.bias(), one.norm(), Activation.RELU);
        var pooled = BilinearPooling.average(c, "pool", p);
        var three = layer(3);
        var context =
                Convolution.pooled(c, "context", pooled, three.weight(), three.bias(), three.norm(), Activation.RELU);
        var two = layer(2);
        return BilinearPooling.gate(c, "gate", p, two.weight(), two.bias(), two.norm(), context, x);
    }

    private Convolution.Layer layer(int number) {
        return new Convolution.Layer(
                weights.get(prefix(number) + "conv.weight"),
                weights.get(prefix(number) + "conv.bias"),
                Layers.norm(weights, prefix(number) + "bn"),
                Convolution.Window.plain());
    }

    @Override
    public long macsPerImage(Shape featureMap) {
        long pixels = featureMap.pixels();
        long middle = channels / reduction;
        long products = middle * (middle + 1) / 2;
        return channels * middle * pixels + products * pixels + products * channels * pixels + products * channels;
    }
}
