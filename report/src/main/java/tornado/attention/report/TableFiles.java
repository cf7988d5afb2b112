package tornado.attention.report;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** The rows as {@code results.csv} and {@code results.json}. */
public final class TableFiles {
    private TableFiles() {}

    /** RFC 4180 with a header; a missing value is an empty cell. */
    public static String csv(List<Row> rows) throws IOException {
        var text = new StringBuilder();
        var format = CSVFormat.RFC4180
                .builder()
                .setHeader(Columns.names().toArray(String[]::new))
                .get();
        try (var printer = new CSVPrinter(text, format)) {
            for (var row : rows) {
                for (var column : Columns.all()) {
                    printer.print(finite(column.value().apply(row)));
                }
                printer.println();
            }
        }
        return text.toString();
    }

    /** One array, one object a row; what is missing is null. */
    public static String json(List<Row> rows) {
        var objects = rows.stream()
                .map(row -> {
                    var object = new LinkedHashMap<String, Object>();
                    Columns.all()
                            .forEach(c -> object.put(c.name(), finite(c.value().apply(row))));
                    return object;
                })
                .toList();
        return JsonRecords.pretty(objects) + "\n";
    }

    /** JSON knows no NaN, and a spreadsheet should not. */
    private static Object finite(Object value) {
        return value instanceof Double d && !Double.isFinite(d) ? null : value;
    }
}
