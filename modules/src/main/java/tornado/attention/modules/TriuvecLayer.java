package tornado.attention.modules;

import java.util.List;
import java.util.Map;
import tornado.attention.tasks.SecondOrder;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;

/**
 * The triangle of a symmetric matrix as a vector, in the order of the GSoP code: Li et al., Towards Faster Training of
 * Global Covariance Pooling Networks by Iterative Matrix Square Root Normalization, CVPR 2018 (arXiv 1712.01034).
 *
 * <pre>
 *   (0,0), (1,0), (1,1), (2,0), ... : the lower triangle row by row
 *
 *   A [B,C,C] ─ gather ─▶ [B, C (C + 1) / 2]
 * </pre>
 *
 * <p>No parameters, no MACs, 1 kernel. fast-MPN-COV takes the upper triangle row by row: layers behind the two orders
 * are not interchangeable.
 *
 * @param weights none
 */
public record TriuvecLayer(Weights weights) implements AttentionModule {
    /** Name, paper and options. */
    public static final ModuleType TYPE = new ModuleType(
            "TriuvecLayer",
            CovpoolLayer.PAPER,
            "1712.01034",
            List.of(),
            List.of("input"),
            settings -> List.of(),
            (settings, weights) -> new TriuvecLayer(weights),
            new ModuleType.Fit() {
                @Override
                public Map<String, Object> settings(Shape map) {
                    return Map.of();
                }

                @Override
                public List<Shape> inputs(Shape map, Settings settings) {
                    return SqrtmLayer.matrices(map);
                }
            });

    @Override
    public ModuleType type() {
        return TYPE;
    }

    @Override
    public List<Tensor> attach(TaskChain chain, List<Tensor> inputs) {
        return List.of(SecondOrder.triangle(chain.scope("triuvec"), "gather", Inputs.single(TYPE, inputs)));
    }

    @Override
    public long macsPerImage(List<Shape> inputs) {
        return 0;
    }
}
