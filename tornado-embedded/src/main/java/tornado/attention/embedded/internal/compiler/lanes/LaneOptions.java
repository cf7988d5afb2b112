package tornado.attention.embedded.internal.compiler.lanes;

import java.util.Locale;
import tornado.attention.embedded.internal.compiler.runtime.Heat.Start;

/**
 * Whether and how wide kernels run in SIMD lanes.
 *
 * @param bits width of the vectors in bits: 0 for the widest the machine prefers, -1 for none, -2 for the kernel's own
 *     bytecode
 * @param start what runs while HotSpot has not yet compiled the vector code
 * @param contract whether loops that add up products round each product and sum once, not twice, where the machine can; the
 *     results are the same with lanes and without, and {@code false} gives those of plain Java
 */
public record LaneOptions(int bits, Start start, boolean contract) {
    /** System property that sets {@link #start}: {@code adaptive}, {@code lanes} or {@code scalar}. */
    public static final String START_PROPERTY = "tornado.embedded.start";

    /** System property that sets {@link #contract}: {@code sums} or {@code none}. */
    public static final String CONTRACT_PROPERTY = "tornado.embedded.contract";

    /** System property that sets the width: {@code auto}, {@code off}, {@code java}, {@code 128}, {@code 256} or {@code 512}. */
    public static final String PROPERTY = "tornado.embedded.lanes";

    private static final int OFF_BITS = -1;
    private static final int JAVA_BITS = -2;

    /** The widest vectors the machine prefers. */
    public static final LaneOptions AUTO = new LaneOptions(0, Start.ADAPTIVE, true);

    /** No lanes: the same operations one by one. */
    public static final LaneOptions OFF = new LaneOptions(OFF_BITS, Start.ADAPTIVE, true);

    /** The kernel's own bytecode, in tiles: what plain Java computes, to the bit. */
    public static final LaneOptions JAVA = new LaneOptions(JAVA_BITS, Start.ADAPTIVE, false);

    /** Checks the width. */
    public LaneOptions {
        if (bits != 0 && bits != OFF_BITS && bits != JAVA_BITS && bits != 128 && bits != 256 && bits != 512) {
            throw new IllegalArgumentException("Vectors of " + bits + " bits do not exist; use 128, 256 or 512.");
        }
    }

    /** Vectors of a width, warmed up as HotSpot compiles them. */
    public LaneOptions(int bits) {
        this(bits, Start.ADAPTIVE, true);
    }

    /** The same with another beginning. */
    public LaneOptions with(Start other) {
        return new LaneOptions(bits, other, contract);
    }

    /** The same with products and sums fused in loops, or never. */
    public LaneOptions contracting(boolean sums) {
        return new LaneOptions(bits, start, sums && bits != JAVA_BITS);
    }

    /**
     * Reads the system properties.
     *
     * @return the options they ask for; {@link #AUTO} where they are not set
     */
    public static LaneOptions fromProperty() {
        var start = System.getProperty(START_PROPERTY, "adaptive");
        var contract = System.getProperty(CONTRACT_PROPERTY, "sums");
        return parse(System.getProperty(PROPERTY, "auto"))
                .with(parseStart(start))
                .contracting(parseContract(contract));
    }

    private static boolean parseContract(String text) {
        return switch (text.trim().toLowerCase(Locale.ROOT)) {
            case "sums", "" -> true;
            case "none" -> false;
            default ->
                throw new IllegalArgumentException(
                        "-D" + CONTRACT_PROPERTY + "=" + text + " is unknown; use sums or none.");
        };
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
     * @param text {@code auto}, {@code off}, {@code java}, {@code 128}, {@code 256} or {@code 512}
     * @return the options
     */
    public static LaneOptions parse(String text) {
        return switch (text.trim().toLowerCase(Locale.ROOT)) {
            case "auto", "" -> AUTO;
            case "off" -> OFF;
            case "java" -> JAVA;
            case "128" -> new LaneOptions(128);
            case "256" -> new LaneOptions(256);
            case "512" -> new LaneOptions(512);
            default ->
                throw new IllegalArgumentException(
                        "-D" + PROPERTY + "=" + text + " is unknown; use auto, off, java, 128, 256 or 512.");
        };
    }
}
