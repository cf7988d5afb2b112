package tornado.attention.modules;

import tornado.attention.tasks.graph.BatchNormTask;
import tornado.attention.tasks.graph.Value;

/**
 * {@code nn.BatchNorm}: running averages in evaluation, the statistics of the batch in training.
 *
 * @param name of the layer, which its kernel has too
 * @param weight gamma {@code [channels]}
 * @param bias beta
 * @param mean running mean
 * @param variance running variance
 * @param batches how many batches the averages have seen
 * @param eps added to the biased variance
 * @param momentum share of a batch in the running averages
 */
public record BatchNormLayer(
        String name, Value weight, Value bias, Value mean, Value variance, Value batches, double eps, double momentum) {
    /** {@code [batch, channels, ...]}, the shape of {@code x}. */
    public Value apply(Value x) {
        return Value.of(new BatchNormTask(eps, momentum), x, weight, bias, mean, variance, batches);
    }
}
