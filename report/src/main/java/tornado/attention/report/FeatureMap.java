package tornado.attention.report;

import java.util.Arrays;

/**
 * Size of the feature map a case was timed on.
 *
 * @param batch images
 * @param channels channels
 * @param height rows
 * @param width columns
 */
public record FeatureMap(int batch, int channels, int height, int width) {
    private static final int DIMENSIONS = 4;

    /**
     * Reads {@code 8x256x56x56}.
     *
     * @throws IllegalArgumentException if it is not four sizes
     */
    static FeatureMap parse(String text) {
        try {
            int[] sizes =
                    Arrays.stream(text.split("x")).mapToInt(Integer::parseInt).toArray();
            if (sizes.length == DIMENSIONS) {
                return new FeatureMap(sizes[0], sizes[1], sizes[2], sizes[3]);
            }
        } catch (NumberFormatException _) {
            // said below
        }
        throw new IllegalArgumentException(
                "A shape of results is batch x channels x height x width, such as" + " 8x256x56x56, not " + text + ".");
    }

    /** Pixels of one channel. */
    public long pixels() {
        return (long) height * width;
    }

    /** Numbers in the whole map. */
    public long elements() {
        return batch * channels * pixels();
    }
}
