package tornado.attention.bench.tables;

/** How a count stands to a published figure. */
enum Agreement {
    /** Rounded in the same way it is the figure. */
    EXACT("exact"),
    /** The last printed digit differs by one. */
    LAST_DIGIT("last digit"),
    /** It is another number. */
    DIFFERS("differs"),
    /** Nothing is published that we know. */
    NO_FIGURE("-");

    private final String text;

    Agreement(String text) {
        this.text = text;
    }

    /** For people. */
    String text() {
        return text;
    }
}
