package tornado.attention.bench.docs;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** A folder that looks like the project's to whoever reads its photographs, and where a reader's commands may write. */
final class Sandbox {
    private static final long LIMIT_SECONDS = 120;
    private static final int SIDE = 28;

    private final Path folder;

    /** How a process ended, and all it said. */
    record Ended(int status, String said) {}

    Sandbox(Path folder) {
        this.folder = folder;
        try {
            for (var part : List.of("docs/photos", "docs/experiments", "examples/interactive")) {
                var from = Page.root().resolve(part);
                try (Stream<Path> files = Files.walk(from)) {
                    for (var file : files.filter(Files::isRegularFile).toList()) {
                        var to = folder.resolve(part)
                                .resolve(from.relativize(file).toString());
                        Files.createDirectories(to.getParent());
                        Files.copy(file, to);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path folder() {
        return folder;
    }

    /** Files as Fashion-MNIST's, of 160 images to train with: every class is a bar at a height of its own. */
    Path fewImages() throws IOException {
        var data = Files.createDirectories(folder.resolve("data"));
        for (var part : Map.of("train", 160, "t10k", 40).entrySet()) {
            int count = part.getValue();
            var images = ByteBuffer.allocate(16 + count * SIDE * SIDE);
            images.putInt(0x803).putInt(count).putInt(SIDE).putInt(SIDE);
            var labels = ByteBuffer.allocate(8 + count);
            labels.putInt(0x801).putInt(count);
            for (int i = 0; i < count; i++) {
                int label = i % 10;
                labels.put((byte) label);
                for (int p = 0; p < SIDE * SIDE; p++) {
                    int level = p / SIDE / 2 - 2 == label ? 200 : 20;
                    images.put((byte) (level + (p * 31 + i * 17) % 40));
                }
            }
            Files.write(data.resolve(part.getKey() + "-images-idx3-ubyte"), images.array());
            Files.write(data.resolve(part.getKey() + "-labels-idx1-ubyte"), labels.array());
        }
        return data;
    }

    /** Runs a class of this test's class path, or of a folder beside it, with this JVM's options. */
    Ended java(List<Path> classes, String main, List<String> arguments) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(a -> !a.startsWith("-javaagent"))
                .toList());
        command.addAll(List.of("-cp", classPath(classes), main));
        command.addAll(arguments);
        return run(command);
    }

    /** Runs a script in the JDK's interactive Java, as the launcher starts it. */
    Ended jshell(Path script) throws IOException, InterruptedException {
        var command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "jshell").toString(),
                "--class-path",
                classPath(List.of()),
                "-R--add-modules=jdk.incubator.vector",
                "-R-Djava.awt.headless=true",
                script.toString());
        return run(command);
    }

    /** Whether notebooks in Java can be run here. */
    boolean hasJavaKernel() throws InterruptedException {
        try {
            var ended = run(List.of("jupyter", "kernelspec", "list", "--json"));
            return ended.status() == 0 && ended.said().contains("\"java\"");
        } catch (IOException e) {
            return false; // no jupyter
        }
    }

    /** Runs a notebook, in this folder. */
    Ended notebook(Path notebook) throws IOException, InterruptedException {
        var copy = Files.copy(folder.resolve(notebook), folder.resolve("copy.ipynb"));
        return run(List.of("jupyter", "nbconvert", "--to", "notebook", "--execute", copy.toString()));
    }

    private Ended run(List<String> command) throws IOException, InterruptedException {
        var said = Files.createTempFile(folder, "said", ".txt");
        var builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        builder.environment().put("JJAVA_CLASSPATH", classPath(List.of()));
        builder.environment().put("JJAVA_JVM_OPTS", "--add-modules jdk.incubator.vector");
        var process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            throw new AssertionError("Not ended after " + LIMIT_SECONDS + " s: " + Files.readString(said));
        }
        return new Ended(process.exitValue(), Files.readString(said, StandardCharsets.UTF_8));
    }

    /** Compiles sources into a folder of this one and returns it. */
    Path compile(List<Path> sources) throws IOException {
        var classes = Files.createTempDirectory(folder, "classes");
        var compiler = ToolProvider.getSystemJavaCompiler();
        var files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8);
        var problems = new StringBuilder();
        boolean right = compiler.getTask(
                        null,
                        files,
                        d -> problems.append(d).append('\n'),
                        List.of("-g", "-d", classes.toString(), "-cp", classPath(List.of())),
                        null,
                        files.getJavaFileObjectsFromPaths(sources))
                .call();
        if (!right) {
            throw new AssertionError(problems.toString());
        }
        return classes;
    }

    private static String classPath(List<Path> before) {
        var entries = new ArrayList<String>();
        before.forEach(p -> entries.add(p.toString()));
        // Entries may be relative to the module's folder.
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(e -> Path.of(e).toAbsolutePath().toString())
                .forEach(entries::add);
        return String.join(File.pathSeparator, entries);
    }
}
