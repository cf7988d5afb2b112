package tornado.attention.bench.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A process that answers one JSON object a line. What it writes to its standard error is kept for the sentence that
 * says why it ended.
 */
final class LineProcess implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final long PATIENCE_SECONDS = 5;
    private static final long MOMENT_MILLIS = 1000;

    private final String name;
    private final Process process;
    private final Path errors;
    private final BufferedWriter in;
    private final BufferedReader out;

    private LineProcess(String name, Process process, Path errors) {
        this.name = name;
        this.process = process;
        this.errors = errors;
        in = process.outputWriter(StandardCharsets.UTF_8);
        out = process.inputReader(StandardCharsets.UTF_8);
    }

    /**
     * Starts a process.
     *
     * @param name for errors
     * @param errors file for its standard error
     * @param environment variables set in addition
     */
    static LineProcess start(String name, List<String> command, Path errors, Map<String, String> environment)
            throws IOException {
        var builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.environment().putAll(environment);
        return new LineProcess(name, builder.start(), errors);
    }

    /**
     * Sends a request and waits for its answer.
     *
     * @return the answer; its {@code ok} may be false
     * @throws IllegalStateException if the process has ended
     */
    JsonNode ask(Map<String, ?> request) {
        try {
            in.write(JSON.writeValueAsString(request));
            in.newLine();
            in.flush();
            for (String line; (line = out.readLine()) != null; ) {
                if (line.startsWith("{")) {
                    return JSON.readTree(line);
                }
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(name + " answered what is no JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new IllegalStateException(ended(), e);
        }
        throw new IllegalStateException(ended());
    }

    private String ended() {
        try {
            // Ctrl-C ends both of us: leave the shutdown hook its moment, so that this is not recorded as a failure.
            Thread.sleep(MOMENT_MILLIS);
            var lines = Files.readAllLines(errors).stream()
                    .filter(l -> !l.isBlank())
                    .toList();
            return name + " ended"
                    + (lines.isEmpty()
                            ? "."
                            : "; its last words: " + lines.getLast().strip());
        } catch (IOException _) {
            return name + " ended.";
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return name + " ended.";
        }
    }

    /** Whether it still runs. */
    boolean alive() {
        return process.isAlive();
    }

    /** Asks it to quit, and ends it if it does not. */
    @Override
    public void close() {
        try {
            if (process.isAlive()) {
                in.write("{\"op\":\"quit\"}");
                in.newLine();
                in.flush();
            }
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException _) {
            process.destroyForcibly();
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** Creates a folder for files that both sides read and write; it is deleted when the JVM ends. */
    static Path scratch() {
        try {
            var folder = Files.createTempDirectory("attn-compare-");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> deleteAll(folder)));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void deleteAll(Path folder) {
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(folder);
        } catch (IOException _) {
            // Left to the system: it is in its folder for temporary files.
        }
    }
}
