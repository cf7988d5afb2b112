package tornado.attention.modules.float64;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What is known of modules without computing them elsewhere: identities, limits, equalities of two of them, refusals.
 */
class Reference64Test {
    private static final long SEED = 7L;

    private final Random random = new Random(SEED);

    private Array64 random(int... shape) {
        return Array64.zeros(shape).map(zero -> random.nextGaussian());
    }

    private static Array64 run(
            String module, Map<String, Object> config, Map<String, Array64> parameters, Array64... inputs) {
        return Reference64.forward(module, config, parameters, List.of(inputs), false)
                .output();
    }

    @Test
    void squeezeAndExcitationWithZeroWeightsHalves() {
        var x = random(2, 4, 3, 5);
        var parameters = Map.of("fc.0.weight", Array64.zeros(2, 4), "fc.2.weight", Array64.zeros(4, 2));
        assertThat(run("SEAttention", Map.of(), parameters, x)).isEqualTo(x.map(value -> value / 2));
        var empty = Map.of("fc.0.weight", Array64.zeros(0, 4), "fc.2.weight", Array64.zeros(4, 0));
        assertThat(run("SEAttention", Map.of(), empty, x)).isEqualTo(x.map(value -> value / 2));
    }

    @Test
    void gatedTransformationStartsAsIdentityAndKnowsTwoModes() {
        var x = random(1, 3, 2, 2);
        var parameters = new HashMap<String, Array64>();
        parameters.put("alpha", Array64.of(new double[] {1, 1, 1}, 1, 3, 1, 1));
        parameters.put("gamma", Array64.zeros(1, 3, 1, 1));
        parameters.put("beta", Array64.zeros(1, 3, 1, 1));
        assertThat(run("GCT", Map.of("mode", "l1"), parameters, x)).isEqualTo(x);
        assertThatThrownBy(() -> run("GCT", Map.of("mode", "l3"), parameters, x))
                .hasMessageContaining("\"l3\"");
    }

    @Test
    void efficientChannelAttentionCorrelatesNeighbours() {
        var x = Array64.of(new double[] {1, 2, 4}, 1, 3, 1, 1);
        var y = run("ECA", Map.of(), Map.of("conv.weight", Array64.of(new double[] {1, 0, 10}, 1, 1, 3)), x);
        var expected = new double[] {
            1 * Activation64.sigmoid(20), 2 * Activation64.sigmoid(1 + 40), 4 * Activation64.sigmoid(2)
        };
        assertThat(y.values()).containsExactly(expected, within(1e-15));
    }

    @Test
    void theTwoGlobalContextBlocksAreOneFunction() {
        var x = random(2, 6, 3, 4);
        var timm = new HashMap<String, Array64>();
        timm.put("conv_attn.weight", random(1, 6, 1, 1));
        timm.put("conv_attn.bias", random(1));
        for (var branch : List.of("mlp_scale", "mlp_add")) {
            timm.put(branch + ".fc1.weight", random(3, 6, 1, 1));
            timm.put(branch + ".fc1.bias", random(3));
            timm.put(branch + ".norm.weight", random(3));
            timm.put(branch + ".norm.bias", random(3));
            timm.put(branch + ".fc2.weight", random(6, 3, 1, 1));
            timm.put(branch + ".fc2.bias", random(6));
        }
        var official = new HashMap<String, Array64>();
        timm.forEach((name, value) -> official.put(
                name.replace("conv_attn", "conv_mask")
                        .replace("mlp_scale", "channel_mul_conv")
                        .replace("mlp_add", "channel_add_conv")
                        .replace("fc1", "0")
                        .replace("norm", "1")
                        .replace("fc2", "3"),
                value));
        var one = run("GlobalContext", Map.of("fuse_add", true, "norm_eps", 1e-5), timm, x);
        var other = run("ContextBlock2d", Map.of("fusions", List.of("channel_add", "channel_mul")), official, x);
        assertThat(one).isEqualTo(other);
        assertThat(run("GlobalContext", Map.of("fuse_scale", false), timm, x)).isEqualTo(x);
    }

    @Test
    void aNonLocalBlockWhoseLastWeightsAreZeroIsTheIdentity() {
        var x = random(1, 4, 3, 3);
        var parameters = Map.of(
                "g.conv.weight",
                random(2, 4, 1, 1),
                "theta.conv.weight",
                random(2, 4, 1, 1),
                "phi.conv.weight",
                random(2, 4, 1, 1),
                "conv_out.conv.weight",
                Array64.zeros(4, 2, 1, 1));
        assertThat(run("NonLocal", Map.of("mode", "dot_product"), parameters, x))
                .isEqualTo(x);
        assertThatThrownBy(() -> run("NonLocal", Map.of("mode", "cosine"), parameters, x))
                .hasMessageContaining("\"cosine\"");
    }

    @Test
    void aMaskHidesKeysAndAFullyMaskedQueryIsNan() {
        var tokens = random(1, 2, 3);
        var identity = Map.of(
                "fc_o.weight",
                Array64.of(new double[] {1, 0, 0, 0, 1, 0, 0, 0, 1}, 3, 3),
                "fc_o.bias",
                Array64.zeros(3));
        var mask = Array64.of(new boolean[] {false, true, true, true}, 1, 1, 2, 2);
        Map<String, Object> config = Map.of("h", 1);
        var y = run("SimplifiedScaledDotProductAttention", config, identity, tokens, tokens, tokens, mask)
                .values();
        assertThat(Arrays.copyOf(y, 3)).containsExactly(Arrays.copyOf(tokens.values(), 3));
        assertThat(Arrays.copyOfRange(y, 3, 6)).containsOnly(Double.NaN);
        var ones = Array64.of(new double[] {1}, 1, 1, 1, 1);
        var plain = Reference64.forward(
                "SimplifiedScaledDotProductAttention", config, identity, List.of(tokens, tokens, tokens), false);
        var weighted = Reference64.forward(
                "SimplifiedScaledDotProductAttention",
                config,
                identity,
                Arrays.asList(tokens, tokens, tokens, null, ones),
                false);
        assertThat(weighted).isEqualTo(plain);
        assertThatThrownBy(() ->
                        run("SimplifiedScaledDotProductAttention", Map.of("h", 2), identity, tokens, tokens, tokens))
                .hasMessageContaining("2 equal heads");
        assertThatThrownBy(() -> Reference64.forward(
                        "SimplifiedScaledDotProductAttention", config, identity, List.of(tokens, tokens, tokens), true))
                .hasMessageContaining("random in train mode");
    }

    @Test
    void emptyBatchesGiveEmptyResultsAndEmptyPlanesNan() {
        var parameters = Map.of("conv_du.0.weight", random(2, 4, 1, 1), "conv_du.2.weight", random(4, 2, 1, 1));
        for (var module : List.of("CALayer", "SOCA")) {
            assertThat(run(module, Map.of(), parameters, Array64.zeros(0, 4, 3, 5)))
                    .isEqualTo(Array64.zeros(0, 4, 3, 5));
            assertThat(run(module, Map.of(), parameters, Array64.zeros(2, 4, 0, 5)))
                    .isEqualTo(Array64.zeros(2, 4, 0, 5));
        }
        assertThat(Pooling64.globalAverage(Array64.zeros(1, 2, 0, 3)).values()).containsOnly(Double.NaN);
    }

    @Test
    void oneSubspacePixelDoubles() {
        var x = random(2, 2, 1, 1);
        var parameters = new HashMap<String, Array64>();
        parameters.put("conv_dws.weight", random(2, 1, 1, 1));
        parameters.put("conv_point.weight", random(1, 2, 1, 1));
        putNorm(parameters, "bn_dws", 2);
        putNorm(parameters, "bn_point", 1);
        assertThat(run("SubSpace", Map.of(), parameters, x)).isEqualTo(x.map(value -> 2 * value));
    }

    private void putNorm(Map<String, Array64> parameters, String name, int channels) {
        parameters.put(name + ".weight", random(channels));
        parameters.put(name + ".bias", random(channels));
        parameters.put(name + ".running_mean", random(channels));
        parameters.put(name + ".running_var", random(channels).map(value -> value * value + 0.1));
    }

    @Test
    void styleOfOnePixelIsNan() {
        var parameters = new HashMap<String, Array64>();
        parameters.put("cfc.weight", random(3, 1, 2));
        putNorm(parameters, "bn", 3);
        assertThat(run("SRM", Map.of(), parameters, random(2, 3, 1, 1)).values())
                .containsOnly(Double.NaN);
    }

    @Test
    void theCellSquashesItsStateByASigmoid() {
        var parameters = new HashMap<String, Array64>();
        for (var side : List.of("w_ih.0.seq.", "w_hh.0.seq.")) {
            parameters.put(side + "0.weight", Array64.zeros(1, 2));
            parameters.put(side + "2.weight", Array64.zeros(8, 1));
        }
        var c = Array64.of(new double[] {2, -4}, 1, 1, 2);
        var result = Reference64.forward(
                "LSTMCell", Map.of("nlayers", 1), parameters, List.of(random(1, 2), Array64.zeros(1, 1, 2), c), false);
        assertThat(result.outputs().get(1).values()).containsExactly(1, -2);
        assertThat(result.output().values())
                .containsExactly(
                        new double[] {Activation64.sigmoid(1) / 2, Activation64.sigmoid(-2) / 2}, within(1e-15));
    }

    @Test
    void threadsChangeNoDigit() {
        var x = random(2, 32, 40, 40); // large enough for a parallel stream
        var weight = random(32, 32, 1, 1);
        var whole = Convolution64.conv2d(x, weight, null, Convolution64.Geometry.PLAIN);
        for (var n : List.of(0, 799, 1599)) {
            var pixel = Array64.zeros(2, 32, 1, 1);
            for (var i = 0; i < 64; i++) {
                pixel.values()[i] = x.values()[i * 1600 + n];
            }
            var alone = Convolution64.conv2d(pixel, weight, null, Convolution64.Geometry.PLAIN)
                    .values();
            for (var i = 0; i < 64; i++) {
                assertThat(whole.values()[i * 1600 + n]).as("seed " + SEED).isEqualTo(alone[i]);
            }
        }
    }

    @Test
    void mistakesAreNamed() {
        var x = random(1, 4, 2, 2);
        assertThatThrownBy(() -> run("CBAM", Map.of(), Map.of(), x))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"CBAM\"");
        assertThatThrownBy(() -> run("SEAttention", Map.of(), Map.of(), x)).hasMessageContaining("\"fc.0.weight\"");
        assertThatThrownBy(() -> run("SEAttention", Map.of(), Map.of(), x, x))
                .hasMessageContaining("at most the 1 input(s)");
        assertThatThrownBy(() -> Reference64.forward("SEAttention", Map.of(), Map.of(), List.of(), false))
                .hasMessageContaining("\"input\"");
        assertThatThrownBy(() -> Reference64.forward("SEAttention", Map.of(), Map.of(), Map.of("image", x), false))
                .hasMessageContaining("[image]");
        assertThatThrownBy(() -> run("SqrtmLayer", Map.of("iterN", "five"), Map.of(), random(1, 2, 2)))
                .hasMessageContaining("\"iterN\"");
        assertThatThrownBy(() -> run("ULSAM", Map.of("num_splits", 3), Map.of(), x))
                .hasMessageContaining("3 equal subspaces");
        assertThat(Reference64.inputNames("DIAUnit")).containsExactly("input", "org", "ht", "ct");
        assertThat(Reference64.modules()).hasSize(37);
    }
}
