package tornado.attention.bench.tables;

import java.util.List;

/**
 * Rows that belong together.
 *
 * @param title head of the table
 * @param convention what the numbers are, in a sentence
 * @param rows in the order of the paper
 */
record Table(String title, String convention, List<Row> rows) {
    /** Copies the list. */
    Table {
        rows = List.copyOf(rows);
    }
}
