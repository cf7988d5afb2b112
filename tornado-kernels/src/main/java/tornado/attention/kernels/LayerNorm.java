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

    /**
     * The gradient under {@link #rows} without an activation: with {@code n = (x - mean) / deviation} and {@code s = g gamma}, {@code out =
     * (s - mean(s) - n mean(s n)) / deviation}.
     *
     * @param x {@code [rows, columns]}
     * @param g gradient of the result, {@code [rows, columns]}
     * @param gamma {@code [columns]}
     * @param out {@code [rows, columns]}
     * @param rows number of rows
     * @param columns elements in a row, at least 1
     * @param eps added to the variance
     */
    public static void inputGradient(
            FloatArray x, FloatArray g, FloatArray gamma, FloatArray out, int rows, int columns, float eps) {
        for (@Parallel int r = 0; r < rows; r++) {
            float sum = 0f;
            float scaled = 0f;
            for (int j = 0; j < columns; j++) {
                sum += x.get(r * columns + j);
                scaled += g.get(r * columns + j) * gamma.get(j);
            }
            float mean = sum / columns;
            float squares = 0f;
            float along = 0f;
            for (int j = 0; j < columns; j++) {
                float d = x.get(r * columns + j) - mean;
                squares += d * d;
                along += g.get(r * columns + j) * gamma.get(j) * d;
            }
            float scale = 1f / TornadoMath.sqrt(squares / columns + eps);
            float level = scaled / columns;
            float slope = along * scale * scale / columns;
            for (int j = 0; j < columns; j++) {
                float s = g.get(r * columns + j) * gamma.get(j);
                out.set(r * columns + j, (s - level - (x.get(r * columns + j) - mean) * slope) * scale);
            }
        }
    }

    /**
     * Mean and one over the deviation of each row.
     *
     * @param x {@code [rows, columns]}
     * @param out {@code [2, rows]}: all means, then all factors
     * @param rows number of rows
     * @param columns elements in a row, at least 1
     * @param eps added to the variance
     */
    public static void moments(FloatArray x, FloatArray out, int rows, int columns, float eps) {
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
            out.set(r, mean);
            out.set(rows + r, 1f / TornadoMath.sqrt(squares / columns + eps));
        }
    }

    /**
     * The gradients of gamma and beta, summed over parts of the rows.
     *
     * @param x {@code [rows, columns]}
     * @param g gradient of the result, {@code [rows, columns]}
     * @param moments of {@link #moments}
     * @param out {@code [parts, 2, columns]}: the gradient of gamma, then that of beta
     * @param rows number of rows
     * @param columns elements in a row
     * @param parts that the rows are dealt to, at least 1
     * @param length rows in a part; the last one may have fewer
     */
    public static void weightGradient(
            FloatArray x,
            FloatArray g,
            FloatArray moments,
            FloatArray out,
            int rows,
            int columns,
            int parts,
            int length) {
        for (@Parallel int p = 0; p < parts; p++) {
            for (@Parallel int j = 0; j < columns; j++) {
                float gamma = 0f;
                float beta = 0f;
                int end = TornadoMath.min(rows, (p + 1) * length);
                for (int r = p * length; r < end; r++) {
                    float value = g.get(r * columns + j);
                    gamma += value * ((x.get(r * columns + j) - moments.get(r)) * moments.get(rows + r));
                    beta += value;
                }
                out.set((2 * p) * columns + j, gamma);
                out.set((2 * p + 1) * columns + j, beta);
            }
        }
    }
}
