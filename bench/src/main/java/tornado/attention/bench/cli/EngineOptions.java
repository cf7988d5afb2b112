package tornado.attention.bench.cli;

import picocli.CommandLine.Option;
import tornado.attention.bench.engine.Device;
import tornado.attention.bench.engine.Devices;

/** Where to run: a device, and how many threads the embedded engine has. */
public final class EngineOptions {
    private static final String THREADS = "tornado.embedded.threads";

    @Option(
            names = "--device",
            paramLabel = "ID",
            description = "Device: its id as 'attn devices' shows it, or cpu, gpu, fpga. Default: the engine's first.")
    private String device;

    @Option(names = "--threads", paramLabel = "N", description = "Threads of the embedded engine. Default: all cores.")
    private Integer threads;

    /** Options without values. */
    public EngineOptions() {}

    /**
     * The device that was asked for; nothing of the engine is touched before.
     *
     * @throws UsageException if there is no such device or the number of threads is none
     */
    public Device device() {
        applyThreads(threads);
        try {
            return Devices.choose(device);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage(), e);
        }
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
        System.setProperty(THREADS, threads.toString());
    }
}
