package tornado.attention.modules;

import java.util.ArrayList;
import java.util.List;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.Projection;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;
import tornado.attention.tasks.TokenAttention;

/**
 * The channel half of dual attention in the form of External-Attention-pytorch: Fu et al., Dual Attention Network for
 * Scene Segmentation, CVPR 2019 (arXiv 1809.02983).
 *
 * <pre>
 *   Y = conv_kxk(X), tokens = channels of N pixels, Q = (softmax_c'(y_c . y_c' / sqrt(N)) y_c') W_o^T + b_o
 *
 *   X [B,C,H,W] ─ cnn [B,C,N] ─ attention [B,C,N] ─ fc_o ─▶ Q [B,C,N]
 * </pre>
 *
 * <p>H W is fixed, because fc_o is a layer on the pixels. Parameters k^2 C^2 + C + N^2 + N, MACs k^2 C^2 N + 2 C^2 N +
 * C N^2. 5 kernels besides those of the convolution: transposed copy, scores, softmax, values, fc_o; 6 where the C x C
 * map is not made ({@link TokenAttention}).
 *
 * @param dModel C
 * @param kernelSize k, odd
 * @param height H
 * @param width W
 * @param weights {@code cnn.*}, {@code pa.fc_o.weight [N,N]}, {@code pa.fc_o.bias [N]}
 */
public record ChannelAttentionModule(int dModel, int kernelSize, int height, int width, Weights weights)
        implements FeatureMapModule {
    /** Name, paper and options. */
    public static final ModuleType TYPE = new ModuleType(
            "ChannelAttentionModule",
            "Dual Attention Network for Scene Segmentation, Fu et al., CVPR 2019",
            "1809.02983",
            PositionAttentionModule.options(),
            List.of("input"),
            settings -> {
                PositionAttentionModule.requireSettings("ChannelAttentionModule", settings);
                return specs("", settings);
            },
            (settings, weights) -> new ChannelAttentionModule(
                    settings.integer("d_model"),
                    settings.integer("kernel_size"),
                    settings.integer("H"),
                    settings.integer("W"),
                    weights),
            PositionAttentionModule::fit);

    /** The weights under a prefix. */
    static List<WeightSpec> specs(String prefix, Settings settings) {
        int channels = settings.integer("d_model");
        int pixels = Math.multiplyExact(settings.integer("H"), settings.integer("W"));
        var specs = new ArrayList<WeightSpec>(
                Layers.convolution(prefix + "cnn", channels, channels, settings.integer("kernel_size"), 1, true));
        specs.addAll(ScaledDotProductAttention.layer(prefix + "pa.fc_o", pixels, pixels));
        return specs;
    }

    @Override
    public ModuleType type() {
        return TYPE;
    }

    @Override
    public Tensor attach(TaskChain chain, Tensor x) {
        PositionAttentionModule.requireMap(TYPE, x, dModel, height, width);
        return attend(chain.scope("channel"), x, weights, "", kernelSize);
    }

    /** {@code [B,C,N]}. */
    static Tensor attend(TaskChain c, Tensor x, Weights weights, String prefix, int kernelSize) {
        var y = PositionAttentionModule.cnn(c, x, weights, prefix, kernelSize);
        var tokens = c.view(
                y, Shape.of(x.shape().batch(), x.shape().channels(), x.shape().pixels()));
        var attended = TokenAttention.softmax(c, "attention", tokens, tokens, tokens, TokenAttention.Scheme.plain(1));
        return Projection.linear(
                c,
                "fc_o",
                attended,
                weights.get(prefix + "pa.fc_o.weight"),
                weights.get(prefix + "pa.fc_o.bias"),
                Activation.IDENTITY);
    }

    @Override
    public long macsPerImage(Shape featureMap) {
        long channels = dModel;
        long pixels = (long) height * width;
        return (long) kernelSize * kernelSize * channels * channels * pixels
                + 2 * channels * channels * pixels
                + channels * pixels * pixels;
    }
}
