package tornado.attention.modules;

import java.util.List;
import java.util.Map;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.graph.AttendTask;
import tornado.attention.tasks.graph.AttendTask.Kind;
import tornado.attention.tasks.graph.Value;

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
 * large N x N map is not made ({@link tornado.attention.tasks.SpatialAttention}). 3 kernels besides those of the convolution, 5 with the map;
 * their traffic 40 C N bytes an image without a map.
 *
 * @param dModel C
 * @param height H
 * @param width W
 * @param cnn {@code cnn.*}
 * @param q {@code pa.fc_q.*}
 * @param k {@code pa.fc_k.*}
 * @param v {@code pa.fc_v.*}
 * @param o {@code pa.fc_o.*}
 */
public record PositionAttentionModule(
        int dModel,
        int height,
        int width,
        ConvolutionLayer cnn,
        ConvolutionLayer q,
        ConvolutionLayer k,
        ConvolutionLayer v,
        LinearLayer o)
        implements Block.OfMap {
    /** Name, paper and options. */
    public static final ModuleType TYPE = ModuleType.of(
            "PositionAttentionModule",
            "position",
            "Dual Attention Network for Scene Segmentation, Fu et al., CVPR 2019",
            "1809.02983",
            options(),
            (p, s) -> of("PositionAttentionModule", p, s),
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

    /** The half as a part of module {@code owner}. */
    static PositionAttentionModule of(String owner, Parameters p, Settings s) {
        requireSettings(owner, s);
        int channels = s.integer("d_model");
        var cnn = cnn(p, s);
        var pa = p.at("pa");
        return new PositionAttentionModule(
                channels,
                s.integer("H"),
                s.integer("W"),
                cnn,
                ofPixels(ScaledDotProductAttention.layer(pa, "fc_q", channels, channels)),
                ofPixels(ScaledDotProductAttention.layer(pa, "fc_k", channels, channels)),
                ofPixels(ScaledDotProductAttention.layer(pa, "fc_v", channels, channels)),
                ScaledDotProductAttention.layer(pa, "fc_o", channels, channels));
    }

    /** The convolution in front of either half. */
    static ConvolutionLayer cnn(Parameters p, Settings s) {
        int channels = s.integer("d_model");
        int kernel = s.integer("kernel_size");
        return p.convolution("cnn", channels, channels, kernel, Window.same(kernel), true);
    }

    /** A layer on tokens as a 1x1 convolution of the map: pixels stay where they are. */
    private static ConvolutionLayer ofPixels(LinearLayer layer) {
        var w = layer.weight();
        return new ConvolutionLayer(
                layer.name(), w.reshape(w.shape().dim(0), w.shape().dim(1), 1, 1), layer.bias(), Window.plain());
    }

    @Override
    public Value apply(Value x) {
        return o.apply(attended(x, "PositionAttentionModule").transpose(0, 2, 1));
    }

    /** Everything but the last layer, {@code [B,C,N]}. */
    Value attended(Value x, String owner) {
        Inputs.requireShape(owner, x, -1, dModel, height, width);
        var y = cnn.apply(x);
        var task = AttendTask.ofMaps(Kind.SOFTMAX, 1 / Math.sqrt(dModel));
        return task.attend(flat(q.apply(y)), flat(k.apply(y)), flat(v.apply(y))).named("attention");
    }

    /** The last layer as a 1x1 convolution of the map. */
    ConvolutionLayer last() {
        return ofPixels(o);
    }

    private static Value flat(Value x) {
        return x.reshape(x.shape().batch(), x.shape().channels(), -1);
    }
}
