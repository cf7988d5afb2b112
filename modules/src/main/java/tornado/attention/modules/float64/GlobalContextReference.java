package tornado.attention.modules.float64;

import java.util.List;

/**
 * The global context family: GCNet (Cao et al., arXiv 1904.11492) in timm's and in its own form, and the simplified
 * non-local block.
 */
final class GlobalContextReference {
    private GlobalContextReference() {}

    /** timm's GlobalContext: g, then X gate(T_scale(g)), then + T_add(g). */
    static Array64 globalContext(Call64 call) {
        var x = call.input();
        boolean scales = call.flag("fuse_scale", true);
        boolean adds = call.flag("fuse_add", false);
        if (!scales && !adds) {
            return x;
        }
        var g = call.flag("use_attn", true) ? attentionPooling(call, "conv_attn", x) : Pooling64.globalAverage(x);
        var y = x;
        if (scales) {
            var gate = Activation64.named(call.word("gate_layer", "sigmoid"));
            y = Channels64.scale(y, transform(call.within("mlp_scale"), g).map(gate));
        }
        return adds ? Channels64.shift(y, transform(call.within("mlp_add"), g)) : y;
    }

    /** T(g) = W2 act(LN(W1 g + b1)) + b2. */
    private static Array64 transform(Call64 call, Array64 g) {
        var hidden = call.layerNorm("norm", call.linear("fc1", g), call.real("norm_eps", 1e-6));
        return call.linear("fc2", hidden.map(Activation64.named(call.word("act_layer", "relu"))));
    }

    /** The official ContextBlock: multiply first, then add, whatever the order in the list. */
    static Array64 contextBlock(Call64 call) {
        var x = call.input();
        var g = call.word("pool", "att").equals("att")
                ? attentionPooling(call, "conv_mask", x)
                : Pooling64.globalAverage(x);
        var fusions = call.setting("fusions") instanceof List<?> list ? list : List.of("channel_add");
        var y = x;
        if (fusions.contains("channel_mul")) {
            y = Channels64.scale(
                    y, bottleneck(call.within("channel_mul_conv"), g).map(Activation64::sigmoid));
        }
        return fusions.contains("channel_add")
                ? Channels64.shift(y, bottleneck(call.within("channel_add_conv"), g))
                : y;
    }

    private static Array64 bottleneck(Call64 call, Array64 g) {
        return call.linear("3", call.layerNorm("1", call.linear("0", g), 1e-5).map(Activation64::relu));
    }

    /** z_n = x_n + W_v sum_m softmax_m(w_k x_m + b_k) x_m. */
    static Array64 simplifiedNonLocal(Call64 call) {
        var x = call.input();
        return Channels64.shift(x, call.linear("conv_value", attentionPooling(call, "conv_mask", x)));
    }

    /** g = sum_n softmax_n(w . x_n + b) x_n: [B, C]. */
    private static Array64 attentionPooling(Call64 call, String name, Array64 x) {
        var logits = call.pointwise(name, x).reshape(x.dim(0), x.dim(2) * x.dim(3));
        return Pooling64.weightedSum(x, Activation64.softmax(logits, 1));
    }
}
