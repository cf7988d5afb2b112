package tornado.attention.networks;

import java.nio.charset.StandardCharsets;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.Weight;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Weights that any language can make again, without a file: element i of a tensor follows from a seed, the tensor's name and i
 * (FNV-1a over the name, SplitMix64, 24 bits).
 */
public final class GeneratedWeights {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private GeneratedWeights() {}

    /** FNV-1a of the name's bytes in UTF-8. */
    static long fnv1a(String name) {
        long hash = FNV_OFFSET;
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * FNV_PRIME;
        }
        return hash;
    }

    /**
     * A tensor whose elements lie evenly in a range.
     *
     * @param seed of all tensors
     * @param low smallest element
     * @param high no element reaches it
     */
    public static Weight uniform(String name, Shape shape, long seed, double low, double high) {
        var values = new FloatArray(shape.elementsOf(name));
        long key = seed ^ fnv1a(name);
        for (int i = 0; i < values.getSize(); i++) {
            long z = key + (i + 1) * GOLDEN;
            z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
            z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
            z ^= z >>> 31;
            double u = (z >>> 40) * 0x1p-24;
            values.set(i, (float) (low + (high - low) * u));
        }
        return new Weight(name, shape, values);
    }
}
