package tornado.attention.modules;

import tornado.attention.tasks.graph.Value;

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
 * @param position the first half
 * @param channel the second half
 */
public record DAModule(PositionAttentionModule position, ChannelAttentionModule channel) implements Block.OfMap {
    /** Name, paper and options. */
    public static final ModuleType TYPE = ModuleType.of(
            "DAModule",
            "da",
            "Dual Attention Network for Scene Segmentation, Fu et al., CVPR 2019",
            "1809.02983",
            PositionAttentionModule.options(),
            (p, s) -> new DAModule(
                    PositionAttentionModule.of("DAModule", p.at("position_attention_module"), s),
                    ChannelAttentionModule.of("DAModule", p.at("channel_attention_module"), s)),
            PositionAttentionModule::fit);

    @Override
    public Value apply(Value x) {
        var dims = x.shape().dims();
        var attended = position.attended(x, "DAModule").reshape(dims);
        return position.last()
                .apply(attended)
                .plus(channel.apply(x).reshape(dims))
                .named("out");
    }
}
