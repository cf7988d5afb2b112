package tornado.attention.report.internal.text;

import java.util.ArrayList;
import java.util.List;

/** A table for a terminal: columns as wide as their widest cell, numbers to the right. */
public final class TextTable {
    private final List<String> head;
    private final boolean[] right;
    private final List<List<String>> rows = new ArrayList<>();

    /**
     * An empty table.
     *
     * @param head names of the columns; one that begins with {@code >} is aligned to the right
     */
    public TextTable(String... head) {
        this.right = new boolean[head.length];
        var names = new ArrayList<String>();
        for (int i = 0; i < head.length; i++) {
            right[i] = head[i].startsWith(">");
            names.add(right[i] ? head[i].substring(1) : head[i]);
        }
        this.head = List.copyOf(names);
    }

    /** Adds a row; as many cells as columns. */
    public TextTable row(String... cells) {
        if (cells.length != head.size()) {
            throw new IllegalArgumentException(
                    "A row of this table has " + head.size() + " cells, not " + cells.length + ".");
        }
        rows.add(List.of(cells));
        return this;
    }

    /** The lines, the head first. */
    public List<String> lines() {
        var widths = new int[head.size()];
        var all = new ArrayList<List<String>>();
        all.add(head);
        all.addAll(rows);
        for (var row : all) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        return all.stream().map(row -> line(row, widths)).toList();
    }

    private String line(List<String> row, int[] widths) {
        var line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            var padding = " ".repeat(widths[i] - row.get(i).length());
            line.append(i > 0 ? "  " : "").append(right[i] ? padding + row.get(i) : row.get(i) + padding);
        }
        return line.toString().stripTrailing();
    }
}
