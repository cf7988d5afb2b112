package tornado.attention.tasks.internal.lowering;

import java.util.List;
import java.util.Optional;
import tornado.attention.tasks.Tensor;
import tornado.attention.tasks.graph.Value;

/** Several tasks that one kernel computes, or a few: tried on each value, the largest patterns first. */
interface Pattern {
    /**
     * A pattern and what it is called.
     *
     * @param name such as {@code excitation}
     * @param pattern what it matches
     */
    record Named(String name, Pattern pattern) {}

    /** A pattern with a name. */
    static Named of(String name, Pattern pattern) {
        return new Named(name, pattern);
    }

    /** What the pattern makes of a value, if it can make it. */
    Optional<Match> match(Value root, Uses uses);

    /**
     * A value with the tasks before it that are made along.
     *
     * @param covered the values that are not made for themselves, the root not among them
     * @param needs the values it is made of
     * @param raws convolutions whose raw sums it reads
     * @param emitter appends the kernels
     * @param rows how it is made of maps that are rows of channels, if it can be
     */
    record Match(
            List<Value> covered,
            List<Value> needs,
            List<RawConvolution> raws,
            Emitter emitter,
            Optional<RowForm> rows) {
        /** Copies the lists. */
        public Match {
            covered = List.copyOf(covered);
            needs = List.copyOf(needs);
            raws = List.copyOf(raws);
        }

        /** A match of planes. */
        Match(List<Value> covered, List<Value> needs, List<RawConvolution> raws, Emitter emitter) {
            this(covered, needs, raws, emitter, Optional.empty());
        }

        /** A match that needs no convolution's raw sums. */
        Match(List<Value> covered, List<Value> needs, Emitter emitter) {
            this(covered, needs, List.of(), emitter);
        }

        /** The same, which can be made of rows of channels too. */
        Match orOfRows(RowForm form) {
            return new Match(covered, needs, raws, emitter, Optional.of(form));
        }
    }

    /** Appends the kernels of a match. */
    interface Emitter {
        /**
         * Appends kernels.
         *
         * @param emission what has been made so far
         * @param name of the root's kernel
         * @return the root's tensor; null where it is made in another form, which the emission holds
         */
        Tensor emit(Emission emission, String name);
    }
}
