package tornado.attention.files.checkpoint;

import java.util.List;
import tornado.attention.files.safetensors.DType;

/** What a pickle may hold besides numbers, strings, lists and maps: nothing of it can do anything. */
sealed interface Pickled {
    /** The name of a class or function. */
    record Name(String module, String name) implements Pickled {
        @Override
        public String toString() {
            return module + "." + name;
        }
    }

    /** An object of a class that is not known: only its class's name is kept. */
    record Inert(Name of) implements Pickled {}

    /** A tuple. */
    record Tuple(List<Object> items) implements Pickled {
        /** Items may be null, Python's None. */
        public Tuple {
            items = java.util.Collections.unmodifiableList(new java.util.ArrayList<>(items));
        }

        Object at(int index) {
            if (index >= items.size()) {
                throw new PickleException("a tuple of " + items.size() + " entries stands where more are needed; the"
                        + " file is corrupt");
            }
            return items.get(index);
        }

        /** Integers of at least 0. */
        long[] counts(String what) {
            var counts = new long[items.size()];
            for (int i = 0; i < counts.length; i++) {
                counts[i] = count(items.get(i), what);
            }
            return counts;
        }
    }

    /** Elements of one type in a record of the file. */
    record Storage(String key, DType dtype, long elements, long first) implements Pickled {}

    /** A view of a storage. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Tensor(Storage storage, DType dtype, long offset, long[] sizes, long[] strides) implements Pickled {}

    /** An integer of at least 0. */
    static long count(Object value, String what) {
        if (value instanceof Long n && n >= 0) {
            return n;
        }
        throw new PickleException("a tensor has the " + what + " " + shown(value)
                + ", which is no number of at least 0; the file is corrupt");
    }

    /** A value for a sentence: numbers and short strings as they are, of others the kind. */
    static String shown(Object value) {
        return switch (value) {
            case null -> "None";
            case Long n -> n.toString();
            case Double d -> d.toString();
            case Boolean b -> b.toString();
            case String s -> "'" + (s.length() > 80 ? s.substring(0, 80) + "..." : s).replaceAll("\\p{C}", "?") + "'";
            case Name n -> shown(n.toString());
            case Inert i -> "an object of " + shown(i.of().toString());
            case Tensor _ -> "a tensor";
            default -> "a " + value.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
        };
    }
}
