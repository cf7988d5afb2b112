package tornado.attention.bench.tables;

/**
 * What one step of a network costs for one image.
 *
 * @param parameters trainable ones
 * @param macs multiply-accumulates of convolutions and matrix products
 * @param normalised elements that a batch norm writes
 * @param operations what the operation counter of 2019 made of it, see {@link CountedNetwork#operations()}
 */
record Layer(long parameters, long macs, long normalised, long operations) {
    /** A 2-D convolution: each output pixel costs as much as there are weights. */
    static Layer convolution(int inputs, int outputs, int kernel, int groups, boolean bias, long outputPixels) {
        long weights = (long) inputs / groups * outputs * kernel * kernel;
        return new Layer(weights + (bias ? outputs : 0), weights * outputPixels, 0, weights * outputPixels);
    }

    /** A fully connected layer; the counter took 2n - 1 operations for a sum of n products. */
    static Layer linear(int inputs, int outputs, boolean bias) {
        long weights = (long) inputs * outputs;
        return new Layer(weights + (bias ? outputs : 0), weights, 0, 2 * weights - outputs);
    }

    /** A batch norm; the counter took four operations an element. */
    static Layer norm(int channels, long pixels) {
        return new Layer(2L * channels, 0, channels * pixels, 4L * channels * pixels);
    }

    /** A step without weights and products. */
    static Layer operations(long operations) {
        return new Layer(0, 0, 0, operations);
    }

    /** Average pooling over all pixels: the sum and one division. */
    static Layer globalAverage(int channels, long pixels) {
        return operations(channels * (pixels + 1));
    }
}
