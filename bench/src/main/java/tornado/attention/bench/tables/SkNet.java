package tornado.attention.bench.tables;

import java.util.List;

/**
 * SKNet as the authors' Caffe definitions have it: both branches 3x3 in 32 groups (the second dilated), no biases, batch norm
 * behind the squeezing layer. (The catalogue's SKAttention is the PyTorch code that is in use, which has biases, true 5x5
 * kernels and no such norm.)
 */
final class SkNet {
    private static final int GROUPS = 32;

    private SkNet() {}

    /**
     * The network.
     *
     * @param blocks number of blocks in each stage
     * @param squeezed width of the squeezing layer in each stage
     */
    static CountedNetwork of(ModuleCounts counts, List<Integer> blocks, List<Integer> squeezed) {
        var network = new NetworkBuilder(counts, ResNetCounts.IMAGE);
        network.convolution(64, 7, 2, 1).norm().maxPool();
        for (int stage = 0; stage < blocks.size(); stage++) {
            for (int i = 0; i < blocks.get(stage); i++) {
                block(network, 128 << stage, squeezed.get(stage), stage > 0 && i == 0 ? 2 : 1, i == 0);
            }
        }
        return network.classifier(ResNetCounts.CLASSES).build();
    }

    private static void block(NetworkBuilder network, int width, int squeezed, int stride, boolean first) {
        var input = network.map();
        var hidden = network.pointwise(width).norm().map();
        network.convolution(width, 3, stride, GROUPS).norm();
        network.at(hidden).convolution(width, 3, stride, GROUPS).norm();
        network.add(Layer.linear(width, squeezed, false)).add(Layer.norm(squeezed, 1));
        network.add(Layer.linear(squeezed, 2 * width, false));
        var output = network.pointwise(2 * width).norm().map();
        if (first) {
            network.at(input).convolution(2 * width, 1, stride, 1).norm();
        }
        network.at(output);
    }
}
