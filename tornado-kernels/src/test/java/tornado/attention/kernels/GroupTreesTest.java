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

    /** A loop that halves, to the brace that ends it. */
    private static final Pattern TREE = Pattern.compile("for \\(int half =.*?\\}\\s*\\}", Pattern.DOTALL);

    private static String tree(String condition, String step) {
        return "for (int half = size / 2; half " + condition
                + "; half /= 2) { context.localBarrier(); if (item < half) { " + step + " } }";
    }

    @Test
    void everyTreeIsOneOfThree() throws IOException {
        var trees = new ArrayList<String>();
        try (var files = Files.newDirectoryStream(SOURCES, "*Groups.java")) {
            for (var file : files) {
                var text = Files.readString(file);
                var found = TREE.matcher(text)
                        .results()
                        .map(r -> r.group().replaceAll("\\s+", " "))
                        .toList();
                assertThat(found).as(file.toString()).hasSize(text.split("\\bhalf /= 2", -1).length - 1);
                trees.addAll(found);
            }
        }
        assertThat(trees).hasSizeGreaterThanOrEqualTo(20);
        assertThat(trees)
                .containsOnly(
                        tree("> 0", "shared[item] += shared[item + half];"),
                        tree(">= LANES", "shared[item] += shared[item + half];"),
                        tree("> 0", "shared[item] = TornadoMath.max(shared[item], shared[item + half]);"));
    }
}
