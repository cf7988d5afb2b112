package tornado.attention.files.safetensors;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A safetensors file that cannot be read or written: the message is one sentence that names the file, the tensor where
 * there is one, and what is wrong; {@link #rule} is the same for programs.
 */
public final class SafetensorsException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** Longest piece of a foreign string repeated in a message, in characters. */
    private static final int SHOWN = 80;

    private final Rule rule;
    private final String tensor;

    /** What a file can be refused for. */
    public enum Rule {
        /** The path is not a readable regular file. */
        FILE,
        /** The file has fewer than the 8 bytes of the header length. */
        FILE_SIZE,
        /** The header is empty, larger than 100 MB or larger than the rest of the file. */
        HEADER_SIZE,
        /** The header does not start with an opening brace. */
        HEADER_START,
        /** Something other than spaces follows the closing brace of the header. */
        HEADER_END,
        /** The header is not UTF-8, or a string in it has half of a surrogate pair. */
        HEADER_UTF8,
        /** The header is not JSON, nests deeper than the format does, or holds an absurdly long name or number. */
        HEADER_JSON,
        /** A key occurs twice in one JSON object. */
        DUPLICATE_KEY,
        /** {@code __metadata__} is not an object of strings. */
        METADATA,
        /** A tensor's entry is not an object of exactly {@code dtype}, {@code shape} and {@code data_offsets}. */
        ENTRY,
        /** The element type is not one of the format. */
        DTYPE,
        /** The shape is not an array of non-negative integers. */
        SHAPE,
        /** The offsets are not two non-negative integers in order. */
        OFFSETS,
        /** A number, or the bytes of a tensor, do not fit 64 bits. */
        OVERFLOW,
        /** Shape times element size is not the number of bytes between the offsets. */
        TENSOR_SIZE,
        /** The offsets reach beyond the end of the file. */
        TRUNCATED,
        /** Two tensors share bytes. */
        OVERLAP,
        /** Bytes between two tensors belong to none. */
        HOLE,
        /** Bytes after the last tensor belong to none. */
        TRAILING_BYTES,
        /** A byte of a BOOL tensor is neither 0 nor 1. */
        BOOL_VALUE,
        /** The file to write cannot be created, or the writing failed. */
        TARGET
    }

    private SafetensorsException(Rule rule, String tensor, String message, Throwable cause) {
        super(message, cause);
        this.rule = rule;
        this.tensor = tensor;
    }

    /**
     * The rule that was broken.
     *
     * @return the rule
     */
    public Rule rule() {
        return rule;
    }

    /**
     * The tensor it was broken by.
     *
     * @return its name exactly as in the file, or empty where the whole file is at fault
     */
    public Optional<String> tensor() {
        return Optional.ofNullable(tensor);
    }

    static SafetensorsException ofFile(Path file, Rule rule, String what) {
        return ofFile(file, rule, what, null);
    }

    static SafetensorsException ofFile(Path file, Rule rule, String what, Throwable cause) {
        return new SafetensorsException(rule, null, file + ": " + what, cause);
    }

    /** A target that cannot be written, in the words that name it. */
    static SafetensorsException ofTarget(IOException reason) {
        return new SafetensorsException(Rule.TARGET, null, reason.getMessage(), reason);
    }

    static SafetensorsException ofTensor(Path file, Rule rule, String tensor, String what) {
        return new SafetensorsException(rule, tensor, file + ": tensor " + quote(tensor) + " " + what, null);
    }

    /** A string of a foreign file for a message: quoted, without control characters, cut. */
    static String quote(String text) {
        var quoted = new StringBuilder("'");
        text.codePoints().limit(SHOWN).forEach(c -> {
            if (Character.isISOControl(c)
                    || Character.getType(c) == Character.FORMAT
                    || Character.getType(c) == Character.SURROGATE
                    || Character.getType(c) == Character.LINE_SEPARATOR
                    || Character.getType(c) == Character.PARAGRAPH_SEPARATOR) {
                quoted.append(String.format("\\u%04x", c));
            } else {
                quoted.appendCodePoint(c);
            }
        });
        return quoted.append(text.codePointCount(0, text.length()) > SHOWN ? "...'" : "'")
                .toString();
    }
}
