package tornado.attention.modules;

import java.util.List;
import java.util.Map;
import tornado.attention.tasks.SecondOrder;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;

/**
 * Matrix square root of iSQRT-COV by truncated Newton-Schulz iteration: Li et al., Towards Faster Training of Global
 * Covariance Pooling Networks by Iterative Matrix Square Root Normalization, CVPR 2018 (arXiv 1712.01034).
 *
 * <pre>
 *   A = A / tr, Z = (3I - A)/2, Y = A Z; T - 2 times W = (3I - Z Y)/2, Y = Y W, Z = W Z; then sqrt(tr) Y (3I - Z Y)/2
 *   T = 1: sqrt(tr) A (3I - A)/2
 *
 *   A [B,C,C] ─ trace ─ start (Y, Z) ─ 3T - 3 products ─▶ [B,C,C]
 * </pre>
 *
 * <p>No parameters, MACs (3T - 3) C^3 (C^3 for T = 1), 3T - 1 kernels (3 for T = 1). The factors (3I - Z Y)/2 are in
 * the epilogue of the products that use them and are never stored. T = 1 keeps the factor A, as the fast-MPN-COV code
 * does and the GSoP copy does not. A trace of 0 gives NaN.
 *
 * @param iterations T
 * @param weights none
 */
public record SqrtmLayer(int iterations, Weights weights) implements AttentionModule {
    /** Name, paper and options. */
    public static final ModuleType TYPE = new ModuleType(
            "SqrtmLayer",
            CovpoolLayer.PAPER,
            "1712.01034",
            List.of(Option.of("iterN", Option.Kind.INTEGER, 3, "steps T of the iteration")),
            List.of("input"),
            settings -> {
                Layers.requirePositive("SqrtmLayer", "iterN", settings.integer("iterN"));
                return List.of();
            },
            (settings, weights) -> new SqrtmLayer(settings.integer("iterN"), weights),
            new ModuleType.Fit() {
                @Override
                public Map<String, Object> settings(Shape map) {
                    return Map.of();
                }

                @Override
                public List<Shape> inputs(Shape map, Settings settings) {
                    return matrices(map);
                }
            });

    /** One matrix of channels and channels an image, what a covariance of the map is. */
    static List<Shape> matrices(Shape map) {
        return List.of(Shape.of(map.batch(), map.channels(), map.channels()));
    }

    @Override
    public ModuleType type() {
        return TYPE;
    }

    @Override
    public List<Tensor> attach(TaskChain chain, List<Tensor> inputs) {
        var a = Inputs.single(TYPE, inputs);
        return List.of(SecondOrder.squareRoot(chain.scope("sqrtm"), "root", a, iterations));
    }

    @Override
    public long macsPerImage(List<Shape> inputs) {
        long n = inputs.getFirst().dim(-1);
        return macs(n, iterations);
    }

    /** MACs of the root of one matrix. */
    static long macs(long n, int iterations) {
        return Math.max(3L * iterations - 3, 1) * n * n * n;
    }
}
