package uk.ac.manchester.tornado.api;

import tornado.attention.embedded.internal.runtime.RunRecord;
import uk.ac.manchester.tornado.api.profiler.ProfilerInterface;

/**
 * What one run of a plan moved and how long it took. Bytes are always counted, as if memory were not shared; times, in
 * nanoseconds, are 0 unless the plan is profiled.
 */
public class TornadoProfilerResult implements ProfilerInterface {

    private final RunRecord run;
    private final String trace;

    TornadoProfilerResult(RunRecord run, String trace) {
        this.run = run;
        this.trace = trace;
    }

    @Override
    public long getTotalTime() {
        return run.total();
    }

    /** Time the compiler took when the graphs were built; reported for a plan's first run. */
    @Override
    public long getCompileTime() {
        return run.compile();
    }

    @Override
    public long getTornadoCompilerTime() {
        return run.compile();
    }

    /** 0: there is no driver. */
    @Override
    public long getDriverInstallTime() {
        return 0;
    }

    @Override
    public long getDataTransfersTime() {
        return run.up() + run.down();
    }

    @Override
    public long getDeviceWriteTime() {
        return run.up();
    }

    @Override
    public long getDeviceReadTime() {
        return run.down();
    }

    /** 0: copies are not dispatched to anybody else. */
    @Override
    public long getDataTransferDispatchTime() {
        return 0;
    }

    /** 0: the dispatch to workers is part of the kernels' time. */
    @Override
    public long getKernelDispatchTime() {
        return 0;
    }

    @Override
    public long getDeviceKernelTime() {
        return run.kernels();
    }

    @Override
    public String getProfileLog() {
        return run.log();
    }

    @Override
    public long getTotalBytesCopyIn() {
        return run.bytesUp();
    }

    /** Bytes copied to the host, those of transfers that this result was asked for included. */
    @Override
    public long getTotalBytesCopyOut() {
        return run.bytesDown();
    }

    @Override
    public long getTotalBytesTransferred() {
        return run.bytesUp() + run.bytesDown();
    }

    @Override
    public long getTotalDeviceMemoryUsage() {
        return run.bytesAllocated();
    }

    /** Prints the profile. */
    public void dumpProfiles() {
        System.out.println(getProfileLog());
    }

    /** What was switched on and off before the run, one line each. */
    public String getTraceExecutionPlan() {
        return trace;
    }
}
