package tornado.attention.networks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import tornado.attention.modules.Initializer;
import tornado.attention.modules.Parameters;
import tornado.attention.networks.Parts.Kernel;
import tornado.attention.networks.image.Size;
import tornado.attention.tasks.Activation;

/**
 * timm's RegNet X and Y: Radosavovic et al., Designing Network Design Spaces, CVPR 2020 (arXiv 2003.13678). Y has squeeze and excitation
 * behind the 3x3 convolution; {@code attn} puts another module in its place, in all stages or in those of {@code attn_stages}.
 */
final class RegNet {
    /** Blocks of one width. */
    private record Stage(int depth, int width, int groups) {}

    private RegNet() {}

    /** The stages that follow from depth and slope: equal neighbours are one stage. */
    private static List<Stage> stages(NetworkConfig c) {
        int depth = c.count("depth");
        int first = c.count("w0");
        double slope = c.number("wa");
        double factor = c.number("wm");
        int groupSize = c.count("group_size");
        double least = c.number("group_min_ratio");
        if (c.number("bottle_ratio") != 1) {
            throw new IllegalArgumentException(
                    "The " + c.owner() + " has 'bottle_ratio' = " + c.number("bottle_ratio") + "; only 1 is known.");
        }
        var stages = new ArrayList<Stage>();
        int width = 0;
        int count = 0;
        for (int j = 0; j <= depth; j++) {
            int next = 0;
            if (j < depth) {
                // As timm: the widths are made in float32.
                double continuous = (float) ((float) j * (float) slope) + (float) first;
                double exponent = Math.rint(Math.log(continuous / first) / Math.log(factor));
                next = (int) (Math.rint(first * Math.pow(factor, exponent) / 8) * 8);
            }
            if (next != width && count > 0) {
                stages.add(stage(width, count, groupSize, least));
                count = 0;
            }
            width = next;
            count++;
        }
        return stages;
    }

    private static Stage stage(int width, int depth, int groupSize, double least) {
        int group = Math.min(groupSize, width);
        int fitting =
                least > 0 ? Widths.divisible(width, group, least) : (int) Math.rint((double) width / group) * group;
        return new Stage(depth, fitting, fitting / group);
    }

    static Body of(Parameters parameters, NetworkConfig c, Size image) {
        c.ignore("resolved");
        var act = Activation.named(c.text("act"));
        if (!c.text("downsample").equals("conv1x1")) {
            throw new IllegalArgumentException(
                    "The " + c.owner() + " has 'downsample' = " + c.text("downsample") + "; only conv1x1 is known.");
        }
        var parts =
                new Parts(parameters, c.number("bn_eps"), 0.1, false, Parts.ConvolutionInitializer.FAN_OUT_OF_GROUP);
        int inputs = c.count("stem_width");
        double squeeze = c.number("se_ratio");
        var stem = parts.convNorm("stem", 3, inputs, Kernel.of(3, 2), act);
        var map = image.over(2);
        var stages = new ArrayList<Part>();
        var widths = stages(c);
        var attention = c.has("attn") || c.has("attn_stages") ? Slots.ofStages(c, widths.size()) : null;
        for (var stage : widths) {
            map = map.over(2);
            var blocks = new ArrayList<Part>();
            for (int b = 1; b <= stage.depth(); b++) {
                var p = parts.at("s" + (stages.size() + 1) + ".b" + b);
                int hidden = (int) Math.rint(inputs * squeeze);
                var size = map;
                int number = stages.size();
                blocks.add(block(p, stage, inputs, b == 1 ? 2 : 1, act, slot -> {
                    if (attention != null) {
                        return Slots.of(slot, attention.get(number), stage.width(), size);
                    }
                    return squeeze > 0 ? Slots.squeezeExcite(slot, stage.width(), hidden) : Part.NONE;
                }));
                inputs = stage.width();
            }
            stages.add(Part.chain(blocks));
        }
        var classifier =
                parts.initialised(Initializer.normal(0.01)).classifier("head.fc", inputs, c.count("num_classes"));
        return images -> {
            var trail = new Features.Trail();
            var x = trail.at("stem", stem.apply(images));
            x = trail.through("s", 1, stages, x);
            return trail.classified("head.global_pool", x, classifier);
        };
    }

    private static Part block(
            Parts p, Stage stage, int inputs, int stride, Activation act, Function<Parameters, Part> slot) {
        int width = stage.width();
        var branch = new ArrayList<Part>();
        branch.add(p.convNorm("conv1", inputs, width, Kernel.POINT, act));
        branch.add(p.convNorm("conv2", width, width, Kernel.of(3, stride).grouped(stage.groups()), act));
        branch.add(slot.apply(p.parameters().at("se")));
        branch.add(p.lastConvNorm("conv3", width, width, Kernel.POINT));
        var shortcut = stride == 1 && inputs == width
                ? Part.NONE
                : p.convNorm("downsample", inputs, width, Kernel.of(1, stride), Activation.IDENTITY);
        return Part.residual(Part.chain(branch), shortcut, act, p.parameters().path("add"));
    }
}
