package tornado.attention.bench.compare;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import tornado.attention.bench.cli.UsageException;

/**
 * Where PyTorch is.
 *
 * @param python its Python
 * @param script the server
 */
record Peer(String python, Path script) {
    private static final long PATIENCE_SECONDS = 60;

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

    /**
     * Looks for it.
     *
     * @param python the Python that was asked for; empty for the first on the path that has torch
     * @throws UsageException if the one that was asked for has none
     */
    static Search find(String python) {
        if (!python.isEmpty() && !hasTorch(python)) {
            throw new UsageException(
                    "'" + python + "' is no Python with torch and numpy; give another with --python or leave it out.");
        }
        var script = ProjectFolder.find()
                .map(root -> root.resolve("reference/peer.py"))
                .filter(Files::isRegularFile);
        if (script.isEmpty()) {
            return new Search.Missing(
                    "PyTorch was asked for, but reference/peer.py was not found; run attn in a checkout of"
                            + " the project.");
        }
        var first =
                python.isEmpty() ? candidates().stream().filter(Peer::hasTorch).findFirst() : Optional.of(python);
        return first.<Search>map(p -> new Search.Found(new Peer(p, script.get())))
                .orElseGet(() -> new Search.Missing(
                        "PyTorch was asked for, but no python3 on the PATH has torch and numpy; install them"
                                + " or name another Python with --python."));
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

    private static boolean hasTorch(String python) {
        try {
            var process = new ProcessBuilder(python, "-c", "import torch, numpy")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return false;
            }
            return process.exitValue() == 0;
        } catch (IOException _) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while looking for PyTorch.", e);
        }
    }

    /**
     * Starts the server; one runner for eager mode, one for {@code torch.compile} where that exists.
     *
     * @param threads threads of one operation
     * @param cuda whether it runs on the GPU
     * @param compiled whether {@code torch.compile} takes part too
     */
    List<Runner> start(int threads, boolean cuda, boolean compiled) throws IOException {
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
        runners.add(new PeerRunner(process, hello, scratch, false));
        if (compiled && hello.path("compile").asBoolean()) {
            runners.add(new PeerRunner(process, hello, scratch, true));
        }
        return runners;
    }
}
