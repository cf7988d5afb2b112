package tornado.attention.modules.float64;

/** Non-local Neural Networks, Wang et al., CVPR 2018 (arXiv 1711.07971), in the form of mmcv's NonLocal2d. */
final class NonLocalReference {
    private NonLocalReference() {}

    /** X + conv_out(sum_m f_nm g_m); sub-sampling pools keys and values after their projections. */
    static Array64 forward(Call64 call) {
        var x = call.input();
        boolean pools = call.flag("sub_sample", false);
        var mode = call.word("mode", "embedded_gaussian");
        boolean gaussian = mode.equals("gaussian");
        var g = tokens(pooled(call.pointwise(pools ? "g.0.conv" : "g.conv", x), pools));
        var theta = tokens(gaussian ? x : call.pointwise("theta.conv", x));
        var phi = tokens(pooled(gaussian ? x : call.pointwise(pools ? "phi.0.conv" : "phi.conv", x), pools));
        var y = switch (mode) {
            case "gaussian" -> Attention64.attend(theta, phi, g, Attention64.softmax(1));
            case "embedded_gaussian" ->
                Attention64.attend(
                        theta,
                        phi,
                        g,
                        Attention64.softmax(call.flag("use_scale", true) ? 1 / Math.sqrt(theta.dim(2)) : 1));
            case "dot_product" -> Attention64.attend(theta, phi, g, NonLocalReference::divideByLength);
            case "concatenation" -> concatenated(call.parameter("concat_project.conv.weight"), theta, phi, g);
            default ->
                throw new IllegalArgumentException("There is no NonLocal mode named \"" + mode
                        + "\"; use embedded_gaussian, gaussian, dot_product or concatenation.");
        };
        var out = call.pointwise("conv_out.conv", image(y, x.dim(2), x.dim(3)));
        return x.plus("BN".equals(call.setting("norm")) ? call.batchNorm("conv_out.bn", out) : out);
    }

    private static void divideByLength(double[] row, int batch, int query) {
        for (var m = 0; m < row.length; m++) {
            row[m] /= row.length;
        }
    }

    /**
     * f_nm = relu(w . [theta_n ; phi_m]) / M; the product with w falls apart into one number per query and one per key.
     */
    private static Array64 concatenated(Array64 weight, Array64 theta, Array64 phi, Array64 g) {
        int depth = theta.dim(2);
        var queries = project(theta, weight.values(), 0);
        var keys = project(phi, weight.values(), depth);
        int n = theta.dim(1);
        int m = phi.dim(1);
        var none = Array64.zeros(theta.dim(0), n, 0);
        return Attention64.attend(none, Array64.zeros(phi.dim(0), m, 0), g, (row, batch, query) -> {
            for (var j = 0; j < m; j++) {
                row[j] = Activation64.relu(queries[batch * n + query] + keys[batch * m + j]) / m;
            }
        });
    }

    private static double[] project(Array64 tokens, double[] weight, int from) {
        int depth = tokens.dim(2);
        var products = new double[tokens.dim(0) * tokens.dim(1)];
        for (var i = 0; i < products.length; i++) {
            for (var d = 0; d < depth; d++) {
                products[i] += weight[from + d] * tokens.values()[i * depth + d];
            }
        }
        return products;
    }

    private static Array64 pooled(Array64 x, boolean pools) {
        return pools ? Pooling64.max(x, 2, 2, 0) : x;
    }

    /** [B, C, H, W] as pixels: [B, N, C]. */
    static Array64 tokens(Array64 x) {
        return Linear64.transpose(x.reshape(x.dim(0), x.dim(1), x.dim(2) * x.dim(3)));
    }

    /** [B, N, C] back to [B, C, H, W]. */
    static Array64 image(Array64 tokens, int height, int width) {
        return Linear64.transpose(tokens).reshape(tokens.dim(0), tokens.dim(2), height, width);
    }
}
