package tornado.attention.report.image;

/**
 * Bilinear resizing of one plane, antialiased where it shrinks: a triangle filter whose support grows with the factor,
 * as PIL and torchvision (antialias) resize, but in floating point throughout. Pixels are areas: the centre of pixel i
 * lies at i + 0.5.
 */
final class Resampling {
    private Resampling() {}

    /** What one axis needs: for each output index the first input index and the weights from there on. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Axis(int[] first, float[][] weights) {
        static Axis of(int from, int to) {
            double scale = (double) from / to;
            double support = Math.max(scale, 1);
            var first = new int[to];
            var weights = new float[to][];
            for (int i = 0; i < to; i++) {
                double centre = (i + 0.5) * scale;
                int low = Math.max(0, (int) (centre - support + 0.5));
                int high = Math.min(from, (int) (centre + support + 0.5));
                var raw = new double[high - low];
                double sum = 0;
                for (int k = 0; k < raw.length; k++) {
                    raw[k] = Math.max(0, 1 - Math.abs((low + k + 0.5 - centre) / support));
                    sum += raw[k];
                }
                first[i] = low;
                weights[i] = new float[raw.length];
                for (int k = 0; k < raw.length; k++) {
                    weights[i][k] = (float) (raw[k] / sum);
                }
            }
            return new Axis(first, weights);
        }
    }

    /**
     * Resizes a plane.
     *
     * @param plane {@code height * width} values, row-major
     * @param height rows of the plane
     * @param width columns of the plane
     * @param toHeight rows wanted, at least 1
     * @param toWidth columns wanted, at least 1
     * @return {@code toHeight * toWidth} values; a NaN of the plane spreads to all that touch it
     */
    static float[] bilinear(float[] plane, int height, int width, int toHeight, int toWidth) {
        var columns = Axis.of(width, toWidth);
        var narrow = new float[Math.multiplyExact(height, toWidth)];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < toWidth; x++) {
                float[] weights = columns.weights[x];
                int from = y * width + columns.first[x];
                float sum = 0;
                for (int k = 0; k < weights.length; k++) {
                    sum += weights[k] * plane[from + k];
                }
                narrow[y * toWidth + x] = sum;
            }
        }
        var rows = Axis.of(height, toHeight);
        var result = new float[Math.multiplyExact(toHeight, toWidth)];
        for (int y = 0; y < toHeight; y++) {
            float[] weights = rows.weights[y];
            for (int k = 0; k < weights.length; k++) {
                int from = (rows.first[y] + k) * toWidth;
                float weight = weights[k];
                for (int x = 0; x < toWidth; x++) {
                    result[y * toWidth + x] += weight * narrow[from + x];
                }
            }
        }
        return result;
    }
}
