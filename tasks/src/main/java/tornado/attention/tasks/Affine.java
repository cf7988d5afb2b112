package tornado.attention.tasks;

import java.util.Arrays;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A factor and a term for each channel, which the task that reads a map next applies in passing.
 *
 * @param scale {@code [channels]}
 * @param shift {@code [channels]}
 */
public record Affine(Tensor scale, Tensor shift) {
    /** Factor 1 and these terms. */
    public static Affine bias(TaskChain chain, float... terms) {
        var ones = new float[terms.length];
        Arrays.fill(ones, 1f);
        return constant(chain, ones, terms);
    }

    /** Factor 1 and term 0. */
    public static Affine identity(TaskChain chain, int channels) {
        return bias(chain, new float[channels]);
    }

    /** These factors and terms, known when the chain is built. */
    public static Affine constant(TaskChain chain, float[] scale, float[] shift) {
        return new Affine(constant(chain, "scale", scale), constant(chain, "shift", shift));
    }

    private static Tensor constant(TaskChain chain, String name, float[] values) {
        return chain.weight(chain.derived(
                new Derivation.Elements(values), name, Shape.of(values.length), () -> FloatArray.fromArray(values)));
    }
}
