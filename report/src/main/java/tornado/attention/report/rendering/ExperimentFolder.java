package tornado.attention.report.rendering;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tornado.attention.files.AtomicFile;
import tornado.attention.report.ExperimentResult;
import tornado.attention.report.ExperimentTables;
import tornado.attention.report.JsonRecords;
import tornado.attention.report.internal.html.ExperimentReport;

/** The folder of an experiment: {@code experiment.json}, and what is made of it. */
public final class ExperimentFolder {
    public static final String REPORT = "report.html";

    private static final String RESULT = "experiment.json";

    private final Path folder;

    private ExperimentFolder(Path folder) {
        this.folder = folder;
    }

    /** The folder at a path, whether it exists or not. */
    public static ExperimentFolder at(Path folder) {
        return new ExperimentFolder(folder);
    }

    /** Whether an experiment is there. */
    public boolean exists() {
        return Files.exists(folder.resolve(RESULT));
    }

    /** What is there. */
    public ExperimentResult read() throws IOException {
        var file = folder.resolve(RESULT);
        return JsonRecords.read(Files.readString(file), ExperimentResult.class, file.toString());
    }

    /** Writes the result and everything that is computed from it. */
    public void write(ExperimentResult result) throws IOException {
        AtomicFile.write(folder.resolve(RESULT), JsonRecords.pretty(result) + "\n");
        AtomicFile.write(folder.resolve("results.csv"), ExperimentTables.csv(result));
        AtomicFile.write(folder.resolve("runs.csv"), ExperimentTables.runs(result));
        AtomicFile.write(folder.resolve("tables.tex"), ExperimentTables.latex(result));
        AtomicFile.write(folder.resolve(REPORT), ExperimentReport.of(result));
        AtomicFile.write(folder.resolve(Checksums.FILE), Checksums.of(folder));
    }
}
