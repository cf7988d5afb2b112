package tornado.attention.modules;

import java.util.List;
import java.util.Map;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.Broadcast;
import tornado.attention.tasks.ChannelMixing;
import tornado.attention.tasks.Pooling;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;

/**
 * Efficient channel attention: Wang et al., ECA-Net: Efficient Channel Attention for Deep Convolutional Neural Networks, CVPR
 * 2020 (arXiv 1910.03151).
 *
 * <pre>
 *   y = GAP(X), y'_c = sum over i of w_i y_{c + i - (k-1)/2}, Y = X * sigmoid(y')
 *
 *   X [B,C,H,W] ─┬─ squeeze [B,C] ─ excite [B,C] ─┐
 *                └───────────────────────── gate ─┴─▶ Y [B,C,H,W]
 * </pre>
 *
 * <p>One filter of k taps for all channels, zero padding, no bias. Parameters k, MACs kC, 3 kernels; traffic 12 CHW bytes an
 * image. As in the official code any channel count is accepted, whatever {@code channel} says; {@link #adaptiveKernelSize} gives
 * the paper's k for a channel count.
 *
 * @param channel C, 0 where it was not said
 * @param kernelSize k, odd
 * @param weights {@code conv.weight [1, 1, k]}
 */
public record ECA(int channel, int kernelSize, Weights weights) implements FeatureMapModule {
    /** Name, paper and options. */
    public static final ModuleType TYPE = new ModuleType(
            "ECA",
            "ECA-Net: Efficient Channel Attention for Deep Convolutional Neural Networks, Wang et al., CVPR 2020",
            "1910.03151",
            List.of(
                    Option.of("channel", Option.Kind.INTEGER, 0, "channels C; not read, as in the official code"),
                    Option.of("k_size", Option.Kind.INTEGER, 3, "taps k, odd")),
            List.of("input"),
            ECA::specs,
            (settings, weights) -> new ECA(settings.integer("channel"), settings.integer("k_size"), weights),
            new ModuleType.Fit() {
                @Override
                public Map<String, Object> settings(Shape featureMap) {
                    int channel = featureMap.channels();
                    return Map.of("channel", channel, "k_size", adaptiveKernelSize(channel));
                }
            });

    private static List<WeightSpec> specs(Settings settings) {
        int size = settings.integer("k_size");
        if (size < 1 || size % 2 == 0) {
            throw new IllegalArgumentException(
                    "Module ECA needs an odd k_size of at least 1, because the filter is centred, but it is " + size
                            + ".");
        }
        return List.of(WeightSpec.parameter("conv.weight", Initializer.torchDefault(size), 1, 1, size));
    }

    /**
     * The paper's kernel size for a channel count: t = floor(|log2(C) + 1| / 2), the next odd number from there. 3 for 64
     * channels, 5 for 128 to 1024, 7 for 2048.
     *
     * @param channels C, at least 1
     */
    public static int adaptiveKernelSize(int channels) {
        Layers.requirePositive("ECA", "channels", channels);
        int t = (int) ((log2(channels) + 1) / 2);
        return t % 2 == 1 ? t : t + 1;
    }

    /** Exact for powers of two, where t jumps. */
    private static double log2(int value) {
        return Integer.bitCount(value) == 1 ? Integer.numberOfTrailingZeros(value) : Math.log(value) / Math.log(2);
    }

    @Override
    public ModuleType type() {
        return TYPE;
    }

    @Override
    public Tensor attach(TaskChain chain, Tensor x) {
        var c = chain.scope("eca");
        var squeezed = Pooling.average(c, "squeeze", x);
        var gate = ChannelMixing.convolution(c, "excite", squeezed, weights.get("conv.weight"), Activation.SIGMOID);
        c.attention(AttentionKind.CHANNEL_GATE, gate);
        return Broadcast.multiply(c, "gate", x, gate);
    }

    @Override
    public long macsPerImage(Shape featureMap) {
        return (long) kernelSize * featureMap.channels();
    }
}
