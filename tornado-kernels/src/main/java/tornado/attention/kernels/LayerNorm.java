package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Layer normalisation (arXiv 1607.06450). */
public final class LayerNorm {
    private LayerNorm() {}

    /**
     * Normalises each row with its mean and biased variance, scales, shifts and activates: {@code out = activation((x - mean) /
     * sqrt(var + eps) * gamma + beta)}. Over a single column the result is exactly {@code activation(beta)}.
     *
     * @param x {@code [rows, columns]}
     * @param gamma {@code [columns]}
     * @param beta {@code [columns]}
     * @param out {@code [rows, columns]}
     * @param rows number of rows
     * @param columns elements in a row, at least 1
     * @param eps added to the variance
     * @param activation a constant of {@link Activations}
     */
    public static void rows(
            FloatArray x,
            FloatArray gamma,
            FloatArray beta,
            FloatArray out,
            int rows,
            int columns,
            float eps,
            int activation) {
        for (@Parallel int r = 0; r < rows; r++) {
            float sum = 0f;
            for (int j = 0; j < columns; j++) {
                sum += x.get(r * columns + j);
            }
            float mean = sum / columns;
            float squares = 0f;
            for (int j = 0; j < columns; j++) {
                float d = x.get(r * columns + j) - mean;
                squares += d * d;
            }
            float scale = 1f / TornadoMath.sqrt(squares / columns + eps);
            for (int j = 0; j < columns; j++) {
                float y = (x.get(r * columns + j) - mean) * scale * gamma.get(j) + beta.get(j);
                out.set(r * columns + j, Activations.apply(activation, y));
            }
        }
    }
}
