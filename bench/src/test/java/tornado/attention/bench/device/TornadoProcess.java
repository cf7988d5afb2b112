package tornado.attention.bench.device;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tornado.attention.bench.Attn;
import tornado.attention.bench.engine.Sdk;

/**
 * A program in a JVM of its own that the SDK's argument file starts, with the classes of this test run as they are: compiled once,
 * against the embedded engine's API.
 */
final class TornadoProcess {
    private static final int LIMIT_MINUTES = 30;
    private static final String API = "uk/ac/manchester/tornado/api/TaskGraph.class";

    private TornadoProcess() {}

    /**
     * How a program ended.
     *
     * @param status of the process
     * @param lines what it printed, errors included
     */
    record Outcome(int status, List<String> lines) {
        /** Lines that begin so, without the beginning. */
        List<String> after(String beginning) {
            return lines.stream()
                    .filter(l -> l.startsWith(beginning))
                    .map(l -> l.substring(beginning.length()))
                    .toList();
        }

        /** The last lines, for a message. */
        String tail() {
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
        }
    }

    /**
     * The SDK of this machine; where there is none, or something else is missing, the tests are skipped and a line says why.
     *
     * @param tests what is skipped, such as {@code Device tests}
     * @param missing what else there has to be
     */
    static Sdk.Found sdkFor(String tests, Function<Sdk.Found, Optional<String>> missing) {
        var sdk = Sdk.find();
        var reason = switch (sdk) {
            case Sdk.Found found -> missing.apply(found);
            case Sdk.Missing none -> Optional.of(none.reason());
        };
        reason.ifPresent(r -> System.out.println(tests + " are skipped: " + r));
        assumeThat(reason).as(tests).isEmpty();
        return (Sdk.Found) sdk;
    }

    /**
     * What a check of a backend's code by a tool lacks.
     *
     * @param tool a program that has to be on the PATH
     * @param origin what it is part of
     * @param options with which TornadoVM starts
     */
    static Optional<String> missing(Sdk.Found sdk, String backend, String tool, String origin, List<String> options) {
        if (!sdk.has(backend)) {
            return Optional.of("The SDK in " + sdk.home() + " has no " + backend + " backend.");
        }
        boolean found = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
        if (!found) {
            return Optional.of(tool + ", which is part of " + origin + ", is not on the PATH.");
        }
        var devices = run(sdk, options, Attn.class, "devices");
        return devices.status() == 0 ? Optional.empty() : Optional.of("TornadoVM does not start: " + devices.tail());
    }

    /** Runs {@code main} on the SDK's first device. */
    static Outcome run(Sdk.Found sdk, List<String> options, Class<?> main, String... arguments) {
        return run(sdk, Map.of(), LIMIT_MINUTES, options, List.of(), main, arguments);
    }

    /**
     * The same with more in its environment and on its class path, for so long.
     *
     * @throws IllegalStateException with the last lines if it does not end in time
     */
    static Outcome run(
            Sdk.Found sdk,
            Map<String, String> environment,
            int minutes,
            List<String> options,
            List<Path> classes,
            Class<?> main,
            String... arguments) {
        try {
            var command = new ArrayList<String>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.add("@" + argumentFile(sdk));
            command.addAll(List.of(
                    "-Dtornado.recover.bailout=False",
                    "-Dtornado.tvm.maxbytecodesize=1048576",
                    "-ea:tornado.attention...",
                    "-Xmx2g"));
            command.addAll(options);
            command.addAll(List.of("-cp", classPath(classes), main.getName()));
            command.addAll(List.of(arguments));
            var builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().putAll(environment);
            var process = builder.start();
            process.getOutputStream().close();
            // Ends the process in time, and with it the output that is read here.
            var inTime = process.onExit().thenApply(p -> true).completeOnTimeout(false, minutes, TimeUnit.MINUTES);
            inTime.thenAccept(ended -> {
                if (!ended) {
                    process.destroyForcibly();
                }
            });
            var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            var outcome = new Outcome(process.waitFor(), output.lines().toList());
            if (!inTime.join()) {
                throw new IllegalStateException(
                        main.getSimpleName() + " did not end within " + minutes + " minutes: " + outcome.tail());
            }
            return outcome;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Without the working folder on the module path: a jar that lies there would become a module. */
    private static Path argumentFile(Sdk.Found sdk) throws IOException {
        var text = Files.readString(sdk.home().resolve("tornado-argfile"));
        var copy = folder().resolve("tornado-argfile");
        Files.writeString(copy, text.replaceAll("(?m)^--module-path \\.:", "--module-path "));
        return copy;
    }

    /** Where failures leave their files. */
    static Path folder() throws IOException {
        return Files.createDirectories(Path.of("target", "device").toAbsolutePath());
    }

    /** The class path of this JVM without the embedded engine, whose packages the SDK's modules own. */
    private static String classPath(List<Path> more) {
        var given = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        var entries = Arrays.stream(given.split(File.pathSeparator)).filter(entry -> !holdsApi(Path.of(entry)));
        return Stream.concat(entries, more.stream().map(Path::toString))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static boolean holdsApi(Path entry) {
        if (Files.isDirectory(entry)) {
            return Files.exists(entry.resolve(API));
        }
        if (!Files.isRegularFile(entry)) {
            return false;
        }
        try (var jar = new JarFile(entry.toFile())) {
            return jar.getEntry(API) != null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
