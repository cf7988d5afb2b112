package tornado.attention.modules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import tornado.attention.modules.safetensors.SafetensorsFile;

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
}
