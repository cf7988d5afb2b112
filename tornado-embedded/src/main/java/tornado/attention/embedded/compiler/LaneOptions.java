package tornado.attention.embedded.compiler;

import java.util.Locale;
import tornado.attention.embedded.compiler.runtime.Heat.Start;

/**
 * Whether and how wide kernels run in SIMD lanes.
 *
 * @param bits width of the vectors in bits: 0 for the widest the machine prefers, -1 for none
 * @param start what runs while HotSpot has not yet compiled the vector code
 */
public record LaneOptions(int bits, Start start) {
    /** System property that sets {@link #start}: {@code adaptive}, {@code lanes} or {@code scalar}. */
    public static final String START_PROPERTY = "tornado.embedded.start";

    /** System property that sets the default: {@code auto}, {@code off}, {@code 128}, {@code 256} or {@code 512}. */
    public static final String PROPERTY = "tornado.embedded.lanes";

    /** The widest vectors the machine prefers. */
    public static final LaneOptions AUTO = new LaneOptions(0, Start.ADAPTIVE);

    /** No lanes: scalar code only. */
    public static final LaneOptions OFF = new LaneOptions(-1, Start.ADAPTIVE);

    /** Checks the width. */
    public LaneOptions {
        if (bits != 0 && bits != -1 && bits != 128 && bits != 256 && bits != 512) {
            throw new IllegalArgumentException("Vectors of " + bits + " bits do not exist; use 128, 256 or 512.");
        }
    }

    /** Vectors of a width, warmed up as HotSpot compiles them. */
    public LaneOptions(int bits) {
        this(bits, Start.ADAPTIVE);
    }

    /** The same with another beginning. */
    public LaneOptions with(Start other) {
        return new LaneOptions(bits, other);
    }

    /**
     * Reads the system properties.
     *
     * @return the options they ask for; {@link #AUTO} where they are not set
     */
    public static LaneOptions fromProperty() {
        var start = System.getProperty(START_PROPERTY, "adaptive");
        return parse(System.getProperty(PROPERTY, "auto")).with(parseStart(start));
    }

    private static Start parseStart(String text) {
        return switch (text.trim().toLowerCase(Locale.ROOT)) {
            case "adaptive", "" -> Start.ADAPTIVE;
            case "lanes" -> Start.LANES;
            case "scalar" -> Start.SCALAR;
            default ->
                throw new IllegalArgumentException(
                        "-D" + START_PROPERTY + "=" + text + " is unknown; use adaptive, lanes or scalar.");
        };
    }

    /**
     * Reads options from text.
     *
     * @param text {@code auto}, {@code off}, {@code 128}, {@code 256} or {@code 512}
     * @return the options
     */
    public static LaneOptions parse(String text) {
        return switch (text.trim().toLowerCase(Locale.ROOT)) {
            case "auto", "" -> AUTO;
            case "off" -> OFF;
            case "128" -> new LaneOptions(128);
            case "256" -> new LaneOptions(256);
            case "512" -> new LaneOptions(512);
            default ->
                throw new IllegalArgumentException(
                        "-D" + PROPERTY + "=" + text + " is unknown; use auto, off, 128, 256 or 512.");
        };
    }
}
