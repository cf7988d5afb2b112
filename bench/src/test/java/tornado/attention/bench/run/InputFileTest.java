package tornado.attention.bench.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tornado.attention.bench.Outcome;
import tornado.attention.files.safetensors.SafetensorsWriter;

/** Which tensors of a file become which inputs. */
class InputFileTest {
    @TempDir
    Path folder;

    @Test
    void aTensorThatNothingUsesIsNamed() throws IOException {
        var file = folder.resolve("masked.safetensors");
        var tokens = new float[6 * 16];
        var writer = new SafetensorsWriter();
        for (var name : List.of("queries", "keys", "values")) {
            writer.add(name, new long[] {1, 6, 16}, tokens);
        }
        writer.add("attention_mask", new long[] {1, 2, 6, 6}, new boolean[72]).write(file);
        var outcome = Outcome.of("run", "ScaledDotProductAttention", "--input", file);
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.errorLines()).hasSize(1);
        assertThat(outcome.err())
                .contains(
                        "nothing uses its tensor 'attention_mask'",
                        "takes queries, keys, values, [mask], [weights], [bias]");
    }

    @Test
    void aMaskOfNumbersIsAddedToTheScoresAndOneOfTruthsHides() throws IOException {
        var hides = new boolean[72];
        var infinite = new float[72];
        var random = new Random(3);
        for (int i = 0; i < hides.length; i++) {
            hides[i] = i % 6 > 2 && random.nextBoolean();
            infinite[i] = hides[i] ? Float.NEGATIVE_INFINITY : 0;
        }
        var added = infinite.clone();
        added[0] = 2;
        long[] shape = {1, 2, 6, 6};
        var ofTruths = attended(writer -> writer.add("mask", shape, hides));
        assertThat(ofTruths).doesNotContain("not finite");
        assertThat(attended(writer -> writer.add("mask", shape, infinite))).isEqualTo(ofTruths);
        var biased = attended(writer -> writer.add("bias", shape, added));
        assertThat(biased).isNotEqualTo(ofTruths);
        assertThat(attended(writer -> writer.add("mask", shape, added))).isEqualTo(biased);
        assertThat(attended(writer -> writer.add("mask", shape, added).add("bias", shape, added)))
                .contains("both its mask (F32) and its bias would be added");
        assertThat(attended(writer -> writer.add("mask", shape, new long[72])))
                .contains("the mask holds I64", "give it as BOOL");
    }

    /** The line of the output of attention over fixed tokens, or what was wrong. */
    private String attended(Consumer<SafetensorsWriter> more) throws IOException {
        var random = new Random(5);
        var writer = new SafetensorsWriter();
        for (var name : List.of("queries", "keys", "values")) {
            var tokens = new float[6 * 16];
            for (int i = 0; i < tokens.length; i++) {
                tokens[i] = (float) random.nextGaussian();
            }
            writer.add(name, new long[] {1, 6, 16}, tokens);
        }
        more.accept(writer);
        var file = folder.resolve("mask.safetensors");
        writer.write(file);
        var outcome = Outcome.of(
                "run",
                "SimplifiedScaledDotProductAttention",
                "--input",
                file,
                "--set",
                "d_model=16",
                "--set",
                "h=2",
                "--seed",
                "7");
        return outcome.status() == 0
                ? outcome.out()
                        .lines()
                        .filter(l -> l.startsWith("output"))
                        .findFirst()
                        .orElseThrow()
                : outcome.err();
    }
}
