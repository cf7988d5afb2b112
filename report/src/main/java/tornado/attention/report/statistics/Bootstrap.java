package tornado.attention.report.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * 95 % percentile bootstrap intervals. What is drawn again is not the single run, because neighbouring runs resemble
 * each other, but the JVM (fork) and within it the round: each draw is a cluster of runs that were measured together.
 *
 * <p>The draws come from a seeded generator: the same samples give the same interval.
 */
final class Bootstrap {
    private static final int DRAWS = 1000;
    private static final double ALPHA = 0.05;
    private static final long SEED = 0x7065_6572_4c61_6273L;

    private Bootstrap() {}

    /** A value and the cluster it belongs to. */
    private record Labelled(double value, int cluster) {}

    /**
     * Interval of the median of all runs.
     *
     * @param forks for each fork its rounds, for each round its runs
     * @return both ends NaN without runs
     */
    public static Interval median(List<List<double[]>> forks) {
        var sampler = new Sampler(forks);
        return percentile(random -> sampler.median(sampler.draw(random)));
    }

    /**
     * Interval of the ratio of two medians, baseline over ours. Where both have the same forks and rounds, they were
     * measured in turns: the same rounds are then drawn for both, so that what slowed down the machine for both cancels
     * out.
     */
    public static Interval ratio(List<List<double[]>> baseline, List<List<double[]>> ours) {
        var above = new Sampler(baseline);
        var below = new Sampler(ours);
        boolean paired = above.sameRoundsAs(below);
        return percentile(random -> {
            var rounds = above.draw(random);
            return above.median(rounds) / below.median(paired ? rounds : below.draw(random));
        });
    }

    /** One bootstrap replicate. */
    private interface Replicate {
        double of(SplittableRandom random);
    }

    private static Interval percentile(Replicate replicate) {
        var random = new SplittableRandom(SEED);
        var replicates = new double[DRAWS];
        for (int i = 0; i < DRAWS; i++) {
            replicates[i] = replicate.of(random);
        }
        Arrays.sort(replicates);
        return new Interval(Quantiles.quantile(replicates, ALPHA / 2), Quantiles.quantile(replicates, 1 - ALPHA / 2));
    }

    /** Draws rounds and takes the median of their runs without sorting anew: all runs are sorted once. */
    private static final class Sampler {
        private final int[] rounds;
        private final List<Labelled> sorted = new ArrayList<>();
        private final int clusters;

        Sampler(List<List<double[]>> forks) {
            rounds = forks.stream().mapToInt(List::size).toArray();
            int cluster = 0;
            for (var fork : forks) {
                for (var round : fork) {
                    for (double value : round) {
                        sorted.add(new Labelled(value, cluster));
                    }
                    cluster++;
                }
            }
            clusters = cluster;
            sorted.sort(Comparator.comparingDouble(Labelled::value));
        }

        boolean sameRoundsAs(Sampler other) {
            return Arrays.equals(rounds, other.rounds);
        }

        /** How often each round was drawn. */
        int[] draw(SplittableRandom random) {
            var times = new int[clusters];
            for (int f = 0; f < rounds.length; f++) {
                int fork = random.nextInt(rounds.length);
                int first = Arrays.stream(rounds, 0, fork).sum();
                for (int r = 0; r < rounds[fork]; r++) {
                    times[first + random.nextInt(rounds[fork])]++;
                }
            }
            return times;
        }

        double median(int[] times) {
            long total = 0;
            for (var value : sorted) {
                total += times[value.cluster];
            }
            if (total == 0) {
                return Double.NaN;
            }
            long passed = 0;
            double lower = Double.NaN;
            for (var value : sorted) {
                passed += times[value.cluster];
                if (Double.isNaN(lower) && 2 * passed >= total) {
                    lower = value.value;
                }
                if (2 * passed > total) {
                    return (lower + value.value) / 2;
                }
            }
            return lower;
        }
    }
}
