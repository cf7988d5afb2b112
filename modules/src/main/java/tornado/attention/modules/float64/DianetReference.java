package tornado.attention.modules.float64;

import java.util.Arrays;
import java.util.List;

/** DIANet: Dense-and-Implicit Attention Network, Huang et al., AAAI 2020 (arXiv 1905.10671). */
final class DianetReference {
    /** The rate between layers of the published cell; it matters in train mode with more than one layer only. */
    private static final double DROPOUT = 0.1;

    /** States of one layer, each [B, H]. */
    private record State(Array64 h, Array64 c) {}

    private DianetReference() {}

    /** One step of all layers: h and c, each [layers, B, H]. */
    static List<Array64> cell(Call64 call) {
        var h = call.input("ht");
        int layers = call.integer("nlayers", h.dim(0));
        if (layers > 1) {
            call.refuseDropout(call.real("dropout", DROPOUT));
        }
        var newH = Array64.zeros(h.shape());
        var newC = Array64.zeros(h.shape());
        var below = call.input();
        for (var layer = 0; layer < layers; layer++) {
            var state = step(call, layer, below, new State(level(h, layer), level(call.input("ct"), layer)));
            System.arraycopy(state.h.values(), 0, newH.values(), layer * state.h.size(), state.h.size());
            System.arraycopy(state.c.values(), 0, newC.values(), layer * state.c.size(), state.c.size());
            below = state.h;
        }
        return List.of(newH, newC);
    }

    private static Array64 level(Array64 states, int layer) {
        int size = states.dim(1) * states.dim(2);
        var values = Arrays.copyOfRange(states.values(), layer * size, (layer + 1) * size);
        return Array64.of(values, states.dim(1), states.dim(2));
    }

    /** c' = sigma(f) c + sigma(i) tanh(g); h' = sigma(o) sigma(c') (a sigmoid where other LSTMs have tanh). */
    private static State step(Call64 call, int layer, Array64 x, State old) {
        var gates = transform(call, "w_ih." + layer, layer, x).plus(transform(call, "w_hh." + layer, layer, old.h));
        int hidden = old.h.dim(1);
        var h = Array64.zeros(old.h.shape());
        var c = Array64.zeros(old.c.shape());
        for (var i = 0; i < h.size(); i++) {
            int at = i / hidden * 4 * hidden + i % hidden;
            double input = Activation64.sigmoid(gates.values()[at]);
            double forget = Activation64.sigmoid(gates.values()[at + hidden]);
            double candidate = Math.tanh(gates.values()[at + 2 * hidden]);
            double output = Activation64.sigmoid(gates.values()[at + 3 * hidden]);
            c.values()[i] = forget * old.c.values()[i] + input * candidate;
            h.values()[i] = output * Activation64.sigmoid(c.values()[i]);
        }
        return new State(h, c);
    }

    /** The first layer has a bottleneck, the others are plain. */
    private static Array64 transform(Call64 call, String name, int layer, Array64 x) {
        return layer == 0
                ? call.linear(name + ".seq.2", call.linear(name + ".seq.0", x).map(Activation64::relu))
                : call.linear(name, x);
    }

    /** One step of the stack: x h' + org, h', c'. */
    static List<Array64> unit(Call64 call) {
        var x = call.input();
        var state = step(
                call.within("lstm"),
                0,
                Pooling64.globalAverage(x),
                new State(level(call.input("ht"), 0), level(call.input("ct"), 0)));
        var y = Channels64.scale(x, state.h).plus(call.input("org"));
        int[] stacked = {1, state.h.dim(0), state.h.dim(1)};
        return List.of(y, state.h.reshape(stacked), state.c.reshape(stacked));
    }

    /** A stack of 1x1 branches whose shortcuts are their inputs, one cell shared by all. */
    static Array64 stack(Call64 call) {
        var x = call.input();
        var state = new State(Array64.zeros(x.dim(0), x.dim(1)), Array64.zeros(x.dim(0), x.dim(1)));
        for (var t = 0; t < call.integer("layers", 1); t++) {
            var y = call.pointwise("ModuleList." + t + ".conv", x);
            state = step(call.within("lstm"), 0, Pooling64.globalAverage(y), state);
            x = Channels64.scale(y, state.h).plus(x);
            if (call.flag("relu_after", false)) {
                x = x.map(Activation64::relu);
            }
        }
        return x;
    }
}
