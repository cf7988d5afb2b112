package tornado.attention.report.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.HashSet;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FilterBankTest {
    private static final int TAPS = 3 * 7 * 7;

    private final FilterBank bank = new FilterBank();

    @Test
    void everyFilterHasMeanZeroAndLengthOne() {
        float[] weights = bank.weights();
        assertThat(weights).hasSize(64 * TAPS);
        for (int filter = 0; filter < 64; filter++) {
            double sum = 0;
            double squares = 0;
            for (int i = 0; i < TAPS; i++) {
                sum += weights[filter * TAPS + i];
                squares += Math.pow(weights[filter * TAPS + i], 2);
            }
            assertThat(sum).as(bank.name(filter)).isCloseTo(0, within(1e-6));
            assertThat(squares).as(bank.name(filter)).isCloseTo(1, within(1e-5));
        }
    }

    @Test
    void allFiltersAndNamesDiffer() {
        float[] weights = bank.weights();
        var names = new HashSet<String>();
        for (int a = 0; a < 64; a++) {
            assertThat(names.add(bank.name(a))).as(bank.name(a)).isTrue();
            for (int b = 0; b < a; b++) {
                double product = 0;
                for (int i = 0; i < TAPS; i++) {
                    product += weights[a * TAPS + i] * weights[b * TAPS + i];
                }
                assertThat(product).as(bank.name(a) + " and " + bank.name(b)).isLessThan(0.97);
            }
        }
    }

    @Test
    void equalsTheConvolutionByItsDefinition() {
        long seed = Long.getLong("tornado.attention.seed", 21);
        var random = new SplittableRandom(seed);
        for (int[] size : new int[][] {{1, 1}, {1, 9}, {2, 3}, {7, 7}, {8, 12}, {13, 6}}) {
            int height = size[0];
            int width = size[1];
            var values = new float[3 * height * width];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian();
            }
            var result = bank.apply(new ImageTensor(3, height, width, values));
            assertThat(result.shape()).containsExactly(1, 64, (height + 1) / 2, (width + 1) / 2);
            for (int f = 0; f < 64; f++) {
                for (int y = 0; y < result.height(); y++) {
                    for (int x = 0; x < result.width(); x++) {
                        double expected = Math.max(0, direct(values, height, width, f, y, x));
                        float actual = result.values()[(f * result.height() + y) * result.width() + x];
                        assertThat((double) actual)
                                .as("seed %d, %dx%d, filter %d at %d,%d", seed, height, width, f, y, x)
                                .isCloseTo(expected, within(1e-5));
                    }
                }
            }
        }
    }

    private double direct(float[] image, int height, int width, int filter, int y, int x) {
        float[] weights = bank.weights();
        double sum = 0;
        for (int c = 0; c < 3; c++) {
            for (int ky = 0; ky < 7; ky++) {
                for (int kx = 0; kx < 7; kx++) {
                    int row = 2 * y + ky - 3;
                    int column = 2 * x + kx - 3;
                    if (row >= 0 && row < height && column >= 0 && column < width) {
                        sum += (double) weights[((filter * 3 + c) * 7 + ky) * 7 + kx]
                                * image[(c * height + row) * width + column];
                    }
                }
            }
        }
        return sum;
    }

    @Test
    void anEdgeWakesTheFilterOfItsDirection() {
        // Dark left, bright right: of the edges of 7 pixels the one at 0 degrees answers most.
        var image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 16 * 32; i++) {
            image.setRGB(16 + i % 16, i / 16, 0xffffff);
        }
        var result = bank.apply(ImageTensor.normalised(image, 32, 32));
        int[] edges = IntStream.range(0, 48)
                .filter(f -> bank.name(f).startsWith("edge") && bank.name(f).endsWith("7.0 px"))
                .toArray();
        int best = Arrays.stream(edges)
                .boxed()
                .max((a, b) -> Float.compare(middle(result, a), middle(result, b)))
                .orElseThrow();
        assertThat(edges).hasSize(8);
        assertThat(bank.name(best)).isEqualTo("edge 0.0 deg, 7.0 px");
        // A uniform red patch wakes red - green and not its opposite.
        var red = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 32 * 32; i++) {
            red.setRGB(i % 32, i / 32, 0xc02020);
        }
        var answer = bank.apply(ImageTensor.normalised(red, 32, 32));
        assertThat(middle(answer, 48)).isPositive();
        assertThat(bank.name(48)).startsWith("red - green");
        assertThat(middle(answer, 49)).isZero();
    }

    private static float middle(ImageTensor map, int channel) {
        float most = 0;
        for (int x = 4; x < 12; x++) {
            most = Math.max(most, map.values()[(channel * map.height() + 8) * map.width() + x]);
        }
        return most;
    }

    @Test
    void refusesOtherChannels() {
        assertThatThrownBy(() -> bank.apply(new ImageTensor(1, 2, 2, new float[4])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("need an image of 3 channels, not 1");
    }
}
