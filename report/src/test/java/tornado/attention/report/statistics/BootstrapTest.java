package tornado.attention.report.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BootstrapTest {
    private static List<double[]> rounds(
            SplittableRandom random, int rounds, int runs, double centre, double deviation) {
        var all = new ArrayList<double[]>();
        for (int r = 0; r < rounds; r++) {
            var values = new double[runs];
            for (int i = 0; i < runs; i++) {
                values[i] = centre + deviation * random.nextGaussian();
            }
            all.add(values);
        }
        return all;
    }

    @Test
    void coversTheTrueMedianAboutAsOftenAsItSays() {
        var random = new SplittableRandom(11);
        int covered = 0;
        int trials = 200;
        for (int t = 0; t < trials; t++) {
            if (Bootstrap.median(List.of(rounds(random, 20, 20, 100, 5))).contains(100)) {
                covered++;
            }
        }
        // 95 % of 200 is 190; four standard deviations of a binomial count are 12.
        assertThat(covered).isBetween(174, 200);
    }

    @Test
    void drawsRoundsNotRunsSoThatDriftBetweenRoundsWidensTheInterval() {
        var random = new SplittableRandom(12);
        var drifting = new ArrayList<double[]>();
        for (int r = 0; r < 10; r++) {
            drifting.addAll(rounds(random, 1, 100, 100 + 10 * (r % 2), 0.5));
        }
        var interval = Bootstrap.median(List.of(drifting));
        assertThat(interval.high() - interval.low()).isGreaterThan(5);
    }

    @Test
    void givesTheSameIntervalForTheSameSamples() {
        var forks =
                List.of(rounds(new SplittableRandom(1), 6, 15, 10, 1), rounds(new SplittableRandom(2), 6, 15, 11, 1));
        assertThat(Bootstrap.median(forks)).isEqualTo(Bootstrap.median(forks));
        assertThat(Bootstrap.median(forks).low())
                .isLessThan(Bootstrap.median(forks).high());
    }

    @Test
    void pairsRoundsOfBothSidesOfARatio() {
        // Both slow down together from round to round: paired, the ratio hardly varies.
        var baseline = new ArrayList<double[]>();
        var ours = new ArrayList<double[]>();
        var random = new SplittableRandom(3);
        for (int r = 0; r < 10; r++) {
            double slow = 1 + 0.5 * r;
            baseline.addAll(rounds(random, 1, 30, 20 * slow, 0.01));
            ours.addAll(rounds(random, 1, 30, 10 * slow, 0.01));
        }
        var paired = Bootstrap.ratio(List.of(baseline), List.of(ours));
        assertThat(paired.contains(2)).isTrue();
        assertThat(paired.high() - paired.low()).isLessThan(0.05);
        var unpaired = Bootstrap.ratio(List.of(baseline), List.of(ours.subList(0, 9)));
        assertThat(unpaired.high() - unpaired.low()).isGreaterThan(0.2);
    }

    @Test
    void saysNothingOfNothing() {
        assertThat(Bootstrap.median(List.of(List.of())).low()).isNaN();
    }
}
