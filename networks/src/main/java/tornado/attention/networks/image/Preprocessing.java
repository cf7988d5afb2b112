package tornado.attention.networks.image;

import java.awt.image.BufferedImage;
import java.util.Locale;

/**
 * timm's preprocessing for evaluation, to the bit: the shorter side is resized (Pillow's filters, with its rounding), the centre is cut
 * out, values are shifted and scaled.
 *
 * @param size of the crop
 * @param cropPct the crop's share of the resized shorter side
 * @param interpolation of the resizing
 * @param mean of red, green and blue, of values from 0 to 1
 * @param std standard deviations that belong to it
 * @param colours in which order the network takes them
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Preprocessing(
        Size size, double cropPct, Interpolation interpolation, float[] mean, float[] std, Colours colours) {
    /** Means over ImageNet. */
    private static final float[] IMAGENET_MEAN = {0.485f, 0.456f, 0.406f};

    /** Standard deviations over ImageNet. */
    private static final float[] IMAGENET_STD = {0.229f, 0.224f, 0.225f};

    private static final int CHANNELS = 3;

    /** In which order a network takes colours. */
    public enum Colours {
        /** Red, green, blue. */
        RGB,
        /** Blue, green, red, as OpenCV reads images. */
        BGR
    }

    /** How images are resized. */
    public enum Interpolation {
        /** A triangle, as wide as a pixel of the smaller image. */
        BILINEAR,
        /** A cubic with a = -0.5, twice as wide. */
        BICUBIC;

        /**
         * By timm's name.
         *
         * @throws IllegalArgumentException if there is none
         */
        public static Interpolation named(String name) {
            return switch (name) {
                case "bilinear" -> BILINEAR;
                case "bicubic" -> BICUBIC;
                default ->
                    throw new IllegalArgumentException(
                            "There is no interpolation '" + name + "'; use bilinear or bicubic.");
            };
        }

        /** {@code bilinear} or {@code bicubic}. */
        public String timmName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Checks the ranges, copies the arrays. */
    public Preprocessing {
        if (!(cropPct > 0 && cropPct <= 1) || mean.length != CHANNELS || std.length != CHANNELS) {
            throw new IllegalArgumentException("Preprocessing needs a crop_pct above 0 and at most 1, and a mean and a"
                    + " deviation for each of 3 colours, but crop_pct is " + cropPct + ".");
        }
        for (float deviation : std) {
            if (!(deviation > 0)) {
                throw new IllegalArgumentException(
                        "Preprocessing divides by deviations, but one is " + deviation + ".");
            }
        }
        mean = mean.clone();
        std = std.clone();
    }

    /** Red, green, blue. */
    public Preprocessing(Size size, double cropPct, Interpolation interpolation, float[] mean, float[] std) {
        this(size, cropPct, interpolation, mean, std, Colours.RGB);
    }

    /** The same with blue first. */
    public Preprocessing blueFirst() {
        return new Preprocessing(size, cropPct, interpolation, mean, std, Colours.BGR);
    }

    /** With ImageNet's means and deviations. */
    public static Preprocessing imageNet(int size, double cropPct, Interpolation interpolation) {
        return new Preprocessing(Size.square(size), cropPct, interpolation, IMAGENET_MEAN, IMAGENET_STD);
    }

    /** The same for images of another size. */
    public Preprocessing sized(Size other) {
        return new Preprocessing(other, cropPct, interpolation, mean, std, colours);
    }

    /** Where the crop lies in the resized image. */
    record Crop(int height, int width, int top, int left) {}

    /** The size an image is resized to, and the crop's place in it. */
    Crop crop(int height, int width) {
        // As timm: one number of both sides of the crop for square ones, else each side by itself.
        int shorter = (int) Math.floor(Math.min(size.height(), size.width()) / cropPct);
        int toHeight;
        int toWidth;
        if (size.height() == size.width()) {
            toHeight = height <= width ? shorter : (int) ((double) shorter * height / width);
            toWidth = width <= height ? shorter : (int) ((double) shorter * width / height);
        } else {
            double scale =
                    Math.max(Math.floor(size.height() / cropPct) / height, Math.floor(size.width() / cropPct) / width);
            toHeight = (int) Math.rint(height * scale);
            toWidth = (int) Math.rint(width * scale);
        }
        if ((long) toHeight * toWidth > ImageFiles.MAX_PIXELS) {
            throw new IllegalArgumentException("An image of " + width + "x" + height + " pixels would become one of "
                    + toWidth + "x" + toHeight + " before its middle is taken; cut it to a shape that is less long.");
        }
        int top = (int) Math.rint((toHeight - size.height()) / 2.0);
        int left = (int) Math.rint((toWidth - size.width()) / 2.0);
        return new Crop(toHeight, toWidth, top, left);
    }

    /** The resized and cut image: bytes as {@code [height, width, 3]}. */
    public byte[] bytes(BufferedImage image) {
        return PillowResize.apply(image, crop(image.getHeight(), image.getWidth()), size, interpolation);
    }

    /**
     * An image as a network takes it.
     *
     * @param image read by {@link ImageFiles#read}
     * @return {@code [3, height, width]}, row-major
     */
    public float[] apply(BufferedImage image) {
        var bytes = bytes(image);
        int pixels = size.height() * size.width();
        var values = new float[CHANNELS * pixels];
        for (int c = 0; c < CHANNELS; c++) {
            int colour = colours == Colours.RGB ? c : CHANNELS - 1 - c;
            var levels = new float[256];
            for (int level = 0; level < levels.length; level++) {
                levels[level] = (level / 255f - mean[c]) / std[c];
            }
            for (int p = 0; p < pixels; p++) {
                values[c * pixels + p] = levels[bytes[CHANNELS * p + colour] & 0xff];
            }
        }
        return values;
    }

    /** The picture that a prepared image is of: what the network sees. */
    public BufferedImage picture(float[] prepared) {
        int pixels = size.height() * size.width();
        var picture = new BufferedImage(size.width(), size.height(), BufferedImage.TYPE_INT_RGB);
        for (int p = 0; p < pixels; p++) {
            int rgb = 0;
            for (int c = 0; c < CHANNELS; c++) {
                int from = colours == Colours.RGB ? c : CHANNELS - 1 - c;
                float level = (prepared[from * pixels + p] * std[from] + mean[from]) * 255;
                rgb = rgb << 8 | Math.clamp(Math.round(level), 0, 255);
            }
            picture.setRGB(p % size.width(), p / size.width(), rgb);
        }
        return picture;
    }

    @Override
    public String toString() {
        return size + ", crop_pct " + cropPct + ", " + interpolation.timmName() + ", mean " + joined(mean) + ", std "
                + joined(std) + (colours == Colours.RGB ? "" : ", blue first");
    }

    private static String joined(float[] values) {
        return values[0] + "," + values[1] + "," + values[2];
    }
}
