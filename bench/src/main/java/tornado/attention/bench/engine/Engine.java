package tornado.attention.bench.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/**
 * What executes task graphs in this JVM.
 *
 * @param name {@value #EMBEDDED} or {@value #TORNADOVM}
 * @param version of the engine, such as {@code 5.2.0-jdk25}; {@code unknown} where it does not say
 */
public record Engine(String name, String version) {
    /** The engine of this project, which needs nothing but a JDK. */
    public static final String EMBEDDED = "embedded";

    /** The real TornadoVM. */
    public static final String TORNADOVM = "tornadovm";

    /** The engine of this JVM: chosen when it started, by what lies on its class and module paths. */
    public static Engine current() {
        // Of the backends there are, only the embedded engine's is called JAVA.
        var runtime = TornadoRuntimeProvider.getTornadoRuntime();
        if (runtime.getNumBackends() > 0 && runtime.getBackendType(0).name().equals("JAVA")) {
            return new Engine(EMBEDDED, projectVersion());
        }
        var descriptor = TaskGraph.class.getModule().getDescriptor();
        var version = descriptor == null ? "unknown" : descriptor.rawVersion().orElse("unknown");
        return new Engine(TORNADOVM, version.equals("unknown") ? sdkVersion() : version);
    }

    /** Version of this project. */
    public static String projectVersion() {
        try (var stream = Engine.class.getResourceAsStream("/tornado/attention/bench/version.properties")) {
            var properties = new Properties();
            if (stream != null) {
                properties.load(stream);
            }
            return properties.getProperty("version", "unknown");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sdkVersion() {
        return switch (Sdk.find()) {
            case Sdk.Found found -> found.version();
            case Sdk.Missing _ -> "unknown";
        };
    }

    /** {@code embedded 0.1.0}. */
    @Override
    public String toString() {
        return name + " " + version;
    }
}
