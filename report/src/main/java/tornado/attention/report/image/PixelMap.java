package tornado.attention.report.image;

import java.util.Arrays;

/**
 * One number for each pixel of a feature map: an attention map.
 *
 * @param height rows, at least 1
 * @param width columns, at least 1
 * @param values {@code height * width} values, row-major; shared, not copied; NaN and infinities are drawn as no colour
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
public record PixelMap(int height, int width, float[] values) {
    /** Checks that the values fill the map. */
    public PixelMap {
        if (height < 1 || width < 1 || (long) height * width != values.length) {
            throw new IllegalArgumentException(values.length + " values do not fill a map of " + height + "x" + width
                    + "; give height * width of them.");
        }
    }

    /** Smallest and largest of some finite numbers; both 0 where there is none. */
    record Range(float low, float high) {
        static Range of(float[] values) {
            float low = Float.POSITIVE_INFINITY;
            float high = Float.NEGATIVE_INFINITY;
            for (float value : values) {
                if (Float.isFinite(value)) {
                    low = Math.min(low, value);
                    high = Math.max(high, value);
                }
            }
            return low <= high ? new Range(low, high) : new Range(0, 0);
        }

        /** Where a value lies: 0 at the low end, 1 at the high one, one half everywhere in a range of one value. */
        double position(double value) {
            return high > low ? (value - low) / ((double) high - low) : 0.5;
        }
    }

    /**
     * Smallest and largest finite value.
     *
     * @return the range
     */
    Range range() {
        return Range.of(values);
    }

    /**
     * The values at the ends of the colours: the largest hundredth of the values shares the last colour, because a softmax map has
     * a few pixels so strong that all others would look alike beside them.
     */
    Range colours() {
        var full = range();
        var finite = new float[values.length];
        int n = 0;
        for (float value : values) {
            if (Float.isFinite(value)) {
                finite[n++] = value;
            }
        }
        if (n < 100) {
            return full;
        }
        Arrays.sort(finite, 0, n);
        float high = finite[(int) Math.ceil(0.99 * n) - 1];
        return high > full.low() ? new Range(full.low(), high) : full;
    }

    /** The map for a picture of this size, bilinear between the centres of its pixels. */
    PixelMap resized(int toHeight, int toWidth) {
        return new PixelMap(toHeight, toWidth, Resampling.bilinear(values, height, width, toHeight, toWidth));
    }
}
