package tornado.attention.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tornado.attention.files.AtomicFile;

/**
 * The folder of a run, or of several merged ones: {@code environment.json} and {@code results.jsonl}, of which
 * everything else there is made.
 *
 * <p>The log grows by whole cases and is read by whole cases: what an interrupted run has left of an unfinished case is
 * ignored and measured again. Safe for several threads.
 */
public final class ResultsFolder {
    private static final String ENVIRONMENT = "environment.json";
    private static final String LOG = "results.jsonl";

    private final Path folder;
    private boolean closed;

    private ResultsFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * A new folder, or an existing one without results.
     *
     * @throws IllegalArgumentException if it holds results already
     */
    public static ResultsFolder create(Path folder, Environment... environments) throws IOException {
        if (Files.exists(folder.resolve(LOG)) || Files.exists(folder.resolve(ENVIRONMENT))) {
            throw new IllegalArgumentException("The folder " + folder
                    + " holds results already; choose another with --out, or continue that run with --resume " + folder
                    + ".");
        }
        Files.createDirectories(folder);
        var created = new ResultsFolder(folder);
        created.writeEnvironments(List.of(environments));
        Files.createFile(folder.resolve(LOG));
        return created;
    }

    /**
     * The folder of an earlier run.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static ResultsFolder open(Path folder) {
        for (var name : List.of(ENVIRONMENT, LOG)) {
            if (!Files.isRegularFile(folder.resolve(name))) {
                throw new IllegalArgumentException(
                        folder + " is no folder of results: it has no " + name + "; give one that attn compare wrote.");
            }
        }
        return new ResultsFolder(folder);
    }

    /** Where it is. */
    public Path path() {
        return folder;
    }

    /** Identity of the run, or of each run that was merged into this folder. */
    public List<Environment> environments() throws IOException {
        var file = folder.resolve(ENVIRONMENT);
        var text = Files.readString(file).strip();
        return text.startsWith("[")
                ? List.of(JsonRecords.read(text, Environment[].class, file.toString()))
                : List.of(JsonRecords.read(text, Environment.class, file.toString()));
    }

    /** Replaces the identity of a run, such as when the ceilings have been measured. */
    public synchronized void update(Environment environment) throws IOException {
        if (!closed) {
            writeEnvironments(List.of(environment));
        }
    }

    private void writeEnvironments(List<Environment> environments) throws IOException {
        Object one = environments.size() == 1 ? environments.getFirst() : environments;
        write(ENVIRONMENT, JsonRecords.pretty(one) + "\n");
    }

    /** Adds a case with all its lines at once. */
    public synchronized void append(List<SampleSet> lines) throws IOException {
        if (closed) {
            return; // interrupted: the report is being written
        }
        var text = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            text.append(JsonRecords.line(lines.get(i).numbered(i, lines.size())))
                    .append('\n');
        }
        Files.writeString(folder.resolve(LOG), text, StandardOpenOption.APPEND);
    }

    /** Refuses further cases: whoever renders now sees the last state. */
    public synchronized void close() {
        closed = true;
    }

    /** The lines of all complete cases, in the order of the log. */
    public synchronized List<SampleSet> samples() throws IOException {
        var log = folder.resolve(LOG);
        // Not readAllLines: a machine that stopped may have left half a character.
        var lines = new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                .lines()
                .toList();
        var cases = new LinkedHashMap<String, Map<Integer, SampleSet>>();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).isBlank()) {
                continue;
            }
            SampleSet set;
            try {
                set = JsonRecords.read(lines.get(i), SampleSet.class, log + " line " + (i + 1));
            } catch (IllegalArgumentException e) {
                if (i == lines.size() - 1) {
                    break; // the machine stopped in the middle of a line
                }
                throw e;
            }
            cases.computeIfAbsent(set.run() + " " + set.info().id(), id -> new LinkedHashMap<>())
                    .put(set.index(), set);
        }
        var complete = new ArrayList<SampleSet>();
        cases.values().stream()
                .filter(sets -> sets.values().iterator().next().count() == sets.size())
                .forEach(sets -> complete.addAll(sets.values()));
        return complete;
    }

    /** Removes from the log what an interruption has left of unfinished cases; returns the lines that remain. */
    public synchronized List<SampleSet> repair() throws IOException {
        var complete = samples();
        var text = new StringBuilder();
        complete.forEach(set -> text.append(JsonRecords.line(set)).append('\n'));
        write(LOG, text.toString());
        return complete;
    }

    /** Adds the log of another folder. */
    public synchronized void copyLog(ResultsFolder other) throws IOException {
        var text = new StringBuilder();
        other.samples().forEach(set -> text.append(JsonRecords.line(set)).append('\n'));
        Files.writeString(folder.resolve(LOG), text, StandardOpenOption.APPEND);
    }

    /** Writes a file of the folder, whole or not at all. */
    public void write(String name, String text) throws IOException {
        AtomicFile.write(folder.resolve(name), text);
    }
}
