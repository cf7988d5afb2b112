package tornado.attention.report.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tornado.attention.report.internal.text.Numbers;

/**
 * A fixed first layer: 64 filters of 7x7 over red, green and blue, stride 2, padding 3, ReLU; it turns a photograph
 * into a feature map with content without any trained weights. Every filter is computed by formula:
 *
 * <pre>
 *   u = x cos a + y sin a,  v = -x sin a + y cos a            x, y = -3..3, y upwards
 *   gabor(a, l, p) = exp(-(u^2 + (0.6 v)^2) / (2 s^2)) cos(2 pi u / l - p),  s = 0.45 l
 *   blob(s)        = exp(-(x^2 + y^2) / (2 s^2))
 *
 *    0..47  luminance    gabor on all three colours: 8 angles a x 3 wavelengths l (3, 4.5, 7 pixels) x 2 phases p
 *                        (0: a line, 90 degrees: an edge)
 *   48..55  opponent     blob of 2 sizes on red - green, green - red, blue - yellow, yellow - blue
 *   56..63  opponent     edges (l = 7, p = 90 degrees) at 4 angles on red - green and on blue - yellow
 * </pre>
 *
 * Luminance filters have mean zero in each colour, the others over all colours together, so a uniform grey of the
 * normalised image gives no answer; all have length 1 (root of the sum of squares).
 */
public final class FilterBank {
    /** Filters, and channels of the result. */
    public static final int FILTERS = 64;

    /** Rows and columns of a filter. */
    public static final int SIZE = 7;

    private static final int COLOURS = 3;
    private static final int RADIUS = SIZE / 2;
    private static final int STRIDE = 2;
    private static final double[] WAVELENGTHS = {3, 4.5, 7};

    private static final double[] GREY = {1, 1, 1};
    private static final double[] RED_GREEN = {1, -1, 0};
    private static final double[] BLUE_YELLOW = {-0.5, -0.5, 1};

    private final List<String> names = new ArrayList<>();
    private final float[] weights = new float[FILTERS * COLOURS * SIZE * SIZE];

    /** The bank; every instance has the same weights. */
    public FilterBank() {
        for (int angle = 0; angle < 8; angle++) {
            for (double wavelength : WAVELENGTHS) {
                for (int phase = 0; phase < 2; phase++) {
                    add(
                            String.format(
                                    Locale.ROOT,
                                    "%s %.1f deg, %.1f px",
                                    phase == 0 ? "line" : "edge",
                                    angle * 22.5,
                                    wavelength),
                            gabor(Math.PI * angle / 8, wavelength, phase * Math.PI / 2),
                            GREY);
                }
            }
        }
        for (double size : new double[] {1, 2}) {
            add("red - green, " + Numbers.fixed(size, 0) + " px", blob(size), RED_GREEN);
            add("green - red, " + Numbers.fixed(size, 0) + " px", blob(size), negative(RED_GREEN));
            add("blue - yellow, " + Numbers.fixed(size, 0) + " px", blob(size), BLUE_YELLOW);
            add("yellow - blue, " + Numbers.fixed(size, 0) + " px", blob(size), negative(BLUE_YELLOW));
        }
        for (int angle = 0; angle < 4; angle++) {
            var edge = gabor(Math.PI * angle / 4, WAVELENGTHS[2], Math.PI / 2);
            add("red - green edge " + Numbers.fixed(angle * 45.0, 0) + " deg", edge, RED_GREEN);
            add("blue - yellow edge " + Numbers.fixed(angle * 45.0, 0) + " deg", edge, BLUE_YELLOW);
        }
    }

    /**
     * The weights, as a convolution takes them.
     *
     * @return a copy, [64,3,7,7], row-major
     */
    public float[] weights() {
        return weights.clone();
    }

    /**
     * What a filter answers to.
     *
     * @param filter index, 0 to 63
     * @return a short name, such as {@code edge 45.0 deg, 7.0 px}
     */
    public String name(int filter) {
        return names.get(filter);
    }

    /**
     * Runs the bank: convolution with stride 2 and padding 3 (zeros), then ReLU.
     *
     * @param image [1,3,H,W], normalised
     * @return [1,64,ceil(H/2),ceil(W/2)]
     * @throws IllegalArgumentException if the image has not 3 channels
     */
    public ImageTensor apply(ImageTensor image) {
        if (image.channels() != COLOURS) {
            throw new IllegalArgumentException(
                    "The filters need an image of 3 channels, not " + image.channels() + "; leave the stem out.");
        }
        int height = (image.height() - 1) / STRIDE + 1;
        int width = (image.width() - 1) / STRIDE + 1;
        var result = new float[Math.multiplyExact(FILTERS * height, width)];
        for (int filter = 0; filter < FILTERS; filter++) {
            for (int y = 0; y < height; y++) {
                convolveRow(image, filter, y, result, (filter * height + y) * width, width);
            }
        }
        return new ImageTensor(FILTERS, height, width, result);
    }

    private void convolveRow(ImageTensor image, int filter, int y, float[] result, int offset, int width) {
        float[] values = image.values();
        for (int c = 0; c < COLOURS; c++) {
            for (int ky = 0; ky < SIZE; ky++) {
                int row = y * STRIDE + ky - RADIUS;
                if (row < 0 || row >= image.height()) {
                    continue;
                }
                int start = (c * image.height() + row) * image.width();
                for (int kx = 0; kx < SIZE; kx++) {
                    float weight = weights[((filter * COLOURS + c) * SIZE + ky) * SIZE + kx];
                    int shift = kx - RADIUS;
                    // columns x with 0 <= 2x + shift < image width
                    int from = shift < 0 ? (1 - shift) / STRIDE : 0;
                    int to = Math.min(width, (image.width() - shift + 1) / STRIDE);
                    for (int x = from; x < to; x++) {
                        result[offset + x] += weight * values[start + x * STRIDE + shift];
                    }
                }
            }
        }
        for (int x = 0; x < width; x++) {
            result[offset + x] = Math.max(0, result[offset + x]);
        }
    }

    private void add(String name, double[] shape, double[] colours) {
        var filter = new double[COLOURS * SIZE * SIZE];
        double squares = 0;
        for (int i = 0; i < filter.length; i++) {
            filter[i] = colours[i / (SIZE * SIZE)] * shape[i % (SIZE * SIZE)];
            squares += filter[i] * filter[i];
        }
        int offset = names.size() * filter.length;
        for (int i = 0; i < filter.length; i++) {
            weights[offset + i] = (float) (filter[i] / Math.sqrt(squares));
        }
        names.add(name);
    }

    private static double[] gabor(double angle, double wavelength, double phase) {
        var filter = new double[SIZE * SIZE];
        double spread = 0.45 * wavelength;
        double sum = 0;
        for (int i = 0; i < filter.length; i++) {
            double x = i % SIZE - RADIUS;
            double y = RADIUS - i / SIZE;
            double u = x * Math.cos(angle) + y * Math.sin(angle);
            double v = 0.6 * (y * Math.cos(angle) - x * Math.sin(angle));
            filter[i] =
                    Math.exp(-(u * u + v * v) / (2 * spread * spread)) * Math.cos(2 * Math.PI * u / wavelength - phase);
            sum += filter[i];
        }
        for (int i = 0; i < filter.length; i++) {
            filter[i] -= sum / filter.length;
        }
        return filter;
    }

    private static double[] blob(double spread) {
        var filter = new double[SIZE * SIZE];
        for (int i = 0; i < filter.length; i++) {
            double x = i % SIZE - RADIUS;
            double y = RADIUS - i / SIZE;
            filter[i] = Math.exp(-(x * x + y * y) / (2 * spread * spread));
        }
        return filter;
    }

    private static double[] negative(double[] colours) {
        return new double[] {-colours[0], -colours[1], -colours[2]};
    }
}
