package tornado.attention.report.image;

import java.awt.image.BufferedImage;

/**
 * One image or feature map as numbers: NCHW with N = 1, row-major.
 *
 * @param channels C, at least 1
 * @param height H, at least 1
 * @param width W, at least 1
 * @param values {@code C * H * W} values; shared, not copied
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of a large array, never compared
public record ImageTensor(int channels, int height, int width, float[] values) {
    /** Means of red, green and blue over ImageNet, of values from 0 to 1; the constants all its models use. */
    private static final float[] MEAN = {0.485f, 0.456f, 0.406f};

    /** Standard deviations that belong to {@link #MEAN}. */
    private static final float[] DEVIATION = {0.229f, 0.224f, 0.225f};

    /** Most pixels of a picture: a quarter of a gigabyte a channel. */
    private static final long MAX_PIXELS = 1L << 26;

    /** Checks that the values fill the shape. */
    public ImageTensor {
        if (channels < 1 || height < 1 || width < 1 || (long) channels * height * width != values.length) {
            throw new IllegalArgumentException(values.length + " values do not fill an image of " + channels + "x"
                    + height + "x" + width + "; give channels * height * width of them.");
        }
    }

    /**
     * A photograph as a network sees it: resized (bilinear, antialiased where it shrinks) and normalised with the means
     * and deviations of ImageNet.
     *
     * @param image the photograph
     * @param height H wanted, at least 1
     * @param width W wanted, at least 1
     * @return [1,3,H,W], red, green, blue
     * @throws IllegalArgumentException if a size is not positive or there would be more values than an array holds
     */
    public static ImageTensor normalised(BufferedImage image, int height, int width) {
        if (height < 1 || width < 1 || (long) height * width > MAX_PIXELS) {
            throw new IllegalArgumentException("An image of " + height + "x" + width
                    + " pixels cannot be made; choose sizes of at least 1 and at most " + MAX_PIXELS
                    + " pixels.");
        }
        int fromWidth = image.getWidth();
        int fromHeight = image.getHeight();
        int[] pixels = image.getRGB(0, 0, fromWidth, fromHeight, null, 0, fromWidth);
        var values = new float[3 * height * width];
        var plane = new float[pixels.length];
        for (int c = 0; c < 3; c++) {
            int shift = 16 - 8 * c;
            for (int i = 0; i < plane.length; i++) {
                plane[i] = ((pixels[i] >> shift) & 0xff) / 255f;
            }
            float[] resized = Resampling.bilinear(plane, fromHeight, fromWidth, height, width);
            int offset = c * height * width;
            for (int i = 0; i < resized.length; i++) {
                values[offset + i] = (resized[i] - MEAN[c]) / DEVIATION[c];
            }
        }
        return new ImageTensor(3, height, width, values);
    }

    /**
     * The shape.
     *
     * @return {@code {1, C, H, W}}
     */
    public int[] shape() {
        return new int[] {1, channels, height, width};
    }

    /**
     * The size that keeps the proportions of an image.
     *
     * @param image the image
     * @param longest pixels of its longer side, at least 1
     * @param multiple both sides are rounded to a multiple of this, at least 1 of it
     * @return {@code {height, width}}
     */
    public static int[] sizeOf(BufferedImage image, int longest, int multiple) {
        double scale = (double) longest / Math.max(image.getWidth(), image.getHeight());
        return new int[] {
            rounded(image.getHeight() * scale, multiple), rounded(image.getWidth() * scale, multiple),
        };
    }

    private static int rounded(double size, int multiple) {
        return Math.max(1, (int) Math.round(size / multiple)) * multiple;
    }
}
