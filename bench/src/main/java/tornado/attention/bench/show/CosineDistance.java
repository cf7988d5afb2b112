package tornado.attention.bench.show;

import tornado.attention.report.internal.text.Numbers;

/**
 * One minus the cosine of the angle between two vectors: 0 for the same direction, 1 for a right angle. It is computed as half the
 * square of the distance between the vectors of length one, which keeps its digits where the difference is tiny.
 */
public final class CosineDistance {
    private CosineDistance() {}

    /**
     * Between two rows of a matrix.
     *
     * @param matrix rows of {@code width} values
     * @param first row
     * @param second row
     * @return NaN if one of them is all zero or not finite
     */
    static double between(float[] matrix, int width, int first, int second) {
        double a = 1 / length(matrix, width, first);
        double b = 1 / length(matrix, width, second);
        double squares = 0;
        for (int i = 0; i < width; i++) {
            double difference = matrix[first * width + i] * a - matrix[second * width + i] * b;
            squares += difference * difference;
        }
        return squares / 2;
    }

    /**
     * Average over all ordered pairs of rows, a row with itself included: the mean of {@code 1 - u_i . u_j} over the rows of length
     * one is the mean of {@code |u_i - mean u|^2}, so that the pairs need not be visited.
     *
     * @param matrix rows of {@code width} values; a row that is all zero has no direction and is left out
     * @return NaN if no row has a direction or a value is not finite
     */
    public static double average(float[] matrix, int width) {
        int rows = matrix.length / width;
        var mean = new double[width];
        var scale = new double[rows];
        int counted = 0;
        for (int row = 0; row < rows; row++) {
            double length = length(matrix, width, row);
            scale[row] = length == 0 ? 0 : 1 / length;
            counted += length == 0 ? 0 : 1;
            for (int i = 0; i < width; i++) {
                mean[i] += matrix[row * width + i] * scale[row];
            }
        }
        for (int i = 0; i < width; i++) {
            mean[i] /= counted;
        }
        double squares = 0;
        for (int row = 0; row < rows; row++) {
            for (int i = 0; scale[row] != 0 && i < width; i++) {
                double difference = matrix[row * width + i] * scale[row] - mean[i];
                squares += difference * difference;
            }
        }
        return squares / counted;
    }

    /**
     * Average over all rows of the distance to a vector whose values are all the same: how far weights are from an average.
     *
     * @param matrix rows of {@code width} values
     * @return NaN if a row has no direction or a value is not finite
     */
    public static double averageToUniform(float[] matrix, int width) {
        int rows = matrix.length / width;
        double each = 1 / Math.sqrt(width);
        double squares = 0;
        for (int row = 0; row < rows; row++) {
            double scale = 1 / length(matrix, width, row);
            for (int i = 0; i < width; i++) {
                double difference = matrix[row * width + i] * scale - each;
                squares += difference * difference;
            }
        }
        return squares / 2 / rows;
    }

    /** A distance: three significant digits; {@code undefined} where a map has no direction. */
    public static String text(double distance) {
        if (!Double.isFinite(distance)) {
            return "undefined";
        }
        return distance == 0 || distance >= 1e-3 ? Numbers.fixed(distance, 4) : Numbers.error(distance);
    }

    private static double length(float[] matrix, int width, int row) {
        double squares = 0;
        for (int i = 0; i < width; i++) {
            double value = matrix[row * width + i];
            squares += value * value;
        }
        return Math.sqrt(squares);
    }
}
