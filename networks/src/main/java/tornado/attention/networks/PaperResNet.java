package tornado.attention.networks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import tornado.attention.modules.Block;
import tornado.attention.modules.PSAModule;
import tornado.attention.modules.Parameters;
import tornado.attention.networks.Parts.Kernel;
import tornado.attention.networks.Slots.Wanted;
import tornado.attention.networks.image.Size;
import tornado.attention.tasks.Activation;

/**
 * torchvision's ResNet (He et al., arXiv 1512.03385) as papers on attention have changed it, with the weights' names of their code: a module behind
 * the last norm of each block under a name of its own (FcaNet, arXiv 2012.11879; ECA-Net, arXiv 1910.03151; SENet, arXiv 1709.01507; SRM, arXiv
 * 1903.10829), pyramid squeeze attention for the 3x3 convolution (EPSANet, arXiv 2105.14447), or a gated channel transformation in front of every
 * convolution (GCT, arXiv 1909.11519).
 *
 * <pre>
 *   images ─ conv1 7x7 / 2 ─ maxpool ─ layer1 ─ layer2 ─ layer3 ─ layer4 ─ avgpool ─ fc ─▶ logits
 *
 *   basic        conv1 3x3 / s ─ conv2 3x3 ──────────────────── slot ─ + shortcut ─ ReLU
 *   bottleneck   conv1 1x1 ─ conv2 3x3 / s ─ conv3 1x1 ──────── slot ─ + shortcut ─ ReLU
 *   psa          conv1 1x1 ─ PSA / s, norm, ReLU ─ conv3 1x1 ── slot ─ + shortcut ─ ReLU
 *   gct          GCT, conv1 1x1 / s ─ GCT, conv2 3x3 ─ GCT, conv3 1x1 ─ slot ─ + shortcut ─ ReLU
 * </pre>
 */
final class PaperResNet {
    private static final int STAGES = 4;

    /** Channels behind the stem. */
    private static final int STEM = 64;

    /** What a block is made of. */
    private enum Kind {
        BASIC,
        BOTTLENECK,
        PSA,
        GCT;

        static Kind of(NetworkConfig c) {
            var word = c.text("block");
            return Arrays.stream(values())
                    .filter(k -> k.word().equals(word))
                    .findFirst()
                    .orElseThrow(
                            () -> new IllegalArgumentException("The " + c.owner() + " has 'block' = " + word + "; use "
                                    + Arrays.stream(values()).map(Kind::word).collect(Collectors.joining(", ")) + "."));
        }

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        int expansion() {
            return this == BASIC ? 1 : 4;
        }
    }

    /** Where a block stands. */
    private record Place(int inputs, int planes, int stride, Size before, Size map) {}

    private PaperResNet() {}

    static Body of(Parameters parameters, NetworkConfig c, Size image) {
        var parts = new Parts(parameters, c.number("bn_eps"), 0.1, false, Parts.ConvolutionInitializer.FAN_OUT);
        var kind = Kind.of(c);
        int inputs = c.integer("stem_width", STEM);
        var stem = gated(
                kind == Kind.GCT ? parts.at("stem") : parts,
                kind,
                "conv1",
                "bn1",
                3,
                inputs,
                Kernel.of(7, 2),
                image,
                Activation.RELU);
        var layers = c.counts("layers", STAGES);
        var planes = c.counts("channels", STAGES);
        var attention = Slots.ofStages(c, STAGES);
        var slot = c.has("slot") ? c.text("slot") : "attn";
        var stages = new ArrayList<Part>();
        var before = image.over(4);
        for (int i = 0; i < STAGES; i++) {
            int stride = i == 0 ? 1 : 2;
            var map = before.over(stride);
            var blocks = new ArrayList<Part>();
            for (int b = 0; b < layers.get(i); b++) {
                var p = parts.at("layer" + (i + 1) + "." + b);
                var place = new Place(inputs, planes.get(i), b == 0 ? stride : 1, b == 0 ? before : map, map);
                blocks.add(block(p, kind, place, attention.get(i), slot));
                inputs = planes.get(i) * kind.expansion();
            }
            stages.add(Part.chain(blocks));
            before = map;
        }
        var classifier = parts.classifier("fc", inputs, c.count("num_classes"));
        return images -> {
            var trail = new Features.Trail();
            var x = trail.at("relu", stem.apply(images));
            x = trail.at("maxpool", Pools.max(x));
            x = trail.through("layer", 1, stages, x);
            return trail.classified("avgpool", x, classifier);
        };
    }

    private static Part block(Parts p, Kind kind, Place place, Wanted attention, String slot) {
        int outputs = place.planes() * kind.expansion();
        var branch = kind == Kind.BASIC ? basic(p, place) : bottleneck(p, kind, place);
        var module = Slots.of(p.parameters().at(slot), attention, outputs, place.map());
        var shortcut = place.stride() == 1 && place.inputs() == outputs ? Part.NONE : shortcut(p, kind, place, outputs);
        return Part.residual(
                Part.chain(branch, module),
                shortcut,
                Activation.RELU,
                p.parameters().path("add"));
    }

    private static Part basic(Parts p, Place place) {
        int planes = place.planes();
        return Part.chain(
                p.conv("conv1", "bn1", place.inputs(), planes, Kernel.of(3, place.stride()), Activation.RELU),
                p.conv("conv2", "bn2", planes, planes, Kernel.of(3, 1), Activation.IDENTITY));
    }

    private static Part bottleneck(Parts p, Kind kind, Place place) {
        int planes = place.planes();
        boolean early = kind == Kind.GCT; // the stride is the 1x1 convolution's
        var conv1 = gated(
                p,
                kind,
                "conv1",
                "bn1",
                place.inputs(),
                planes,
                Kernel.of(1, early ? place.stride() : 1),
                place.before(),
                Activation.RELU);
        var conv2 = kind == Kind.PSA
                ? pyramid(p, planes, place.stride())
                : gated(
                        p,
                        kind,
                        "conv2",
                        "bn2",
                        planes,
                        planes,
                        Kernel.of(3, early ? 1 : place.stride()),
                        early ? place.map() : place.before(),
                        Activation.RELU);
        var conv3 = gated(p, kind, "conv3", "bn3", planes, planes * 4, Kernel.POINT, place.map(), Activation.IDENTITY);
        return Part.chain(conv1, conv2, conv3);
    }

    /** A convolution and its norm, behind a gate where the network has one in front of each. */
    private static Part gated(
            Parts p,
            Kind kind,
            String conv,
            String norm,
            int inputs,
            int outputs,
            Kernel kernel,
            Size map,
            Activation activation) {
        if (kind != Kind.GCT) {
            return p.conv(conv, norm, inputs, outputs, kernel, activation);
        }
        return Part.chain(
                gate(p.parameters().at(conv).at("0"), inputs, map),
                p.conv(conv + ".1", norm, inputs, outputs, kernel, activation));
    }

    private static Part gate(Parameters p, int channels, Size map) {
        return Slots.of(p, new Wanted("GCT", NetworkConfig.of(p.path(""), Map.of())), channels, map);
    }

    private static Part pyramid(Parts p, int planes, int stride) {
        var settings = PSAModule.TYPE.settings(Map.of("inplans", planes, "planes", planes, "stride", stride));
        var at = p.parameters().at("conv2");
        var module = (Block.OfMap) PSAModule.TYPE.builder().build(at, settings);
        var norm = p.parameters().batchNorm("bn2", planes, p.eps(), p.momentum());
        var path = p.parameters().path("bn2");
        return Part.chain(
                Part.at(at.path(""), module::apply), x -> norm.apply(x).relu().named(path));
    }

    private static Part shortcut(Parts p, Kind kind, Place place, int outputs) {
        var kernel = Kernel.of(1, place.stride());
        if (kind != Kind.GCT) {
            return p.conv("downsample.0", "downsample.1", place.inputs(), outputs, kernel, Activation.IDENTITY);
        }
        return Part.chain(
                gate(p.parameters().at("downsample").at("0"), place.inputs(), place.before()),
                p.conv("downsample.1", "downsample.2", place.inputs(), outputs, kernel, Activation.IDENTITY));
    }
}
