package tornado.attention.embedded.compiler;

import java.util.Locale;

/**
 * Whether and how wide kernels run in SIMD lanes.
 *
 * @param bits width of the vectors in bits: 0 for the widest the machine prefers, -1 for none
 */
public record LaneOptions(int bits) {
    /** System property that sets the default: {@code auto}, {@code off}, {@code 128}, {@code 256} or {@code 512}. */
    public static final String PROPERTY = "tornado.embedded.lanes";

    /** The widest vectors the machine prefers. */
    public static final LaneOptions AUTO = new LaneOptions(0);

    /** No lanes: scalar code only. */
    public static final LaneOptions OFF = new LaneOptions(-1);

    /** Checks the width. */
    public LaneOptions {
        if (bits != 0 && bits != -1 && bits != 128 && bits != 256 && bits != 512) {
            throw new IllegalArgumentException("Vectors of " + bits + " bits do not exist; use 128, 256 or 512.");
        }
    }

    /**
     * Reads the system property.
     *
     * @return the options it asks for; {@link #AUTO} where it is not set
     */
    public static LaneOptions fromProperty() {
        return parse(System.getProperty(PROPERTY, "auto"));
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
