package tornado.attention.modules;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.ContextPooling;
import tornado.attention.tasks.Convolution;
import tornado.attention.tasks.FeatureSlice;
import tornado.attention.tasks.JoinedWeights;
import tornado.attention.tasks.Projection;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.SpatialAttention;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;
import tornado.attention.tasks.Weight;

/**
 * The position half of dual attention in the form of External-Attention-pytorch: Fu et al., Dual Attention Network for
 * Scene Segmentation, CVPR 2019 (arXiv 1809.02983).
 *
 * <pre>
 *   Y = conv_kxk(X), tokens = pixels, P = W_o softmax_m(q_n . k_m / sqrt(C)) v_m + b_o with q, k, v = W y + b
 *
 *   X [B,C,H,W] ─ cnn ─ qkv [B,3C,N] ─ attention [B,C,N] ─ fc_o ─▶ P [B,N,C]
 * </pre>
 *
 * <p>Parameters k^2 C^2 + C + 4 C^2 + 4 C, MACs k^2 C^2 N + 4 C^2 N + 2 N^2 C. Queries, keys and values are one task
 * and stay channel by channel, so that pixels are never transposed into tokens but in the index of the last layer; a
 * large N x N map is not made ({@link SpatialAttention}). 3 kernels besides those of the convolution, 5 with the map;
 * their traffic 40 C N bytes an image without a map.
 *
 * @param dModel C
 * @param kernelSize k, odd
 * @param height H
 * @param width W
 * @param weights {@code cnn.*}, {@code pa.fc_q.*}, {@code pa.fc_k.*}, {@code pa.fc_v.*}, {@code pa.fc_o.*}
 */
public record PositionAttentionModule(int dModel, int kernelSize, int height, int width, Weights weights)
        implements FeatureMapModule {
    /** Name, paper and options. */
    public static final ModuleType TYPE = new ModuleType(
            "PositionAttentionModule",
            "Dual Attention Network for Scene Segmentation, Fu et al., CVPR 2019",
            "1809.02983",
            options(),
            List.of("input"),
            settings -> {
                requireSettings("PositionAttentionModule", settings);
                return specs("", settings);
            },
            (settings, weights) -> new PositionAttentionModule(
                    settings.integer("d_model"),
                    settings.integer("kernel_size"),
                    settings.integer("H"),
                    settings.integer("W"),
                    weights),
            PositionAttentionModule::fit);

    /** Options of both halves and of the whole. */
    static List<Option> options() {
        return List.of(
                Option.of("d_model", Option.Kind.INTEGER, 512, "channels C"),
                Option.of("kernel_size", Option.Kind.INTEGER, 3, "kernel of the convolution, odd"),
                Option.of("H", Option.Kind.INTEGER, 7, "height of the map"),
                Option.of("W", Option.Kind.INTEGER, 7, "width of the map"));
    }

    /** Settings that fit a map. */
    static Map<String, Object> fit(Shape map) {
        return Map.of("d_model", map.channels(), "H", map.height(), "W", map.width());
    }

    /** Fails unless all settings can work. */
    static void requireSettings(String module, Settings settings) {
        for (var name : List.of("d_model", "H", "W")) {
            Layers.requirePositive(module, name, settings.integer(name));
        }
        Layers.requireOddKernel(module, "kernel_size", settings.integer("kernel_size"));
    }

    /** The weights under a prefix. */
    static List<WeightSpec> specs(String prefix, Settings settings) {
        int channels = settings.integer("d_model");
        var specs = new ArrayList<WeightSpec>(
                Layers.convolution(prefix + "cnn", channels, channels, settings.integer("kernel_size"), 1, true));
        specs.addAll(ScaledDotProductAttention.specs(prefix + "pa.", channels, channels, channels));
        return specs;
    }

    @Override
    public ModuleType type() {
        return TYPE;
    }

    @Override
    public Tensor attach(TaskChain chain, Tensor x) {
        requireMap(TYPE, x, dModel, height, width);
        var c = chain.scope("position");
        var attended = attend(c, x, weights, "", kernelSize);
        return ContextPooling.tokens(c, "fc_o", attended, weights.get("pa.fc_o.weight"), weights.get("pa.fc_o.bias"));
    }

    /** Everything but the last layer: {@code [B,C,H,W]}. */
    static Tensor attend(TaskChain c, Tensor x, Weights weights, String prefix, int kernelSize) {
        int channels = x.shape().channels();
        var y = cnn(c, x, weights, prefix, kernelSize);
        var qkv = Projection.convolution1x1(
                c, "qkv", y, joined(weights, prefix, "weight"), joined(weights, prefix, "bias"), Activation.IDENTITY);
        var attended = SpatialAttention.softmax(
                c,
                "attention",
                new FeatureSlice(qkv, 0, channels),
                new FeatureSlice(qkv, channels, channels),
                new FeatureSlice(qkv, 2 * channels, channels),
                1 / Math.sqrt(channels));
        return c.view(attended, x.shape());
    }

    private static Weight joined(Weights weights, String prefix, String kind) {
        return JoinedWeights.rows(List.of(
                weights.get(prefix + "pa.fc_q." + kind),
                weights.get(prefix + "pa.fc_k." + kind),
                weights.get(prefix + "pa.fc_v." + kind)));
    }

    /** The convolution in front of either half. */
    static Tensor cnn(TaskChain c, Tensor x, Weights weights, String prefix, int kernelSize) {
        var layer = new Convolution.Layer(
                weights.get(prefix + "cnn.weight"),
                weights.get(prefix + "cnn.bias"),
                null,
                Convolution.Window.same(kernelSize));
        return Convolution.apply(c, "cnn", x, layer, Activation.IDENTITY);
    }

    /** Fails unless a map has the size for which the module was made. */
    static void requireMap(ModuleType type, Tensor x, int channels, int height, int width) {
        Inputs.requireShape(type, x, -1, channels, height, width);
    }

    @Override
    public long macsPerImage(Shape featureMap) {
        long channels = dModel;
        long pixels = (long) height * width;
        return (long) kernelSize * kernelSize * channels * channels * pixels
                + 4 * channels * channels * pixels
                + 2 * pixels * pixels * channels;
    }
}
