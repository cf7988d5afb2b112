package tornado.attention.bench.cli;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tornado.attention.bench.engine.Device;
import tornado.attention.bench.engine.Devices;
import tornado.attention.bench.engine.Engine;
import tornado.attention.bench.engine.OpenCl;
import tornado.attention.bench.engine.Sdk;
import tornado.attention.bench.text.Sentences;
import tornado.attention.report.internal.text.Numbers;
import tornado.attention.report.internal.text.TextTable;

/** {@code attn doctor}: whether this machine has what is needed; each line is OK or the exact fix. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = {
            "Checks JDK, engine, TornadoVM SDK, OpenCL, memory and threads.",
            "Each line is OK, FIX with what to do, or -- where something optional is absent.",
            "Exit status 1 if there is something to fix."
        })
public final class DoctorCommand implements Callable<Integer> {
    private static final int JAVA = 25;

    /** Below this, modules at the larger shapes of the comparison do not fit. */
    private static final long MINIMUM_HEAP = 1L << 30;

    /** How a check ended. */
    enum Status {
        /** As it should be. */
        OK("OK"),
        /** Something to do. */
        FIX("FIX"),
        /** Absent, and nothing needs it. */
        OPTIONAL("--");

        private final String label;

        Status(String label) {
            this.label = label;
        }
    }

    /** One line. */
    record Check(Status status, String what, String text) {}

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        var checks = new ArrayList<Check>();
        checks.add(jdk(Runtime.version().feature()));
        var engine = engine();
        // TornadoVM does not need it.
        if (engine.getFirst().text().startsWith(Engine.EMBEDDED)) {
            checks.add(
                    vector(ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()));
        }
        checks.addAll(engine);
        checks.add(sdk(Sdk.find(), Runtime.version().feature()));
        checks.add(openCl(OpenCl.find()));
        checks.add(memory());
        checks.add(threads());
        var out = spec.commandLine().getOut();
        var table = new TextTable("", "", "");
        checks.forEach(c -> table.row(c.status().label, c.what(), c.text()));
        table.lines().stream().skip(1).forEach(out::println);
        out.flush();
        return checks.stream().anyMatch(c -> c.status() == Status.FIX) ? ExitCode.FAILED : ExitCode.OK;
    }

    static Check jdk(int feature) {
        var text =
                System.getProperty("java.vendor") + " " + Runtime.version() + " in " + System.getProperty("java.home");
        return feature >= JAVA
                ? new Check(Status.OK, "JDK", text)
                : new Check(
                        Status.FIX,
                        "JDK",
                        text + " is too old: install a JDK " + JAVA + " and set ATTN_JAVA_HOME to its folder.");
    }

    static Check vector(boolean present) {
        return present
                ? new Check(Status.OK, "Vector API", "module jdk.incubator.vector is there")
                : new Check(
                        Status.FIX,
                        "Vector API",
                        "module jdk.incubator.vector is absent, so kernels run as scalar code, 3 to 50 times slower:"
                                + " start through ./attn, or give java --add-modules jdk.incubator.vector.");
    }

    private static List<Check> engine() {
        var checks = new ArrayList<Check>();
        try {
            checks.add(new Check(Status.OK, "engine", Engine.current().toString()));
            var devices = Devices.all();
            checks.add(
                    devices.isEmpty()
                            ? new Check(
                                    Status.FIX,
                                    "devices",
                                    "the engine found none: install a driver, or use --engine embedded.")
                            : new Check(
                                    Status.OK,
                                    "devices",
                                    devices.stream().map(Device::describe).collect(Collectors.joining("; "))));
        } catch (RuntimeException | LinkageError e) {
            checks.add(new Check(Status.FIX, "engine", Sentences.of(e)));
        }
        return checks;
    }

    static Check sdk(Sdk sdk, int jdk) {
        return switch (sdk) {
            case Sdk.Found f ->
                f.complaint(jdk)
                        .map(c -> new Check(Status.FIX, "TornadoVM SDK", c + " It lies in " + f.home() + "."))
                        .orElse(new Check(
                                Status.OK, "TornadoVM SDK", f.version() + " with " + f.backends() + " in " + f.home()));
            case Sdk.Missing m ->
                new Check(
                        // A folder that was named and is wrong is a mistake; none at all is a choice.
                        m.reason().startsWith("TORNADOVM_HOME is not set") ? Status.OPTIONAL : Status.FIX,
                        "TornadoVM SDK",
                        m.reason());
        };
    }

    static Check openCl(OpenCl openCl) {
        if (openCl.usable()) {
            return new Check(
                    Status.OK,
                    "OpenCL",
                    "drivers " + String.join(", ", openCl.drivers()) + "; loader " + openCl.loader());
        }
        var what = openCl.loader() == null
                ? "no loader library libOpenCL.so was found"
                : "no driver is registered in /etc/OpenCL/vendors";
        return new Check(
                Status.OPTIONAL,
                "OpenCL",
                what
                        + "; TornadoVM needs one: install the graphics card's driver, or run setup/opencl for the processor.");
    }

    private static Check memory() {
        long heap = Runtime.getRuntime().maxMemory();
        var system = ManagementFactory.getOperatingSystemMXBean();
        var physical = system instanceof com.sun.management.OperatingSystemMXBean bean
                ? " of " + Numbers.bytes(bean.getTotalMemorySize())
                : "";
        var text = Numbers.bytes(heap) + physical + " for arrays";
        return heap >= MINIMUM_HEAP
                ? new Check(Status.OK, "memory", text)
                : new Check(
                        Status.FIX, "memory", text + " is little: set ATTN_JAVA_OPTS=-Xmx2g, or close other programs.");
    }

    private static Check threads() {
        int processors = Runtime.getRuntime().availableProcessors();
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        var text = processors + " processors";
        return load >= 0 && load > 0.5 * processors
                ? new Check(
                        Status.OPTIONAL,
                        "threads",
                        text + ", but other programs keep " + Numbers.value(load)
                                + " of them busy: times measured now are too long; stop those programs first.")
                : new Check(Status.OK, "threads", text);
    }
}
