package tornado.attention.modules;

import java.util.List;
import java.util.Map;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.graph.Value;

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
 * @param cell {@code lstm.*}
 */
public record DIAUnit(int channels, LSTMCell.Layer cell) implements Block {
    /** Name, paper and options. */
    public static final ModuleType TYPE = new ModuleType(
            "DIAUnit",
            "dia",
            "DIANet: Dense-and-Implicit Attention Network, Huang et al., AAAI 2020",
            "1905.10671",
            List.of(Option.required("channels", Option.Kind.INTEGER, "channels C")),
            List.of("input", "org", "ht", "ct"),
            List.of(),
            (p, s) -> new DIAUnit(
                    s.integer("channels"),
                    LSTMCell.Layer.first("DIAUnit", p.at("lstm"), s.integer("channels"), s.integer("channels"))),
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
    public List<Value> apply(List<Value> inputs) {
        var x = inputs.get(0);
        Inputs.requireShape("DIAUnit", x, -1, channels, -1, -1);
        Inputs.requireShape("DIAUnit", inputs.get(1), x.shape().dims());
        Inputs.requireShape("DIAUnit", inputs.get(2), 1, x.shape().batch(), channels);
        Inputs.requireShape("DIAUnit", inputs.get(3), 1, x.shape().batch(), channels);
        var old = new LSTMCell.State(LSTMCell.entry(inputs.get(2), 0, "h"), LSTMCell.entry(inputs.get(3), 0, "c"));
        var next = cell.step(x.mean(Value.PIXELS).named("squeeze"), old, "", "cell");
        var gate = next.h().exposed(AttentionKind.CHANNEL_GATE);
        var y = x.times(gate.perChannel()).plus(inputs.get(1)).named("gate");
        return List.of(y, Value.stack(0, List.of(next.h())), Value.stack(0, List.of(next.c())));
    }
}
