package tornado.attention.tasks.graph;

import java.util.function.DoubleUnaryOperator;
import tornado.attention.kernels.Activations;
import tornado.attention.tasks.Activation;

/** A function of one number: the activations, and what statistics are made of. */
public enum UnaryFunction {
    /** x. */
    IDENTITY(Activations.IDENTITY, x -> x, x -> 1),
    /** max(x, 0). */
    RELU(Activations.RELU, x -> Math.max(x, 0), x -> x > 0 ? 1 : 0),
    /** x * sigmoid(x). */
    SILU(Activations.SILU, x -> x * sigmoid(x), x -> sigmoid(x) * (1 + x * (1 - sigmoid(x)))),
    /** x * Phi(x), by the error function. */
    GELU(Activations.GELU, x -> x * normal(x), x -> normal(x) + x * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI)),
    /** 1 / (1 + exp(-x)). */
    SIGMOID(Activations.SIGMOID, UnaryFunction::sigmoid, x -> sigmoid(x) * (1 - sigmoid(x))),
    /** min(max(x / 6 + 1/2, 0), 1); its derivative is 0 at both ends, as PyTorch has it. */
    HARD_SIGMOID(Activations.HARD_SIGMOID, UnaryFunction::hardSigmoid, x -> x > -3 && x < 3 ? 1 / 6.0 : 0),
    /** tanh(x). */
    TANH(Activations.TANH, Math::tanh, x -> 1 - Math.tanh(x) * Math.tanh(x)),
    /** x * hard_sigmoid(x). */
    HARD_SWISH(Activations.HARD_SWISH, x -> x * hardSigmoid(x), x -> x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5),
    /** x * x. */
    SQUARE(Activations.SQUARE, x -> x * x, x -> 2 * x),
    /** |x|; its derivative at 0 is 0. */
    ABS(Activations.ABS, Math::abs, Math::signum),
    /** The square root. */
    SQRT(Activations.SQRT, Math::sqrt, x -> 0.5 / Math.sqrt(x)),
    /** exp(x). */
    EXP(Activations.EXP, Math::exp, Math::exp),
    /** The natural logarithm. */
    LOG(Activations.LOG, Math::log, x -> 1 / x),
    /** min(max(x, 0), 6). */
    RELU6(Activations.RELU6, x -> Math.clamp(x, 0, 6), x -> x > 0 && x < 6 ? 1 : 0),
    /** log(1 + exp(x)). */
    SOFTPLUS(Activations.SOFTPLUS, x -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), UnaryFunction::sigmoid);

    /** Beyond it the error function is 1 in double precision. */
    private static final double ERF_IS_ONE = 6;

    private final int code;
    private final DoubleUnaryOperator function;
    private final DoubleUnaryOperator derivative;

    UnaryFunction(int code, DoubleUnaryOperator function, DoubleUnaryOperator derivative) {
        this.code = code;
        this.function = function;
        this.derivative = derivative;
    }

    /** The function that kernels know by the activation's code. */
    public static UnaryFunction of(Activation activation) {
        return valueOf(activation.name());
    }

    /** The constant of {@link Activations}. */
    public int code() {
        return code;
    }

    /** The activation of this name. */
    public java.util.Optional<Activation> activation() {
        return java.util.Arrays.stream(Activation.values())
                .filter(a -> a.code() == code)
                .findFirst();
    }

    public double apply(double x) {
        return function.applyAsDouble(x);
    }

    /** Its derivative. */
    public double derivative(double x) {
        return derivative.applyAsDouble(x);
    }

    /** Where its derivative jumps. */
    public double[] kinks() {
        return switch (this) {
            case RELU, ABS -> new double[] {0};
            case HARD_SIGMOID, HARD_SWISH -> new double[] {-3, 3};
            case RELU6 -> new double[] {0, 6};
            default -> new double[0];
        };
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static double hardSigmoid(double x) {
        return Math.clamp(x / 6 + 0.5, 0, 1);
    }

    /** The normal distribution function, by the series of the error function that has only positive terms. */
    private static double normal(double x) {
        double z = x / Math.sqrt(2);
        if (Math.abs(z) > ERF_IS_ONE) {
            return z > 0 ? 1 : 0;
        }
        double term = z;
        double sum = z;
        for (int n = 1; Math.abs(term) > Math.abs(sum) * 1e-18; n++) {
            term *= 2 * z * z / (2 * n + 1);
            sum += term;
        }
        return 0.5 + Math.exp(-z * z) * sum / Math.sqrt(Math.PI);
    }
}
