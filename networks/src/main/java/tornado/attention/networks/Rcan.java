package tornado.attention.networks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tornado.attention.modules.Block;
import tornado.attention.modules.ConvolutionLayer;
import tornado.attention.modules.Initializer;
import tornado.attention.modules.Parameters;
import tornado.attention.modules.RCAB;
import tornado.attention.networks.image.Size;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.graph.Value;

/**
 * RCAN: Zhang et al., Image Super-Resolution Using Very Deep Residual Channel Attention Networks, ECCV 2018 (arXiv 1807.02758). Takes and
 * gives images of 0 to 255.
 *
 * <pre>
 *   X - mean ─ head ─┬─ group 0 ─ ... ─ group G-1 ─ conv ─┬─ conv, shuffle ... ─ conv ─ + mean ─▶ image, scale times as large
 *                    └────────────────────────────────────┘
 *   group: blocks with channel attention, a convolution, + X
 * </pre>
 */
final class Rcan {
    private Rcan() {}

    private static ConvolutionLayer conv(Parameters p, String name, int inputs, int outputs) {
        var layer = p.convolution(name, inputs, outputs, 3, Window.same(3), true);
        return new ConvolutionLayer(p.path(name), layer.weight(), layer.bias(), layer.window());
    }

    /** A 1x1 convolution that shifts the mean; its weights stand in files. */
    private static ConvolutionLayer shift(Parameters p, String name) {
        return p.with("weight", Initializer.sequence(new float[] {1, 0, 0, 0, 1, 0, 0, 0, 1}))
                .with("bias", Initializer.constant(0))
                .convolution1x1(name, 3, 3, true);
    }

    static Body of(Parameters p, NetworkConfig c, Size image) {
        int groups = c.count("n_resgroups");
        int count = c.count("n_resblocks");
        int width = c.count("n_feats");
        int scale = c.count("scale");
        if (c.integer("num_classes", 0) != 0) {
            throw new IllegalArgumentException(
                    "The " + c.owner() + " answers with an image and has no classes; leave" + " num_classes out.");
        }
        var settings = RCAB.TYPE.settings(Map.of("n_feat", width, "kernel_size", 3, "reduction", c.count("reduction")));
        var subtract = shift(p, "sub_mean");
        var add = shift(p, "add_mean");
        var head = conv(p, "head.0", 3, width);
        var body = new ArrayList<Part>();
        for (int g = 0; g < groups; g++) {
            var group = new ArrayList<Part>();
            for (int b = 0; b < count; b++) {
                var place = p.at("body." + g + ".body." + b);
                var block = (Block.OfMap) RCAB.TYPE.builder().build(place, settings);
                group.add(Part.at(place.path(""), block::apply));
            }
            group.add(conv(p, "body." + g + ".body." + count, width, width)::apply);
            body.add(Part.residual(Part.chain(group), Part.NONE, Activation.IDENTITY, p.path("body." + g)));
        }
        body.add(conv(p, "body." + groups, width, width)::apply);
        var upsample = upsampler(p.at("tail.0"), c, width, scale);
        var tail = conv(p, "tail.1", width, 3);
        return images -> {
            var trail = new Features.Trail();
            var first = trail.at("head.0", head.apply(trail.at("sub_mean", subtract.apply(images))));
            var x = first;
            x = trail.through("body.", 0, body, x);
            x = trail.at("tail.0", upsample.apply(x.plus(first)));
            x = trail.at("tail.1", tail.apply(x));
            return trail.end(null, add.apply(x));
        };
    }

    private static Part upsampler(Parameters p, NetworkConfig c, int width, int scale) {
        if (scale == 3) {
            var conv = conv(p, "0", width, 9 * width);
            return x -> shuffled(conv.apply(x), 3);
        }
        if (Integer.bitCount(scale) != 1) {
            throw new IllegalArgumentException(
                    "The " + c.owner() + " has 'scale' = " + scale + "; use 1, 2, 3, 4 or 8.");
        }
        var steps = new ArrayList<Part>();
        for (int i = 0; 1 << i < scale; i++) {
            var conv = conv(p, "" + 2 * i, width, 4 * width);
            steps.add(x -> shuffled(conv.apply(x), 2));
        }
        return Part.chain(List.copyOf(steps));
    }

    /** {@code PixelShuffle(r)}: channel {@code c r r + i r + j} goes to pixel {@code (y r + i, x r + j)} of channel c. */
    private static Value shuffled(Value x, int r) {
        var s = x.shape();
        int channels = s.channels() / (r * r);
        return x.reshape(s.batch() * channels, r, r, s.height(), s.width())
                .transpose(0, 3, 1, 4, 2)
                .reshape(s.batch(), channels, s.height() * r, s.width() * r);
    }
}
