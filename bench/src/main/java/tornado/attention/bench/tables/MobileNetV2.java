package tornado.attention.bench.tables;

import java.util.List;

/** MobileNetV2 for 224x224 images: Sandler et al., Inverted Residuals and Linear Bottlenecks, CVPR 2018, table 2. */
final class MobileNetV2 {
    /**
     * Blocks of one kind.
     *
     * @param expansion hidden channels over input channels
     * @param channels of the output
     * @param repeats number of blocks
     * @param stride of the first
     */
    private record Stage(int expansion, int channels, int repeats, int stride) {}

    private static final List<Stage> STAGES = List.of(
            new Stage(1, 16, 1, 1),
            new Stage(6, 24, 2, 2),
            new Stage(6, 32, 3, 2),
            new Stage(6, 64, 4, 2),
            new Stage(6, 96, 3, 1),
            new Stage(6, 160, 3, 2),
            new Stage(6, 320, 1, 1));

    private MobileNetV2() {}

    /** The network with attention behind the last convolution of its blocks. */
    static CountedNetwork with(ModuleCounts counts, Placement attention) {
        var network = new NetworkBuilder(counts, ResNetCounts.IMAGE);
        network.convolution(32, 3, 2, 1).norm();
        for (int s = 0; s < STAGES.size(); s++) {
            var stage = STAGES.get(s);
            for (int i = 0; i < stage.repeats; i++) {
                int hidden = stage.expansion * network.channels();
                if (stage.expansion > 1) {
                    network.pointwise(hidden).norm();
                }
                network.convolution(hidden, 3, i == 0 ? stage.stride : 1, hidden)
                        .norm();
                network.pointwise(stage.channels).norm();
                attention.behind(network, new Placement.Block(s, i, stage.repeats));
            }
        }
        return network.pointwise(1280).norm().classifier(ResNetCounts.CLASSES).build();
    }
}
