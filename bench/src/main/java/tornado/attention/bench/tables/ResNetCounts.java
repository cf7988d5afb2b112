package tornado.attention.bench.tables;

import java.util.List;
import tornado.attention.tasks.Shape;

/**
 * A ResNet of bottleneck blocks for 224x224 images: He et al., Deep Residual Learning for Image Recognition, CVPR 2016.
 *
 * @param blocks number of blocks in each of the four stages
 * @param strideInFirst whether the 1x1 convolution of a block has the stride (the paper, Caffe), else the 3x3 (PyTorch)
 * @param lastStride stride of the last stage
 */
record ResNetCounts(List<Integer> blocks, boolean strideInFirst, int lastStride) {
    /** Blocks of each stage in ResNet-50. */
    static final List<Integer> DEPTH_50 = List.of(3, 4, 6, 3);

    /** Blocks of each stage in ResNet-101. */
    static final List<Integer> DEPTH_101 = List.of(3, 4, 23, 3);

    /** Blocks of each stage in ResNet-152. */
    static final List<Integer> DEPTH_152 = List.of(3, 8, 36, 3);

    static final Shape IMAGE = Shape.of(1, 3, 224, 224);
    static final int CLASSES = 1000;

    private static final int WIDTH = 64;
    private static final int EXPANSION = 4;

    /** As PyTorch builds it. */
    static ResNetCounts of(List<Integer> blocks) {
        return new ResNetCounts(blocks, false, 2);
    }

    /** As the paper builds it, stride in the first convolution of a block. */
    static ResNetCounts first(List<Integer> blocks) {
        return new ResNetCounts(blocks, true, 2);
    }

    /** The network with attention in its blocks. */
    CountedNetwork with(ModuleCounts counts, Placement attention) {
        var network = new NetworkBuilder(counts, IMAGE);
        attention.before(network);
        network.convolution(WIDTH, 7, 2, 1).norm().relu().maxPool();
        for (int stage = 0; stage < blocks.size(); stage++) {
            int stride = stage == 0 ? 1 : stage == blocks.size() - 1 ? lastStride : 2;
            for (int i = 0; i < blocks.get(stage); i++) {
                var block = new Placement.Block(stage, i, blocks.get(stage));
                block(network, WIDTH << stage, i == 0 ? stride : 1, block, attention);
            }
        }
        return network.classifier(CLASSES).build();
    }

    private void block(NetworkBuilder network, int width, int stride, Placement.Block block, Placement attention) {
        var input = network.map();
        attention.before(network);
        network.convolution(width, 1, strideInFirst ? stride : 1, 1).norm();
        attention.before(network);
        network.convolution(width, 3, strideInFirst ? 1 : stride, 1).norm();
        attention.before(network);
        network.pointwise(EXPANSION * width).norm();
        attention.behind(network, block);
        var output = network.map();
        if (block.index() == 0) {
            network.at(input);
            attention.before(network);
            network.convolution(EXPANSION * width, 1, stride, 1).norm();
        }
        network.at(output).relu();
    }
}
