package tornado.attention.embedded.internal.compiler.runtime;

import java.util.function.Supplier;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * What a generated class with vector code extends. It runs a range of the innermost loop for one iteration of the loops
 * around it, or for several neighbouring iterations ("rows") of the next outer loop together.
 */
public abstract non-sealed class LaneTile extends Tile {
    /** The widest map of indices: 16 lanes. */
    private static final int MOST_LANES = 16;

    private static final ThreadLocal<int[]> SCRATCH =
            ThreadLocal.withInitial((Supplier<int[]>) () -> new int[MOST_LANES]);

    private static final ThreadLocal<float[]> FLOATS =
            ThreadLocal.withInitial((Supplier<float[]>) () -> new float[MOST_LANES]);

    /** For generated classes. */
    protected LaneTile() {}

    /**
     * Stores the trip counts of a phase into the fields of {@link Tile}.
     *
     * @param phase which nest
     */
    public abstract void measure(int phase);

    /**
     * Runs a range of the innermost loop for a range of rows. Empty ranges do nothing but let HotSpot count a call.
     *
     * @param part {@link PhasePart#of} a phase: which method
     * @param outer iteration of the first of three loops, else 0
     * @param row first iteration of the loop around the innermost one, else 0
     * @param rowEnd end of these iterations, 1 if there is no such loop; phases with serial loops run as many as the part
     *     runs together whatever it is
     * @param from first iteration of the innermost loop
     * @param to end of the range
     */
    public abstract void run(int part, int outer, int row, int rowEnd, int from, int to);

    /**
     * The Java array behind an array of the API.
     *
     * @param array a {@code FloatArray} or its kin
     * @return its storage
     */
    public static Object storage(Object array) {
        return ((TornadoNativeArray) array)
                .getSegment()
                .heapBase()
                .orElseThrow(() -> new IllegalArgumentException("arrays outside the Java heap are not supported"));
    }

    /**
     * Elements of an array for a vector that is not all inside it.
     *
     * @param array the array
     * @param index of the first lane, perhaps outside
     * @param active a bit for each lane: those that are read
     * @return an array of the calling thread alone that begins with them, zeros in the other lanes
     * @throws IndexOutOfBoundsException if an active lane is outside
     */
    public static float[] edge(float[] array, int index, long active) {
        var lanes = FLOATS.get();
        for (int i = 0; i < MOST_LANES; i++) {
            lanes[i] = (active >> i & 1) == 0 ? 0f : array[index + i];
        }
        return lanes;
    }

    /**
     * The same of ints.
     *
     * @param array the array
     * @param index of the first lane, perhaps outside
     * @param active a bit for each lane: those that are read
     * @return an array of the calling thread alone that begins with them, zeros in the other lanes
     * @throws IndexOutOfBoundsException if an active lane is outside
     */
    public static int[] edge(int[] array, int index, long active) {
        var lanes = SCRATCH.get();
        for (int i = 0; i < MOST_LANES; i++) {
            lanes[i] = (active >> i & 1) == 0 ? 0 : array[index + i];
        }
        return lanes;
    }

    /**
     * A map of indices for a gather, of the calling thread alone.
     *
     * @return at least as many ints as there are lanes
     */
    public static int[] scratch() {
        return SCRATCH.get();
    }

    /**
     * The lanes of a vector, of the calling thread alone.
     *
     * @return at least as many floats as there are lanes
     */
    public static float[] scratchOfFloats() {
        return FLOATS.get();
    }
}
