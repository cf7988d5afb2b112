package tornado.attention.bench.train;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tornado.attention.files.AtomicFile;
import tornado.attention.networks.training.Training.Epoch;
import tornado.attention.networks.training.Training.Evaluation;
import tornado.attention.report.rendering.TrainingLogs;

/** A line an epoch: {@code log.jsonl} and {@code log.csv}, both written anew with each, at once or not at all. */
final class TrainingLog {
    static final String LINES = TrainingLogs.LOG;
    static final String TABLE = "log.csv";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path folder;
    private final List<Map<String, Object>> rows = new ArrayList<>();

    /**
     * The log of a folder.
     *
     * @param epochs done; later rows are of epochs whose checkpoint was not written, and are dropped
     */
    TrainingLog(Path folder, int epochs) throws IOException {
        this.folder = folder;
        var file = folder.resolve(LINES);
        if (epochs > 0 && Files.exists(file)) {
            for (var line : Files.readAllLines(file)) {
                Map<String, Object> row = JSON.readerForMapOf(Object.class).readValue(line);
                if (((Number) row.get("epoch")).intValue() <= epochs) {
                    rows.add(row);
                }
            }
        }
    }

    void add(Epoch epoch, Evaluation judged) throws IOException {
        var row = new LinkedHashMap<String, Object>();
        row.put("epoch", epoch.epoch());
        row.put("rate", epoch.rate());
        row.put("train_loss", epoch.loss());
        row.put("train_accuracy", epoch.accuracy());
        row.put("test_loss", judged.loss());
        row.put("test_accuracy", judged.accuracy());
        row.put("seconds", epoch.seconds());
        row.put("images_per_s", epoch.imagesPerSecond());
        rows.add(row);
        var lines = new ArrayList<String>();
        for (var each : rows) {
            lines.add(JSON.writeValueAsString(each));
        }
        write(folder.resolve(LINES), lines);
        var table = new ArrayList<String>();
        table.add(String.join(",", row.keySet()));
        rows.forEach(r -> table.add(r.values().stream().map(Object::toString).collect(Collectors.joining(","))));
        write(folder.resolve(TABLE), table);
    }

    private static void write(Path file, List<String> lines) throws IOException {
        AtomicFile.write(file, lines.stream().map(l -> l + "\n").collect(Collectors.joining()));
    }
}
