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
import tornado.attention.tasks.Plan;
import uk.ac.manchester.tornado.api.exceptions.TornadoOutOfMemoryException;

/**
 * A device of the engine: the chain as a plan, compiled once, its inputs up and its outputs down at each run.
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
    private Plan plan;

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
        plan = attachment.chain().plan(device.device());
        takingMemory(data, needed, plan::prepare);
        long ready = System.nanoTime();
        takingMemory(data, needed, () -> plan.run());
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

    /** What asks for the memory first: others of this process may have it. */
    private void takingMemory(CaseData data, long needed, Runnable first) throws Unsupported {
        try {
            first.run();
        } catch (IllegalStateException e) {
            if (!(e.getCause() instanceof TornadoOutOfMemoryException)) {
                throw e;
            }
            throw new Unsupported("It needs " + Numbers.bytes(needed) + " of device memory and " + device.hardware()
                    + " did not give them for " + data.info().id()
                    + "; use a smaller batch, image or map, or give TornadoVM more with -Dtornado.device.memory=16GB.");
        }
    }

    @Override
    public long[] slice(long nanos, int most) {
        return Samples.take(() -> plan.run(), nanos, most);
    }

    @Override
    public long compiling() {
        return Compilation.nanos();
    }

    @Override
    public Profile profile() {
        var up = new long[PROFILED];
        var kernels = new long[PROFILED];
        var down = new long[PROFILED];
        long end = System.nanoTime() + PROFILE_NANOS;
        Plan.Transfers last = null;
        int n = 0;
        while (n == 0 || n < PROFILED && System.nanoTime() < end) {
            last = plan.profile();
            up[n] = last.upNanos();
            kernels[n] = last.kernelNanos();
            down[n] = last.downNanos();
            n++;
        }
        return new Profile(
                median(up, n),
                median(kernels, n),
                median(down, n),
                last.up(),
                last.down(),
                milliwatts(String.join("\n", plan.profileLogs())));
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
        var done = plan;
        plan = null;
        if (done != null) {
            done.close();
        }
    }

    @Override
    public void close() {
        release();
    }
}
