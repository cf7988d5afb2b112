package tornado.attention.modules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static tornado.attention.modules.ModuleCheck.initial;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tornado.attention.modules.float64.Array64;
import tornado.attention.modules.float64.Reference64;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.Plan;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Weight;
import tornado.attention.testing.RandomCases;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * SKAttention, PSAModule, RCAB, SubSpace, ULSAM, MultiSpectralAttentionLayer, BiAttention, SRM and GCT: random settings in both
 * modes against the float64 reference, edge cases, attention.
 */
class ConvolutionalModulesTest {
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
        for (var spec : type.weights(settings)) {
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
