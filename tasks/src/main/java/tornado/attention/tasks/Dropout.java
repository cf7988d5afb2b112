package tornado.attention.tasks;

import static tornado.attention.tasks.Step.out;
import static tornado.attention.tasks.Step.updated;

import tornado.attention.kernels.BatchStatistics;

/**
 * Dropout: Srivastava et al., Dropout: A Simple Way to Prevent Neural Networks from Overfitting, JMLR 2014. What is dropped
 * follows from seed, place in the chain, number of the run and position, so that every engine drops the same.
 */
public final class Dropout {
    private Dropout() {}

    /**
     * Inverted dropout in training mode: each element is 0 with probability {@code rate}, else divided by {@code 1 - rate}. In
     * evaluation mode, and with rate 0, there is no kernel and the tensor itself comes back. Each run of a plan drops other
     * elements; the count of runs is a state named {@code name.runs}, which {@link Plan#weights} shows.
     *
     * @param x any shape
     * @param rate from 0 to below 1
     * @param seed of the dropouts of a chain or module
     * @return the shape of {@code x}
     */
    public static Tensor apply(TaskChain chain, String name, Tensor x, double rate, int seed) {
        if (!(rate >= 0 && rate < 1)) {
            throw new IllegalArgumentException(
                    "Task '" + name + "' needs a dropout rate from 0 to below 1, but it is " + rate + ".");
        }
        if (rate == 0 || !chain.training()) {
            return x;
        }
        int n = x.elements();
        var runs = chain.state(Weight.of(name + ".runs", Shape.of(1), 0f));
        var y = chain.tensor(name, x.shape());
        // Two dropouts of one seed drop different elements: the state's name is unique in the chain.
        int stream = 31 * seed + runs.name().hashCode();
        chain.step(name).launch(tornado.attention.kernels.Dropout::apply, x, runs, out(y), n, stream, (float) rate);
        chain.step(name + ".count").launch(BatchStatistics::increment, updated(runs), 1);
        return y;
    }
}
