package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Softmax. */
public final class Softmax {
    private Softmax() {}

    /**
     * Softmax of each row, with the row's maximum subtracted first: {@code out[r][j] = exp(x[r][j] - m) / sum over k of
     * exp(x[r][k] - m)}.
     *
     * @param x {@code [rows, columns]}
     * @param out {@code [rows, columns]}
     * @param rows number of rows
     * @param columns elements in a row, at least 1
     */
    public static void rows(FloatArray x, FloatArray out, int rows, int columns) {
        for (@Parallel int r = 0; r < rows; r++) {
            float max = x.get(r * columns);
            for (int j = 1; j < columns; j++) {
                max = TornadoMath.max(max, x.get(r * columns + j));
            }
            float sum = 0f;
            for (int j = 0; j < columns; j++) {
                float e = TornadoMath.exp(x.get(r * columns + j) - max);
                out.set(r * columns + j, e);
                sum += e;
            }
            float scale = 1f / sum;
            for (int j = 0; j < columns; j++) {
                out.set(r * columns + j, out.get(r * columns + j) * scale);
            }
        }
    }

    /**
     * The gradient under the softmax of each row: {@code out = y (g - sum over k of y[k] g[k])}.
     *
     * @param y the softmax, {@code [rows, columns]}
     * @param g its gradient, {@code [rows, columns]}
     * @param out {@code [rows, columns]}
     * @param rows number of rows
     * @param columns elements in a row
     */
    public static void inputGradient(FloatArray y, FloatArray g, FloatArray out, int rows, int columns) {
        for (@Parallel int r = 0; r < rows; r++) {
            float sum = 0f;
            for (int j = 0; j < columns; j++) {
                sum += y.get(r * columns + j) * g.get(r * columns + j);
            }
            for (int j = 0; j < columns; j++) {
                out.set(r * columns + j, y.get(r * columns + j) * (g.get(r * columns + j) - sum));
            }
        }
    }
}
