package tornado.attention.networks.training;

/**
 * A moving average of everything that is learned, running statistics included and counters as they are, which is often the better network: timm's
 * {@code ModelEmaV3} (Polyak and Juditsky, 1992). After the first step it is what was learned.
 *
 * @param decay share of the average that stays in a step, at least 0 and below 1; timm takes 0.9998
 * @param warmup whether the share rises to that: {@code 1 - step^(-2/3)} while it is less
 */
public record Averaging(double decay, boolean warmup) {
    /** Checks the range. */
    public Averaging {
        if (!(decay >= 0 && decay < 1)) {
            throw new IllegalArgumentException("The decay of an average is at least 0 and below 1, not " + decay + ".");
        }
    }

    /**
     * The share of what was learned that a step adds.
     *
     * @param step from 1
     */
    public double share(long step) {
        if (step <= 1) {
            return 1;
        }
        return 1 - (warmup ? Math.min(decay, 1 - Math.pow(step, -2.0 / 3)) : decay);
    }
}
