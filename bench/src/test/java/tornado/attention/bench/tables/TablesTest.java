package tornado.attention.bench.tables;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tornado.attention.modules.WeightSpec;
import tornado.attention.networks.Network;
import tornado.attention.networks.Networks;

/** The counts are those that the definitions of the authors give, layer by layer, in PyTorch or Caffe. */
class TablesTest {
    private static final Map<String, TableRow> ROWS = rows();

    private static Map<String, TableRow> rows() {
        var rows = new HashMap<String, TableRow>();
        for (var table : TablesCommand.tables()) {
            for (var row : table.rows()) {
                var before = rows.put(row.network() + " / " + row.quantity(), row);
                // Plain networks stand in more than one table.
                assertThat(before == null || before.computed() == row.computed())
                        .as(row.toString())
                        .isTrue();
            }
        }
        return rows;
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
                    ResNet-50 / parameters, 25557032
                    ResNet-101 / parameters, 44549160
                    ResNet-152 / parameters, 60192808
                    SE-ResNet-50 / parameters, 28071976
                    SE-ResNet-101 / parameters, 49292328
                    SE-ResNet-152 / parameters, 66770984
                    ECA-ResNet-50 / parameters, 25557112
                    ECA-ResNet-50 / parameters of ECA, 80
                    ECA-ResNet-50 / MACs of ECA, 86272
                    MobileNetV2 / parameters, 3504872
                    MobileNetV2 / MACs, 300774272
                    SE-MobileNetV2 / parameters, 3561800
                    ECA-MobileNetV2 / parameters, 3504903
                    'ResNet-50, stride in 3x3 / MACs', 4089184256
                    'ResNet-50, stride in 1x1 / MACs', 3857973248
                    'SE-ResNet-50, with biases / parameters', 28088024
                    GCNet-50 (c3 to c5) / parameters, 28078773
                    ResNet-50 + 1 NonLocal / parameters, 27656744
                    ResNet-50 + 1 SimplifiedNonLocal / parameters, 26606633
                    ResNet-50 + 1 GlobalContext / parameters, 25690345
                    'GSoP-Net1 (c3, c4, c5) / parameters', 28054440
                    EPSANet-50 small / parameters, 22561715
                    EPSANet-101 small / parameters, 38900279
                    SKNet-50 / parameters, 27479784
                    SKNet-101 / parameters, 48686760
                    FcaNet-50 / parameters, 28071976
                    SRM-ResNet-50 / parameters, 25617448
                    GCT-ResNet-50 / parameters, 25624625
                    Non-local / parameters, 524288
                    A2-Net / parameters, 65536
                    SEAttention / parameters, 32768
                    BAM / parameters, 83968
                    CBAM / parameters, 32866
                    'ULSAM, weights of its convolutions / parameters', 1024
                    'ULSAM, all as coded / parameters', 2572
                    ULSAM / MACs, 200704
                    'SEAttention, reduction 4 / parameters', 128
                    GCT / parameters, 48
                    SRM / parameters, 64
                    'EncNet, 4 codewords / parameters', 348
                    'PreResNet-164, CIFAR-100 / parameters', 1727284
                    'DIA-PreResNet-164, CIFAR-100 / parameters', 1946132
                    RCAN x2 / parameters, 15444667
                    RCAN x4 / parameters, 15592379
                    'RCAN, channel attention alone / parameters', 116000
                    """)
    void countsToTheUnit(String row, long expected) {
        assertThat(ROWS).containsKey(row);
        assertThat(ROWS.get(row).computed()).isEqualTo(expected);
    }

    /** The networks that can be run have as many. */
    @ParameterizedTest
    @CsvSource(textBlock = """
                    ResNet-50, resnet50
                    SE-ResNet-50, se_resnet50
                    SE-ResNet-101, se_resnet101
                    SE-ResNet-152, se_resnet152
                    ECA-ResNet-50, eca_resnet50
                    MobileNetV2, mobilenetv2_100
                    'SE-ResNet-50, with biases', seresnet50
                    FcaNet-50, fcanet50
                    SRM-ResNet-50, srm_resnet50
                    GCT-ResNet-50, gct_resnet50
                    EPSANet-50 small, epsanet50
                    EPSANet-101 small, epsanet101
                    RCAN x2, rcan_x2
                    RCAN x4, rcan_x4
                    """)
    void networksHaveTheParametersOfTheirRows(String row, String network) {
        long parameters = Network.weights(Networks.named(network), Networks.imageSize(network)).stream()
                .filter(w -> w.kind() == WeightSpec.Kind.PARAMETER)
                .mapToLong(w -> w.shape().elements())
                .sum();
        assertThat(ROWS.get(row + " / parameters").computed()).isEqualTo(parameters);
    }

    /** In units of 2^30 or 10^9, to the digits that are known. */
    @ParameterizedTest
    @CsvSource(textBlock = """
                    ResNet-50 / FLOPs, 3.8591
                    ResNet-101 / FLOPs, 7.3387
                    ResNet-152 / FLOPs, 10.8234
                    SE-ResNet-50 / FLOPs, 3.8690
                    SE-ResNet-101 / FLOPs, 7.3558
                    SE-ResNet-152 / FLOPs, 10.8479
                    ECA-ResNet-50 / FLOPs, 3.8643
                    ECA-ResNet-101 / FLOPs, 7.3470
                    ECA-ResNet-152 / FLOPs, 10.8357
                    GCNet-50 (c3 to c5) / MACs, 3.8667
                    'GSoP-Net1 (c3, c4, c5) / MACs', 6.1850
                    EPSANet-50 small / FLOPs, 3.6201
                    EPSANet-101 small / FLOPs, 6.8206
                    SKNet-50 / MACs, 4.4627
                    SKNet-101 / MACs, 8.4487
                    'ResNet-50 + 1 NonLocal, full / MACs', 4.3084
                    'ResNet-50 + 1 NonLocal, keys pooled behind the projection / MACs', 4.2788
                    'ResNet-50 + 1 NonLocal, pooled before the projection / MACs', 4.1247
                    """)
    void operationsToFourDecimals(String row, String expected) {
        assertThat(ROWS).containsKey(row);
        var found = ROWS.get(row);
        assertThat(found.figure().rounded(found.computed(), 4)).isEqualTo(expected);
    }

    @Test
    void whatIsNotReproducedSaysSo() {
        var differing = TablesCommand.tables().stream()
                .flatMap(t -> t.rows().stream())
                .filter(r -> r.verdict() == Agreement.DIFFERS)
                .toList();
        assertThat(differing).isNotEmpty().allSatisfy(r -> assertThat(r.note()).isNotEmpty());
        assertThat(differing.stream().map(TableRow::network).toList())
                .contains("EPSANet-50 large", "SKNet-101", "FcaNet-50")
                .doesNotContain("ResNet-50", "SKNet-50", "EPSANet-50 small");
        assertThat(ROWS.get("EPSANet-50 large / parameters").computed()).isEqualTo(30_100_094);
    }

    @Test
    void aGateAddsItsOwnWeights() {
        var counts = new ModuleCounts();
        var plain = ResNetCounts.of(List.of(1, 1, 1, 1)).with(counts, Placement.NONE);
        var gated = ResNetCounts.of(List.of(1, 1, 1, 1)).with(counts, EcaTable.SE);
        assertThat(gated.parameters() - plain.parameters())
                .isEqualTo(2L * (256 * 16 + 512 * 32 + 1024 * 64 + 2048 * 128));
        assertThat(gated.macs() - plain.macs()).isEqualTo(gated.parameters() - plain.parameters());
    }
}
