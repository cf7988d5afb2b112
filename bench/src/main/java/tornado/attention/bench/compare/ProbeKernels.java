package tornado.attention.bench.compare;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Kernels that do nothing but show what a device can do. */
final class ProbeKernels {
    /** Multiply-adds of one element and round of {@link #multiplyAdds}. */
    static final int CHAINS = 8;

    private ProbeKernels() {}

    /**
     * Eight independent chains of multiply-adds in registers: eight hide the latency of a fused multiply-add on
     * processors that start two a cycle, and every element is a chain of its own on a GPU.
     *
     * @param x {@code [n]}
     * @param out {@code [n]}
     * @param n elements
     * @param rounds multiply-adds of each chain
     */
    static void multiplyAdds(FloatArray x, FloatArray out, int n, int rounds) {
        for (@Parallel int i = 0; i < n; i++) {
            float factor = x.get(i);
            float a = 0.1f;
            float b = 0.2f;
            float c = 0.3f;
            float d = 0.4f;
            float e = 0.5f;
            float f = 0.6f;
            float g = 0.7f;
            float h = 0.8f;
            for (int r = 0; r < rounds; r++) {
                a = a * factor + 0.01f;
                b = b * factor + 0.02f;
                c = c * factor + 0.03f;
                d = d * factor + 0.04f;
                e = e * factor + 0.05f;
                f = f * factor + 0.06f;
                g = g * factor + 0.07f;
                h = h * factor + 0.08f;
            }
            out.set(i, a + b + c + d + e + f + g + h);
        }
    }
}
