package tornado.attention.modules;

import java.util.Map;

/** Hidden widths from channel counts. */
final class Reduction {
    private Reduction() {}

    /**
     * timm's hidden width: the setting {@code rd_channels}, or a multiple of {@code rd_divisor} near {@code width}.
     *
     * @throws IllegalArgumentException if a setting is below 1, or the width is not positive
     */
    static int timm(String module, Settings settings, double width) {
        Layers.requirePositive(module, "channels", settings.integer("channels"));
        var given = settings.optionalInteger("rd_channels");
        if (given != null) {
            Layers.requirePositive(module, "rd_channels", given);
            return given;
        }
        Layers.requirePositive(module, "rd_divisor", settings.integer("rd_divisor"));
        if (!(width > 0)) {
            throw new IllegalArgumentException(
                    "Module " + module + " needs an rd_ratio above 0, but it is " + settings.number("rd_ratio") + ".");
        }
        return makeDivisible(width, settings.integer("rd_divisor"));
    }

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

    /** The channel count of a feature map and the usual reduction of 16, or less where there are fewer channels. */
    static ModuleType.Fit fit(String channelOption) {
        return map -> Map.of(channelOption, map.channels(), "reduction", Math.min(16, map.channels()));
    }

    /**
     * timm's {@code make_divisible} with {@code round_limit=0}: the multiple of {@code divisor} nearest to {@code value}, halves
     * up, at least {@code divisor}.
     *
     * @throws IllegalArgumentException if the value is over 2^30
     */
    static int makeDivisible(double value, int divisor) {
        if (value > Integer.MAX_VALUE / 2) {
            throw new IllegalArgumentException(
                    "A hidden width of " + value + " is more than an int holds; use a smaller ratio.");
        }
        return Math.max(divisor, (int) (value + divisor / 2.0) / divisor * divisor);
    }
}
