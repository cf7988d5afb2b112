package tornado.attention.report.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class IntervalsTest {
    /** Forks around 1 that differ from each other as given, with rounds and runs that differ by some percent. */
    private static List<List<double[]>> forks(SplittableRandom random, int forks, double deviation) {
        var all = new ArrayList<List<double[]>>();
        for (int f = 0; f < forks; f++) {
            double fork = deviation * random.nextGaussian();
            var rounds = new ArrayList<double[]>();
            for (int r = 0; r < 5; r++) {
                double round = fork + 0.01 * random.nextGaussian();
                var runs = new double[20];
                for (int i = 0; i < runs.length; i++) {
                    runs[i] = Math.exp(round + 0.05 * random.nextGaussian());
                }
                rounds.add(runs);
            }
            all.add(rounds);
        }
        return all;
    }

    private static int covered(SplittableRandom random, int forks, double deviation) {
        int covered = 0;
        for (int t = 0; t < 200; t++) {
            if (Intervals.median(forks(random, forks, deviation)).contains(1)) {
                covered++;
            }
        }
        return covered;
    }

    @Test
    void coverTheTruthAboutAsOftenAsTheySayHoweverJvmsDiffer() {
        var random = new SplittableRandom(21);
        // 95 % of 200 is 190; four standard deviations of a binomial count are 12.
        assertThat(covered(random, 3, 0.05)).isBetween(178, 200);
        assertThat(covered(random, 3, 0.3)).isBetween(178, 200);
        assertThat(covered(random, 5, 0.05)).isBetween(178, 200);
        assertThat(covered(random, 3, 0)).isBetween(178, 200);
    }

    @Test
    void ofOneJvmAreThoseOfItsRounds() {
        var one = forks(new SplittableRandom(22), 1, 0.1);
        assertThat(Intervals.median(one)).isEqualTo(Bootstrap.median(one));
        assertThat(Intervals.ratio(one, one)).isEqualTo(Bootstrap.ratio(one, one));
    }

    @Test
    void widenWithTheQuantileOfStudent() {
        var three = List.of(List.of(new double[] {1}), List.of(new double[] {1}), List.of(new double[] {Math.exp(3)}));
        var interval = Intervals.median(three);
        // Mean 1 and deviation sqrt(3) of the logarithms: 1 plus and minus 4.303.
        assertThat(Math.log(interval.low())).isBetween(-3.304, -3.302);
        assertThat(Math.log(interval.high())).isBetween(5.302, 5.304);
        var many = new ArrayList<List<double[]>>();
        for (double log : new double[] {-3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3}) {
            many.add(List.of(new double[] {Math.exp(log)}));
        }
        // 10 degrees of freedom: 2.228 standard errors of sqrt(18 / 10 / 11).
        assertThat(Math.log(Intervals.median(many).high())).isBetween(0.998 * 0.9013, 1.002 * 0.9013);
    }

    @Test
    void ofARatioCompareEachJvmWithItself() {
        var random = new SplittableRandom(23);
        var ours = forks(random, 3, 0.3);
        var baseline = new ArrayList<List<double[]>>();
        for (var fork : ours) {
            baseline.add(fork.stream()
                    .map(round -> java.util.Arrays.stream(round).map(v -> 2 * v).toArray())
                    .toList());
        }
        var paired = Intervals.ratio(baseline, ours);
        assertThat(paired.contains(2)).isTrue();
        assertThat(paired.high() - paired.low()).isLessThan(0.1);
        var fewer = Intervals.ratio(baseline.subList(0, 2), ours);
        assertThat(fewer.high() - fewer.low()).isGreaterThan(0.1);
    }

    @Test
    void sayNothingOfNothing() {
        assertThat(Intervals.median(List.of(List.of())).low()).isNaN();
        assertThat(Intervals.median(List.of()).low()).isNaN();
    }
}
