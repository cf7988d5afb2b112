package tornado.attention.bench.run;

import java.util.Locale;
import tornado.attention.bench.cli.UsageException;

/** What stands between a photograph and a module. */
public enum Stem {
    /** Nothing: three channels. */
    NONE(1),
    /** The fixed bank of oriented filters: 64 channels at half the size. */
    FILTERS(2);

    private final int stride;

    Stem(int stride) {
        this.stride = stride;
    }

    /** How many pixels of the photograph a pixel of the feature map stands for, in a row. */
    public int stride() {
        return stride;
    }

    /**
     * The stem of a name.
     *
     * @throws UsageException if there is none
     */
    static Stem named(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "none" -> NONE;
            case "filters" -> FILTERS;
            default -> throw new UsageException("There is no stem '" + name + "'; there are none and filters.");
        };
    }
}
