package tornado.attention.modules;

import java.util.List;
import java.util.Map;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.graph.AveragePoolTask;
import tornado.attention.tasks.graph.ExpandTask;
import tornado.attention.tasks.graph.Parameter;
import tornado.attention.tasks.graph.Value;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

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
 * @param filters one a frequency, {@code [F, 1, dct_h, dct_w]}
 * @param reduce {@code fc.0.weight [R, C]}
 * @param excite {@code fc.2.weight [C, R]}
 */
public record MultiSpectralAttentionLayer(int channel, Value filters, LinearLayer reduce, LinearLayer excite)
        implements Block.OfMap {
    /** A loaded filter may differ from the computed one by the rounding of float32 cosines. */
    private static final double FILTER_TOLERANCE = 1e-5;

    private static final double HALF = 0x1p-10;
    private static final double BRAIN = 0x1p-7;

    /** Name, paper and options. */
    public static final ModuleType TYPE = ModuleType.of(
            "MultiSpectralAttentionLayer",
            "fca",
            "FcaNet: Frequency Channel Attention Networks, Qin et al., ICCV 2021",
            "2012.11879",
            List.of(
                    Option.required("channel", Option.Kind.INTEGER, "channels C"),
                    Option.required("dct_h", Option.Kind.INTEGER, "rows of the cosine transform"),
                    Option.required("dct_w", Option.Kind.INTEGER, "columns of the cosine transform"),
                    Option.of("reduction", Option.Kind.INTEGER, 16, "C / hidden width"),
                    Option.of(
                            "freq_sel_method", Option.Kind.TEXT, "top16", "top, low or bot with 1, 2, 4, 8, 16 or 32")),
            MultiSpectralAttentionLayer::of,
            MultiSpectralAttentionLayer::fit);

    private static Map<String, Object> fit(Shape map) {
        int frequencies = Math.min(16, Integer.lowestOneBit(map.channels()));
        return Map.of(
                "channel", map.channels(),
                "dct_h", map.height(),
                "dct_w", map.width(),
                "freq_sel_method", "top" + frequencies);
    }

    private static MultiSpectralAttentionLayer of(Parameters p, Settings s) {
        int channel = s.integer("channel");
        int height = s.integer("dct_h");
        int width = s.integer("dct_w");
        Layers.requirePositive("MultiSpectralAttentionLayer", "dct_h", height);
        Layers.requirePositive("MultiSpectralAttentionLayer", "dct_w", width);
        int hidden = Reduction.divided("MultiSpectralAttentionLayer", channel, s.integer("reduction"));
        var selection = FrequencySelection.named(s.text("freq_sel_method"));
        Layers.requireGroups(
                "MultiSpectralAttentionLayer", "channel", channel, "the number of frequencies", selection.count());
        var all = selection.filters(channel, height, width);
        var stored = p.at("dct_layer").buffer("weight", Initializer.sequence(all), channel, height, width);
        requireFilters((Parameter) stored.task(), all, selection.method());
        return new MultiSpectralAttentionLayer(
                channel,
                selection.filters(height, width),
                p.linear("fc.0", channel, hidden, false),
                p.linear("fc.2", hidden, channel, false));
    }

    /** The filters are computed; those of a file must be the same. */
    private static void requireFilters(Parameter stored, float[] computed, String method) {
        if (!stored.isDescribed()) {
            var given = stored.weight().values();
            double relative = precision(given);
            for (int i = 0; i < computed.length; i++) {
                if (!(Math.abs(computed[i] - given.get(i)) <= FILTER_TOLERANCE + relative * Math.abs(computed[i]))) {
                    throw new IllegalArgumentException("Module MultiSpectralAttentionLayer with " + method
                            + " does not fit 'dct_layer.weight': element " + i + " is " + given.get(i) + " instead of "
                            + computed[i]
                            + "; give the freq_sel_method, dct_h and dct_w that the weights were made with.");
                }
            }
        }
    }

    /** What rounding of the filters may be due to how they were stored: nothing more of F32, a unit of F16's or BF16's last place. */
    private static double precision(FloatArray given) {
        boolean half = true;
        boolean brain = true;
        for (int i = 0; i < given.getSize(); i++) {
            float value = given.get(i);
            half &= Float.float16ToFloat(Float.floatToFloat16(value)) == value;
            brain &= (Float.floatToRawIntBits(value) & 0xffff) == 0;
        }
        return half ? HALF : brain ? BRAIN : 0;
    }

    @Override
    public Value apply(Value x) {
        requireChannels("MultiSpectralAttentionLayer", x, channel);
        int frequencies = filters.shape().dim(0);
        int height = filters.shape().dim(2);
        int width = filters.shape().dim(3);
        var pooled = x.shape().height() == height && x.shape().width() == width
                ? x
                : Value.of(new AveragePoolTask(height, width), x);
        var repeated = Value.of(new ExpandTask(Shape.of(frequencies, channel / frequencies, height, width)), filters);
        var squeezed = pooled.convolve(
                        repeated.reshape(channel, 1, height, width),
                        null,
                        Window.plain().grouped(channel))
                .named("squeeze");
        var hidden = reduce.apply(squeezed.reshape(-1, channel)).relu().named("reduce");
        var gate = excite.apply(hidden).sigmoid().named("excite").exposed(AttentionKind.CHANNEL_GATE);
        return x.times(gate.perChannel()).named("gate");
    }
}
