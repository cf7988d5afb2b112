package tornado.attention.tasks;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import tornado.attention.kernels.Activations;

/** An activation or gate function by timm's name, and the code by which kernels know it. */
public enum Activation {
    /** x. */
    IDENTITY(Activations.IDENTITY),
    /** max(x, 0). */
    RELU(Activations.RELU),
    /** x * sigmoid(x). */
    SILU(Activations.SILU),
    /** x * Phi(x), by the error function. */
    GELU(Activations.GELU),
    /** 1 / (1 + exp(-x)). */
    SIGMOID(Activations.SIGMOID),
    /** min(max(x / 6 + 1/2, 0), 1). */
    HARD_SIGMOID(Activations.HARD_SIGMOID),
    /** tanh(x). */
    TANH(Activations.TANH),
    /** x * hard_sigmoid(x). */
    HARD_SWISH(Activations.HARD_SWISH),
    /** min(max(x, 0), 6). */
    RELU6(Activations.RELU6);

    private final int code;

    Activation(int code) {
        this.code = code;
    }

    /** The constant of {@link Activations}. */
    public int code() {
        return code;
    }

    /** Whether it is made of exponentials: a chain of some dozen operations that wait for each other. */
    boolean isExponential() {
        return this == SILU || this == GELU || this == SIGMOID || this == TANH;
    }

    /** {@code relu}, {@code hard_sigmoid} ... */
    public String timmName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The activation of this timm name; {@code swish}, {@code hardsigmoid} and {@code hardswish} are accepted as timm does.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Activation named(String name) {
        var wanted = switch (name) {
            case "swish" -> "silu";
            case "hardsigmoid" -> "hard_sigmoid";
            case "hardswish" -> "hard_swish";
            default -> name;
        };
        return Arrays.stream(values())
                .filter(a -> a.timmName().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no activation '" + name + "'; use one of "
                        + Arrays.stream(values()).map(Activation::timmName).collect(Collectors.joining(", ")) + "."));
    }
}
