package tornado.attention.networks.data;

import java.util.List;
import java.util.stream.IntStream;
import tornado.attention.networks.image.Size;

/** Images of one size with their classes, as bytes in memory. Never changed after it was made. */
public final class LabelledImages {
    /** Channels that networks take. */
    public static final int CHANNELS = 3;

    private final Size size;
    private final int channels;
    private final List<String> classes;
    private final byte[] pixels;
    private final int[] labels;

    /**
     * Images.
     *
     * @param size of each
     * @param channels 1 for grey, which networks see three times, or 3 for red, green, blue
     * @param classes names of the classes
     * @param pixels {@code [count, channels, height, width]}; shared, not copied
     * @param labels {@code [count]}; shared, not copied
     * @throws IllegalArgumentException if the numbers do not fit each other, or a label is no class
     */
    public LabelledImages(Size size, int channels, List<String> classes, byte[] pixels, int[] labels) {
        if (channels != 1 && channels != CHANNELS) {
            throw new IllegalArgumentException("Images have 1 or 3 channels, not " + channels + ".");
        }
        if ((long) labels.length * channels * size.height() * size.width() != pixels.length) {
            throw new IllegalArgumentException(labels.length + " images of " + channels + " channels and " + size
                    + " pixels have not " + pixels.length + " bytes.");
        }
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0 || labels[i] >= classes.size()) {
                throw new IllegalArgumentException(
                        "Image " + i + " is of class " + labels[i] + ", but there are " + classes.size() + ".");
            }
        }
        this.size = size;
        this.channels = channels;
        this.classes = List.copyOf(classes);
        this.pixels = pixels;
        this.labels = labels;
    }

    /** How many. */
    public int count() {
        return labels.length;
    }

    /** Of each. */
    public Size size() {
        return size;
    }

    /** 1 for grey, else 3. */
    public int channels() {
        return channels;
    }

    /** Names of the classes. */
    public List<String> classes() {
        return classes;
    }

    /** The class of an image. */
    public int label(int image) {
        return labels[image];
    }

    /**
     * The first images of each class, in their order.
     *
     * @param most of each class; fewer where there are not as many
     */
    public LabelledImages ofEachClass(int most) {
        if (most < 1) {
            throw new IllegalArgumentException("At least 1 image of each class is taken, not " + most + ".");
        }
        var taken = new int[classes.size()];
        var chosen = IntStream.range(0, labels.length)
                .filter(i -> taken[labels[i]]++ < most)
                .toArray();
        int length = channels * size.height() * size.width();
        var some = new byte[Math.multiplyExact(chosen.length, length)];
        var theirs = new int[chosen.length];
        for (int i = 0; i < chosen.length; i++) {
            System.arraycopy(pixels, chosen[i] * length, some, i * length, length);
            theirs[i] = labels[chosen[i]];
        }
        return new LabelledImages(size, channels, classes, some, theirs);
    }

    /** Mean and standard deviation of each of three channels, of values between 0 and 1. */
    public Statistics statistics() {
        var mean = new float[CHANNELS];
        var deviation = new float[CHANNELS];
        int plane = size.height() * size.width();
        for (int c = 0; c < channels; c++) {
            long sum = 0;
            long squares = 0;
            for (int i = 0; i < labels.length; i++) {
                int at = (i * channels + c) * plane;
                for (int p = 0; p < plane; p++) {
                    int value = pixels[at + p] & 0xff;
                    sum += value;
                    squares += value * value;
                }
            }
            double n = Math.max(1.0, (double) labels.length * plane);
            double m = sum / n;
            mean[c] = (float) (m / 255);
            deviation[c] = (float) Math.max(Math.sqrt(Math.max(0, squares / n - m * m)) / 255, 1e-3);
        }
        for (int c = channels; c < CHANNELS; c++) {
            mean[c] = mean[0];
            deviation[c] = deviation[0];
        }
        return new Statistics(mean, deviation);
    }

    /** By which values are normalised: {@code (value - mean) / deviation}. */
    @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
    public record Statistics(float[] mean, float[] deviation) {}

    /**
     * Writes an image as a network takes it.
     *
     * @param to {@code [3, height, width]} from {@code at} on
     * @param down rows by which it is moved down, from minus to plus the height; what comes in is 0 before it is normalised
     * @param across columns by which it is moved to the right
     * @param mirrored whether left and right are exchanged
     */
    void write(int image, float[] to, int at, Statistics statistics, int down, int across, boolean mirrored) {
        int height = size.height();
        int width = size.width();
        for (int c = 0; c < CHANNELS; c++) {
            int from = (image * channels + Math.min(c, channels - 1)) * height * width;
            float mean = statistics.mean()[c];
            float factor = 1f / statistics.deviation()[c];
            int out = at + c * height * width;
            for (int y = 0; y < height; y++) {
                int sourceRow = y - down;
                for (int x = 0; x < width; x++) {
                    int sourceColumn = (mirrored ? width - 1 - x : x) - across;
                    boolean inside = sourceRow >= 0 && sourceRow < height && sourceColumn >= 0 && sourceColumn < width;
                    int value = inside ? pixels[from + sourceRow * width + sourceColumn] & 0xff : 0;
                    to[out++] = (value / 255f - mean) * factor;
                }
            }
        }
    }
}
