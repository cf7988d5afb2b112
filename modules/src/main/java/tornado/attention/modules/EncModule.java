package tornado.attention.modules;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.Axis;
import tornado.attention.tasks.CodewordEncoding;
import tornado.attention.tasks.Convolution;
import tornado.attention.tasks.GatedSum;
import tornado.attention.tasks.Projection;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;

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
 * @param classes nclass
 * @param codes K
 * @param seLoss whether there is a second output
 * @param weights {@code encoding.0.weight}, {@code encoding.1.*}, {@code encoding.3.codewords},
 *     {@code encoding.3.scale}, {@code encoding.4.*}, {@code fc.0.*}, {@code selayer.*}
 */
public record EncModule(int inChannels, int classes, int codes, boolean seLoss, Weights weights)
        implements AttentionModule {
    /** Name, paper and options. */
    public static final ModuleType TYPE = new ModuleType(
            "EncModule",
            "Context Encoding for Semantic Segmentation, Zhang et al., CVPR 2018",
            "1803.08904",
            List.of(
                    Option.required("in_channels", Option.Kind.INTEGER, "channels C"),
                    Option.of("nclass", Option.Kind.INTEGER, 150, "classes of the second output"),
                    Option.of("ncodes", Option.Kind.INTEGER, 32, "codewords"),
                    Option.of("se_loss", Option.Kind.FLAG, true, "second output: which classes are present")),
            List.of("input"),
            EncModule::specs,
            (settings, weights) -> new EncModule(
                    settings.integer("in_channels"),
                    settings.integer("nclass"),
                    settings.integer("ncodes"),
                    settings.flag("se_loss"),
                    weights),
            map -> Map.of("in_channels", map.channels()));

    private static List<WeightSpec> specs(Settings settings) {
        for (var name : List.of("in_channels", "nclass", "ncodes")) {
            Layers.requirePositive("EncModule", name, settings.integer(name));
        }
        int channels = settings.integer("in_channels");
        int codes = settings.integer("ncodes");
        var specs = new ArrayList<WeightSpec>(Layers.join(
                Layers.convolution1x1("encoding.0", channels, channels, false),
                Layers.batchNorm("encoding.1", channels),
                Encoding.specs("encoding.3.", channels, codes),
                Layers.batchNorm("encoding.4", codes),
                Layers.linear("fc.0", channels, channels, true)));
        if (settings.flag("se_loss")) {
            specs.addAll(Layers.linear("selayer", channels, settings.integer("nclass"), true));
        }
        return specs;
    }

    @Override
    public ModuleType type() {
        return TYPE;
    }

    @Override
    public List<Tensor> attach(TaskChain chain, List<Tensor> inputs) {
        var x = Inputs.single(TYPE, inputs);
        Inputs.requireShape(TYPE, x, -1, inChannels, -1, -1);
        var c = chain.scope("enc");
        var features = Convolution.pointwise(
                c,
                "features",
                x,
                weights.get("encoding.0.weight"),
                null,
                Layers.norm(weights, "encoding.1"),
                Activation.RELU);
        var encoded = CodewordEncoding.encode(
                c, "encode", features, weights.get("encoding.3.codewords"), weights.get("encoding.3.scale"));
        var mean = Axis.normalizedMean(c, "mean", encoded, Layers.norm(weights, "encoding.4"), Activation.RELU);
        var gate = Projection.linear(
                c, "gate", mean, weights.get("fc.0.weight"), weights.get("fc.0.bias"), Activation.SIGMOID);
        c.attention(AttentionKind.CHANNEL_GATE, gate);
        var y = GatedSum.apply(c, "scale", x, gate, x, Activation.RELU);
        if (!seLoss) {
            return List.of(y);
        }
        return List.of(
                y,
                Projection.linear(
                        c,
                        "classes",
                        mean,
                        weights.get("selayer.weight"),
                        weights.get("selayer.bias"),
                        Activation.IDENTITY));
    }

    @Override
    public long macsPerImage(List<Shape> inputs) {
        long channels = inChannels;
        long pixels = inputs.getFirst().pixels();
        return channels * channels * pixels
                + 2 * pixels * codes * channels
                + channels * channels
                + (seLoss ? channels * classes : 0);
    }
}
