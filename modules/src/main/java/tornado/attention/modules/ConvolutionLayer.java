package tornado.attention.modules;

import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.graph.Value;

/**
 * {@code nn.Conv2d}.
 *
 * @param name of the layer, which its kernel has too
 * @param weight {@code [outputs, inputs / groups, k, k]}
 * @param bias {@code [outputs]}, or null for none
 * @param window stride, padding, dilation, groups
 */
public record ConvolutionLayer(String name, Value weight, Value bias, Window window) {
    /** {@code [batch, inputs, height, width]} to {@code [batch, outputs, height', width']}. */
    public Value apply(Value x) {
        return x.convolve(weight, bias, window).named(name);
    }
}
