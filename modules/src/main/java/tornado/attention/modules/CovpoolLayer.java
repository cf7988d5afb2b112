package tornado.attention.modules;

import java.util.List;
import java.util.Map;
import tornado.attention.tasks.SecondOrder;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;

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
 *
 * @param weights none
 */
public record CovpoolLayer(Weights weights) implements FeatureMapModule {
    /** Title of the paper, which this layer shares with the two behind it. */
    static final String PAPER =
            "Towards Faster Training of Global Covariance Pooling Networks by Iterative Matrix Square Root"
                    + " Normalization, Li et al., CVPR 2018";

    /** Name, paper and options. */
    public static final ModuleType TYPE = new ModuleType(
            "CovpoolLayer",
            PAPER,
            "1712.01034",
            List.of(),
            List.of("input"),
            settings -> List.of(),
            (settings, weights) -> new CovpoolLayer(weights),
            map -> Map.of());

    @Override
    public ModuleType type() {
        return TYPE;
    }

    @Override
    public Tensor attach(TaskChain chain, Tensor x) {
        return SecondOrder.covariance(chain.scope("covpool"), "covariance", x, Integer.MAX_VALUE);
    }

    @Override
    public long macsPerImage(Shape featureMap) {
        return (long) featureMap.channels() * featureMap.channels() * featureMap.pixels();
    }
}
