package tornado.attention.modules;

import java.util.List;
import java.util.Map;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.GatedSum;
import tornado.attention.tasks.Pooling;
import tornado.attention.tasks.Rearrangement;
import tornado.attention.tasks.Recurrence;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;

/**
 * One step of dense-and-implicit attention: Huang et al., DIANet: Dense-and-Implicit Attention Network, AAAI 2020
 * (arXiv 1905.10671).
 *
 * <pre>
 *   h', c' = cell(GAP(X), h, c),  Y = X * h' + org
 *
 *   X [B,C,H,W] ─┬─ squeeze [B,C] ─ cell (h, c) ─┬─▶ h', c' [1,B,C]
 *   org ─────────┴────────────────────────────── gate ─▶ Y [B,C,H,W]
 * </pre>
 *
 * <p>The cell is an {@link LSTMCell}. X is the output of a residual branch before the addition, org its shortcut.
 * Parameters 10 C q + 2 q + 8 C with q = C / 4, MACs 10 C q, 5 kernels; traffic 16 CHW bytes an image: gate and
 * addition are one pass.
 *
 * @param channels C, at least 4
 * @param weights those of the cell behind {@code lstm.}
 */
public record DIAUnit(int channels, Weights weights) implements AttentionModule {
    /** What stands before the cell's weights. */
    static final String CELL = "lstm.";

    /** Name, paper and options. */
    public static final ModuleType TYPE = new ModuleType(
            "DIAUnit",
            "DIANet: Dense-and-Implicit Attention Network, Huang et al., AAAI 2020",
            "1905.10671",
            List.of(Option.required("channels", Option.Kind.INTEGER, "channels C")),
            List.of("input", "org", "ht", "ct"),
            settings -> LSTMCell.specs("DIAUnit", CELL, settings.integer("channels"), settings.integer("channels")),
            (settings, weights) -> new DIAUnit(settings.integer("channels"), weights),
            new ModuleType.Fit() {
                @Override
                public Map<String, Object> settings(Shape map) {
                    return Map.of("channels", map.channels());
                }

                @Override
                public List<Shape> inputs(Shape map, Settings settings) {
                    var state = Shape.of(1, map.batch(), map.channels());
                    return List.of(map, map, state, state);
                }
            });

    @Override
    public ModuleType type() {
        return TYPE;
    }

    @Override
    public List<Tensor> attach(TaskChain chain, List<Tensor> inputs) {
        Inputs.requireCount(TYPE, inputs);
        var x = inputs.get(0);
        Inputs.requireShape(TYPE, x, -1, channels, -1, -1);
        Inputs.requireShape(TYPE, inputs.get(1), x.shape().dims());
        Inputs.requireShape(TYPE, inputs.get(2), 1, x.shape().batch(), channels);
        Inputs.requireShape(TYPE, inputs.get(3), 1, x.shape().batch(), channels);
        var c = chain.scope("dia");
        var old = new Recurrence.State(
                Rearrangement.entry(c, "h", inputs.get(2), 0), Rearrangement.entry(c, "c", inputs.get(3), 0));
        var state = LSTMCell.first(c, weights, CELL, Pooling.average(c, "squeeze", x), old);
        c.attention(AttentionKind.CHANNEL_GATE, state.h());
        var y = GatedSum.apply(c, "gate", x, state.h(), inputs.get(1), Activation.IDENTITY);
        return List.of(
                y, Rearrangement.stack(c, "h", List.of(state.h())), Rearrangement.stack(c, "c", List.of(state.c())));
    }

    @Override
    public long macsPerImage(List<Shape> inputs) {
        return LSTMCell.macs(channels, channels);
    }
}
