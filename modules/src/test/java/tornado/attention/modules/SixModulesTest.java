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
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.StepCost;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Weight;
import tornado.attention.testing.RandomCases;

/** The modules of the first release: counts, kernels, options, random shapes against the float64 reference. */
class SixModulesTest {
    private static AttentionModule initial(String type, Map<String, ?> settings) {
        var t = Catalogue.named(type);
        return t.initial(t.settings(settings), 1);
    }

    @Test
    void countsAreThoseOfTheWorkedExamples() {
        var map = Shape.of(1, 256, 56, 56);
        var gc = initial("GlobalContext", Map.of("channels", 256));
        assertThat(gc.parameters()).isEqualTo(16_993);
        assertThat(gc.macsPerImage(List.of(map))).isEqualTo(1_622_016);
        var block = initial("ContextBlock2d", Map.of("inplanes", 256, "planes", 16));
        assertThat(block.parameters()).isEqualTo(8_753);
        assertThat(block.macsPerImage(List.of(map))).isEqualTo(1_613_824);
        var se = initial("SEAttention", Map.of());
        assertThat(se.parameters()).isEqualTo(32_768);
        assertThat(se.macsPerImage(List.of(Shape.of(1, 512, 28, 28)))).isEqualTo(32_768);
        var eca = initial("ECA", Map.of("k_size", 5));
        assertThat(eca.parameters()).isEqualTo(5);
        assertThat(eca.macsPerImage(List.of(Shape.of(1, 512, 28, 28)))).isEqualTo(2_560);
        var ca = initial("CALayer", Map.of("channel", 64));
        assertThat(ca.parameters()).isEqualTo(580);
        assertThat(ca.macsPerImage(List.of(Shape.of(1, 64, 48, 48)))).isEqualTo(512);
        var weight = initial("SEWeightModule", Map.of("channels", 32));
        assertThat(weight.parameters()).isEqualTo(2 * 32 * 2 + 2 + 32);
    }

    @Test
    void theChainCountsAtLeastThePapersMacs() {
        var gc = initial("GlobalContext", Map.of("channels", 256));
        var chain = TaskChain.named("gc");
        var x = chain.input("x", Shape.of(2, 256, 14, 14));
        gc.attach(chain, List.of(x)).forEach(chain::output);
        assertThat(chain.cost().macs()).isEqualTo(2 * gc.macsPerImage(List.of(x.shape())));
        assertThat(chain.cost().steps())
                .extracting(StepCost::task)
                .containsExactly(
                        "gc.logits",
                        "gc.attention",
                        "gc.context",
                        "gc.transform.fc1",
                        "gc.transform.norm",
                        "gc.transform.fc2",
                        "gc.fuse");
    }

    @Test
    void kernelsAndTrafficAreAsStated() {
        assertThat(cost("SEAttention", Map.of("channel", 64)).kernels()).isEqualTo(4);
        assertThat(cost("CALayer", Map.of("channel", 64)).kernels()).isEqualTo(4);
        assertThat(cost("ECA", Map.of()).kernels()).isEqualTo(3);
        assertThat(cost("SEWeightModule", Map.of("channels", 64)).kernels()).isEqualTo(3);
        assertThat(cost("GlobalContext", Map.of("channels", 64)).kernels()).isEqualTo(7);
        assertThat(cost("GlobalContext", Map.of("channels", 64, "fuse_add", true))
                        .kernels())
                .isEqualTo(10);
        long map = 4L * 64 * 28 * 28;
        assertThat(cost("SEAttention", Map.of("channel", 64)).bytes()).isBetween(3 * map, 3 * map + 8192);
        assertThat(cost("GlobalContext", Map.of("channels", 64)).bytes()).isBetween(4 * map, 4 * map + 32768);
    }

    private static ChainCost cost(String type, Map<String, ?> settings) {
        var chain = TaskChain.named("cost");
        var x = chain.input("x", Shape.of(1, 64, 28, 28));
        initial(type, settings).attach(chain, List.of(x)).forEach(chain::output);
        return chain.cost();
    }

    @Test
    void adaptiveKernelSizesAreThePapers() {
        assertThat(List.of(1, 2, 4, 64, 128, 256, 512, 1024, 2048))
                .map(ECA::adaptiveKernelSize)
                .containsExactly(1, 1, 1, 3, 5, 5, 5, 5, 7);
    }

    @Test
    void hiddenWidthsRoundAsTimmDoes() {
        assertThat(Reduction.makeDivisible(13 * .25, 1)).isEqualTo(3);
        assertThat(Reduction.makeDivisible(40 * .2, 8)).isEqualTo(8);
        assertThat(Reduction.makeDivisible(4 * .125, 1)).isEqualTo(1);
    }

    @Test
    void randomShapesAndSettingsMatchTheFloat64Reference() {
        RandomCases.repeat(40, random -> {
            int channels = random.between(1, 37);
            var shape = Shape.of(
                    random.between(1, 4), channels, random.oneOf(1, 1, 2, 5, 7, 13), random.oneOf(1, 2, 3, 9, 16));
            switch (random.between(0, 5)) {
                case 0 ->
                    check(
                            random,
                            "GlobalContext",
                            shape,
                            Map.of(
                                    "channels", channels,
                                    "use_attn", random.flag(),
                                    "fuse_add", random.flag(),
                                    "fuse_scale", random.flag(),
                                    "rd_channels", random.between(2, 9),
                                    "act_layer", random.oneOf("relu", "silu", "gelu"),
                                    "gate_layer", random.oneOf("sigmoid", "tanh", "hard_sigmoid")));
                case 1 ->
                    check(
                            random,
                            "ContextBlock2d",
                            shape,
                            Map.of(
                                    "inplanes", channels,
                                    "planes", random.between(2, 9),
                                    "pool", random.oneOf("att", "avg"),
                                    "fusions",
                                            random.oneOf(
                                                    List.of("channel_add"),
                                                    List.of("channel_mul"),
                                                    List.of("channel_add", "channel_mul"))));
                case 2 ->
                    check(
                            random,
                            "SEAttention",
                            shape,
                            Map.of("channel", channels, "reduction", random.between(1, channels)));
                case 3 ->
                    check(
                            random,
                            "CALayer",
                            shape,
                            Map.of("channel", channels, "reduction", random.between(1, channels)));
                case 4 ->
                    check(
                            random,
                            "SEWeightModule",
                            shape,
                            Map.of("channels", channels, "reduction", random.between(1, channels)));
                default -> check(random, "ECA", shape, Map.of("channel", channels, "k_size", random.oneOf(1, 3, 5, 9)));
            }
        });
    }

    private static void check(RandomCases random, String name, Shape shape, Map<String, Object> given) {
        var type = Catalogue.named(name);
        var settings = type.settings(given);
        var weights = new LinkedHashMap<String, Weight>();
        var parameters = new LinkedHashMap<String, Array64>();
        for (var spec : type.weights(settings)) {
            var values = random.normals(spec.shape().elementsOf(spec.name()));
            weights.put(spec.name(), Weight.of(spec.name(), spec.shape(), values));
            parameters.put(spec.name(), new Array64(spec.shape().dims(), doubles(values)));
        }
        var input = random.normal(shape.elementsOf("x"));
        var expected = Reference64.forward(
                name,
                settings.asMap(),
                parameters,
                List.of(new Array64(shape.dims(), doubles(input.toHeapArray()))),
                false);
        var chain = TaskChain.named("random");
        var x = chain.input("x", shape);
        chain.output(type.create(settings, weights).attach(chain, List.of(x)).getFirst());
        try (var plan = chain.plan()) {
            plan.run(input);
            var actual = plan.read(plan.outputs().getFirst());
            var truth = expected.outputs().getFirst().values();
            assertThat(actual).hasSameSizeAs(truth);
            double scale = 0;
            for (double v : truth) {
                scale = Math.max(scale, Math.abs(v));
            }
            for (int i = 0; i < actual.length; i++) {
                assertThat(Math.abs(actual[i] - truth[i]))
                        .describedAs(
                                "%s %s %s element %d: %s instead of %s", name, settings, shape, i, actual[i], truth[i])
                        // Layer norms over two to nine values amplify rounding by up to 1 / sqrt(eps + var).
                        .isLessThanOrEqualTo(5e-5 * scale);
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

    @Test
    void attentionComesDownWhenAskedFor() {
        var chain = TaskChain.named("maps", ChainOptions.evaluation().exposingAttention());
        var x = chain.input("x", Shape.of(2, 8, 3, 5));
        chain.output(initial("GlobalContext", Map.of("channels", 8))
                .attach(chain, List.of(x))
                .getFirst());
        try (var plan = chain.plan()) {
            RandomCases.repeat(1, random -> plan.run(random.normal(x.elements())));
            assertThat(plan.attention())
                    .extracting(a -> a.kind())
                    .containsExactly(AttentionKind.PIXEL_MAP, AttentionKind.CHANNEL_GATE);
            var map = plan.read(plan.attention().getFirst().tensor());
            double first = 0;
            for (int i = 0; i < 15; i++) {
                first += map[i];
            }
            assertThat(first).isCloseTo(1, within(1e-5));
        }
    }

    @Test
    void withoutFusionsGlobalContextIsTheIdentity() {
        var chain = TaskChain.named("none");
        var x = chain.input("x", Shape.of(1, 4, 2, 2));
        var module = initial("GlobalContext", Map.of("channels", 4, "fuse_scale", false));
        chain.output(module.attach(chain, List.of(x)).getFirst());
        try (var plan = chain.plan()) {
            RandomCases.repeat(1, random -> {
                var input = random.normal(16);
                assertThat(plan.run(input).toHeapArray()).containsExactly(input.toHeapArray());
            });
        }
    }

    @Test
    void settingsThatCannotWorkAreRefused() {
        assertThatThrownBy(() -> initial("SEAttention", Map.of("channel", 8, "reduction", 16)))
                .hasMessage(
                        "Module SEAttention with 8 channels and reduction 16 has a hidden width of 0; use a reduction of at most 8.");
        assertThatThrownBy(() -> initial("ECA", Map.of("k_size", 4))).hasMessageContaining("odd k_size");
        assertThatThrownBy(() -> initial("ContextBlock2d", Map.of("inplanes", 8, "planes", 0)))
                .hasMessageContaining("planes");
        assertThatThrownBy(() -> initial("ContextBlock2d", Map.of("inplanes", 8, "planes", 2, "fusions", List.of())))
                .hasMessageContaining("at least one of the fusions");
        assertThatThrownBy(() -> initial("ContextBlock2d", Map.of("inplanes", 8, "planes", 2, "pool", "max")))
                .hasMessage("Module ContextBlock2d knows the pools att and avg, not 'max'.");
        assertThatThrownBy(() -> initial("GlobalContext", Map.of("channels", 8, "act_layer", "mish")))
                .hasMessageContaining("There is no activation 'mish'");
        assertThatThrownBy(() -> initial("GlobalContext", Map.of("channel", 8)))
                .hasMessageContaining("has no setting 'channel'; it has channels, use_attn");
        assertThatThrownBy(() -> initial("GlobalContext", Map.of()))
                .hasMessage("Module GlobalContext needs the setting 'channels'.");
        assertThatThrownBy(() -> initial("GlobalContext", Map.of("channels", "many")))
                .hasMessage("Setting 'channels' takes an integer, not 'many'.");
        assertThatThrownBy(() -> Catalogue.named("Nothing"))
                .hasMessageContaining("There is no module 'Nothing'; there are GlobalContext");
    }

    @Test
    void wrongChannelsAreRefused() {
        var chain = TaskChain.named("wrong");
        var x = chain.input("x", Shape.of(1, 5, 3, 3));
        assertThatThrownBy(() -> initial("SEAttention", Map.of("channel", 64)).attach(chain, List.of(x)))
                .hasMessage(
                        "Module SEAttention was made for 64 channels and takes [batch, 64, height, width], but 'x' has shape 1x5x3x3.");
    }

    @Test
    void aCounterOfBatchesMayBeAbsent() {
        var type = Catalogue.named("SRM");
        var settings = type.settings(Map.of("channel", 4));
        var module = type.initial(settings, 1);
        var given = new LinkedHashMap<String, Weight>();
        module.weights()
                .names()
                .forEach(name -> given.put(name, module.weights().get(name)));
        var counter = given.keySet().stream()
                .filter(name -> name.endsWith("num_batches_tracked"))
                .findFirst()
                .orElseThrow();
        given.remove(counter);
        assertThat(type.create(settings, given).weights().get(counter).values().get(0))
                .isZero();
        given.remove(counter.replace("num_batches_tracked", "running_var"));
        assertThatThrownBy(() -> type.create(settings, given))
                .isInstanceOf(WeightsException.class)
                .hasMessageContaining("running_var")
                .hasMessageNotContaining("num_batches_tracked");
    }

    @Test
    void weightsThatDoNotFitAreListedAllAtOnce() {
        var type = SEAttention.TYPE;
        var settings = type.settings(Map.of("channel", 4, "reduction", 2));
        assertThatThrownBy(() -> type.create(
                        settings,
                        Map.of(
                                "fc.0.weight", Weight.of("fc.0.weight", Shape.of(4, 2), new float[8]),
                                "extra", Weight.of("extra", Shape.of(1), 1f))))
                .isInstanceOf(WeightsException.class)
                .hasMessageContaining("unknown 'extra'")
                .hasMessageContaining("'fc.0.weight' has shape 4x2 instead of 2x4")
                .hasMessageContaining("missing 'fc.2.weight' of shape 4x2");
        assertThatThrownBy(() -> type.create(
                        settings,
                        Map.of(
                                "fc.0.weight", Weight.of("fc.0.weight", Shape.of(2, 4), 1, 2, 3, Float.NaN, 5, 6, 7, 8),
                                "fc.2.weight", Weight.of("fc.2.weight", Shape.of(4, 2), new float[8]))))
                .hasMessageContaining("'fc.0.weight' holds NaN at index 3");
    }

    @Test
    void initialisationsAreThePapers() {
        var block = initial("ContextBlock2d", Map.of("inplanes", 8, "planes", 2));
        assertThat(block.weights().get("channel_add_conv.3.weight").values().toHeapArray())
                .containsOnly(0f);
        assertThat(block.weights().get("channel_add_conv.1.weight").values().toHeapArray())
                .containsOnly(1f);
        var se = SEAttention.initial(64, 7);
        for (float v : se.weights().get("fc.0.weight").values().toHeapArray()) {
            assertThat(Math.abs(v)).isLessThanOrEqualTo(1f / 8);
        }
        assertThat(SEAttention.initial(64, 7)
                        .weights()
                        .get("fc.0.weight")
                        .values()
                        .toHeapArray())
                .containsExactly(se.weights().get("fc.0.weight").values().toHeapArray());
    }
}
