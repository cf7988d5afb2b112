package tornado.attention.report;

/**
 * What a device reaches at best, measured through the same API as the modules.
 *
 * @param copyGbytesPerSecond a copy kernel's reading and writing together, in 10^9 bytes a second
 * @param peakGmacsPerSecond multiply-adds of the fastest of the probe kernels, in 10^9 a second
 * @param method what was run
 */
public record Ceiling(double copyGbytesPerSecond, double peakGmacsPerSecond, String method) {
    /** The better of two measurements of one device, each figure for itself; the method is that of the higher peak. */
    public Ceiling better(Ceiling other) {
        var higher = peakGmacsPerSecond >= other.peakGmacsPerSecond ? this : other;
        return new Ceiling(
                Math.max(copyGbytesPerSecond, other.copyGbytesPerSecond), higher.peakGmacsPerSecond, higher.method);
    }
}
