package tornado.attention.modules;

import java.util.List;
import java.util.Map;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.graph.Value;

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
 * @param weight {@code conv.weight [1, 1, k]}
 */
public record ECA(Value weight) implements Block.OfMap {
    /** Name, paper and options. */
    public static final ModuleType TYPE = ModuleType.of(
            "ECA",
            "eca",
            "ECA-Net: Efficient Channel Attention for Deep Convolutional Neural Networks, Wang et al., CVPR 2020",
            "1910.03151",
            List.of(
                    Option.of("channel", Option.Kind.INTEGER, 0, "channels C; not read, as in the official code"),
                    Option.of("k_size", Option.Kind.INTEGER, 3, "taps k, odd")),
            ECA::of,
            new ModuleType.Fit() {
                @Override
                public Map<String, Object> settings(Shape featureMap) {
                    int channel = featureMap.channels();
                    return Map.of("channel", channel, "k_size", adaptiveKernelSize(channel));
                }
            });

    private static ECA of(Parameters p, Settings s) {
        int size = s.integer("k_size");
        if (size < 1 || size % 2 == 0) {
            throw new IllegalArgumentException(
                    "Module ECA needs an odd k_size of at least 1, because the filter is centred, but it is " + size
                            + ".");
        }
        return new ECA(p.at("conv").get("weight", Initializer.torchDefault(size), 1, 1, size));
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
    public Value apply(Value x) {
        int taps = weight.shape().dim(2);
        var squeezed = x.mean(Value.PIXELS).named("squeeze");
        var row = squeezed.reshape(x.shape().batch(), 1, 1, x.shape().channels());
        var mixed = row.convolve(weight.reshape(1, 1, 1, taps), null, new Window(1, 0, taps / 2, 1, 1));
        var gate = mixed.sigmoid().named("excite").exposed(AttentionKind.CHANNEL_GATE, squeezed.shape());
        return x.times(gate.reshape(x.shape().batch(), x.shape().channels(), 1, 1))
                .named("gate");
    }
}
