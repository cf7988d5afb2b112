package tornado.attention.modules;

import java.util.List;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.Convolution;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;

/**
 * Dual attention in the form of External-Attention-pytorch: Fu et al., Dual Attention Network for Scene Segmentation,
 * CVPR 2019 (arXiv 1809.02983).
 *
 * <pre>
 *   Y = P(X) + Q(X), P the {@link PositionAttentionModule}, Q the {@link ChannelAttentionModule}
 *
 *   X [B,C,H,W] ─┬─ channel half [B,C,N] ─────────────────────┐
 *                └─ position half without fc_o [B,C,N] ─ fc_o ─┴─▶ Y [B,C,H,W]
 * </pre>
 *
 * <p>Parameters and MACs are the sums of the halves. The sum is in the position half's last layer, which leaves the
 * pixels where they are: no transpose of P and no pass for the addition. 8 kernels besides those of the two
 * convolutions; 10 where the position half makes its map. The published class ignores its arguments and is always 512 x
 * 7 x 7; here they count. It is not the authors' DANet (no 1x1 queries and keys, no learned gamma, no residual).
 *
 * @param dModel C
 * @param kernelSize k, odd
 * @param height H
 * @param width W
 * @param weights those of the halves behind {@code position_attention_module.} and {@code channel_attention_module.}
 */
public record DAModule(int dModel, int kernelSize, int height, int width, Weights weights) implements FeatureMapModule {
    private static final String POSITION = "position_attention_module.";
    private static final String CHANNEL = "channel_attention_module.";

    /** Name, paper and options. */
    public static final ModuleType TYPE = new ModuleType(
            "DAModule",
            "Dual Attention Network for Scene Segmentation, Fu et al., CVPR 2019",
            "1809.02983",
            PositionAttentionModule.options(),
            List.of("input"),
            settings -> {
                PositionAttentionModule.requireSettings("DAModule", settings);
                return Layers.join(
                        PositionAttentionModule.specs(POSITION, settings),
                        ChannelAttentionModule.specs(CHANNEL, settings));
            },
            (settings, weights) -> new DAModule(
                    settings.integer("d_model"),
                    settings.integer("kernel_size"),
                    settings.integer("H"),
                    settings.integer("W"),
                    weights),
            PositionAttentionModule::fit);

    @Override
    public ModuleType type() {
        return TYPE;
    }

    @Override
    public Tensor attach(TaskChain chain, Tensor x) {
        PositionAttentionModule.requireMap(TYPE, x, dModel, height, width);
        var c = chain.scope("da");
        var channel = ChannelAttentionModule.attend(c.scope("channel"), x, weights, CHANNEL, kernelSize);
        var position = PositionAttentionModule.attend(c.scope("position"), x, weights, POSITION, kernelSize);
        var last = weights.get(POSITION + "pa.fc_o.weight").reshaped(dModel, dModel, 1, 1);
        var bias = weights.get(POSITION + "pa.fc_o.bias");
        return Convolution.pointwiseResidual(
                c, "out", position, last, bias, null, c.view(channel, x.shape()), Activation.IDENTITY);
    }

    @Override
    public long macsPerImage(Shape featureMap) {
        return new PositionAttentionModule(dModel, kernelSize, height, width, weights).macsPerImage(featureMap)
                + new ChannelAttentionModule(dModel, kernelSize, height, width, weights).macsPerImage(featureMap);
    }
}
