package tornado.attention.bench.tables;

import java.math.BigDecimal;

/** In what a figure is given; papers write M and G for both the decimal and the binary ones. */
enum Unit {
    /** Pieces. */
    ONE("", 1),
    /** Thousands. */
    K("k", 1_000),
    /** Millions. */
    M("M", 1_000_000),
    /** 2^20. */
    MI("Mi", 1L << 20),
    /** 10^9. */
    G("G", 1_000_000_000),
    /** 2^30. */
    GI("Gi", 1L << 30);

    private final String symbol;
    private final BigDecimal size;

    Unit(String symbol, long size) {
        this.symbol = symbol;
        this.size = BigDecimal.valueOf(size);
    }

    /** Such as {@code Mi}; empty for pieces. */
    String symbol() {
        return symbol;
    }

    /** How many pieces one of it is. */
    BigDecimal size() {
        return size;
    }
}
