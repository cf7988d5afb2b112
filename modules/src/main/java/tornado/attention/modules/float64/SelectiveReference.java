package tornado.attention.modules.float64;

import java.util.ArrayList;
import java.util.List;

/** Branches chosen by a softmax: SKNet (Li et al., arXiv 1903.06586) and EPSANet (Zhang et al., arXiv 2105.14447). */
final class SelectiveReference {
    /** The pyramid has four levels, by its paper and its parameter names. */
    private static final int PYRAMID_BRANCHES = 4;

    private SelectiveReference() {}

    /** sum_i a_i F_i, a = softmax over the branches of W_i (W GAP(sum F) + b) + b_i. */
    static Array64 selectiveKernel(Call64 call) {
        var x = call.input();
        int groups = call.integer("group", 1);
        var branches = new ArrayList<Array64>();
        var kernels = call.integers("kernels", List.of(1, 3, 5, 7));
        for (var i = 0; i < kernels.size(); i++) {
            var geometry = Convolution64.Geometry.same(kernels.get(i)).grouped(groups);
            var convolved = call.convolution("convs." + i + ".conv", x, geometry);
            branches.add(call.batchNorm("convs." + i + ".bn", convolved).map(Activation64::relu));
        }
        var sum = branches.stream().reduce(Array64::plus).orElseThrow();
        var z = call.linear("fc", Pooling64.globalAverage(sum));
        var logits = new ArrayList<Array64>();
        for (var i = 0; i < branches.size(); i++) {
            logits.add(call.linear("fcs." + i, z));
        }
        var weights = softmaxOverBranches(logits);
        Array64 y = null;
        for (var i = 0; i < branches.size(); i++) {
            var part = Channels64.scale(branches.get(i), weights.get(i));
            y = y == null ? part : y.plus(part);
        }
        return y;
    }

    /** sigma(W2 relu(W1 GAP(x) + b1) + b2) as [B, C, 1, 1]. */
    static Array64 squeezeWeight(Call64 call) {
        return squeezeWeight(call, call.input());
    }

    private static Array64 squeezeWeight(Call64 call, Array64 x) {
        var hidden = call.linear("fc1", Pooling64.globalAverage(x)).map(Activation64::relu);
        var gate = call.linear("fc2", hidden).map(Activation64::sigmoid);
        return gate.reshape(x.dim(0), x.dim(1), 1, 1);
    }

    /** concat(a_4 F_4, ..., a_1 F_1), a = softmax over the branches of one shared squeeze weight; blocks reversed. */
    static Array64 pyramid(Call64 call) {
        var x = call.input();
        var kernels = call.integers("conv_kernels", List.of(3, 5, 7, 9));
        var groups = call.integers("conv_groups", List.of(1, 4, 8, 16));
        int stride = call.integer("stride", 1);
        var branches = new ArrayList<Array64>();
        var gates = new ArrayList<Array64>();
        for (var i = 0; i < PYRAMID_BRANCHES; i++) {
            var geometry = Convolution64.Geometry.same(kernels.get(i))
                    .grouped(groups.get(i))
                    .strided(stride);
            branches.add(call.convolution("conv_" + (i + 1), x, geometry));
            gates.add(squeezeWeight(call.within("se"), branches.get(i)));
        }
        var weights = softmaxOverBranches(gates);
        var blocks = new ArrayList<Array64>();
        for (var i = 0; i < PYRAMID_BRANCHES; i++) {
            blocks.addFirst(Channels64.scale(branches.get(i), weights.get(i)));
        }
        return Channels64.concat(blocks);
    }

    private static List<Array64> softmaxOverBranches(List<Array64> logits) {
        var weights = logits.stream()
                .map(a -> new Array64(a.shape(), a.values().clone()))
                .toList();
        var row = new double[weights.size()];
        for (var element = 0; element < weights.getFirst().size(); element++) {
            for (var i = 0; i < row.length; i++) {
                row[i] = weights.get(i).values()[element];
            }
            Activation64.softmax(row, 0, row.length, 1);
            for (var i = 0; i < row.length; i++) {
                weights.get(i).values()[element] = row[i];
            }
        }
        return weights;
    }
}
