package tornado.attention.networks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tornado.attention.modules.Initializer;
import tornado.attention.modules.Parameters;
import tornado.attention.networks.Parts.Kernel;
import tornado.attention.networks.Slots.Wanted;
import tornado.attention.networks.image.Size;
import tornado.attention.tasks.Activation;

/**
 * timm's ByobNet ("bring your own blocks"): residual networks made of bottle, basic, dark, edge and self-attention blocks, such as
 * gcresnet33ts (GCNet, arXiv 1904.11492), eca_resnext26ts and botnet26t (arXiv 2101.11605).
 *
 * <pre>
 *   images ─ stem ─ stages.0 ... stages.3 ─ [final_conv] ─ head.global_pool ─ head.fc ─▶ logits
 *
 *   bottle      1x1 ─ 3x3 / s ─ attention ─ 1x1 ─ + shortcut ─ act
 *   self_attn   1x1 ─ attention of all pixels / s ─ norm, act ─ 1x1 ─ + shortcut ─ act
 * </pre>
 */
final class ByobNet {
    /** One block of a stage. */
    private record Spec(String type, int repeats, int channels, int stride, int groupSize, double ratio) {
        static Spec of(NetworkConfig c) {
            var spec = new Spec(
                    c.text("type"), c.count("d"), c.count("c"), c.count("s"), c.integer("gs", 0), c.number("br", 1));
            c.requireAllRead();
            return spec;
        }
    }

    /** What all blocks have in common. */
    private record Style(Activation act, boolean averageDown, List<Wanted> attention, int heads, Integer headWidth) {}

    private ByobNet() {}

    static Body of(Parameters parameters, NetworkConfig c, Size image) {
        var act = Activation.named(c.text("act"));
        var parts =
                new Parts(parameters, c.number("bn_eps"), 0.1, false, Parts.ConvolutionInitializer.FAN_OUT_OF_GROUP);
        double factor = c.number("width_factor");
        int width = (int) Math.rint(c.count("stem_chs") * factor);
        boolean pool = switch (c.text("stem_pool")) {
            case "" -> false;
            case "maxpool" -> true;
            default ->
                throw new IllegalArgumentException("The " + c.owner() + " has 'stem_pool' = " + c.text("stem_pool")
                        + "; use maxpool or an empty word.");
        };
        boolean tiered = switch (c.text("stem_type")) {
            case "tiered" -> true;
            case "3x3" -> false;
            default ->
                throw new IllegalArgumentException(
                        "The " + c.owner() + " has 'stem_type' = " + c.text("stem_type") + "; use tiered or 3x3.");
        };
        var stem = stem(parts.at("stem"), parts, tiered, pool, width, act);
        var map = sizeAt(c, image).over(tiered || pool ? 4 : 2);
        var all = c.stages("blocks");
        var roomy = Slots.roomy(all, b -> !b.text("type").equals("self_attn"));
        var style = style(c, act, attention(c, roomy, all.size()));
        var stages = new ArrayList<Part>();
        int inputs = width;
        int number = 0;
        for (var stage : all) {
            var blocks = new ArrayList<Part>();
            int at = 0;
            for (var config : stage) {
                var spec = Spec.of(config);
                int outputs = Widths.round(spec.channels() * factor);
                for (int i = 0; i < spec.repeats(); i++) {
                    int stride = at == 0 ? spec.stride() : 1;
                    var p = parts.at("stages." + number + "." + at);
                    blocks.add(block(p, spec, style, style.attention().get(number), inputs, outputs, stride, map));
                    map = map.over(stride);
                    inputs = outputs;
                    at++;
                }
            }
            stages.add(Part.chain(blocks));
            number++;
        }
        int last = (int) Math.rint(c.integer("num_features") * factor);
        var end = last > 0 ? parts.convNorm("final_conv", inputs, last, Kernel.POINT, act) : null;
        int features = last > 0 ? last : inputs;
        var classifier =
                parts.initialised(Initializer.normal(0.01)).classifier("head.fc", features, c.count("num_classes"));
        return images -> {
            var trail = new Features.Trail();
            var x = trail.at("stem", stem.apply(images));
            x = trail.through("stages.", 0, stages, x);
            x = end == null ? x : trail.at("final_conv", end.apply(x));
            return trail.classified("head.global_pool", x, classifier);
        };
    }

    /** The size of images that relative positions are made for; other networks take any. */
    private static Size sizeAt(NetworkConfig c, Size image) {
        if (!c.has("img_size")) {
            return image;
        }
        if (c.values().get("img_size") instanceof List<?>) {
            var size = c.counts("img_size", 2);
            return new Size(size.get(0), size.get(1));
        }
        return Size.square(c.count("img_size"));
    }

    private static Style style(NetworkConfig c, Activation act, List<Wanted> attention) {
        boolean averageDown = switch (c.text("downsample")) {
            case "avg" -> true;
            case "conv1x1" -> false;
            default ->
                throw new IllegalArgumentException(
                        "The " + c.owner() + " has 'downsample' = " + c.text("downsample") + "; use avg or conv1x1.");
        };
        var self = c.textOrNull("self_attn");
        if (self != null && !self.equals("bottleneck")) {
            throw new IllegalArgumentException(
                    "The " + c.owner() + " has 'self_attn' = " + self + "; only bottleneck is known.");
        }
        var selfSettings = c.objectOrNull("self_attn_args");
        Integer headWidth =
                selfSettings != null && selfSettings.has("dim_head") ? selfSettings.count("dim_head") : null;
        if (selfSettings != null) {
            selfSettings.requireAllRead();
        }
        return new Style(act, averageDown, attention, 4, headWidth);
    }

    /** timm's word {@code attn} with its {@code attn_args}, the same in all stages; or an object, as other families have it. */
    private static List<Wanted> attention(NetworkConfig c, List<Integer> roomy, int stages) {
        if (c.values().get("attn") instanceof Map) {
            c.ignore("attn_args");
            return Slots.ofStages(c, roomy, stages);
        }
        var type = c.textOrNull("attn");
        var settings = c.objectOrNull("attn_args");
        if (type == null) {
            if (settings != null) {
                settings.requireAllRead();
            }
            return Collections.nCopies(stages, null);
        }
        var all = new LinkedHashMap<String, Object>(settings == null ? Map.of() : settings.values());
        all.put("type", type);
        return Collections.nCopies(stages, Wanted.of(NetworkConfig.of(c.owner() + ", attn_args", all)));
    }

    private static Part stem(Parts p, Parts whole, boolean tiered, boolean pool, int width, Activation act) {
        if (!tiered) {
            var conv = whole.convNorm("stem", 3, width, Kernel.of(3, 2), act);
            return pool ? Part.chain(conv, Pools::max) : conv;
        }
        int first = 3 * width / 8;
        int second = width / 2;
        var parts = new ArrayList<Part>();
        parts.add(p.convNorm("conv1", 3, first, Kernel.of(3, 2), act));
        parts.add(p.convNorm("conv2", first, second, Kernel.of(3, 1), act));
        parts.add(p.convNorm("conv3", second, width, Kernel.of(3, pool ? 1 : 2), act));
        if (pool) {
            parts.add(Pools::max);
        }
        return Part.chain(parts);
    }

    private static Part block(
            Parts p, Spec spec, Style style, Wanted attention, int inputs, int outputs, int stride, Size map) {
        int mid = Widths.round(outputs * spec.ratio());
        int groups = spec.groupSize() == 0 ? 1 : mid / spec.groupSize();
        var act = style.act();
        var strided = Kernel.of(3, stride);
        var out = map.over(stride);
        var branch = new ArrayList<Part>();
        switch (spec.type()) {
            case "bottle" -> {
                branch.add(p.convNorm("conv1_1x1", inputs, mid, Kernel.POINT, act));
                branch.add(p.convNorm("conv2_kxk", mid, mid, strided.grouped(groups), act));
                branch.add(Slots.of(p.parameters().at("attn"), attention, mid, out));
                branch.add(p.lastConvNorm("conv3_1x1", mid, outputs, Kernel.POINT));
            }
            case "basic" -> {
                branch.add(p.convNorm("conv1_kxk", inputs, mid, strided, act));
                branch.add(p.lastConvNorm(
                        "conv2_kxk", mid, outputs, Kernel.of(3, 1).grouped(groups)));
                branch.add(Slots.of(p.parameters().at("attn_last"), attention, outputs, out));
            }
            case "dark" -> {
                branch.add(p.convNorm("conv1_1x1", inputs, mid, Kernel.POINT, act));
                branch.add(p.lastConvNorm("conv2_kxk", mid, outputs, strided.grouped(groups)));
                branch.add(Slots.of(p.parameters().at("attn_last"), attention, outputs, out));
            }
            case "edge" -> {
                branch.add(p.convNorm("conv1_kxk", inputs, mid, strided.grouped(groups), act));
                branch.add(Slots.of(p.parameters().at("attn"), attention, mid, out));
                branch.add(p.lastConvNorm("conv2_1x1", mid, outputs, Kernel.POINT));
            }
            case "self_attn" -> {
                branch.add(p.convNorm("conv1_1x1", inputs, mid, Kernel.POINT, act));
                branch.add(Part.at(
                        p.parameters().path("self_attn."),
                        BottleneckAttention.of(p.at("self_attn"), mid, stride, map, style.heads(), style.headWidth())));
                var norm = p.parameters().batchNorm("post_attn", mid, p.eps(), p.momentum());
                branch.add(x -> norm.apply(x).activate(act));
                branch.add(p.lastConvNorm("conv3_1x1", mid, outputs, Kernel.POINT));
            }
            default ->
                throw new IllegalArgumentException(
                        "There is no block '" + spec.type() + "'; use bottle, basic, dark, edge or self_attn.");
        }
        var shortcut = shortcut(p, style, inputs, outputs, stride);
        return Part.residual(Part.chain(branch), shortcut, act, p.parameters().path("add"));
    }

    private static Part shortcut(Parts p, Style style, int inputs, int outputs, int stride) {
        if (inputs == outputs && stride == 1) {
            return Part.NONE;
        }
        if (!style.averageDown()) {
            return p.convNorm("shortcut", inputs, outputs, Kernel.of(1, stride), Activation.IDENTITY);
        }
        var conv = p.convNorm("shortcut.conv", inputs, outputs, Kernel.POINT, Activation.IDENTITY);
        return stride == 1 ? conv : Part.chain(Pools::averageInside, conv);
    }
}
