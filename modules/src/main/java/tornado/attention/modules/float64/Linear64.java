package tornado.attention.modules.float64;

import java.util.Arrays;

/** Fully connected layers and products of batches of matrices. */
final class Linear64 {
    private Linear64() {}

    /**
     * y = W x + b over the last axis; a 1x1 convolution weight [O, I, 1, 1] counts as [O, I].
     *
     * @param x [..., I]
     * @param weight [O, I] with any number of trailing ones
     * @param bias O values, or null for none
     * @return [..., O]
     */
    static Array64 linear(Array64 x, Array64 weight, Array64 bias) {
        int outputs = weight.dim(0);
        int inputs = x.dim(-1);
        if ((long) outputs * inputs != weight.size() || (bias != null && bias.size() != outputs)) {
            throw new IllegalArgumentException(
                    "A linear layer with weight " + Arrays.toString(weight.shape()) + " does not fit vectors of length "
                            + inputs + "; the weight needs the shape [outputs, " + inputs + "].");
        }
        int[] shape = x.shape().clone();
        shape[shape.length - 1] = outputs;
        var y = Array64.zeros(shape);
        Loops64.forEach(y.size(), (long) y.size() * inputs, index -> {
            int row = index / outputs * inputs;
            int column = index % outputs * inputs;
            double sum = 0;
            for (var i = 0; i < inputs; i++) {
                sum += weight.values()[column + i] * x.values()[row + i];
            }
            y.values()[index] = sum + (bias == null ? 0 : bias.values()[index % outputs]);
        });
        return y;
    }

    /** The products A_b B_b of two batches of matrices: [B, n, k] and [B, k, m] give [B, n, m]. */
    static Array64 multiply(Array64 a, Array64 b) {
        int n = a.dim(1);
        int inner = a.dim(2);
        int m = b.dim(2);
        if (a.dim(0) != b.dim(0) || inner != b.dim(1)) {
            throw new IllegalArgumentException("Matrices of shapes " + Arrays.toString(a.shape()) + " and "
                    + Arrays.toString(b.shape()) + " cannot be multiplied; they need [B, n, k] and [B, k, m].");
        }
        var product = Array64.zeros(a.dim(0), n, m);
        Loops64.forEach(a.dim(0) * n, (long) product.size() * inner, row -> {
            for (var k = 0; k < inner; k++) {
                double factor = a.values()[row * inner + k];
                int other = (row / n * inner + k) * m;
                for (var j = 0; j < m; j++) {
                    product.values()[row * m + j] += factor * b.values()[other + j];
                }
            }
        });
        return product;
    }

    /** Every matrix of a batch transposed: [B, n, m] gives [B, m, n]. */
    static Array64 transpose(Array64 a) {
        int n = a.dim(1);
        int m = a.dim(2);
        var transposed = Array64.zeros(a.dim(0), m, n);
        for (var batch = 0; batch < a.dim(0); batch++) {
            for (var i = 0; i < n; i++) {
                for (var j = 0; j < m; j++) {
                    transposed.values()[(batch * m + j) * n + i] = a.values()[(batch * n + i) * m + j];
                }
            }
        }
        return transposed;
    }
}
