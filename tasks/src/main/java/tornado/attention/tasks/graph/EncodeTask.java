package tornado.attention.tasks.graph;

import java.util.List;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.Shape;

/**
 * Residuals to learned codewords, summed with soft assignments (arXiv 1803.08904): inputs x {@code [B, D, ...]}, codewords {@code [K,
 * D]}, scales {@code [K]}; {@code e_k = sum over n of softmax_k(s_k |x_n - d_k|^2) (x_n - d_k)}, {@code [B, K, D]}.
 */
public record EncodeTask() implements Composite {
    @Override
    public String word() {
        return "encode";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        var x = inputs.get(0);
        var d = inputs.get(1);
        if (x.rank() < 3
                || x.elements() == 0
                || d.rank() != 2
                || d.dim(1) != x.dim(1)
                || inputs.get(2).elements() != d.dim(0)) {
            throw new IllegalArgumentException(
                    "Feature vectors [batch, depth, ...] are encoded by codewords [codes, depth] and"
                            + " scales [codes], not " + x + " by " + d + " and " + inputs.get(2) + ".");
        }
        return Shape.of(x.dim(0), d.dim(0), d.dim(1));
    }

    @Override
    public long macs(List<Shape> inputs, Shape output) {
        return 2 * output.elements() * inputs.getFirst().pixels();
    }

    @Override
    public Value expand(List<Value> inputs) {
        var x = inputs.get(0);
        int batch = x.shape().dim(0);
        int depth = x.shape().dim(1);
        int codes = inputs.get(1).shape().dim(0);
        int pixels = x.shape().pixels();
        var vectors = x.reshape(batch, depth, pixels).transpose(0, 2, 1);
        var residuals =
                vectors.reshape(batch, pixels, 1, depth).minus(inputs.get(1).reshape(1, 1, codes, depth));
        var distances = residuals
                .reduce(ReduceTask.Kind.SQUARES, 0, 3)
                .times(inputs.get(2).reshape(codes));
        boolean map = x.shape().rank() == 4;
        var assignment = distances
                .softmax(2)
                .transpose(0, 2, 1)
                .exposed(
                        AttentionKind.PIXEL_MAP,
                        map
                                ? Shape.of(
                                        batch,
                                        codes,
                                        x.shape().height(),
                                        x.shape().width())
                                : Shape.of(batch, codes, 1, pixels));
        var weighted =
                assignment.transpose(0, 2, 1).reshape(batch, pixels, codes, 1).times(residuals);
        return weighted.sum(1);
    }
}
