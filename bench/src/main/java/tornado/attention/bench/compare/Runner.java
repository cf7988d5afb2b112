package tornado.attention.bench.compare;

import java.util.List;
import tornado.attention.report.Contender;
import tornado.attention.report.Cost;
import tornado.attention.report.Phases;

/** One that runs cases: a device of the engine, a baseline, a peer. Holds at most one case at a time. */
interface Runner extends AutoCloseable {
    /**
     * What a case gave at its first run.
     *
     * @param outputs copies of the outputs
     * @param cost what a run costs; null where the runner does not know
     * @param phases what is known before the profiled pass
     */
    record Prepared(List<float[]> outputs, Cost cost, Phases phases) {}

    /**
     * What a profiled pass found; 0 where a runner has no such thing.
     *
     * @param upNanos inputs to the device
     * @param kernelNanos in kernels
     * @param downNanos outputs to the host
     * @param bytesUp bytes to the device, by the engine's own count
     * @param bytesDown bytes to the host
     * @param milliwatts power that the device reports; 0 if it does not
     */
    record Profile(long upNanos, long kernelNanos, long downNanos, long bytesUp, long bytesDown, double milliwatts) {
        /** A runner without transfers. */
        static final Profile NONE = new Profile(0, 0, 0, 0, 0, 0);
    }

    /** Who it is. */
    Contender contender();

    /**
     * Builds a case and runs it once.
     *
     * @throws Unsupported if it cannot run here
     */
    Prepared prepare(CaseData data) throws Unsupported;

    /**
     * Runs the case again and again.
     *
     * @param nanos until so much time has passed
     * @param most but at most so often
     * @return the time of each run, at least one
     */
    long[] slice(long nanos, int most);

    /** How long the compilers of the runner's JVM have worked since it started, in nanoseconds; 0 where there are none. */
    long compiling();

    /** Runs the case a few times with the engine's profiler on; nothing of it is a time of the case. */
    Profile profile();

    /** Forgets the case and frees its memory. */
    void release();

    /** Whether it can still be asked: a process of its own may have ended. */
    default boolean alive() {
        return true;
    }

    /** Ends what the runner holds: processes, files. */
    @Override
    void close();
}
