package tornado.attention.modules;

import static org.assertj.core.api.Assertions.assertThat;
import static tornado.attention.modules.ModuleCheck.initial;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tornado.attention.tasks.ChainCost;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;

/** Parameters, multiply-accumulates, kernels and bytes of the modules of {@link ConvolutionalModulesTest}. */
class ConvolutionalCostTest {
    private static long macs(AttentionModule module, int... shape) {
        return module.macsPerImage(List.of(Shape.of(shape)));
    }

    @Test
    void countsAreThoseOfTheWorkedExamples() {
        var sk = initial("SKAttention", Map.of("channel", 64, "kernels", List.of(3, 5), "group", 8));
        assertThat(sk.parameters()).isEqualTo(24_096);
        // 13.65 M in the text
        assertThat(macs(sk, 1, 64, 28, 28)).isEqualTo(64 * 8 * (9 + 25) * 784 + 64 * 32 + 2 * 32 * 64);
        var large = SKAttention.TYPE.weights(SKAttention.TYPE.settings(Map.of()));
        assertThat(large.stream()
                        .filter(s -> s.kind() == WeightSpec.Kind.PARAMETER)
                        .mapToLong(s -> s.shape().elements())
                        .sum())
                .isEqualTo(22_110_240);
        var psa = initial("PSAModule", Map.of("inplans", 64, "planes", 64));
        assertThat(psa.parameters()).isEqualTo(27_121);
        // 84.9 M in the text
        assertThat(macs(psa, 1, 64, 56, 56)).isEqualTo(27_072L * 3136 + 8 * 16);
        var rcab = initial("RCAB", Map.of("n_feat", 64));
        assertThat(rcab.parameters()).isEqualTo(74_436);
        // 169.9 M in the text
        assertThat(macs(rcab, 1, 64, 48, 48)).isEqualTo(2L * 9 * 64 * 64 * 2304 + 512);
        var fca = initial("MultiSpectralAttentionLayer", Map.of("channel", 256, "dct_h", 56, "dct_w", 56));
        assertThat(fca.parameters()).isEqualTo(8_192);
        assertThat(macs(fca, 1, 256, 56, 56)).isEqualTo(811_008);
        var bi = initial("BiAttention", Map.of("channels", 480));
        assertThat(bi.parameters()).isEqualTo(463_770);
        // 122.1 M in the text
        assertThat(macs(bi, 1, 480, 32, 16)).isEqualTo(480L * 30 * 512 + 465 * 512 + 465L * 480 * 512 + 465 * 480);
        var srm = initial("SRM", Map.of("channel", 256));
        assertThat(srm.parameters()).isEqualTo(1024);
        assertThat(macs(srm, 1, 256, 56, 56)).isEqualTo(512);
        var gct = initial("GCT", Map.of("num_channels", 256));
        assertThat(gct.parameters()).isEqualTo(768);
        assertThat(macs(gct, 1, 256, 56, 56)).isEqualTo(256 * 3136);
        var ulsam = initial("ULSAM", Map.of("nin", 512, "num_splits", 4));
        assertThat(ulsam.parameters()).isEqualTo(2_572);
        assertThat(macs(ulsam, 1, 512, 14, 14)).isEqualTo(200_704);
        assertThat(initial("SubSpace", Map.of("nin", 6)).parameters()).isEqualTo(5 * 6 + 3);
    }

    @Test
    void theChainDoesThePapersMacs() {
        assertMacs("SKAttention", Map.of("channel", 64, "kernels", List.of(1, 3, 5), "group", 4));
        assertMacs("PSAModule", Map.of("inplans", 64, "planes", 64, "stride", 2));
        assertMacs("RCAB", Map.of("n_feat", 64, "bn", true));
        assertMacs("ULSAM", Map.of("nin", 64, "num_splits", 8));
        assertMacs("SubSpace", Map.of("nin", 64));
        assertMacs("MultiSpectralAttentionLayer", Map.of("channel", 64, "dct_h", 28, "dct_w", 28));
        assertMacs("BiAttention", Map.of("channels", 64));
        assertMacs("SRM", Map.of("channel", 64));
        assertMacs("GCT", Map.of("num_channels", 64));
    }

    private static void assertMacs(String type, Map<String, ?> settings) {
        var module = initial(type, settings);
        assertThat(cost(module, ChainOptions.evaluation()).macs())
                .describedAs(type)
                .isEqualTo(2 * macs(module, 2, 64, 28, 28));
    }

    private static ChainCost cost(AttentionModule module, ChainOptions options) {
        var chain = TaskChain.named("cost", options);
        var x = chain.input("x", Shape.of(2, 64, 28, 28));
        module.attach(chain, List.of(x)).forEach(chain::output);
        return chain.cost();
    }

    @Test
    void kernelsAndTrafficAreAsStated() {
        long map = 4L * 2 * 64 * 28 * 28;
        // planes of (28 + 2 p + 1) rows of 28 + p for padding p; raw rows are p longer, but for the last
        long raw = 4L * 2 * 64 * (27 * 30 + 28);
        // two convolutions of three kernels, which read the map itself; squeeze; fuse
        long sk = 2 * (map + raw) + atPoints(6, 64, 64, 30) + atPoints(8, 64, 64, 32) + 2 * map + 3 * map;
        assertCost("SKAttention", Map.of("channel", 64, "kernels", List.of(3, 5)), 11, sk, 64 * 64 * 34);
        long padded4 = 4L * 2 * 64 * 37 * 32;
        long raw4 = 4L * 2 * 64 * (27 * 32 + 28);
        assertCost(
                "PSAModule",
                Map.of("inplans", 64, "planes", 64),
                14,
                3 * map + 3 * padded4 + atPoints(6, 64, 16, 30) + atPoints(8, 64, 16, 32) + raw4 + map + 2 * map,
                27_121);
        long padded1 = 4L * 2 * 64 * 31 * 29;
        long raw1 = 4L * 2 * 64 * (27 * 29 + 28);
        long rcab = map + raw1 + map + padded1 + padded1 + raw1 + map + 3 * map + 2 * atPoints(6, 64, 64, 30);
        assertCost("RCAB", Map.of("n_feat", 64), 11, rcab, 74_436);
        assertCost("RCAB", Map.of("n_feat", 64, "bn", true), 11, rcab, 74_436);
        assertCost("ULSAM", Map.of("nin", 64, "num_splits", 4), 4, 5 * map, 4L * 2 * 4 * 784);
        assertCost("ULSAM", Map.of("nin", 64, "num_splits", 16), 4, 5 * map, 4L * 2 * 16 * 784);
        assertCost("SubSpace", Map.of("nin", 64), 4, 5 * map, 2 * 784);
        assertCost("MultiSpectralAttentionLayer", Map.of("channel", 64, "dct_h", 7, "dct_w", 7), 4, 3 * map, 16 * 784);
        assertCost("BiAttention", Map.of("channels", 64), 4, 3 * map + 3 * map / 16, 2 * 64 * 10);
        assertCost("SRM", Map.of("channel", 64), 3, 3 * map, 0);
        assertCost("GCT", Map.of("num_channels", 64), 3, 3 * map, 0);
    }

    /** What a convolution with fewer products writes and reads besides: tiles of four rows, and sums, at each point. */
    private static long atPoints(int points, int inputs, int outputs, int row) {
        long tiles = 4L * 2 * points * inputs * 7 * row;
        long sums = 4L * 2 * points * outputs * (6 * row + 28);
        return 2 * (tiles + sums);
    }

    /** Beside the maps only weights and what is as small: {@code others} floats moved at most four times, and pooled vectors. */
    private static void assertCost(String type, Map<String, ?> settings, int kernels, long bytes, long others) {
        var cost = cost(initial(type, settings), ChainOptions.evaluation());
        assertThat(cost.kernels()).describedAs(type).isEqualTo(kernels);
        assertThat(cost.bytes()).describedAs(type).isBetween(bytes, bytes + 16 * others + 16384);
    }

    @Test
    void trainingTakesStatisticsWithoutAnotherCopyOfTheBranches() {
        var sk = initial("SKAttention", Map.of("channel", 64, "kernels", List.of(3, 5)));
        var evaluation = cost(sk, ChainOptions.evaluation());
        var training = cost(sk, ChainOptions.evaluation().inTraining());
        // moments once for both branches; averages and counter of each
        assertThat(training.kernels()).isEqualTo(evaluation.kernels() + 1 + 2 * 2);
        long map = 4L * 2 * 64 * 28 * 28;
        assertThat(training.bytes() - evaluation.bytes()).isBetween(2 * map, 2 * map + 32768);
    }
}
