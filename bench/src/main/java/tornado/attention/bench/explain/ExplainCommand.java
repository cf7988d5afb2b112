package tornado.attention.bench.explain;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tornado.attention.bench.cli.EngineOptions;
import tornado.attention.bench.cli.ExitCode;
import tornado.attention.bench.cli.FusionOption;
import tornado.attention.bench.cli.ModuleNames;
import tornado.attention.bench.cli.ModulesCommand;
import tornado.attention.bench.cli.UsageException;
import tornado.attention.bench.engine.Device;
import tornado.attention.bench.engine.Engine;
import tornado.attention.bench.explain.Kernels.Kernel;
import tornado.attention.bench.run.NetworkSource;
import tornado.attention.modules.Catalogue;
import tornado.attention.modules.ModuleType;
import tornado.attention.networks.NetworkName;
import tornado.attention.networks.Networks;
import tornado.attention.report.internal.text.Numbers;
import tornado.attention.report.internal.text.TextTable;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;

/** {@code attn explain}: which tasks a kernel makes, how the embedded engine runs it, and why not better; how long each one takes. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = {
            "Says which tasks of the formula of a module or network each kernel makes, and how the embedded engine runs it: in SIMD lanes",
            "over the parallel loop, over serial loops, or scalar, and why not better. With --time also how long each takes."
        })
public final class ExplainCommand implements Callable<Integer> {
    private static final Shape FEATURE_MAP = Shape.of(1, 64, 28, 28);

    /** So many compilations are told one by one. */
    private static final int LONGEST = 12;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "NAME",
            description = "A module, a network, or a kernel or a part of its name, such as Softmax.rows.")
    private String name;

    @Option(
            names = "--shape",
            paramLabel = "NxCxHxW",
            description =
                    "Feature map to which modules are fitted (default: 1x64x28x28), or images of a network (default: one of its own size).")
    private String shape;

    @Option(
            names = "--time",
            description =
                    "Run a module or network until its time is known, and say where it goes: of each kernel milliseconds, bytes and"
                            + " multiply-accumulates a second.")
    private boolean time;

    @Option(
            names = "--compile-time",
            description =
                    "The same, and what HotSpot's compilers have done for it: methods, seconds, and which took longest.")
    private boolean compileTime;

    @Mixin
    private FusionOption fusion = new FusionOption();

    @Mixin
    private NetworkSource.Slot slot = new NetworkSource.Slot();

    @Mixin
    private EngineOptions where = new EngineOptions();

    @Override
    public Integer call() throws IOException {
        var out = spec.commandLine().getOut();
        boolean network = NetworkSource.isNetwork(name);
        if (!network) {
            slot.requireNone();
        }
        if (network || Catalogue.contains(name)) {
            var device = where.device();
            if (compileTime) {
                var work = HotSpotWork.during(() -> print(out, device));
                print(out, work);
            } else {
                print(out, device);
            }
        } else {
            if (time || compileTime) {
                throw new UsageException(
                        "--time and --compile-time run a module or a network; '" + name + "' is neither.");
            }
            printModes(out, ofKernel(where.device()));
        }
        out.flush();
        return ExitCode.OK;
    }

    private void print(PrintWriter out, Device device) {
        var chain = chain(fusion.apply(device.options()));
        try (var plan = chain.plan(device.device())) {
            if (time || compileTime) {
                printTimes(out, device, Kernels.timed(chain, plan));
            } else {
                printModes(out, Kernels.of(chain, plan).all());
            }
        }
    }

    private TaskChain chain(ChainOptions options) {
        if (Catalogue.contains(name)) {
            return Kernels.chain(ModuleNames.require(name), featureMap(FEATURE_MAP), options);
        }
        var size = Networks.imageSize(NetworkName.parse(name).network());
        var images = featureMap(Shape.of(1, 3, size.height(), size.width()));
        if (images.channels() != 3) {
            throw new UsageException("--shape is " + images + "; a network takes images [batch, 3, height, width].");
        }
        return Kernels.chain(NetworkSource.config(name, slot), images, options);
    }

    private Shape featureMap(Shape otherwise) {
        return shape == null ? otherwise : ModulesCommand.featureMap(shape);
    }

    private static void printModes(PrintWriter out, List<Kernel> kernels) {
        var table = new TextTable("task", "makes", "kernel", "how it runs");
        kernels.forEach(kernel -> table.row(
                kernel.step().task(),
                kernel.step().covers(),
                kernel.name(),
                kernel.mode().isEmpty() ? "compiled by TornadoVM for the device" : kernel.mode()));
        table.lines().forEach(out::println);
    }

    private static void printTimes(PrintWriter out, Device device, Kernels kernels) {
        double sum = kernels.all().stream().mapToLong(Kernel::nanos).sum();
        var table = new TextTable("task", "makes", "kernel", ">ms", ">share", ">MB", ">GB/s", ">Gmacs/s");
        for (var kernel : kernels.all()) {
            table.row(Part.of(kernel)
                    .behind(sum, kernel.step().task(), kernel.step().covers(), kernel.name()));
        }
        table.lines().forEach(out::println);
        out.println();
        var parts = new LinkedHashMap<String, Part>();
        kernels.all().forEach(k -> parts.merge(k.name(), Part.of(k), Part::and));
        var whole = new TextTable("kernel", ">calls", ">ms", ">share", ">MB", ">GB/s", ">Gmacs/s");
        parts.entrySet().stream()
                .sorted(Map.Entry.<String, Part>comparingByValue((a, b) -> Long.compare(b.nanos(), a.nanos())))
                .forEach(e -> {
                    var kernel = e.getKey().isEmpty() ? "all" : e.getKey();
                    var calls = Integer.toString(e.getValue().calls());
                    whole.row(e.getValue().behind(sum, kernel, calls));
                });
        whole.lines().forEach(out::println);
        out.println();
        out.println("device     " + device.describe() + ", engine " + Engine.current());
        out.println("time       a run takes " + Numbers.millis(kernels.runNanos()) + " (median of the later half of "
                + kernels.runs() + " runs); its kernels, each timed in runs with the profiler on, "
                + Numbers.millis((long) sum));
        out.println(
                "MB and GB/s count each tensor that a kernel reads or writes once, whether it comes from memory or a cache.");
    }

    /** Several calls together. */
    private record Part(int calls, long nanos, long bytes, long macs) {
        static Part of(Kernel kernel) {
            return new Part(
                    1, kernel.nanos(), kernel.step().bytes(), kernel.step().macs());
        }

        Part and(Part other) {
            return new Part(calls + other.calls, nanos + other.nanos, bytes + other.bytes, macs + other.macs);
        }

        /** The cells of a row behind its first: milliseconds, share, MB, GB/s, Gmacs/s. */
        String[] behind(double sum, String... first) {
            var numbers = Stream.of(
                    Numbers.significant(nanos / 1e6),
                    Numbers.percent(nanos / sum),
                    Numbers.significant(bytes / 1e6),
                    nanos == 0 ? "" : Numbers.significant((double) bytes / nanos),
                    nanos == 0 || macs == 0 ? "" : Numbers.significant((double) macs / nanos));
            return Stream.concat(Stream.of(first), numbers).toArray(String[]::new);
        }
    }

    private static void print(PrintWriter out, HotSpotWork work) {
        out.println();
        out.println("HotSpot    C1 compiled " + Numbers.count(work.count("c1")) + " methods in "
                + Numbers.millis(work.nanos("c1")) + ", C2 " + Numbers.count(work.count("c2")) + " in "
                + Numbers.millis(work.nanos("c2")) + ", since the command began; these took longest:");
        var table = new TextTable("method", "compiler", ">ms", "");
        work.methods().stream()
                .limit(LONGEST)
                .forEach(m -> table.row(
                        m.name(),
                        m.compiler(),
                        Numbers.significant(m.nanos() / 1e6),
                        m.onStack() ? "replaced while it ran" : ""));
        table.lines().forEach(out::println);
    }

    /** Each different way in which kernels of this name run in the modules that fit, with the first task that does so. */
    private List<Kernel> ofKernel(Device device) {
        var featureMap = featureMap(FEATURE_MAP);
        var wanted = name.toLowerCase(Locale.ROOT);
        var byMode = new LinkedHashMap<String, Kernel>();
        for (var type : Catalogue.types()) {
            for (var kernel : kernels(type, featureMap, device)) {
                if (kernel.name().toLowerCase(Locale.ROOT).contains(wanted)) {
                    byMode.putIfAbsent(kernel.name() + kernel.mode(), kernel);
                }
            }
        }
        if (byMode.isEmpty()) {
            throw new UsageException("There is neither a module nor a network nor a kernel '" + name
                    + "'; attn modules and attn networks list them, attn explain MODULE the kernels of one.");
        }
        return new ArrayList<>(byMode.values());
    }

    private List<Kernel> kernels(ModuleType type, Shape featureMap, Device device) {
        try {
            type.settingsFor(featureMap, Map.of());
        } catch (IllegalArgumentException e) {
            return List.of(); // a module that does not fit this feature map has no kernels for it
        }
        var chain = Kernels.chain(type, featureMap, fusion.apply(device.options()));
        try (var plan = chain.plan(device.device())) {
            return Kernels.of(chain, plan).all();
        }
    }
}
