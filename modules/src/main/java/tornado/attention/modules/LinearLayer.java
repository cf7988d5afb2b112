package tornado.attention.modules;

import tornado.attention.tasks.graph.Value;

/**
 * {@code nn.Linear}, or a 1x1 convolution of pooled vectors: {@code x W' + b} on the last axis.
 *
 * @param name of the layer, which its kernel has too
 * @param weight {@code [outputs, inputs]}, or that with trailing extents of 1
 * @param bias {@code [outputs]}, or null for none
 */
public record LinearLayer(String name, Value weight, Value bias) {
    /** {@code [..., inputs]} to {@code [..., outputs]}. */
    public Value apply(Value x) {
        return x.linear(weight, bias).named(name);
    }
}
