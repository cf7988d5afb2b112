package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Dropout with numbers that depend on seed, run and position alone, so that every engine and every order of work-items drops the
 * same elements.
 *
 * <p>The numbers are a hash in 32-bit integer arithmetic: shift-and-multiply rounds with the constants of Chris Wellons's
 * {@code lowbias32}, whose output bits each flip with a probability within 0.2 % of one half.
 */
public final class HashedDropout {
    private HashedDropout() {}

    /**
     * Inverted dropout: {@code out[i] = 0} with probability {@code rate}, else {@code x[i] / (1 - rate)}.
     *
     * @param x {@code [n]}
     * @param runs one element: how often the plan has run, up to 2^24
     * @param out {@code [n]}
     * @param n elements
     * @param seed of the stream; each dropout of a chain has its own
     * @param rate between 0 and 1, below 1
     */
    public static void apply(FloatArray x, FloatArray runs, FloatArray out, int n, int seed, float rate) {
        for (@Parallel int i = 0; i < n; i++) {
            int key = hash(seed) ^ (int) runs.get(0);
            float kept = uniform(key, i) >= rate ? 1f / (1f - rate) : 0f;
            out.set(i, x.get(i) * kept);
        }
    }

    /** A number in [0, 1) with 24 bits: number {@code index} of the stream {@code key}. */
    static float uniform(int key, int index) {
        int bits = hash(hash(key) ^ index);
        return ((bits >> 8) & 0xFFFFFF) * (1f / 16777216f);
    }

    /** Shifts keep their sign bits masked away: unsigned shifts are not needed of an engine. */
    private static int hash(int value) {
        int x = value;
        x = (x ^ ((x >> 16) & 0xFFFF)) * 0x7feb352d;
        x = (x ^ ((x >> 15) & 0x1FFFF)) * 0x846ca68b;
        return x ^ ((x >> 16) & 0xFFFF);
    }
}
