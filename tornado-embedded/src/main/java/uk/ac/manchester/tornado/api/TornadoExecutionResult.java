package uk.ac.manchester.tornado.api;

import tornado.attention.embedded.internal.runtime.PlanRuntime;
import tornado.attention.embedded.internal.runtime.RunRecord;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/** The end of one run of a plan: its profile, and the way to what stayed on the device. */
public class TornadoExecutionResult {

    private final PlanRuntime plan;
    private final RunRecord run;
    private final String trace;

    TornadoExecutionResult(PlanRuntime plan, RunRecord run, String trace) {
        this.plan = plan;
        this.run = run;
        this.trace = trace;
    }

    /** What the run moved and how long it took. */
    public TornadoProfilerResult getProfilerResult() {
        return new TornadoProfilerResult(run, trace);
    }

    /**
     * Copies arrays from the device, as they are there now.
     *
     * @param objects arrays, vectors or matrices of the plan's selected graphs
     */
    public TornadoExecutionResult transferToHost(Object... objects) {
        plan.transferToHost(run, objects);
        return this;
    }

    /** Copies part of an array from the device, as it is there now. */
    public TornadoExecutionResult transferToHost(DataRange dataRange) {
        dataRange.materialize();
        plan.transferToHost(
                run,
                dataRange.getArray(),
                dataRange.getOffset() - TornadoNativeArray.ARRAY_HEADER,
                dataRange.getPartialSize());
        return this;
    }

    /** Whether the run has ended: always, as runs are not asynchronous. */
    public boolean isReady() {
        return true;
    }
}
