package tornado.attention.modules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static tornado.attention.modules.ModuleCheck.against64;
import static tornado.attention.modules.ModuleCheck.cost;
import static tornado.attention.modules.ModuleCheck.initial;
import static tornado.attention.modules.ModuleCheck.input;
import static tornado.attention.modules.ModuleCheck.parameters;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tornado.attention.modules.float64.Array64;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.StepCost;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Weight;
import tornado.attention.testing.RandomCases;

/**
 * Modules that compare positions, tokens or memories: counts, kernels, bytes, random settings, edge cases, refusals.
 */
class AttentionModulesTest {
    private static final ChainOptions EVALUATION = ChainOptions.evaluation();
    private static final ChainOptions TRAINING = EVALUATION.inTraining();

    private static long macs(String type, Map<String, ?> settings, int... shape) {
        return initial(type, settings).macsPerImage(List.of(Shape.of(shape)));
    }

    @Test
    void countsAreThoseOfTheWorkedExamples() {
        var nl = Map.of("in_channels", 1024);
        assertThat(parameters("NonLocal", nl)).isEqualTo(2_099_712);
        assertThat(macs("NonLocal", nl, 1, 1024, 14, 14)).isEqualTo(450_379_776L);
        assertThat(macs("NonLocal", Map.of("in_channels", 1024, "sub_sample", true), 1, 1024, 14, 14))
                .isEqualTo(420_876_288L);
        assertThat(parameters("NonLocal", Map.of("in_channels", 8, "mode", "gaussian")))
                .isEqualTo(2 * 8 * 4 + 4 + 8);
        assertThat(parameters("NonLocal", Map.of("in_channels", 8, "mode", "concatenation")))
                .isEqualTo(4 * 8 * 4 + 3 * 4 + 8 + 2 * 4);
        assertThat(parameters("NonLocal", Map.of("in_channels", 8, "norm", "BN")))
                .isEqualTo(4 * 8 * 4 + 3 * 4 + 2 * 8);
        var snl = Map.of("inplanes", 1024);
        assertThat(parameters("SimplifiedNonLocal", snl)).isEqualTo(1_049_601);
        assertThat(macs("SimplifiedNonLocal", snl, 1, 1024, 14, 14)).isEqualTo(1_449_984);
        assertThat(parameters("ExternalAttention", Map.of("c", 512))).isEqualTo(591_360);
        assertThat(macs("ExternalAttention", Map.of("c", 512), 1, 512, 64, 64)).isEqualTo(2_415_919_104L);
        var mhsa = Map.of("d_model", 512, "d_k", 64, "d_v", 64, "h", 8);
        var tokens = Shape.of(1, 49, 512);
        assertThat(parameters("ScaledDotProductAttention", mhsa)).isEqualTo(1_050_624);
        assertThat(initial("ScaledDotProductAttention", mhsa).macsPerImage(List.of(tokens, tokens, tokens)))
                .isEqualTo(53_838_848L);
        var simple = Map.of("d_model", 512, "h", 8);
        assertThat(parameters("SimplifiedScaledDotProductAttention", simple)).isEqualTo(262_656);
        assertThat(initial("SimplifiedScaledDotProductAttention", simple).macsPerImage(List.of(tokens, tokens, tokens)))
                .isEqualTo(15_303_680L);
        assertThat(parameters("DAModule", Map.of())).isEqualTo(5_772_690);
        assertThat(macs("DAModule", Map.of(), 1, 512, 7, 7)).isEqualTo(311_969_280L);
        var halves = Map.of("d_model", 12, "H", 6, "W", 5);
        assertThat(parameters("PositionAttentionModule", halves)).isEqualTo(9 * 144 + 12 + 4 * 144 + 4 * 12);
        assertThat(parameters("ChannelAttentionModule", halves)).isEqualTo(9 * 144 + 12 + 30 * 30 + 30);
    }

    private static List<String> tasks(AttentionModule module, ChainOptions options, Shape... shapes) {
        return cost(module, options, shapes).steps().stream()
                .map(StepCost::task)
                .toList();
    }

    @Test
    void kernelsAreAsStated() {
        var small = Shape.of(1, 8, 6, 6);
        var large = Shape.of(1, 8, 40, 40);
        var nl = initial("NonLocal", Map.of("in_channels", 8));
        assertThat(tasks(nl, EVALUATION, large)).containsExactly("nl.project", "nl.attention", "nl.out");
        assertThat(tasks(nl, EVALUATION, small))
                .containsExactly(
                        "nl.project", "nl.attention.scores", "nl.attention.softmax", "nl.attention.values", "nl.out");
        assertThat(tasks(nl, EVALUATION.exposingAttention(), large)).hasSize(6).contains("nl.attention.map");
        var pooled = initial("NonLocal", Map.of("in_channels", 8, "sub_sample", true));
        assertThat(tasks(pooled, EVALUATION, Shape.of(1, 8, 80, 80))).hasSize(4).contains("nl.pool");
        var linear = initial("NonLocal", Map.of("in_channels", 8, "mode", "dot_product"));
        assertThat(tasks(linear, EVALUATION, large))
                .containsExactly(
                        "nl.project", "nl.attention.keys", "nl.attention.summary", "nl.attention.queries", "nl.out");
        var additive = initial("NonLocal", Map.of("in_channels", 8, "mode", "concatenation"));
        assertThat(tasks(additive, EVALUATION, large)).containsExactly("nl.project", "nl.attention", "nl.out");
        assertThat(tasks(initial("SimplifiedNonLocal", Map.of("inplanes", 8)), EVALUATION, small))
                .containsExactly("snl.logits", "snl.attention", "snl.context", "snl.value", "snl.add");
        assertThat(tasks(initial("ExternalAttention", Map.of("c", 8)), EVALUATION, small))
                .containsExactly("ea.logits", "ea.softmax", "ea.normalise", "ea.out");
        var tokens = Shape.of(1, 9, 8);
        var mhsa = initial("ScaledDotProductAttention", Map.of("d_model", 8, "d_k", 4, "d_v", 4, "h", 2));
        assertThat(tasks(mhsa, EVALUATION, tokens, tokens, tokens)).hasSize(8);
        var simple = initial("SimplifiedScaledDotProductAttention", Map.of("d_model", 8, "h", 4));
        assertThat(tasks(simple, EVALUATION, tokens, tokens, tokens)).hasSize(5);
        assertThat(tasks(simple, EVALUATION, tokens, tokens, tokens, Shape.of(9)))
                .hasSize(6);
        var many = Shape.of(1, 800, 8);
        assertThat(tasks(simple, EVALUATION, many, many, many)).hasSize(6).contains("ssa.attention");
        // The convolutions of dual attention are 1x1 here, one kernel each.
        var da = initial("DAModule", Map.of("d_model", 8, "kernel_size", 1, "H", 40, "W", 40));
        assertThat(tasks(da, EVALUATION, large)).hasSize(2 + 8);
        var channel = initial("ChannelAttentionModule", Map.of("d_model", 8, "kernel_size", 1, "H", 6, "W", 6));
        assertThat(tasks(channel, EVALUATION, small)).hasSize(1 + 5);
        var position = initial("PositionAttentionModule", Map.of("d_model", 8, "kernel_size", 1, "H", 40, "W", 40));
        assertThat(tasks(position, EVALUATION, large)).hasSize(1 + 3);
    }

    @Test
    void bytesAreAsStatedAndNoLargeMapIsMade() {
        long pixels = 40 * 40;
        var map = Shape.of(1, 32, 40, 40);
        var nl = cost(initial("NonLocal", Map.of("in_channels", 32)), EVALUATION, map);
        assertBytes(nl.bytes(), (12 * 32 + 32 * 16) * pixels, 4 * 4 * 32 * 17 + 4 * 33);
        assertThat(nl.peakDeviceBytes()).isLessThan(4 * pixels * pixels / 4);
        var exposing = cost(initial("NonLocal", Map.of("in_channels", 32)), EVALUATION.exposingAttention(), map);
        assertBytes(exposing.bytes(), (12 * 32 + 32 * 16 + 24 * pixels) * pixels, 4 * 4 * 32 * 17 + 4 * 33);
        assertBytes(
                cost(initial("SimplifiedNonLocal", Map.of("inplanes", 32)), EVALUATION, map)
                        .bytes(),
                (16 * 32 + 16) * pixels,
                4 * (32 * 32 + 8 * 32));
        assertBytes(
                cost(initial("ExternalAttention", Map.of("c", 32, "k", 8)), EVALUATION, map)
                        .bytes(),
                (12 * 32 + 24 * 8) * pixels,
                4 * (2 * 8 * 32 + 8 + 32));
        var position = initial("PositionAttentionModule", Map.of("d_model", 32, "kernel_size", 1, "H", 40, "W", 40));
        assertBytes(cost(position, EVALUATION, map).bytes(), (8 * 32 + 40 * 32) * pixels, 4 * 5 * 32 * 33);
    }

    /** Features, and weights besides them. */
    private static void assertBytes(long bytes, long features, long weights) {
        assertThat(bytes).isBetween(features, features + weights);
    }

    @Test
    void theChainDoesLessThanThePaperCounts() {
        var map = Shape.of(1, 32, 28, 28);
        var linear = initial("NonLocal", Map.of("in_channels", 32, "mode", "dot_product"));
        assertThat(cost(linear, EVALUATION, map).macs())
                .isEqualTo(4L * 32 * 16 * 784 + 2L * 16 * 16 * 784)
                .isLessThan(linear.macsPerImage(List.of(map)) / 3);
        var external = initial("ExternalAttention", Map.of("c", 32, "k", 8));
        assertThat(cost(external, EVALUATION, map).macs()).isEqualTo(2L * 8 * 32 * 784);
        assertThat(cost(external, TRAINING, map).macs()).isEqualTo(external.macsPerImage(List.of(map)));
        var additive = initial("NonLocal", Map.of("in_channels", 32, "mode", "concatenation"));
        assertThat(cost(additive, EVALUATION, map).macs())
                .isEqualTo((2L * 32 * 16 + 2 * 32) * 784 + 784L * 784 * 16)
                .isLessThan(additive.macsPerImage(List.of(map)));
        var embedded = initial("NonLocal", Map.of("in_channels", 32));
        assertThat(cost(embedded, EVALUATION, map).macs()).isEqualTo(embedded.macsPerImage(List.of(map)));
    }

    @Test
    void randomNonLocalBlocksMatchTheReference() {
        RandomCases.repeat(60, random -> {
            int channels = random.between(1, 19);
            boolean pools = random.flag();
            int least = pools ? 2 : 1;
            var settings = new HashMap<String, Object>(Map.of(
                    "in_channels", channels,
                    "reduction", random.between(1, 4),
                    "use_scale", random.flag(),
                    "sub_sample", pools,
                    "mode", random.oneOf("embedded_gaussian", "gaussian", "dot_product", "concatenation")));
            if (random.flag()) {
                settings.put("norm", "BN");
            }
            // Two images, so that a batch norm has at least two values in training mode.
            var x = input(
                    random,
                    "input",
                    random.between(2, 3),
                    channels,
                    random.between(least, 9),
                    random.between(least, 11));
            boolean training = random.flag();
            var options = training ? TRAINING : EVALUATION;
            against64(
                    random,
                    "NonLocal",
                    settings,
                    Map.of("input", x),
                    random.flag() ? options.exposingAttention() : options,
                    training ? 5e-5 : 1e-5);
        });
    }

    /** Maps of more than 8 MiB are not made: the streamed kernel, alone and behind tokens. */
    @Test
    void streamedAttentionMatchesTheReference() {
        RandomCases.repeat(1, random -> {
            var settings = Map.<String, Object>of("in_channels", 4);
            against64(
                    random,
                    "NonLocal",
                    settings,
                    Map.of("input", input(random, "input", 1, 4, 37, 41)),
                    EVALUATION,
                    1e-5);
            var map = Map.of("input", input(random, "input", 1, 3, 37, 41));
            var halves = Map.<String, Object>of("d_model", 3, "kernel_size", 1, "H", 37, "W", 41);
            against64(random, "PositionAttentionModule", halves, map, EVALUATION, 1e-5);
            var tokens = new LinkedHashMap<String, Array64>();
            tokens.put("queries", input(random, "queries", 1, 802, 8));
            tokens.put("keys", input(random, "keys", 1, 799, 8));
            tokens.put("values", input(random, "values", 1, 799, 8));
            against64(
                    random,
                    "SimplifiedScaledDotProductAttention",
                    Map.of("d_model", 8, "h", 4),
                    tokens,
                    EVALUATION,
                    1e-5);
        });
    }

    @Test
    void randomPositionModulesMatchTheReference() {
        RandomCases.repeat(30, random -> {
            int channels = random.between(1, 17);
            int height = random.between(1, 7);
            int width = random.between(1, 9);
            var x = Map.of("input", input(random, "input", random.between(2, 3), channels, height, width));
            boolean training = random.flag();
            var options = training ? TRAINING : EVALUATION;
            double tolerance = training ? 5e-5 : 1e-5;
            against64(random, "SimplifiedNonLocal", Map.of("inplanes", channels), x, options, tolerance);
            against64(
                    random,
                    "ExternalAttention",
                    Map.of("c", channels, "k", random.between(1, 20)),
                    x,
                    options,
                    tolerance);
            var fixed = Map.<String, Object>of(
                    "d_model", channels, "kernel_size", random.oneOf(1, 3, 5), "H", height, "W", width);
            var module = random.oneOf("PositionAttentionModule", "ChannelAttentionModule", "DAModule");
            var eval = random.flag() ? EVALUATION.exposingAttention() : EVALUATION;
            against64(random, module, fixed, x, eval, 1e-5);
        });
    }

    @Test
    void saturatedConstantAndNanMapsBehaveAsInPyTorch() {
        RandomCases.repeat(1, random -> {
            var saturated = Array64.zeros(2, 3, 4, 5);
            var constant = Array64.zeros(2, 3, 4, 5);
            var broken = Array64.zeros(2, 3, 4, 5);
            for (int i = 0; i < saturated.size(); i++) {
                saturated.values()[i] = i % 2 == 0 ? 80 : -80;
                constant.values()[i] = 0.1f;
                broken.values()[i] = i == 7 ? Double.NaN : i;
            }
            for (var map : List.of(saturated, constant, broken)) {
                var inputs = Map.of("input", map);
                for (var mode : List.of("embedded_gaussian", "gaussian", "dot_product", "concatenation")) {
                    // Logits of thousands: what is not the largest key has weight 0 in any precision.
                    against64(random, "NonLocal", Map.of("in_channels", 3, "mode", mode), inputs, EVALUATION, 1e-5);
                }
                against64(random, "SimplifiedNonLocal", Map.of("inplanes", 3), inputs, EVALUATION, 1e-5);
                against64(random, "ExternalAttention", Map.of("c", 3, "k", 5), inputs, EVALUATION, 1e-5);
                against64(random, "DAModule", Map.of("d_model", 3, "H", 4, "W", 5), inputs, EVALUATION, 1e-5);
            }
        });
    }

    @Test
    void onePixelAndOneChannelWork() {
        RandomCases.repeat(3, random -> {
            var pixel = Map.of("input", input(random, "input", 2, 1, 1, 1));
            for (var mode : List.of("embedded_gaussian", "gaussian", "dot_product", "concatenation")) {
                against64(random, "NonLocal", Map.of("in_channels", 1, "mode", mode), pixel, EVALUATION, 1e-5);
            }
            against64(random, "SimplifiedNonLocal", Map.of("inplanes", 1), pixel, EVALUATION, 1e-5);
            against64(random, "ExternalAttention", Map.of("c", 1, "k", 1), pixel, EVALUATION, 1e-5);
            against64(random, "DAModule", Map.of("d_model", 1, "H", 1, "W", 1), pixel, EVALUATION, 1e-5);
        });
    }

    @Test
    void mapsSumToOneAndShowTheirQueries() {
        RandomCases.repeat(5, random -> {
            var x = input(random, "input", 2, 4, 3, 5);
            var run = ModuleCheck.run(initial("NonLocal", Map.of("in_channels", 4)), true, Map.of("input", x));
            assertThat(run.attention()).extracting(a -> a.kind()).containsExactly(AttentionKind.QUERY_KEY_MAP);
            assertThat(run.attention().getFirst().tensor().shape()).isEqualTo(Shape.of(2, 1, 15, 15));
            var map = run.maps().getFirst();
            for (int query = 0; query < 30; query++) {
                double sum = 0;
                for (int key = 0; key < 15; key++) {
                    sum += map[query * 15 + key];
                }
                assertThat(sum).isCloseTo(1, within(1e-5));
            }
            var external =
                    ModuleCheck.run(initial("ExternalAttention", Map.of("c", 4, "k", 3)), true, Map.of("input", x));
            assertThat(external.attention().getFirst().kind()).isEqualTo(AttentionKind.PIXEL_MAP);
            assertThat(external.attention().getFirst().tensor().shape()).isEqualTo(Shape.of(2, 3, 3, 5));
            var da = ModuleCheck.run(
                    initial("DAModule", Map.of("d_model", 4, "H", 3, "W", 5)), true, Map.of("input", x));
            assertThat(da.attention())
                    .extracting(a -> a.tensor().shape())
                    .containsExactly(Shape.of(2, 1, 15, 15), Shape.of(2, 1, 4, 4));
            assertThat(ModuleCheck.run(initial("NonLocal", Map.of("in_channels", 4)), false, Map.of("input", x))
                            .attention())
                    .isEmpty();
        });
    }

    /** The exposed map is f itself: its rows, applied to the values by hand, give what the module adds. */
    @Test
    void theExposedMapIsQueriesByKeys() {
        var weights = new float[] {1f};
        var x = Array64.of(new float[] {1f, 2f, 4f}, 1, 1, 1, 3);
        var module = NonLocal.TYPE.create(
                NonLocal.TYPE.settings(Map.of("in_channels", 1, "mode", "gaussian")),
                Map.of(
                        "g.conv.weight", Weight.of("g", Shape.of(1, 1, 1, 1), weights),
                        "g.conv.bias", Weight.of("b", Shape.of(1), 0f),
                        "conv_out.conv.weight", Weight.of("w", Shape.of(1, 1, 1, 1), weights),
                        "conv_out.conv.bias", Weight.of("c", Shape.of(1), 0f)));
        var run = ModuleCheck.run(module, true, Map.of("input", x));
        var map = run.maps().getFirst();
        // Query 0 has x = 1: its logits are 1, 2, 4.
        double sum = Math.exp(1) + Math.exp(2) + Math.exp(4);
        assertThat((double) map[0]).isCloseTo(Math.exp(1) / sum, within(1e-6));
        assertThat((double) map[2]).isCloseTo(Math.exp(4) / sum, within(1e-6));
        for (int n = 0; n < 3; n++) {
            double y = x.values()[n] + map[3 * n] + 2 * map[3 * n + 1] + 4 * map[3 * n + 2];
            assertThat((double) run.outputs().getFirst()[n]).isCloseTo(y, within(1e-5));
        }
    }

    @Test
    void memoriesOfAFreshModuleAreTied() {
        var weights = initial("ExternalAttention", Map.of("c", 5, "k", 3)).weights();
        var keys = weights.get("linear_0.weight").values();
        var values = weights.get("linear_1.weight").values();
        for (int c = 0; c < 5; c++) {
            for (int k = 0; k < 3; k++) {
                assertThat(values.get(c * 3 + k)).isEqualTo(keys.get(k * 5 + c));
            }
        }
        var untied = initial("ExternalAttention", Map.of("c", 5, "k", 3, "tied", false))
                .weights();
        assertThat(untied.get("linear_1.weight").values().get(3))
                .isNotEqualTo(untied.get("linear_0.weight").values().get(1));
    }

    @Test
    void aFreshNonLocalBlockIsTheIdentity() {
        RandomCases.repeat(1, random -> {
            var x = input(random, "input", 1, 4, 3, 5);
            for (var norm : new String[] {"null", "BN"}) {
                var module = initial("NonLocal", Map.of("in_channels", 4, "norm", norm));
                var y = ModuleCheck.run(module, false, Map.of("input", x))
                        .outputs()
                        .getFirst();
                ModuleCheck.assertClose("identity", y, x.values(), 0);
            }
        });
    }

    private static void refused(String type, Map<String, ?> settings, String sentence) {
        assertThatThrownBy(() -> initial(type, settings)).hasMessage(sentence);
    }

    @Test
    void settingsThatCannotWorkAreRefused() {
        refused("NonLocal", Map.of("in_channels", 0), "Module NonLocal needs in_channels of at least 1, but it is 0.");
        refused(
                "NonLocal",
                Map.of("in_channels", 4, "mode", "cosine"),
                "Module NonLocal knows the modes embedded_gaussian, gaussian, dot_product and concatenation, not 'cosine'.");
        refused(
                "NonLocal",
                Map.of("in_channels", 4, "norm", "LN"),
                "Module NonLocal knows the norm BN or none, not 'LN'.");
        refused(
                "ExternalAttention",
                Map.of("c", 4, "k", 0),
                "Module ExternalAttention needs k of at least 1, but it is 0.");
        refused(
                "SimplifiedScaledDotProductAttention",
                Map.of("d_model", 10, "h", 3),
                "Module SimplifiedScaledDotProductAttention needs a d_model divisible by h, because heads are slices of a token,"
                        + " but they are 10 and 3.");
        refused(
                "ScaledDotProductAttention",
                Map.of("d_model", 4, "d_k", 2, "d_v", 2, "h", 2, "dropout", 1.0),
                "Module ScaledDotProductAttention needs a dropout of at least 0 and below 1, but it is 1.0.");
        assertThatThrownBy(() -> initial("DAModule", Map.of("d_model", 4, "kernel_size", 2)))
                .hasMessageContaining("DAModule")
                .hasMessageContaining("odd kernel_size");
        refused("DAModule", Map.of("d_model", 4, "H", 0), "Module DAModule needs H of at least 1, but it is 0.");
    }

    @Test
    void inputsThatDoNotFitAreRefused() {
        var chain = TaskChain.named("wrong");
        var x = chain.input("x", Shape.of(1, 4, 3, 3));
        var line = chain.input("line", Shape.of(1, 4, 1, 3));
        assertThatThrownBy(() -> initial("DAModule", Map.of("d_model", 4)).attach(chain, List.of(x)))
                .hasMessage("Module DAModule takes 'x' as [any, 4, 7, 7], but its shape is 1x4x3x3.");
        assertThatThrownBy(() -> initial("NonLocal", Map.of("in_channels", 4, "sub_sample", true))
                        .attach(chain, List.of(line)))
                .hasMessageContaining("larger map");
        var simple = initial("SimplifiedScaledDotProductAttention", Map.of("d_model", 4, "h", 2));
        var q = chain.input("q", Shape.of(1, 3, 4));
        var k = chain.input("k", Shape.of(1, 5, 4));
        var mask = chain.input("mask", Shape.of(2, 1, 3, 5));
        assertThatThrownBy(() -> simple.attach(chain, Map.of("queries", q, "keys", k)))
                .hasMessage(
                        "Module SimplifiedScaledDotProductAttention takes the inputs [queries, keys, values, mask, weights, bias]"
                                + " (mask, weights, bias may be absent), but got "
                                + Map.of("queries", q, "keys", k).keySet() + ".");
        assertThatThrownBy(() -> simple.attach(chain, List.of(q, k)))
                .hasMessageContaining(
                        "takes the inputs [queries, keys, values, mask, weights, bias] but got 2 tensors");
        assertThatThrownBy(() -> simple.attach(chain, List.of(q, k, k, mask)))
                .hasMessage("Attention needs its mask broadcastable to [batch, heads, queries, keys] = 1x2x3x5, but its"
                        + " shape is 2x1x3x5.");
        assertThatThrownBy(() -> simple.attach(chain, List.of(q, k, q)))
                .hasMessageContaining("keys and values of as many tokens");
    }
}
