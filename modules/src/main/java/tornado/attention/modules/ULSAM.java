package tornado.attention.modules;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tornado.attention.tasks.graph.Value;

/**
 * Ultra-lightweight subspace attention: Saini et al., ULSAM: Ultra-Lightweight Subspace Attention Module for Compact
 * Convolutional Neural Networks, WACV 2020 (arXiv 2006.15102).
 *
 * <pre>
 *   for each of g groups of G = C / g channels:
 *     t = max 3x3 (stride 1, padded with minus infinity) of relu(BN(w x + b)), w and b per channel
 *     l = relu(BN(w' t + b')), G channels to 1
 *     Y = softmax_n(l) X + X
 *
 *   X [B,C,H,W] ─┬─ pool [B,C,H,W] ─ point [B,g,H,W] ─ attention [B,g,H,W] ─┐
 *                └──────────────────────────────────────────────────── fuse ┴─▶ Y
 * </pre>
 *
 * <p>Parameters 5C + 3g, MACs 2CN. 4 kernels whatever g is: the groups are never split or concatenated, each kernel works on all
 * of them, where the official code launches 10 a group and concatenates. 5 passes over a map of CHW elements, where PyTorch's
 * layers make 16: depthwise convolution, batch norm, ReLU and maximum are one. Batch norms have momentum 0.9. {@code
 * nout}, {@code h} and {@code w} are accepted without effect, as in the official code. A single pixel gives 2X.
 *
 * @param channels C
 * @param spaces one a group: {@code subspaces.i.conv_dws.* [G,1,1,1]}, {@code .bn_dws.*}, {@code .conv_point.* [1,G,1,1]}, {@code .bn_point.*}
 */
public record ULSAM(int channels, List<Subspaces.Layer> spaces) implements Block.OfMap {
    /** Name, paper and options. */
    public static final ModuleType TYPE = ModuleType.of(
            "ULSAM",
            "ulsam",
            "ULSAM: Ultra-Lightweight Subspace Attention Module for Compact Convolutional Neural Networks, Saini et al., WACV"
                    + " 2020",
            "2006.15102",
            List.of(
                    Option.required("nin", Option.Kind.INTEGER, "channels C"),
                    Option.of("nout", Option.Kind.OPTIONAL_INTEGER, null, "accepted without effect"),
                    Option.of("h", Option.Kind.OPTIONAL_INTEGER, null, "accepted without effect"),
                    Option.of("w", Option.Kind.OPTIONAL_INTEGER, null, "accepted without effect"),
                    Option.required("num_splits", Option.Kind.INTEGER, "groups g, a divisor of C")),
            ULSAM::of,
            map -> Map.of("nin", map.channels(), "num_splits", map.channels() % 4 == 0 ? 4 : 1));

    /** Copies the list. */
    public ULSAM {
        spaces = List.copyOf(spaces);
    }

    private static ULSAM of(Parameters p, Settings s) {
        int channels = s.integer("nin");
        int splits = s.integer("num_splits");
        Layers.requirePositive("ULSAM", "nin", channels);
        Layers.requireGroups("ULSAM", "nin", channels, "num_splits", splits);
        return new ULSAM(
                channels,
                IntStream.range(0, splits)
                        .mapToObj(i -> Subspaces.Layer.of(p.at("subspaces." + i), channels / splits))
                        .toList());
    }

    @Override
    public Value apply(Value x) {
        requireChannels("ULSAM", x, channels);
        return Subspaces.apply(x, spaces);
    }
}
