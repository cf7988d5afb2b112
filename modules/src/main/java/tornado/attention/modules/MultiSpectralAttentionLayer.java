package tornado.attention.modules;

import java.util.List;
import java.util.Map;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.Broadcast;
import tornado.attention.tasks.ChannelStatistics;
import tornado.attention.tasks.Excitation;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;

/**
 * FcaNet's multi-spectral channel attention: Qin et al., FcaNet: Frequency Channel Attention Networks, ICCV 2021 (arXiv
 * 2012.11879).
 *
 * <pre>
 *   P   = X, pooled to dct_h x dct_w if it has another size
 *   z_c = sum over p, q of P_c(p, q) D_i(p, q)      i = the channel's frequency; D_i a basis function of the cosine transform
 *   Y   = X * sigmoid(W2 relu(W1 z))
 *
 *   X [B,C,H,W] ─┬─ squeeze [B,C] ─ reduce [B,R] ─ excite [B,C] ─┐
 *                └──────────────────────────────────────── gate ─┴─▶ Y
 * </pre>
 *
 * <p>R = C / reduction, no biases. Parameters 2CR (the filters are a buffer of C dct_h dct_w values), MACs C dct_h dct_w + 2CR. 4
 * kernels; traffic 12 CHW bytes an image. Pooling to the DCT size is no kernel: it is linear, so it is folded into the filters
 * when the module is attached, which then have the map's own size; and the channels of a frequency share one filter on the
 * device. A DCT size below 7 makes every frequency 0, as in the official code.
 *
 * @param channel C, divisible by the number of frequencies
 * @param dctHeight dct_h
 * @param dctWidth dct_w
 * @param reduction C / R
 * @param method the frequencies: {@code top}, {@code low} or {@code bot} with 1, 2, 4, 8, 16 or 32
 * @param weights {@code dct_layer.weight [C, dct_h, dct_w]} (buffer), {@code fc.0.weight [R, C]}, {@code fc.2.weight [C, R]}
 */
public record MultiSpectralAttentionLayer(
        int channel, int dctHeight, int dctWidth, int reduction, String method, Weights weights)
        implements FeatureMapModule {
    /** A loaded filter may differ from the computed one by the rounding of float32 cosines. */
    private static final double FILTER_TOLERANCE = 1e-5;

    /** Name, paper and options. */
    public static final ModuleType TYPE = new ModuleType(
            "MultiSpectralAttentionLayer",
            "FcaNet: Frequency Channel Attention Networks, Qin et al., ICCV 2021",
            "2012.11879",
            List.of(
                    Option.required("channel", Option.Kind.INTEGER, "channels C"),
                    Option.required("dct_h", Option.Kind.INTEGER, "rows of the cosine transform"),
                    Option.required("dct_w", Option.Kind.INTEGER, "columns of the cosine transform"),
                    Option.of("reduction", Option.Kind.INTEGER, 16, "C / hidden width"),
                    Option.of(
                            "freq_sel_method", Option.Kind.TEXT, "top16", "top, low or bot with 1, 2, 4, 8, 16 or 32")),
            List.of("input"),
            MultiSpectralAttentionLayer::specs,
            (settings, weights) -> new MultiSpectralAttentionLayer(
                    settings.integer("channel"),
                    settings.integer("dct_h"),
                    settings.integer("dct_w"),
                    settings.integer("reduction"),
                    settings.text("freq_sel_method"),
                    weights),
            MultiSpectralAttentionLayer::fit);

    /** Checks that the weights' filters are those of the frequencies. */
    public MultiSpectralAttentionLayer {
        var computed = FrequencySelection.named(method).filters(channel, dctHeight, dctWidth);
        var given = weights.get("dct_layer.weight").values();
        for (int i = 0; i < computed.length; i++) {
            if (!(Math.abs(computed[i] - given.get(i)) <= FILTER_TOLERANCE)) {
                throw new IllegalArgumentException("Module MultiSpectralAttentionLayer with " + method
                        + " does not fit 'dct_layer.weight': element " + i + " is " + given.get(i) + " instead of "
                        + computed[i]
                        + "; give the freq_sel_method, dct_h and dct_w that the weights were made with.");
            }
        }
    }

    private static Map<String, Object> fit(Shape map) {
        int frequencies = Math.min(16, Integer.lowestOneBit(map.channels()));
        return Map.of(
                "channel", map.channels(),
                "dct_h", map.height(),
                "dct_w", map.width(),
                "freq_sel_method", "top" + frequencies);
    }

    private static List<WeightSpec> specs(Settings settings) {
        int channel = settings.integer("channel");
        int height = settings.integer("dct_h");
        int width = settings.integer("dct_w");
        Layers.requirePositive("MultiSpectralAttentionLayer", "dct_h", height);
        Layers.requirePositive("MultiSpectralAttentionLayer", "dct_w", width);
        int hidden = Reduction.divided("MultiSpectralAttentionLayer", channel, settings.integer("reduction"));
        var selection = FrequencySelection.named(settings.text("freq_sel_method"));
        Layers.requireGroups(
                "MultiSpectralAttentionLayer", "channel", channel, "the number of frequencies", selection.count());
        var filters = Initializer.sequence(selection.filters(channel, height, width));
        return Layers.join(
                List.of(WeightSpec.buffer("dct_layer.weight", filters, channel, height, width)),
                Layers.linear("fc.0", channel, hidden, false),
                Layers.linear("fc.2", hidden, channel, false));
    }

    @Override
    public ModuleType type() {
        return TYPE;
    }

    @Override
    public Tensor attach(TaskChain chain, Tensor x) {
        requireChannels(x, channel);
        var c = chain.scope("fca");
        var filters = FrequencySelection.named(method)
                .filtersFor(dctHeight, dctWidth, x.shape().height(), x.shape().width());
        var squeezed = ChannelStatistics.filtered(c, "squeeze", x, filters);
        var gate = Excitation.apply(
                c,
                squeezed,
                new Excitation.Layer("reduce", weights.get("fc.0.weight"), null, Activation.RELU),
                new Excitation.Layer("excite", weights.get("fc.2.weight"), null, Activation.SIGMOID));
        c.attention(AttentionKind.CHANNEL_GATE, gate);
        return Broadcast.multiply(c, "gate", x, gate);
    }

    @Override
    public long macsPerImage(Shape featureMap) {
        return (long) channel * dctHeight * dctWidth + 2L * channel * (channel / reduction);
    }
}
