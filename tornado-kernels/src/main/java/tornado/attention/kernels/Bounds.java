package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.math.TornadoMath;

/** Whether an index lies in an array's extent. */
final class Bounds {
    private Bounds() {}

    /**
     * {@code at >= 0 && at < end}, asked otherwise: of those two comparisons TornadoVM's compiler makes one of unsigned numbers, which
     * its SPIR-V backend writes down as one of signed ones, so that negative indices pass (5.2).
     *
     * @param end at least 1
     */
    static boolean contain(int at, int end) {
        return TornadoMath.min(TornadoMath.max(at, 0), end - 1) == at;
    }
}
