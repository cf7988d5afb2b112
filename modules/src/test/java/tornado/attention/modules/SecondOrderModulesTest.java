package tornado.attention.modules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static tornado.attention.modules.ModuleCheck.against64;
import static tornado.attention.modules.ModuleCheck.cost;
import static tornado.attention.modules.ModuleCheck.initial;
import static tornado.attention.modules.ModuleCheck.input;
import static tornado.attention.modules.ModuleCheck.matrices;
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
import tornado.attention.testing.RandomCases;

/**
 * Encoding, covariance pooling and recurrent modules: counts, kernels, bytes, random settings, edge cases, refusals.
 */
class SecondOrderModulesTest {
    private static final ChainOptions EVALUATION = ChainOptions.evaluation();
    private static final ChainOptions TRAINING = EVALUATION.inTraining();

    private static long macs(String type, Map<String, ?> settings, int... shape) {
        return initial(type, settings).macsPerImage(List.of(Shape.of(shape)));
    }

    @Test
    void countsAreThoseOfTheWorkedExamples() {
        var enc = Map.of("in_channels", 512, "ncodes", 32, "nclass", 150);
        assertThat(parameters("EncModule", enc)).isEqualTo(619_254);
        assertThat(macs("EncModule", enc, 1, 512, 60, 60)).isEqualTo(1_062_022_144L);
        assertThat(parameters("Encoding", Map.of("D", 12, "K", 5))).isEqualTo(65);
        assertThat(macs("Encoding", Map.of("D", 12, "K", 5), 2, 12, 6, 7)).isEqualTo(2 * 42 * 5 * 12);
        var head = Map.of("in_channels", 2048, "isqrt_dim", 256, "num_classes", 1000);
        assertThat(parameters("MPNCOVHead", head)).isEqualTo(33_421_800);
        var small = Map.of("in_channels", 2048, "isqrt_dim", 256, "num_classes", 1);
        assertThat(macs("MPNCOVHead", small, 1, 2048, 14, 14) + 999L * 256 * 257 / 2)
                .isEqualTo(249_164_800L);
        var gsop = Map.of("channels", 1024);
        assertThat(parameters("GSoPBlock", gsop)).isEqualTo(723_072);
        assertThat(macs("GSoPBlock", gsop, 1, 1024, 14, 14)).isEqualTo(29_491_200L);
        assertThat(macs("GSoPBlock", Map.of("channels", 16, "att_dim", 8, "dr_stride", 2), 1, 16, 9, 7))
                .isEqualTo(16 * 8 * 20 + 8 * 8 * 20 + 4 * 64 + 4 * 8 * 16);
        assertThat(parameters("SOCA", Map.of("channel", 64))).isEqualTo(1_096);
        assertThat(macs("SOCA", Map.of("channel", 64), 1, 64, 48, 48)).isEqualTo(12_583_936L);
        assertThat(macs("CovpoolLayer", Map.of(), 1, 8, 5, 7)).isEqualTo(8 * 8 * 35);
        assertThat(macs("SqrtmLayer", Map.of("iterN", 5), 1, 8, 8)).isEqualTo(12 * 512);
        assertThat(macs("SqrtmLayer", Map.of("iterN", 1), 1, 8, 8)).isEqualTo(512);
        assertThat(macs("TriuvecLayer", Map.of(), 1, 8, 8)).isZero();
        assertThat(parameters("DIAUnit", Map.of("channels", 64))).isEqualTo(10_784);
        var map = Shape.of(1, 64, 14, 14);
        var state = Shape.of(1, 1, 64);
        assertThat(initial("DIAUnit", Map.of("channels", 64)).macsPerImage(List.of(map, map, state, state)))
                .isEqualTo(10_240);
        assertThat(parameters("DIAUnit", Map.of("channels", 256))).isEqualTo(166_016);
        assertThat(parameters("LSTMCell", Map.of("input_size", 64, "hidden_size", 64)))
                .isEqualTo(10_784);
        assertThat(initial("LSTMCell", Map.of("input_size", 64, "hidden_size", 64))
                        .macsPerImage(List.of(Shape.of(1, 64), state, state)))
                .isEqualTo(10_240);
        assertThat(parameters("DIANet", Map.of("channels", 64, "layers", 3))).isEqualTo(10_784 + 3 * (64 * 64 + 64));
        assertThat(macs("DIANet", Map.of("channels", 64, "layers", 3), 1, 64, 7, 7))
                .isEqualTo(3 * (64 * 64 * 49 + 10_240));
    }

    private static List<String> tasks(AttentionModule module, ChainOptions options, Shape... shapes) {
        return cost(module, options, shapes).steps().stream()
                .map(StepCost::task)
                .toList();
    }

    @Test
    void kernelsAreAsStated() {
        var map = Shape.of(2, 8, 5, 6);
        assertThat(tasks(initial("Encoding", Map.of("D", 8)), EVALUATION, map)).hasSize(4);
        var enc = Map.of("in_channels", 8, "ncodes", 4, "nclass", 3);
        assertThat(tasks(initial("EncModule", enc), EVALUATION, map))
                .containsExactly(
                        "enc.features",
                        "enc.encode.distances",
                        "enc.encode.assignment",
                        "enc.encode.residuals",
                        "enc.encode",
                        "enc.mean",
                        "enc.gate",
                        "enc.scale",
                        "enc.classes");
        var silent = Map.of("in_channels", 8, "ncodes", 4, "nclass", 3, "se_loss", false);
        assertThat(tasks(initial("EncModule", silent), EVALUATION, map)).hasSize(8);
        assertThat(tasks(initial("CovpoolLayer", Map.of()), EVALUATION, map)).hasSize(3);
        var matrix = Shape.of(2, 8, 8);
        for (int steps = 2; steps < 8; steps++) {
            assertThat(tasks(initial("SqrtmLayer", Map.of("iterN", steps)), EVALUATION, matrix))
                    .hasSize(3 * steps - 1);
            var head = Map.of("in_channels", 8, "isqrt_dim", 4, "iterN", steps, "num_classes", 2);
            assertThat(tasks(initial("MPNCOVHead", head), EVALUATION, map)).hasSize(3 * steps + 5);
        }
        assertThat(tasks(initial("SqrtmLayer", Map.of("iterN", 1)), EVALUATION, matrix))
                .hasSize(3);
        assertThat(tasks(initial("TriuvecLayer", Map.of()), EVALUATION, matrix)).hasSize(1);
        var gsop = Map.of("channels", 8, "att_dim", 4);
        assertThat(tasks(initial("GSoPBlock", gsop), EVALUATION, map))
                .containsExactly(
                        "gsop.reduce",
                        "gsop.covariance.mean",
                        "gsop.covariance.center",
                        "gsop.covariance",
                        "gsop.rows",
                        "gsop.excite",
                        "gsop.gate");
        var strided = Map.of("channels", 8, "att_dim", 4, "dr_stride", 2);
        assertThat(tasks(initial("GSoPBlock", strided), EVALUATION, map)).hasSize(8);
        assertThat(tasks(initial("SOCA", Map.of("channel", 8)), EVALUATION, map))
                .hasSize(21);
        var state = Shape.of(1, 2, 8);
        var cell = initial("LSTMCell", Map.of("input_size", 8, "hidden_size", 8));
        assertThat(tasks(cell, EVALUATION, Shape.of(2, 8), state, state))
                .containsExactly("lstm.ih", "lstm.hh", "lstm.cell");
        var unit = initial("DIAUnit", Map.of("channels", 8));
        assertThat(tasks(unit, EVALUATION, map, map, state, state)).hasSize(5);
        // The first step's old output is zero, so that what a layer makes of it is known before anything runs.
        assertThat(tasks(initial("DIANet", Map.of("channels", 8, "layers", 3)), EVALUATION, map))
                .hasSize(17);
    }

    @Test
    void bytesAreAsStated() {
        long pixels = 28 * 28;
        var map = Shape.of(1, 32, 28, 28);
        assertBytes("Encoding", Map.of("D", 32, "K", 8), map, (8 * 32 + 16 * 8) * pixels, 4 * 6 * 32 * 8);
        assertBytes(
                "EncModule",
                Map.of("in_channels", 32, "ncodes", 8, "nclass", 3),
                map,
                (20 * 32 + 16 * 8) * pixels,
                4 * (2 * 32 * 32 + 8 * 8 * 32 + 20 * 32));
        assertBytes("CovpoolLayer", Map.of(), map, 16 * 32 * pixels + 4 * 32 * 32, 8 * 32);
        assertBytes(
                "GSoPBlock", Map.of("channels", 32, "att_dim", 8), map, (12 * 32 + 20 * 8) * pixels, 4 * 6 * 32 * 32);
        assertBytes("SOCA", Map.of("channel", 32), map, 24 * 32 * pixels + 160 * 32 * 32, 4 * (2 * 32 * 4 + 40 * 32));
        assertBytes("DIANet", Map.of("channels", 32), map, 24 * 32 * pixels, 4 * (12 * 32 * 32 + 40 * 32));
        // Only the window of a crop is read for the statistics.
        var cropped = cost(initial("SOCA", Map.of("channel", 32, "crop", 14)), EVALUATION, map);
        assertThat(cropped.bytes())
                .isBetween((8 * 784 + 16 * 196) * 32L + 160 * 1024, (8 * 784 + 16 * 196) * 32L + 170 * 1024);
    }

    private static void assertBytes(String type, Map<String, ?> settings, Shape map, long features, long others) {
        assertThat(cost(initial(type, settings), EVALUATION, map).bytes())
                .describedAs(type)
                .isBetween(features, features + others);
    }

    @Test
    void chainsDoWhatThePapersCount() {
        var map = Shape.of(1, 16, 7, 9);
        for (var entry : Map.<String, Map<String, ?>>of(
                        "EncModule", Map.of("in_channels", 16, "ncodes", 5, "nclass", 3),
                        "MPNCOVHead", Map.of("in_channels", 16, "isqrt_dim", 6, "num_classes", 4),
                        "GSoPBlock", Map.of("channels", 16, "att_dim", 6, "dr_stride", 2),
                        "SOCA", Map.of("channel", 16),
                        "DIANet", Map.of("channels", 16, "layers", 2))
                .entrySet()) {
            var module = initial(entry.getKey(), entry.getValue());
            // What DIANet's first step makes of a zero output is known before anything runs.
            long known = entry.getKey().equals("DIANet") ? 16 * 16 / 4 : 0;
            assertThat(cost(module, EVALUATION, map).macs())
                    .describedAs(entry.getKey())
                    .isEqualTo(module.macsPerImage(List.of(map)) - known);
        }
    }

    @Test
    void randomEncodingsMatchTheReference() {
        RandomCases.repeat(40, random -> {
            int depth = random.between(1, 19);
            int codes = random.between(1, 9);
            var x = random.flag()
                    ? input(random, "input", random.between(2, 3), depth, random.between(1, 8), random.between(1, 8))
                    : input(random, "input", random.between(2, 3), depth, random.between(1, 30));
            var options = random.flag() ? EVALUATION.exposingAttention() : EVALUATION;
            against64(random, "Encoding", Map.of("D", depth, "K", codes), Map.of("input", x), options, 2e-5);
            if (x.rank() == 4) {
                boolean training = random.flag();
                against64(
                        random,
                        "EncModule",
                        Map.of(
                                "in_channels",
                                depth,
                                "ncodes",
                                codes,
                                "nclass",
                                random.between(1, 5),
                                "se_loss",
                                random.flag()),
                        Map.of("input", x),
                        training ? TRAINING : options,
                        training ? 1e-4 : 2e-5);
            }
        });
    }

    @Test
    void randomCovariancesAndRootsMatchTheReference() {
        RandomCases.repeat(40, random -> {
            int channels = random.between(1, 19);
            int height = random.between(2, 9);
            int width = random.between(2, 9);
            var x = Map.of("input", input(random, "input", random.between(2, 3), channels, height, width));
            against64(random, "CovpoolLayer", Map.of(), x, EVALUATION, 1e-5);
            var a = Map.of("input", matrices(random, random.between(1, 3), channels));
            against64(random, "SqrtmLayer", Map.of("iterN", random.between(1, 7)), a, EVALUATION, 1e-5);
            var any = Map.of("input", input(random, "input", 2, channels, channels));
            against64(random, "TriuvecLayer", Map.of(), any, EVALUATION, 0);
            boolean training = random.flag();
            var options = training ? TRAINING : EVALUATION;
            double tolerance = training ? 5e-5 : 1e-5;
            against64(
                    random,
                    "MPNCOVHead",
                    Map.of(
                            "in_channels", channels,
                            "isqrt_dim", random.between(2, 8),
                            "iterN", random.between(1, 5),
                            "num_classes", random.between(1, 4)),
                    x,
                    options,
                    tolerance);
            against64(
                    random,
                    "GSoPBlock",
                    Map.of(
                            "channels", channels,
                            "att_dim", random.between(2, 8),
                            "dr_stride", random.between(1, 3)),
                    x,
                    options,
                    tolerance);
            against64(
                    random,
                    "SOCA",
                    Map.of(
                            "channel", channels,
                            "reduction", random.between(1, channels),
                            "crop", random.oneOf(1000, 2, 5)),
                    x,
                    EVALUATION,
                    1e-5);
        });
    }

    @Test
    void randomRecurrentModulesMatchTheReference() {
        RandomCases.repeat(40, random -> {
            int channels = random.between(4, 21);
            int hidden = random.between(4, 21);
            int batch = random.between(1, 4);
            int layers = random.between(1, 3);
            var cell = new LinkedHashMap<String, Array64>();
            cell.put("input", input(random, "input", batch, channels));
            cell.put("ht", input(random, "ht", layers, batch, hidden));
            cell.put("ct", input(random, "ct", layers, batch, hidden));
            var settings = new HashMap<String, Object>(
                    Map.of("input_size", channels, "hidden_size", hidden, "nlayers", layers, "dropout", 0.0));
            against64(random, "LSTMCell", settings, cell, random.flag() ? TRAINING : EVALUATION, 1e-5);
            int height = random.between(1, 7);
            int width = random.between(1, 7);
            var unit = new LinkedHashMap<String, Array64>();
            unit.put("input", input(random, "input", batch, channels, height, width));
            unit.put("org", input(random, "org", batch, channels, height, width));
            unit.put("ht", input(random, "ht", 1, batch, channels));
            unit.put("ct", input(random, "ct", 1, batch, channels));
            against64(random, "DIAUnit", Map.of("channels", channels), unit, EVALUATION, 1e-5);
            against64(
                    random,
                    "DIANet",
                    Map.of("channels", channels, "layers", random.between(1, 4), "relu_after", random.flag()),
                    Map.of("input", unit.get("input")),
                    EVALUATION,
                    1e-5);
        });
    }

    /** Trace 0: constant features or one pixel. */
    @Test
    void rootsOfZeroAreNanAndCovariancesAreZero() {
        RandomCases.repeat(1, random -> {
            var constant = Array64.zeros(1, 3, 50, 60);
            for (int i = 0; i < constant.size(); i++) {
                constant.values()[i] = 0.1f;
            }
            var pixel = input(random, "input", 2, 3, 1, 1);
            for (var map : List.of(constant, pixel)) {
                var zeros = ModuleCheck.run(initial("CovpoolLayer", Map.of()), false, Map.of("input", map));
                assertThat(zeros.outputs().getFirst()).containsOnly(0f);
                var soca = ModuleCheck.run(
                        initial("SOCA", Map.of("channel", 3, "reduction", 1)), false, Map.of("input", map));
                assertThat(soca.outputs().getFirst()).containsOnly(Float.NaN);
            }
            var flat = initial("MPNCOVHead", Map.of("in_channels", 3, "isqrt_dim", 4, "num_classes", 2));
            var head = ModuleCheck.run(flat, false, Map.of("input", pixel));
            assertThat(head.outputs().get(0)).containsOnly(Float.NaN);
            assertThat(head.outputs().get(1)).containsOnly(Float.NaN);
            against64(
                    random, "GSoPBlock", Map.of("channels", 3, "att_dim", 4), Map.of("input", pixel), EVALUATION, 1e-5);
        });
    }

    /** Features around a large mean: a covariance of differences of squares would have no digit left. */
    @Test
    void covarianceSurvivesALargeMean() {
        RandomCases.repeat(3, random -> {
            var x = input(random, "input", 1, 5, 8, 8);
            for (int i = 0; i < x.size(); i++) {
                x.values()[i] = (float) (3000 + x.values()[i]);
            }
            against64(random, "CovpoolLayer", Map.of(), Map.of("input", x), EVALUATION, 1e-5);
        });
    }

    @Test
    void saturatedAndNanInputsStayWhereTheyBelong() {
        RandomCases.repeat(1, random -> {
            var saturated = Array64.zeros(2, 4, 3, 5);
            var broken = input(random, "input", 2, 4, 3, 5);
            for (int i = 0; i < saturated.size(); i++) {
                saturated.values()[i] = i % 3 == 0 ? 80 : -80;
            }
            broken.values()[2] = Double.NaN;
            for (var map : List.of(saturated, broken)) {
                var inputs = Map.of("input", map);
                against64(random, "Encoding", Map.of("D", 4, "K", 3), inputs, EVALUATION, 1e-5);
                against64(random, "CovpoolLayer", Map.of(), inputs, EVALUATION, 1e-5);
                against64(random, "SOCA", Map.of("channel", 4, "reduction", 2), inputs, EVALUATION, 1e-5);
                against64(random, "GSoPBlock", Map.of("channels", 4, "att_dim", 3), inputs, EVALUATION, 1e-5);
                against64(random, "DIANet", Map.of("channels", 4, "layers", 2), inputs, EVALUATION, 1e-5);
            }
        });
    }

    @Test
    void attentionIsOffered() {
        RandomCases.repeat(1, random -> {
            var x = Map.of("input", input(random, "input", 2, 8, 3, 5));
            var enc =
                    ModuleCheck.run(initial("EncModule", Map.of("in_channels", 8, "ncodes", 3, "nclass", 2)), true, x);
            assertThat(enc.attention())
                    .extracting(a -> a.kind())
                    .containsExactly(AttentionKind.PIXEL_MAP, AttentionKind.CHANNEL_GATE);
            assertThat(enc.attention())
                    .extracting(a -> a.tensor().shape())
                    .containsExactly(Shape.of(2, 3, 3, 5), Shape.of(2, 8));
            var maps = enc.maps().getFirst();
            for (int pixel = 0; pixel < 15; pixel++) {
                assertThat(maps[pixel] + maps[15 + pixel] + maps[30 + pixel]).isCloseTo(1f, within(1e-5f));
            }
            for (var gated : Map.<String, Map<String, ?>>of(
                            "SOCA", Map.of("channel", 8),
                            "GSoPBlock", Map.of("channels", 8, "att_dim", 4))
                    .entrySet()) {
                var run = ModuleCheck.run(initial(gated.getKey(), gated.getValue()), true, x);
                assertThat(run.attention()).extracting(a -> a.kind()).containsExactly(AttentionKind.CHANNEL_GATE);
                for (float gate : run.maps().getFirst()) {
                    assertThat(gate).isBetween(0f, 1f);
                }
            }
            var dia = ModuleCheck.run(initial("DIANet", Map.of("channels", 8, "layers", 3)), true, x);
            assertThat(dia.attention()).hasSize(3);
        });
    }

    private static void refused(String type, Map<String, ?> settings, String sentence) {
        assertThatThrownBy(() -> initial(type, settings)).hasMessage(sentence);
    }

    @Test
    void settingsThatCannotWorkAreRefused() {
        refused("SqrtmLayer", Map.of("iterN", 0), "Module SqrtmLayer needs iterN of at least 1, but it is 0.");
        refused("Encoding", Map.of("D", 0), "Module Encoding needs D of at least 1, but it is 0.");
        refused(
                "EncModule",
                Map.of("in_channels", 4, "ncodes", 0),
                "Module EncModule needs ncodes of at least 1, but it is 0.");
        refused(
                "GSoPBlock",
                Map.of("channels", 4, "dr_stride", 0),
                "Module GSoPBlock needs dr_stride of at least 1, but it is 0.");
        refused("SOCA", Map.of("channel", 16, "crop", 0), "Module SOCA needs crop of at least 1, but it is 0.");
        refused(
                "SOCA",
                Map.of("channel", 4),
                "Module SOCA with 4 channels and reduction 8 has a hidden width of 0; use a reduction of at most 4.");
        refused(
                "DIANet",
                Map.of("channels", 3),
                "Module DIANet needs at least 4 features in input and state, because its hidden layers have a quarter of them,"
                        + " but they are 3 and 3.");
        refused(
                "LSTMCell",
                Map.of("input_size", 4, "hidden_size", 4, "nlayers", 0),
                "Module LSTMCell needs nlayers of at least 1, but it is 0.");
    }

    @Test
    void inputsThatDoNotFitAreRefused() {
        var chain = TaskChain.named("wrong");
        var map = chain.input("map", Shape.of(2, 4, 3, 3));
        var flat = chain.input("flat", Shape.of(2, 4, 5));
        var state = chain.input("state", Shape.of(1, 3, 4));
        assertThatThrownBy(() -> initial("SqrtmLayer", Map.of()).attach(chain, List.of(flat)))
                .hasMessageContaining("takes square matrices [batch, n, n], but 'flat' has shape 2x4x5");
        assertThatThrownBy(() -> initial("TriuvecLayer", Map.of()).attach(chain, List.of(map)))
                .hasMessageContaining("takes square matrices");
        assertThatThrownBy(() -> initial("Encoding", Map.of("D", 5)).attach(chain, List.of(map)))
                .hasMessage("Module Encoding takes 'map' as [any, 5, any, any], but its shape is 2x4x3x3.");
        assertThatThrownBy(
                        () -> initial("DIAUnit", Map.of("channels", 4)).attach(chain, List.of(map, map, state, state)))
                .hasMessage("Module DIAUnit takes 'state' as [1, 2, 4], but its shape is 1x3x4.");
        assertThatThrownBy(() -> initial("MPNCOVHead", Map.of("in_channels", 4)).attach(chain, List.of(map, map)))
                .hasMessage(
                        "Module MPNCOVHead takes the inputs [input] but got 2 tensors; give one for each that is required.");
    }
}
