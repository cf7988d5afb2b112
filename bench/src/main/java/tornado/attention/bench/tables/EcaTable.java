package tornado.attention.bench.tables;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tornado.attention.modules.ECA;
import tornado.attention.modules.SEAttention;

/** The rows of ECA-Net's table 3 that have no attention, SE or ECA. */
final class EcaTable {
    private static final String PARAMETERS = "parameters";
    private static final String FLOPS = "FLOPs";

    /** Taps that the official ResNets use, a stage each; not the formula of the paper, which gives 5 for the first. */
    private static final List<Integer> TAPS = List.of(3, 5, 5, 7);

    /** What a network is called and which figures it has: parameters in Mi, FLOPs in Gi. */
    private record Published(
            String depth, List<Integer> blocks, String plain, String se, String eca, List<String> flops) {}

    private static final List<Published> RESNETS = List.of(
            new Published("50", ResNetCounts.DEPTH_50, "24.37", "26.77", "24.37", List.of("3.86", "3.87", "3.86")),
            new Published("101", ResNetCounts.DEPTH_101, "42.49", "47.01", "42.49", List.of("7.34", "7.35", "7.35")),
            new Published(
                    "152", ResNetCounts.DEPTH_152, "57.40", "63.68", "57.40", List.of("10.82", "10.85", "10.83")));

    private EcaTable() {}

    /** SE without biases and hidden width C / 16, in front of the addition. */
    static final Placement SE = (network, block) -> {
        int channels = network.channels();
        int hidden = channels / 16;
        long operations = Layer.globalAverage(channels, network.map().pixels()).operations()
                + Layer.linear(channels, hidden, false).operations()
                + hidden
                + Layer.linear(hidden, channels, false).operations();
        network.module(SEAttention.TYPE, Map.of(), operations);
    };

    /** ECA with the official taps. */
    static final Placement ECA_GATE = (network, block) -> network.module(
            ECA.TYPE,
            Map.of("k_size", TAPS.get(block.stage())),
            Layer.globalAverage(network.channels(), network.map().pixels()).operations());

    /** SE of MobileNetV2: hidden width C / 8. */
    private static final Placement MOBILE_SE =
            (network, block) -> network.module(SEAttention.TYPE, Map.of("reduction", 8));

    /** ECA of MobileNetV2: one tap below 96 channels, three from there on. */
    private static final Placement MOBILE_ECA =
            (network, block) -> network.module(ECA.TYPE, Map.of("k_size", network.channels() < 96 ? 1 : 3));

    /** Parameters. */
    static PublishedTable parameters(ModuleCounts counts) {
        var rows = new ArrayList<TableRow>();
        for (var published : RESNETS) {
            var name = "ResNet-" + published.depth;
            var resNet = ResNetCounts.of(published.blocks);
            rows.add(parameters(name, published.plain, resNet.with(counts, Placement.NONE)));
            rows.add(parameters("SE-" + name, published.se, resNet.with(counts, SE))
                    .noting("SE without biases, reduction 16"));
            rows.add(parameters("ECA-" + name, published.eca, resNet.with(counts, ECA_GATE)));
        }
        var plain = ResNetCounts.of(ResNetCounts.DEPTH_50).with(counts, Placement.NONE);
        var eca = ResNetCounts.of(ResNetCounts.DEPTH_50).with(counts, ECA_GATE);
        rows.add(new TableRow(
                "ECA-ResNet-50",
                "parameters of ECA",
                new PublishedFigure("80", Unit.ONE, Source.ECA),
                eca.parameters() - plain.parameters(),
                "3, 5, 5, 7 taps in the four stages"));
        rows.add(parameters("MobileNetV2", "3.34", MobileNetV2.with(counts, Placement.NONE)));
        rows.add(parameters("SE-MobileNetV2", "3.40", MobileNetV2.with(counts, MOBILE_SE))
                .noting("SE without biases, reduction 8"));
        rows.add(parameters("ECA-MobileNetV2", "3.34", MobileNetV2.with(counts, MOBILE_ECA))
                .noting("one tap below 96 channels, three from there on"));
        return new PublishedTable("ECA-Net, table 3: parameters", "The paper's M is 2^20, written Mi here.", rows);
    }

    private static TableRow parameters(String name, String digits, CountedNetwork network) {
        return new TableRow(name, PARAMETERS, new PublishedFigure(digits, Unit.MI, Source.ECA), network.parameters());
    }

    /** FLOPs as the paper counted them. */
    static PublishedTable flops(ModuleCounts counts) {
        var rows = new ArrayList<TableRow>();
        for (var published : RESNETS) {
            var variants = new LinkedHashMap<String, Placement>();
            variants.put("", Placement.NONE);
            variants.put("SE-", SE);
            variants.put("ECA-", ECA_GATE);
            var digits = published.flops.iterator();
            variants.forEach((prefix, attention) -> rows.add(new TableRow(
                    prefix + "ResNet-" + published.depth,
                    FLOPS,
                    new PublishedFigure(digits.next(), Unit.GI, Source.ECA),
                    ResNetCounts.of(published.blocks).with(counts, attention).operations())));
        }
        var plain = ResNetCounts.of(ResNetCounts.DEPTH_50).with(counts, Placement.NONE);
        var eca = ResNetCounts.of(ResNetCounts.DEPTH_50).with(counts, ECA_GATE);
        rows.add(
                new TableRow(
                        "ECA-ResNet-50",
                        "MACs of ECA",
                        new PublishedFigure("0.00047", Unit.G, Source.ECA_README),
                        eca.macs() - plain.macs(),
                        "not reproduced: these are the products of its 1-D convolutions; what the authors counted is not known"));
        return new PublishedTable(
                "ECA-Net, table 3: FLOPs",
                "As the paper's counter had it: a multiply-accumulate is 1, an element of a batch norm 4, of a ReLU 1 (once a"
                        + " block), of a max pooling 8, an average of n is n + 1, a fully connected output 2n - 1; G is 2^30.",
                rows);
    }
}
