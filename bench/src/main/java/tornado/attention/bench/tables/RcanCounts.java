package tornado.attention.bench.tables;

import java.util.Map;
import tornado.attention.modules.RCAB;
import tornado.attention.tasks.Shape;

/** RCAN for super-resolution: ten groups of twenty residual channel attention blocks at 64 channels. */
final class RcanCounts {
    /** Residual groups. */
    static final int GROUPS = 10;

    /** Blocks of a group. */
    static final int BLOCKS = 20;

    /** Channels. */
    static final int FEATURES = 64;

    private RcanCounts() {}

    /**
     * The network.
     *
     * @param scale 2 or 4
     * @param side of the small image in pixels
     */
    static CountedNetwork of(ModuleCounts counts, int scale, int side) {
        var network = new NetworkBuilder(counts, Shape.of(1, 3, side, side));
        meanShift(network).convolution(FEATURES, 3, 1, 1, true);
        for (int group = 0; group < GROUPS; group++) {
            for (int block = 0; block < BLOCKS; block++) {
                network.module(RCAB.TYPE, Map.of());
            }
            network.convolution(FEATURES, 3, 1, 1, true);
        }
        network.convolution(FEATURES, 3, 1, 1, true);
        for (int s = 1; s < scale; s *= 2) {
            network.convolution(4 * FEATURES, 3, 1, 1, true);
            var map = network.map();
            network.at(Shape.of(1, FEATURES, 2 * map.height(), 2 * map.width()));
        }
        return meanShift(network.convolution(3, 3, 1, 1, true)).build();
    }

    /** The mean of the images taken off, or put on again: a 1x1 convolution over the colours in the official code. */
    private static NetworkBuilder meanShift(NetworkBuilder network) {
        return network.convolution(3, 1, 1, 1, true);
    }
}
