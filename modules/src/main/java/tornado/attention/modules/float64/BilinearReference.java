package tornado.attention.modules.float64;

/** Bilinear Attention Networks for Person Retrieval, Fang et al., ICCV 2019: attention in attention. */
final class BilinearReference {
    private BilinearReference() {}

    /** X sigma(omega(GAP(q)) varphi(q)), q = all products of pairs of reduced channels at each pixel. */
    static Array64 forward(Call64 call) {
        var x = call.input();
        var q = products(layer(call, "dimReduceLayer1", x));
        var mean = Pooling64.globalAverage(q).reshape(q.dim(0), q.dim(1), 1, 1);
        var context = layer(call, "dimReduceLayer3", mean);
        var local = layer(call, "dimReduceLayer2", q);
        var gate = Channels64.scale(local, context).map(Activation64::sigmoid);
        return x.combine(gate, (value, factor) -> value * factor);
    }

    /** relu(BN(conv1x1(x))). */
    private static Array64 layer(Call64 call, String name, Array64 x) {
        var layer = call.within(name + ".conv");
        return layer.batchNorm("bn", layer.pointwise("conv", x)).map(Activation64::relu);
    }

    /** p_i p_j by diagonals: all i = j, then i = j + 1, and so on: [B, m(m+1)/2, H, W]. */
    static Array64 products(Array64 p) {
        int m = p.dim(1);
        int pixels = p.dim(2) * p.dim(3);
        var q = Array64.zeros(p.dim(0), m * (m + 1) / 2, p.dim(2), p.dim(3));
        int at = 0;
        for (var b = 0; b < p.dim(0); b++) {
            for (var distance = 0; distance < m; distance++) {
                for (var j = 0; j + distance < m; j++) {
                    for (var n = 0; n < pixels; n++) {
                        q.values()[at++] =
                                p.values()[(b * m + j) * pixels + n] * p.values()[(b * m + j + distance) * pixels + n];
                    }
                }
            }
        }
        return q;
    }
}
