package tornado.attention.bench.verify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tornado.attention.modules.safetensors.SafetensorsFile;
import tornado.attention.tasks.Shape;

/**
 * One result of PyTorch: a safetensors file with inputs, parameters and float64 outputs, whose metadata say which module made it
 * and how. Close it after use.
 */
public final class ReferenceCase implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** Where a setting comes from, no settings: the version of timm, and the rule by which ECA's k_size was chosen. */
    private static final Set<String> PROVENANCE = Set.of("timm", "adaptive");

    private static final String AFTER = "after.";

    private final SafetensorsFile file;
    private final String name;
    private final String module;
    private final boolean train;
    private final Map<String, Object> config;
    private final List<String> inputs;
    private final List<String> outputs;

    /**
     * What a tensor is expected to hold.
     *
     * @param name its name in the file, for reports
     * @param shape its extents
     * @param values its elements
     */
    @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
    public record Expected(String name, Shape shape, double[] values) {}

    private ReferenceCase(SafetensorsFile file) throws IOException {
        this.file = file;
        var mode = text("mode");
        if (!mode.equals("eval") && !mode.equals("train")) {
            throw new CaseException(
                    file.path() + ": its mode is '" + mode + "', so it is no run of a module; leave it out.");
        }
        this.train = mode.equals("train");
        this.name = text("case");
        this.module = text("module");
        this.config = json("config", new TypeReference<LinkedHashMap<String, Object>>() {});
        this.config.keySet().removeAll(PROVENANCE);
        this.inputs = json("inputs", new TypeReference<List<String>>() {});
        this.outputs = json("outputs", new TypeReference<List<String>>() {});
        for (var input : inputs) {
            require(input);
        }
        if (outputs.isEmpty()) {
            throw new CaseException(file.path() + ": it names no output, so there is nothing to compare.");
        }
        for (var output : outputs) {
            require(expectedName(output));
        }
    }

    /**
     * Opens a case; nothing of the tensors is read yet.
     *
     * @throws IOException if the file is no safetensors file or no reference case
     */
    public static ReferenceCase open(Path path) throws IOException {
        var file = SafetensorsFile.open(path);
        try {
            return new ReferenceCase(file);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** The open file, which holds the parameters under {@code param.}. */
    public SafetensorsFile file() {
        return file;
    }

    /** Name of the case, such as {@code ECA__k7}. */
    public String name() {
        return name;
    }

    /** Name of the module. */
    public String module() {
        return module;
    }

    /** Whether the module ran in training mode. */
    public boolean train() {
        return train;
    }

    /** Constructor arguments, defaults filled in. */
    public Map<String, Object> config() {
        return config;
    }

    /** Names of the inputs that the case gives. */
    public List<String> inputs() {
        return inputs;
    }

    /** Extents of an input. */
    public Shape inputShape(String input) throws CaseException {
        return shape(input);
    }

    /** Values of an input; true is 1 and false is 0 in a mask. */
    public float[] inputValues(String input) throws CaseException {
        return narrowed(values(input));
    }

    /** Float64 outputs in order. */
    public List<Expected> expectedOutputs() throws CaseException {
        var expected = new ArrayList<Expected>();
        for (var output : outputs) {
            expected.add(expected(expectedName(output)));
        }
        return expected;
    }

    /** Running averages after the pass, by the name of the buffer; empty in evaluation mode. */
    public Map<String, Expected> expectedAfter() throws CaseException {
        var expected = new LinkedHashMap<String, Expected>();
        for (var tensor : file.names()) {
            if (train && tensor.startsWith(AFTER)) {
                expected.put(tensor.substring(AFTER.length()), expected(tensor));
            }
        }
        return expected;
    }

    /** {@code output.1} is stored in float64 as {@code output64.1}. */
    private static String expectedName(String output) {
        return output.replaceFirst("^output", "output64");
    }

    private Expected expected(String tensor) throws CaseException {
        return new Expected(tensor, shape(tensor), values(tensor));
    }

    private Shape shape(String tensor) throws CaseException {
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

    private double[] values(String tensor) {
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

    private String text(String key) throws CaseException {
        var value = file.metadata().get(key);
        if (value == null) {
            throw new CaseException(file.path() + ": its metadata have no '" + key + "', so it is no reference case.");
        }
        return value;
    }

    private <T> T json(String key, TypeReference<T> type) throws CaseException {
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

    private void require(String tensor) throws CaseException {
        if (!file.names().contains(tensor)) {
            throw new CaseException(file.path() + ": it has no tensor '" + tensor + "'; the file is incomplete.");
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
