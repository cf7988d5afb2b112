package tornado.attention.modules.float64;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import tornado.attention.modules.float64.Convolution64.Geometry;

/** The convolution by hand and against the definition, tap by tap. */
class Convolution64Test {
    @Test
    void sumsWhatTheKernelCovers() {
        var x = Array64.of(new double[] {1, 2, 3, 4}, 1, 1, 2, 2);
        var ones = Array64.of(new double[] {1, 1, 1, 1, 1, 1, 1, 1, 1}, 1, 1, 3, 3);
        var bias = Array64.of(new double[] {0.5}, 1);
        assertThat(Convolution64.conv2d(x, ones, bias, Geometry.same(3)).values())
                .containsExactly(10.5, 10.5, 10.5, 10.5);
        var corner = Array64.of(new double[] {1, 0, 0, 0, 0, 0, 0, 0, 0}, 1, 1, 3, 3);
        assertThat(Convolution64.conv2d(x, corner, null, Geometry.same(3)).values())
                .containsExactly(0, 0, 0, 1);
    }

    @Test
    void agreesWithItsDefinitionForEveryGeometry() {
        var seed = 20240607L;
        var random = new Random(seed);
        for (var trial = 0; trial < 200; trial++) {
            int groups = 1 + random.nextInt(3);
            int kernel = 1 + random.nextInt(4);
            var geometry = new Geometry(1 + random.nextInt(3), random.nextInt(4), 1 + random.nextInt(2), groups);
            int reach = geometry.dilation() * (kernel - 1) + 1;
            var x = random(
                    random,
                    1 + random.nextInt(2),
                    groups * (1 + random.nextInt(3)),
                    Math.max(1, reach - 2 * geometry.padding()) + random.nextInt(5),
                    Math.max(1, reach - 2 * geometry.padding()) + random.nextInt(6));
            var weight = random(random, groups * (1 + random.nextInt(3)), x.dim(1) / groups, kernel, kernel);
            var bias = random.nextBoolean() ? random(random, weight.dim(0)) : null;
            var y = Convolution64.conv2d(x, weight, bias, geometry);
            assertThat(y.values())
                    .as("seed " + seed + ", trial " + trial + ": " + x + " * " + weight + " " + geometry)
                    .containsExactly(definition(x, weight, bias, geometry, y), within(1e-13));
        }
    }

    @Test
    void refusesWhatDoesNotFit() {
        var x = Array64.zeros(1, 4, 3, 3);
        assertThatThrownBy(() -> Convolution64.conv2d(x, Array64.zeros(2, 3, 1, 1), null, Geometry.PLAIN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("does not fit an input of shape [1, 4, 3, 3]");
        assertThatThrownBy(() -> Convolution64.conv2d(x, Array64.zeros(2, 4, 5, 5), null, Geometry.PLAIN))
                .hasMessageContaining("reaches over 5 elements");
    }

    private static double[] definition(Array64 x, Array64 weight, Array64 bias, Geometry geometry, Array64 y) {
        var expected = new double[y.size()];
        for (var index = 0; index < expected.length; index++) {
            int ox = index % y.dim(3);
            int oy = index / y.dim(3) % y.dim(2);
            int o = index / (y.dim(3) * y.dim(2)) % y.dim(1);
            int b = index / (y.dim(3) * y.dim(2) * y.dim(1));
            double sum = bias == null ? 0 : bias.values()[o];
            for (var tap = 0; tap < weight.size() / weight.dim(0); tap++) {
                int kx = tap % weight.dim(3);
                int ky = tap / weight.dim(3) % weight.dim(2);
                int c = o / (weight.dim(0) / geometry.groups()) * weight.dim(1) + tap / (weight.dim(3) * weight.dim(2));
                int ix = ox * geometry.stride() + kx * geometry.dilation() - geometry.padding();
                int iy = oy * geometry.stride() + ky * geometry.dilation() - geometry.padding();
                boolean inside = ix >= 0 && iy >= 0 && ix < x.dim(3) && iy < x.dim(2);
                double pixel = inside ? x.values()[((b * x.dim(1) + c) * x.dim(2) + iy) * x.dim(3) + ix] : 0;
                sum += pixel * weight.values()[o * (weight.size() / weight.dim(0)) + tap];
            }
            expected[index] = sum;
        }
        return expected;
    }

    private static Array64 random(Random random, int... shape) {
        return Array64.zeros(shape).map(zero -> random.nextGaussian());
    }
}
