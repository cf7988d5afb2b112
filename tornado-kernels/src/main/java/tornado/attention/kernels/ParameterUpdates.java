package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** What optimisers do to a parameter, in place, as PyTorch's do. */
public final class ParameterUpdates {
    private ParameterUpdates() {}

    /**
     * Stochastic gradient descent with momentum: {@code d = clip g + decay w; v = momentum v + d; w -= rate (ahead d + share v)}.
     *
     *
     * @param parameter {@code [n]}, updated
     * @param gradient {@code [n]}
     * @param velocity {@code [n]}, updated; 0 at first
     * @param rates the rate, the factor of gradients
     * @param n elements
     * @param momentum of the velocity; 0 for none
     * @param decay factor of the parameter in its gradient
     * @param ahead 1 for Nesterov's momentum, else 0
     * @param share the momentum for Nesterov's, else 1
     */
    public static void sgd(
            FloatArray parameter,
            FloatArray gradient,
            FloatArray velocity,
            FloatArray rates,
            int n,
            float momentum,
            float decay,
            float ahead,
            float share) {
        for (@Parallel int i = 0; i < n; i++) {
            float d = gradient.get(i) * rates.get(1) + decay * parameter.get(i);
            float v = momentum * velocity.get(i) + d;
            velocity.set(i, v);
            parameter.set(i, parameter.get(i) - rates.get(0) * (ahead * d + share * v));
        }
    }

    /**
     * Adam with decoupled weight decay: {@code w *= 1 - rate decay; m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g g;
     * w -= rate (m / c1) / (sqrt(v / c2) + eps)}.
     *
     * @param parameter {@code [n]}, updated
     * @param gradient {@code [n]}
     * @param mean {@code [n]}, updated; 0 at first
     * @param square {@code [n]}, updated; 0 at first
     * @param rates the rate, the factor of gradients, {@code c1 = 1 - beta1^t}, {@code c2 = 1 - beta2^t}
     * @param n elements
     * @param keep1 beta1, share of the mean that stays
     * @param take1 {@code 1 - beta1}
     * @param keep2 beta2, share of the squares that stays
     * @param take2 {@code 1 - beta2}
     * @param eps added to the root
     * @param decay weight decay
     */
    public static void adamW(
            FloatArray parameter,
            FloatArray gradient,
            FloatArray mean,
            FloatArray square,
            FloatArray rates,
            int n,
            float keep1,
            float take1,
            float keep2,
            float take2,
            float eps,
            float decay) {
        for (@Parallel int i = 0; i < n; i++) {
            float rate = rates.get(0);
            float g = gradient.get(i) * rates.get(1);
            float w = parameter.get(i) * (1f - rate * decay);
            float m = keep1 * mean.get(i) + take1 * g;
            float v = keep2 * square.get(i) + take2 * g * g;
            mean.set(i, m);
            square.set(i, v);
            float root = TornadoMath.sqrt(v / rates.get(3)) + eps;
            parameter.set(i, w - rate * (m / rates.get(2)) / root);
        }
    }

    /**
     * A moving average: {@code average += share (value - average)}.
     *
     * @param average {@code [n]}, updated
     * @param value {@code [n]}
     * @param rates element 4 is the share
     * @param n elements
     */
    public static void average(FloatArray average, FloatArray value, FloatArray rates, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            average.set(i, average.get(i) + rates.get(4) * (value.get(i) - average.get(i)));
        }
    }

    /**
     * The sum of the squares of a gradient, at its place among those of others.
     *
     * @param gradient {@code [n]}
     * @param sums one for each parameter, of which one is written
     * @param n elements
     * @param at which is written
     * @param count 1
     */
    public static void squares(FloatArray gradient, FloatArray sums, int n, int at, int count) {
        for (@Parallel int p = 0; p < count; p++) {
            float sum = 0f;
            for (int i = 0; i < n; i++) {
                sum += gradient.get(i) * gradient.get(i);
            }
            sums.set(at + p, sum);
        }
    }

    /**
     * The rates with the factor of gradients that brings their common norm to a largest one:
     * {@code factor = min(1, largest / (norm + 1e-6))}.
     *
     * @param sums {@code [n]}, squares of each parameter's gradient
     * @param given {@code [length]}, the rates
     * @param rates {@code [length]}, the same but for element 1
     * @param n parameters
     * @param length number of rates
     * @param largest norm
     */
    public static void clip(FloatArray sums, FloatArray given, FloatArray rates, int n, int length, float largest) {
        for (@Parallel int i = 0; i < length; i++) {
            float sum = 0f;
            for (int p = 0; p < n; p++) {
                sum += sums.get(p);
            }
            float factor = TornadoMath.min(1f, largest / (TornadoMath.sqrt(sum) + 1e-6f));
            rates.set(i, i == 1 ? given.get(i) * factor : given.get(i));
        }
    }
}
