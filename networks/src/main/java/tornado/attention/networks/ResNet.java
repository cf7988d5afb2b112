package tornado.attention.networks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import tornado.attention.modules.Parameters;
import tornado.attention.networks.Parts.Kernel;
import tornado.attention.networks.Slots.Wanted;
import tornado.attention.networks.image.Size;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.graph.Value;

/**
 * timm's ResNet: He et al., Deep Residual Learning for Image Recognition, CVPR 2016 (arXiv 1512.03385), with the stems and shortcuts of
 * "Bag of Tricks" (arXiv 1812.01187), groups (ResNeXt, arXiv 1611.05431), attention behind the last norm of a block, anti-aliasing
 * (arXiv 1904.11486) and selective kernels (arXiv 1903.06586).
 *
 * <pre>
 *   images ─ stem ─ pool ─ layer1 ─ layer2 ─ layer3 ─ layer4 ─ global_pool ─ fc ─▶ logits
 *
 *   basic        conv1 3x3 / s ─ conv2 3x3 ─────────────── attention ─ + shortcut ─ act
 *   bottleneck   conv1 1x1 ─ conv2 3x3 / s ─ conv3 1x1 ─ attention ─ + shortcut ─ act
 * </pre>
 */
final class ResNet {
    /** Channels behind the stem with a 7x7 kernel, whatever the config says. */
    private static final int PLAIN_STEM = 64;

    private static final int STAGES = 4;

    /** Of a network for small images. */
    private static final int SMALL_STAGES = 3;

    /** What all blocks of a network have in common. */
    private record Style(
            Activation act,
            int cardinality,
            int baseWidth,
            int reduceFirst,
            int downKernel,
            boolean averageDown,
            String antiAlias,
            NetworkConfig selective) {
        Part antiAliasing() {
            return switch (antiAlias) {
                case "avg" -> Pools::average;
                case "blur" -> Pools::blur;
                default -> Part.NONE;
            };
        }

        boolean aliases(int stride) {
            return stride == 2 && !antiAlias.isEmpty();
        }

        /** A strided 3x3 kernel; where its map is halved behind it, one without a stride. */
        Kernel strided(int stride, int dilation, int groups) {
            return Kernel.of(3, aliases(stride) ? 1 : stride).dilated(dilation).grouped(groups);
        }
    }

    /** Where a block stands. */
    private record Place(
            int inputs, int planes, int stride, int dilation, int firstDilation, Size map, Wanted attention) {}

    private ResNet() {}

    static Body of(Parameters parameters, NetworkConfig c, Size image) {
        var selective = c.objectOrNull("sk");
        var style = new Style(
                Activation.named(c.text("act")),
                c.count("cardinality"),
                c.count("base_width"),
                c.count("reduce_first"),
                c.count("down_kernel_size"),
                c.flag("avg_down"),
                antiAlias(c),
                selective);
        var parts = new Parts(parameters, c.number("bn_eps"), 0.1, false, Parts.ConvolutionInitializer.FAN_OUT);
        int width = c.text("stem_type").isEmpty() ? PLAIN_STEM : 2 * c.count("stem_width");
        c.ignore("stem_width");
        var stem = stem(parts, c, style, width);
        var pool = pool(parts, c, style, width);
        var stages = stages(parts, c, style, width, image);
        if (selective != null) {
            selective.requireAllRead();
        }
        int features = c.counts("channels", STAGES).getLast() * expansion(kinds(c).getLast());
        var classifier = parts.classifier("fc", features, c.count("num_classes"));
        return images -> {
            var trail = new Features.Trail();
            var x = trail.at("act1", stem.apply(images));
            x = trail.at("maxpool", pool.apply(x));
            x = trail.through("layer", 1, stages, x);
            return trail.classified("global_pool", x, classifier);
        };
    }

    /** The four stages: all but the first halve the map, unless it is as small as it should become; then taps are dilated. */
    private static List<Part> stages(Parts parts, NetworkConfig c, Style style, int width, Size image) {
        var stages = new ArrayList<Part>();
        var kinds = kinds(c);
        var layers = c.counts("layers", STAGES);
        var planes = c.counts("channels", STAGES);
        var attention = Slots.ofStages(c, STAGES);
        int inputs = width;
        int reached = 4;
        int dilation = 1;
        int wanted = outputStride(c, style, kinds);
        var map = image.over(4);
        for (int i = 0; i < STAGES; i++) {
            int stride = i == 0 ? 1 : 2;
            int before = dilation;
            if (reached >= wanted && stride > 1) {
                dilation *= stride;
                stride = 1;
            } else {
                reached *= stride;
            }
            map = map.over(stride);
            var blocks = new ArrayList<Part>();
            for (int b = 0; b < layers.get(i); b++) {
                var p = parts.at("layer" + (i + 1) + "." + b);
                var place = new Place(
                        inputs,
                        planes.get(i),
                        b == 0 ? stride : 1,
                        dilation,
                        b == 0 ? before : dilation,
                        map,
                        attention.get(i));
                blocks.add(block(p, kinds.get(i), style, place));
                inputs = planes.get(i) * expansion(kinds.get(i));
            }
            stages.add(Part.chain(blocks));
        }
        return stages;
    }

    /** How much smaller than the image the last map is; less than 32 times by dilation, where it is known how. */
    private static int outputStride(NetworkConfig c, Style style, List<String> kinds) {
        int stride = c.integer("output_stride", 32);
        if (!List.of(8, 16, 32).contains(stride)) {
            throw new IllegalArgumentException(
                    "The " + c.owner() + " has 'output_stride' = " + stride + "; use 8, 16 or 32.");
        }
        boolean plain = !style.averageDown()
                && style.antiAlias().isEmpty()
                && style.downKernel() == 1
                && kinds.stream().noneMatch(k -> k.startsWith("sk_"));
        if (stride < 32 && !plain) {
            throw new IllegalArgumentException("The " + c.owner() + " has 'output_stride' = " + stride
                    + ", which is known only without avg_down, aa, selective kernels and a down_kernel_size of 3.");
        }
        return stride;
    }

    private static String antiAlias(NetworkConfig c) {
        var name = c.has("aa") ? c.text("aa") : "";
        if (!List.of("", "avg", "blur").contains(name)) {
            throw new IllegalArgumentException("The " + c.owner() + " has 'aa' = " + name + "; use avg, blur or null.");
        }
        return name;
    }

    /** The block of each stage. */
    private static List<String> kinds(NetworkConfig c) {
        if (!(c.values().get("block") instanceof List<?>)) {
            return List.of(c.text("block"), c.text("block"), c.text("block"), c.text("block"));
        }
        var kinds = c.list("block").stream().map(String::valueOf).toList();
        if (kinds.size() != STAGES) {
            throw new IllegalArgumentException("The " + c.owner() + " has " + kinds.size()
                    + " kinds of blocks; give one, or one for each of " + STAGES + " stages.");
        }
        return kinds;
    }

    private static int expansion(String kind) {
        return switch (kind) {
            case "basic", "sk_basic" -> 1;
            case "bottleneck", "sk_bottleneck" -> 4;
            default ->
                throw new IllegalArgumentException(
                        "There is no block '" + kind + "'; use basic, bottleneck, sk_basic or sk_bottleneck.");
        };
    }

    private static Part stem(Parts parts, NetworkConfig c, Style style, int width) {
        var act = style.act();
        var type = c.text("stem_type");
        if (type.isEmpty()) {
            return parts.conv("conv1", "bn1", 3, width, Kernel.of(7, 2), act);
        }
        int half = width / 2;
        var first = switch (type) {
            case "deep" -> new int[] {half, half};
            case "deep_tiered" -> new int[] {3 * (half / 4), half};
            default ->
                throw new IllegalArgumentException("The " + c.owner() + " has 'stem_type' = " + type
                        + "; use deep, deep_tiered or an empty word.");
        };
        return Part.chain(
                parts.conv("conv1.0", "conv1.1", 3, first[0], Kernel.of(3, 2), act),
                parts.conv("conv1.3", "conv1.4", first[0], first[1], Kernel.of(3, 1), act),
                parts.conv("conv1.6", "bn1", first[1], width, Kernel.of(3, 1), act));
    }

    private static Part pool(Parts parts, NetworkConfig c, Style style, int width) {
        if (c.flag("replace_stem_pool")) {
            if (!style.antiAlias().isEmpty()) {
                throw new IllegalArgumentException(
                        "The " + c.owner() + " has both 'replace_stem_pool' and 'aa', which no published network has.");
            }
            return parts.conv("maxpool.0", "maxpool.1", width, width, Kernel.of(3, 2), style.act());
        }
        return switch (style.antiAlias()) {
            case "avg" -> Pools::average;
            case "blur" -> Pools::maxBlur;
            default -> Pools::max;
        };
    }

    private static Part block(Parts p, String kind, Style style, Place place) {
        int outputs = place.planes() * expansion(kind);
        var act = style.act();
        var branch = switch (kind) {
            case "basic" -> basic(p, style, place);
            case "bottleneck" -> bottleneck(p, style, place);
            case "sk_basic" -> selectiveBasic(p, style, place);
            default -> selectiveBottleneck(p, style, place);
        };
        var attention = Slots.of(p.parameters().at("se"), place.attention(), outputs, place.map());
        var shortcut =
                place.stride() == 1 && place.inputs() == outputs ? Part.NONE : shortcut(p, style, place, outputs);
        return Part.residual(
                Part.chain(branch, attention), shortcut, act, p.parameters().path("add"));
    }

    private static Part basic(Parts p, Style style, Place place) {
        int planes = place.planes();
        int first = planes / style.reduceFirst();
        int stride = place.stride();
        var conv1 = p.conv(
                "conv1", "bn1", place.inputs(), first, style.strided(stride, place.firstDilation(), 1), style.act());
        var down = style.aliases(stride) ? style.antiAliasing() : Part.NONE;
        var conv2 = p.last("conv2", "bn2", first, planes, Kernel.of(3, 1).dilated(place.dilation()));
        return Part.chain(conv1, down, conv2);
    }

    private static int width(Style style, Place place) {
        return place.planes() * style.baseWidth() / 64 * style.cardinality();
    }

    private static Part bottleneck(Parts p, Style style, Place place) {
        int width = width(style, place);
        int first = width / style.reduceFirst();
        int stride = place.stride();
        var conv1 = p.conv("conv1", "bn1", place.inputs(), first, Kernel.POINT, style.act());
        var conv2 = p.conv(
                "conv2",
                "bn2",
                first,
                width,
                style.strided(stride, place.firstDilation(), style.cardinality()),
                style.act());
        var down = style.aliases(stride) ? style.antiAliasing() : Part.NONE;
        var conv3 = p.last("conv3", "bn3", width, place.planes() * 4, Kernel.POINT);
        return Part.chain(conv1, conv2, down, conv3);
    }

    private static Part selectiveBasic(Parts p, Style style, Place place) {
        int first = place.planes() / style.reduceFirst();
        var kernel = Kernel.of(3, place.stride());
        var conv1 = selectiveKernel(p.at("conv1"), place.inputs(), first, kernel, style);
        var conv2 = p.convNorm("conv2", first, place.planes(), Kernel.of(3, 1), Activation.IDENTITY);
        return Part.chain(conv1, conv2);
    }

    private static Part selectiveBottleneck(Parts p, Style style, Place place) {
        int width = width(style, place);
        int first = width / style.reduceFirst();
        var conv1 = p.convNorm("conv1", place.inputs(), first, Kernel.POINT, style.act());
        var kernel = Kernel.of(3, place.stride()).grouped(style.cardinality());
        var conv2 = selectiveKernel(p.at("conv2"), first, width, kernel, style);
        var conv3 = p.convNorm("conv3", width, place.planes() * 4, Kernel.POINT, Activation.IDENTITY);
        return Part.chain(conv1, conv2, conv3);
    }

    private static Part selectiveKernel(Parts p, int inputs, int outputs, Kernel kernel, Style style) {
        var part = SelectiveKernel.of(p, inputs, outputs, kernel, style.act(), selective(style));
        return Part.at(p.parameters().path(""), part);
    }

    private static SelectiveKernel.Rule selective(Style style) {
        var sk = style.selective();
        return sk == null
                ? SelectiveKernel.Rule.DEFAULT
                : new SelectiveKernel.Rule(
                        sk.number("rd_ratio", SelectiveKernel.Rule.DEFAULT.ratio()),
                        sk.integer("rd_divisor", SelectiveKernel.Rule.DEFAULT.divisor()),
                        sk.flag("split_input"));
    }

    private static Part shortcut(Parts p, Style style, Place place, int outputs) {
        int stride = place.stride();
        if (style.averageDown()) {
            var conv =
                    p.conv("downsample.1", "downsample.2", place.inputs(), outputs, Kernel.POINT, Activation.IDENTITY);
            return stride == 1 ? conv : Part.chain(Pools::averageInside, conv);
        }
        int kernel = stride == 1 ? 1 : style.downKernel();
        return p.conv(
                "downsample.0",
                "downsample.1",
                place.inputs(),
                outputs,
                Kernel.of(kernel, stride),
                Activation.IDENTITY);
    }

    /**
     * SRMnet's ResNet of 6 n + 2 layers for small images (He et al., section 4.2), with a style-based recalibration (arXiv 1903.10829)
     * at the end of each block.
     */
    static Body ofSmallImagesWithStyle(Parameters parameters, NetworkConfig c, Size image) {
        var attention = new Wanted("SRM", NetworkConfig.of(c.owner(), Map.of()));
        return ofSmallImages(parameters, c, image, Collections.nCopies(SMALL_STAGES, attention), "layer_block");
    }

    /**
     * The ResNet of 6 n + 2 layers for small images (He et al., 2016, arXiv 1512.03385, section 4.2): three stages of 16, 32 and 64
     * channels; 1x1 convolutions where a shortcut changes its channels. The module of {@code attn} stands at the end of each block's
     * branch in the stages of {@code attn_stages}, in all three unless they are given.
     */
    static Body ofSmallImages(Parameters parameters, NetworkConfig c, Size image) {
        return ofSmallImages(parameters, c, image, Slots.ofStages(c, SMALL_STAGES), "attn");
    }

    private static Body ofSmallImages(
            Parameters parameters, NetworkConfig c, Size image, List<Wanted> attention, String slotName) {
        int blocks = c.count("n_size");
        var parts = new Parts(parameters, c.number("bn_eps"), 0.1, false, Parts.ConvolutionInitializer.FAN_OUT);
        var act = Activation.RELU;
        var stem = parts.conv("conv1", "bn1", 3, 16, Kernel.of(3, 1), act);
        var stages = new ArrayList<Part>();
        int inputs = 16;
        for (int i = 0; i < SMALL_STAGES; i++) {
            int planes = 16 << i;
            var map = image.over(1 << i);
            var stage = new ArrayList<Part>();
            for (int b = 0; b < blocks; b++) {
                var p = parts.at("layer" + (i + 1) + "." + b);
                int stride = i > 0 && b == 0 ? 2 : 1;
                var conv1 = p.conv("conv1", "bn1", inputs, planes, Kernel.of(3, stride), act);
                var conv2 = p.conv("conv2", "bn2", planes, planes, Kernel.of(3, 1), Activation.IDENTITY);
                var slot = Slots.of(p.parameters().at(slotName), attention.get(i), planes, map);
                var shortcut = inputs == planes
                        ? Part.NONE
                        : p.conv(
                                "downsample.0",
                                "downsample.1",
                                inputs,
                                planes,
                                Kernel.of(1, stride),
                                Activation.IDENTITY);
                var branch = Part.chain(conv1, conv2, slot);
                stage.add(Part.residual(branch, shortcut, act, p.parameters().path("add")));
                inputs = planes;
            }
            stages.add(Part.chain(stage));
        }
        var classifier = parts.classifier("fc", inputs, c.count("num_classes"));
        return images -> {
            var trail = new Features.Trail();
            Value x = stem.apply(images);
            x = trail.through("layer", 1, stages, x);
            return trail.classified("avgpool", x, classifier);
        };
    }
}
