package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Linear layers on few rows, such as pooled vectors, where one item an output would leave a GPU idle. A group's items are
 * {@value #LANES} outputs times {@code size / LANES} slices of the inputs; weights lie as in {@link Linear}, so that lanes
 * read neighbouring ones.
 */
public final class LinearGroups {
    /** Outputs that a group computes side by side: the 32 lanes that a GPU runs in step. Sizes of groups are multiples of it. */
    public static final int LANES = 32;

    private LinearGroups() {}

    /**
     * {@link Linear#apply}.
     *
     * @param context {@code rows * ceil(outputs / LANES)} groups
     * @param x {@code [rows, inputs]}
     * @param weight {@code [inputs, outputs]}
     * @param bias {@code [outputs]}
     * @param out {@code [rows, outputs]}
     * @param inputs features in
     * @param outputs features out
     * @param activation a constant of {@link Activations}
     * @param size items of a group, a power of two, at least {@link #LANES}
     */
    public static void apply(
            KernelContext context,
            FloatArray x,
            FloatArray weight,
            FloatArray bias,
            FloatArray out,
            int inputs,
            int outputs,
            int activation,
            int size) {
        float[] shared = context.allocateFloatLocalArray(size);
        int item = context.localIdx;
        int blocks = (outputs + LANES - 1) / LANES;
        int row = context.groupIdx / blocks;
        int o = context.groupIdx % blocks * LANES + item % LANES;
        shared[item] =
                o < outputs ? slice(x, weight, row * inputs, o, item / LANES, size / LANES, inputs, outputs) : 0f;
        for (int half = size / 2; half >= LANES; half /= 2) {
            context.localBarrier();
            if (item < half) {
                shared[item] += shared[item + half];
            }
        }
        if (item < LANES && o < outputs) {
            out.set(row * outputs + o, Activations.apply(activation, bias.get(o) + shared[item]));
        }
    }

    /** One slice's part of an output. */
    private static float slice(
            FloatArray x, FloatArray weight, int first, int o, int slice, int slices, int inputs, int outputs) {
        float sum = 0f;
        for (int i = slice; i < inputs; i += slices) {
            sum += x.get(first + i) * weight.get(i * outputs + o);
        }
        return sum;
    }

    /**
     * Two linear layers, the squeezed vector between them in local memory: {@code out[r] = last(b2 + w2 * middle(b1 + w1 *
     * x[r]))}; the excitation of Squeeze-and-Excitation.
     *
     * @param context as many groups as rows
     * @param x {@code [rows, inputs]}
     * @param w1 {@code [inputs, hidden]}
     * @param b1 {@code [hidden]}
     * @param w2 {@code [hidden, outputs]}
     * @param b2 {@code [outputs]}
     * @param out {@code [rows, outputs]}
     * @param inputs features in
     * @param hidden features between
     * @param outputs features out
     * @param middle a constant of {@link Activations}
     * @param last a constant of {@link Activations}
     * @param size items of a group, a power of two, at least {@link #LANES}
     */
    public static void excitation(
            KernelContext context,
            FloatArray x,
            FloatArray w1,
            FloatArray b1,
            FloatArray w2,
            FloatArray b2,
            FloatArray out,
            int inputs,
            int hidden,
            int outputs,
            int middle,
            int last,
            int size) {
        float[] shared = context.allocateFloatLocalArray(size);
        float[] between = context.allocateFloatLocalArray(hidden);
        int item = context.localIdx;
        int row = context.groupIdx;
        for (int base = 0; base < hidden; base += LANES) {
            int h = base + item % LANES;
            shared[item] = h < hidden ? slice(x, w1, row * inputs, h, item / LANES, size / LANES, inputs, hidden) : 0f;
            for (int half = size / 2; half >= LANES; half /= 2) {
                context.localBarrier();
                if (item < half) {
                    shared[item] += shared[item + half];
                }
            }
            if (item < LANES && h < hidden) {
                between[h] = Activations.apply(middle, b1.get(h) + shared[item]);
            }
            context.localBarrier();
        }
        for (int o = item; o < outputs; o += size) {
            float total = b2.get(o);
            for (int h = 0; h < hidden; h++) {
                total += between[h] * w2.get(h * outputs + o);
            }
            out.set(row * outputs + o, Activations.apply(last, total));
        }
    }

    /**
     * The transform of a global context block: {@code out[r] = last(b2 + w2 * middle(LayerNorm(b1 + w1 * x[r])))}, what is between
     * in local memory.
     *
     * @param context as many groups as rows
     * @param x {@code [rows, channels]}
     * @param w1 {@code [channels, hidden]}
     * @param b1 {@code [hidden]}
     * @param gamma {@code [hidden]}
     * @param beta {@code [hidden]}
     * @param w2 {@code [hidden, channels]}
     * @param b2 {@code [channels]}
     * @param out {@code [rows, channels]}
     * @param channels features in and out
     * @param hidden features between
     * @param eps added to the variance
     * @param middle a constant of {@link Activations}
     * @param last a constant of {@link Activations}
     * @param size items of a group, a power of two, at least {@link #LANES}
     */
    public static void normedExcitation(
            KernelContext context,
            FloatArray x,
            FloatArray w1,
            FloatArray b1,
            FloatArray gamma,
            FloatArray beta,
            FloatArray w2,
            FloatArray b2,
            FloatArray out,
            int channels,
            int hidden,
            float eps,
            int middle,
            int last,
            int size) {
        float[] shared = context.allocateFloatLocalArray(size);
        float[] between = context.allocateFloatLocalArray(hidden);
        int item = context.localIdx;
        int row = context.groupIdx;
        for (int base = 0; base < hidden; base += LANES) {
            int h = base + item % LANES;
            shared[item] =
                    h < hidden ? slice(x, w1, row * channels, h, item / LANES, size / LANES, channels, hidden) : 0f;
            for (int half = size / 2; half >= LANES; half /= 2) {
                context.localBarrier();
                if (item < half) {
                    shared[item] += shared[item + half];
                }
            }
            if (item < LANES && h < hidden) {
                between[h] = b1.get(h) + shared[item];
            }
            context.localBarrier();
        }
        float sum = 0f;
        for (int h = item; h < hidden; h += size) {
            sum += between[h];
        }
        shared[item] = sum;
        for (int half = size / 2; half > 0; half /= 2) {
            context.localBarrier();
            if (item < half) {
                shared[item] += shared[item + half];
            }
        }
        context.localBarrier();
        float mean = shared[0] / hidden;
        float squares = 0f;
        for (int h = item; h < hidden; h += size) {
            float d = between[h] - mean;
            squares += d * d;
        }
        context.localBarrier();
        shared[item] = squares;
        for (int half = size / 2; half > 0; half /= 2) {
            context.localBarrier();
            if (item < half) {
                shared[item] += shared[item + half];
            }
        }
        context.localBarrier();
        float variance = shared[0] / hidden;
        float scale = 1f / TornadoMath.sqrt(variance + eps);
        for (int h = item; h < hidden; h += size) {
            float y = (between[h] - mean) * scale * gamma.get(h) + beta.get(h);
            between[h] = Activations.apply(middle, y);
        }
        context.localBarrier();
        for (int o = item; o < channels; o += size) {
            float total = b2.get(o);
            for (int h = 0; h < hidden; h++) {
                total += between[h] * w2.get(h * channels + o);
            }
            out.set(row * channels + o, Activations.apply(last, total));
        }
    }
}
