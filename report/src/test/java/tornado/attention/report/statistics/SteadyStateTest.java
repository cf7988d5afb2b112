package tornado.attention.report.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SteadyStateTest {
    private static double[] noise(long seed, int n, double centre, double deviation) {
        var random = new SplittableRandom(seed);
        return IntStream.range(0, n)
                .mapToDouble(i -> centre + deviation * random.nextGaussian())
                .toArray();
    }

    private static double[] joined(double[]... parts) {
        return Arrays.stream(parts).flatMapToDouble(Arrays::stream).toArray();
    }

    @Test
    void findsWhereTheCompilerTookOver() {
        var series = joined(noise(1, 30, 90, 3), noise(2, 70, 20, 1));
        assertThat(SteadyState.changePoints(series)).contains(30);
        assertThat(SteadyState.start(series)).isEqualTo(30);
    }

    @Test
    void findsSeveralSteps() {
        var series = joined(noise(1, 20, 90, 2), noise(2, 20, 50, 2), noise(3, 40, 20, 1));
        assertThat(SteadyState.changePoints(series)).contains(20, 40);
        assertThat(SteadyState.start(series)).isEqualTo(40);
    }

    @Test
    void seesNoChangeInNoise() {
        int found = 0;
        for (int seed = 0; seed < 200; seed++) {
            found += SteadyState.changePoints(noise(seed, 60, 10, 1)).length > 0 ? 1 : 0;
        }
        assertThat(found)
                .as("series with a change point of 200 without any; 1 %% is expected")
                .isLessThan(10);
    }

    @Test
    void countsSegmentsOfEqualHeightAsOne() {
        // Slower for a while, by less than the tolerance.
        var series = joined(noise(1, 30, 100, 0.2), noise(2, 30, 101.5, 0.2), noise(3, 30, 100, 0.2));
        assertThat(SteadyState.changePoints(series)).hasSizeGreaterThan(1);
        assertThat(SteadyState.start(series)).isZero();
    }

    @Test
    void wantsEnoughSteadyValues() {
        var falling = joined(noise(1, 20, 90, 1), noise(2, 3, 20, 0.1));
        assertThat(SteadyState.reached(falling, 6)).isFalse();
        assertThat(SteadyState.reached(joined(falling, noise(3, 12, 20, 0.1)), 6))
                .isTrue();
        assertThat(SteadyState.reached(new double[] {1, 1, 1}, 2)).isFalse();
    }

    @Test
    void doesNotTakeASlowDescentForSteady() {
        var descent = IntStream.range(0, 10).mapToDouble(i -> 100 - 5 * i).toArray();
        assertThat(SteadyState.reached(descent, 6)).isFalse();
    }
}
