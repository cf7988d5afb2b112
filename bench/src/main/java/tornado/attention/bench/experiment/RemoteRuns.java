package tornado.attention.bench.experiment;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Map;

/** Trains the runs of an experiment in other processes; a jar on the class path brings it along, found as a service. */
public interface RemoteRuns {
    /**
     * A run that is wanted.
     *
     * @param number of the run, for whoever wants it
     * @param plan what it is trained by, as a checkpoint holds it
     */
    record Wanted(int number, Map<String, String> plan) implements Serializable {}

    /** Is told of each run that has ended, one after the other. */
    interface Taker {
        /**
         * Takes a run.
         *
         * @param files of its folder by their names
         */
        void accept(Wanted run, Map<String, byte[]> files) throws IOException;
    }

    /**
     * Trains all; a run is never split.
     *
     * @param master where, such as {@code local[2]}
     * @throws IOException if a run fails; those that have ended before were handed over
     */
    void train(String master, List<Wanted> runs, Taker taker) throws IOException;
}
