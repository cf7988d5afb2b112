package tornado.attention.modules;

import tornado.attention.tasks.graph.AttendTask;
import tornado.attention.tasks.graph.Value;

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
 * map is not made ({@link tornado.attention.tasks.TokenAttention}).
 *
 * @param dModel C
 * @param height H
 * @param width W
 * @param cnn {@code cnn.*}
 * @param o {@code pa.fc_o.weight [N,N]}, {@code pa.fc_o.bias [N]}
 */
public record ChannelAttentionModule(int dModel, int height, int width, ConvolutionLayer cnn, LinearLayer o)
        implements Block.OfMap {
    /** Name, paper and options. */
    public static final ModuleType TYPE = ModuleType.of(
            "ChannelAttentionModule",
            "channel",
            "Dual Attention Network for Scene Segmentation, Fu et al., CVPR 2019",
            "1809.02983",
            PositionAttentionModule.options(),
            (p, s) -> of("ChannelAttentionModule", p, s),
            PositionAttentionModule::fit);

    /** The half as a part of module {@code owner}. */
    static ChannelAttentionModule of(String owner, Parameters p, Settings s) {
        PositionAttentionModule.requireSettings(owner, s);
        int pixels = Math.multiplyExact(s.integer("H"), s.integer("W"));
        return new ChannelAttentionModule(
                s.integer("d_model"),
                s.integer("H"),
                s.integer("W"),
                PositionAttentionModule.cnn(p, s),
                ScaledDotProductAttention.layer(p.at("pa"), "fc_o", pixels, pixels));
    }

    @Override
    public Value apply(Value x) {
        Inputs.requireShape("ChannelAttentionModule", x, -1, dModel, height, width);
        var tokens = cnn.apply(x).reshape(x.shape().batch(), dModel, -1);
        var task = new AttendTask(
                AttendTask.Kind.SOFTMAX, AttendTask.Layout.TOKENS, 1, 1 / Math.sqrt(height * width), 0, 0);
        return o.apply(task.attend(tokens, tokens, tokens).named("attention"));
    }
}
