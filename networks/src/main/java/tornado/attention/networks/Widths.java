package tornado.attention.networks;

/** timm's rules for numbers of channels. */
final class Widths {
    private Widths() {}

    /**
     * timm's {@code make_divisible}: the multiple of {@code divisor} nearest to {@code value}, halves up, at least {@code divisor}; one
     * multiple more where that is below {@code limit} times the value.
     */
    static int divisible(double value, int divisor, double limit) {
        if (!(value > 0) || value > Integer.MAX_VALUE / 2) {
            throw new IllegalArgumentException("A layer cannot have " + value + " channels.");
        }
        int width = Math.max(divisor, (int) (value + divisor / 2.0) / divisor * divisor);
        return width < limit * value ? width + divisor : width;
    }

    /** The multiple of 8 that timm takes for most layers. */
    static int round(double value) {
        return divisible(value, 8, 0.9);
    }
}
