package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Arrays that a task graph keeps on the device for others. */
public final class Resident {
    private Resident() {}

    /**
     * Reads the first elements of eight arrays: TornadoVM 5.2 copies to the device only what a task uses.
     *
     * @param a at least {@code n} elements, like the other seven
     * @param b another
     * @param c another
     * @param d another
     * @param e another
     * @param f another
     * @param g another
     * @param h another
     * @param out {@code [n]}, their sums, for nobody
     * @param n elements read of each
     */
    public static void touch(
            FloatArray a,
            FloatArray b,
            FloatArray c,
            FloatArray d,
            FloatArray e,
            FloatArray f,
            FloatArray g,
            FloatArray h,
            FloatArray out,
            int n) {
        for (@Parallel int i = 0; i < n; i++) {
            out.set(i, a.get(i) + b.get(i) + c.get(i) + d.get(i) + e.get(i) + f.get(i) + g.get(i) + h.get(i));
        }
    }
}
