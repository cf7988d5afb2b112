package tornado.attention.bench.explain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tornado.attention.bench.Outcome;
import tornado.attention.bench.cli.ExitCode;

class ExplainCommandTest {
    private static String explained(String... arguments) {
        var run = Outcome.of(arguments);
        assertThat(run.status()).as(run.err()).isEqualTo(ExitCode.OK);
        return run.out();
    }

    @Test
    void aModuleIsItsKernels() {
        assertThat(explained("explain", "ECA"))
                .contains("mean (average)", "GlobalPooling.average", "lanes over")
                .doesNotContain("GB/s");
    }

    @Test
    void aKernelIsFoundInTheModules() {
        assertThat(explained("explain", "Softmax.rows"))
                .contains("Softmax.rows")
                .doesNotContain("GlobalPooling");
    }

    @Test
    void aNetworkIsItsKernelsWithTheModuleInItsBlocks() {
        var plain = explained("explain", "resnet8_cifar");
        assertThat(plain)
                .contains("layer3.0.conv2", "PaddedConvolution")
                .doesNotContain("GlobalPooling.average  lanes");
        assertThat(explained("explain", "resnet8_cifar", "--slot", "ECA", "--shape", "2x3x16x16"))
                .contains("layer3.0.attn.");
    }

    @Test
    void timesSayWhereARunGoes() {
        var text = explained("explain", "resnet8_cifar", "--slot", "se", "--shape", "1x3x16x16", "--compile-time");
        assertThat(text).contains("GB/s", "Gmacs/s", "a run takes", "embedded");
        assertThat(text).containsPattern("C1 compiled [\\d,]+ methods? in [\\d,.]+ ms, C2 [\\d,]+ in");
        double share = text.lines()
                .takeWhile(line -> !line.isBlank())
                .filter(line -> line.contains(" %"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll(".*?([\\d.]+) %.*", "$1")))
                .sum();
        assertThat(share).isBetween(98.0, 102.0);
    }

    @Test
    void whatIsNeitherIsSaid() {
        var nothing = Outcome.of("explain", "nothing");
        assertThat(nothing.status()).isEqualTo(ExitCode.USAGE);
        assertThat(nothing.err()).contains("neither a module nor a network nor a kernel 'nothing'");
        assertThat(Outcome.of("explain", "Softmax.rows", "--time").err()).contains("'Softmax.rows' is neither");
        assertThat(Outcome.of("explain", "ECA", "--slot", "se").err()).contains("leave them out");
        assertThat(Outcome.of("explain", "resnet8_cifar", "--shape", "1x4x8x8").err())
                .contains("[batch, 3, height");
    }
}
