package tornado.attention.modules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tornado.attention.modules.float64.Array64;
import tornado.attention.modules.float64.Reference64;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.ChainCost;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.ChannelStatistics;
import tornado.attention.tasks.Plan;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Weight;
import tornado.attention.testing.RandomCases;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * SKAttention, PSAModule, RCAB, SubSpace, ULSAM, MultiSpectralAttentionLayer, BiAttention, SRM and GCT: counts, kernels, bytes,
 * random settings in both modes against the float64 reference, edge cases, refusals.
 */
class ConvolutionalModulesTest {
    private static AttentionModule initial(String type, Map<String, ?> settings) {
        var t = Catalogue.named(type);
        return t.initial(t.settings(settings), 1);
    }

    private static long macs(AttentionModule module, int... shape) {
        return module.macsPerImage(List.of(Shape.of(shape)));
    }

    @Test
    void countsAreThoseOfTheWorkedExamples() {
        var sk = initial("SKAttention", Map.of("channel", 64, "kernels", List.of(3, 5), "group", 8));
        assertThat(sk.parameters()).isEqualTo(24_096);
        // 13.65 M in the text
        assertThat(macs(sk, 1, 64, 28, 28)).isEqualTo(64 * 8 * (9 + 25) * 784 + 64 * 32 + 2 * 32 * 64);
        var large = SKAttention.TYPE.weights().apply(SKAttention.TYPE.settings(Map.of()));
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
        long padded = 4L * 2 * 64 * 33 * 30;
        long raw = 4L * 2 * 64 * (27 * 30 + 28);
        // pad; two convolutions; squeeze; fuse
        long sk = map + padded + 2 * (padded + raw) + 2 * map + 3 * map;
        assertCost("SKAttention", Map.of("channel", 64, "kernels", List.of(3, 5)), 8, sk, 64 * 64 * 34);
        long padded4 = 4L * 2 * 64 * 37 * 32;
        long raw4 = 4L * 2 * 64 * (27 * 32 + 28);
        assertCost(
                "PSAModule",
                Map.of("inplans", 64, "planes", 64),
                10,
                map + padded4 + 4 * padded4 + raw4 + map + 2 * map,
                27_121);
        long padded1 = 4L * 2 * 64 * 31 * 29;
        long raw1 = 4L * 2 * 64 * (27 * 29 + 28);
        long rcab = map + padded1 + padded1 + raw1 + map + padded1 + padded1 + raw1 + map + 3 * map;
        assertCost("RCAB", Map.of("n_feat", 64), 8, rcab, 74_436);
        assertCost("RCAB", Map.of("n_feat", 64, "bn", true), 8, rcab, 74_436);
        assertCost("ULSAM", Map.of("nin", 64, "num_splits", 4), 4, 5 * map, 4L * 2 * 4 * 784);
        assertCost("ULSAM", Map.of("nin", 64, "num_splits", 16), 4, 5 * map, 4L * 2 * 16 * 784);
        assertCost("SubSpace", Map.of("nin", 64), 4, 5 * map, 2 * 784);
        assertCost("MultiSpectralAttentionLayer", Map.of("channel", 64, "dct_h", 7, "dct_w", 7), 4, 3 * map, 16 * 784);
        assertCost("BiAttention", Map.of("channels", 64), 4, 3 * map + 3 * map / 16, 2 * 64 * 10);
        assertCost("SRM", Map.of("channel", 64), 3, 3 * map, 0);
        assertCost("GCT", Map.of("num_channels", 64), 3, 3 * map, 0);
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

    @Test
    void randomSettingsMatchTheFloat64ReferenceInBothModes() {
        RandomCases.repeat(70, random -> {
            int channels = random.between(1, 4) * random.oneOf(1, 2, 3);
            var shape = Shape.of(random.between(2, 3), channels, random.oneOf(1, 2, 5, 7), random.oneOf(2, 3, 9));
            int divisor = divisor(random, channels);
            switch (random.between(0, 8)) {
                case 0 ->
                    check(
                            random,
                            "SKAttention",
                            shape,
                            Map.of(
                                    "channel",
                                    channels,
                                    "kernels",
                                    random.oneOf(List.of(3), List.of(1, 3), List.of(5, 1, 7), List.of(1, 1, 3, 3)),
                                    "group",
                                    divisor,
                                    "reduction",
                                    random.between(1, 4),
                                    "L",
                                    random.between(1, 8)));
                case 1 -> {
                    int inputs = random.between(1, 3) * 2;
                    check(
                            random,
                            "PSAModule",
                            Shape.of(2, inputs, shape.height() + 1, shape.width()),
                            Map.of(
                                    "inplans",
                                    inputs,
                                    "planes",
                                    random.oneOf(64, 67, 96),
                                    "conv_kernels",
                                    random.oneOf(List.of(3, 5, 7, 9), List.of(1, 1, 3, 5)),
                                    "conv_groups",
                                    List.of(1, 2, 1, 2),
                                    "stride",
                                    random.between(1, 3)));
                }
                case 2 ->
                    check(
                            random,
                            "RCAB",
                            shape,
                            Map.of(
                                    "n_feat", channels,
                                    "kernel_size", random.oneOf(1, 3, 5),
                                    "reduction", divisor,
                                    "bias", random.flag(),
                                    "bn", random.flag()));
                case 3 -> check(random, "ULSAM", shape, Map.of("nin", channels, "num_splits", divisor));
                case 4 -> check(random, "SubSpace", shape, Map.of("nin", channels));
                case 5 ->
                    check(
                            random,
                            "BiAttention",
                            shape,
                            Map.of("channels", channels, "reduction", random.between(1, channels)));
                case 6 -> check(random, "SRM", shape, Map.of("channel", channels));
                case 7 ->
                    check(
                            random,
                            "GCT",
                            shape,
                            Map.of(
                                    "num_channels", channels,
                                    "mode", random.oneOf("l1", "l2"),
                                    "after_relu", random.flag(),
                                    "epsilon", random.oneOf(1e-5, 0.1)));
                default -> {
                    int count = random.oneOf(1, 2, 4, 8, 16, 32);
                    check(
                            random,
                            "MultiSpectralAttentionLayer",
                            Shape.of(2, count * 2, shape.height(), shape.width()),
                            Map.of(
                                    "channel",
                                    count * 2,
                                    "dct_h",
                                    random.between(1, 15),
                                    "dct_w",
                                    random.between(1, 15),
                                    "reduction",
                                    2,
                                    "freq_sel_method",
                                    random.oneOf("top", "low", "bot") + count));
                }
            }
        });
    }

    private static int divisor(RandomCases random, int n) {
        int d = random.between(1, n);
        return n % d == 0 ? d : 1;
    }

    private record Given(Map<String, Weight> weights, Map<String, Array64> parameters) {}

    /** Random weights; variances are positive, computed buffers stay what they are. */
    private static Given weights(RandomCases random, ModuleType type, Settings settings) {
        var weights = new LinkedHashMap<String, Weight>();
        var parameters = new LinkedHashMap<String, Array64>();
        var fresh = type.initial(settings, 1).weights();
        for (var spec : type.weights().apply(settings)) {
            var values = spec.name().startsWith("dct_layer")
                    ? fresh.get(spec.name()).values().toHeapArray()
                    : random.normals(spec.shape().elementsOf(spec.name()));
            for (int i = 0; i < values.length && !spec.name().startsWith("dct_layer"); i++) {
                values[i] = spec.kind() == WeightSpec.Kind.COUNTER
                        ? 5
                        : spec.name().endsWith("running_var") ? 0.5f + values[i] * values[i] : 0.5f * values[i];
            }
            weights.put(spec.name(), Weight.of(spec.name(), spec.shape(), values));
            parameters.put(spec.name(), new Array64(spec.shape().dims(), doubles(values)));
        }
        return new Given(weights, parameters);
    }

    private static void check(RandomCases random, String name, Shape shape, Map<String, Object> given) {
        var type = Catalogue.named(name);
        var settings = type.settings(given);
        var weights = weights(random, type, settings);
        boolean training = random.flag();
        var input = random.normal(shape.elementsOf("x"));
        var expected = Reference64.forward(
                name,
                settings.asMap(),
                weights.parameters(),
                List.of(new Array64(shape.dims(), doubles(input.toHeapArray()))),
                training);
        var options = training ? ChainOptions.evaluation().inTraining() : ChainOptions.evaluation();
        var chain = TaskChain.named("random", random.flag() ? options.exposingAttention() : options);
        var x = chain.input("x", shape);
        chain.output(type.create(settings, weights.weights())
                .attach(chain, List.of(x))
                .getFirst());
        try (var plan = chain.plan()) {
            plan.run(input);
            var what = name + " " + settings + " " + shape + (training ? " training" : "");
            assertClose(
                    what,
                    plan.read(plan.outputs().getFirst()),
                    expected.outputs().getFirst().values());
            if (training) {
                assertAfter(what, plan, expected.after());
            }
        }
    }

    private static void assertAfter(String what, Plan plan, Map<String, Array64> after) {
        var weights = plan.weights();
        assertThat(weights).describedAs(what).hasSameSizeAs(after);
        after.forEach((name, values) -> {
            var key = weights.keySet().stream()
                    .filter(k -> k.endsWith("." + name))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no " + name + " in " + weights.keySet()));
            assertClose(what + " " + name, weights.get(key).values().toHeapArray(), values.values());
        });
    }

    private static void assertClose(String what, float[] actual, double[] truth) {
        assertThat(actual).describedAs(what).hasSameSizeAs(truth);
        double scale = 0;
        for (double v : truth) {
            scale = Double.isNaN(v) ? scale : Math.max(scale, Math.abs(v));
        }
        for (int i = 0; i < actual.length; i++) {
            if (Double.isNaN(truth[i])) {
                assertThat(actual[i]).describedAs("%s element %d", what, i).isNaN();
            } else {
                assertThat((double) actual[i])
                        .describedAs("%s element %d", what, i)
                        // Batch statistics over few values amplify rounding by up to 1 / sqrt(eps + var).
                        .isCloseTo(truth[i], within(5e-5 * scale + 1e-12));
            }
        }
    }

    private static double[] doubles(float[] values) {
        var out = new double[values.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = values[i];
        }
        return out;
    }

    /** Runs a module with random weights on an input and compares, NaN for NaN. */
    private static void checkInput(
            RandomCases random, String name, Map<String, ?> given, Shape shape, FloatArray input) {
        var type = Catalogue.named(name);
        var settings = type.settings(given);
        var weights = weights(random, type, settings);
        var expected = Reference64.forward(
                name,
                settings.asMap(),
                weights.parameters(),
                List.of(new Array64(shape.dims(), doubles(input.toHeapArray()))),
                false);
        var chain = TaskChain.named("edge");
        var x = chain.input("x", shape);
        chain.output(type.create(settings, weights.weights())
                .attach(chain, List.of(x))
                .getFirst());
        try (var plan = chain.plan()) {
            plan.run(input);
            assertClose(
                    name + " " + shape,
                    plan.read(plan.outputs().getFirst()),
                    expected.outputs().getFirst().values());
        }
    }

    private static final Map<String, Map<String, ?>> SMALL = Map.of(
            "SKAttention", Map.of("channel", 4, "kernels", List.of(1, 3), "reduction", 2, "L", 2),
            "PSAModule", Map.of("inplans", 4, "planes", 64, "conv_groups", List.of(1, 2, 4, 1)),
            "RCAB", Map.of("n_feat", 4, "reduction", 2),
            "ULSAM", Map.of("nin", 4, "num_splits", 2),
            "SubSpace", Map.of("nin", 4),
            "MultiSpectralAttentionLayer",
                    Map.of("channel", 4, "dct_h", 7, "dct_w", 7, "reduction", 2, "freq_sel_method", "top2"),
            "BiAttention", Map.of("channels", 4, "reduction", 2),
            "SRM", Map.of("channel", 4),
            "GCT", Map.of("num_channels", 4, "mode", "l1"));

    @Test
    void onePixelConstantSaturatedAndNanInputsAreThoseOfTheReference() {
        RandomCases.repeat(
                3,
                random -> SMALL.forEach((name, settings) -> {
                    checkInput(random, name, settings, Shape.of(2, 4, 1, 1), random.normal(8));
                    var shape = Shape.of(1, 4, 3, 5);
                    var constant = new FloatArray(60);
                    constant.init(0.75f);
                    checkInput(random, name, settings, shape, constant);
                    checkInput(random, name, settings, shape, new FloatArray(60));
                    var large = random.normal(60);
                    var poisoned = random.normal(60);
                    for (int i = 0; i < 60; i++) {
                        large.set(i, 80 * large.get(i));
                    }
                    poisoned.set(17, Float.NaN);
                    checkInput(random, name, settings, shape, large);
                    checkInput(random, name, settings, shape, poisoned);
                }));
    }

    @Test
    void aSinglePixelGivesNanInSrmAndTwiceItselfInUlsam() {
        var one = Shape.of(1, 3, 1, 1);
        var input = FloatArray.fromElements(1f, -2f, 3f);
        assertThat(run(initial("SRM", Map.of("channel", 3)), one, input)).containsOnly(Float.NaN);
        assertThat(run(initial("SRM", Map.of("channel", 3, "eps", 1e-5)), one, input))
                .containsOnly(Float.NaN);
        assertThat(run(initial("ULSAM", Map.of("nin", 3, "num_splits", 3)), one, input))
                .containsExactly(2f, -4f, 6f);
    }

    private static float[] run(AttentionModule module, Shape shape, FloatArray input) {
        var chain = TaskChain.named("run");
        var x = chain.input("x", shape);
        chain.output(module.attach(chain, List.of(x)).getFirst());
        try (var plan = chain.plan()) {
            plan.run(input);
            return plan.read(plan.outputs().getFirst());
        }
    }

    @Test
    void aFreshGctIsTheIdentity() {
        RandomCases.repeat(2, random -> {
            var input = random.normal(2 * 5 * 12);
            assertThat(run(initial("GCT", Map.of("num_channels", 5)), Shape.of(2, 5, 3, 4), input))
                    .containsExactly(input.toHeapArray());
        });
    }

    @Test
    void poolingFoldedIntoTheFiltersIsPoolingAndThenTheFilters() {
        RandomCases.repeat(20, random -> {
            var selection = FrequencySelection.named(random.oneOf("top8", "low16", "bot4"));
            int height = random.between(1, 16);
            int width = random.between(1, 16);
            var shape = Shape.of(2, selection.count() * 2, random.between(1, 17), random.between(1, 17));
            var chain = TaskChain.named("dct");
            var x = chain.input("x", shape);
            var pooled = ChannelStatistics.adaptiveAverage(chain, "pool", x, height, width);
            var own = selection.filtersFor(height, width, height, width);
            var folded = selection.filtersFor(height, width, shape.height(), shape.width());
            chain.output(ChannelStatistics.filtered(chain, "two", pooled, own));
            chain.output(ChannelStatistics.filtered(chain, "one", x, folded));
            try (var plan = chain.plan()) {
                plan.run(random.normal(x.elements()));
                var two = plan.read(plan.outputs().get(0));
                var one = plan.read(plan.outputs().get(1));
                for (int i = 0; i < one.length; i++) {
                    assertThat(one[i]).isCloseTo(two[i], within(1e-4f));
                }
            }
        });
    }

    @Test
    void thereAreEighteenFrequencySelections() {
        int selections = 0;
        for (var kind : List.of("top", "low", "bot")) {
            for (int count : new int[] {1, 2, 4, 8, 16, 32}) {
                assertThat(FrequencySelection.named(kind + count).count()).isEqualTo(count);
                selections++;
            }
        }
        assertThat(selections).isEqualTo(18);
        assertThatThrownBy(() -> FrequencySelection.named("top3"))
                .hasMessage(
                        "There is no frequency selection 'top3'; use top, low or bot with 1, 2, 4, 8, 16 or 32, such as"
                                + " top16.");
    }

    @Test
    void attentionIsOfItsKind() {
        assertAttention("SKAttention", AttentionKind.BRANCH_WEIGHTS, Shape.of(2, 2, 4));
        assertAttention("PSAModule", AttentionKind.BRANCH_WEIGHTS, Shape.of(2, 4, 16));
        assertAttention("RCAB", AttentionKind.CHANNEL_GATE, Shape.of(2, 4));
        assertAttention("ULSAM", AttentionKind.PIXEL_MAP, Shape.of(2, 2, 3, 5));
        assertAttention("SubSpace", AttentionKind.PIXEL_MAP, Shape.of(2, 1, 3, 5));
        assertAttention("MultiSpectralAttentionLayer", AttentionKind.CHANNEL_GATE, Shape.of(2, 4));
        assertAttention("BiAttention", AttentionKind.PIXEL_MAP, Shape.of(2, 4, 3, 5));
        assertAttention("SRM", AttentionKind.CHANNEL_GATE, Shape.of(2, 4));
        assertAttention("GCT", AttentionKind.CHANNEL_GATE, Shape.of(2, 4));
    }

    private static void assertAttention(String name, AttentionKind kind, Shape shape) {
        var chain = TaskChain.named("attention", ChainOptions.evaluation().exposingAttention());
        var x = chain.input("x", Shape.of(2, 4, 3, 5));
        chain.output(initial(name, SMALL.get(name)).attach(chain, List.of(x)).getFirst());
        try (var plan = chain.plan()) {
            RandomCases.repeat(1, random -> plan.run(random.normal(x.elements())));
            assertThat(plan.attention()).hasSize(1);
            var attention = plan.attention().getFirst();
            assertThat(attention.kind()).isEqualTo(kind);
            assertThat(attention.tensor().shape()).isEqualTo(shape);
            var values = plan.read(attention.tensor());
            if (kind == AttentionKind.BRANCH_WEIGHTS) {
                int channels = shape.dim(2);
                double sum = 0;
                for (int k = 0; k < shape.dim(1); k++) {
                    sum += values[k * channels];
                }
                assertThat(sum).isCloseTo(1, within(1e-5));
            }
            for (float v : values) {
                assertThat(v).isBetween(0f, 2f);
            }
        }
    }

    @Test
    void settingsThatCannotWorkAreRefused() {
        refused(
                "SKAttention",
                Map.of("channel", 10, "group", 4),
                "needs channel divisible by group, but channel is 10");
        refused("SKAttention", Map.of("channel", 8, "kernels", List.of(3, 4)), "needs odd kernels");
        refused("SKAttention", Map.of("channel", 8, "kernels", List.of()), "number of kernels of at least 1");
        refused("PSAModule", Map.of("inplans", 64, "planes", 63), "needs planes of at least 64");
        refused("PSAModule", Map.of("inplans", 6, "planes", 64), "needs inplans divisible by conv_groups");
        refused("PSAModule", Map.of("inplans", 48, "planes", 72), "needs planes / 4 divisible by conv_groups");
        refused(
                "PSAModule",
                Map.of("inplans", 64, "planes", 64, "conv_kernels", List.of(3, 5, 7)),
                "needs four conv_kernels");
        refused("PSAModule", Map.of("inplans", 64, "planes", 64, "conv_kernels", List.of(2, 3, 5, 7)), "needs odd");
        refused("RCAB", Map.of("n_feat", 8), "has a hidden width of 0");
        refused("RCAB", Map.of("n_feat", 16, "kernel_size", 4), "needs odd kernel_size");
        refused("ULSAM", Map.of("nin", 10, "num_splits", 4), "needs nin divisible by num_splits");
        refused("ULSAM", Map.of("nin", 10), "needs the setting 'num_splits'");
        refused("BiAttention", Map.of("channels", 8), "has a hidden width of 0");
        refused("GCT", Map.of("num_channels", 8, "mode", "l3"), "knows the modes l2 and l1, not 'l3'");
        refused("SRM", Map.of("channel", 0), "channel of at least 1");
        refused("SRM", Map.of("channel", 4, "eps", -1), "needs eps of at least 0");
        var fca = Map.of("channel", 24, "dct_h", 7, "dct_w", 7);
        refused("MultiSpectralAttentionLayer", fca, "needs channel divisible by the number of frequencies");
        refused(
                "MultiSpectralAttentionLayer",
                Map.of("channel", 32, "dct_h", 7, "dct_w", 7, "freq_sel_method", "mid4"),
                "There is no frequency selection 'mid4'");
    }

    private static void refused(String type, Map<String, ?> settings, String sentence) {
        assertThatThrownBy(() -> initial(type, settings))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(sentence)
                .hasMessageEndingWith(".");
    }

    @Test
    void filtersOfOtherFrequenciesAreRefused() {
        var type = MultiSpectralAttentionLayer.TYPE;
        var top =
                type.settings(Map.of("channel", 4, "dct_h", 7, "dct_w", 7, "reduction", 2, "freq_sel_method", "top4"));
        var low =
                type.settings(Map.of("channel", 4, "dct_h", 7, "dct_w", 7, "reduction", 2, "freq_sel_method", "low4"));
        var weights = new LinkedHashMap<String, Weight>();
        var module = type.initial(top, 1);
        module.weights().names().forEach(n -> weights.put(n, module.weights().get(n)));
        assertThat(type.create(top, weights).parameters()).isEqualTo(16);
        assertThatThrownBy(() -> type.create(low, weights))
                .hasMessageContaining("with low4 does not fit 'dct_layer.weight'")
                .hasMessageContaining("give the freq_sel_method, dct_h and dct_w that the weights were made with");
    }

    @Test
    void trainingOnOneImageIsRefusedWhereNothingIsLeftToNormaliseOver() {
        for (var name : List.of("SRM", "BiAttention")) {
            var chain = TaskChain.named("one", ChainOptions.evaluation().inTraining());
            var x = chain.input("x", Shape.of(1, 4, 3, 5));
            var module = initial(name, SMALL.get(name));
            assertThatThrownBy(() -> module.attach(chain, List.of(x)))
                    .hasMessageContaining("over a single value")
                    .hasMessageContaining("use a larger batch");
        }
    }
}
