package tornado.attention.modules;

/** Hidden widths from channel counts. */
final class Reduction {
    private Reduction() {}

    /**
     * {@code channels / reduction}, at least 1.
     *
     * @throws IllegalArgumentException if it is 0: PyTorch makes a layer of width 0 there, or fails
     */
    static int divided(String module, int channels, int reduction) {
        Layers.requirePositive(module, "channels", channels);
        Layers.requirePositive(module, "reduction", reduction);
        int hidden = channels / reduction;
        if (hidden == 0) {
            throw new IllegalArgumentException("Module " + module + " with " + channels + " channels and reduction "
                    + reduction + " has a hidden width of 0; use a reduction of at most " + channels + ".");
        }
        return hidden;
    }

    /**
     * timm's {@code make_divisible} with {@code round_limit=0}: the multiple of {@code divisor} nearest to {@code value}, halves
     * up, at least {@code divisor}.
     */
    static int makeDivisible(double value, int divisor) {
        return Math.max(divisor, (int) (value + divisor / 2.0) / divisor * divisor);
    }
}
