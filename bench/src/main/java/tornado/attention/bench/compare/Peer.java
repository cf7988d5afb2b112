package tornado.attention.bench.compare;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import tornado.attention.bench.cli.FailureException;
import tornado.attention.bench.cli.UsageException;
import tornado.attention.bench.machine.ProjectFolder;
import tornado.attention.report.Contender;

/**
 * Where PyTorch is.
 *
 * @param python its Python
 * @param versions of it and of that Python: {@code PyTorch 2.13.0+cpu, Python 3.11.2}
 * @param script the server
 */
record Peer(String python, String versions, Path script) {
    /** All there are. */
    static final List<String> NAMES = List.of(Contender.PYTORCH, Contender.ONNX_RUNTIME);

    private static final long PATIENCE_SECONDS = 60;
    private static final String VERSIONS = "import platform, numpy, torch;"
            + " print('PyTorch ' + torch.__version__ + ', Python ' + platform.python_version())";

    /** Whether there is one. */
    sealed interface Search {
        /**
         * There is.
         *
         * @param peer where
         */
        record Found(Peer peer) implements Search {}

        /**
         * There is none.
         *
         * @param reason a sentence
         */
        record Missing(String reason) implements Search {}
    }

    /** The search of a run that compares with nobody. */
    static Search nobodyAsked() {
        return new Search.Missing("");
    }

    /**
     * Looks for it.
     *
     * @param python the Python that was asked for; empty for the first on the path that has torch
     * @throws UsageException if the one that was asked for has none
     */
    static Search find(String python) {
        if (!python.isEmpty() && versions(python).isEmpty()) {
            throw new UsageException(
                    "'" + python + "' is no Python with torch and numpy; give another with --python or leave it out.");
        }
        return search(python.isEmpty() ? candidates() : List.of(python));
    }

    /**
     * Looks for it anew, for a run that goes on.
     *
     * @param python the Python that is asked for now; empty for none
     * @param remembered what the run was asked for; only its last name is known where that was an absolute path
     */
    static Search findAgain(String python, String remembered) {
        if (!python.isEmpty() || remembered.isEmpty()) {
            return find(python);
        }
        var all = new ArrayList<>(List.of(remembered));
        all.addAll(candidates());
        return search(all);
    }

    private static Search search(List<String> pythons) {
        var script = ProjectFolder.find()
                .map(root -> root.resolve("reference/peer.py"))
                .filter(Files::isRegularFile);
        if (script.isEmpty()) {
            return new Search.Missing(
                    "PyTorch was asked for, but reference/peer.py was not found; run attn in a checkout of"
                            + " the project.");
        }
        for (var python : pythons) {
            var versions = versions(python);
            if (versions.isPresent()) {
                return new Search.Found(new Peer(python, versions.get(), script.get()));
            }
        }
        return new Search.Missing("PyTorch was asked for, but no python3 on the PATH has torch and numpy; install them"
                + " or name another Python with --python.");
    }

    /** Every {@code python3} on the path, in order. */
    private static List<String> candidates() {
        var found = new LinkedHashSet<String>();
        for (var folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            if (!folder.isEmpty()) {
                var python = Path.of(folder, "python3");
                if (Files.isExecutable(python)) {
                    found.add(python.toString());
                }
            }
        }
        return List.copyOf(found);
    }

    /** What it says of itself; empty where it is no Python with torch and numpy. */
    private static Optional<String> versions(String python) {
        try {
            var process = new ProcessBuilder(python, "-c", VERSIONS)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Optional.empty();
            }
            return process.exitValue() == 0
                    ? process.inputReader()
                            .lines()
                            .filter(l -> l.startsWith("PyTorch "))
                            .findFirst()
                    : Optional.empty();
        } catch (IOException | UncheckedIOException _) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while looking for PyTorch.", e);
        }
    }

    /**
     * Starts the server; a runner for each peer, and one for {@code torch.compile} where that exists.
     *
     * @param wanted some of {@link #NAMES}
     * @param threads threads of one operation
     * @param cuda whether it runs on the GPU
     * @param compiled whether {@code torch.compile} takes part too
     */
    List<Runner> start(List<String> wanted, int threads, boolean cuda, boolean compiled) throws IOException {
        var scratch = LineProcess.scratch();
        var process = LineProcess.start(
                "PyTorch (" + python + ")",
                List.of(
                        python,
                        script.toString(),
                        "--threads",
                        Integer.toString(threads),
                        "--device",
                        cuda ? "cuda" : "cpu"),
                scratch.resolve("peer.log"),
                Map.of("OMP_NUM_THREADS", Integer.toString(threads)));
        var hello = process.ask(Map.of("op", "hello"));
        var runners = new ArrayList<Runner>();
        if (wanted.contains(Contender.PYTORCH)) {
            runners.add(new PeerRunner(process, hello, scratch, Contender.PYTORCH));
            if (compiled && hello.path("compile").asBoolean()) {
                runners.add(new PeerRunner(process, hello, scratch, Contender.PYTORCH_COMPILE));
            }
        }
        if (wanted.contains(Contender.ONNX_RUNTIME)) {
            if (!hello.hasNonNull("onnxruntime")) {
                process.close();
                throw new FailureException("ONNX Runtime was asked for, but " + python
                        + " lacks onnxruntime or onnx, or runs PyTorch on a GPU; install them ('pip install onnxruntime"
                        + " onnx'), choose --devices cpu, or leave it out of --peer.");
            }
            runners.add(new PeerRunner(process, hello, scratch, Contender.ONNX_RUNTIME));
        }
        return runners;
    }
}
