package tornado.attention.bench;

import java.io.PrintWriter;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import tornado.attention.bench.cli.DevicesCommand;
import tornado.attention.bench.cli.DoctorCommand;
import tornado.attention.bench.cli.EngineOptions;
import tornado.attention.bench.cli.Errors;
import tornado.attention.bench.cli.ExitCode;
import tornado.attention.bench.cli.FurtherCommand;
import tornado.attention.bench.cli.JshellCommand;
import tornado.attention.bench.cli.ModulesCommand;
import tornado.attention.bench.cli.SparkHint;
import tornado.attention.bench.cli.StandardError;
import tornado.attention.bench.cli.VariantConverter;
import tornado.attention.bench.compare.CompareCommand;
import tornado.attention.bench.compare.WorkerCommand;
import tornado.attention.bench.engine.Engine;
import tornado.attention.bench.experiment.ExperimentCommand;
import tornado.attention.bench.explain.ExplainCommand;
import tornado.attention.bench.jmh.JmhCommand;
import tornado.attention.bench.network.ClassifyCommand;
import tornado.attention.bench.network.ConvertCommand;
import tornado.attention.bench.network.EmbedCommand;
import tornado.attention.bench.network.NetworksCommand;
import tornado.attention.bench.network.PullCommand;
import tornado.attention.bench.network.UpscaleCommand;
import tornado.attention.bench.network.WeightsCommand;
import tornado.attention.bench.report.ReportCommand;
import tornado.attention.bench.run.RunCommand;
import tornado.attention.bench.show.ShowCommand;
import tornado.attention.bench.tables.TablesCommand;
import tornado.attention.bench.train.EvaluateCommand;
import tornado.attention.bench.train.TrainCommand;
import tornado.attention.bench.verify.VerifyCommand;
import tornado.attention.tasks.VariantChoice;

/** The {@code attn} command line. */
@Command(
        name = "attn",
        mixinStandardHelpOptions = true,
        versionProvider = Attn.Version.class,
        description =
                "Vision attention, modules and whole networks, on the devices of this machine: run, classify, train, verify,"
                        + " compare.",
        footer = {
            "",
            "Exit status: 0 done, 1 something failed, 2 the command line makes no sense.",
            "ATTN_JAVA_HOME names the JDK to use, ATTN_JAVA_OPTS further options for it."
        },
        subcommands = {
            DevicesCommand.class,
            DoctorCommand.class,
            ModulesCommand.class,
            NetworksCommand.class,
            TrainCommand.class,
            ExperimentCommand.class,
            EvaluateCommand.class,
            ClassifyCommand.class,
            EmbedCommand.class,
            UpscaleCommand.class,
            WeightsCommand.class,
            ConvertCommand.class,
            PullCommand.class,
            ExplainCommand.class,
            RunCommand.class,
            ShowCommand.class,
            VerifyCommand.class,
            TablesCommand.class,
            CompareCommand.class,
            ReportCommand.class,
            JmhCommand.class,
            JshellCommand.class,
            WorkerCommand.class,
        })
public final class Attn implements Runnable {
    @Spec
    private CommandSpec spec;

    @Option(names = Errors.DEBUG, scope = ScopeType.INHERIT, description = "Print the stack trace of an error.")
    private boolean debug;

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            scope = ScopeType.INHERIT,
            description = "embedded or tornadovm. Default: TornadoVM where an SDK is found.")
    private String engine;

    @Option(
            names = "--memory",
            paramLabel = "MODE",
            scope = ScopeType.INHERIT,
            description =
                    "Memory of the embedded engine: shared (kernels work on the arrays of the program) or isolated (on"
                            + " copies, moved by TornadoVM's rules, so that a transfer that is missing or comes too late shows in the"
                            + " result). Default: shared.")
    private String memory;

    @Option(
            names = "--show-command",
            scope = ScopeType.INHERIT,
            description = "Print the java command instead of running it.")
    private boolean showCommand;

    @Option(
            names = EngineOptions.VARIANT,
            converter = VariantConverter.class,
            paramLabel = "NAME",
            scope = ScopeType.INHERIT,
            description =
                    "Kernels to use: auto (by what the device can do), portable, workgroup, or library: products and"
                            + " convolutions by cuBLAS and cuDNN where TornadoVM can call them (CUDA). Default: auto.")
    @SuppressWarnings("UnusedVariable") // commands ask the command line for it: EngineOptions.variant
    private VariantChoice variant;

    /** The command without a subcommand. */
    public Attn() {}

    /** What {@code --version} prints. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {
                "attn " + Engine.projectVersion(),
                "Java " + Runtime.version() + " (" + System.getProperty("java.vendor") + ")"
            };
        }
    }

    /** Starts the command line and ends the JVM with its exit status. */
    public static void main(String[] arguments) {
        var error = StandardError.ofLauncher();
        int status = run(commandLine(), arguments);
        error.finish();
        System.exit(status);
    }

    /** The command line with all subcommands; streams can be set on it. */
    public static CommandLine commandLine() {
        var errors = new Errors();
        var line = new CommandLine(new Attn());
        ServiceLoader.load(FurtherCommand.class).forEach(line::addSubcommand);
        if (!line.getSubcommands().containsKey("spark")) {
            line.addSubcommand(new SparkHint());
        }
        line.setExecutionExceptionHandler(errors);
        line.setParameterExceptionHandler(errors);
        line.setExecutionStrategy(result -> execute(line, result));
        line.setOut(new PrintWriter(System.out, true, System.out.charset()));
        line.setErr(new PrintWriter(System.err, true, System.err.charset()));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpAutoWidth(true);
        line.setUsageHelpLongOptionsMaxWidth(28);
        return line;
    }

    /** Runs a command line; errors of the JVM too become one sentence. */
    static int run(CommandLine line, String... arguments) {
        try {
            int status = line.execute(arguments);
            // A full disk or a closed pipe: what should have been said was not.
            return line.getOut().checkError() && status == ExitCode.OK ? ExitCode.FAILED : status;
        } catch (OutOfMemoryError | StackOverflowError | LinkageError e) {
            return Errors.report(e, line, line.<Attn>getCommand().debug);
        }
    }

    private static int execute(CommandLine line, ParseResult result) {
        var help = CommandLine.executeHelpRequest(result);
        if (help != null) {
            return help;
        }
        // The doctor says itself what is wrong with an engine that does not start.
        boolean doctor =
                result.hasSubcommand() && result.subcommand().commandSpec().userObject() instanceof DoctorCommand;
        line.<Attn>getCommand().requireEngine(doctor);
        line.<Attn>getCommand().requireMemory();
        return new RunLast().execute(result);
    }

    /** The engine is chosen by the launcher, before Java starts: what it chose must be what was asked for. */
    private void requireEngine(boolean mayNotStart) {
        if (engine == null) {
            return;
        }
        if (!engine.equals(Engine.EMBEDDED) && !engine.equals(Engine.TORNADOVM)) {
            throw new ParameterException(
                    spec.commandLine(), "There is no engine '" + engine + "'; there are embedded and tornadovm");
        }
        Engine running;
        try {
            running = Engine.current();
        } catch (LinkageError e) {
            if (mayNotStart) {
                return;
            }
            throw e;
        }
        if (!engine.equals(running.name())) {
            throw new ParameterException(
                    spec.commandLine(),
                    "The engine " + running.name() + " runs, not " + engine
                            + "; start through the launcher ./attn, which chooses it");
        }
    }

    /** The launcher passes the mode to Java as a property. */
    private void requireMemory() {
        if (memory == null) {
            return;
        }
        if (!memory.equals("shared") && !memory.equals("isolated")) {
            throw new ParameterException(
                    spec.commandLine(), "There is no memory mode '" + memory + "'; there are shared and isolated");
        }
        if (!Engine.current().name().equals(Engine.EMBEDDED)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--memory is of the embedded engine; TornadoVM's devices always have memory of their own");
        }
        if (!memory.equals(System.getProperty("tornado.embedded.memory", "shared"))) {
            throw new ParameterException(
                    spec.commandLine(), "The memory mode is chosen by the launcher ./attn; start through it");
        }
    }

    @Override
    public void run() {
        if (showCommand) {
            throw new ParameterException(
                    spec.commandLine(), "--show-command is an option of the launcher ./attn; start through it");
        }
        spec.commandLine().usage(spec.commandLine().getErr());
        throw new ParameterException(spec.commandLine(), "A command is missing");
    }
}
