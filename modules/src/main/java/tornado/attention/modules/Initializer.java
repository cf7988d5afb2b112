package tornado.attention.modules;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/** How a fresh module fills a weight. */
@FunctionalInterface
public interface Initializer {
    /** The next value. */
    float next(RandomGenerator random);

    /** Always this value. */
    static Initializer constant(double value) {
        return random -> (float) value;
    }

    /** These values in order, for a buffer that is computed; good for filling one weight. */
    static Initializer sequence(float[] values) {
        var next = new AtomicInteger();
        return random -> values[next.getAndIncrement()];
    }

    /** Uniform in (-bound, bound). */
    static Initializer uniform(double bound) {
        return random -> (float) (bound * (2 * random.nextDouble() - 1));
    }

    /** Normal with mean 0. */
    static Initializer normal(double standardDeviation) {
        return random -> (float) (standardDeviation * random.nextGaussian());
    }

    /**
     * PyTorch's default for weight and bias of linear and convolution layers: uniform in (-1, 1) / sqrt(fanIn).
     *
     * @param fanIn inputs of one output: channels of a group times kernel area
     */
    static Initializer torchDefault(int fanIn) {
        return uniform(1 / Math.sqrt(fanIn));
    }

    /** Kaiming normal for ReLU (arXiv 1502.01852): standard deviation sqrt(2 / fan). */
    static Initializer kaimingNormal(int fan) {
        return normal(Math.sqrt(2.0 / fan));
    }
}
