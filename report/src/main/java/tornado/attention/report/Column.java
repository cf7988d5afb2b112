package tornado.attention.report;

import java.util.function.Function;

/**
 * A column of {@code results.csv} and a field of {@code results.json}.
 *
 * @param name the header; stable
 * @param meaning what it holds, with its unit
 * @param value of a row; null where there is none
 */
public record Column(String name, String meaning, Function<Row, Object> value) {}
