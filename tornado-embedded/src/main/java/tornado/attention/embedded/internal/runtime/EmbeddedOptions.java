package tornado.attention.embedded.internal.runtime;

import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/**
 * Settings of the engine. The only place that reads its system properties.
 *
 * <p>A plan takes the settings that hold in the thread that makes it: those of {@link #run} around it, else the system
 * properties {@code tornado.embedded.threads} and {@code tornado.embedded.memory}.
 *
 * @param threads threads of device 0, 1 or more
 * @param memory where arrays live
 */
public record EmbeddedOptions(int threads, MemoryMode memory) {

    private static final ScopedValue<EmbeddedOptions> SCOPE = ScopedValue.newInstance();

    /** More workers than any machine this was thought for has cores: a slip of the keyboard. */
    private static final int MAX_THREADS = 1024;

    /** Checks the number of threads. */
    public EmbeddedOptions {
        if (threads < 1 || threads > MAX_THREADS) {
            throw new TornadoRuntimeException("The embedded engine cannot run on " + threads
                    + " threads: set tornado.embedded.threads from 1 to " + MAX_THREADS + ".");
        }
    }

    /** The settings that hold in this thread. */
    public static EmbeddedOptions current() {
        return SCOPE.isBound() ? SCOPE.get() : parse(System::getProperty);
    }

    /** These settings with another memory mode. */
    public EmbeddedOptions with(MemoryMode mode) {
        return new EmbeddedOptions(threads, mode);
    }

    /** These settings with another number of threads. */
    public EmbeddedOptions with(int newThreads) {
        return new EmbeddedOptions(newThreads, memory);
    }

    /** Runs an action in which these settings hold for new plans. */
    public void run(Runnable action) {
        ScopedValue.where(SCOPE, this).run(action);
    }

    /** The device {@code b:d} that property {@code graph.task.device} chooses for a task, where it is set. */
    static Optional<EmbeddedDevice> deviceOf(String graph, String task) {
        return deviceOf(graph + "." + task + ".device", System::getProperty);
    }

    static Optional<EmbeddedDevice> deviceOf(String key, UnaryOperator<String> properties) {
        var text = properties.apply(key);
        if (text == null) {
            return Optional.empty();
        }
        if (!text.matches("0:[01]")) {
            throw new TornadoRuntimeException("Property " + key + " is '" + text
                    + "', but the embedded engine has the devices 0:0 and 0:1: choose one of them.");
        }
        return Optional.of(EmbeddedDevice.of(text.charAt(2) - '0'));
    }

    static EmbeddedOptions parse(UnaryOperator<String> properties) {
        var threads = properties.apply("tornado.embedded.threads");
        var memory = properties.apply("tornado.embedded.memory");
        return new EmbeddedOptions(
                threads == null || threads.isBlank() ? Runtime.getRuntime().availableProcessors() : number(threads),
                memory == null || memory.isBlank() ? MemoryMode.SHARED : mode(memory));
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            throw new TornadoRuntimeException("Property tornado.embedded.threads is '" + text
                    + "', which is no whole number: set it to 1 or more.");
        }
    }

    private static MemoryMode mode(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "shared" -> MemoryMode.SHARED;
            case "isolated" -> MemoryMode.ISOLATED;
            default ->
                throw new TornadoRuntimeException(
                        "Property tornado.embedded.memory is '" + text + "': set it to shared or isolated.");
        };
    }
}
