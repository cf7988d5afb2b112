package tornado.attention.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** The records of this package as JSON: names with underscores, one line for each record of a log. */
public final class JsonRecords {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            // A newer version may have written more.
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private JsonRecords() {}

    /** On one line. */
    public static String line(Object record) {
        return write(MAPPER.writer(), record);
    }

    /** For people: indented. */
    public static String pretty(Object record) {
        return write(MAPPER.writerWithDefaultPrettyPrinter(), record);
    }

    private static String write(ObjectWriter writer, Object record) {
        try {
            return writer.writeValueAsString(record);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("This record cannot be written as JSON: " + e.getOriginalMessage(), e);
        }
    }

    /**
     * Reads a record.
     *
     * @param origin where the text is from, for the error
     * @throws IllegalArgumentException if the text is no such record
     */
    public static <T> T read(String text, Class<T> type, String origin) {
        try {
            return MAPPER.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    origin + " is not what attn compare writes: " + e.getOriginalMessage()
                            + "; give a folder of results as it was.",
                    e);
        }
    }
}
