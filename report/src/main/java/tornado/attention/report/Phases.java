package tornado.attention.report;

/**
 * Time of each phase apart, in nanoseconds; 0 where a contender has no such phase.
 *
 * @param build attaching the module: shapes, costs, buffers
 * @param compile analysing and compiling the kernels
 * @param firstRun first run, with what the engine does lazily and the transfer of weights
 * @param up inputs to the device, from the profiled pass
 * @param kernels kernels, from the profiled pass
 * @param down outputs to the host, from the profiled pass
 * @param cache {@code cold} where the kernels were compiled for the first time in this JVM, {@code warm} where another
 *     contender had compiled them, {@code driver} where the driver's own cache decides, empty where nothing is compiled
 */
public record Phases(long build, long compile, long firstRun, long up, long kernels, long down, String cache) {
    /** The same with what the profiled pass found. */
    public Phases profiled(long upNanos, long kernelNanos, long downNanos) {
        return new Phases(build, compile, firstRun, upNanos, kernelNanos, downNanos, cache);
    }
}
