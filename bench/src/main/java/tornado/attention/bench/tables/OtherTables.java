package tornado.attention.bench.tables;

import java.util.List;
import java.util.Map;
import tornado.attention.modules.CALayer;
import tornado.attention.modules.Encoding;
import tornado.attention.modules.GCT;
import tornado.attention.modules.SEAttention;
import tornado.attention.modules.SRM;
import tornado.attention.modules.ULSAM;
import tornado.attention.report.internal.text.Numbers;
import tornado.attention.tasks.Shape;

/** Networks of their own, and modules alone. */
final class OtherTables {
    private static final String PARAMETERS = "parameters";
    private static final String MACS = "MACs";

    private OtherTables() {}

    /** EPSANet and SKNet. */
    static PublishedTable networks(ModuleCounts counts) {
        var groups = List.of(1, 4, 8, 16);
        var epsa50 = EpsaNet.of(counts, ResNetCounts.DEPTH_50, 64, groups);
        var epsa101 = EpsaNet.of(counts, ResNetCounts.DEPTH_101, 64, groups);
        var large = EpsaNet.of(counts, ResNetCounts.DEPTH_50, 128, List.of(32, 32, 32, 32));
        var sk50 = SkNet.of(counts, ResNetCounts.DEPTH_50, List.of(32, 32, 32, 64));
        var sk101 = SkNet.of(counts, ResNetCounts.DEPTH_101, List.of(32, 16, 32, 64));
        var guess = "not reproduced: its code is not published; this has twice the width and 32 groups everywhere";
        return new PublishedTable(
                "EPSANet and SKNet",
                "M and G are decimal; EPSANet's FLOPs are MACs and two operations for each element of a batch norm.",
                List.of(
                        row("EPSANet-50 small", PARAMETERS, "22.56", Unit.M, Source.EPSA, epsa50.parameters()),
                        row("EPSANet-50 small", "FLOPs", "3.62", Unit.G, Source.EPSA, epsa50.macsWithNorms())
                                .noting("MACs alone: " + Numbers.count(epsa50.macs())),
                        row("EPSANet-101 small", PARAMETERS, "38.90", Unit.M, Source.EPSA, epsa101.parameters()),
                        row("EPSANet-101 small", "FLOPs", "6.82", Unit.G, Source.EPSA, epsa101.macsWithNorms()),
                        row("EPSANet-50 large", PARAMETERS, "27.90", Unit.M, Source.EPSA, large.parameters())
                                .noting(guess),
                        row("EPSANet-50 large", "FLOPs", "4.72", Unit.G, Source.EPSA, large.macsWithNorms())
                                .noting(guess),
                        row("SKNet-50", PARAMETERS, "27.5", Unit.M, Source.SK, sk50.parameters())
                                .noting("by the authors' Caffe definition"),
                        row("SKNet-50", MACS, "4.47", Unit.G, Source.SK, sk50.macs()),
                        row("SKNet-101", PARAMETERS, "48.9", Unit.M, Source.SK, sk101.parameters())
                                .noting("the definition squeezes to 16 in its second stage, to 32 around it"),
                        row("SKNet-101", MACS, "8.46", Unit.G, Source.SK, sk101.macs())));
    }

    /** Other tasks than ImageNet. */
    static PublishedTable elsewhere(ModuleCounts counts) {
        var gates = RcanCounts.GROUPS
                * RcanCounts.BLOCKS
                * counts.of(CALayer.TYPE, Shape.of(1, RcanCounts.FEATURES, 48, 48), Map.of())
                        .parameters();
        return new PublishedTable(
                "Networks for other tasks",
                "M is decimal.",
                List.of(
                        row(
                                "PreResNet-164, CIFAR-100",
                                PARAMETERS,
                                "1.73",
                                Unit.M,
                                Source.DIA,
                                DiaResNet.of(counts, false).parameters()),
                        row(
                                        "DIA-PreResNet-164, CIFAR-100",
                                        PARAMETERS,
                                        "1.95",
                                        Unit.M,
                                        Source.DIA,
                                        DiaResNet.of(counts, true).parameters())
                                .noting("one unit for the 18 blocks of a stage"),
                        row(
                                "RCAN x2",
                                PARAMETERS,
                                "16",
                                Unit.M,
                                Source.RCAN,
                                RcanCounts.of(counts, 2, 48).parameters()),
                        row(
                                "RCAN x4",
                                PARAMETERS,
                                "16",
                                Unit.M,
                                Source.RCAN,
                                RcanCounts.of(counts, 4, 48).parameters()),
                        new TableRow("RCAN, channel attention alone", PARAMETERS, null, gates)));
    }

    /** MobileNetV2 with ULSAM, and the overheads of the ULSAM paper: 512 channels, 14x14 pixels. */
    static PublishedTable overheads(ModuleCounts counts) {
        int channels = 512;
        int hidden = channels / 16;
        var map = Shape.of(1, channels, 14, 14);
        int pixels = map.pixels();
        var nonLocal = new NetworkBuilder(counts, map);
        nonLocal.pointwise(channels / 2);
        nonLocal.at(map).pointwise(channels / 2);
        nonLocal.at(map).pointwise(channels / 2).pointwise(channels);
        var doubleAttention = new NetworkBuilder(counts, map)
                .pointwise(channels / 8)
                .pointwise(channels)
                .build();
        var se = counts.of(SEAttention.TYPE, map, Map.of());
        long bam = 4L * channels * hidden + 18L * hidden * hidden;
        var cbam = Layer.convolution(2, 1, 7, 1, false, pixels);
        var ulsam = counts.of(ULSAM.TYPE, map, Map.of("num_splits", 4));
        var mobile = MobileNetV2.with(counts, Placement.NONE);
        var gated = MobileNetV2.with(counts, (network, block) -> {
            if (block.stage() == 5 && block.isLast()) {
                network.module(ULSAM.TYPE, Map.of("num_splits", 4));
            }
        });
        return new PublishedTable(
                "ULSAM: overhead of one module at 512 channels, 14x14",
                "k and M are decimal. Non-local and A2 are their 1x1 convolutions without biases; the products with the map are"
                        + " left out, as in the slides.",
                List.of(
                        row(
                                "Non-local",
                                PARAMETERS,
                                "524",
                                Unit.K,
                                Source.ULSAM,
                                nonLocal.build().parameters()),
                        row(
                                "Non-local",
                                MACS,
                                "102.76",
                                Unit.M,
                                Source.ULSAM,
                                nonLocal.build().macs()),
                        row("A2-Net", PARAMETERS, "66", Unit.K, Source.ULSAM, doubleAttention.parameters())
                                .noting("two projections, to 64 channels and back"),
                        row("A2-Net", MACS, "12.85", Unit.M, Source.ULSAM, doubleAttention.macs()),
                        row("SEAttention", PARAMETERS, "33", Unit.K, Source.ULSAM, se.parameters()),
                        row("SEAttention", MACS, "0.03", Unit.M, Source.ULSAM, se.macs()),
                        row("BAM", PARAMETERS, "84", Unit.K, Source.ULSAM, bam)
                                .noting("by the formula of the slides, 4 m^2/r + 18 m^2/r^2 with m = 512, r = 16"),
                        row("BAM", MACS, "16.49", Unit.M, Source.ULSAM, 2L * channels * hidden + bam * pixels)
                                .noting("by the formula of the slides: that at every pixel, and 2 m^2/r"),
                        row("CBAM", PARAMETERS, "33", Unit.K, Source.ULSAM, se.parameters() + cbam.parameters())
                                .noting("SE and a 7x7 convolution of two maps"),
                        row("CBAM", MACS, "0.05", Unit.M, Source.ULSAM, se.macs() + cbam.macs()),
                        row(
                                "ULSAM, weights of its convolutions",
                                PARAMETERS,
                                "1",
                                Unit.K,
                                Source.ULSAM,
                                ulsamWeights(map)),
                        new TableRow("ULSAM, all as coded", PARAMETERS, null, ulsam.parameters())
                                .noting("with the biases and batch norms that the slides leave out"),
                        row("ULSAM", MACS, "0.2", Unit.M, Source.ULSAM, ulsam.macs()),
                        row("MobileNetV2", PARAMETERS, "3.4", Unit.M, Source.ULSAM, mobile.parameters()),
                        row("MobileNetV2", MACS, "300", Unit.M, Source.ULSAM, mobile.macs()),
                        row("MobileNetV2 + ULSAM", MACS, "300.01", Unit.M, Source.ULSAM, gated.macs())
                                .noting(
                                        "not reproduced: where the modules stand is not stated; this is one at 160 channels, 7x7")));
    }

    /** The two weight vectors of each subspace. */
    private static long ulsamWeights(Shape map) {
        var settings = ULSAM.TYPE.settingsFor(map, Map.of("num_splits", 4));
        var weights = ULSAM.TYPE.initial(settings, 1).weights();
        return weights.names().stream()
                .filter(name -> name.contains("conv_") && name.endsWith(".weight"))
                .mapToLong(name -> weights.get(name).shape().elements())
                .sum();
    }

    /** Modules on 16 channels. */
    static PublishedTable small(ModuleCounts counts) {
        int channels = 16;
        int words = 4;
        var map = Shape.of(1, channels, 8, 8);
        var encoding = counts.of(Encoding.TYPE, map, Map.of("K", words));
        long encNet = encoding.parameters()
                + Layer.norm(words, 1).parameters()
                + Layer.linear(channels, channels, true).parameters();
        return new PublishedTable(
                "Modules on 16 channels",
                "Parameters one by one.",
                List.of(
                        row(
                                "SEAttention, reduction 4",
                                PARAMETERS,
                                "128",
                                Unit.ONE,
                                Source.EEG,
                                counts.of(SEAttention.TYPE, map, Map.of("reduction", 4))
                                        .parameters()),
                        row(
                                "GCT",
                                PARAMETERS,
                                "48",
                                Unit.ONE,
                                Source.EEG,
                                counts.of(GCT.TYPE, map, Map.of()).parameters()),
                        row(
                                "SRM",
                                PARAMETERS,
                                "64",
                                Unit.ONE,
                                Source.EEG,
                                counts.of(SRM.TYPE, map, Map.of()).parameters()),
                        row("EncNet, 4 codewords", PARAMETERS, "348", Unit.ONE, Source.EEG, encNet)
                                .noting("Encoding, a batch norm over the codewords and a fully connected layer")));
    }

    private static TableRow row(
            String network, String quantity, String digits, Unit unit, Source source, long computed) {
        return new TableRow(network, quantity, new PublishedFigure(digits, unit, source), computed);
    }
}
