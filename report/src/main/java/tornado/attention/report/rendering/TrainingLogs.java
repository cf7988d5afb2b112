package tornado.attention.report.rendering;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import tornado.attention.files.AtomicFile;
import tornado.attention.report.ExperimentResult.Epoch;
import tornado.attention.report.JsonRecords;
import tornado.attention.report.internal.html.TrainingReport;

/** The logs of training runs, epoch by epoch. */
public final class TrainingLogs {
    /** A line an epoch. */
    public static final String LOG = "log.jsonl";

    private TrainingLogs() {}

    /** Whether a folder is that of a training run with at least an epoch. */
    public static boolean isIn(Path folder) {
        return Files.exists(folder.resolve(LOG)) && Files.exists(folder.resolve("checkpoint.safetensors"));
    }

    /** The epochs of a run. */
    public static List<Epoch> read(Path run) throws IOException {
        var file = run.resolve(LOG);
        var epochs = new ArrayList<Epoch>();
        for (var line : Files.readAllLines(file)) {
            epochs.add(JsonRecords.read(line, Epoch.class, file.toString()));
        }
        return epochs;
    }

    /** Draws the curves of runs on one scale; returns the page. */
    public static Path draw(List<Path> runs, Path target) throws IOException {
        var logs = new LinkedHashMap<String, List<Epoch>>();
        for (var run : runs) {
            logs.put(run.toString(), read(run));
        }
        Files.createDirectories(target);
        AtomicFile.write(target.resolve(ExperimentFolder.REPORT), TrainingReport.of(logs));
        return target.resolve(ExperimentFolder.REPORT);
    }
}
