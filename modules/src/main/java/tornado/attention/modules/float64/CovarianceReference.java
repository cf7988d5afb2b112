package tornado.attention.modules.float64;

import java.util.Arrays;
import java.util.List;

/**
 * Second-order statistics: iSQRT-COV (Li et al., CVPR 2018), GSoP (Gao et al., arXiv 1811.12006) and SOCA (Dai et al.,
 * CVPR 2019).
 */
final class CovarianceReference {
    /** SOCA's number of Newton-Schulz steps. */
    private static final int SOCA_ITERATIONS = 5;

    private CovarianceReference() {}

    static Array64 covpool(Call64 call) {
        return covariance(call.input());
    }

    static Array64 sqrtm(Call64 call) {
        return squareRoot(call.input(), call.integer("iterN", 3));
    }

    static Array64 triuvec(Call64 call) {
        return triangle(call.input());
    }

    /** S = (1/N) sum_n (x_n - mean)(x_n - mean)^T: [B, C, C]. */
    static Array64 covariance(Array64 x) {
        int channels = x.dim(1);
        int pixels = x.inner(2);
        var means = Pooling64.globalAverage(x);
        var centred = Channels64.broadcast(x, means, (a, b) -> a - b).reshape(x.dim(0), channels, pixels);
        var products = Linear64.multiply(centred, Linear64.transpose(centred));
        return products.map(value -> value / pixels);
    }

    /** The Newton-Schulz iteration on A over its trace, times the root of the trace. */
    static Array64 squareRoot(Array64 a, int iterations) {
        int n = a.dim(1);
        if (iterations < 1 || a.rank() != 3 || a.dim(2) != n) {
            throw new IllegalArgumentException(
                    "A matrix square root of " + iterations + " step(s) over shape " + Arrays.toString(a.shape())
                            + " is not defined; give square matrices [B, n, n] and at least one step.");
        }
        var traces = Array64.zeros(a.dim(0), 1);
        for (var i = 0; i < a.dim(0) * n; i++) {
            traces.values()[i / n] += a.values()[i * n + i % n];
        }
        var normalised = spread(a, traces.map(trace -> 1 / trace));
        var z = halfOfThreeMinus(normalised);
        var y = Linear64.multiply(normalised, z);
        for (var step = 2; step < iterations; step++) {
            var w = halfOfThreeMinus(Linear64.multiply(z, y));
            y = Linear64.multiply(y, w);
            z = Linear64.multiply(w, z);
        }
        if (iterations > 1) {
            y = Linear64.multiply(y, halfOfThreeMinus(Linear64.multiply(z, y)));
        }
        return spread(y, traces.map(Math::sqrt));
    }

    /** Every matrix times its own factor. */
    private static Array64 spread(Array64 matrices, Array64 factors) {
        int n = matrices.dim(1);
        return Channels64.scale(matrices.reshape(matrices.dim(0), 1, n, n), factors)
                .reshape(matrices.shape());
    }

    /** (3 I - M) / 2. */
    private static Array64 halfOfThreeMinus(Array64 m) {
        int n = m.dim(1);
        var result = m.map(value -> -0.5 * value);
        for (var i = 0; i < m.dim(0) * n; i++) {
            result.values()[i * n + i % n] += 1.5;
        }
        return result;
    }

    /** The lower triangle row by row: (0,0), (1,0), (1,1), (2,0) ... */
    static Array64 triangle(Array64 a) {
        int n = a.dim(1);
        var vector = Array64.zeros(a.dim(0), n * (n + 1) / 2);
        int at = 0;
        for (var row = 0; row < a.dim(0) * n; row++) {
            for (var column = 0; column <= row % n; column++) {
                vector.values()[at++] = a.values()[row * n + column];
            }
        }
        return vector;
    }

    /** Reduced features, covariance, root, triangle; the vector and its classes. */
    static List<Array64> head(Call64 call) {
        var reduced = call.batchNorm("layer_reduce_bn", call.pointwise("layer_reduce", call.input()));
        var root = squareRoot(covariance(reduced.map(Activation64::relu)), call.integer("iterN", 3));
        var vector = triangle(root);
        return List.of(vector, call.linear("fc", vector));
    }

    /** X sigma(W r + b), r = row-wise convolution of the normalised covariance of the reduced features. */
    static Array64 globalSecondOrder(Call64 call) {
        var x = call.input();
        var geometry = Convolution64.Geometry.PLAIN.strided(call.integer("dr_stride", 1));
        var reduced = call.convolution("conv_for_DR", x.map(Activation64::relu), geometry);
        var z = call.batchNorm("bn_for_DR", reduced).map(Activation64::relu);
        var s = call.batchNorm("row_bn", covariance(z));
        var r = rowWise(s, call.parameter("row_conv_group.weight"), call.parameter("row_conv_group.bias"));
        return Channels64.scale(x, call.linear("fc_adapt_channels", r).map(Activation64::sigmoid));
    }

    /** r_(4i+j) = w_ij . S_i + b_ij: [B, 4d]. */
    private static Array64 rowWise(Array64 s, Array64 weight, Array64 bias) {
        int d = s.dim(1);
        int perRow = weight.dim(0) / d;
        var r = Array64.zeros(s.dim(0), d * perRow);
        for (var i = 0; i < r.size(); i++) {
            int filter = i % (d * perRow);
            int row = i / perRow;
            double sum = bias.values()[filter];
            for (var k = 0; k < d; k++) {
                sum += weight.values()[filter * d + k] * s.values()[row * d + k];
            }
            r.values()[i] = sum;
        }
        return r;
    }

    /** X sigma(W2 relu(W1 v + b1) + b2), v = mean over the rows of the root of the cropped covariance. */
    static Array64 secondOrderChannel(Call64 call) {
        var x = call.input();
        var root = squareRoot(covariance(centre(x, call.integer("crop", 1000))), SOCA_ITERATIONS);
        int channels = x.dim(1);
        var v = Array64.zeros(x.dim(0), channels);
        for (var i = 0; i < root.size(); i++) {
            v.values()[i / (channels * channels) * channels + i % channels] += root.values()[i] / channels;
        }
        return Channels64.scale(x, ChannelGateReference.gate(call, "conv_du", v));
    }

    /** The middle of each side that is longer than the limit. */
    private static Array64 centre(Array64 x, int limit) {
        int height = Math.min(limit, x.dim(2));
        int width = Math.min(limit, x.dim(3));
        int top = (x.dim(2) - height) / 2;
        int left = (x.dim(3) - width) / 2;
        var y = Array64.zeros(x.dim(0), x.dim(1), height, width);
        for (var row = 0; row < x.dim(0) * x.dim(1) * height; row++) {
            int from = (row / height * x.dim(2) + top + row % height) * x.dim(3) + left;
            System.arraycopy(x.values(), from, y.values(), row * width, width);
        }
        return y;
    }
}
