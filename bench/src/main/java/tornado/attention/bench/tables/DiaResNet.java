package tornado.attention.bench.tables;

import java.util.Map;
import tornado.attention.modules.DIAUnit;
import tornado.attention.tasks.Shape;

/** Pre-activation ResNet-164 for CIFAR-100, with or without one DIA unit that all blocks of a stage share. */
final class DiaResNet {
    private static final int BLOCKS = 18;

    private DiaResNet() {}

    static CountedNetwork of(ModuleCounts counts, boolean units) {
        var network = new NetworkBuilder(counts, Shape.of(1, 3, 32, 32));
        network.convolution(16, 3, 1, 1);
        for (int stage = 0; stage < 3; stage++) {
            int width = 16 << stage;
            for (int i = 0; i < BLOCKS; i++) {
                int stride = stage > 0 && i == 0 ? 2 : 1;
                var input = network.map();
                network.norm().pointwise(width).norm();
                network.convolution(width, 3, stride, 1).norm();
                var output = network.pointwise(4 * width).map();
                if (i == 0) {
                    network.at(input).convolution(4 * width, 1, stride, 1).norm();
                }
                network.at(output);
                if (units) {
                    unit(network, counts, i == 0);
                }
            }
        }
        return network.norm().classifier(100).build();
    }

    /** The unit works in every block; its weights are there once. */
    private static void unit(NetworkBuilder network, ModuleCounts counts, boolean first) {
        var unit = counts.of(DIAUnit.TYPE, network.map(), Map.of());
        network.add(new Layer(first ? unit.parameters() : 0, unit.macs(), 0, 0));
    }
}
