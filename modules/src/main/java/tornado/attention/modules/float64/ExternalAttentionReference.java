package tornado.attention.modules.float64;

/** Beyond Self-attention: External Attention using Two Linear Layers for Visual Tasks, Guo et al., arXiv 2105.02358. */
final class ExternalAttentionReference {
    private static final double EPS = 1e-9;

    private ExternalAttentionReference() {}

    /**
     * relu(BN(conv2(M_v normalise(M_k conv1(X)))) + X), normalise = softmax over the pixels, then L1 over the memories.
     */
    static Array64 forward(Call64 call) {
        var x = call.input();
        int pixels = x.dim(2) * x.dim(3);
        var y = call.pointwise("conv1", x);
        var keys = asConvolution(call.parameter("linear_0.weight"));
        var logits = Convolution64.conv2d(y, keys, null, Convolution64.Geometry.PLAIN);
        int memories = keys.dim(0);
        var a = Activation64.softmax(logits.reshape(x.dim(0), memories, pixels), 2);
        normaliseColumns(a);
        var z = Convolution64.conv2d(
                a.reshape(logits.shape()),
                asConvolution(call.parameter("linear_1.weight")),
                null,
                Convolution64.Geometry.PLAIN);
        return call.batchNorm("conv2.1", call.pointwise("conv2.0", z)).plus(x).map(Activation64::relu);
    }

    private static Array64 asConvolution(Array64 weight) {
        return weight.reshape(weight.dim(0), weight.dim(1), 1, 1);
    }

    /** a_kn / (1e-9 + sum_k' a_k'n), in place. */
    private static void normaliseColumns(Array64 a) {
        int memories = a.dim(1);
        int pixels = a.dim(2);
        for (var b = 0; b < a.dim(0); b++) {
            for (var n = 0; n < pixels; n++) {
                double sum = EPS;
                for (var k = 0; k < memories; k++) {
                    sum += a.values()[(b * memories + k) * pixels + n];
                }
                for (var k = 0; k < memories; k++) {
                    a.values()[(b * memories + k) * pixels + n] /= sum;
                }
            }
        }
    }
}
