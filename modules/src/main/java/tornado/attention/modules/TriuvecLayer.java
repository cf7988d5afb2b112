package tornado.attention.modules;

import java.util.List;
import java.util.Map;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.graph.SelectTask;
import tornado.attention.tasks.graph.Value;

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
 */
public record TriuvecLayer() implements Block {
    /** Name, paper and options. */
    public static final ModuleType TYPE = new ModuleType(
            "TriuvecLayer",
            "triuvec",
            CovpoolLayer.PAPER,
            "1712.01034",
            List.of(),
            List.of("input"),
            List.of(),
            (p, s) -> new TriuvecLayer(),
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
    public List<Value> apply(List<Value> inputs) {
        SqrtmLayer.requireSquare("TriuvecLayer", inputs.getFirst());
        return List.of(triangle(inputs.getFirst()).named("gather"));
    }

    /** The lower triangle of matrices {@code [B, n, n]}, row by row: {@code [B, n (n + 1) / 2]}. */
    static Value triangle(Value a) {
        var shape = a.shape();
        int n = shape.dim(1);
        var entries = new int[n * (n + 1) / 2];
        int at = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                entries[at++] = i * n + j;
            }
        }
        return Value.of(SelectTask.of(1, entries), a.reshape(shape.dim(0), n * n));
    }
}
