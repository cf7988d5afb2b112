package tornado.attention.modules;

import java.util.List;
import java.util.Map;
import tornado.attention.tasks.graph.Value;

/**
 * Global covariance pooling of iSQRT-COV: Li et al., Towards Faster Training of Global Covariance Pooling Networks by
 * Iterative Matrix Square Root Normalization, CVPR 2018 (arXiv 1712.01034).
 *
 * <pre>
 *   S = (1/N) sum over n of (x_n - mean)(x_n - mean)^T
 *
 *   X [B,C,H,W] ─ mean [B,C] ─ center [B,N,C] ─ covariance ─▶ S [B,C,C]
 * </pre>
 *
 * <p>No parameters, MACs C^2 N (the original's product with the N x N centring matrix, C N^2 more, is a subtraction
 * here), 3 kernels; traffic 16 C N bytes an image besides the result. One pixel or constant channels give exact zeros.
 */
public record CovpoolLayer() implements Block.OfMap {
    /** Title of the paper, which this layer shares with the two behind it. */
    static final String PAPER =
            "Towards Faster Training of Global Covariance Pooling Networks by Iterative Matrix Square Root"
                    + " Normalization, Li et al., CVPR 2018";

    /** Name, paper and options. */
    public static final ModuleType TYPE = ModuleType.of(
            "CovpoolLayer", "covpool", PAPER, "1712.01034", List.of(), (p, s) -> new CovpoolLayer(), map -> Map.of());

    @Override
    public Value apply(Value x) {
        if (x.shape().rank() != 4 || x.shape().elements() == 0) {
            throw new IllegalArgumentException(
                    "Module CovpoolLayer takes a feature map [batch, channels, height, width], but '" + x.name()
                            + "' has shape " + x.shape() + ".");
        }
        return covariance(x);
    }

    /** {@code [B, C, H, W]} to {@code [B, C, C]}. */
    static Value covariance(Value x) {
        int channels = x.shape().channels();
        var flat = x.reshape(x.shape().batch(), channels, -1);
        var centred = flat.minus(flat.mean(2).reshape(-1, channels, 1));
        return centred.product(false, centred, true, 1.0 / flat.shape().dim(2)).named("covariance");
    }
}
