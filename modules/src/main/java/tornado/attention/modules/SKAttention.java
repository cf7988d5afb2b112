package tornado.attention.modules;

import java.util.ArrayList;
import java.util.List;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.graph.Value;

/**
 * Selective kernels: Li et al., Selective Kernel Networks, CVPR 2019 (arXiv 1903.06586).
 *
 * <pre>
 *   F_i = relu(BN_i(conv_i(X)))              kernel k_i x k_i, padding k_i / 2, G groups, i = 1 .. K
 *   z   = W GAP(F_1 + ... + F_K) + b         d = max(L, C / reduction)
 *   a_i = softmax over i of W_i z + b_i      for each channel
 *   Y   = a_1 F_1 + ... + a_K F_K
 *
 *   X [B,C,H,W] ─ pad ─┬─ conv ─┐
 *                      ├─ conv2 ┼─ raw [B,KC,..] ─┬─ squeeze [B,C] ─ fc [B,d] ─ fcs [B,K,C] ─ select [B,K,C] ─┐
 *                      └─ ...  ─┘                 └──────────────────────────────────────────────────── fuse ─┴─▶ Y
 * </pre>
 *
 * <p>As External-Attention-pytorch has it: true k x k kernels with biases, and no batch norm or ReLU in the squeeze layer (the
 * Caffe original dilates 3x3 kernels, has no biases, and has both).
 *
 * <p>Parameters: sum over k of (C^2/G k^2 + 3C) + Cd + d + K(dC + C). MACs: sum over k of C^2/G k^2 N + Cd + KdC. Kernels K + 6
 * (K + 5 if all kernels are 1x1). Passes over a map of CHW elements: 4K + 3 (pad reads and writes one; each branch reads the
 * padded map and writes its own; squeeze and fuse read the K branches; fuse writes one), where PyTorch's layers make about 14K:
 * batch norm, ReLU, the products and the stack of branches are passes of their own there. All branches share one padded
 * copy; batch norm and ReLU are applied where a branch is read; the sum of the branches and their stack are never made. In
 * training mode the statistics read each branch once more.
 *
 * @param channel C
 * @param convs {@code convs.i.conv.weight [C, C/G, k, k]}, {@code convs.i.conv.bias [C]}
 * @param norms {@code convs.i.bn.*}
 * @param squeeze {@code fc.*}
 * @param excite {@code fcs.i.*}
 */
public record SKAttention(
        int channel,
        List<ConvolutionLayer> convs,
        List<BatchNormLayer> norms,
        LinearLayer squeeze,
        List<LinearLayer> excite)
        implements Block.OfMap {
    /** Name, paper and options. */
    public static final ModuleType TYPE = ModuleType.of(
            "SKAttention",
            "sk",
            "Selective Kernel Networks, Li et al., CVPR 2019",
            "1903.06586",
            List.of(
                    Option.of("channel", Option.Kind.INTEGER, 512, "channels C"),
                    Option.of("kernels", Option.Kind.INTEGERS, List.of(1, 3, 5, 7), "kernel of each branch, odd"),
                    Option.of("reduction", Option.Kind.INTEGER, 16, "C / hidden width"),
                    Option.of("group", Option.Kind.INTEGER, 1, "groups of the convolutions, a divisor of C"),
                    Option.of("L", Option.Kind.INTEGER, 32, "least hidden width")),
            SKAttention::of,
            ModuleType.Fit.channels("channel"));

    /** Copies the lists. */
    public SKAttention {
        convs = List.copyOf(convs);
        norms = List.copyOf(norms);
        excite = List.copyOf(excite);
    }

    private static SKAttention of(Parameters p, Settings s) {
        int channel = s.integer("channel");
        int group = s.integer("group");
        var kernels = s.integers("kernels");
        Layers.requirePositive("SKAttention", "channel", channel);
        Layers.requirePositive("SKAttention", "reduction", s.integer("reduction"));
        Layers.requirePositive("SKAttention", "L", s.integer("L"));
        Layers.requireGroups("SKAttention", "channel", channel, "group", group);
        Layers.requirePositive("SKAttention", "number of kernels", kernels.size());
        kernels.forEach(k -> Layers.requireOddKernel("SKAttention", "kernels", k));
        int hidden = Math.max(s.integer("L"), channel / s.integer("reduction"));
        var convs = new ArrayList<ConvolutionLayer>();
        var norms = new ArrayList<BatchNormLayer>();
        for (int i = 0; i < kernels.size(); i++) {
            int k = kernels.get(i);
            var branch = p.at("convs." + i);
            convs.add(branch.convolution(
                    "conv", channel, channel, k, Window.same(k).grouped(group), true));
            norms.add(branch.batchNorm("bn", channel));
        }
        var squeeze = p.linear("fc", channel, hidden, true);
        var excite = new ArrayList<LinearLayer>();
        for (int i = 0; i < kernels.size(); i++) {
            excite.add(p.linear("fcs." + i, hidden, channel, true));
        }
        return new SKAttention(channel, convs, norms, squeeze, excite);
    }

    @Override
    public Value apply(Value x) {
        requireChannels("SKAttention", x, channel);
        int batch = x.shape().batch();
        int count = convs.size();
        var branches = new ArrayList<Value>();
        for (int i = 0; i < count; i++) {
            branches.add(norms.get(i).apply(convs.get(i).apply(x)).relu());
        }
        var all = Value.stack(1, branches).named("conv");
        var squeezed = all.sum(1).mean(Value.PIXELS).named("squeeze");
        var z = squeeze.apply(squeezed);
        var weight = Value.concat(0, excite.stream().map(LinearLayer::weight).toList());
        var bias = Value.concat(0, excite.stream().map(LinearLayer::bias).toList());
        var selection = z.linear(weight, bias)
                .named("fcs")
                .reshape(batch, count, channel)
                .softmax(1)
                .named("select")
                .exposed(AttentionKind.BRANCH_WEIGHTS);
        return all.times(selection.reshape(batch, count, channel, 1, 1)).sum(1).named("fuse");
    }
}
