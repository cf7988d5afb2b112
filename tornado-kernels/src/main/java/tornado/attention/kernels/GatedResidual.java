package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** A gated feature map added to another one. */
public final class GatedResidual {
    private GatedResidual() {}

    /**
     * {@code out[r][p] = activation(x[r][p] * gate[r] + residual[r][p])}.
     *
     * @param x {@code [rows, pixels]}, rows = batch * channels
     * @param gate {@code [rows]}
     * @param residual {@code [rows, pixels]}; may be {@code x} itself
     * @param out {@code [rows, pixels]}
     * @param rows number of rows
     * @param pixels pixels in a row
     * @param activation a constant of {@link Activations}
     */
    public static void apply(
            FloatArray x, FloatArray gate, FloatArray residual, FloatArray out, int rows, int pixels, int activation) {
        for (@Parallel int r = 0; r < rows; r++) {
            for (@Parallel int p = 0; p < pixels; p++) {
                float y = x.get(r * pixels + p) * gate.get(r) + residual.get(r * pixels + p);
                out.set(r * pixels + p, Activations.apply(activation, y));
            }
        }
    }
}
