package tornado.attention.embedded.internal.compiler.lanes;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;

/**
 * What the vector unit of this machine can do.
 *
 * @param bits width of its vectors
 * @param accumulators vectors that may stay in registers as accumulators while others are loaded
 * @param fusedMultiplyAdd whether products and sums can be fused
 */
public record VectorUnit(int bits, int accumulators, boolean fusedMultiplyAdd) {
    /** With 32 registers: 24 accumulators, 3 loaded vectors and a broadcast weight. */
    private static final int MANY = 24;

    /** With 16 registers. */
    private static final int FEW = 12;

    /**
     * Whether the Vector API is there.
     *
     * @return false where Java was started without {@code --add-modules jdk.incubator.vector}
     */
    public static boolean hasVectors() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }

    /**
     * Looks at the machine. The Vector API is asked by reflection, so that this class loads without it.
     *
     * @param wantedBits width asked for, or 0 for what the machine prefers
     * @return the machine with that width
     */
    public static VectorUnit detect(int wantedBits) {
        try {
            var shape = Class.forName("jdk.incubator.vector.VectorShape");
            var preferred = shape.getMethod("preferredShape").invoke(null);
            int bits = (int) shape.getMethod("vectorBitSize").invoke(preferred);
            boolean manyRegisters = bits >= 512 || System.getProperty("os.arch").equals("aarch64");
            return new VectorUnit(
                    wantedBits == 0 ? Math.clamp(bits, 128, 512) : wantedBits,
                    manyRegisters ? MANY : FEW,
                    bits >= 256 || manyRegisters);
        } catch (ClassNotFoundException
                | NoSuchMethodException
                | IllegalAccessException
                | InvocationTargetException e) {
            throw new IllegalStateException("The Vector API is there but not as JDK 25 has it.", e);
        }
    }

    /**
     * A machine on which everything is scalar.
     *
     * @return one lane; products and sums are fused where HotSpot has an instruction for it, so that results are those of lanes
     */
    public static VectorUnit withoutLanes() {
        boolean fused = hasVectors() ? detect(0).fusedMultiplyAdd() : hotSpotFuses();
        return new VectorUnit(Float.SIZE, 1, fused);
    }

    private static boolean hotSpotFuses() {
        try {
            var hotSpot = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            return Boolean.parseBoolean(hotSpot.getVMOption("UseFMA").getValue());
        } catch (NoClassDefFoundError | IllegalArgumentException e) {
            return false; // a small run-time image, or another JVM: then as plain Java
        }
    }

    /** Whether it has no vectors at all. */
    boolean isScalar() {
        return lanes() == 1;
    }

    /** The same machine with fewer accumulators, for kernels whose code would grow too long otherwise. */
    VectorUnit withAccumulators(int fewer) {
        return new VectorUnit(bits, Math.min(accumulators, fewer), fusedMultiplyAdd);
    }

    /** Number of 32-bit lanes. */
    public int lanes() {
        return bits / 32;
    }
}
