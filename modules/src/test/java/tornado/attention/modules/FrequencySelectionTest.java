package tornado.attention.modules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import tornado.attention.files.safetensors.SafetensorsFile;
import tornado.attention.tasks.ChannelStatistics;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Weight;
import tornado.attention.tasks.graph.AveragePoolInputTask;
import tornado.attention.tasks.graph.AveragePoolTask;
import tornado.attention.tasks.graph.Interpreter;
import tornado.attention.tasks.graph.Value;
import tornado.attention.testing.RandomCases;

class FrequencySelectionTest {
    private static final String PROPERTY = "tornado.attention.reference";

    @Test
    void noFrequencyIsChosenTwice() {
        for (var method : List.of("top32", "low32", "bot32")) {
            var selection = FrequencySelection.named(method);
            var pairs = new HashSet<Integer>();
            for (int i = 0; i < selection.count(); i++) {
                pairs.add(selection.rows().get(i) * 7 + selection.columns().get(i));
            }
            assertThat(pairs).describedAs(method).hasSize(32);
        }
    }

    @Test
    void filtersAreOrthonormalWhereTheSizeAllowsAllFrequencies() {
        var selection = FrequencySelection.named("top32");
        for (int i = 0; i < 32; i++) {
            for (int j = 0; j <= i; j++) {
                var a = selection.filter(i, 14, 7);
                var b = selection.filter(j, 14, 7);
                double product = 0;
                for (int p = 0; p < a.length; p++) {
                    product += a[p] * b[p];
                }
                assertThat(product).isCloseTo(i == j ? 1 : 0, within(1e-12));
            }
        }
    }

    @Test
    void aSizeBelowSevenLeavesFrequencyZero() {
        var selection = FrequencySelection.named("bot4");
        for (int i = 0; i < 4; i++) {
            assertThat(selection.filter(i, 5, 6)).containsOnly(selection.filter(0, 5, 6)[0]);
        }
    }

    @Test
    void indicesAndFiltersAreThoseOfTheReferenceTables() throws IOException {
        var folder = System.getProperty(PROPERTY);
        Assumptions.assumeTrue(folder != null && !folder.isBlank(), "no folder of reference files: set -D" + PROPERTY);
        var tables = Path.of(folder).resolve("tables/FcaNet__frequencies_and_filters.safetensors");
        try (var file = SafetensorsFile.open(tables)) {
            for (var method : List.of("top32", "low32", "bot32")) {
                var selection = FrequencySelection.named(method);
                assertThat(selection.rows())
                        .describedAs(method)
                        .containsExactlyElementsOf(integers(file.longs("mapper_x." + method)));
                assertThat(selection.columns())
                        .describedAs(method)
                        .containsExactlyElementsOf(integers(file.longs("mapper_y." + method)));
                for (var size : List.of(new int[] {7, 7}, new int[] {7, 10}, new int[] {14, 14})) {
                    var expected = file.floats("filter." + method + "." + size[0] + "x" + size[1]);
                    var actual = selection.filters(32, size[0], size[1]);
                    assertThat(actual).describedAs(method).hasSameSizeAs(expected);
                    for (int i = 0; i < actual.length; i++) {
                        assertThat(actual[i]).isCloseTo(expected[i], within(1e-6f));
                    }
                }
            }
        }
    }

    private static List<Integer> integers(long[] values) {
        return Arrays.stream(values).mapToObj(Math::toIntExact).toList();
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
    void poolingFoldedIntoTheFiltersIsPoolingAndThenTheFilters() {
        RandomCases.repeat(20, random -> {
            var selection = FrequencySelection.named(random.oneOf("top8", "low16", "bot4"));
            int height = random.between(1, 16);
            int width = random.between(1, 16);
            var shape = Shape.of(2, selection.count() * 2, random.between(1, 17), random.between(1, 17));
            var chain = TaskChain.named("dct");
            var x = chain.input("x", shape);
            var pooled = ChannelStatistics.adaptiveAverage(chain, "pool", x, height, width);
            var filters = selection.filters(height, width);
            int count = selection.count();
            var map = Shape.of(count, 1, shape.height(), shape.width());
            var unpooled = Value.of(new AveragePoolInputTask(new AveragePoolTask(height, width), map), filters);
            var own = weight(filters, count, height, width);
            var folded = weight(unpooled, count, shape.height(), shape.width());
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

    private static Weight weight(Value constant, int... extents) {
        return Weight.of(
                "dct",
                Shape.of(extents),
                new Interpreter(false).valueOf(constant).floats());
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
}
