package tornado.attention.modules;

import tornado.attention.tasks.graph.LayerNormTask;
import tornado.attention.tasks.graph.Value;

/**
 * {@code nn.LayerNorm} over the last axis.
 *
 * @param name of the layer, which its kernel has too
 * @param weight gamma
 * @param bias beta
 * @param eps added to the biased variance
 */
public record LayerNormLayer(String name, Value weight, Value bias, double eps) {
    /** The shape of {@code x}. */
    public Value apply(Value x) {
        return Value.of(new LayerNormTask(eps), x, weight, bias).named(name);
    }
}
