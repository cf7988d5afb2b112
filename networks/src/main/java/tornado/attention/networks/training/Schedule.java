package tornado.attention.networks.training;

import java.util.List;

/**
 * The learning rate over a run.
 *
 * @param rate the highest
 * @param epochs of the run
 * @param warmup epochs over which it rises from 0
 * @param milestones epochs at which it is multiplied with {@code factor}; empty for half a cosine down to 0 (arXiv 1608.03983)
 * @param factor of a milestone
 */
public record Schedule(double rate, int epochs, double warmup, List<Integer> milestones, double factor) {
    /** Checks the ranges. */
    public Schedule {
        milestones = List.copyOf(milestones);
        if (!(rate > 0 && rate < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("A learning rate is above 0, not " + rate + ".");
        }
        if (epochs < 1 || !(warmup >= 0 && warmup < epochs)) {
            throw new IllegalArgumentException("A run has at least 1 epoch and warms up in fewer than it has, not "
                    + epochs + " and " + warmup + ".");
        }
        if (!(factor > 0 && factor <= 1)) {
            throw new IllegalArgumentException(
                    "A rate is multiplied with more than 0 and at most 1, not " + factor + ".");
        }
    }

    /** Half a cosine. */
    public static Schedule cosine(double rate, int epochs, double warmup) {
        return new Schedule(rate, epochs, warmup, List.of(), 1);
    }

    /** Multiplied with a factor at some epochs. */
    public static Schedule steps(double rate, int epochs, double warmup, List<Integer> milestones, double factor) {
        return new Schedule(rate, epochs, warmup, milestones, factor);
    }

    /**
     * The rate at a time.
     *
     * @param epoch epochs done, with a fraction within one
     */
    public double at(double epoch) {
        if (epoch < warmup) {
            return rate * epoch / warmup;
        }
        if (milestones.isEmpty()) {
            double done = (epoch - warmup) / (epochs - warmup);
            return rate * (1 + Math.cos(Math.PI * Math.min(done, 1))) / 2;
        }
        return rate
                * Math.pow(factor, milestones.stream().filter(m -> epoch >= m).count());
    }
}
