package tornado.attention.bench.verify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.util.Set;
import tornado.attention.files.safetensors.SafetensorsFile;
import tornado.attention.tasks.Shape;

/**
 * What a case of any kind reads out of its file: tensors, and metadata with a sentence for each that is missing or corrupt.
 *
 * @param file the open file
 */
record CaseTensors(SafetensorsFile file) implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    Path path() {
        return file.path();
    }

    /** Names of all tensors. */
    Set<String> names() {
        return file.names();
    }

    /** Elements in float32; true is 1 and false is 0. */
    float[] floats(String tensor) {
        return narrowed(values(tensor));
    }

    ReferenceCase.Expected expected(String tensor) throws CaseException {
        return new ReferenceCase.Expected(tensor, shape(tensor), values(tensor));
    }

    Shape shape(String tensor) throws CaseException {
        var given = file.info(tensor).shape();
        var extents = new int[given.length];
        for (int i = 0; i < extents.length; i++) {
            if (given[i] > Integer.MAX_VALUE) {
                throw new CaseException(file.path() + ": tensor '" + tensor + "' has an extent of " + given[i]
                        + ", more than an index can reach.");
            }
            extents[i] = (int) given[i];
        }
        return Shape.of(extents);
    }

    double[] values(String tensor) {
        return switch (file.info(tensor).dtype()) {
            case BOOL -> {
                var flags = file.booleans(tensor);
                var values = new double[flags.length];
                for (int i = 0; i < values.length; i++) {
                    values[i] = flags[i] ? 1 : 0;
                }
                yield values;
            }
            case I64, I32, I16, I8, U32, U16, U8 -> {
                var counts = file.longs(tensor);
                var values = new double[counts.length];
                for (int i = 0; i < values.length; i++) {
                    values[i] = counts[i];
                }
                yield values;
            }
            default -> file.doubles(tensor);
        };
    }

    private static float[] narrowed(double[] values) {
        var floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    String text(String key) throws CaseException {
        var value = file.metadata().get(key);
        if (value == null) {
            throw new CaseException(file.path() + ": its metadata have no '" + key + "', so it is no reference case.");
        }
        return value;
    }

    <T> T json(String key, TypeReference<T> type) throws CaseException {
        var text = text(key);
        try {
            var value = JSON.readValue(text, type);
            if (value == null) {
                throw new CaseException(file.path() + ": its metadata '" + key + "' is null; the file is corrupt.");
            }
            return value;
        } catch (JsonProcessingException e) {
            throw new CaseException(
                    file.path() + ": its metadata '" + key + "' are not the JSON they should be; the file is corrupt.",
                    e);
        }
    }

    void require(String tensor) throws CaseException {
        if (!file.names().contains(tensor)) {
            throw new CaseException(file.path() + ": it has no tensor '" + tensor + "'; the file is incomplete.");
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
