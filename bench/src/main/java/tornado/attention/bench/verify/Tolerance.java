package tornado.attention.bench.verify;

import java.util.regex.Pattern;
import tornado.attention.files.safetensors.SafetensorsFile;

/** How far a float32 result may lie from the float64 one, relative to the largest expected magnitude of the tensor. */
public final class Tolerance {
    /** Float32 against float64: PyTorch's own float32 results are up to 4e-6 off on the reference cases. */
    public static final double USUAL = 1e-5;

    /**
     * A layer norm over one value divides 0 by the root of eps: rounding of the mean is then multiplied by up to 1000, and
     * PyTorch's own float32 results are 2e-5 off.
     */
    public static final double SINGLE_VALUE_NORM = 5e-5;

    /** The layer norms inside the transforms of GlobalContext and ContextBlock2d. */
    private static final Pattern TRANSFORM_NORM =
            Pattern.compile("param\\.(mlp_(add|scale)\\.norm|channel_(add|mul)_conv\\.1)\\.weight");

    private Tolerance() {}

    /** The tolerance of a case, by the shapes of its parameters. */
    static double of(SafetensorsFile file) {
        boolean single = file.names().stream()
                .anyMatch(
                        n -> TRANSFORM_NORM.matcher(n).matches() && file.info(n).elements() == 1);
        return single ? SINGLE_VALUE_NORM : USUAL;
    }
}
