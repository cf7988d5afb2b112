package tornado.attention.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The trees in which work-groups reduce are written out in every kernel: TornadoVM 5.2 compiles a method that is given a local array as if
 * that were an array of the heap, and reads beside it. So they are held against one text here.
 */
class GroupTreesTest {
    private static final Path SOURCES = Path.of("src/main/java/tornado/attention/kernels");

    /** A loop that halves, to the brace that ends it, behind what each item brings. */
    private static final Pattern TREE =
            Pattern.compile("shared\\[item\\] =([^;]*);\\s*(for \\(int half =.*?\\}\\s*\\})", Pattern.DOTALL);

    private static final String SUM = "shared[item] += shared[item + half];";
    private static final String MAX = "shared[item] = TornadoMath.max(shared[item], shared[item + half]);";

    private static String tree(String condition, String step) {
        return "for (int half = size / 2; half " + condition
                + "; half /= 2) { context.localBarrier(); if (item < half) { " + step + " } }";
    }

    @Test
    void everyTreeIsOneOfFour() throws IOException {
        var trees = new ArrayList<String>();
        try (var files = Files.newDirectoryStream(SOURCES, "*Groups.java")) {
            for (var file : files) {
                var text = Files.readString(file);
                var found = TREE.matcher(text)
                        .results()
                        .map(r -> firstSteps(r.group(1)) + r.group(2).replaceAll("\\s+", " "))
                        .toList();
                assertThat(found).as(file.toString()).hasSize(text.split("\\bhalf /= 2", -1).length - 1);
                trees.addAll(found);
            }
        }
        assertThat(trees).hasSizeGreaterThanOrEqualTo(20);
        assertThat(trees)
                .containsOnly(
                        tree("> 0", SUM),
                        tree(">= LANES", SUM),
                        "sum " + tree(">= lanes", SUM),
                        "max " + tree(">= lanes", MAX));
    }

    /** What {@link SimdLanes} does before the tree, which has to be what the tree does. */
    private static String firstSteps(String value) {
        var call = Pattern.compile("\\s*SimdLanes\\.(\\w+)\\(context, .*, lanes\\)", Pattern.DOTALL)
                .matcher(value);
        return call.matches() ? call.group(1) + " " : "";
    }
}
