package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Activation functions, chosen by an int that is constant in a compiled kernel (enums cannot be kernel arguments), and the
 * element-wise kernel over them.
 */
public final class Activations {
    /** x. */
    public static final int IDENTITY = 0;
    /** x below which is nothing: max(x, 0), and NaN of NaN. */
    public static final int RELU = 1;
    /** x / (1 + exp(-x)). */
    public static final int SILU = 2;
    /** x * (1 + erf(x / sqrt 2)) / 2. */
    public static final int GELU = 3;
    /** 1 / (1 + exp(-x)). */
    public static final int SIGMOID = 4;
    /** min(max(x / 6 + 1/2, 0), 1). */
    public static final int HARD_SIGMOID = 5;
    /** tanh(x). */
    public static final int TANH = 6;
    /** x * hard_sigmoid(x). */
    public static final int HARD_SWISH = 7;
    /** x * x. */
    public static final int SQUARE = 8;
    /** |x|. */
    public static final int ABS = 9;
    /** The square root of x. */
    public static final int SQRT = 10;
    /** exp(x). */
    public static final int EXP = 11;
    /** The natural logarithm of x. */
    public static final int LOG = 12;
    /** min(max(x, 0), 6). */
    public static final int RELU6 = 13;
    /** The logarithm of 1 + exp(x). */
    public static final int SOFTPLUS = 14;

    /** A product, because a division of vectors takes as long as ten. */
    private static final float SIXTH = 1f / 6f;

    private Activations() {}

    /**
     * {@code out[i] = activation(x[i])}.
     *
     * @param x {@code [n]}
     * @param out {@code [n]}
     * @param n elements
     * @param activation one of the constants of this class
     */
    public static void elementwise(FloatArray x, FloatArray out, int n, int activation) {
        for (@Parallel int i = 0; i < n; i++) {
            out.set(i, apply(activation, x.get(i)));
        }
    }

    /**
     * {@code out[i] = function(alpha * x[i] + beta)}.
     *
     * @param x {@code [n]}
     * @param out {@code [n]}
     * @param n elements
     * @param function one of the constants of this class
     * @param alpha factor before it
     * @param beta term before it
     */
    public static void affine(FloatArray x, FloatArray out, int n, int function, float alpha, float beta) {
        for (@Parallel int i = 0; i < n; i++) {
            out.set(i, apply(function, alpha * x.get(i) + beta));
        }
    }

    /**
     * {@code out[i] = alpha * function'(alpha * x[i] + beta)}: the derivative with respect to x.
     *
     * @param x {@code [n]}
     * @param out {@code [n]}
     * @param n elements
     * @param function one of the constants of this class
     * @param alpha factor before it
     * @param beta term before it
     */
    public static void slope(FloatArray x, FloatArray out, int n, int function, float alpha, float beta) {
        for (@Parallel int i = 0; i < n; i++) {
            out.set(i, alpha * slope(function, alpha * x.get(i) + beta));
        }
    }

    /**
     * The gradient under an activation: {@code out[i] = g[i] * alpha * function'(alpha * x[i] + beta)}.
     *
     * @param x {@code [n]}
     * @param g {@code [n]}
     * @param out {@code [n]}
     * @param n elements
     * @param function one of the constants of this class
     * @param alpha factor before it
     * @param beta term before it
     */
    public static void gradient(
            FloatArray x, FloatArray g, FloatArray out, int n, int function, float alpha, float beta) {
        for (@Parallel int i = 0; i < n; i++) {
            out.set(i, g.get(i) * (alpha * slope(function, alpha * x.get(i) + beta)));
        }
    }

    /** The derivative of one function; at a kink what PyTorch takes. */
    private static float slope(int function, float x) {
        if (function == RELU) {
            return x > 0f ? 1f : 0f;
        }
        if (function == SILU) {
            float s = sigmoid(x);
            return s * (1f + x * (1f - s));
        }
        if (function == GELU) {
            return 0.5f * (1f + erf(x * 0.70710678f)) + x * 0.39894228f * TornadoMath.exp(-0.5f * x * x);
        }
        if (function == SIGMOID) {
            float s = sigmoid(x);
            return s * (1f - s);
        }
        if (function == HARD_SIGMOID) {
            return TornadoMath.abs(x) < 3f ? 1f / 6f : 0f;
        }
        if (function == TANH) {
            float t = TornadoMath.tanh(x);
            return 1f - t * t;
        }
        if (function == HARD_SWISH) {
            float inside = x / 3f + 0.5f;
            float above = x >= 3f ? 1f : inside;
            return x <= -3f ? 0f : above;
        }
        if (function == SQUARE) {
            return 2f * x;
        }
        if (function == ABS) {
            float positive = x > 0f ? 1f : 0f;
            return x < 0f ? -1f : positive;
        }
        if (function == SQRT) {
            return 0.5f / TornadoMath.sqrt(x);
        }
        if (function == EXP) {
            return TornadoMath.exp(x);
        }
        if (function == LOG) {
            return 1f / x;
        }
        if (function == RELU6) {
            float below = x < 6f ? 1f : 0f;
            return x > 0f ? below : 0f;
        }
        if (function == SOFTPLUS) {
            return sigmoid(x);
        }
        return 1f;
    }

    /** The activation of one value; inlined into kernels, where {@code activation} is a constant. */
    static float apply(int activation, float x) {
        if (activation == RELU) {
            // Not max(x, 0), which is 0 of NaN on OpenCL and CUDA, nor x <= 0 ? 0 : x, of which TornadoVM makes 0 < x ?
            // x : 0.
            return x < 0f ? 0f : x;
        }
        if (activation == SILU) {
            return x * sigmoid(x);
        }
        if (activation == GELU) {
            return 0.5f * x * (1f + erf(x * 0.70710678f));
        }
        if (activation == SIGMOID) {
            return sigmoid(x);
        }
        if (activation == HARD_SIGMOID) {
            return TornadoMath.min(TornadoMath.max(x * SIXTH + 0.5f, 0f), 1f);
        }
        if (activation == TANH) {
            return TornadoMath.tanh(x);
        }
        if (activation == HARD_SWISH) {
            return x * TornadoMath.min(TornadoMath.max(x * SIXTH + 0.5f, 0f), 1f);
        }
        if (activation == SQUARE) {
            return x * x;
        }
        if (activation == ABS) {
            return TornadoMath.abs(x);
        }
        if (activation == SQRT) {
            return TornadoMath.sqrt(x);
        }
        if (activation == EXP) {
            return TornadoMath.exp(x);
        }
        if (activation == LOG) {
            return TornadoMath.log(x);
        }
        if (activation == RELU6) {
            return TornadoMath.min(TornadoMath.max(x, 0f), 6f);
        }
        if (activation == SOFTPLUS) {
            return TornadoMath.max(x, 0f) + TornadoMath.log(1f + TornadoMath.exp(-TornadoMath.abs(x)));
        }
        return x;
    }

    static float sigmoid(float x) {
        return 1f / (1f + TornadoMath.exp(-x));
    }

    /**
     * Error function with an absolute error under 4e-7 in FP32: Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26.
     * TornadoMath has none as of TornadoVM 5.2.
     */
    static float erf(float x) {
        float a = TornadoMath.abs(x);
        float t = 1f / (1f + 0.3275911f * a);
        float poly =
                ((((1.061405429f * t - 1.453152027f) * t + 1.421413741f) * t - 0.284496736f) * t + 0.254829592f) * t;
        float y = 1f - poly * TornadoMath.exp(-a * a);
        return x < 0f ? -y : y;
    }
}
