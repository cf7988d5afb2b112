package tornado.attention.report.rendering;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import tornado.attention.report.Environment;
import tornado.attention.report.LatexTables;
import tornado.attention.report.ResultsFolder;
import tornado.attention.report.Row;
import tornado.attention.report.Rows;
import tornado.attention.report.TableFiles;
import tornado.attention.report.internal.html.HtmlReport;

/** Writes everything that is computed from the records of a folder. */
public final class Rendering {
    private Rendering() {}

    /** Renders a folder of results into itself; returns its rows. */
    public static List<Row> of(ResultsFolder folder) throws IOException {
        var rows = Rows.of(folder);
        folder.write("results.csv", TableFiles.csv(rows));
        folder.write("results.json", TableFiles.json(rows));
        folder.write("tables.tex", LatexTables.of(rows));
        folder.write("report.html", HtmlReport.of(folder.environments(), rows));
        folder.write(Checksums.FILE, Checksums.of(folder.path()));
        return rows;
    }

    /**
     * Puts the records of several folders into a new one, each run once: the comparison of machines.
     *
     * @param target a folder without results
     */
    public static ResultsFolder merge(List<ResultsFolder> folders, Path target) throws IOException {
        var runs = new LinkedHashMap<String, Environment>();
        var sources = new ArrayList<ResultsFolder>();
        for (var folder : folders) {
            var environments = folder.environments();
            if (environments.stream().noneMatch(e -> runs.containsKey(e.run()))) {
                sources.add(folder);
            }
            environments.forEach(e -> runs.putIfAbsent(e.run(), e));
        }
        var merged = ResultsFolder.create(target, runs.values().toArray(Environment[]::new));
        for (var source : sources) {
            merged.copyLog(source);
        }
        return merged;
    }
}
