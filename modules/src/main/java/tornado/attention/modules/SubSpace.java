package tornado.attention.modules;

import java.util.List;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;

/**
 * One subspace of {@link ULSAM}: Saini et al., ULSAM: Ultra-Lightweight Subspace Attention Module for Compact Convolutional
 * Neural Networks, WACV 2020 (arXiv 2006.15102).
 *
 * <pre>
 *   t = max 3x3 (stride 1, padded with minus infinity) of relu(BN(w x + b)), w and b per channel
 *   l = relu(BN(w' t + b')), C channels to 1
 *   Y = softmax_n(l) X + X
 *
 *   X [B,C,H,W] ─┬─ pool [B,C,H,W] ─ point [B,1,H,W] ─ attention [B,1,H,W] ─┐
 *                └──────────────────────────────────────────────────── fuse ┴─▶ Y
 * </pre>
 *
 * <p>Parameters 5C + 3, MACs 2CN, 4 kernels; 5 passes over a map of CHW elements. Batch norms have momentum 0.9.
 *
 * @param channels C
 * @param weights {@code conv_dws.* [C,1,1,1]}, {@code bn_dws.*}, {@code conv_point.* [1,C,1,1]}, {@code bn_point.*}
 */
public record SubSpace(int channels, Weights weights) implements FeatureMapModule {
    /** Name, paper and options. */
    public static final ModuleType TYPE = new ModuleType(
            "SubSpace",
            "ULSAM: Ultra-Lightweight Subspace Attention Module for Compact Convolutional Neural Networks, Saini et al., WACV"
                    + " 2020",
            "2006.15102",
            List.of(Option.required("nin", Option.Kind.INTEGER, "channels C")),
            List.of("input"),
            SubSpace::specs,
            (settings, weights) -> new SubSpace(settings.integer("nin"), weights),
            ModuleType.Fit.channels("nin"));

    private static List<WeightSpec> specs(Settings settings) {
        Layers.requirePositive("SubSpace", "nin", settings.integer("nin"));
        return Subspaces.specs("", settings.integer("nin"));
    }

    @Override
    public ModuleType type() {
        return TYPE;
    }

    @Override
    public Tensor attach(TaskChain chain, Tensor x) {
        requireChannels(x, channels);
        return Subspaces.attach(chain.scope("subspace"), x, weights, List.of(""));
    }

    @Override
    public long macsPerImage(Shape featureMap) {
        return 2L * channels * featureMap.pixels();
    }
}
