package tornado.attention.tasks;

import static tornado.attention.tasks.Step.out;
import static tornado.attention.tasks.Step.updated;

import java.util.List;
import tornado.attention.kernels.Losses;
import tornado.attention.kernels.ParameterUpdates;

/**
 * What stands behind the gradients of a step: a common norm, and parameters changed in place on the device. What changes from step to
 * step comes in an array of {@link #RATES} numbers: the rate, the factor of gradients, two that AdamW takes, and the share of averages.
 */
public final class ParameterUpdate {
    /** How many numbers there are. */
    public static final int RATES = 5;

    private ParameterUpdate() {}

    /**
     * Stochastic gradient descent: PyTorch's {@code SGD}.
     *
     * @param parameter changed
     * @param gradient the shape of {@code parameter}
     * @param velocity the shape of {@code parameter}, changed; 0 at first
     * @param rates {@link #RATES} numbers
     * @param momentum of the velocity; 0 for none
     * @param decay weight decay, added to the gradient
     * @param nesterov whether the step looks ahead
     */
    public static void sgd(
            TaskChain chain,
            String name,
            Tensor parameter,
            Tensor gradient,
            Tensor velocity,
            Tensor rates,
            double momentum,
            double decay,
            boolean nesterov) {
        chain.step(name)
                .launch(
                        ParameterUpdates::sgd,
                        updated(parameter),
                        gradient,
                        updated(velocity),
                        rates,
                        parameter.elements(),
                        (float) momentum,
                        (float) decay,
                        nesterov ? 1f : 0f,
                        nesterov ? (float) momentum : 1f);
    }

    /**
     * Adam with decoupled weight decay: PyTorch's {@code AdamW}.
     *
     * @param parameter changed
     * @param gradient the shape of {@code parameter}
     * @param mean of gradients, the shape of {@code parameter}, changed; 0 at first
     * @param square mean of their squares, changed; 0 at first
     * @param rates {@link #RATES} numbers, of them the rate, the factor of gradients, {@code 1 - beta1^step}, {@code 1 - beta2^step}
     * @param decay weight decay, times the rate
     */
    public static void adamW(
            TaskChain chain,
            String name,
            Tensor parameter,
            Tensor gradient,
            Tensor mean,
            Tensor square,
            Tensor rates,
            double beta1,
            double beta2,
            double eps,
            double decay) {
        chain.step(name)
                .launch(
                        ParameterUpdates::adamW,
                        updated(parameter),
                        gradient,
                        updated(mean),
                        updated(square),
                        rates,
                        parameter.elements(),
                        (float) beta1,
                        (float) (1 - beta1),
                        (float) beta2,
                        (float) (1 - beta2),
                        (float) eps,
                        (float) decay);
    }

    /**
     * Rates whose factor brings all gradients together to a largest norm: PyTorch's {@code clip_grad_norm_}.
     *
     * @param rates {@link #RATES} numbers
     * @param largest norm, above 0
     * @return {@link #RATES} numbers
     */
    public static Tensor clipped(TaskChain chain, String name, List<Tensor> gradients, Tensor rates, double largest) {
        var sums = chain.tensor(name + ".squares", Shape.of(gradients.size()));
        for (int i = 0; i < gradients.size(); i++) {
            var gradient = gradients.get(i);
            chain.step(name + ".squares")
                    .extraBytes((1L - gradients.size()) * Float.BYTES)
                    .launch(ParameterUpdates::squares, gradient, out(sums), gradient.elements(), i, 1);
        }
        var clipped = chain.tensor(name, Shape.of(RATES));
        chain.step(name)
                .launch(ParameterUpdates::clip, sums, rates, out(clipped), gradients.size(), RATES, (float) largest);
        return clipped;
    }

    /**
     * A moving average of what a parameter was: {@code average += share (value - average)}.
     *
     * @param average the shape of {@code value}, changed
     * @param value as it is now
     * @param rates {@link #RATES} numbers, the last of them the share
     */
    public static void average(TaskChain chain, String name, Tensor average, Tensor value, Tensor rates) {
        chain.step(name).launch(ParameterUpdates::average, updated(average), value, rates, value.elements());
    }

    /**
     * How many rows of logits have their largest element at their label.
     *
     * @param logits {@code [rows, classes]}
     * @param labels {@code [rows]}
     * @return {@code [1]}
     */
    public static Tensor hits(TaskChain chain, String name, Tensor logits, Tensor labels) {
        var hits = chain.tensor(name, Shape.of(1));
        chain.step(name)
                .launch(
                        Losses::hits,
                        logits,
                        labels,
                        out(hits),
                        logits.shape().dim(0),
                        logits.shape().dim(1),
                        1);
        return hits;
    }
}
