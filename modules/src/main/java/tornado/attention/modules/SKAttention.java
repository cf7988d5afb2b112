package tornado.attention.modules;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.Axis;
import tornado.attention.tasks.Branches;
import tornado.attention.tasks.Convolution;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.JoinedWeights;
import tornado.attention.tasks.PaddedMap;
import tornado.attention.tasks.Projection;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;
import tornado.attention.tasks.Weight;

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
 * @param kernels k_i, odd
 * @param reduction C / d
 * @param group G
 * @param least L, the least hidden width
 * @param weights {@code convs.i.conv.weight [C, C/G, k, k]}, {@code convs.i.conv.bias [C]}, {@code convs.i.bn.*}, {@code fc.*},
 *     {@code fcs.i.*}
 */
public record SKAttention(int channel, List<Integer> kernels, int reduction, int group, int least, Weights weights)
        implements FeatureMapModule {
    /** Name, paper and options. */
    public static final ModuleType TYPE = new ModuleType(
            "SKAttention",
            "Selective Kernel Networks, Li et al., CVPR 2019",
            "1903.06586",
            List.of(
                    Option.of("channel", Option.Kind.INTEGER, 512, "channels C"),
                    Option.of("kernels", Option.Kind.INTEGERS, List.of(1, 3, 5, 7), "kernel of each branch, odd"),
                    Option.of("reduction", Option.Kind.INTEGER, 16, "C / hidden width"),
                    Option.of("group", Option.Kind.INTEGER, 1, "groups of the convolutions, a divisor of C"),
                    Option.of("L", Option.Kind.INTEGER, 32, "least hidden width")),
            List.of("input"),
            SKAttention::specs,
            (settings, weights) -> new SKAttention(
                    settings.integer("channel"),
                    settings.integers("kernels"),
                    settings.integer("reduction"),
                    settings.integer("group"),
                    settings.integer("L"),
                    weights),
            ModuleType.Fit.channels("channel"));

    /** Copies the list. */
    public SKAttention {
        kernels = List.copyOf(kernels);
    }

    private static List<WeightSpec> specs(Settings settings) {
        int channel = settings.integer("channel");
        int group = settings.integer("group");
        var kernels = settings.integers("kernels");
        Layers.requirePositive("SKAttention", "channel", channel);
        Layers.requirePositive("SKAttention", "reduction", settings.integer("reduction"));
        Layers.requirePositive("SKAttention", "L", settings.integer("L"));
        Layers.requireGroups("SKAttention", "channel", channel, "group", group);
        Layers.requirePositive("SKAttention", "number of kernels", kernels.size());
        kernels.forEach(k -> Layers.requireOddKernel("SKAttention", "kernels", k));
        int hidden = Math.max(settings.integer("L"), channel / settings.integer("reduction"));
        var specs = new ArrayList<WeightSpec>();
        for (int i = 0; i < kernels.size(); i++) {
            specs.addAll(Layers.convolution("convs." + i + ".conv", channel, channel, kernels.get(i), group, true));
            specs.addAll(Layers.batchNorm("convs." + i + ".bn", channel));
        }
        specs.addAll(Layers.linear("fc", channel, hidden, true));
        for (int i = 0; i < kernels.size(); i++) {
            specs.addAll(Layers.linear("fcs." + i, hidden, channel, true));
        }
        return specs;
    }

    @Override
    public ModuleType type() {
        return TYPE;
    }

    @Override
    public Tensor attach(TaskChain chain, Tensor x) {
        requireChannels(x, channel);
        var c = chain.scope("sk");
        var layers = IntStream.range(0, kernels.size()).mapToObj(this::layer).toList();
        var padded = PaddedMap.of(c, "pad", x, layers);
        var branches = Convolution.partial(c, "conv", padded, layers);
        var squeezed = Branches.average(c, "squeeze", branches, kernels.size(), Activation.RELU);
        var z = Projection.linear(
                c, "fc", squeezed, weights.get("fc.weight"), weights.get("fc.bias"), Activation.IDENTITY);
        var all = Projection.linear(c, "fcs", z, joined("weight"), joined("bias"), Activation.IDENTITY);
        var logits = c.view(all, Shape.of(x.shape().batch(), kernels.size(), channel));
        var selection = Axis.softmax(c, "select", logits, 1);
        c.attention(AttentionKind.BRANCH_WEIGHTS, selection);
        return Branches.blend(c, "fuse", branches, selection, Activation.RELU);
    }

    private Convolution.Layer layer(int branch) {
        var name = "convs." + branch;
        return new Convolution.Layer(
                weights.get(name + ".conv.weight"),
                weights.get(name + ".conv.bias"),
                Layers.norm(weights, name + ".bn"),
                Window.same(kernels.get(branch)).grouped(group));
    }

    private Weight joined(String part) {
        return JoinedWeights.rows(IntStream.range(0, kernels.size())
                .mapToObj(i -> weights.get("fcs." + i + "." + part))
                .toList());
    }

    @Override
    public long macsPerImage(Shape featureMap) {
        long c = channel;
        long hidden = Math.max(least, channel / reduction);
        long taps = kernels.stream().mapToLong(k -> (long) k * k).sum();
        return c * c / group * taps * featureMap.pixels() + c * hidden + kernels.size() * hidden * c;
    }
}
