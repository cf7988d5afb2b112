package tornado.attention.bench.cli;

import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tornado.attention.bench.device.ChosenDevice;
import tornado.attention.bench.device.DeviceChoice;
import tornado.attention.bench.device.Measurement;
import tornado.attention.bench.engine.Device;
import tornado.attention.bench.engine.Devices;
import tornado.attention.tasks.VariantChoice;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/** Where to run: a device, and how many threads the embedded engine has. */
public final class EngineOptions {
    /** Name of the option of all commands that chooses between kernels. */
    public static final String VARIANT = "--variant";

    private static final String THREADS = "tornado.embedded.threads";

    @Option(
            names = "--device",
            paramLabel = "ID",
            description =
                    "Device: its id as 'attn devices' shows it; cpu, gpu or fpga for the first of that kind; in run and"
                            + " show also fastest: all are measured once with this module and these shapes, and the fastest is"
                            + " remembered. Default: the engine's first.")
    private String device;

    @Option(names = "--threads", paramLabel = "N", description = "Threads of the embedded engine. Default: all cores.")
    private Integer threads;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** Options without values. */
    public EngineOptions() {}

    /** The variants of kernels that the command line asks for. */
    public VariantChoice variant() {
        return variant(spec);
    }

    /** The same for a command that takes no device: what {@value #VARIANT} says, which all commands know. */
    public static VariantChoice variant(CommandSpec command) {
        return asked(command).orElseGet(VariantChoice::standard);
    }

    /** Whether the command line chooses them. */
    public static boolean isVariantAsked(CommandSpec command) {
        return asked(command).isPresent();
    }

    private static Optional<VariantChoice> asked(CommandSpec command) {
        return Optional.ofNullable(command.root().findOption(VARIANT)).map(OptionSpec::getValue);
    }

    /**
     * The device that was asked for, where there is no one thing to measure; nothing of the engine is touched before.
     *
     * @throws UsageException if there is no such device or the number of threads is none
     */
    public Device device() {
        applyThreads(threads);
        if (DeviceChoice.isFastest(device)) {
            throw new UsageException("--device fastest measures one module, and this command has none or many; name the"
                    + " device by its id, or cpu, gpu or fpga for the first of that kind.");
        }
        try {
            return Devices.choose(device).using(variant());
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage(), e);
        }
    }

    /**
     * The device that was asked for, which may be the fastest.
     *
     * @param work what it has to be fastest at; measured only if that is asked for and not known yet
     * @throws UsageException if there is no such device or the number of threads is none
     * @throws IllegalArgumentException if the fastest is asked for and the work runs on none
     */
    public ChosenDevice device(Measurement work) {
        if (!DeviceChoice.isFastest(device)) {
            return new ChosenDevice(device(), "");
        }
        applyThreads(threads);
        var chosen = DeviceChoice.here().fastest(work);
        return new ChosenDevice(chosen.device().using(variant()), chosen.reason());
    }

    /**
     * Tells the embedded engine how many threads it has: it reads the property when a plan is made.
     *
     * @param threads number of threads; null leaves it as it is
     */
    public static void applyThreads(Integer threads) {
        if (threads == null) {
            return;
        }
        if (threads < 1) {
            throw new UsageException("The number of threads is " + threads + "; give 1 or more.");
        }
        TornadoRuntimeProvider.setProperty(THREADS, threads.toString());
    }
}
