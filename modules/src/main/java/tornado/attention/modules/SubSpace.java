package tornado.attention.modules;

import java.util.List;
import tornado.attention.tasks.graph.Value;

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
 * @param space {@code conv_dws.* [C,1,1,1]}, {@code bn_dws.*}, {@code conv_point.* [1,C,1,1]}, {@code bn_point.*}
 */
public record SubSpace(int channels, Subspaces.Layer space) implements Block.OfMap {
    /** Name, paper and options. */
    public static final ModuleType TYPE = ModuleType.of(
            "SubSpace",
            "subspace",
            "ULSAM: Ultra-Lightweight Subspace Attention Module for Compact Convolutional Neural Networks, Saini et al., WACV"
                    + " 2020",
            "2006.15102",
            List.of(Option.required("nin", Option.Kind.INTEGER, "channels C")),
            SubSpace::of,
            ModuleType.Fit.channels("nin"));

    private static SubSpace of(Parameters p, Settings s) {
        int channels = s.integer("nin");
        Layers.requirePositive("SubSpace", "nin", channels);
        return new SubSpace(channels, Subspaces.Layer.of(p, channels));
    }

    @Override
    public Value apply(Value x) {
        requireChannels("SubSpace", x, channels);
        return Subspaces.apply(x, List.of(space));
    }
}
