package tornado.attention.testing;

import java.util.SplittableRandom;
import java.util.function.Consumer;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Random shapes and data for tests. Each repetition has a seed of its own; a failure names it, and {@code
 * -Dtornado.attention.seed=N} runs that one alone.
 */
public final class RandomCases {
    private static final String SEED = "tornado.attention.seed";

    private final SplittableRandom random;

    private RandomCases(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Runs the body several times, each with another seed. */
    public static void repeat(int times, Consumer<RandomCases> body) {
        var given = System.getProperty(SEED, "");
        if (!given.isEmpty()) {
            run(Long.parseLong(given), body);
            return;
        }
        for (long seed = 1; seed <= times; seed++) {
            run(seed, body);
        }
    }

    private static void run(long seed, Consumer<RandomCases> body) {
        try {
            body.accept(new RandomCases(seed));
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError(
                    "failed for seed " + seed + " (-D" + SEED + "=" + seed + " repeats it): " + e.getMessage(), e);
        }
    }

    /** An int from {@code low} to {@code high}, both included. */
    public int between(int low, int high) {
        return random.nextInt(low, high + 1);
    }

    /** One of the values. */
    @SafeVarargs
    public final <T> T oneOf(T... values) {
        return values[random.nextInt(values.length)];
    }

    /** True or false. */
    public boolean flag() {
        return random.nextBoolean();
    }

    /** Standard normal values. */
    public FloatArray normal(int length) {
        return FloatArray.fromArray(normals(length));
    }

    /** Standard normal values. */
    public float[] normals(int length) {
        var values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** An array of NaN, as an output that nobody has written looks. */
    public static FloatArray unwritten(int length) {
        var array = new FloatArray(length);
        array.init(Float.NaN);
        return array;
    }
}
