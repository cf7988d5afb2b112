package tornado.attention.modules.float64;

import java.util.ArrayList;

/** ULSAM: Ultra-Lightweight Subspace Attention Module, Saini et al., WACV 2020 (arXiv 2006.15102). */
final class SubspaceReference {
    /** Unlike everybody else's batch norms, which take 0.1. */
    private static final double MOMENTUM = 0.9;

    private SubspaceReference() {}

    static Array64 subspace(Call64 call) {
        return subspace(call, call.input());
    }

    /** a x + x, a = softmax over the pixels of one map made from all channels. */
    private static Array64 subspace(Call64 call, Array64 x) {
        int channels = x.dim(1);
        var depthwise = call.convolution("conv_dws", x, Convolution64.Geometry.PLAIN.grouped(channels));
        var t = Pooling64.max(call.batchNorm("bn_dws", depthwise, MOMENTUM).map(Activation64::relu), 3, 1, 1);
        var logits = call.batchNorm("bn_point", call.pointwise("conv_point", t), MOMENTUM)
                .map(Activation64::relu);
        int pixels = x.dim(2) * x.dim(3);
        var a = Activation64.softmax(logits.reshape(x.dim(0), pixels), 1).values();
        var y = Array64.zeros(x.shape());
        for (var i = 0; i < y.size(); i++) {
            y.values()[i] = x.values()[i] * a[i / (channels * pixels) * pixels + i % pixels] + x.values()[i];
        }
        return y;
    }

    /** Each group of channels through its own subspace, in order. */
    static Array64 forward(Call64 call) {
        var x = call.input();
        int groups = call.integer("num_splits", 1);
        if (x.dim(1) % groups != 0) {
            throw new IllegalArgumentException(x.dim(1) + " channels cannot be split into " + groups
                    + " equal subspaces; choose a number of splits that divides the channels.");
        }
        int width = x.dim(1) / groups;
        var parts = new ArrayList<Array64>();
        for (var i = 0; i < groups; i++) {
            parts.add(subspace(call.within("subspaces." + i), Channels64.slice(x, i * width, (i + 1) * width)));
        }
        return Channels64.concat(parts);
    }
}
