package tornado.attention.bench.tables;

/**
 * One number of a network: as published and as counted here.
 *
 * @param network what was counted
 * @param quantity what of it, such as {@code parameters}
 * @param figure as published; null where nothing is known
 * @param computed exact count
 * @param note how it was counted or why it differs; may be empty
 */
record TableRow(String network, String quantity, PublishedFigure figure, long computed, String note) {
    /** A row without a note. */
    TableRow(String network, String quantity, PublishedFigure figure, long computed) {
        this(network, quantity, figure, computed, "");
    }

    /** The same row with a note. */
    TableRow noting(String text) {
        return new TableRow(network, quantity, figure, computed, text);
    }

    /** How the count stands to the figure. */
    Agreement verdict() {
        return figure == null ? Agreement.NO_FIGURE : figure.verdict(computed);
    }
}
