package tornado.attention.modules;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;

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
 * @param splits g, a divisor of C
 * @param weights {@code subspaces.i.conv_dws.* [G,1,1,1]}, {@code .bn_dws.*}, {@code .conv_point.* [1,G,1,1]}, {@code
 *     .bn_point.*}
 */
public record ULSAM(int channels, int splits, Weights weights) implements FeatureMapModule {
    /** Name, paper and options. */
    public static final ModuleType TYPE = new ModuleType(
            "ULSAM",
            "ULSAM: Ultra-Lightweight Subspace Attention Module for Compact Convolutional Neural Networks, Saini et al., WACV"
                    + " 2020",
            "2006.15102",
            List.of(
                    Option.required("nin", Option.Kind.INTEGER, "channels C"),
                    Option.of("nout", Option.Kind.OPTIONAL_INTEGER, null, "accepted without effect"),
                    Option.of("h", Option.Kind.OPTIONAL_INTEGER, null, "accepted without effect"),
                    Option.of("w", Option.Kind.OPTIONAL_INTEGER, null, "accepted without effect"),
                    Option.required("num_splits", Option.Kind.INTEGER, "groups g, a divisor of C")),
            List.of("input"),
            ULSAM::specs,
            (settings, weights) -> new ULSAM(settings.integer("nin"), settings.integer("num_splits"), weights),
            map -> Map.of("nin", map.channels(), "num_splits", map.channels() % 4 == 0 ? 4 : 1));

    private static List<WeightSpec> specs(Settings settings) {
        int channels = settings.integer("nin");
        int splits = settings.integer("num_splits");
        Layers.requirePositive("ULSAM", "nin", channels);
        Layers.requireGroups("ULSAM", "nin", channels, "num_splits", splits);
        var specs = new ArrayList<WeightSpec>();
        prefixes(splits).forEach(prefix -> specs.addAll(Subspaces.specs(prefix, channels / splits)));
        return specs;
    }

    private static List<String> prefixes(int splits) {
        return IntStream.range(0, splits).mapToObj(i -> "subspaces." + i + ".").toList();
    }

    @Override
    public ModuleType type() {
        return TYPE;
    }

    @Override
    public Tensor attach(TaskChain chain, Tensor x) {
        requireChannels(x, channels);
        return Subspaces.attach(chain.scope("ulsam"), x, weights, prefixes(splits));
    }

    @Override
    public long macsPerImage(Shape featureMap) {
        return 2L * channels * featureMap.pixels();
    }
}
