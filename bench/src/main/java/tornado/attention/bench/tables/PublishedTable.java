package tornado.attention.bench.tables;

import java.util.List;

/**
 * Rows that belong together.
 *
 * @param title head of the table
 * @param convention what the numbers are, in a sentence
 * @param rows in the order of the paper
 */
record PublishedTable(String title, String convention, List<TableRow> rows) {
    /** Copies the list. */
    PublishedTable {
        rows = List.copyOf(rows);
    }
}
