package tornado.attention.report.internal.text;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import tornado.attention.files.AtomicFile;

/** JSON as the commands write it: indented, ended by a line break. */
public final class Json {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private Json() {}

    /** The text of a value made of maps, lists, strings, numbers, booleans and nulls. */
    public static String text(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (IOException e) {
            throw new IllegalArgumentException("This cannot be written as JSON: " + e.getMessage(), e);
        }
    }

    /** Prints a value. */
    public static void print(PrintWriter out, Object value) {
        out.println(text(value));
        out.flush();
    }

    /** Writes a value into a file. */
    public static void write(Path file, Object value) throws IOException {
        AtomicFile.write(file, text(value) + System.lineSeparator());
    }
}
