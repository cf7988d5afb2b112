package tornado.attention.bench.tables;

import java.util.List;
import java.util.Map;
import tornado.attention.modules.CALayer;
import tornado.attention.modules.ContextBlock2d;
import tornado.attention.modules.CovpoolLayer;
import tornado.attention.modules.GCT;
import tornado.attention.modules.GSoPBlock;
import tornado.attention.modules.GlobalContext;
import tornado.attention.modules.ModuleType;
import tornado.attention.modules.MultiSpectralAttentionLayer;
import tornado.attention.modules.NonLocal;
import tornado.attention.modules.SRM;
import tornado.attention.modules.SimplifiedNonLocal;
import tornado.attention.tasks.Shape;

/** ResNet-50 with one mechanism or the other. */
final class ResNetTables {
    private static final String PARAMETERS = "parameters";
    private static final String MACS = "MACs";

    /** Channels of the covariance in GSoP. */
    private static final int GSOP = 128;

    private ResNetTables() {}

    /** All blocks have a gate. */
    static PublishedTable gates(ModuleCounts counts) {
        var torch = ResNetCounts.of(ResNetCounts.DEPTH_50);
        var first = ResNetCounts.first(ResNetCounts.DEPTH_50);
        var se = torch.with(counts, everywhere(CALayer.TYPE, Map.of()));
        var gc = first.with(counts, (network, block) -> {
            if (block.stage() > 0) {
                network.module(ContextBlock2d.TYPE, Map.of("planes", network.channels() / 16));
            }
        });
        var fca = torch.with(counts, ResNetTables::frequencies);
        var srm = torch.with(counts, everywhere(SRM.TYPE, Map.of()));
        var gct = torch.with(counts, new Placement() {
            @Override
            public void behind(NetworkBuilder network, Block block) {}

            @Override
            public void before(NetworkBuilder network) {
                network.module(GCT.TYPE, Map.of());
            }
        });
        return new PublishedTable(
                "ResNet-50 with a gate in its blocks",
                "M and G are decimal; MACs are those of convolutions and fully connected layers and the module's own.",
                List.of(
                        new TableRow(
                                "ResNet-50, stride in 3x3",
                                MACS,
                                null,
                                torch.with(counts, Placement.NONE).macs()),
                        row(
                                "ResNet-50, stride in 1x1",
                                MACS,
                                "3.86",
                                Unit.G,
                                Source.GCNET,
                                first.with(counts, Placement.NONE).macs()),
                        row("SE-ResNet-50, with biases", PARAMETERS, "28.09", Unit.M, Source.TIMM, se.parameters()),
                        row("GCNet-50 (c3 to c5)", PARAMETERS, "28.08", Unit.M, Source.ECA, gc.parameters())
                                .noting("in every block of three stages, ratio 1/16"),
                        row("GCNet-50 (c3 to c5)", MACS, "3.87", Unit.G, Source.ECA, gc.macs())
                                .noting("stride in 1x1"),
                        row("FcaNet-50", PARAMETERS, "28.07", Unit.M, Source.FCA, fca.parameters())
                                .noting("the cosine filters are no parameters, so these are SE's without biases"),
                        row("FcaNet-50", MACS, "4.13", Unit.G, Source.FCA, fca.macs())
                                .noting("not reproduced: what the authors counted is not known"),
                        row("SRM-ResNet-50", PARAMETERS, "25.62", Unit.M, Source.SRM, srm.parameters()),
                        new TableRow("GCT-ResNet-50", PARAMETERS, null, gct.parameters())
                                .noting("before every convolution, also of the stem and the shortcuts")));
    }

    private static void frequencies(NetworkBuilder network, Placement.Block block) {
        var map = network.map();
        network.module(MultiSpectralAttentionLayer.TYPE, Map.of("dct_h", map.height(), "dct_w", map.width()));
    }

    /** One block, or one a stage. */
    static PublishedTable single(ModuleCounts counts) {
        var torch = ResNetCounts.of(ResNetCounts.DEPTH_50);
        var first = ResNetCounts.first(ResNetCounts.DEPTH_50);
        var nonLocal = beforeLast(NonLocal.TYPE, Map.of());
        var nl = torch.with(counts, nonLocal);
        var simplified = torch.with(counts, beforeLast(SimplifiedNonLocal.TYPE, Map.of()));
        var gc = torch.with(
                counts,
                beforeLast(GlobalContext.TYPE, Map.of("rd_ratio", 1.0 / 16, "fuse_add", true, "fuse_scale", false)));
        var gsop = new ResNetCounts(ResNetCounts.DEPTH_50, true, 1).with(counts, (network, block) -> {
            if (block.stage() > 0 && block.isLast()) {
                network.module(GSoPBlock.TYPE, Map.of());
                // The published figure is of convolutions alone.
                long products = counts.of(CovpoolLayer.TYPE, covariance(network.map()), Map.of())
                        .macs();
                network.add(new Layer(0, -products, 0, 0));
            }
        });
        return new PublishedTable(
                "ResNet-50 with few blocks",
                "M and G are decimal; one block stands before the last block of c4 (1024 channels, 14x14).",
                List.of(
                        row("ResNet-50 + 1 NonLocal", PARAMETERS, "27.66", Unit.M, Source.GCNET, nl.parameters()),
                        row(
                                "ResNet-50 + 1 SimplifiedNonLocal",
                                PARAMETERS,
                                "26.61",
                                Unit.M,
                                Source.GCNET,
                                simplified.parameters()),
                        row("ResNet-50 + 1 GlobalContext", PARAMETERS, "25.69", Unit.M, Source.GCNET, gc.parameters())
                                .noting("ratio 1/16"),
                        nonLocalMacs("full", first.with(counts, nonLocal).macs()),
                        nonLocalMacs(
                                "keys pooled behind the projection",
                                first.with(counts, beforeLast(NonLocal.TYPE, Map.of("sub_sample", true)))
                                        .macs()),
                        nonLocalMacs(
                                "pooled before the projection",
                                first.with(counts, ResNetTables::pooledFirst).macs()),
                        row("GSoP-Net1 (c3, c4, c5)", PARAMETERS, "28.05", Unit.M, Source.ECA, gsop.parameters())
                                .noting("at the ends of three stages, d = 128, the last stage with stride 1"),
                        row("GSoP-Net1 (c3, c4, c5)", MACS, "6.18", Unit.G, Source.ECA, gsop.macs())
                                .noting("stride in 1x1, without the products of the covariances")));
    }

    private static TableRow nonLocalMacs(String order, long macs) {
        return row("ResNet-50 + 1 NonLocal, " + order, MACS, "4.11", Unit.G, Source.GCNET, macs)
                .noting("not reproduced: three orders of pooling and projecting, of which the last comes nearest");
    }

    /** A non-local block as the Caffe2 original has it: keys and values are projections of the pooled map. */
    private static void pooledFirst(NetworkBuilder network, Placement.Block block) {
        if (!isBeforeLast(block)) {
            return;
        }
        var map = network.map();
        int inner = map.channels() / 2;
        var pooled = Shape.of(1, map.channels(), map.height() / 2, map.width() / 2);
        network.convolution(inner, 1, 1, 1, true);
        network.at(pooled).convolution(inner, 1, 1, 1, true);
        network.at(pooled).convolution(inner, 1, 1, 1, true);
        network.add(new Layer(0, 2L * map.pixels() * pooled.pixels() * inner, 0, 0));
        network.at(Shape.of(1, inner, map.height(), map.width())).convolution(map.channels(), 1, 1, 1, true);
    }

    private static Shape covariance(Shape map) {
        return Shape.of(1, GSOP, map.height(), map.width());
    }

    private static boolean isBeforeLast(Placement.Block block) {
        return block.stage() == 2 && block.index() == block.of() - 2;
    }

    private static Placement beforeLast(ModuleType type, Map<String, Object> settings) {
        return (network, block) -> {
            if (isBeforeLast(block)) {
                network.module(type, settings);
            }
        };
    }

    private static Placement everywhere(ModuleType type, Map<String, Object> settings) {
        return (network, block) -> network.module(type, settings);
    }

    private static TableRow row(
            String network, String quantity, String digits, Unit unit, Source source, long computed) {
        return new TableRow(network, quantity, new PublishedFigure(digits, unit, source), computed);
    }
}
