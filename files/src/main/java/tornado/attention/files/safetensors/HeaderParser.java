package tornado.attention.files.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import tornado.attention.files.safetensors.SafetensorsException.Rule;

/**
 * Reads the JSON of a header, token by token: what does not belong is refused where it stands, so nothing is ever
 * skipped, buffered or descended into, and the memory used is bounded by the length of the header.
 */
final class HeaderParser {
    /** More than any framework has: a list of millions of zeros would only fill memory. */
    private static final int MOST_DIMENSIONS = 64;

    private static final JsonFactory JSON = new JsonFactoryBuilder()
            // Names come from strangers: do not intern them, and do not share a symbol table between files.
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(8) // the format needs 3: header, entry, shape
                    .maxNumberLength(32) // an unsigned 64-bit number has 20 digits
                    .maxNameLength(64 * 1024)
                    .maxStringLength((int) Header.MAX_BYTES)
                    .build())
            .build();

    private final Path file;
    private final JsonParser json;

    private HeaderParser(Path file, JsonParser json) {
        this.file = file;
        this.json = json;
    }

    /**
     * Parses a header.
     *
     * @param file named in errors
     * @param bytes exactly the header, its padding included
     * @return what it says, not yet checked against the size of the file
     * @throws SafetensorsException if the header breaks a rule of the format
     * @throws IOException if the bytes cannot be read
     */
    static Header parse(Path file, InputStream bytes) throws IOException {
        var utf8 = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        try (var json = JSON.createParser(new InputStreamReader(bytes, utf8))) {
            return new HeaderParser(file, json).header();
        } catch (JsonProcessingException e) {
            throw SafetensorsException.ofFile(
                    file,
                    Rule.HEADER_JSON,
                    "the header is not the JSON of a safetensors file (" + oneLine(e.getOriginalMessage())
                            + "); is it another kind of file?",
                    e);
        } catch (CharacterCodingException e) {
            throw SafetensorsException.ofFile(
                    file, Rule.HEADER_UTF8, "the header is not UTF-8; the file is corrupt.", e);
        }
    }

    private Header header() throws IOException {
        Map<String, String> metadata = null;
        var tensors = new LinkedHashMap<String, TensorInfo>();
        json.nextToken(); // the caller has seen the opening brace
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String key = wellFormed(json.currentName());
            json.nextToken();
            if (key.equals(Header.METADATA)) {
                if (metadata != null) {
                    throw fail(Rule.DUPLICATE_KEY, "the header has " + Header.METADATA + " twice.");
                }
                metadata = metadata();
            } else if (tensors.containsKey(key)) {
                throw fail(key, Rule.DUPLICATE_KEY, "is in the header twice; which of the two is meant is unknown.");
            } else {
                tensors.put(key, entry(key));
            }
        }
        if (json.nextToken() != null) {
            throw fail(Rule.HEADER_END, "something follows the closing brace of the header.");
        }
        return new Header(metadata == null ? Map.of() : metadata, tensors);
    }

    private Map<String, String> metadata() throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw fail(Rule.METADATA, Header.METADATA + " is not an object.");
        }
        var metadata = new LinkedHashMap<String, String>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String key = wellFormed(json.currentName());
            if (json.nextToken() != JsonToken.VALUE_STRING) {
                throw fail(
                        Rule.METADATA,
                        Header.METADATA + " has a value that is not a string, under " + SafetensorsException.quote(key)
                                + ".");
            }
            if (metadata.containsKey(key)) {
                throw fail(
                        Rule.DUPLICATE_KEY,
                        Header.METADATA + " has the key " + SafetensorsException.quote(key) + " twice.");
            }
            metadata.put(key, wellFormed(json.getText()));
        }
        return metadata;
    }

    private TensorInfo entry(String name) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw fail(name, Rule.ENTRY, "has an entry that is not an object.");
        }
        DType dtype = null;
        long[] shape = null;
        long[] offsets = null;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String key = json.currentName();
            boolean seen = switch (key) {
                case "dtype" -> dtype != null;
                case "shape" -> shape != null;
                case "data_offsets" -> offsets != null;
                default ->
                    throw fail(name, Rule.ENTRY, "has an unknown field " + SafetensorsException.quote(key) + ".");
            };
            if (seen) {
                throw fail(name, Rule.DUPLICATE_KEY, "has the field '" + key + "' twice.");
            }
            json.nextToken();
            switch (key) {
                case "dtype" -> dtype = dtype(name);
                case "shape" -> shape = numbers(name, key, Rule.SHAPE, MOST_DIMENSIONS);
                default -> offsets = numbers(name, key, Rule.OFFSETS, 2);
            }
        }
        if (dtype == null || shape == null || offsets == null) {
            String missing = dtype == null ? "dtype" : shape == null ? "shape" : "data_offsets";
            throw fail(name, Rule.ENTRY, "has no field '" + missing + "'.");
        }
        if (offsets.length != 2) {
            throw fail(name, Rule.OFFSETS, "has " + offsets.length + " data_offsets instead of a begin and an end.");
        }
        return new TensorInfo(name, dtype, shape, offsets[0], offsets[1]);
    }

    private DType dtype(String name) throws IOException {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw fail(name, Rule.DTYPE, "has a dtype that is not a string.");
        }
        String text = json.getText();
        return DType.of(text)
                .orElseThrow(() ->
                        fail(name, Rule.DTYPE, "has the unknown dtype " + SafetensorsException.quote(text) + "."));
    }

    private long[] numbers(String name, String field, Rule rule, int most) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw fail(name, rule, "has a " + field + " that is not an array.");
        }
        long[] numbers = new long[4];
        int count = 0;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() != JsonToken.VALUE_NUMBER_INT
                    || json.getText().startsWith("-")) {
                throw fail(name, rule, "has a " + field + " with an entry that is not a non-negative integer.");
            }
            if (count == most) {
                throw fail(name, rule, "has more than " + most + " numbers in " + field + ".");
            }
            if (count == numbers.length) {
                numbers = Arrays.copyOf(numbers, count * 2);
            }
            try {
                numbers[count++] = json.getLongValue();
            } catch (InputCoercionException _) {
                throw fail(name, Rule.OVERFLOW, "has a number in " + field + " that does not fit 64 bits.");
            }
        }
        return Arrays.copyOf(numbers, count);
    }

    /** JSON can escape half of a surrogate pair, UTF-8 cannot hold it: such a name could not be written again. */
    private String wellFormed(String text) throws SafetensorsException {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isHighSurrogate(text.charAt(i))
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(text.charAt(i))) {
                throw fail(Rule.HEADER_UTF8, "the header has a string with half of a surrogate pair.");
            }
        }
        return text;
    }

    private SafetensorsException fail(Rule rule, String what) {
        return SafetensorsException.ofFile(file, rule, what);
    }

    private SafetensorsException fail(String tensor, Rule rule, String what) {
        return SafetensorsException.ofTensor(file, rule, tensor, what);
    }

    private static String oneLine(String message) {
        String line = message.lines().findFirst().orElse("unreadable");
        return line.length() <= 160 ? line : line.substring(0, 160) + "...";
    }
}
