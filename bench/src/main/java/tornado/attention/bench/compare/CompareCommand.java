package tornado.attention.bench.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tornado.attention.bench.cli.EngineOptions;
import tornado.attention.bench.cli.ExitCode;
import tornado.attention.bench.cli.FailureException;
import tornado.attention.bench.cli.ModuleNames;
import tornado.attention.bench.cli.Terminal;
import tornado.attention.bench.cli.UsageException;
import tornado.attention.bench.engine.Engine;
import tornado.attention.bench.machine.EnergyMeter;
import tornado.attention.bench.machine.LoadMeter;
import tornado.attention.bench.machine.LoadMeter.Reading;
import tornado.attention.bench.machine.WithoutPaths;
import tornado.attention.bench.network.NetworksCommand;
import tornado.attention.bench.report.ReportCommand;
import tornado.attention.modules.Catalogue;
import tornado.attention.report.Environment;
import tornado.attention.report.FolderLock;
import tornado.attention.report.ResultsFolder;
import tornado.attention.report.RunConfiguration;
import tornado.attention.report.Verdict;
import tornado.attention.report.rendering.Rendering;
import tornado.attention.tasks.Shape;

/** {@code attn compare}: checks and times modules on every device and writes a report. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        description = "Checks every module against float64, times it on every device and writes a report.",
        footer = {"", "Exit status: 0 done, 1 a check failed, 2 the command line makes no sense."})
public final class CompareCommand implements Callable<Integer> {
    /** Stands for the list of operations where results name the modules of a run. */
    private static final String OPERATIONS = "operations";

    private static final long LOOKED_AT_MILLIS = 400;

    /** Stands in front of the names of networks there. */
    private static final String NETWORKS = RunConfiguration.NETWORKS;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--quick",
            description = "A first look at small shapes: three JVMs, two and a half minutes on two cores.")
    private boolean quick;

    @Option(names = "--rigorous", description = "For publication: five JVMs a case, longer series.")
    private boolean rigorous;

    @Option(names = "--modules", paramLabel = "NAME", split = ",", description = "Modules. Default: all.")
    private List<String> modules = List.of();

    @Option(
            names = "--gradients",
            description =
                    "Of modules forward and backward: the outputs and the gradients of all inputs and parameters.")
    private boolean gradients;

    @Option(
            names = "--operations",
            description =
                    "Instead of modules the operations they are made of, each at the sizes it has there, forward and with"
                            + " their gradients.")
    private boolean operations;

    @Option(
            names = "--networks",
            paramLabel = "NAME",
            split = ",",
            arity = "0..1",
            fallbackValue = "",
            description =
                    "Instead of modules whole networks, as 'attn networks' lists them, also with another module in their"
                            + " blocks, resnet20_cifar+ECA, and with .training behind the name the training step; without names nine"
                            + " and a training step.")
    private List<String> networks;

    @Option(
            names = "--shapes",
            paramLabel = "SHAPE",
            split = ",",
            description = "Feature maps (of networks: images), batch x channels x height x width, such as 2x256x56x56."
                    + " Default: those of the list.")
    private List<String> shapes = List.of();

    @Option(
            names = "--devices",
            paramLabel = "ID",
            split = ",",
            description = "Devices by the ids of 'attn devices', or cpu, gpu, fpga. Default: all.")
    private List<String> devices = List.of();

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads of the embedded engine and of PyTorch. Default: all cores.")
    private Integer threads;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of weights and inputs. Default: ${DEFAULT-VALUE}.")
    private long seed = Case.SEED;

    @Option(
            names = "--peer",
            paramLabel = "NAME",
            split = ",",
            description = "Compare with it as well: pytorch, onnxruntime.")
    private List<String> peers = List.of();

    @Option(
            names = "--python",
            paramLabel = "PATH",
            description = "Python of the peer. Default: the first python3 that has torch. With --resume give it"
                    + " again if it is another: results hold no paths.")
    private String python = "";

    @Option(
            names = "--budget",
            paramLabel = "TIME",
            description =
                    "Time that the cases share, such as 90s, 8m or 1h. Default: with --quick 145s, else what each needs.")
    private String budget;

    @Option(names = "--out", paramLabel = "DIR", description = "Where results go. Default: results-<date-time>.")
    private Path out;

    @Option(names = "--resume", paramLabel = "DIR", description = "Continue the interrupted run of this folder.")
    private Path resume;

    /** The command without arguments. */
    public CompareCommand() {}

    @Override
    public Integer call() throws IOException {
        return resume == null ? startNew() : goOn();
    }

    private int startNew() throws IOException {
        var configuration = configuration();
        var names = names();
        shapes.forEach(CompareCommand::featureMap);
        prepareEngine(configuration);
        var effort = Effort.named(configuration.effort()).sharing(budget);
        var search = peers.isEmpty() ? Peer.nobodyAsked() : Peer.find(python);
        try (var field = Field.of(configuration, effort, search)) {
            field.notes().forEach(this::say);
            var environment = RunIdentity.of(configuration, field);
            var target = out == null ? Path.of("results-" + ReportCommand.stamp()) : out;
            try (var _ = FolderLock.of(target)) {
                var folder = ResultsFolder.create(target, environment);
                say("Results go to " + folder.path() + "; measuring what the devices reach at best.");
                environment = RunIdentity.withCeilings(environment, field);
                folder.update(environment);
                return run(folder, environment, field, effort, names);
            }
        }
    }

    private int goOn() throws IOException {
        if (quick || rigorous || out != null || threads != null || anySelection()) {
            throw new UsageException(
                    "--resume continues a run as it was started; give no other option of attn compare with it, but"
                            + " --python where PyTorch is not found by itself.");
        }
        var folder = ResultsFolder.open(resume);
        var environments = folder.environments();
        if (environments.size() != 1) {
            throw new UsageException(resume + " was merged of several runs; resume one of their own folders.");
        }
        var before = environments.getFirst();
        requireVariant(before.configuration());
        prepareEngine(before.configuration());
        var effort = Effort.named(before.configuration().effort()).sharing(budget);
        var search = before.configuration().peers().isEmpty()
                ? Peer.nobodyAsked()
                : Peer.findAgain(python, before.configuration().python());
        try (var _ = FolderLock.of(resume);
                var field = Field.of(before.configuration(), effort, search)) {
            var now = RunIdentity.of(before.configuration(), field);
            RunIdentity.requireSame(resume, before, now);
            var environment = before.ceilings().isEmpty() ? RunIdentity.withCeilings(before, field) : before;
            folder.update(environment);
            folder.repair();
            return run(
                    folder, environment, field, effort, before.configuration().modules());
        }
    }

    private boolean anySelection() {
        return operations
                || gradients
                || networks != null
                || !modules.isEmpty()
                || !shapes.isEmpty()
                || !devices.isEmpty()
                || !peers.isEmpty()
                || seed != Case.SEED;
    }

    private List<String> names() {
        if (gradients && (networks != null || operations)) {
            throw new UsageException(
                    "--gradients is of modules; --operations has its gradients in its list, and a network's"
                            + " training step is measured by --networks NAME.training.");
        }
        if (networks != null) {
            return networkNames();
        }
        if (!operations) {
            return ModuleNames.requireAll(modules).stream()
                    .map(type -> gradients ? Pass.GRADIENT.named(type.name()) : type.name())
                    .toList();
        }
        if (!modules.isEmpty() || !shapes.isEmpty()) {
            throw new UsageException(
                    "--operations has its own list of names and shapes; leave out --modules and" + " --shapes.");
        }
        return List.of(OPERATIONS);
    }

    private List<String> networkNames() {
        if (operations || !modules.isEmpty()) {
            throw new UsageException("--networks, --operations and --modules exclude each other; give one of them.");
        }
        var names = new ArrayList<>(List.of(NETWORKS));
        networks.stream().filter(n -> !n.isEmpty()).forEach(n -> {
            requireNetwork(n);
            names.add(n);
        });
        return names;
    }

    private static void requireNetwork(String name) {
        boolean found = Pass.of(name) == Pass.GRADIENT
                ? false
                : NetworkTypes.find(Pass.subject(name)).isPresent();
        if (!found) {
            NetworksCommand.require(name);
        }
    }

    private RunConfiguration configuration() {
        if (quick && rigorous) {
            throw new UsageException("--quick and --rigorous contradict each other; give one of them.");
        }
        var unknown = peers.stream().filter(p -> !Peer.NAMES.contains(p)).toList();
        if (!unknown.isEmpty()) {
            throw new UsageException(
                    "There is no peer '" + unknown.getFirst() + "'; there are " + String.join(", ", Peer.NAMES) + ".");
        }
        return new RunConfiguration(
                rigorous ? "rigorous" : quick ? "quick" : "standard",
                operations ? List.of(OPERATIONS) : networks != null ? networkNames() : gradients ? names() : modules,
                shapes,
                devices,
                threads == null ? 0 : threads,
                peers,
                WithoutPaths.file(python),
                variant(),
                seed);
    }

    private String variant() {
        return EngineOptions.variant(spec).name().toLowerCase(Locale.ROOT);
    }

    /** A run goes on with the kernels it began with. */
    private void requireVariant(RunConfiguration before) {
        var asked = variant();
        if (EngineOptions.isVariantAsked(spec) && !asked.equals(before.variant())) {
            throw new UsageException("The run was started with --variant " + before.variant() + ", not " + asked
                    + "; leave --variant out.");
        }
    }

    private static Shape featureMap(String text) {
        try {
            var shape = Shape.parse(text);
            if (shape.rank() == 4 && shape.elements() > 0) {
                return shape;
            }
        } catch (IllegalArgumentException e) {
            throw new UsageException("'" + text + "' is no feature map: " + e.getMessage(), e);
        }
        throw new UsageException(
                "'" + text + "' is no feature map; write batch x channels x height x width, such as 2x256x56x56.");
    }

    /** Before anything of an engine is loaded. */
    private static void prepareEngine(RunConfiguration configuration) {
        EngineOptions.applyThreads(configuration.threads() == 0 ? null : configuration.threads());
        boolean silent = Boolean.parseBoolean(System.getProperty("tornado.recover.bailout", "true"));
        if (Engine.current().name().equals(Engine.TORNADOVM) && silent) {
            throw new FailureException(
                    "TornadoVM would silently run a kernel that does not compile as sequential Java, so nothing can be"
                            + " timed; start Java with -Dtornado.recover.bailout=False, as the attn launcher does.");
        }
    }

    private int run(ResultsFolder folder, Environment environment, Field field, Effort effort, List<String> names)
            throws IOException {
        var cases = cases(environment.configuration(), names);
        var done = new HashSet<String>();
        folder.samples().forEach(s -> done.add(s.info().id()));
        var open = CaseList.without(cases, c -> done.contains(c.id()));
        if (!done.isEmpty()) {
            say(done.size() + " of " + cases.size() + " cases are done already.");
        }
        var load = LoadMeter.ofThisMachine();
        var idle = load.now(LOOKED_AT_MILLIS);
        idle.filter(LoadMeter::disturbs)
                .ifPresent(l -> say("Others keep " + LoadMeter.text(l) + " of "
                        + environment.machine().cores()
                        + " processors busy now, which changes what is measured; wait until"
                        + " they are done, or take the times with care."));
        var begun = load.read();
        var progress = new Progress(spec.commandLine().getErr(), Terminal.isThere(), open.size());
        var interrupted = new Thread(() -> onInterrupt(folder));
        Runtime.getRuntime().addShutdownHook(interrupted);
        try {
            new Comparison(folder, environment.run(), field, effort, progress, EnergyMeter.ofThisMachine())
                    .measure(open);
        } catch (IOException | RuntimeException e) {
            if (forget(interrupted)) {
                folder.close();
                Rendering.of(folder); // what was done is worth a report
            }
            throw e;
        } catch (Error e) {
            forget(interrupted);
            throw e;
        }
        if (!forget(interrupted)) {
            return ExitCode.FAILED;
        }
        var known = load(environment, idle, begun, load.read());
        folder.update(environment.withLoad(known));
        var rows = Rendering.of(folder);
        var printer = spec.commandLine().getOut();
        if (known != null) {
            printer.println(known);
        }
        CompareTable.lines(rows).forEach(printer::println);
        printer.println("Report: " + folder.path().resolve("report.html"));
        printer.flush();
        return rows.stream().anyMatch(r -> r.verdict() == Verdict.FAIL) ? ExitCode.FAILED : ExitCode.OK;
    }

    /** How busy others were, for people; that of an earlier part of a resumed run stays. */
    private static String load(
            Environment environment, Optional<Double> idle, Optional<Reading> begun, Optional<Reading> done) {
        if (idle.isEmpty() || begun.isEmpty() || done.isEmpty()) {
            return environment.load();
        }
        double during = done.get().othersSince(begun.get());
        var now = "Others kept " + LoadMeter.text(idle.get()) + " of "
                + environment.machine().cores() + " processors busy before the run and " + LoadMeter.text(during)
                + " during it" + (LoadMeter.disturbs(during) ? ", so that its times are of a busy machine." : ".");
        return environment.load() == null ? now : environment.load() + " Resumed: " + now;
    }

    /** Takes the hook back; false if the JVM is going down: then it writes the report, and nobody else may at the same time. */
    private static boolean forget(Thread hook) {
        try {
            return Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            return false;
        }
    }

    private static List<Case> cases(RunConfiguration configuration, List<String> names) {
        var cases = names.equals(List.of(OPERATIONS))
                ? CaseList.operations()
                : configuration.ofNetworks()
                        ? CaseList.networks(names.subList(1, names.size()), maps(configuration))
                        : moduleCases(configuration, names);
        return cases.stream().map(c -> c.withSeed(configuration.seed())).toList();
    }

    private static List<Shape> maps(RunConfiguration configuration) {
        return configuration.shapes().stream().map(CompareCommand::featureMap).toList();
    }

    private static List<Case> moduleCases(RunConfiguration configuration, List<String> names) {
        var types = names.isEmpty()
                ? Catalogue.types()
                : names.stream().map(CaseList::type).distinct().toList();
        var maps = maps(configuration);
        if (!maps.isEmpty()) {
            return CaseList.of(types, maps);
        }
        return configuration.effort().equals("quick") ? CaseList.quick(types) : CaseList.standard(types);
    }

    /** Ctrl-C: a valid report of what was done until then. */
    private static void onInterrupt(ResultsFolder folder) {
        folder.close();
        try {
            Rendering.of(folder);
            System.err.println("\nInterrupted; what was done is in " + folder.path() + ", and attn compare --resume "
                    + folder.path() + " continues.");
        } catch (IOException | RuntimeException e) {
            System.err.println("\nInterrupted, and the report could not be written: " + e.getMessage());
        }
    }

    private void say(String sentence) {
        var err = spec.commandLine().getErr();
        err.println(sentence);
        err.flush();
    }
}
