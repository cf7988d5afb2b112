package tornado.attention.bench.compare;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import tornado.attention.bench.engine.Device;
import tornado.attention.bench.engine.Engine;
import tornado.attention.report.Contender;
import tornado.attention.report.Phases;
import tornado.attention.report.internal.text.Numbers;
import tornado.attention.report.statistics.Quantiles;
import tornado.attention.tasks.DeviceMemory;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoProfilerResult;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.exceptions.TornadoOutOfMemoryException;

/**
 * A device of the engine: the chain as one task graph, compiled once, its inputs up and its outputs down at each run.
 */
final class PlanRunner implements Runner {
    /** Runs of the profiled pass, and how long it may take. */
    private static final int PROFILED = 5;

    private static final long PROFILE_NANOS = 200_000_000L;

    /** What TornadoVM's profiler writes for devices whose driver tells their power. */
    private static final Pattern POWER = Pattern.compile("\"POWER_USAGE_mW\"\\s*:\\s*\"?([0-9.]+)");

    private final Device device;
    private final boolean embedded;
    private final Set<String> compiled;
    private Contender contender;
    private TornadoExecutionPlan plan;

    /** Whether the plan found no memory: TornadoVM 5.2 cannot free it then. */
    private boolean starved;

    /**
     * A runner without a case.
     *
     * @param compiled ids of the cases whose kernels this JVM has compiled already; shared by its runners
     */
    PlanRunner(Engine engine, Device device, Set<String> compiled) {
        this.device = device;
        this.compiled = compiled;
        embedded = engine.name().equals(Engine.EMBEDDED);
        contender = new Contender(
                engine.name() + ":" + device.id(),
                engine.name(),
                engine.version(),
                device.profile().backend(),
                device.id(),
                device.hardware(),
                driver(device),
                device.profile().kind() == tornado.attention.tasks.DeviceProfile.Kind.CPU
                        ? device.profile().processors()
                        : 0,
                "portable");
    }

    private static String driver(Device device) {
        var platform = device.device().getPlatformName();
        var version = device.device().getDeviceOpenCLCVersion();
        return version == null || version.isBlank() ? platform : platform + ", " + version.strip();
    }

    /** A set of case ids to share. */
    static Set<String> nothingCompiled() {
        return new HashSet<>();
    }

    @Override
    public Contender contender() {
        return contender;
    }

    @Override
    public Prepared prepare(CaseData data) throws Unsupported {
        release();
        long start = System.nanoTime();
        var attachment = Attachment.of(data, device.options());
        long needed = attachment.cost().peakDeviceBytes();
        DeviceMemory.of(device.device()).require(data.info().id(), needed);
        long built = System.nanoTime();
        var graph = new TaskGraph("compare");
        var grids = attachment.chain().emitInto(graph);
        plan = new TornadoExecutionPlan(graph.snapshot());
        plan.withDevice(device.device());
        grids.ifPresent(plan::withGridScheduler);
        plan.withPreCompilation();
        long ready = System.nanoTime();
        firstRun(data, needed);
        long ran = System.nanoTime();
        var cache = compiled.add(data.info().id()) ? "cold" : "warm";
        contender = new Contender(
                contender.key(),
                contender.engine(),
                contender.engineVersion(),
                contender.backend(),
                contender.device(),
                contender.deviceName(),
                contender.driver(),
                contender.threads(),
                attachment.variants());
        var phases = new Phases(built - start, ready - built, ran - ready, 0, 0, 0, embedded ? cache : "driver");
        return new Prepared(attachment.read(), attachment.cost(), phases);
    }

    /** The first run, which asks for the memory: others of this process may have it. */
    private void firstRun(CaseData data, long needed) throws Unsupported {
        try {
            plan.execute();
        } catch (TornadoOutOfMemoryException _) {
            starved = true;
            throw new Unsupported("It needs " + Numbers.bytes(needed) + " of device memory and " + device.hardware()
                    + " did not give them for " + data.info().id()
                    + "; use a smaller batch, image or map, or give TornadoVM more with -Dtornado.device.memory=16GB.");
        }
    }

    @Override
    public long[] slice(long nanos, int most) {
        return Samples.take(plan::execute, nanos, most);
    }

    @Override
    public long compiling() {
        return Compilation.nanos();
    }

    @Override
    public Profile profile() {
        plan.withProfiler(ProfilerMode.SILENT);
        try {
            var up = new long[PROFILED];
            var kernels = new long[PROFILED];
            var down = new long[PROFILED];
            long end = System.nanoTime() + PROFILE_NANOS;
            TornadoProfilerResult last = null;
            int n = 0;
            while (n == 0 || n < PROFILED && System.nanoTime() < end) {
                last = plan.execute().getProfilerResult();
                up[n] = last.getDeviceWriteTime();
                kernels[n] = last.getDeviceKernelTime();
                down[n] = last.getDeviceReadTime();
                n++;
            }
            return new Profile(
                    median(up, n),
                    median(kernels, n),
                    median(down, n),
                    last.getTotalBytesCopyIn(),
                    last.getTotalBytesCopyOut(),
                    milliwatts(last.getProfileLog()));
        } finally {
            plan.withoutProfiler();
        }
    }

    private static long median(long[] values, int n) {
        return Math.round(Quantiles.median(java.util.Arrays.copyOf(values, n)));
    }

    private static double milliwatts(String log) {
        var power = POWER.matcher(log == null ? "" : log);
        double sum = 0;
        int found = 0;
        while (power.find()) {
            sum += Double.parseDouble(power.group(1));
            found++;
        }
        return found == 0 ? 0 : sum / found;
    }

    @Override
    public void release() {
        if (plan == null) {
            return;
        }
        try {
            plan.close();
        } catch (TornadoExecutionPlanException e) {
            throw new IllegalStateException(
                    "The plan on " + device.hardware() + " could not be closed: " + e.getMessage(), e);
        } catch (Error e) {
            if (!starved || e instanceof VirtualMachineError) {
                throw e;
            }
        } finally {
            plan = null;
            starved = false;
        }
    }

    @Override
    public void close() {
        release();
    }
}
