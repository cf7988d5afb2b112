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
     * What a dropout drops in a run.
     *
     * @param runs {@code [1]}, how often the plan has run, this run included
     * @param seed of its numbers
     */
    public record Stream(Tensor runs, int seed) {
        /**
         * A stream of its own; its count of runs is a state named {@code name.runs}, which {@link Plan#weights} shows.
         *
         * @param seed of the dropouts of a chain or module
         */
        public static Stream begin(TaskChain chain, String name, int seed) {
            var runs = chain.state(Weight.of(name + ".runs", Shape.of(1), 0f));
            chain.step(name + ".count").launch(BatchStatistics::increment, updated(runs), 1);
            // Two dropouts of one seed drop different elements: the state's name is unique in the chain.
            return new Stream(runs, 31 * seed + runs.name().hashCode());
        }
    }

    /**
     * Inverted dropout in training mode: each element is 0 with probability {@code rate}, else divided by {@code 1 - rate}. In
     * evaluation mode, and with rate 0, there is no kernel and the tensor itself comes back. Each run of a plan drops other
     * elements.
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
        return drops(chain, rate) ? apply(chain, name, x, rate, Stream.begin(chain, name, seed)) : x;
    }

    /** Whether anything is dropped. */
    public static boolean drops(TaskChain chain, double rate) {
        return rate > 0 && chain.training();
    }

    /** The same with a stream: tensors of one shape lose the same elements. */
    public static Tensor apply(TaskChain chain, String name, Tensor x, double rate, Stream stream) {
        var y = chain.tensor(name, x.shape());
        chain.step(name)
                .launch(
                        tornado.attention.kernels.HashedDropout::apply,
                        x,
                        stream.runs(),
                        out(y),
                        x.elements(),
                        stream.seed(),
                        (float) rate);
        return y;
    }
}
