package tornado.attention.bench.tables;

import java.util.List;
import java.util.Map;
import tornado.attention.modules.PSAModule;
import tornado.attention.tasks.Shape;

/** EPSANet: a ResNet whose 3x3 convolutions are PSA modules. */
final class EpsaNet {
    private EpsaNet() {}

    /**
     * The network.
     *
     * @param blocks number of blocks in each stage
     * @param width channels of the first stage's PSA modules
     * @param groups of their four convolutions
     */
    static CountedNetwork of(ModuleCounts counts, List<Integer> blocks, int width, List<Integer> groups) {
        var network = new NetworkBuilder(counts, ResNetCounts.IMAGE);
        network.convolution(64, 7, 2, 1).norm().maxPool();
        for (int stage = 0; stage < blocks.size(); stage++) {
            for (int i = 0; i < blocks.get(stage); i++) {
                int stride = stage > 0 && i == 0 ? 2 : 1;
                var input = network.map();
                network.pointwise(width << stage).norm();
                var map = network.map();
                network.module(PSAModule.TYPE, Map.of("conv_groups", groups, "stride", stride));
                network.at(Shape.of(1, map.channels(), (map.height() - 1) / stride + 1, (map.width() - 1) / stride + 1))
                        .norm();
                var output = network.pointwise(256 << stage).norm().map();
                if (i == 0) {
                    network.at(input).convolution(256 << stage, 1, stride, 1).norm();
                }
                network.at(output);
            }
        }
        return network.classifier(ResNetCounts.CLASSES).build();
    }
}
