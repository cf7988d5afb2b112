package tornado.attention.modules;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.graph.SelectTask;
import tornado.attention.tasks.graph.Value;

/**
 * Pyramid squeeze attention: Zhang et al., EPSANet: An Efficient Pyramid Squeeze Attention Block on Convolutional Neural Network,
 * ACCV 2022 (arXiv 2105.14447).
 *
 * <pre>
 *   F_i = conv_i(X)                                    k_i x k_i, padding k_i / 2, G_i groups, stride s, C_in to S = planes / 4
 *   w_i = sigmoid(W2 relu(W1 GAP(F_i) + b1) + b2)      one squeeze-and-excitation for all four
 *   a   = softmax over i of w_i                        for each of the S channels
 *   Y   = concat(a_4 F_4, a_3 F_3, a_2 F_2, a_1 F_1)   blocks in reverse, as the official code has them
 *
 *   X [B,C,H,W] ─ pad ─┬─ conv ─┐
 *                      ├─ conv2 │
 *                      ├─ conv3 ┼─ raw [B,4S,..] ─┬─ squeeze [B,4,S] ─ fc1 [B,4,S/16] ─ fc2 [B,4,S] ─ select [B,4,S] ─┐
 *                      └─ conv4 ┘                 └──────────────────────────────────────────────────────────── fuse ─┴─▶ Y
 * </pre>
 *
 * <p>Parameters: sum over i of C_in/G_i S k_i^2, and 2SR + R + S with R = S / 16. MACs: that sum times the output pixels, and
 * 8SR. Kernels 10. Passes over a map: the input is read once and written once padded, read by each of the four convolutions;
 * the output's 4S channels are written raw, read for the squeeze, read and written once more as output: 6 of the input and 4 of
 * the output. The four results are never concatenated or stacked: they are written side by side, and the reversed order is an
 * index of the last task. planes not divisible by 4 give 4 (planes / 4) channels.
 *
 * @param inplans channels of the input
 * @param convs {@code conv_i.weight [S, C/G_i, k_i, k_i]}, i from 1
 * @param se {@code se.fc1.*}, {@code se.fc2.*}
 */
public record PSAModule(int inplans, List<ConvolutionLayer> convs, SEWeightModule se) implements Block.OfMap {
    private static final int BRANCHES = 4;
    private static final int REDUCTION = 16;

    /** Name, paper and options. */
    public static final ModuleType TYPE = ModuleType.of(
            "PSAModule",
            "psa",
            "EPSANet: An Efficient Pyramid Squeeze Attention Block on Convolutional Neural Network, Zhang et al., ACCV 2022",
            "2105.14447",
            List.of(
                    Option.required("inplans", Option.Kind.INTEGER, "channels of the input"),
                    Option.required("planes", Option.Kind.INTEGER, "channels of the output, at least 64"),
                    Option.of("conv_kernels", Option.Kind.INTEGERS, List.of(3, 5, 7, 9), "four odd kernels"),
                    Option.of("conv_groups", Option.Kind.INTEGERS, List.of(1, 4, 8, 16), "groups of each convolution"),
                    Option.of("stride", Option.Kind.INTEGER, 1, "stride of the convolutions")),
            PSAModule::of,
            map -> Map.of("inplans", map.channels(), "planes", map.channels()));

    /** Copies the list. */
    public PSAModule {
        convs = List.copyOf(convs);
    }

    private static PSAModule of(Parameters p, Settings s) {
        int inputs = s.integer("inplans");
        int planes = s.integer("planes");
        int stride = s.integer("stride");
        var kernels = s.integers("conv_kernels");
        var groups = s.integers("conv_groups");
        Layers.requirePositive("PSAModule", "inplans", inputs);
        Layers.requirePositive("PSAModule", "stride", stride);
        if (planes < BRANCHES * REDUCTION) {
            throw new IllegalArgumentException(
                    "Module PSAModule needs planes of at least 64, because its squeeze has planes / 4 / 16"
                            + " channels, but planes is " + planes + ".");
        }
        if (kernels.size() != BRANCHES || groups.size() != BRANCHES) {
            throw new IllegalArgumentException("Module PSAModule has four branches and needs four conv_kernels and four"
                    + " conv_groups, but there are " + kernels.size() + " and " + groups.size() + ".");
        }
        int width = planes / BRANCHES;
        var convs = new ArrayList<ConvolutionLayer>();
        for (int i = 0; i < BRANCHES; i++) {
            int k = kernels.get(i);
            Layers.requireOddKernel("PSAModule", "conv_kernels", k);
            Layers.requireGroups("PSAModule", "inplans", inputs, "conv_groups", groups.get(i));
            Layers.requireGroups("PSAModule", "planes / 4", width, "conv_groups", groups.get(i));
            var window = Window.same(k).grouped(groups.get(i)).strided(stride);
            convs.add(p.convolution("conv_" + (i + 1), inputs, width, k, window, false));
        }
        return new PSAModule(inputs, convs, SEWeightModule.of("PSAModule", p.at("se"), width, REDUCTION));
    }

    @Override
    public Value apply(Value x) {
        requireChannels("PSAModule", x, inplans);
        int batch = x.shape().batch();
        int width = se.channels();
        var all = Value.stack(1, convs.stream().map(c -> c.apply(x)).toList()).named("conv");
        int height = all.shape().dim(3);
        var beside = all.reshape(batch, BRANCHES * width, height, -1);
        var squeezed = beside.mean(Value.PIXELS).named("squeeze").reshape(batch, BRANCHES, width);
        var selection = se.weigh(squeezed).softmax(1).named("select").exposed(AttentionKind.BRANCH_WEIGHTS);
        var weighted = all.times(selection.reshape(batch, BRANCHES, width, 1, 1));
        return Value.of(SelectTask.of(1, 3, 2, 1, 0), weighted)
                .reshape(beside.shape().dims())
                .named("fuse");
    }
}
