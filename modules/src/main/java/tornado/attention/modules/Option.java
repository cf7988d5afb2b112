package tornado.attention.modules;

import java.math.BigDecimal;
import java.util.List;

/**
 * One setting of a module.
 *
 * @param name timm's or the paper code's word, such as {@code rd_ratio}
 * @param kind what values it takes
 * @param defaultValue the default, of the kind's Java type; null where there is none
 * @param required whether it must be given, because there is no default
 * @param help what it does, in a few words
 */
public record Option(String name, Kind kind, Object defaultValue, boolean required, String help) {
    /** What values an option takes. */
    public enum Kind {
        /** An {@code Integer}. */
        INTEGER,
        /** An {@code Integer} or null. */
        OPTIONAL_INTEGER,
        /** A {@code Double}. */
        NUMBER,
        /** A {@code Boolean}. */
        FLAG,
        /** A {@code String}. */
        TEXT,
        /** A {@code String} or null. */
        OPTIONAL_TEXT,
        /** A list of {@code Integer}. */
        INTEGERS,
        /** A list of {@code String}. */
        TEXTS
    }

    /** An option without a default. */
    public static Option required(String name, Kind kind, String help) {
        return new Option(name, kind, null, true, help);
    }

    /** An option with a default. */
    public static Option of(String name, Kind kind, Object defaultValue, String help) {
        return new Option(name, kind, defaultValue, false, help);
    }

    /**
     * The value as the kind's Java type, from Java values, JSON values or text as typed on a command line.
     *
     * @throws IllegalArgumentException if it is none
     */
    Object read(Object value) {
        try {
            return switch (kind) {
                case INTEGER -> integer(value);
                case OPTIONAL_INTEGER -> isNull(value) ? null : integer(value);
                case NUMBER -> number(value);
                case FLAG -> flag(value);
                case TEXT -> value.toString();
                case OPTIONAL_TEXT -> isNull(value) ? null : value.toString();
                case INTEGERS -> items(value).stream().map(Option::integer).toList();
                case TEXTS -> items(value).stream().map(Object::toString).toList();
            };
        } catch (IllegalArgumentException | NullPointerException e) {
            throw new IllegalArgumentException(
                    "Setting '" + name + "' takes " + describe() + ", not '" + value + "'.", e);
        }
    }

    /** {@code an integer}, {@code true or false} ... */
    public String describe() {
        return switch (kind) {
            case INTEGER -> "an integer";
            case OPTIONAL_INTEGER -> "an integer or null";
            case NUMBER -> "a number";
            case FLAG -> "true or false";
            case TEXT -> "a word";
            case OPTIONAL_TEXT -> "a word or null";
            case INTEGERS -> "integers joined by commas";
            case TEXTS -> "words joined by commas";
        };
    }

    private static boolean isNull(Object value) {
        return value == null || value.toString().equals("null");
    }

    private static Integer integer(Object value) {
        if (value instanceof Number n) {
            if (n.doubleValue() != n.intValue()) {
                throw new IllegalArgumentException("not an int");
            }
            return n.intValue();
        }
        var text = value.toString().strip();
        if (!text.matches("[+-]?[0-9]+")) {
            throw new IllegalArgumentException("not an int");
        }
        return Integer.valueOf(text);
    }

    /** Decimal notation only: Java would also take {@code NaN}, {@code 0x1p-2} and {@code 0.25f}. */
    private static Double number(Object value) {
        double number = value instanceof Number n
                ? n.doubleValue()
                : new BigDecimal(value.toString().strip()).doubleValue();
        if (!Double.isFinite(number)) {
            throw new IllegalArgumentException("not finite");
        }
        return number;
    }

    private static Boolean flag(Object value) {
        return switch (value.toString().strip()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("neither true nor false");
        };
    }

    private static List<?> items(Object value) {
        if (value instanceof List<?> list) {
            return list;
        }
        var text = value.toString().strip();
        return text.isEmpty() ? List.of() : List.of(text.split("\\s*,\\s*", -1));
    }
}
