package tornado.attention.modules;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.Axis;
import tornado.attention.tasks.Branches;
import tornado.attention.tasks.Convolution;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.PaddedMap;
import tornado.attention.tasks.Projection;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;

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
 * @param inplans C_in
 * @param planes channels of the output, at least 64, because the squeeze has S / 16 channels
 * @param kernels k_i, four odd numbers
 * @param groups G_i, four divisors of C_in and S
 * @param stride s
 * @param weights {@code conv_i.weight [S, C_in/G_i, k_i, k_i]}, {@code se.fc1.*}, {@code se.fc2.*}
 */
public record PSAModule(
        int inplans, int planes, List<Integer> kernels, List<Integer> groups, int stride, Weights weights)
        implements FeatureMapModule {
    private static final int BRANCHES = 4;
    /** Fixed in the official code, whatever the width. */
    private static final int REDUCTION = 16;

    /** Name, paper and options. */
    public static final ModuleType TYPE = new ModuleType(
            "PSAModule",
            "EPSANet: An Efficient Pyramid Squeeze Attention Block on Convolutional Neural Network, Zhang et al., ACCV 2022",
            "2105.14447",
            List.of(
                    Option.required("inplans", Option.Kind.INTEGER, "channels of the input"),
                    Option.required("planes", Option.Kind.INTEGER, "channels of the output, at least 64"),
                    Option.of("conv_kernels", Option.Kind.INTEGERS, List.of(3, 5, 7, 9), "four odd kernels"),
                    Option.of("conv_groups", Option.Kind.INTEGERS, List.of(1, 4, 8, 16), "groups of each convolution"),
                    Option.of("stride", Option.Kind.INTEGER, 1, "stride of the convolutions")),
            List.of("input"),
            PSAModule::specs,
            (settings, weights) -> new PSAModule(
                    settings.integer("inplans"),
                    settings.integer("planes"),
                    settings.integers("conv_kernels"),
                    settings.integers("conv_groups"),
                    settings.integer("stride"),
                    weights),
            map -> Map.of("inplans", map.channels(), "planes", map.channels()));

    /** Copies the lists. */
    public PSAModule {
        kernels = List.copyOf(kernels);
        groups = List.copyOf(groups);
    }

    private static List<WeightSpec> specs(Settings settings) {
        int inputs = settings.integer("inplans");
        int planes = settings.integer("planes");
        var kernels = settings.integers("conv_kernels");
        var groups = settings.integers("conv_groups");
        Layers.requirePositive("PSAModule", "inplans", inputs);
        Layers.requirePositive("PSAModule", "stride", settings.integer("stride"));
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
        var specs = new ArrayList<WeightSpec>();
        for (int i = 0; i < BRANCHES; i++) {
            Layers.requireOddKernel("PSAModule", "conv_kernels", kernels.get(i));
            Layers.requireGroups("PSAModule", "inplans", inputs, "conv_groups", groups.get(i));
            Layers.requireGroups("PSAModule", "planes / 4", width, "conv_groups", groups.get(i));
            specs.addAll(Layers.convolution("conv_" + (i + 1), inputs, width, kernels.get(i), groups.get(i), false));
        }
        specs.addAll(Layers.convolution1x1("se.fc1", width, width / REDUCTION, true));
        specs.addAll(Layers.convolution1x1("se.fc2", width / REDUCTION, width, true));
        return specs;
    }

    @Override
    public ModuleType type() {
        return TYPE;
    }

    @Override
    public Tensor attach(TaskChain chain, Tensor x) {
        requireChannels(x, inplans);
        var c = chain.scope("psa");
        var layers = IntStream.range(0, BRANCHES).mapToObj(this::layer).toList();
        var padded = PaddedMap.of(c, "pad", x, layers);
        var branches = Convolution.partial(c, "conv", padded, layers);
        var squeezed = Branches.average(c, "squeeze", branches, 1, Activation.IDENTITY);
        var pooled = c.view(squeezed, Shape.of(x.shape().batch(), BRANCHES, planes / BRANCHES));
        var hidden = Projection.linear(
                c, "fc1", pooled, weights.get("se.fc1.weight"), weights.get("se.fc1.bias"), Activation.RELU);
        var gates = Projection.linear(
                c, "fc2", hidden, weights.get("se.fc2.weight"), weights.get("se.fc2.bias"), Activation.SIGMOID);
        var selection = Axis.softmax(c, "select", gates, 1);
        c.attention(AttentionKind.BRANCH_WEIGHTS, selection);
        return Branches.arrange(c, "fuse", branches.raw(), selection, 3, 2, 1, 0);
    }

    private Convolution.Layer layer(int branch) {
        var window =
                Window.same(kernels.get(branch)).grouped(groups.get(branch)).strided(stride);
        return new Convolution.Layer(weights.get("conv_" + (branch + 1) + ".weight"), null, null, window);
    }

    @Override
    public long macsPerImage(Shape featureMap) {
        long width = planes / BRANCHES;
        long pixels = ((featureMap.height() - 1L) / stride + 1) * ((featureMap.width() - 1L) / stride + 1);
        long sum = 0;
        for (int i = 0; i < BRANCHES; i++) {
            sum += (long) inplans / groups.get(i) * width * kernels.get(i) * kernels.get(i);
        }
        return sum * pixels + 2L * BRANCHES * width * (width / REDUCTION);
    }
}
