package tornado.attention.networks;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import tornado.attention.modules.Initializer;
import tornado.attention.modules.LinearLayer;
import tornado.attention.modules.Parameters;
import tornado.attention.modules.SqueezeExcite;
import tornado.attention.networks.Parts.Kernel;
import tornado.attention.networks.Slots.Wanted;
import tornado.attention.networks.image.Size;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.graph.MaxPoolTask;
import tornado.attention.tasks.graph.Value;

/**
 * timm's EfficientNet (Tan and Le, ICML 2019, arXiv 1905.11946), MobileNetV2 (arXiv 1801.04381), MNASNet (arXiv 1807.11626), MobileNetV3
 * (arXiv 1905.02244) and LCNet (arXiv 2109.15099): stages written as words such as {@code ir_r2_k5_s2_e6_c40_se0.25}.
 *
 * <pre>
 *   images ─ conv_stem ─ bn1 ─ blocks.0 ... ─┬─ conv_head ─ bn2 ─ global_pool ───┬─ classifier ─▶ logits
 *                                            └─ global_pool ─ conv_head ─ act ───┘   (MobileNetV3)
 *
 *   ir   1x1 wide ─ k x k depthwise / s ─ attention ─ 1x1 narrow ─ + X where the shape is kept
 *   ds   k x k depthwise / s ─ attention ─ 1x1 ─ + X
 *   er   k x k wide / s ─ attention ─ 1x1 narrow ─ + X
 *   cn   k x k / s
 * </pre>
 *
 * <p>{@code attn} puts another module in place of squeeze and excitation, in all stages or in those of {@code attn_stages}.
 */
final class EfficientNet {
    private static final Pattern WORD = Pattern.compile("(r|k|s|e|c|se)([0-9.]+)");

    /** One word of a stage. */
    private record Spec(
            String type,
            int repeats,
            int kernel,
            int stride,
            double expansion,
            int channels,
            double squeeze,
            Activation activation,
            Boolean skip) {
        static Spec of(String owner, String word) {
            var parts = word.split("_");
            int repeats = 1;
            int kernel = 3;
            int stride = 1;
            double expansion = 1;
            int channels = 0;
            double squeeze = 0;
            Activation activation = null;
            Boolean skip = null;
            for (var part : List.of(parts).subList(1, parts.length)) {
                if (part.equals("skip") || part.equals("noskip")) {
                    skip = part.equals("skip");
                    continue;
                }
                if (part.startsWith("n")) {
                    activation = switch (part) {
                        case "nre" -> Activation.RELU;
                        case "nr6" -> Activation.RELU6;
                        case "nhs" -> Activation.HARD_SWISH;
                        case "nsw" -> Activation.SILU;
                        default -> throw unknown(owner, word, part);
                    };
                    continue;
                }
                var found = WORD.matcher(part);
                if (!found.matches()) {
                    throw unknown(owner, word, part);
                }
                var number = found.group(2);
                try {
                    switch (found.group(1)) {
                        case "r" -> repeats = Integer.parseInt(number);
                        case "k" -> kernel = Integer.parseInt(number);
                        case "s" -> stride = Integer.parseInt(number);
                        case "c" -> channels = Integer.parseInt(number);
                        case "e" -> expansion = Double.parseDouble(number);
                        default -> squeeze = Double.parseDouble(number);
                    }
                } catch (NumberFormatException _) {
                    throw unknown(owner, word, part);
                }
            }
            if (repeats < 1 || kernel % 2 == 0 || stride < 1 || channels < 1 || !(expansion > 0)) {
                throw unknown(owner, word, "its numbers");
            }
            return new Spec(parts[0], repeats, kernel, stride, expansion, channels, squeeze, activation, skip);
        }

        private static IllegalArgumentException unknown(String owner, String word, String part) {
            return new IllegalArgumentException("The " + owner + " has the block '" + word + "', in which " + part
                    + " is not understood; a block is written like ir_r2_k3_s2_e6_c24_se0.25.");
        }

        Spec repeated(int times) {
            return new Spec(type, times, kernel, stride, expansion, channels, squeeze, activation, skip);
        }
    }

    /**
     * What all blocks have in common.
     *
     * @param instead of squeeze and excitation what stands in each stage; null where nothing was asked for
     */
    private record Style(Activation act, NetworkConfig config, double limit, Squeeze squeeze, List<Wanted> instead) {
        /** Channels, scaled. */
        int width(double channels) {
            return Widths.divisible(channels * config.number("channel_multiplier"), 8, limit);
        }
    }

    /** How squeeze and excitation is made; null where no block has it. */
    private record Squeeze(SqueezeExcite.Gate gate, Activation act, boolean nearestEven, boolean ofExpanded) {
        static Squeeze of(NetworkConfig se) {
            var act = se.textOrNull("act");
            var base = se.text("base");
            var round = se.text("round");
            if (!List.of("block_input", "expanded").contains(base)
                    || !List.of("nearest_even", "divisible8").contains(round)) {
                throw new IllegalArgumentException("The " + se.owner() + " has 'base' = " + base + " and 'round' = "
                        + round + "; use block_input or expanded, nearest_even or divisible8.");
            }
            var squeeze = new Squeeze(
                    Slots.gate(se),
                    act == null ? null : Activation.named(act),
                    round.equals("nearest_even"),
                    base.equals("expanded"));
            se.requireAllRead();
            return squeeze;
        }

        int hidden(int mid, Spec spec) {
            double wanted = ofExpanded ? mid * spec.squeeze() : mid * (spec.squeeze() / spec.expansion());
            return nearestEven ? (int) Math.rint(wanted) : Widths.round(wanted);
        }
    }

    private EfficientNet() {}

    /** EfficientNet, MobileNetV2, MNASNet: the head's convolution is in front of the pooling. */
    static Body of(Parameters parameters, NetworkConfig c, Size image) {
        return of(parameters, c, image, false);
    }

    /** MobileNetV3, LCNet: the head's convolution is behind the pooling. */
    static Body pooledFirst(Parameters parameters, NetworkConfig c, Size image) {
        return of(parameters, c, image, true);
    }

    private static Body of(Parameters parameters, NetworkConfig c, Size image, boolean pooledFirst) {
        var act = Activation.named(c.text("act"));
        var padding = c.text("pad_type");
        if (!List.of("", "same").contains(padding)) {
            throw new IllegalArgumentException(
                    "The " + c.owner() + " has 'pad_type' = " + padding + "; use same or an empty word.");
        }
        var parts = new Parts(
                parameters,
                c.number("bn_eps"),
                padding.equals("same") ? 0.01 : 0.1,
                padding.equals("same"),
                Parts.ConvolutionInitializer.FAN_OUT_OF_GROUP);
        var arch = depths(c);
        var roomy = Slots.roomy(arch, spec -> !spec.type().equals("cn"));
        var instead = c.has("attn") || c.has("attn_stages") ? Slots.ofStages(c, roomy, arch.size()) : null;
        var style = new Style(act, c, c.number("round_limit"), Squeeze.of(c.object("se")), instead);
        int stemWidth = c.count("stem_size");
        int width = c.flag("fix_stem") ? stemWidth : style.width(stemWidth);
        var stem = parts.conv("conv_stem", "bn1", 3, width, Kernel.of(3, 2), act);
        var stages = new ArrayList<Part>();
        int inputs = width;
        var map = image.over(2);
        for (int i = 0; i < arch.size(); i++) {
            var blocks = new ArrayList<Part>();
            for (var spec : arch.get(i)) {
                int outputs = style.width(spec.channels());
                for (int r = 0; r < spec.repeats(); r++) {
                    var p = parts.at("blocks." + i + "." + blocks.size());
                    int stride = r == 0 ? spec.stride() : 1;
                    map = map.over(stride);
                    var slot = new Slot(spec, style, i, map);
                    blocks.add(block(p, spec, style, slot, inputs, outputs, stride));
                    inputs = outputs;
                }
            }
            stages.add(Part.chain(blocks));
        }
        int features = c.count("num_features");
        int classes = c.count("num_classes");
        return pooledFirst
                ? headBehind(parts, stem, stages, inputs, features, classes, act)
                : headInFront(parts, stem, stages, inputs, features, classes, act);
    }

    private static LinearLayer classifier(Parts parts, int features, int classes) {
        return parts.initialised(Initializer.uniform(1 / Math.sqrt(classes)))
                .classifier("classifier", features, classes);
    }

    private static Value stages(Features.Trail trail, Part stem, List<Part> stages, Value images) {
        var x = trail.at("bn1", stem.apply(images));
        x = trail.through("blocks.", 0, stages, x);
        return x;
    }

    private static Body headInFront(
            Parts parts, Part stem, List<Part> stages, int inputs, int features, int classes, Activation act) {
        var head = parts.conv("conv_head", "bn2", inputs, features, Kernel.POINT, act);
        var classifier = classifier(parts, features, classes);
        return images -> {
            var trail = new Features.Trail();
            var x = trail.at("bn2", head.apply(stages(trail, stem, stages, images)));
            return trail.classified("global_pool", x, classifier);
        };
    }

    private static Body headBehind(
            Parts parts, Part stem, List<Part> stages, int inputs, int features, int classes, Activation act) {
        var head = parts.parameters()
                .with("weight", parts.initial().of(features, 1, 1))
                .with("bias", Initializer.constant(0))
                .pointwise("conv_head", inputs, features, true);
        var classifier = classifier(parts, features, classes);
        return images -> {
            var trail = new Features.Trail();
            var x = trail.at("global_pool", Pools.global(stages(trail, stem, stages, images)));
            var pooled = trail.at("act2", head.apply(x).activate(act));
            return trail.end(pooled, classifier.apply(pooled));
        };
    }

    /** The words of each stage with their repeats scaled: the last word of a stage grows first. */
    private static List<List<Spec>> depths(NetworkConfig c) {
        double factor = c.number("depth_multiplier");
        boolean fixed = c.has("fix_first_last") && c.flag("fix_first_last");
        var stages = new ArrayList<List<Spec>>();
        var arch = c.list("arch");
        for (int i = 0; i < arch.size(); i++) {
            if (!(arch.get(i) instanceof List<?> words) || words.isEmpty()) {
                throw new IllegalArgumentException(
                        "The " + c.owner() + " has the stage " + arch.get(i) + ", which should be a list of blocks.");
            }
            var specs = words.stream()
                    .map(word -> Spec.of(c.owner(), String.valueOf(word)))
                    .toList();
            stages.add(fixed && (i == 0 || i == arch.size() - 1) ? specs : scaled(specs, factor));
        }
        return stages;
    }

    private static List<Spec> scaled(List<Spec> specs, double factor) {
        int total = specs.stream().mapToInt(Spec::repeats).sum();
        int left = (int) Math.ceil(total * factor);
        var scaled = new ArrayList<Spec>();
        for (var spec : specs.reversed()) {
            int repeats = Math.max(1, (int) Math.rint((double) spec.repeats() / total * left));
            scaled.addFirst(spec.repeated(repeats));
            total -= spec.repeats();
            left -= repeats;
        }
        return scaled;
    }

    private static Part block(Parts p, Spec spec, Style style, Slot slot, int inputs, int outputs, int stride) {
        var act = spec.activation() == null ? style.act() : spec.activation();
        var kernel = Kernel.of(spec.kernel(), stride);
        int mid = Widths.round(inputs * spec.expansion());
        var branch = new ArrayList<Part>();
        boolean same = stride == 1 && inputs == outputs;
        boolean skips = same && !Boolean.FALSE.equals(spec.skip());
        switch (spec.type()) {
            case "ir" -> {
                branch.add(p.conv("conv_pw", "bn1", inputs, mid, Kernel.POINT, act));
                branch.add(p.conv("conv_dw", "bn2", mid, mid, kernel.grouped(mid), act));
                branch.add(slot.of(p, mid, act));
                branch.add(p.conv("conv_pwl", "bn3", mid, outputs, Kernel.POINT, Activation.IDENTITY));
            }
            case "ds", "dsa" -> {
                boolean active = spec.type().equals("dsa");
                branch.add(p.conv("conv_dw", "bn1", inputs, inputs, kernel.grouped(inputs), act));
                branch.add(slot.of(p, inputs, act));
                branch.add(p.conv("conv_pw", "bn2", inputs, outputs, Kernel.POINT, active ? act : Activation.IDENTITY));
                skips = skips && !active;
            }
            case "er" -> {
                branch.add(p.conv("conv_exp", "bn1", inputs, mid, kernel, act));
                branch.add(slot.of(p, mid, act));
                branch.add(p.conv("conv_pwl", "bn2", mid, outputs, Kernel.POINT, Activation.IDENTITY));
            }
            case "cn" -> {
                branch.add(p.conv("conv", "bn1", inputs, outputs, kernel, act));
                skips = same && Boolean.TRUE.equals(spec.skip());
            }
            default ->
                throw new IllegalArgumentException(
                        "There is no block '" + spec.type() + "'; use ir, ds, dsa, er or cn.");
        }
        var all = Part.chain(branch);
        return skips ? aroundItself(p, all) : all;
    }

    private static Part aroundItself(Parts p, Part branch) {
        return Part.residual(
                branch, Part.NONE, Activation.IDENTITY, p.parameters().path("add"));
    }

    /**
     * Where a block has room for attention.
     *
     * @param stage from 0
     * @param map its extents
     */
    private record Slot(Spec spec, Style style, int stage, Size map) {
        Part of(Parts p, int channels, Activation act) {
            var place = p.parameters().at("se");
            if (style.instead() != null) {
                return Slots.of(place, style.instead().get(stage), channels, map);
            }
            if (spec.squeeze() == 0) {
                return Part.NONE;
            }
            var squeeze = style.squeeze();
            return Slots.squeezeExcite(
                    place,
                    channels,
                    squeeze.hidden(channels, spec),
                    squeeze.act() == null ? act : squeeze.act(),
                    squeeze.gate());
        }
    }

    /**
     * PaddlePaddle's text direction classifier: MobileNetV3-small with strides that keep the width of a line of text.
     *
     * @see <a href="https://arxiv.org/abs/2009.09941">PP-OCR, arXiv 2009.09941</a>
     */
    static Body ofTextLines(Parameters parameters, NetworkConfig c, Size image) {
        var parts =
                new Parts(parameters, c.number("bn_eps"), 0.1, false, Parts.ConvolutionInitializer.FAN_OUT_OF_GROUP);
        var first = c.object("stem");
        int inputs = first.count("width");
        var stem = parts.conv(
                "conv_stem",
                "bn1",
                3,
                inputs,
                Kernel.of(first.count("kernel"), first.count("stride")),
                Activation.named(first.text("act")));
        first.requireAllRead();
        var se = c.object("se");
        var gate = Slots.gate(se);
        var seAct = Activation.named(se.text("act"));
        se.requireAllRead();
        var stages = new ArrayList<Part>();
        for (var b : c.objects("blocks")) {
            var p = parts.at("blocks." + stages.size());
            int mid = b.count("expanded");
            int outputs = b.count("out");
            var act = Activation.named(b.text("act"));
            var strides = b.counts("stride", 2);
            var branch = new ArrayList<Part>();
            branch.add(p.conv("conv_pw", "bn1", inputs, mid, Kernel.POINT, act));
            int both = strides.get(0).equals(strides.get(1)) ? strides.get(0) : 1;
            branch.add(p.conv(
                    "conv_dw",
                    "bn2",
                    mid,
                    mid,
                    Kernel.of(b.count("kernel"), both).grouped(mid),
                    act));
            if (both == 1) {
                branch.add(x -> x.every(2, strides.get(0)).every(3, strides.get(1)));
            }
            if (b.flag("se")) {
                branch.add(Slots.squeezeExcite(p.parameters().at("se"), mid, mid / 4, seAct, gate));
            }
            branch.add(p.conv("conv_pwl", "bn3", mid, outputs, Kernel.POINT, Activation.IDENTITY));
            var all = Part.chain(branch);
            stages.add(b.flag("skip") ? aroundItself(p, all) : all);
            b.requireAllRead();
            inputs = outputs;
        }
        var last = c.object("head");
        int features = last.count("width");
        var head = parts.conv("conv_head", "bn2", inputs, features, Kernel.POINT, Activation.named(last.text("act")));
        last.ignore("pool");
        last.requireAllRead();
        int classes = c.count("num_classes");
        var classifier = classifier(parts, features, classes);
        return images -> {
            var trail = new Features.Trail();
            var x = trail.at("bn2", head.apply(stages(trail, stem, stages, images)));
            var halved = Value.of(new MaxPoolTask(2, 2, 0), x);
            var pooled = trail.at("pooled", Pools.global(halved));
            return trail.end(pooled, classifier.apply(pooled));
        };
    }
}
