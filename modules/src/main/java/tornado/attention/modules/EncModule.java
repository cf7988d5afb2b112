package tornado.attention.modules;

import java.util.List;
import java.util.Map;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.graph.Value;

/**
 * Context encoding module of EncNet: Zhang et al., Context Encoding for Semantic Segmentation, CVPR 2018 (arXiv
 * 1803.08904).
 *
 * <pre>
 *   V = relu(BN(W_0 X)), E = relu(BN_K({@link Encoding}(V))), e = mean over codewords of E
 *   Y = relu(X + X * sigmoid(W e + b)),  classes = W_se e + b_se
 *
 *   X [B,C,H,W] ─┬─ features [B,C,N] ─ encode [B,K,C] ─ mean [B,C] ─┬─ gate [B,C] ─┐
 *                │                                                  └─ classes ────┼─▶ [B,nclass]
 *                └──────────────────────────────────────────────────────── scale ──┴─▶ Y [B,C,H,W]
 * </pre>
 *
 * <p>Parameters 2 C^2 + 3 C + K C + 3 K, and nclass (C + 1) with se_loss; MACs C^2 N + 2 N K C + C^2 + C nclass. 8
 * kernels, 9 with se_loss, in evaluation mode; traffic (20 C + 16 K) N bytes an image. Batch norms vanish into the
 * first convolution and into the mean over the codewords. As in the code e is a mean where the paper's formula has a
 * sum. The norm over codewords is one over batch and features, as for a 3-D input.
 *
 * @param inChannels C
 * @param reduce {@code encoding.0.weight}
 * @param reduceNorm {@code encoding.1.*}
 * @param encoding {@code encoding.3.codewords}, {@code encoding.3.scale}
 * @param encodingNorm {@code encoding.4.*}
 * @param gate {@code fc.0.*}
 * @param classes {@code selayer.*}, or null: no second output
 */
public record EncModule(
        int inChannels,
        ConvolutionLayer reduce,
        BatchNormLayer reduceNorm,
        Encoding encoding,
        BatchNormLayer encodingNorm,
        LinearLayer gate,
        LinearLayer classes)
        implements Block {
    /** Name, paper and options. */
    public static final ModuleType TYPE = new ModuleType(
            "EncModule",
            "enc",
            "Context Encoding for Semantic Segmentation, Zhang et al., CVPR 2018",
            "1803.08904",
            List.of(
                    Option.required("in_channels", Option.Kind.INTEGER, "channels C"),
                    Option.of("nclass", Option.Kind.INTEGER, 150, "classes of the second output"),
                    Option.of("ncodes", Option.Kind.INTEGER, 32, "codewords"),
                    Option.of("se_loss", Option.Kind.FLAG, true, "second output: which classes are present")),
            List.of("input"),
            List.of(),
            EncModule::of,
            map -> Map.of("in_channels", map.channels()));

    private static EncModule of(Parameters p, Settings s) {
        for (var name : List.of("in_channels", "nclass", "ncodes")) {
            Layers.requirePositive("EncModule", name, s.integer(name));
        }
        int channels = s.integer("in_channels");
        int codes = s.integer("ncodes");
        return new EncModule(
                channels,
                p.convolution1x1("encoding.0", channels, channels, false),
                p.batchNorm("encoding.1", channels),
                Encoding.of("EncModule", p.at("encoding.3"), channels, codes),
                p.batchNorm("encoding.4", codes),
                p.linear("fc.0", channels, channels, true),
                s.flag("se_loss") ? p.linear("selayer", channels, s.integer("nclass"), true) : null);
    }

    @Override
    public List<Value> apply(List<Value> inputs) {
        var x = inputs.getFirst();
        Inputs.requireShape("EncModule", x, -1, inChannels, -1, -1);
        var features = reduceNorm.apply(reduce.apply(x)).relu().named("features");
        var mean = encodingNorm.apply(encoding.encode(features)).relu().mean(1).named("mean");
        var channels = gate.apply(mean).sigmoid().named("gate").exposed(AttentionKind.CHANNEL_GATE);
        var y = x.times(channels.perChannel()).plus(x).relu().named("scale");
        return classes == null ? List.of(y) : List.of(y, classes.apply(mean).named("classes"));
    }
}
