package tornado.attention.modules.float64;

/**
 * Gates over the channels from one statistic per channel: SENet (Hu et al., arXiv 1709.01507), ECA-Net (Wang et al.,
 * arXiv 1910.03151), RCAN (Zhang et al., ECCV 2018), SRM (Lee et al., arXiv 1903.10829) and GCT (Yang et al., arXiv
 * 1909.11519).
 */
final class ChannelGateReference {
    private ChannelGateReference() {}

    /** X sigma(W2 relu(W1 GAP(X))). */
    static Array64 squeezeExcite(Call64 call) {
        var x = call.input();
        return Channels64.scale(x, gate(call, "fc", Pooling64.globalAverage(x)));
    }

    /** sigma(name.2 relu(name.0 z)). */
    static Array64 gate(Call64 call, String name, Array64 z) {
        return call.linear(name + ".2", call.linear(name + ".0", z).map(Activation64::relu))
                .map(Activation64::sigmoid);
    }

    /** X sigma(w * GAP(X)), * a correlation over the channels with zeros beyond both ends. */
    static Array64 efficient(Call64 call) {
        var x = call.input();
        var z = Pooling64.globalAverage(x);
        var weight = call.parameter("conv.weight").values();
        int channels = x.dim(1);
        var mixed = Array64.zeros(z.shape());
        for (var i = 0; i < mixed.size(); i++) {
            for (var tap = 0; tap < weight.length; tap++) {
                int c = i % channels + tap - (weight.length - 1) / 2;
                if (c >= 0 && c < channels) {
                    mixed.values()[i] += weight[tap] * z.values()[i - i % channels + c];
                }
            }
        }
        return Channels64.scale(x, mixed.map(Activation64::sigmoid));
    }

    /** RCAN's channel attention: as squeeze and excitation, with biases. */
    static Array64 channelAttention(Call64 call) {
        return channelAttention(call, call.input());
    }

    private static Array64 channelAttention(Call64 call, Array64 x) {
        return Channels64.scale(x, gate(call, "conv_du", Pooling64.globalAverage(x)));
    }

    /** X + CA(conv(relu(conv(X)))), with a batch norm after each convolution where asked for. */
    static Array64 residualBlock(Call64 call) {
        var x = call.input();
        var geometry = Convolution64.Geometry.same(call.integer("kernel_size", 3));
        boolean norms = call.flag("bn", false);
        var y = call.convolution("body.0", x, geometry);
        y = (norms ? call.batchNorm("body.1", y) : y).map(Activation64::relu);
        y = call.convolution(norms ? "body.3" : "body.2", y, geometry);
        y = norms ? call.batchNorm("body.4", y) : y;
        return x.plus(channelAttention(call.within(norms ? "body.5" : "body.3"), y));
    }

    /** X sigma(BN(w_0 mean + w_1 std)), std unbiased; eps is added to the variance (0 as published). */
    static Array64 style(Call64 call) {
        var x = call.input();
        double eps = call.real("eps", 0);
        var mean = Pooling64.globalAverage(x);
        int inner = x.inner(2);
        var weight = call.parameter("cfc.weight").values();
        var z = Array64.zeros(mean.shape());
        for (var plane = 0; plane < z.size(); plane++) {
            double squares = 0;
            for (var i = plane * inner; i < (plane + 1) * inner; i++) {
                double difference = x.values()[i] - mean.values()[plane];
                squares += difference * difference;
            }
            int c = plane % x.dim(1);
            double deviation = Math.sqrt(squares / (inner - 1) + eps);
            z.values()[plane] = weight[2 * c] * mean.values()[plane] + weight[2 * c + 1] * deviation;
        }
        return Channels64.scale(x, call.batchNorm("bn", z).map(Activation64::sigmoid));
    }

    /**
     * X (1 + tanh(s n + beta)), s = alpha times the norm of the plane, n = gamma over the norm of s over the channels.
     */
    static Array64 gatedTransformation(Call64 call) {
        var x = call.input();
        double eps = call.real("epsilon", 1e-5);
        var mode = call.word("mode", "l2");
        if (!mode.equals("l2") && !mode.equals("l1")) {
            throw new IllegalArgumentException("There is no GCT mode named \"" + mode + "\"; use l2 or l1.");
        }
        boolean squared = mode.equals("l2");
        int channels = x.dim(1);
        var alpha = call.parameter("alpha").values();
        var gamma = call.parameter("gamma").values();
        var beta = call.parameter("beta").values();
        var gates = planeNorms(x, squared, call.flag("after_relu", false), eps);
        var s = gates.values();
        for (var first = 0; first < s.length; first += channels) {
            double total = 0;
            for (var c = 0; c < channels; c++) {
                s[first + c] *= alpha[c];
                total += squared ? s[first + c] * s[first + c] : Math.abs(s[first + c]);
            }
            double mean = total / channels;
            double norm = squared ? Math.sqrt(mean + eps) : mean + eps;
            for (var c = 0; c < channels; c++) {
                s[first + c] = 1 + Math.tanh(s[first + c] * gamma[c] / norm + beta[c]);
            }
        }
        return Channels64.scale(x, gates);
    }

    /** sqrt(sum x^2 + eps), or sum |x|, or (afterRelu, which trusts that nothing is negative) sum x, of every plane. */
    private static Array64 planeNorms(Array64 x, boolean squared, boolean afterRelu, double eps) {
        var norms = Array64.zeros(x.dim(0), x.dim(1));
        int inner = x.inner(2);
        for (var plane = 0; plane < norms.size(); plane++) {
            double sum = 0;
            for (var i = plane * inner; i < (plane + 1) * inner; i++) {
                double value = x.values()[i];
                sum += squared ? value * value : afterRelu ? value : Math.abs(value);
            }
            norms.values()[plane] = squared ? Math.sqrt(sum + eps) : sum;
        }
        return norms;
    }
}
