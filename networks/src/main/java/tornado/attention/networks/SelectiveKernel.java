package tornado.attention.networks;

import java.util.ArrayList;
import java.util.List;
import tornado.attention.modules.LinearLayer;
import tornado.attention.networks.Parts.Kernel;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.graph.Value;

/**
 * timm's selective kernel: Li et al., Selective Kernel Networks, CVPR 2019 (arXiv 1903.06586).
 *
 * <pre>
 *   P_k = act(norm(conv3x3(X), dilation k)), k = 1, 2        U = P_1 + P_2
 *   a = softmax over k of W_s relu(norm(W_r GAP(U)))         Y = sum over k of a_k P_k
 * </pre>
 *
 * @param paths the convolutions, {@code paths.i.{conv,bn}}
 * @param splits whether path i is given its own share of the channels
 * @param reduce {@code attn.fc_reduce} and {@code attn.bn}
 * @param select {@code attn.fc_select}, the rows of one path behind those of the other
 */
record SelectiveKernel(List<ConvNorm> paths, boolean splits, ConvNorm reduce, LinearLayer select) implements Part {
    /**
     * How wide the squeeze is.
     *
     * @param ratio of the outputs
     * @param divisor the width is a multiple of it
     * @param splits whether each path is given its own share of the channels
     */
    record Rule(double ratio, int divisor, boolean splits) {
        static final Rule DEFAULT = new Rule(1.0 / 16, 8, true);
    }

    private static final int PATHS = 2;

    /** Copies the list. */
    SelectiveKernel {
        paths = List.copyOf(paths);
    }

    static SelectiveKernel of(Parts p, int inputs, int outputs, Kernel kernel, Activation act, Rule rule) {
        int share = rule.splits() ? inputs / PATHS : inputs;
        var grouped = kernel.grouped(Math.min(outputs, kernel.groups()));
        var paths = new ArrayList<ConvNorm>();
        for (int i = 0; i < PATHS; i++) {
            paths.add(p.convNorm("paths." + i, share, outputs, grouped.dilated(i + 1), act));
        }
        int hidden = Widths.divisible(outputs * rule.ratio(), rule.divisor(), 0.9);
        var reduce = p.conv("attn.fc_reduce", "attn.bn", outputs, hidden, Kernel.POINT, Activation.RELU);
        var select = p.parameters().pointwise("attn.fc_select", hidden, PATHS * outputs, false);
        return new SelectiveKernel(paths, rule.splits(), reduce, select);
    }

    @Override
    public Value apply(Value x) {
        int share = x.shape().channels() / PATHS;
        var each = new ArrayList<Value>();
        for (int i = 0; i < PATHS; i++) {
            each.add(paths.get(i).apply(splits ? x.slice(1, i * share, share) : x));
        }
        return splits ? apart(each) : stacked(each);
    }

    /** Paths of inputs of their own: each with its weights, and their sum. */
    private Value apart(List<Value> each) {
        var one = each.get(0);
        int batch = one.shape().batch();
        int channels = one.shape().channels();
        var squeezed = one.plus(each.get(1)).mean(Value.PIXELS).named("squeeze");
        var selection = selection(squeezed, batch, channels);
        var first = selection.slice(1, 0, 1).reshape(batch, channels, 1, 1);
        var second = selection.slice(1, 1, 1).reshape(batch, channels, 1, 1);
        return one.times(first).plus(each.get(1).times(second)).named("fuse");
    }

    /** Paths of the same input, which are read together. */
    private Value stacked(List<Value> each) {
        var all = Value.stack(1, each);
        int batch = all.shape().dim(0);
        int channels = all.shape().dim(2);
        var squeezed = all.sum(1).mean(Value.PIXELS).named("squeeze");
        var selection = selection(squeezed, batch, channels);
        return all.times(selection.reshape(batch, PATHS, channels, 1, 1)).sum(1).named("fuse");
    }

    /** The weight of each path and channel, {@code [batch, paths, channels]}. */
    private Value selection(Value squeezed, int batch, int channels) {
        var hidden = reduce.apply(squeezed.perChannel()).reshape(batch, -1);
        return select.apply(hidden)
                .reshape(batch, PATHS, channels)
                .softmax(1)
                .named("select")
                .exposed(AttentionKind.BRANCH_WEIGHTS);
    }
}
