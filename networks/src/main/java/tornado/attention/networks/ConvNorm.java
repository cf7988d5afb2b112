package tornado.attention.networks;

import tornado.attention.modules.BatchNormLayer;
import tornado.attention.modules.ConvolutionLayer;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.graph.Value;

/**
 * A convolution, its batch norm and its activation.
 *
 * @param path the convolution's name in the network, which its kernel has too
 * @param convolution without bias
 * @param norm behind it
 * @param activation last; identity for none
 * @param same whether padding is TensorFlow's SAME: it depends on the size of the map
 */
record ConvNorm(String path, ConvolutionLayer convolution, BatchNormLayer norm, Activation activation, boolean same)
        implements Part {
    @Override
    public Value apply(Value x) {
        var weight = convolution.weight();
        var window = same ? same(x, weight, convolution.window()) : convolution.window();
        return norm.apply(x.convolve(weight, convolution.bias(), window))
                .activate(activation)
                .named(path);
    }

    /** As many outputs as strides begin in the map; of an odd number of zeros the one more lies behind. */
    private static Window same(Value x, Value weight, Window window) {
        int rows = zeros(x.shape().height(), weight.shape().dim(2), window);
        int columns = zeros(x.shape().width(), weight.shape().dim(3), window);
        return new Window(
                window.stride(),
                rows / 2,
                columns / 2,
                rows - rows / 2,
                columns - columns / 2,
                window.dilation(),
                window.groups());
    }

    private static int zeros(int extent, int kernel, Window window) {
        int outputs = (extent + window.stride() - 1) / window.stride();
        return Math.max(0, (outputs - 1) * window.stride() + (kernel - 1) * window.dilation() + 1 - extent);
    }
}
