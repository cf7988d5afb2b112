package tornado.attention.modules.float64;

import java.util.function.DoubleUnaryOperator;

/** Activations and gates, and the softmax. */
final class Activation64 {
    private Activation64() {}

    static double relu(double x) {
        return x > 0 || Double.isNaN(x) ? x : 0;
    }

    static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /** clip(x / 6 + 1/2, 0, 1). */
    static double hardSigmoid(double x) {
        return Math.clamp(x / 6 + 0.5, 0.0, 1.0);
    }

    static double silu(double x) {
        return x * sigmoid(x);
    }

    /** x Phi(x), the form with the error function. */
    static double gelu(double x) {
        return 0.5 * x * (1 + erf(x / Math.sqrt(2)));
    }

    /**
     * The error function, by erf(x) = 2/sqrt(pi) exp(-x^2) sum_n 2^n x^(2n+1) / (1 3 5 ... (2n+1)) (DLMF 7.6.2). All
     * terms have one sign, so nothing cancels; beyond 6 the result is 1 to the last bit.
     */
    static double erf(double x) {
        if (Math.abs(x) > 6) {
            return Math.signum(x);
        }
        double term = x;
        double sum = x;
        for (var n = 1; Math.abs(term) > Math.abs(sum) * 1e-18; n++) {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
    }

    /** An activation or gate by timm's name: relu, silu, gelu, sigmoid, tanh, hard_sigmoid, hard_swish. */
    static DoubleUnaryOperator named(String name) {
        return switch (name) {
            case "relu" -> Activation64::relu;
            case "silu", "swish" -> Activation64::silu;
            case "gelu" -> Activation64::gelu;
            case "sigmoid" -> Activation64::sigmoid;
            case "tanh" -> Math::tanh;
            case "hard_sigmoid" -> Activation64::hardSigmoid;
            case "hard_swish" -> x -> x * hardSigmoid(x);
            default ->
                throw new IllegalArgumentException("There is no activation named \"" + name
                        + "\"; use relu, silu, gelu, sigmoid, tanh, hard_sigmoid or hard_swish.");
        };
    }

    /**
     * Softmax in place over {@code count} elements that are {@code stride} apart; a row of minus infinities gives NaN.
     */
    static void softmax(double[] values, int from, int count, int stride) {
        double largest = Double.NEGATIVE_INFINITY;
        for (var i = 0; i < count; i++) {
            largest = Math.max(largest, values[from + i * stride]);
        }
        double sum = 0;
        for (var i = 0; i < count; i++) {
            double power = Math.exp(values[from + i * stride] - largest);
            values[from + i * stride] = power;
            sum += power;
        }
        for (var i = 0; i < count; i++) {
            values[from + i * stride] /= sum;
        }
    }

    /** Softmax over one axis; a new array. */
    static Array64 softmax(Array64 x, int axis) {
        int inner = x.inner(axis + 1);
        var y = new Array64(x.shape(), x.values().clone());
        int count = x.dim(axis);
        for (var start = 0; start < x.size(); start += count * inner) {
            for (var i = 0; i < inner; i++) {
                softmax(y.values(), start + i, count, inner);
            }
        }
        return y;
    }
}
